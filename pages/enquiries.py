"""The inbox and how soon it is answered, and the table that requests for information ask for."""

from collections.abc import Sequence
from functools import partial

import polars as pl
import polars.selectors as cs
import streamlit as st

from access.roles import Permission
from charts.bars import bars
from charts.cells import heat
from charts.chart import Chart
from charts.columns import turnover
from charts.events import Event
from charts.palette import Palette
from data.formatting import capitalised, counted, listed_words, written_count, written_day, written_share
from data.terms import Terms
from metrics.catalogue.timeliness import disclosed_after
from metrics.dimensions import TOPIC, YEAR, dimension
from metrics.metric import Duration, spoken
from pages.shell import choices
from pages.shell.page_start import current_view, offer
from pages.widgets import chart_card, export_button, figure_strip, rows, status_line
from pages.widgets.breakdown import FEWEST, in_words
from pages.widgets.chart_card import side_by_side
from reports.content import Table
from service.events import events as events_of
from service.markdown import plain
from service.sentences import page_answers, page_status
from service.sentences.clocks import TRUE
from service.sentences.figure import chance_of
from service.sentences.status import Status
from service.view import View

WEEKLY, ANSWERED, WAITS = "Enquiries received and answered by week", "days_to_answer", "enquiries_open"
RECEIVED = ("Received", "Answered")
WEEK = dimension("week of received_on")
STRIP = {
    "enquiries": "Received",
    WAITS: "Waiting",
    "enquiries_overdue": "Past ten working days",
    "enquiries_answered": "Answered",
    "answered_in_time": "Answered in time",
    ANSWERED: "Half answered within",
}
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
    asked = bool(view.loaded(["enquiries"]))
    if asked:
        status_line.draw(view, page_status.enquiries(view))
    elif view.loaded(["disclosed"]):
        status_line.draw(view, Status(page_answers.disclosures(view)))
    else:
        st.info(page_answers.not_loaded("enquiries"))
    if _decided(view):
        offer(f"{TITLE}, for requests for information", _offer(view))
    if asked:
        figure_strip.draw(view, STRIP)
    if asked and view.figure("enquiries").numerator:
        _inbox(view, events_of(view))
    sections = {
        **({"Who waits": _all_waiting, "By topic": _by_topic} if asked else {}),
        **({"Disclosures": requests} if view.loaded(["disclosed"]) else {}),
        "Method": _method,
    }
    choices.tabs("tab", sections, view, owns={"Disclosures": ("behind_in_time",)})


def _inbox(view: View, events: Sequence[Event]) -> None:
    share = view.figure("answered_in_time").value
    headline = WEEKLY if share is None else f"{written_share(share)} answered in time (target: all)"

    def make(view: View, colours: Palette) -> Chart:
        return turnover(WEEKLY, weekly_counts(view), colours, unit="enquiries", events=events)

    weekly = partial(
        chart_card.draw, view, make, key="weekly", headline=headline, measure="Enquiries by week"
    )
    side_by_side(weekly, lambda: _waiting(view), widths=[3, 2])
    if view.figure(WAITS).numerator and view.source.visit.may(Permission.CASE_ROWS):
        side_by_side(lambda: _topics(view), lambda: _list(view), widths=[2, 3])
    else:
        _topics(view)


def weekly_counts(view: View) -> pl.DataFrame:
    """Return `week` (its Monday) and how many were received and answered, of all weeks from the first."""
    counts = [
        view.result(name, every="1w").select(week="period", **{words: pl.col("numerator")})
        for name, words in zip(("enquiries", "enquiries_answered"), RECEIVED, strict=True)
    ]
    joined = counts[0].join(counts[1], on="week", how="full", coalesce=True).sort("week")
    return joined.with_columns(pl.col(RECEIVED).fill_null(0))


