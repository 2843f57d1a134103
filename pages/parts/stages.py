"""Days in each stage, with those still in it counted as still in it."""

import polars as pl
import streamlit as st

from data.written import written_count
from pages.parts.cards import headline
from pages.parts.source import Figure, View

STAGES = ("days_to_assessment", "days_to_allocation", "days_in_review")


def draw(view: View) -> None:
    """Draw the stages as a table, for those that any case has entered."""
    figures = [figure for figure in (view.figure(name) for name in STAGES) if figure.denominator]
    if not figures:
        return
    st.subheader("Days in each stage")
    st.dataframe(pl.DataFrame([_line(figure) for figure in figures]), hide_index=True)
    st.caption(
        "Median by the Kaplan-Meier estimate: those still in a stage count as still in it, not left out."
    )


def _line(figure: Figure) -> dict[str, str]:
    entered = figure.denominator or 0
    return {
        "Stage": figure.metric.title,
        "Half are through within": headline(figure),
        "Entered": written_count(entered),
        "Left": written_count(figure.numerator),
        "Still in it": written_count(entered - figure.numerator),
    }
