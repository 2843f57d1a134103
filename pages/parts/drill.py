"""From a number to the rows behind it: as many rows as the number says."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from charts.bars import labels_of
from data.written import counted
from metrics.dimensions import Dimension
from pages.parts.source import View

HIDDEN = (
    "recorded_from", "recorded_to", "earlier_grades", "graded_on", "in_scope", "year", "month_found", "first",
    "from_on", "until_on", "failed_on",
)  # fmt: skip
CHOSEN = "behind"


def labels(result: pl.DataFrame, split: Sequence[Dimension]) -> list[str]:
    """Label each row of a result by its values."""
    parts = [labels_of(result, each) for each in split]
    return [" · ".join(row) for row in zip(*parts, strict=True)]


def choose(result: pl.DataFrame, split: Sequence[Dimension]) -> int | None:
    """Ask which bar or cell to open, and return its row in the result; the keyboard's way to a click."""
    labelled = labels(result, split)
    options = [label for label, count in zip(labelled, result["numerator"], strict=True) if count]
    if st.session_state.get(CHOSEN) not in (None, *options):
        st.session_state[CHOSEN] = None
    chosen = st.selectbox(
        "Show the rows behind",
        options,
        index=None,
        key=CHOSEN,
        bind="query-params",
        placeholder="Choose a bar or cell, or click one above",
    )
    return None if chosen is None else labelled.index(chosen)


def rows_behind(view: View, name: str, result: pl.DataFrame, split: Sequence[Dimension], row: int) -> None:
    """List the rows that one number of a result counts."""
    values = result.with_columns(pl.col(each.name).cast(pl.String) for each in split).row(row, named=True)
    where = [(each.name, values[each.name]) for each in split]
    found = view.behind(name, where)
    metric = view.metric(name)
    noun = metric.unit.removesuffix("s") if metric.unit != "share" else view.source.terms.case.one
    many = metric.unit if metric.unit != "share" else view.source.terms.case.many
    label = labels(result, split)[row]
    st.markdown(f"**{counted(found.height, noun, many).capitalize()}** behind “{label}”.")
    show_rows(found)


def show_rows(rows: pl.DataFrame) -> None:
    """List rows as a table that can be sorted and searched."""
    table = shown(rows)
    written = st.column_config.DateColumn(format="D MMM YYYY")
    st.dataframe(
        table,
        hide_index=True,
        column_config={name: written for name, dtype in table.schema.items() if dtype == pl.Date},
    )


def shown(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as a reader sees them: named columns, none that is empty, none that serves the machine."""
    kept = [name for name in rows.columns if name not in HIDDEN and rows[name].null_count() < rows.height]
    return rows.select(kept).rename(lambda name: name.replace("_ref", " ref").replace("_", " ").capitalize())