def _waiting(view: View) -> None:
    """Draw how many wait, by the week of arrival and by topic."""
    metric, split = view.metric(WAITS), [WEEK, TOPIC]

    def make(view: View, colours: Palette) -> Chart:
        result = view.result(WAITS, by=[by.name for by in split]).filter(pl.col("numerator") > 0)
        return heat(metric, result, split, view.clocks, colours)

    count = int(view.figure(WAITS).numerator)
    headline = f"{counted(count, 'enquiry waits', 'enquiries wait')} for an answer" if count else "None waits"
    if view.result(WAITS, by=[by.name for by in split]).filter(pl.col("numerator") > 0).height >= FEWEST:
        measure = "By topic and week received"
        chart_card.draw(view, make, key="waiting", headline=headline, measure=measure)
        return
    with chart_card.frame("waiting"):
        chart_card.head(headline)
        if count:
            result = view.result(WAITS, by=[TOPIC.name]).filter(pl.col("numerator") > 0)
            st.markdown(plain(f"{capitalised(in_words(metric, result, TOPIC))}."))


def _topics(view: View) -> None:
    metric = view.metric(ANSWERED)
    assert isinstance(metric, Duration)
    result = view.result(ANSWERED, by=[TOPIC.name])
    if result.height < FEWEST:
        with chart_card.frame("answered"):
            chart_card.head(f"{metric.title} by topic")
            st.markdown(plain(f"{capitalised(in_words(metric, result, TOPIC))}."))
        return
    chart = bars(metric, result, TOPIC, view.clocks, chart_card.colours())
    given = export_button.of_figure(view, ANSWERED, by=[TOPIC.name])
    days = view.figure(ANSWERED).value
    headline = "" if days is None else f"Half answered within {counted(round(days), 'day', 'days')}"
    chart_card.show(chart, key="answered", offer=given, headline=headline, measure="Median days by topic")


def _list(view: View) -> None:
    with chart_card.frame("who_waits"):
        waiting = view.behind(WAITS).sort("received_on", "enquiry_ref")
        rows.longest("Who waits", waiting_table(view, waiting))


def waiting_table(view: View, waiting: pl.DataFrame) -> pl.DataFrame:
    late = (
        pl.when(pl.col("overdue_from") <= view.clocks.as_at)
        .then(pl.lit("▲ overdue"))
        .otherwise(pl.lit("due"))
    )
    return waiting.select(
        Enquiry="enquiry_ref", Topic=pl.col("topic").cast(pl.String).fill_null(TOPIC.missing),
        Received=rows.day("received_on"), Due=pl.concat_str(late, pl.lit(" "), rows.day("due_on")),
    )  # fmt: skip


def _all_waiting(view: View) -> None:
    if view.figure(WAITS).numerator:
        rows.rows_of(view, WAITS)
    else:
        st.markdown("No enquiry waits for an answer on this day.")


def _by_topic(view: View) -> None:
    result = view.result("enquiries", by=[TOPIC.name]).filter(pl.col("numerator") > 0)
    if result.is_empty():
        st.markdown("No enquiry had arrived by this day.")
        return
    chart = bars(view.metric("enquiries"), result, TOPIC, view.clocks, chart_card.colours())
    chart_card.show(chart, key="by_topic", offer=export_button.of_figure(view, "enquiries", by=[TOPIC.name]))


def _method(view: View) -> None:
    for name in view.loaded([*STRIP, IN_TIME]):
        metric = view.metric(name)
        st.markdown(plain(f"{metric.title}: {metric.definition}"))


def _offer(view: View) -> export_button.Offer:
    # It bears aggregates only, so no reason is asked.
    return export_button.of_table(view, TITLE, requests_file)


def requests(view: View) -> None:
    st.markdown(
        f"**{plain(page_answers.in_the_whole(view, 'disclosures', page_answers.disclosures(view)))}**"
    )
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
    _offer(view).link(f"{TITLE}, for requests for information")


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
    given = export_button.of_figure(view, IN_TIME, by=[YEAR.name])
    chart_card.show(chart, key="in_time_by_year", offer=given, chosen="behind_in_time")
    st.caption(chance_of(result, "the years"))
    rows.under(view, IN_TIME, result, [YEAR], key="behind_in_time")


def _limits(terms: Terms) -> str:
    if not terms.timescales:
        return "The terms of reference know no limit, so no disclosure is judged by one."
    scales = sorted(terms.timescales, key=lambda scale: scale.begins)
    limits = [f"{written_count(scale.days)} days from {written_day(scale.begins)}" for scale in scales]
    judged = "Each is judged by the limit on the whole process in force on the day it was received"
    return f"{judged}: {listed_words(limits)}. The day of receipt is not counted."
