"""Lines over time that more than one page shows."""

import datetime as dt

import polars as pl
import streamlit as st

from charts.chart import Chart
from charts.lines import lines, pace
from charts.palette import LIGHT, Palette
from data.formatting import capitalised, short_day, written_count, written_day
from metrics.workdays import weekly_rate
from pages.shell import choices
from pages.widgets import chart_card, export_button
from service.days import days_of, every_day
from service.view import View

EACH_DAY, ONE_DAY = "on each day", "on one day"
PACE = "Detailed reviews completed on a working day, by week"
IN_PROGRESS = {"Waiting to be allocated": "not_allocated", "With a team": "in_hand"}
BURN_UP = {
    "In the review": "population",
    "Risk assessed": "risk_assessed",
    "Reviewed in detail": "completed",
}


def burn_up(view: View, *, then: bool) -> None:
    """Show work done against the size of the review: the line that moves is the scope."""
    leaving = export_button.of_course(view, list(_burnt_up(view).values()), then=then)
    chart_card.show(burn_up_chart(view, chart_card.colours(), then=then), key="burn_up", leaving=leaving)


def burn_up_chart(view: View, colours: Palette, *, then: bool) -> Chart:
    """Draw work done against the size of the review, on a page or on paper."""
    many = view.source.terms.case.many
    title = f"{capitalised(many)} over time, {_known(view, then=then)}"
    return lines(title, _courses(view, _burnt_up(view), then=then), many, colours)


def in_progress(view: View, *, then: bool) -> Chart:
    """Draw the detailed reviews outstanding: those that wait for a team, and those with one."""
    title = f"Detailed reviews outstanding, {_known(view, then=then)}"
    courses = _courses(view, IN_PROGRESS, then=then)
    return lines(title, courses, view.source.terms.case.many, chart_card.colours(), labelled="legend")


def throughput(view: View, colours: Palette) -> Chart:
    """Draw the detailed reviews completed on a working day, week by week, until the last extract."""
    last = _last(view)
    days = every_day(view, last)
    totals = view.course("completed", days, then=False).select("day", total="numerator")
    weeks = weekly_rate(totals, days[0], last)
    called = {"done": "Detailed reviews completed", "days": "Working days"}
    return pace(PACE, weeks, colours, unit="completed a working day", columns=called)


def drawn_then(view: View) -> bool:
    """Ask whether lines are drawn as known on each day; only then does each end at the view's own figure."""
    if not view.many_states:
        return False
    words = {EACH_DAY: EACH_DAY, ONE_DAY: f"on {written_day(view.clocks.known_at)}"}
    known = choices.segment(
        "Lines as known",
        list(words),
        key="lines",
        default=EACH_DAY if view.as_known_then else ONE_DAY,
        format_func=words.__getitem__,
        help="On each day: what that day's own extract said. On one day: with all recorded by then.",
    )
    return known == EACH_DAY


def _known(view: View, *, then: bool) -> str:
    return "as known on each day" if then else f"as known on {written_day(view.clocks.known_at)}"


def flow(view: View, *, then: bool) -> None:
    """Show the work in progress beside the pace at which it is completed."""
    left, right = st.columns(2, gap="large")
    with left:
        leaving = export_button.of_course(view, list(IN_PROGRESS.values()), then=then)
        chart_card.show(in_progress(view, then=then), key="in_progress", leaving=leaving)
    with right:
        _show_throughput(view)


def _show_throughput(view: View) -> None:
    """Show the pace week by week, or say that there is none before a working day is over."""
    chart = throughput(view, chart_card.colours())
    if chart.table.is_empty():
        day = written_day(_last(view))
        st.info(f"No working day of the review was over by {day}: choose a later day to see a pace.")
        return
    leaving = export_button.of_table(view, PACE, lambda seen: throughput(seen, LIGHT).table)
    chart_card.show(chart, key="weekly", leaving=leaving)


def peak(view: View, name: str) -> str:
    """Say when a figure was at its highest, as known at the view's own day; nothing if it never was."""
    if not view.told([name]):
        return ""
    found = view.course(name, days_of(view), then=False)
    top = found.row(int(found["numerator"].arg_max() or 0), named=True)
    if not top["numerator"]:
        return ""
    return f"; at the peak {written_count(top['numerator'])}, from {short_day(top['day'])}"


def _last(view: View) -> dt.date:
    return min(view.clocks.as_at, view.told_until("reviews") or view.clocks.as_at)


def _burnt_up(view: View) -> dict[str, str]:
    return {words: name for words, name in BURN_UP.items() if view.told([name])}


def _courses(view: View, figures: dict[str, str], *, then: bool) -> dict[str, pl.DataFrame]:
    return {words: view.course(name, days_of(view), then=then) for words, name in figures.items()}
