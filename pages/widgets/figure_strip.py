"""What a page says first: its sentence, and figures side by side with what each counts behind a mark."""

from collections.abc import Iterable, Mapping
from html import escape

import streamlit as st

from charts.lines import sparkline
from charts.palette import Palette
from data.formatting import written_count
from data.loading import Quarantined
from pages.shell import choices
from pages.shell.page_start import page_of
from pages.widgets.chart_card import colours
from service.cache import of_view
from service.markdown import plain
from service.over_time import days_of
from service.sentences.figure import change_since, headline, small_print
from service.sentences.status import Status
from service.view import View

REJECTED = "Rows of the register that could not be loaded: no figure counts them."


def status(view: View, status: Status, *, of_cases: bool = False) -> None:
    """of_cases: whether it counts cases, so that those whose rows were rejected stand beside it."""
    with st.container(horizontal=True, key="status_alert" if status.attention else "status"):
        st.header(f"▲ {status.words}" if status.attention else status.words, anchor=False)
        if of_cases and (rejected := view.source.rejected(view.clocks.known_at)):
            _rejected(view, rejected)
        if not view.not_compared:
            st.caption(f"Changes since {view.before.as_at.day} {view.before.as_at:%b}.")


def _rejected(view: View, rejected: Quarantined) -> None:
    page, words = page_of(view.source, "Data"), f"{written_count(rejected.rows)} rejected"
    if page is None:
        st.caption(words)
        return
    query = {**choices.shared(), "load": [str(rejected.load)], "load_part": ["Rejected rows"]}
    st.page_link(page, label=words, query_params=choices.linked(query), width="content", help=REJECTED)


def draw(view: View, figures: Mapping[str, str]) -> None:
    """Draw the figures that the register can count. figures: the short title of each, by its name,
    in the words of `Terms.words`."""
    if names := view.loaded(list(figures)):
        titles = {name: view.words(figures[name]) for name in names}
        cells = _cells(view, titles, colours())
        with st.container(key=f"figures_{len(names)}_{names[0]}_{names[-1]}"):
            st.html(f'<dl class="candour-figures">{cells}</dl>')


@of_view
def _cells(view: View, figures: Mapping[str, str], palette: Palette) -> str:
    return "".join(_cell(view, name, title, palette) for name, title in figures.items())


def _cell(view: View, name: str, title: str, palette: Palette) -> str:
    figure = view.figure(name)
    whole = " The whole review, not filtered." if view.whole(figure.metric) else ""
    meaning = f"{figure.metric.title}. {figure.metric.definition} {small_print(figure)}.{whole}"
    since = "" if view.not_compared else change_since(view, name)
    summary = f'<summary aria-label="What {escape(title)} counts"></summary>'
    mark = f"<details>{summary}<p>{escape(meaning)}</p></details>"
    number = f'<dd class="value">{escape(headline(figure))}{_course(view, name, title, palette)}</dd>'
    change = f'<dd class="change">{escape(since) or "&nbsp;"}</dd>'
    return f"<div><dt>{escape(title)}</dt>{number}{change}<dd>{mark}</dd></div>"


def _course(view: View, name: str, title: str, palette: Palette) -> str:
    if not view.metric(name).has_course:
        return ""
    values = view.course(name, days_of(view), then=view.as_known_then)["value"].fill_null(0).to_list()
    words = escape(f"{title}: from {values[0]:.3g} to {values[-1]:.3g}")
    return f'<img alt="{words}" src="{sparkline(values, palette)}">'


def definitions(view: View, names: Iterable[str]) -> None:
    for metric in map(view.metric, view.loaded(list(names))):
        st.markdown(plain(f"{metric.title}: {metric.definition}"))


def points(sentences: Iterable[str]) -> None:
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences if sentence))
