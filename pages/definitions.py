"""What each figure means, from the one place that defines it."""

import streamlit as st

from data.formatting import capitalised, listed_words, named, written_day
from data.terms import Terms
from metrics.histories.subjects import HISTORIES
from metrics.metric import AnyMetric, Subject
from pages.shell.page_start import current_source, seen_view
from pages.widgets.figure_card import headline, small_print
from service.markdown import plain
from service.sentences.clocks import spoken_clocks
from service.view import Source, View

BETTER = {"higher": "Higher is better.", "lower": "Lower is better.", "neither": "Neither way is better."}


def draw() -> None:
    source, view = current_source(), seen_view()
    st.header("Every figure is defined once, here, and counted from that definition wherever it is shown.")
    for subject in HISTORIES:
        figures_of(source, view, subject)
    terms_of_reference(source.terms)


def figures_of(source: Source, view: View | None, subject: Subject) -> None:
    st.header(capitalised(source.terms.case.many if subject == "cases" else subject.replace("_", " ")))
    for metric in source.catalogue():
        if metric.subject == subject:
            _definition(view, metric)


def terms_of_reference(terms: Terms) -> None:
    st.header("Terms of reference")
    begins, ends = written_day(terms.period.begins), written_day(terms.period.ends)
    scope = f"In scope: {terms.case.many} received from {begins} to {ends}."
    st.markdown(plain(f"{terms.name}, by {terms.body}, overseen by {named(terms.oversight_body)}. {scope}"))
    for limit in terms.timescales:
        st.markdown(f"- The whole process takes at most {limit.days} days from {written_day(limit.begins)}.")
    for part in terms.partition:
        if part.definition:
            st.markdown(f"- **Failures, {plain(part.title)}**: {plain(part.definition)}")
    for name, codes in terms.lists.items():
        st.markdown(f"- **{capitalised(name.replace('_', ' '))}**: {plain(listed_words(list(codes)))}.")


def _definition(view: View | None, metric: AnyMetric) -> None:
    figure = view.figure(metric.name) if view and view.loaded([metric.name]) else None
    number, title = headline(figure) if figure else "not loaded", plain(metric.title)
    with st.expander(f"**{title}**: {number}" if view else f"**{title}**"):
        st.markdown(plain(metric.definition))
        st.markdown(plain(f"Why it matters: {metric.why_it_matters}"))
        if view and figure:
            counts = f"It counts {metric.counts}"
            of = counts if figure.denominator is None else capitalised(small_print(figure))
            st.markdown(plain(f"{spoken_clocks(view)}: {number}. {of}."))
        st.caption(
            f"Name {metric.name} · unit {metric.unit} · dated by {metric.dated_by} · "
            f"{BETTER[metric.better]} · kept by {metric.owner}"
        )
