from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from data.schema import SCHEMAS


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """rows: accepted, one for each key. rejected_keys: in quarantine, so never closed as gone.

    quarantine: `row_number, column_name, shape, reason`. whole: a current row that the file lacks is gone.
    """

    table: str
    file: str
    fingerprint: str
    rows: pl.DataFrame
    rejected_keys: pl.DataFrame
    quarantine: pl.DataFrame
    whole: bool
    read: int
    ignored: int = 0
    repeated: int = 0
    dropped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """read = accepted + quarantined + repeated + ignored; accepted = new + changed + unchanged."""

    load: int
    table_name: str
    file: str
    fingerprint: str = ""
    whole: bool = False
    read: int
    ignored: int = 0
    repeated: int = 0
    quarantined: int = 0
    accepted: int
    new: int
    changed: int
    unchanged: int = 0
    removed: int
    dropped: str = ""
    warnings: str = ""

    @property
    def stirred(self) -> bool:
        return bool(self.new or self.changed or self.removed)


@dataclass(frozen=True)
class Difference:
    new: pl.DataFrame
    changed: pl.DataFrame
    removed: pl.DataFrame


def difference(current: pl.DataFrame, arrival: Arrival, key: Sequence[str]) -> Difference:
    unlike = arrival.rows.join(current, on=arrival.rows.columns, how="anti", nulls_equal=True)
    gone = current.clear()
    if arrival.whole:
        gone = current.join(arrival.rows, on=key, how="anti").join(arrival.rejected_keys, on=key, how="anti")
    return Difference(
        new=unlike.join(current, on=key, how="anti"),
        changed=unlike.join(current, on=key, how="semi"),
        removed=gone,
    )


def changes(versions: pl.LazyFrame, table: str, load: int) -> pl.DataFrame:
    """The key's columns, `change` (new, removed, or changed for each column), `column`, `before`, `after`."""
    key = SCHEMAS[table].primary_key()
    columns = SCHEMAS[table].column_names()
    text = [pl.col(column).cast(pl.String) for column in columns]
    opened = versions.filter(pl.col("opened_by") == load).select(text).collect()
    closed = versions.filter(pl.col("closed_by") == load).select(text).collect()
    came = opened.join(closed, on=key, how="anti").select(*key, change=pl.lit("new"))
    went = closed.join(opened, on=key, how="anti").select(*key, change=pl.lit("removed"))
    return pl.concat([_differences(closed, opened, key), went, came], how="diagonal")


def _differences(before: pl.DataFrame, after: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    rest = [column for column in before.columns if column not in key]
    left = before.unpivot(rest, index=key, variable_name="column", value_name="before")
    right = after.unpivot(rest, index=key, variable_name="column", value_name="after")
    return (
        left.join(right, on=[*key, "column"])
        .filter(pl.col("before").ne_missing(pl.col("after")))
        .with_columns(change=pl.lit("changed"))
        .select(*key, "change", "column", "before", "after")
        .sort(*key, "column")
    )
