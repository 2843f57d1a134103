"""Loads as a reader sees them: receipts, rows held back, what changed."""

import polars as pl
import streamlit as st

from access.roles import Permission
from data.written import capitalised, counted, short_day, written_count, written_day
from pages.parts import choices
from pages.parts.rows import MOST_ROWS
from pages.parts.source import Source

COUNTED = ("read", "accepted", "quarantined", "repeated", "ignored", "new", "changed", "unchanged", "removed")
SUMMED = ("read", "accepted", "quarantined", "new", "changed", "removed")


def answer(source: Source) -> str:
    """Say when the ledger was last loaded and whether its last load held anything back."""
    loads, held = source.loads(), source.quarantine()
    last = loads.row(-1, named=True)
    waiting = held.filter(pl.col("load") == last["load"]).height
    rest = f"it held back {counted(waiting, 'row', 'rows')}" if waiting else "no row of it was held back"
    count, day = counted(loads.height, "load", "loads"), written_day(last["recorded_on"])
    return f"{capitalised(count)}; the last is of {day}, and {rest}."


def choose(source: Source) -> int | None:
    """List the loads and ask which one to look into; the last one first."""
    loads, receipts = source.loads(), source.receipts()
    sums = receipts.group_by("load").agg(pl.col(SUMMED).sum())
    shown = loads.join(sums, on="load", how="left").sort("load", descending=True)
    st.dataframe(
        shown.select(
            pl.col("load").alias("Load"),
            pl.Series("Recorded on", [short_day(day) for day in shown["recorded_on"]], pl.String),
            *(pl.col(name).alias(capitalised(name)) for name in SUMMED),
            pl.col("note").alias("Note"),
        ),
        hide_index=True,
        height=min(36 * (shown.height + 1), 290),
    )
    return choices.one("Look into load", shown["load"].to_list(), key="load")


def receipt(source: Source, load: int) -> None:
    """Show what one load read and did, table by table."""
    found = source.receipts().filter(pl.col("load") == load)
    day = source.loads().filter(pl.col("load") == load)["recorded_on"][0]
    st.subheader(f"Receipt of load {load}, recorded on {written_day(day)}")
    st.dataframe(
        found.select(
            _words("table_name").alias("Table"),
            pl.col("file").alias("File"),
            *(pl.col(name).alias(capitalised(name)) for name in COUNTED),
            pl.col("dropped").alias("Columns dropped"),
            pl.col("warnings").alias("Warnings"),
        ),
        hide_index=True,
    )
    st.caption("Read = accepted + quarantined + repeated + ignored. Accepted = new + changed + unchanged.")


def held_back(source: Source, load: int) -> None:
    """Show the rows of one load that are in quarantine, and why."""
    found = source.quarantine().filter(pl.col("load") == load)
    st.subheader("Held back")
    if found.is_empty():
        st.caption("No row of this load was held back.")
        return
    st.dataframe(
        found.select(
            _words("table_name").alias("Table"),
            pl.col("file").alias("File"),
            pl.col("row_number").alias("Row"),
            pl.col("column_name").alias("Column"),
            pl.col("shape").alias("Shape of the value"),
            pl.col("reason").alias("Reason"),
        ),
        hide_index=True,
    )
    st.caption("Mend these rows in the register and send the extract again: they load when they fit.")


def changed(source: Source, load: int) -> None:
    """Show what one load changed in one table, row by row."""
    receipts = source.receipts().filter(
        pl.col("load") == load, pl.sum_horizontal("new", "changed", "removed") > 0
    )
    st.subheader("What changed")
    if not source.visit.may(Permission.CASE_ROWS):
        st.caption("Row by row, it is shown to those who may see case rows.")
        return
    if receipts.is_empty():
        st.caption("This load changed nothing.")
        return
    table = choices.one("Table", receipts["table_name"].to_list(), key="table")
    found = source.changes(table, load).with_columns(
        pl.col("column").fill_null("").str.replace_all("_", " "), _shown_cell("before"), _shown_cell("after")
    )
    st.dataframe(
        found.head(MOST_ROWS).rename(lambda name: capitalised(name.replace("_", " "))), hide_index=True
    )
    if found.height > MOST_ROWS:
        st.caption(
            f"The first {written_count(MOST_ROWS)} of {written_count(found.height)}, changed rows first."
        )


def _shown_cell(column: str) -> pl.Expr:
    """Show a cell that was empty as empty, and none at all where a whole row came or went."""
    empty = pl.when(pl.col("change") == "changed").then(pl.lit("(empty)")).otherwise(pl.lit(""))
    return pl.col(column).fill_null(empty)


def _words(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all("_", " ").str.to_titlecase()
