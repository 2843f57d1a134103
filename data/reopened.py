import csv
import datetime as dt
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.parquet as pq

from data.csv_safe import escaped, safe
from data.errors import UserError

# Polars writes down which of its own types a column had.
OF_POLARS = b"ARROW:schema"


def expect_separated(path: Path, rows: pl.DataFrame, marking: str) -> None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = zip_longest(csv.reader(file, strict=True), _asked(rows, marking))
            same = all(_same(found, asked) for found, asked in lines)
    except (UnicodeDecodeError, csv.Error):
        same = False
    _must(path, same=same)


def expect_columns(path: Path, rows: pl.DataFrame, marking: str) -> None:
    try:
        with pq.ParquetFile(path) as file:
            said, found = dict(file.metadata.metadata or {}), pl.DataFrame(file.read())
    except (pa.ArrowException, OSError):
        said, found = {}, pl.DataFrame()
    said.pop(OF_POLARS, None)
    one, other = _plain(found), _plain(rows)
    same = said == {b"marking": marking.encode()} and one.schema == other.schema and one.equals(other)
    _must(path, same=same)


def expect_files(folder: Path, names: set[str]) -> None:
    _must(folder, same={path.name for path in folder.iterdir()} == names)


def _must(path: Path, *, same: bool) -> None:
    if not same:
        raise UserError(
            f"What was written as {path.name} is not what was asked for, and nothing of this export was "
            "kept: see that the disk is whole and has room, and try again."
        )


def _plain(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns((cs.enum() | cs.categorical()).cast(pl.String))


def _asked(rows: pl.DataFrame, marking: str) -> Iterator[list[object]]:
    yield [safe(marking)]
    yield [safe(name) for name in rows.columns]
    for row in escaped(rows).iter_rows():
        yield list(row)
    yield [safe(marking)]


def _same(found: list[str] | None, asked: list[object] | None) -> bool:
    if found is None or asked is None or len(found) != len(asked):
        return False
    return all(map(_says, found, asked))


def _says(cell: str, value: object) -> bool:
    if isinstance(value, float):
        return _number(cell) == value
    if isinstance(value, bool):
        return cell == str(value).lower()
    if isinstance(value, dt.date):
        return cell == value.isoformat()
    return cell == ("" if value is None else str(value))


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
