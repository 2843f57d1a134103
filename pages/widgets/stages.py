"""Days in each stage, with those still in it counted as still in it."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from charts.bars import labels_of
from data.formatting import measured, written_count
from metrics.dimensions import TEAM, Dimension
from pages.shell import choices
from pages.widgets import export_button
from service.view import View

STAGES = ("days_to_assessment", "days_to_allocation", "days_in_review")
# The team is a review's and not a case's, so its stage is that of reviews of every kind.
OF_TEAMS = ("days_per_review",)
ALL = "all together"
TITLE = "Days in each stage"


def draw(view: View) -> None:
    if not view.figure(STAGES[0]).denominator:
        return
    st.subheader(TITLE)
    splits = {each.title: each for each in (*view.dimensions("cases"), TEAM)}
    title = choices.one("Stages by", [ALL, *splits], key="stages_by")
    split = splits.get(title)
    st.dataframe(table(view, split), hide_index=True)
    st.caption(
        "Median by the Kaplan-Meier estimate: those still in a stage count as still in it, not left out."
    )
    name = TITLE if split is None else f"{TITLE} by {split.title.lower()}"
    export_button.of_table(view, name, lambda seen: table(seen, split)).draw(key="stages")


def table(view: View, split: Dimension | None) -> pl.DataFrame:
    names = view.told(OF_TEAMS if split is TEAM else STAGES)
    by = [] if split is None else [split]
    lines = [line for name in names for line in _lines(view, name, by)]
    return pl.DataFrame(lines)


def _lines(view: View, name: str, by: Sequence[Dimension]) -> list[dict[str, str]]:
    result, metric = view.result(name, by=[each.name for each in by]), view.metric(name)
    values = [labels_of(result, each) for each in by]
    return [
        {
            "Stage": metric.title,
            **{each.title: labels[number] for each, labels in zip(by, values, strict=True)},
            "Half are through within": _days(row["value"]),
            "Entered": written_count(row["denominator"]),
            "Left": written_count(row["numerator"]),
            "Still in it": written_count(row["denominator"] - row["numerator"]),
        }
        for number, row in enumerate(result.iter_rows(named=True))
        if row["denominator"]
    ]


def _days(value: float | None) -> str:
    return "not yet known" if value is None else measured(value, "day", "days")
