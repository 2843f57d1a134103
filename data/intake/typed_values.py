"""Typed values of Parquet files and databases as the text that a CSV of them would hold."""

import re
from decimal import Decimal

import polars as pl
import polars.selectors as cs

# A column of whole numbers with a gap comes as 101.0, and its references must be those of a CSV.
NO_PART = r"\.0+$"


def texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of text for the columns of a Parquet file, by the same names; an empty cell is ""."""
    times = (cs.date() | cs.datetime()).dt.to_string("iso")
    parts = (cs.float() | cs.decimal()).cast(pl.String).str.replace(NO_PART, "")
    return frame.with_columns(times, parts).select(pl.all().cast(pl.String).fill_null(""))


def cell_text(cell: object) -> str:
    """Text of one cell as the driver of a database gave it."""
    if isinstance(cell, float | Decimal):
        return re.sub(NO_PART, "", str(cell))
    return "" if cell is None else str(cell)
