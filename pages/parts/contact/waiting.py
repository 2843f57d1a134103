"""Who waits to be reached, and for how long."""

import polars as pl
import streamlit as st

from charts.bars import bars
from data.formatting import counted, written_day
from metrics.dimensions import DAYS_WAITING
from pages.widgets import chart_card, export_button, rows
from service.markdown import plain
from service.view import View

NAME = "people_waiting"


def draw(view: View) -> None:
    """Say how many people wait and how long, show them by days, and list them."""
    st.subheader("Who is waiting")
    st.markdown(plain(sentence(view)))
    result = view.result(NAME, by=[DAYS_WAITING.name]).filter(pl.col("numerator") > 0)
    if result.is_empty():
        return
    chart = bars(view.metric(NAME), result, DAYS_WAITING, view.clocks, chart_card.colours())
    leaving = export_button.of_figure(view, NAME, by=[DAYS_WAITING.name])
    chart_card.show_to_click(chart, key="waiting_by_days", chosen="behind_waiting", leaving=leaving)
    rows.under(view, NAME, result, [DAYS_WAITING], key="behind_waiting")


def sentence(view: View) -> str:
    found, usual = view.ages(NAME), _usual(view)
    if found.count == 0 or found.since is None or found.longest is None or found.median is None:
        return f"Nobody waits to be reached on {written_day(view.clocks.as_at)}. {usual}"
    people, longest = (
        counted(found.count, "person waits", "people wait"),
        counted(found.longest, "day", "days"),
    )
    half = (
        f"half of them for {counted(int(found.median), 'day', 'days')} or longer, "
        if found.median >= 1
        else ""
    )
    if found.count == 1:
        return f"{people} to be reached: for {longest}, since {written_day(found.since)}. {usual}"
    return (
        f"{people} to be reached: {half}the longest for {longest}, since {written_day(found.since)}. {usual}"
    )


def _usual(view: View) -> str:
    taken = view.figure("days_to_contact")
    if taken.value is None:
        return "Too few have been reached to say how long it takes."
    return (
        f"Of all identified, half were reached, or found not to be contacted, within "
        f"{counted(round(taken.value), 'day', 'days')}; those still waiting count as waiting."
    )
