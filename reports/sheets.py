"""How tables are laid out in a workbook, and what a workbook can hold.

The first sheet tells what the others hold; each has one table, under the marking, its title and the days
that it speaks of.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl
import polars.selectors as cs

from data.errors import UserError
from data.formatting import written_count
from reports.content import Content, Table, for_spreadsheets

ABOUT = "About"
HEADER = 3  # rows above the header: the marking, the title, the days
MOST_ROWS, MOST_COLUMNS, LONGEST_NAME = 1_048_576 - HEADER - 1, 16_384, 31
# A workbook is held in memory while it is written and read again: some ten seconds for so many.
MOST_CELLS = 200_000
# Excel shows 15 digits and keeps no others of what is typed; it knows no day before its own first of March.
MOST_WHOLE, LEAST_PART, MOST_PART = 10**15 - 1, 2.2250738585072014e-308, 9.99999999999999e307
_CODE = "_x[0-9A-Fa-f]{4}"
FIRST_DAY = dt.date(1900, 3, 1)
NARROWEST, WIDEST = 9, 60


class Sheet(NamedTuple):
    """One sheet: its name, what stands over the table, the rows, and how wide each column is."""

    name: str
    title: str
    said: str
    rows: pl.DataFrame
    widths: tuple[int, ...]


def sheets_of(content: Content) -> list[Sheet]:
    """Return the sheets of a workbook: what each table is, and then the tables.

    Raises:
        UserError: Excel cannot hold a table, or it is too large to be read again before it leaves.
    """
    names = _names([each.title for each in content.tables])
    sheets = [_about(content, names)]
    sheets += [
        _sheet(name, each.title, each.said, each.rows)
        for name, each in zip(names, content.tables, strict=True)
    ]
    return sheets


def _sheet(name: str, title: str, said: str, rows: pl.DataFrame) -> Sheet:
    held = for_spreadsheets(rows)
    _refuse_too_much(held)
    _refuse_unholdable(held)
    return Sheet(name, title, said, held, _widths(held))


def _about(content: Content, names: Sequence[str]) -> Sheet:
    lines = [("This file", *line) for line in content.lines]
    for name, table in zip(names, content.tables, strict=True):
        lines += [(name, *note) for note in _notes(table)]
    schema = {"Sheet": pl.String, "What": pl.String, "Text": pl.String}
    rows = pl.DataFrame(lines, schema=schema, orient="row")
    return _sheet(ABOUT, content.review, "What each sheet of this file holds.", rows)


def _notes(table: Table) -> list[tuple[str, str]]:
    return [("Title", table.title), ("Days", table.said), *table.notes, ("Empty cells", "Not recorded.")]


def _names(titles: Sequence[str]) -> list[str]:
    taken, names = {"history", ABOUT.lower()}, list[str]()
    for title in titles:
        whole = " ".join(re.sub(r"[^\w ,.()&-]|_", " ", title).split()) or "Table"
        name, number = whole[:LONGEST_NAME].strip(), 1
        while name.lower() in taken:
            number += 1
            name = f"{whole[: LONGEST_NAME - 1 - len(str(number))].strip()} {number}"
        taken.add(name.lower())
        names.append(name)
    return names


def _widths(rows: pl.DataFrame) -> tuple[int, ...]:
    longest = rows.head(1_000).select(pl.all().cast(pl.String).str.len_chars().max().fill_null(0)).row(0)
    wanted = [max(found, len(name) + 3) + 2 for name, found in zip(rows.columns, longest, strict=True)]
    return tuple(min(max(width, NARROWEST), WIDEST) for width in wanted)


def _refuse_too_much(rows: pl.DataFrame) -> None:
    cells = rows.height * rows.width
    if rows.height > MOST_ROWS or rows.width > MOST_COLUMNS or cells > MOST_CELLS:
        raise UserError(
            f"{written_count(rows.height)} rows of {written_count(rows.width)} columns are too many for a "
            f"workbook, which may have {written_count(MOST_CELLS)} cells here: choose CSV or Parquet, or "
            "narrow the view."
        )


def _refuse_unholdable(rows: pl.DataFrame) -> None:
    """Refuse what Excel would round or cut, naming the column and never the value."""
    whole, part = cs.integer(), cs.float()
    size = part.abs()
    beyond = ~part.is_finite() | (size > MOST_PART) | ((size > 0) & (size < LEAST_PART))
    # Excel writes what cannot stand in XML as a code, and reads two in a row as something else.
    coded = cs.string().str.contains(rf"{_CODE}({_CODE}_|[\x00-\x08\x0B-\x1F\x{{FFFE}}\x{{FFFF}}])")
    checks = (
        ("a number of more than 15 digits", (whole > MOST_WHOLE) | (whole < -MOST_WHOLE)),
        ("a number that is too large, too small or none", beyond),
        ("a text in a code of Excel's own", coded),
        ("a day before 1 March 1900", cs.date() < FIRST_DAY),
    )
    for what, check in checks:
        for found in rows.select(check.any()).iter_columns():
            if found.item():
                raise UserError(
                    f"The column {found.name!r} has {what}, which Excel cannot hold: choose Parquet."
                )
