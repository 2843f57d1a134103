"""The inbox: messages by week and topic, days to an answer, and those that wait."""

import polars as pl
import streamlit as st

from charts.bars import medians
from charts.stacks import stacks
from data.formatting import written_count
from metrics.dimensions import TOPIC
from metrics.metric import Duration
from pages.widgets import chart_card, export_button, rows
from service.view import View

WEEKLY, ANSWERED = "Enquiries by week and topic", "days_to_answer"


def draw(view: View) -> None:
    """Show what arrived and how soon it was answered; list the rows of what waits."""
    found = weekly(view)
    if found.is_empty():
        st.info("No enquiry had arrived by this day: choose a later day to see any.")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _volume(view, found)
    with right:
        metric = view.metric(ANSWERED)
        assert isinstance(metric, Duration)
        result = view.result(ANSWERED, by=[TOPIC.name])
        chart = medians(metric, result, TOPIC, view.clocks, chart_card.colours())
        chart_card.show(
            chart, key="answered", leaving=export_button.of_figure(view, ANSWERED, by=[TOPIC.name])
        )
    if waiting := int(view.figure("enquiries_open").numerator):
        st.subheader(f"Waiting for an answer: {written_count(waiting)}")
        rows.rows_of(view, "enquiries_open")


def weekly(view: View) -> pl.DataFrame:
    """Return `day` (Monday), `part` (topic) and `count`, of weeks and topics in which anything arrived."""
    found = view.result("enquiries", by=[TOPIC.name], every="1w")
    topic = pl.col(TOPIC.name).cast(pl.String).fill_null(TOPIC.missing)
    return found.filter(pl.col("numerator") > 0).select(day="period", part=topic, count="numerator")


def _volume(view: View, found: pl.DataFrame) -> None:
    topics = [each for each in view.source.terms.codes("enquiry_topics") if each in set(found["part"])]
    parts = [*topics, *sorted(set(found["part"]) - set(topics))]
    weeks = found["day"].sort()
    span = (weeks[0], weeks[-1])
    leaving = export_button.of_figure(view, "enquiries", by=[TOPIC.name], every="1w")
    chart = stacks(WEEKLY, found, parts, span, chart_card.colours(), unit="enquiries", period="week")
    chart_card.show(chart, key="weekly_enquiries", leaving=leaving)
