"""Open CSV again and compare it, line by line, with what was asked to leave."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator

import polars as pl

from data.csv_safe import escaped, safe
from reports.content import Content, for_spreadsheets
from reports.reopened.difference import NotAsAsked, must
from reports.text import above

_MARK = "\ufeff"
# Written again here, and otherwise: what a spreadsheet would run, however it splits a text.
_RUNS = re.compile(r"[=+\-@＝＋－＠]")  # noqa: RUF001
_SPLITS = re.compile(r"[\t\r\n;|]")


def check(file: bytes, content: Content) -> None:
    """Compare a CSV file with what was asked to leave.

    Raises:
        NotAsAsked: it differs, holds anything more, or has a text that could run.
    """
    try:
        text = file.decode()
        must(text.startswith(_MARK), "its first bytes")
        found = list(csv.reader(io.StringIO(text.removeprefix(_MARK), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise NotAsAsked("its text") from None
    rows = for_spreadsheets(content.table.rows)
    lines = [content.marking, *above(content)]
    asked = [*([safe(line)] for line in lines), [safe(name) for name in rows.columns]]
    must(len(found) == len(asked) + rows.height + 1, "the number of its lines")
    must(found[: len(asked)] == asked, "what stands over its table")
    must(found[-1] == [safe(content.marking)], "its last line")
    body = found[len(asked) : -1]
    _check_table(body, rows)
    texts = [cell for line in (*asked, found[-1]) for cell in line]
    must(not any(_could_run(cell) for cell in texts), "a text over its table that could run")
    _check_nothing_runs(body, rows)


def _check_table(found: list[list[str]], rows: pl.DataFrame) -> None:
    # A line in which nothing is recorded is blank where there is one column.
    lines = [line or [""] for line in found]
    must(all(len(line) == rows.width for line in lines), "the number of its columns")
    for number, column in enumerate(escaped(rows).iter_columns()):
        cells = [line[number] for line in lines]
        must(cells == list(_said(column, cells)), f"the column {column.name}")


def _said(column: pl.Series, cells: list[str]) -> Iterator[str]:
    for value, cell in zip(column, cells, strict=True):
        if value is None:
            yield ""
        elif isinstance(value, float):
            yield cell if _same(value, cell) else repr(value)
        elif isinstance(value, bool):
            yield "true" if value else "false"
        elif isinstance(value, dt.date):
            yield value.isoformat()
        else:
            yield str(value)


def _same(value: float, cell: str) -> bool:
    try:
        return float(cell).hex() == value.hex()
    except ValueError:
        return False


def _check_nothing_runs(found: list[list[str]], rows: pl.DataFrame) -> None:
    texts = [number for number, kind in enumerate(rows.dtypes) if kind == pl.String]
    could = any(_could_run(line[number]) for line in found if line for number in texts)
    must(not could, "a text that could run")


def _could_run(text: str) -> bool:
    if text[:1] in {"\t", "\r", "\n", "\0"} and text:
        return True
    parts = _SPLITS.split(text)
    return any(_RUNS.match(_shown(part)) for part in parts)


def _shown(text: str) -> str:
    return text.lstrip("".join({each for each in text if each.isspace() or not each.isprintable()}))
