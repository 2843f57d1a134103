from streamlit.testing.v1 import AppTest


def page():
    import streamlit as st

    from pages.widgets.menu import menu

    menu("More", lambda: st.markdown("what the menu holds"), key="more")


def words(test: AppTest) -> list[str]:
    return [element.value for element in test.markdown]


def test_what_a_menu_holds_is_drawn_once_it_is_opened(monkeypatch):
    monkeypatch.undo()
    test = AppTest.from_function(page).run()
    assert words(test) == []
    test.session_state["more"] = True
    assert words(test.run()) == ["what the menu holds"]
