"""Whether the record's chain is whole, and who looked at what.

Its kinds and outcomes are those of `data.kinds`. Of the six kinds of section 62 five are written; nothing
of Candour erases yet, and so nothing writes an erasure.
"""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from access.chain import Verdict, judged
from data.errors import UserError
from data.formatting import written_day
from data.record import Record, Row


def verify(record: Record, anchor: Sequence[str] | None = None) -> Verdict:
    """Check every row of the record against its keys, the ledger and the anchor.

    anchor: lines `number digest` kept somewhere else, instead of the record's own.
    """
    # The anchor before the rows, the keys after: none of them is then ahead of what it is held against.
    lines = anchor if anchor is not None else (record.anchor.lines() if record.anchor.made() else None)
    begins = record.ledger_id()
    with record.reading() as rows:
        return judged(rows, record.keys.read(), begins, lines)


def extract(record: Record, begins: dt.date, ends: dt.date) -> pl.DataFrame:
    if ends < begins:
        raise UserError(f"{written_day(ends)} is before {written_day(begins)}: give the earlier day first.")
    return frame(record.between(begins, ends))


def frame(rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as a frame; all but the number is text, as it was signed."""
    schema = {name: pl.Int64 if name == "number" else pl.String for name in Row._fields}
    return pl.DataFrame(rows, schema=schema, orient="row")


def looked_at(entries: pl.DataFrame) -> pl.DataFrame:
    """Count entries by day (UTC), who, kind and outcome: `day, who, kind, outcome, entries`.

    A moment that was tampered with may have no day: that it was is for `verify` to say.
    """
    day = pl.col("at").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).alias("day")
    by = ("day", "who", "kind", "outcome")
    return entries.lazy().with_columns(day).group_by(by).agg(entries=pl.len()).sort(by).collect()
