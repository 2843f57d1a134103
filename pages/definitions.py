"""What each figure means, from the one place that defines it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import polars as pl
import streamlit as st

from data.formatting import capitalised, counted, listed_words, named, written_day
from data.terms import Terms
from metrics.metric import AnyMetric
from pages.shell import choices
from pages.shell.address import Search, option
from pages.shell.filters import SUBJECTS
from pages.shell.page_start import current_source, page_of, seen_view
from pages.widgets import chart_card
from service.markdown import plain
from service.sentences.figure import headline, small_print, spoken_clocks
from service.view import Source, View

EVERYWHERE = ("Overview", "Explore", "Definitions")
BETTER = {"higher": "Higher is better", "lower": "Lower is better", "neither": "Neither way is better"}
PARTS, TERMS = "Headline parts", "Terms of reference"


class Definition(NamedTuple):
    """lines: a label and its words. figure: the metric that is defined, if one is."""

    title: str
    unit: str
    group: str
    lines: tuple[tuple[str, str], ...]
    figure: AnyMetric | None = None

    def has(self, words: str) -> bool:
        text = " ".join([self.title, self.group, *(line for _, line in self.lines)]).casefold()
        return all(word in text for word in words.casefold().split())


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
    figure = view.figure(name)
    of = f" ({small_print(figure)})" if figure.denominator is not None else ""
    return f"{spoken_clocks(view)}: {headline(figure)}{of}."


def definitions(source: Source) -> list[Definition]:
    metrics = (metric for metric in source.catalogue() if source.loaded([metric.name]))
    parts = _parts(source.terms) if source.loaded(["failures"]) else ()
    return [*(_figure(metric, source.terms) for metric in metrics), *parts, *_terms(source.terms)]


def summary(listed: list[Definition], every: list[Definition], searched: str) -> str:
    if searched:
        return f"{capitalised(counted(len(listed), 'definition has', 'definitions have'))} “{searched}”."
    figures = sum(one.figure is not None for one in every)
    return f"{counted(figures, 'figure', 'figures')}, each defined once and counted from that definition."


def _figure(metric: AnyMetric, terms: Terms) -> Definition:
    group = terms.words.cases if metric.subject == "cases" else terms.words.renamed(metric.subject)
    lines = [("Definition", metric.definition), ("Counts", capitalised(metric.counts))]
    if metric.out_of:
        lines.append(("Out of", capitalised(metric.out_of)))
    lines.append(("Why it matters", metric.why_it_matters))
    about = f"Dated by {metric.dated_by.replace('_', ' ')}. {BETTER[metric.better]}. Owner: {metric.owner}."
    lines.append(("More", about))
    return Definition(metric.title, metric.unit, capitalised(group), tuple(lines), metric)


def _parts(terms: Terms) -> Iterator[Definition]:
    for place, part in enumerate(terms.partition, start=1):
        lines = [("Definition", part.definition)] if part.definition else []
        a_failure = terms.words("a {failure}")
        order = f"Part {place} of {len(terms.partition)}: {a_failure} counts in the first part that it fits."
        yield Definition(
            f"{terms.words.Failures}, {part.title}", terms.words.failures, PARTS, (*lines, ("Order", order))
        )


def _terms(terms: Terms) -> Iterator[Definition]:
    begins, ends = written_day(terms.period.begins), written_day(terms.period.ends)
    scope = f"{capitalised(terms.case.many)} received from {begins} to {ends}."
    by = f"{terms.name}, by {terms.body}, overseen by {named(terms.oversight_body)}."
    yield Definition("Scope", "", TERMS, (("In scope", scope), ("Review", by)))
    if terms.timescales:
        limits = [f"{limit.days} days from {written_day(limit.begins)}" for limit in terms.timescales]
        yield Definition("Timescale", "days", TERMS, (("The whole process", f"{listed_words(limits)}."),))
    for name, codes in terms.lists.items():
        yield Definition(
            capitalised(terms.words.renamed(name)), "", TERMS, (("Codes", listed_words(list(codes))),)
        )
