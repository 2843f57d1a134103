"""What was loaded, what was rejected and why, and what each load changed."""

from typing import Any

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import counts
from data.formatting import capitalised, counted, listed_words, written_count, written_day
from data.schema import SCHEMAS
from pages.shell import choices
from pages.shell.page_start import current_source
from pages.widgets import chart_card, inbox_jobs, rows
from service.markdown import plain
from service.results import MOST_ROWS
from service.view import Source

COUNTED = (
    "read", "accepted", "quarantined", "repeated", "left_out", "combined", "ignored", "new", "changed",
    "unchanged", "removed",
)  # fmt: skip
SELDOM = ("left_out", "combined")  # in most loads there are none
SUMMED = ("read", "accepted", "quarantined", "new", "changed", "removed")


def draw() -> None:
    source = current_source()
    st.header(summary(source), anchor=False)
    loads, receipts, rejected = (
        source.register(name, superseded=True) for name in ("loads", "receipts", "quarantine")
    )
    sums = receipts.group_by("load").agg(pl.col(SUMMED).sum())
    # A load that supersedes another brings no extract: it is shown with the one that it supersedes.
    brought = loads.filter(pl.col("supersedes").is_null()).join(sums, on="load", how="left").sort("load")
    charts(brought)
    load = choose(brought) or source.register("loads")["load"][-1]
    own = loads.row(by_predicate=pl.col("load") == load, named=True)
    receipts = receipts.filter(pl.col("load") == load)
    if own["superseded_by"] is not None:
        by = loads.row(by_predicate=pl.col("load") == own["superseded_by"], named=True)
        day = written_day(by["recorded_on"])
        superseded = f"Load {load} was superseded by load {by['load']} on {day}. No figure counts it."
        st.warning(plain(f"{superseded} {by['note']}"), icon=None)
    changes = receipts.filter(pl.sum_horizontal("new", "changed", "removed") > 0)
    drawings = {
        "Receipt": lambda: receipt(source, receipts),
        "Rejected rows": lambda: quarantined(source, rejected.filter(pl.col("load") == load)),
        "Removed rows": lambda: removed(source, own, receipts.filter(pl.col("removed") > 0)),
        "Changed rows": lambda: changed(source, load, changes),
    }
    if inbox_jobs.available(source):
        drawings["Load a file"] = lambda: inbox_jobs.draw(source)
    choices.tabs("load_part", drawings, owns={"Changed rows": ("table",)})


def summary(source: Source) -> str:
    loads, quarantine = source.register("loads"), source.register("quarantine")
    last = loads.row(-1, named=True)
    rejected = quarantine.filter(pl.col("load") == last["load"]).height
    count, day = capitalised(counted(loads.height, "load", "loads")), written_day(last["recorded_on"])
    return f"{count}. The last, of {day}, had {counted(rejected, 'rejected row', 'rejected rows')}."


def charts(brought: pl.DataFrame) -> None:
    if brought.height < rows.FEWEST:
        return
    day, load = rows.day("recorded_on"), pl.col("load")
    # Loads of one day are named by their numbers too.
    twice = pl.col("recorded_on").is_duplicated()
    named = pl.when(twice).then(pl.format("{} ({})", day, load)).otherwise(day)
    rejected = pl.col("quarantined").fill_null(0)
    read = brought.select(label=named, count=pl.col("accepted").fill_null(0) + rejected, marked=rejected)
    how: dict[str, Any] = {"named": "load", "unit": "rows", "word": "rejected"}
    colours = chart_card.colours()
    whole = counts("Rows in each load", read, colours, **how)
    alone = counts("Rejected rows in each load", read.with_columns(count="marked"), colours, **how)
    chart_card.side_by_side(
        lambda: chart_card.show(whole, key="load_rows", measure="Rejected rows in orange"),
        lambda: chart_card.show(alone, key="load_rejected", measure="By day recorded"),
    )


