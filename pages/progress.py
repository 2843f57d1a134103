"""How far the review has come, when it will be finished, and how long each stage takes."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from charts.bars import labels_of
from data.formatting import measured, written_count
from metrics.dimensions import TEAM, Dimension
from pages.shell import choices
from pages.shell.address import Switch
from pages.shell.page_start import current_view
from pages.widgets import breakdown, course, export_button, figure_card, forecast, rows
from pages.widgets.rows import asked_dimension
from service import forecast as finish
from service.markdown import plain
from service.sentences import page_answers
from service.view import View

STAGES = ("days_to_assessment", "days_to_allocation", "days_in_review")
# The team is a review's and not a case's, so its stage is that of reviews of every kind.
OF_TEAMS = ("days_per_review",)
ALL_STAGES = "all together"
OUTSTANDING = Switch("outstanding", "Show the rows outstanding")
STAGES_TITLE = "Days in each stage"


def draw() -> None:
    view = current_view(population="applications")
    st.header(page_answers.progress(view))
    if sentence := finish.sentence(view):
        st.markdown(f"**{plain(sentence)}**")
    forecast.draw(view)
    figure_card.row(view, ("population", "share_assessed", "sent_on"))
    figure_card.row(view, ("allocated", "share_completed", "backlog"))
    then = course.drawn_then(view)
    course.burn_up(view, then=then)
    if changed := page_answers.scope_grown(view):
        st.caption(changed)
    if view.loaded(["completed"]):
        course.flow(view, then=then)
        stages(view)
    else:
        st.info(page_answers.not_loaded("reviews"))
    measure = view.metric(view.loaded(["share_completed", "population"])[0])
    if split := asked_dimension(view, f"{measure.title}, by", key="by"):
        breakdown.show(view, measure.name, split, key=f"measure_by_{split.name}", behind="behind_measure")
    if view.loaded(["backlog"]) and choices.ask(OUTSTANDING, default=False):
        rows.rows_of(view, "backlog")


def stages(view: View) -> None:
    if not view.figure(STAGES[0]).denominator:
        return
    st.subheader(STAGES_TITLE)
    splits = {dimension.title: dimension for dimension in (*view.dimensions("cases"), TEAM)}
    split = splits.get(choices.one("Stages by", [ALL_STAGES, *splits], key="stages_by"))
    st.dataframe(stages_table(view, split), hide_index=True)
    st.caption("Kaplan-Meier medians: those still in a stage count as still in it, not left out.")
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
