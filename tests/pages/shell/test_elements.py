"""What Streamlit would draw as Markdown unasked is escaped once, whoever draws it."""

import pytest
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from pages.shell.elements import draw_as_words

TYPED = "**x** [a](b) $y$"
ESCAPED = r"\*\*x\*\* \[a\](b) \$y\$"


def page():
    import streamlit as st

    from pages.shell.elements import draw_as_words

    draw_as_words()
    typed = "**x** [a](b) $y$"
    st.title(typed)
    st.header(typed, help=typed)
    st.caption(typed)
    st.metric(typed, typed)
    st.button(typed, help=typed)
    st.selectbox(typed, [typed], help=typed)
    st.toggle(typed)
    st.tabs([typed])
    with st.popover(typed):
        st.write("")
    st.markdown(typed)
    st.info(typed)
    with st.expander(typed):
        st.write("")
    st.code(typed)


@pytest.fixture(scope="module")
def drawn() -> AppTest:
    test = AppTest.from_function(page).run()
    assert not test.exception
    return test


def test_headings_captions_labels_and_help_are_words(drawn):
    for element in (drawn.title[0], drawn.header[0], drawn.caption[0]):
        assert element.value == ESCAPED
    for element in (drawn.metric[0], drawn.button[0], drawn.selectbox[0], drawn.toggle[0]):
        assert element.label == ESCAPED
    for element in (drawn.header[0], drawn.button[0], drawn.selectbox[0]):
        assert element.proto.help == ESCAPED
    assert drawn.tabs[0].label == ESCAPED
    assert drawn.get("popover")[0].proto.popover.label == ESCAPED


def test_what_is_markdown_by_its_name_and_what_is_no_markdown_is_left(drawn):
    # Who writes to one of these escapes the parts that somebody else wrote.
    assert TYPED in [each.value for each in drawn.markdown]
    assert drawn.info[0].value == TYPED
    assert drawn.expander[0].label == TYPED
    assert drawn.metric[0].value == TYPED
    assert drawn.selectbox[0].options == [TYPED]
    assert drawn.code[0].value == TYPED


def test_it_is_set_up_once_however_often_it_is_asked_for():
    draw_as_words()
    first = DeltaGenerator._enqueue
    draw_as_words()
    assert DeltaGenerator._enqueue is first
    assert st.header.__self__ is st._main