def choose(brought: pl.DataFrame) -> int | None:
    listed = brought.sort("load", descending=True)
    superseded = pl.format("Superseded by load {}", "superseded_by").fill_null("")
    columns = {
        "Load": pl.col("load"),
        "Recorded on": rows.day("recorded_on"),
        **{_title(name): pl.col(name) for name in SUMMED},
        **({"Counts": superseded} if listed["superseded_by"].count() else {}),
        "Note": pl.col("note"),
    }
    st.dataframe(listed.select(**columns), hide_index=True, height=min(36 * (listed.height + 1), 220))
    return choices.one("Load", listed["load"].to_list(), key="load")


def _title(name: str) -> str:
    return "Rejected" if name == "quarantined" else capitalised(name.replace("_", " "))


def receipt(source: Source, receipts: pl.DataFrame) -> None:
    counts = [name for name in COUNTED if name not in SELDOM or receipts[name].sum()]
    columns = {"table_name": "Table", "file": "File", **{name: _title(name) for name in counts}}
    _table(source, receipts, {**columns, "dropped": "Columns dropped", "warnings": "Warnings"})
    st.caption(
        "Read = accepted + rejected + repeated + left out + combined + ignored. "
        "Accepted = new + changed + unchanged."
    )


def quarantined(source: Source, rejected: pl.DataFrame) -> None:
    if rejected.is_empty():
        st.caption("This load had no rejected rows.")
        return
    columns = {"table_name": "Table", "file": "File", "row_number": "Row", "column_name": "Column"}
    _table(source, rejected, {**columns, "shape": "Shape of the value", "reason": "Reason"})
    st.caption("Correct these rows in the register and load the extract again.")


def _table(source: Source, frame: pl.DataFrame, columns: dict[str, str]) -> None:
    names = {name: source.words.renamed(name) for name in frame["table_name"].unique()}
    named = pl.col("table_name").replace(names).str.to_titlecase()
    st.dataframe(frame.with_columns(named).select(*columns).rename(columns), hide_index=True)


def removed(source: Source, own: dict[str, Any], receipts: pl.DataFrame) -> None:
    load, day = own["load"], written_day(own["recorded_on"])
    if receipts.is_empty():
        st.caption("This load removed no row.")
        return
    removals = receipts.select("table_name", "removed").rows()
    by_table = [f"{source.words.renamed(table)} {written_count(count)}" for table, count in removals]
    total = counted(int(receipts["removed"].sum()), "row", "rows")
    st.markdown(plain(f"On {day} load {load} removed {total}: {listed_words(by_table)}."))
    if not source.visit.may(Permission.CASE_ROWS):
        st.caption("Which rows they are is shown to those who may see case rows.")
        return
    gone = pl.concat([_removed_rows(source, table, load) for table in receipts["table_name"]])
    st.dataframe(gone.head(MOST_ROWS), hide_index=True)
    rows.note_rest(gone)


def _removed_rows(source: Source, table: str, load: int) -> pl.DataFrame:
    gone = source.changes(table, load).filter(pl.col("change") == "removed")
    key = [name for name in SCHEMAS[table].primary_key() if name in gone.columns]
    row = pl.concat_str(key, separator=" ").alias("Removed row")
    return gone.select(pl.lit(capitalised(source.words.renamed(table))).alias("Table"), row)


def changed(source: Source, load: int, receipts: pl.DataFrame) -> None:
    if not source.visit.may(Permission.CASE_ROWS):
        st.caption("Row by row, it is shown to those who may see case rows.")
        return
    if receipts.is_empty():
        st.caption("This load changed nothing.")
        return
    words = source.words
    tables = {words.cases if table == "applications" else table: table for table in receipts["table_name"]}
    table = tables[choices.one("Table", list(tables), key="table")]
    empty = pl.when(pl.col("change") == "changed").then(pl.lit("(empty)")).otherwise(pl.lit(""))
    changes = source.changes(table, load).with_columns(
        pl.col("column").fill_null("").str.replace_all("_", " "), pl.col("before", "after").fill_null(empty)
    )
    titled = changes.head(MOST_ROWS).rename(lambda name: capitalised(words.renamed(name)))
    st.dataframe(titled, hide_index=True)
    rows.note_rest(changes, ", changed rows first")
