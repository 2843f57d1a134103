"""How far the review has come, when it will be finished, and how long each stage takes."""

from collections.abc import Callable, Sequence

import polars as pl
import streamlit as st

from charts.bars import labels_of
from charts.chart import Chart
from charts.palette import Palette
from charts.series import small_multiples
from data.formatting import measured, written_count
from metrics.dimensions import AREA, TEAM, Dimension
from pages.shell import choices
from pages.shell.page_start import current_view
from pages.widgets import (
    breakdown,
    chart_card,
    course,
    export_button,
    figure_strip,
    forecast,
    rows,
    status_line,
)
from pages.widgets.rows import asked_dimension
from service.events import events
from service.markdown import plain
from service.over_time import lines_by
from service.sentences import page_answers, status
from service.sentences.figure import headline
from service.view import View

FIGURES = {
    "population": "In review",
    "share_assessed": "Assessed",
    "sent_on": "Sent for review",
    "share_completed": "Reviewed",
    "backlog": "Outstanding",
    "allocated": "Allocated",
}
STAGES = ("days_to_assessment", "days_to_allocation", "days_in_review")
# The team is a review's and not a case's, so its stage is that of reviews of every kind.
OF_TEAMS = ("days_per_review",)
ALL_STAGES = "all together"
STAGES_TITLE = "Days in each stage"
LEAST_PERIODS = 3


def draw() -> None:
    view = current_view(population="applications")
    happened = events(view)
    status_line.draw(view, status.progress(view))
    figure_strip.draw(view, FIGURES)
    forecast.draw(view, happened)
    course.draw(view, happened, then=course.drawn_then(view))
    if not view.loaded(["completed"]):
        st.info(page_answers.not_loaded("reviews"))
    _below(view)


def _below(view: View) -> None:
    parts: dict[str, Callable[[View], None]] = {}
    if view.loaded(["completed"]) and view.figure(STAGES[0]).denominator:
        parts["Stages"] = stages
    splits = view.dimensions("cases")
    over_time = "Areas over time" if AREA in splits else "Groups over time"
    if splits:
        parts[over_time] = groups
    if view.loaded(["backlog"]):
        parts["Earlier forecasts"] = forecast.draw_record
        parts["Rows"] = lambda view: rows.rows_of(view, "backlog")
    parts["Method"] = method
    owns = {"Stages": ("stages_by",), over_time: ("by", "behind_measure")}
    choices.tabs("below", parts, view, owns=owns)


def groups(view: View) -> None:
    """Draw the share completed of each group now and over time; where all are alike, say it."""
    name = view.loaded(["share_completed", "population"])[0]
    split = asked_dimension(view, "By", key="by")
    if split is None:
        return
    result, kind = view.result(name, by=[split.name]), split.title.lower()
    if view.metric(name).share and result["value"].n_unique() == 1:
        st.markdown(f"{view.metric(name).title}: {headline(view.figure(name))} in every {plain(kind)}.")
    else:
        breakdown.show(view, name, split, key=f"measure_by_{split.name}", behind="behind_measure")
    # A grade can differ from day to day, so each period of it is counted anew.
    every, word = ("1w", "week") if split.steady else ("1mo", "month")

    def make(view: View, colours: Palette) -> Chart:
        title = f"{view.metric(name).title} by {kind}, by {word}"
        long = lines_by(view, name, every, split.name)
        return small_multiples(title, long, colours, share=view.metric(name).share, every=word)

    if lines_by(view, name, every, split.name)["period"].n_unique() >= LEAST_PERIODS:
        chart_card.draw(view, make, key=f"groups_{split.name}", measure=f"At each {word}'s end")


def stages(view: View) -> None:
    splits = {dimension.title: dimension for dimension in (*view.dimensions("cases"), TEAM)}
    split = splits.get(choices.one("Stages by", [ALL_STAGES, *splits], key="stages_by"))
    st.dataframe(stages_table(view, split), hide_index=True)
    name = STAGES_TITLE if split is None else f"{STAGES_TITLE} by {split.title.lower()}"
    export_button.of_table(view, name, lambda seen: stages_table(seen, split)).draw(key="stages")


def stages_table(view: View, split: Dimension | None) -> pl.DataFrame:
    names = view.loaded(OF_TEAMS if split is TEAM else STAGES)
    by = [] if split is None else [split]
    return pl.DataFrame([row for name in names for row in _stage_rows(view, name, by)])


def _stage_rows(view: View, name: str, by: Sequence[Dimension]) -> list[dict[str, str]]:
    result, metric = view.result(name, by=[dimension.name for dimension in by]), view.metric(name)
    values = [labels_of(result, dimension) for dimension in by]
    return [
        {
            "Stage": metric.title,
            **{dimension.title: labels[number] for dimension, labels in zip(by, values, strict=True)},
            "Half are through within": "not yet known"
            if row["value"] is None
            else measured(row["value"], "day", "days"),
            "Entered": written_count(row["denominator"]),
            "Left": written_count(row["numerator"]),
            "Still in it": written_count(row["denominator"] - row["numerator"]),
        }
        for number, row in enumerate(result.iter_rows(named=True))
        if row["denominator"]
    ]


def method(view: View) -> None:
    sentences = [page_answers.progress(view), page_answers.scope_grown(view), *forecast.how(view)]
    sentences.append("Days in a stage are medians that count those still in it (Kaplan-Meier).")
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences if sentence))
