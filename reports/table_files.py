"""Tables as an Excel workbook, whose first sheet says what the others are, as CSV, or as Parquet."""

import datetime as dt
import io
import re
from collections.abc import Sequence

import polars as pl
import polars.selectors as cs
import pyarrow.parquet as pq

from data.csv_safe import separated
from data.errors import UserError
from data.formatting import written_count
from reports import workbook_writer
from reports.content import Content, Table, for_spreadsheets, plain_rows
from reports.workbook_writer import Book, Sheet

ABOUT = "About"
EMPTY = ("Empty cells", "Not recorded.")
HEADER = 3  # rows above the header: the marking, the title, the days
MOST_ROWS, MOST_COLUMNS, LONGEST_NAME = 1_048_576 - HEADER - 1, 16_384, 31
# A workbook is held in memory while it is written and read again: some ten seconds for so many.
MOST_CELLS = 200_000
# Excel shows 15 digits and keeps no others of what is typed; it knows no day before its own first of March.
MOST_WHOLE, LEAST_PART, MOST_PART = 10**15 - 1, 2.2250738585072014e-308, 9.99999999999999e307
_CODE = "_x[0-9A-Fa-f]{4}"
FIRST_DAY = dt.date(1900, 3, 1)
NARROWEST, WIDEST = 9, 60


def xlsx(content: Content) -> bytes:
    return workbook_writer.xlsx(book_of(content))


def book_of(content: Content) -> Book:
    """Return the workbook; a UserError where Excel cannot hold it, or it is too large to be read again."""
    names = _names([table.title for table in content.tables])
    named = zip((ABOUT, *names), (_about(content, names), *content.tables), strict=True)
    marking = content.marking
    sheets = tuple(_sheet(*pair, marking, number) for number, pair in enumerate(named, 1))
    return Book(title=content.title, author="", created_at=content.created_at, sheets=sheets, marking=marking)


def _sheet(name: str, table: Table, marking: str, number: int) -> Sheet:
    rows = for_spreadsheets(table.rows)
    _refuse_too_much(rows)
    _refuse_unholdable(rows)
    styles: dict[pl.DataType, str] = {pl.String(): "text", pl.Date(): "day"}
    return Sheet(
        name=name,
        above=(("heading", marking), ("heading", table.title), ("plain", table.subtitle)),
        widths=_widths(rows),
        table=f"Table_{number}",
        columns=tuple(rows.columns),
        heads=("header",) * rows.width,
        styles=tuple(styles.get(kind, "plain") for kind in rows.dtypes),
        rows=rows.rows(),
        frozen=(HEADER + 1, 0),
    )


def _about(content: Content, names: Sequence[str]) -> Table:
    lines = [("This file", *line) for line in content.lines]
    for name, table in zip(names, content.tables, strict=True):
        facts = [("Title", table.title), ("Days", table.subtitle), *table.notes, EMPTY]
        lines += [(name, *fact) for fact in facts]
    rows = pl.DataFrame(lines, schema=dict.fromkeys(("Sheet", "What", "Text"), pl.String), orient="row")
    return Table(title=content.review, subtitle="What each sheet of this file holds.", rows=rows)


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
    wanted = [max(length, len(name) + 3) + 2 for name, length in zip(rows.columns, longest, strict=True)]
    return tuple(min(max(width, NARROWEST), WIDEST) for width in wanted)


def _refuse_too_much(rows: pl.DataFrame) -> None:
    cells = rows.height * rows.width
    if rows.height > MOST_ROWS or rows.width > MOST_COLUMNS or cells > MOST_CELLS:
        raise UserError(
            f"{written_count(rows.height)} rows of {written_count(rows.width)} columns exceed the "
            f"{written_count(MOST_CELLS)} cells of a workbook: choose CSV or Parquet, or narrow the view."
        )


def _refuse_unholdable(rows: pl.DataFrame) -> None:
    """Refuse what Excel would round or cut, naming the column and never the value."""
    whole, part, size = cs.integer(), cs.float(), cs.float().abs()
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
        for column in rows.select(check.any()).iter_columns():
            if column.item():
                fault = f"The column {column.name!r} has {what}, which Excel cannot hold: choose Parquet."
                raise UserError(fault)


def csv(content: Content) -> bytes:
    return separated(for_spreadsheets(content.table.rows), content.marking, above(content))


def above(content: Content) -> list[str]:
    table = content.table
    labelled = (*table.notes, EMPTY, *content.lines)
    return [table.title, table.subtitle, *(f"{label}: {text}" for label, text in labelled)]


def parquet(content: Content) -> bytes:
    rows = plain_rows(content.table.rows).rechunk()
    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest()).replace_schema_metadata(metadata(content))
    file = io.BytesIO()
    # Without an index and statistics, every byte belongs to a column or to the list of the columns.
    pq.write_table(table, file, compression="zstd", write_statistics=False, write_page_index=False)
    return file.getvalue()


def metadata(content: Content) -> dict[str, str]:
    table = content.table
    facts = {"Marking": content.marking, "Title": table.title, "Days": table.subtitle}
    return facts | dict(table.notes) | dict(content.lines)
