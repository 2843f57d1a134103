"""The inbox and how soon it is answered, and the table that requests for information ask for."""

from functools import partial

import polars as pl
import polars.selectors as cs
import streamlit as st

from charts.bars import bars, medians
from charts.stacks import stacks
from data.formatting import capitalised, listed_words, written_count, written_day, written_share
from data.terms import Terms
from metrics.catalogue.timeliness import disclosed_after
from metrics.dimensions import TOPIC, YEAR
from metrics.metric import Duration, spoken
from pages.shell.page_start import current_view
from pages.widgets import chart_card, export_button, figure_card, rows
from reports.content import Table
from service.markdown import plain
from service.sentences import page_answers
from service.sentences.clocks import TRUE
from service.sentences.figure import chance_of
from service.view import View

WEEKLY, ANSWERED = "Enquiries by week and topic", "days_to_answer"
TITLE = "Disclosures by route and year"
ALL_ROUTES, ALL_YEARS = "all routes", "all years"
IN_TIME, SHARES = "disclosed_in_time", ("share_disclosed", "share_in_time")
TITLES = {"year": "Year received", "undecided": "No decision", "longest": "Longest, days"}
_FIGURES = {
    "Received": "population",
    "No decision": "undecided",
    "Disclosed": "disclosed",
    "Share disclosed": "share_disclosed",
    "Share in time": IN_TIME,
}


def draw() -> None:
    view = current_view()
    asked = view.loaded(["enquiries"])
    if asked:
        st.header(page_answers.in_the_whole(view, "enquiries", page_answers.inbox(view)))
    else:
        st.info(page_answers.not_loaded("enquiries"))
    if _decided(view):
        # It bears aggregates only, so no reason is asked.
        export_button.of_table(view, TITLE, requests_file).link(f"{TITLE}, for requests for information")
    if asked:
        figure_card.row(view, ("enquiries", "enquiries_open", "enquiries_overdue"))
        figure_card.row(view, ("enquiries_answered", "answered_in_time", "days_to_answer"))
        inbox(view)
    requests(view)


def inbox(view: View) -> None:
    counts = weekly_counts(view)
    if counts.is_empty():
        st.info("No enquiry had arrived by this day: choose a later day to see any.")
        return
    metric = view.metric(ANSWERED)
    assert isinstance(metric, Duration)
    result = view.result(ANSWERED, by=[TOPIC.name])
    chart = medians(metric, result, TOPIC, view.clocks, chart_card.colours())
    offer = export_button.of_figure(view, ANSWERED, by=[TOPIC.name])
    answered = partial(chart_card.show, chart, key="answered", offer=offer)
    chart_card.side_by_side(lambda: _weekly_chart(view, counts), answered, widths=[3, 2])
    if waiting := int(view.figure("enquiries_open").numerator):
        st.subheader(f"Waiting for an answer: {written_count(waiting)}")
        rows.rows_of(view, "enquiries_open")


def weekly_counts(view: View) -> pl.DataFrame:
    """Return `day` (Monday), `part` (topic) and `count`, of weeks and topics in which anything arrived."""
    result = view.result("enquiries", by=[TOPIC.name], every="1w")
    topic = pl.col(TOPIC.name).cast(pl.String).fill_null(TOPIC.missing)
    return result.filter(pl.col("numerator") > 0).select(day="period", part=topic, count="numerator")


def _weekly_chart(view: View, counts: pl.DataFrame) -> None:
    there = set(counts["part"])
    topics = [topic for topic in view.source.terms.codes("enquiry_topics") if topic in there]
    parts = [*topics, *sorted(there - set(topics))]
    weeks = counts["day"].sort()
    span = (weeks[0], weeks[-1])
    offer = export_button.of_figure(view, "enquiries", by=[TOPIC.name], every="1w")
    chart = stacks(WEEKLY, counts, parts, span, chart_card.colours(), unit="enquiries", period="week")
    chart_card.show(chart, key="weekly_enquiries", offer=offer)


def requests(view: View) -> None:
    if not view.loaded(["disclosed"]):
        return
    st.header(f"What requests for information ask of {view.source.terms.case.many}")
    disclosed = page_answers.in_the_whole(view, "disclosures", page_answers.disclosures(view))
    st.markdown(f"**{plain(disclosed)}**")
    if not _decided(view):
        return
    if view.requests()["judged"].sum():
        _by_year(view)
    st.subheader(TITLE)
    st.warning(TRUE)
    table = requests_table(view)
    config = dict.fromkeys(table.select(cs.integer()).columns, rows.NUMBERS)
    st.dataframe(table, hide_index=True, height="content", column_config=config)
    st.caption(_limits(view.source.terms))


def _decided(view: View) -> bool:
    return bool(view.loaded(["disclosed"])) and view.requests()["decided"].sum() > 0


def requests_table(view: View) -> pl.DataFrame:
    rows = requests_numbers(view)
    return rows.with_columns(
        pl.Series(name, [written_share(value) if value is not None else "none" for value in rows[name]])
        for name in map(_title, SHARES)
    )


def requests_numbers(view: View) -> pl.DataFrame:
    """Return the table with shares as parts of 1."""
    rows = view.requests()
    if rows["judged"].equals(rows["disclosed"]):
        rows = rows.drop("judged")
    return rows.with_columns(
        route=pl.col("route").cast(pl.String).fill_null(ALL_ROUTES),
        year=pl.col("year").cast(pl.String).fill_null(ALL_YEARS),
    ).rename(_title)


def _title(name: str) -> str:
    days = " days" if name.startswith("after_") else ""
    return TITLES.get(name, f"{capitalised(name.replace('_', ' '))}{days}")


def requests_file(view: View) -> Table:
    terms = view.source.terms
    limits = sorted({limit.days for limit in terms.timescales})
    figures = {column: view.metric(name) for column, name in _FIGURES.items()}
    figures |= {f"After {days} days": spoken(disclosed_after(days), terms.case) for days in limits}
    notes = [("Publication", TRUE), ("Limit", _limits(terms))]
    notes += [(column, metric.definition) for column, metric in figures.items()]
    notes += [("Longest, days", "The most days from receipt to disclosure, of the disclosures made.")]
    return Table(title=TITLE, subtitle=TRUE, rows=requests_numbers(view), notes=tuple(notes))


def _by_year(view: View) -> None:
    result = view.result(IN_TIME, by=[YEAR.name]).filter(pl.col("denominator") > 0)
    chart = bars(view.metric(IN_TIME), result, YEAR, view.clocks, chart_card.colours())
    offer = export_button.of_figure(view, IN_TIME, by=[YEAR.name])
    chart_card.show(chart, key="in_time_by_year", offer=offer, chosen="behind_in_time")
    st.caption(chance_of(result, "the years"))
    rows.under(view, IN_TIME, result, [YEAR], key="behind_in_time")


def _limits(terms: Terms) -> str:
    if not terms.timescales:
        return "The terms of reference know no limit, so no disclosure is judged by one."
    scales = sorted(terms.timescales, key=lambda scale: scale.begins)
    limits = [f"{written_count(scale.days)} days from {written_day(scale.begins)}" for scale in scales]
    judged = "Each is judged by the limit on the whole process in force on the day it was received"
    return f"{judged}: {listed_words(limits)}. The day of receipt is not counted."
