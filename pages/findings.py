"""What was found in the cases, where, whether that is chance, and how often the first judgement stood."""

from functools import partial

import polars as pl
import streamlit as st

from charts.cells import heat
from charts.chart import Chart
from charts.palette import Palette
from data.formatting import written_count, written_share
from metrics.chance.steady_rate import STATED
from metrics.dimensions import ALLEGATION, FINAL, RECOMMENDED
from pages.shell import choices
from pages.shell.page_start import current_view
from pages.widgets import chart_card, figure_strip, rows
from service.markdown import plain
from service.sentences import status
from service.view import View

RATE, MATRIX, OVERTURNED = "share_adverse", "findings_decided", "findings_overturned"
LISTED = ("adverse", MATRIX, OVERTURNED)
METHOD = (
    "An interval shows where the true share probably lies. It is Wilson's, and covers 95 of 100 true shares.",
    f"A group is named only if it differs over all groups. At random, at most {STATED} charts name one.",
    "A finding is overturned where the final one differs from the one recommended.",
)


def draw() -> None:
    view = current_view()
    figure_strip.status(view, status.Status(f"{status.adverse_title(view)}."))
    titles = {
        "closed": "{Cases} {closed}",
        "adverse": "With {findings}",
        RATE: "Share",
        MATRIX: "Findings decided",
        OVERTURNED: "Overturned",
    }
    figure_strip.draw(view, titles)
    splits = {split.title: split for split in view.dimensions("cases")}
    by_group = None
    if splits:
        split = splits[choices.one("By", list(splits), key="split", width=150)]
        by_group = partial(rows.rates, view, RATE, split, key=f"adverse_by_{split.name}")
    over_time = partial(rows.rates_by_month, view, RATE, key="adverse_over_time", measure="95% interval")
    chart_card.side_by_side(by_group, over_time)
    kinds = partial(rows.breakdown, view, MATRIX, ALLEGATION, key="by_allegation", occurring=True)
    chart_card.side_by_side(
        partial(_matrix, view) if view.loaded([OVERTURNED]) else None,
        kinds if "allegations" in view.source.tables else None,
    )
    choices.tabs("tab", {"Rows": _rows, "Method": _method}, view, owns={"Rows": ("list",)})


def _matrix(view: View) -> None:
    by = (RECOMMENDED, FINAL)

    def counts(view: View) -> pl.DataFrame:
        result = view.result(MATRIX, by=[split.name for split in by])
        return result.filter(pl.col("numerator") > 0)

    def make(view: View, colours: Palette) -> Chart:
        return heat(view.metric(MATRIX), counts(view), by, view.clocks, colours, turn=False)

    chart_card.draw(
        view, make, key="matrix", headline=overturned_title(view),
        measure="Recommended finding down, final finding across", compact=True,
    )  # fmt: skip
    rows.under(view, MATRIX, counts(view), by, key="behind_matrix")


def overturned_title(view: View) -> str:
    figure = view.figure(OVERTURNED)
    if figure.value is None or figure.low is None or figure.high is None:
        return "No recommended finding has been decided yet"
    interval = f"95% interval {written_share(figure.low)} to {written_share(figure.high)}"
    of_all = f"{written_count(figure.numerator)} of {written_count(figure.denominator or 0)}"
    return f"{of_all} findings overturned, {written_share(figure.value)} ({interval})"


def _rows(view: View) -> None:
    if not rows.allowed(view):
        return
    titles = {view.metric(name).title: name for name in view.loaded(LISTED)}
    name = titles[choices.one("Rows of", list(titles), key="list", width=300)]
    rows.rows_of(view, name)


def _method(view: View) -> None:
    figure_strip.definitions(view, [RATE, "adverse", MATRIX, OVERTURNED])
    st.markdown(plain(" ".join(METHOD)))
