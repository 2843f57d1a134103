"""Failures by one or two dimensions and by month, with the rows behind any bar or cell."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from charts.bars import bars, columns, labels_of
from metrics.dimensions import Dimension, dimension
from pages.shell import choices
from pages.widgets import chart_card, export_button, rows
from service.view import View

ALONE = "nothing else"
BEHIND = "behind"


def by_two(view: View) -> None:
    """Ask for one or two dimensions, show the counts, and list the rows behind the one chosen."""
    splits = view.dimensions("failures")
    titles = [each.title for each in splits]
    left, right = st.columns(2)
    first = choices.one("Split by", titles, key="split", place=left)
    others = [ALONE, *(title for title in titles if title != first)]
    second = choices.one("and by", others, key="and_by", place=right)
    split = [splits[titles.index(title)] for title in (first, second) if title != ALONE]
    result = view.result("failures", by=[each.name for each in split])
    if len(split) == 1:
        chart = bars(view.metric("failures"), result, split[0], view.clocks, chart_card.colours())
        leaving = export_button.of_figure(view, "failures", by=[split[0].name])
        chart_card.show_to_click(chart, key=f"failures_by_{split[0].name}", chosen=BEHIND, leaving=leaving)
    else:
        _cells(view, result, split)
        export_button.of_figure(view, "failures", by=[each.name for each in split]).draw(key="cells")
    rows.under(view, "failures", result, split, key=BEHIND)


def by_month(view: View) -> None:
    monthly = view.result("failures", every="1mo")
    chart = columns(view.metric("failures"), monthly, view.clocks, chart_card.colours(), every="month")
    leaving = export_button.of_figure(view, "failures", every="1mo")
    chart_card.show_to_click(chart, key="monthly", chosen="behind_month", leaving=leaving)
    split = [dimension("month_found")]
    rows.under(view, "failures", monthly.rename({"period": "month_found"}), split, key="behind_month")


def _cells(view: View, result: pl.DataFrame, split: Sequence[Dimension]) -> None:
    down, across = split
    st.subheader(f"{view.metric('failures').title} by {down.title.lower()} and {across.title.lower()}")
    order = labels_of(result.select(across.name).unique().sort(across.name, nulls_last=True), across)
    long = pl.DataFrame({
        down.title: labels_of(result, down),
        across.title: labels_of(result, across),
        "count": result["numerator"],
    })  # fmt: skip
    grid = long.pivot(across.title, index=down.title, values="count", maintain_order=True)
    grid = grid.select(down.title, *order).fill_null(0)

    def choose_cell() -> None:
        cells = st.session_state["cells"]["selection"]["cells"]
        if cells:
            row, column = cells[0]
            label = f"{grid[down.title][row]} · {column}"
            st.session_state[BEHIND] = label if column != down.title and grid[column][row] else None

    st.dataframe(grid, hide_index=True, key="cells", on_select=choose_cell, selection_mode="single-cell")
