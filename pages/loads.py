"""What was loaded, what was rejected and why, and what each load changed."""

import polars as pl
import streamlit as st

from access.roles import Permission
from data.formatting import capitalised, counted, listed_words, short_day, written_count, written_day
from data.schema import SCHEMAS
from pages.shell import choices
from pages.shell.page_start import current_source
from service.markdown import plain
from service.rows import MOST_ROWS
from service.view import Source

COUNTED = ("read", "accepted", "quarantined", "repeated", "ignored", "new", "changed", "unchanged", "removed")
SUMMED = ("read", "accepted", "quarantined", "new", "changed", "removed")


def draw() -> None:
    source = current_source()
    st.header(summary(source))
    load = choose(source) or source.loads()["load"][-1]
    receipt(source, load)
    quarantined(source, load)
    removed(source, load)
    changed(source, load)


def summary(source: Source) -> str:
    loads, quarantine = source.loads(), source.quarantine()
    last = loads.row(-1, named=True)
    waiting = quarantine.filter(pl.col("load") == last["load"]).height
    rest = f"it held back {counted(waiting, 'row', 'rows')}" if waiting else "no row of it was held back"
    count, day = counted(loads.height, "load", "loads"), written_day(last["recorded_on"])
    return f"{capitalised(count)}; the last is of {day}, and {rest}."


def choose(source: Source) -> int | None:
    loads, receipts = source.every_load("loads"), source.every_load("receipts")
    sums = receipts.group_by("load").agg(pl.col(SUMMED).sum())
    # A load that supersedes another brings no extract: it is told beside the one that it supersedes.
    brought = loads.filter(pl.col("supersedes").is_null())
    shown = brought.join(sums, on="load", how="left").sort("load", descending=True)
    superseded = pl.concat_str(pl.lit("Superseded by load "), pl.col("superseded_by")).fill_null("")
    st.dataframe(
        shown.select(
            pl.col("load").alias("Load"),
            pl.Series("Recorded on", [short_day(day) for day in shown["recorded_on"]], pl.String),
            *(pl.col(name).alias(capitalised(name)) for name in SUMMED),
            *([superseded.alias("Counts")] if shown["superseded_by"].count() else []),
            pl.col("note").alias("Note"),
        ),
        hide_index=True,
        height=min(36 * (shown.height + 1), 290),
    )
    return choices.one("Look into load", shown["load"].to_list(), key="load")


def receipt(source: Source, load: int) -> None:
    receipts = source.every_load("receipts").filter(pl.col("load") == load)
    own = source.every_load("loads").filter(pl.col("load") == load).row(0, named=True)
    st.subheader(f"Receipt of load {load}, recorded on {written_day(own['recorded_on'])}")
    if own["superseded_by"] is not None:
        _superseded(source, load, own["superseded_by"])
    st.dataframe(
        receipts.select(
            _words("table_name").alias("Table"),
            pl.col("file").alias("File"),
            *(pl.col(name).alias(capitalised(name)) for name in COUNTED),
            pl.col("dropped").alias("Columns dropped"),
            pl.col("warnings").alias("Warnings"),
        ),
        hide_index=True,
    )
    st.caption("Read = accepted + quarantined + repeated + ignored. Accepted = new + changed + unchanged.")


def _superseded(source: Source, load: int, by_load: int) -> None:
    marked = source.every_load("loads").filter(pl.col("load") == by_load).row(0, named=True)
    st.warning(
        plain(
            f"Load {load} was superseded by load {by_load} on {written_day(marked['recorded_on'])}. "
            f"No figure counts it. {marked['note']}"
        ),
        icon=None,
    )


def quarantined(source: Source, load: int) -> None:
    rows = source.every_load("quarantine").filter(pl.col("load") == load)
    st.subheader("Held back")
    if rows.is_empty():
        st.caption("No row of this load was held back.")
        return
    st.dataframe(
        rows.select(
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


def removed(source: Source, load: int) -> None:
    own = source.every_load("receipts").filter(pl.col("load") == load, pl.col("removed") > 0)
    day = source.every_load("loads").filter(pl.col("load") == load)["recorded_on"][0]
    st.subheader("Removed")
    if own.is_empty():
        st.caption("This load removed no row.")
        return
    by_table = [
        f"{table.replace('_', ' ')} {written_count(rows)}"
        for table, rows in own.select("table_name", "removed").iter_rows()
    ]
    total = counted(int(own["removed"].sum()), "row", "rows")
    st.markdown(plain(f"On {written_day(day)} load {load} removed {total}: {listed_words(by_table)}."))
    if not source.visit.may(Permission.CASE_ROWS):
        st.caption("Which rows they are is shown to those who may see case rows.")
        return
    rows = pl.concat([_removed_rows(source, table, load) for table in own["table_name"]])
    st.dataframe(rows.head(MOST_ROWS), hide_index=True)
    if rows.height > MOST_ROWS:
        st.caption(f"The first {written_count(MOST_ROWS)} of {written_count(rows.height)}.")


def _removed_rows(source: Source, table: str, load: int) -> pl.DataFrame:
    gone = source.changes(table, load).filter(pl.col("change") == "removed")
    row = pl.concat_str(
        [name for name in SCHEMAS[table].primary_key() if name in gone.columns], separator=" "
    )
    return gone.select(pl.lit(capitalised(table.replace("_", " "))).alias("Table"), row.alias("Removed row"))


def changed(source: Source, load: int) -> None:
    receipts = source.every_load("receipts").filter(
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
    changes = source.changes(table, load).with_columns(
        pl.col("column").fill_null("").str.replace_all("_", " "), _shown_cell("before"), _shown_cell("after")
    )
    st.dataframe(
        changes.head(MOST_ROWS).rename(lambda name: capitalised(name.replace("_", " "))), hide_index=True
    )
    if changes.height > MOST_ROWS:
        st.caption(
            f"The first {written_count(MOST_ROWS)} of {written_count(changes.height)}, changed rows first."
        )


def _shown_cell(column: str) -> pl.Expr:
    empty = pl.when(pl.col("change") == "changed").then(pl.lit("(empty)")).otherwise(pl.lit(""))
    return pl.col(column).fill_null(empty)


def _words(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all("_", " ").str.to_titlecase()
