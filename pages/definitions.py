"""What each figure means, from the one place that defines it."""

from typing import Any

import polars as pl
import streamlit as st

from pages.shell import choices
from pages.shell.address import Search, option
from pages.shell.filters import SUBJECTS
from pages.shell.page_start import current_source, page_of, seen_view
from pages.widgets import chart_card
from service.markdown import plain
from service.sentences.definitions import Definition, definitions, summary
from service.sentences.figure import headline, small_print, spoken_clocks
from service.view import Source, View

EVERYWHERE = ("Overview", "Explore", "Definitions")


def draw() -> None:
    source, view = current_source(), seen_view()
    heading = st.empty()
    every = definitions(source)
    with st.container(horizontal=True):
        words = choices.ask(Search("search", "Search"), "", placeholder="A word, such as harm")
        listed = [one for one in every if one.has(words)]
        titles = {one.title: one for one in listed}
        terms = option("term", "Definition", list(titles), optional=True)
        chosen = choices.ask(terms, next(iter(titles), None))
    heading.header(summary(listed, every, words), anchor=False)
    if chosen is None:
        st.info("Search for fewer or other words." if not listed else "Choose a definition.")
        return
    table, detail = st.columns([3, 2], gap="small")
    with table:
        _table(listed)
    with detail, chart_card.frame("definition"):
        _detail(source, view, titles[chosen])


def _table(listed: list[Definition]) -> None:
    titles = [one.title for one in listed]

    def choose() -> None:
        if places := choices.chosen("definitions")["selection"]["rows"]:
            choices.choose("term", titles[places[0]])

    rows = pl.DataFrame([{"Figure": one.title, "Unit": one.unit, "Group": one.group} for one in listed])
    how: dict[str, Any] = {"on_select": choose, "selection_mode": "single-row"}
    st.dataframe(rows, hide_index=True, height=min(36 * (rows.height + 1), 640), key="definitions", **how)


def _detail(source: Source, view: View | None, chosen: Definition) -> None:
    chart_card.head(chosen.title, " · ".join(filter(None, (chosen.group, chosen.unit))))
    if view and chosen.figure:
        st.markdown(plain(_number(view, chosen.figure.name)))
    for label, words in chosen.lines:
        st.markdown(f"**{label}:** {plain(words)}")
    if chosen.figure is None:
        return
    shown = [title for title, subjects in SUBJECTS.items() if chosen.figure.subject in subjects]
    titles = [title for title in shown if title not in EVERYWHERE]
    links = {title: page for title in (*titles, "Explore") if (page := page_of(source, title))}
    if not links:
        return
    st.caption("See also")
    with st.container(horizontal=True, key="elsewhere", gap="small"):
        for title, page in links.items():
            query = choices.shared() | ({"figure": chosen.title} if title == "Explore" else {})
            st.page_link(page, query_params=choices.linked(query), width="content")


def _number(view: View, name: str) -> str:
    if not view.loaded([name]):
        return "No data loaded for this figure."
    figure = view.figure(name)
    of = f" ({small_print(figure)})" if figure.denominator is not None else ""
    return f"{spoken_clocks(view)}: {headline(figure)}{of}."
