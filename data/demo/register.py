"""The fictional register: every state that its rows were ever in, and what it says on a day."""

import datetime as dt
import random
from typing import Any

import polars as pl

from data.schema import SCHEMAS

Row = dict[str, Any]

# A row is in the register from `entered_on` until before `left_on`. Some of its columns are
# blank until `filled_on`, the day on which somebody wrote them down.
WRITTEN = {"entered_on": pl.Date(), "left_on": pl.Date(), "filled_on": pl.Date()}
FILLED_LATER = {
    "reviews": ("completed_on", "outcome"),
    "recommendations": ("responded_on",),
    "enquiries": ("answered_on",),
}


def stream(subject: str) -> random.Random:
    """Random numbers for one subject: the same in every build, whatever other subjects draw."""
    return random.Random(f"Candour demonstration, {subject}")


def superseded(row: Row, on: dt.date, **changes: object) -> Row:
    """End a row on a day, and return the one that stands in its place from then on."""
    row["left_on"] = on
    return {**row, "entered_on": on, "left_on": None, **changes}


def history(table: str, rows: list[Row]) -> pl.DataFrame:
    """Every state of every row of `table`, in the schema's types, with the days it was written."""
    types = {**pl.Schema(SCHEMAS[table]), **WRITTEN}
    return pl.DataFrame(rows, schema=types, orient="row", infer_schema_length=None)


def standing(states: pl.DataFrame, table: str, day: dt.date) -> pl.DataFrame:
    """What the register says of `table` at the end of a day, in the order of its key."""
    there = (pl.col("entered_on") <= day) & (pl.col("left_on").is_null() | (pl.col("left_on") > day))
    written = [
        pl.when(pl.col("filled_on") <= day).then(pl.col(name)).otherwise(None).alias(name)
        for name in FILLED_LATER.get(table, ())
    ]
    return (
        states.filter(there)
        .with_columns(written)
        .select(SCHEMAS[table].column_names())
        .sort(SCHEMAS[table].primary_key())
    )
