"""From a number to the rows behind it: as many rows as the number says."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import labels_of
from data.formatting import counted, short_day, written_count
from metrics.dimensions import Dimension
from metrics.metric import Subject
from pages.shell import choices
from pages.widgets import case_history, export_button
from service.markdown import plain
from service.rows import MOST_ROWS, shown
from service.view import View

NOUNS: dict[Subject, tuple[str, str]] = {
    "failures": ("failure", "failures"),
    "referrals": ("referral", "referrals"),
    "investigated": ("person", "people"),
    "recommendations": ("recommendation", "recommendations"),
    "people": ("person", "people"),
    "attempts": ("attempt", "attempts"),
    "staffing": ("week of a team", "weeks of teams"),
    "second_looks": ("second look", "second looks"),
    "enquiries": ("enquiry", "enquiries"),
    "reviews": ("review", "reviews"),
}
"""What the rows of a subject are called; those not named are what the review calls its cases."""
NOT_ROWS = "The rows behind each number are shown to those who may see case rows."


def labels(result: pl.DataFrame, split: Sequence[Dimension]) -> list[str]:
    parts = [labels_of(result, dimension) for dimension in split]
    return [" · ".join(row) for row in zip(*parts, strict=True)]


def under(view: View, name: str, result: pl.DataFrame, split: Sequence[Dimension], *, key: str) -> None:
    if not view.source.visit.may(Permission.CASE_ROWS):
        st.caption(NOT_ROWS)
        return
    labelled = labels(result, split)
    options = [label for label, count in zip(labelled, result["numerator"], strict=True) if count]
    chosen = choices.perhaps(
        "Show the rows behind",
        options,
        key=key,
        placeholder="Click a bar or cell, or choose one here",
    )
    if chosen is not None:
        rows_behind(view, name, result, split, labelled.index(chosen), key=key)


def rows_behind(
    view: View, name: str, result: pl.DataFrame, split: Sequence[Dimension], row: int, *, key: str
) -> None:
    values = result.with_columns(pl.col(dimension.name).cast(pl.String) for dimension in split).row(
        row, named=True
    )
    where = [(dimension.name, values[dimension.name]) for dimension in split]
    behind = view.behind(name, where)
    case = view.source.terms.case
    one, many = NOUNS.get(view.metric(name).subject, (case.one, case.many))
    st.markdown(
        f"**{plain(counted(behind.height, one, many))}** behind “{plain(labels(result, split)[row])}”."
    )
    show_cases(view, behind, key=f"{key}_{name}")
    export_button.offer_rows(view, name, where, key=f"{key}_{name}")


def rows_of(
    view: View, name: str, where: Sequence[tuple[str, str | None]] = (), *, key: str | None = None
) -> None:
    """List the rows that a figure counts, where dimensions have these values, to those who may see them.

    key: tells a list from another of the same figure on the same page.
    """
    if view.source.visit.may(Permission.CASE_ROWS):
        key = key or f"all_{name}"
        show_cases(view, view.behind(name, where), key=key)
        export_button.offer_rows(view, name, where, key=key)
    else:
        st.caption(NOT_ROWS)


def show_cases(view: View, rows: pl.DataFrame, *, key: str) -> None:
    if "application_ref" not in rows.columns:
        show_rows(rows)
        return
    refs = rows["application_ref"].head(MOST_ROWS).to_list()
    chosen, table = f"{key}_case", f"{key}_rows"

    def choose_row() -> None:
        places = st.session_state[table]["selection"]["rows"]
        st.session_state[chosen] = refs[places[0]] if places else None

    show_rows(rows, key=table, on_select=choose_row, selection_mode="single-row")
    case_history.ask(view, refs, key=chosen)


def show_rows(rows: pl.DataFrame, **selecting: Any) -> None:  # noqa: ANN401  # what Streamlit takes
    table = shown(rows.head(MOST_ROWS))
    written = st.column_config.DateColumn(format="D MMM YYYY")
    st.dataframe(
        table,
        hide_index=True,
        column_config={name: written for name, dtype in table.schema.items() if dtype == pl.Date},
        **selecting,
    )
    if rows.height > MOST_ROWS:
        first, total = written_count(MOST_ROWS), written_count(rows.height)
        st.caption(f"The first {first} of {total}: narrow the view for the rest.")


def asked_dimension(view: View, label: str, *, key: str) -> Dimension | None:
    splits = {dimension.title: dimension for dimension in view.dimensions("cases")}
    return splits[choices.one(label, list(splits), key=key)] if splits else None


def day(name: str) -> pl.Expr:
    return pl.col(name).map_elements(short_day, return_dtype=pl.String)


def rows_on_demand(view: View, name: str, title: str, *, key: str) -> None:
    """List the rows that a figure counts once the reader opens them; each look is recorded."""
    expander = st.expander(title, key=key, on_change="rerun")
    if expander.open:
        with expander:
            rows_of(view, name)
