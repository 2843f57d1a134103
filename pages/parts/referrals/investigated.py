"""People under investigation by duty status; their pseudonyms only for those who may see them."""

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import bars, labels_of
from data.formatting import counted, listed_words, written_count
from metrics.dimensions import DUTY
from pages.widgets import chart_card, export_button, rows
from service.markdown import plain
from service.view import View

NAME = "people_investigated"


def draw(view: View) -> None:
    """Say and show how many people are under investigation, and how each duty status stands."""
    if not view.told([NAME]):
        return
    result = view.result(NAME, by=[DUTY.name]).filter(pl.col("numerator") > 0)
    if result.is_empty():
        st.subheader(view.metric(NAME).title)
        st.markdown("Nobody is recorded as under investigation on this day.")
        return
    chart = bars(view.metric(NAME), result, DUTY, view.clocks, chart_card.colours())
    chart_card.show(chart, key="duties", leaving=export_button.of_figure(view, NAME, by=[DUTY.name]))
    st.markdown(plain(sentence(view, result)))
    if view.source.visit.may(Permission.REVIEWER_NAMES) and view.source.visit.may(Permission.CASE_ROWS):
        shown = st.expander("Who they are, by pseudonym", key="rows_investigated", on_change="rerun")
        if shown.open:
            with shown:
                rows.rows_of(view, NAME)


def sentence(view: View, result: pl.DataFrame) -> str:
    count = view.figure(NAME).numerator
    parts = [
        f"{label} {written_count(number)}"
        for label, number in zip(labels_of(result, DUTY), result["numerator"], strict=True)
    ]
    people = counted(count, "person is", "people are")
    return f"{people} under investigation in a referral in scope. Duty status: {listed_words(parts)}."
