"""Write tables as an Excel workbook, as text for spreadsheets (CSV), or as columns for programs (Parquet).

In a workbook everything is a value, and nothing can run. Its first sheet tells what the others hold; each has
one table, under the marking, its title and the days that it speaks of.
"""

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import polars as pl
import polars.selectors as cs
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.csv_safe import separated
from data.errors import UserError
from data.formatting import written_count
from reports.content import Content, for_spreadsheets, leaving

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
DAY = "d mmm yyyy"
AS_TEXT = 49  # Excel's own number for the format that keeps a text a text when it is edited
A4 = 9
# In memory, so that no part of it ever lies in a folder for temporary files.
SAFELY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Sheet(NamedTuple):
    """One sheet: its name, what stands over the table, the rows, and how wide each column is."""

    name: str
    title: str
    said: str
    rows: pl.DataFrame
    widths: tuple[int, ...]


@dataclass(frozen=True)
class _Styles:
    heading: Format
    header: Format
    text: Format
    day: Format


class _Exact(float):
    """A number that is written with every digit it has, and not with xlsxwriter's sixteen."""

    def __format__(self, _: str) -> str:
        return float.__repr__(self)


def workbook(content: Content) -> bytes:
    """Write the tables as an XLSX workbook.

    Raises:
        UserError: Excel cannot hold a table, or it is too large to be read again before it leaves.
    """
    sheets = sheets_of(content)
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, SAFELY)
    book.set_properties({"title": content.title, "author": "", "created": content.made_at})
    styles = _Styles(
        heading=book.add_format({"bold": True}),
        header=book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        text=book.add_format({"num_format": AS_TEXT, "text_wrap": True, "valign": "top"}),
        day=book.add_format({"num_format": DAY, "valign": "top"}),
    )
    for number, sheet in enumerate(sheets, 1):
        page = book.add_worksheet(sheet.name)
        _write_above(page, sheet, content.marking, styles)
        _write_table(page, sheet.rows, styles, f"Table_{number}")
        _lay_out(page, sheet, content.marking)
    book.close()
    return written.getvalue()


def _write_above(page: Worksheet, sheet: Sheet, marking: str, styles: _Styles) -> None:
    page.write_string(0, 0, marking, styles.heading)
    page.write_string(1, 0, as_it_is(sheet.title), styles.heading)
    page.write_string(2, 0, as_it_is(sheet.said))


def _write_table(page: Worksheet, rows: pl.DataFrame, styles: _Styles, name: str) -> None:
    header = [{"header": column, "header_format": styles.header} for column in rows.columns]
    # A table has one row at least, though it be empty.
    last = HEADER + max(rows.height, 1)
    style = {"name": name, "columns": header, "style": "Table Style Light 1"}
    page.add_table(HEADER, 0, last, rows.width - 1, style)
    for number, column in enumerate(rows.iter_columns()):
        write = _writing(page, column.dtype, styles)
        for row, value in _recorded(column):
            write(row, number, value)


def _writing(page: Worksheet, kind: pl.DataType, styles: _Styles) -> Callable[[int, int, Any], object]:
    """Return what writes a value of a kind: never `page.write`, which guesses."""
    if kind == pl.String:
        return lambda row, column, text: page.write_string(row, column, as_it_is(text), styles.text)
    if kind == pl.Date:
        return lambda row, column, day: page.write_datetime(row, column, day, styles.day)
    if kind == pl.Boolean:
        return page.write_boolean
    if kind.is_float():
        return lambda row, column, number: page.write_number(row, column, _Exact(number))
    return page.write_number


def _recorded(column: pl.Series) -> Iterator[tuple[int, Any]]:
    return ((row, value) for row, value in enumerate(column, HEADER + 1) if value is not None)


def as_it_is(text: str) -> str:
    """Return a text such that xlsxwriter writes it as it is: it takes `<r>...</r>` for its own markup."""
    if not (text.startswith("<r>") and text.endswith("</r>")):
        return text
    return f'<r><t xml:space="preserve">{escape(text)}</t></r>'


def _lay_out(page: Worksheet, sheet: Sheet, marking: str) -> None:
    page.freeze_panes(HEADER + 1, 0)
    for number, width in enumerate(sheet.widths):
        page.set_column(number, number, width)
    printed = marking.replace("&", "&&")
    page.set_header(f"&C{printed}")
    page.set_footer(f"&C{printed}&RPage &P of &N")
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)


def sheets_of(content: Content) -> list[Sheet]:
    """Return the sheets of a workbook: what each table is, and then the tables.

    Raises:
        UserError: Excel cannot hold a table, or it is too large to be read again before it leaves.
    """
    names = _names([table.title for table in content.tables])
    named = zip(names, content.tables, strict=True)
    tables = (_sheet(name, table.title, table.said, table.rows) for name, table in named)
    return [_about(content, names), *tables]


def _sheet(name: str, title: str, said: str, rows: pl.DataFrame) -> Sheet:
    plain = for_spreadsheets(rows)
    _refuse_too_much(plain)
    _refuse_unholdable(plain)
    return Sheet(name, title, said, plain, _widths(plain))


def _about(content: Content, names: Sequence[str]) -> Sheet:
    lines = [("This file", *line) for line in content.lines]
    for name, table in zip(names, content.tables, strict=True):
        facts = [("Title", table.title), ("Days", table.said), *table.notes, ("Empty cells", "Not recorded.")]
        lines += [(name, *fact) for fact in facts]
    schema = {"Sheet": pl.String, "What": pl.String, "Text": pl.String}
    rows = pl.DataFrame(lines, schema=schema, orient="row")
    return _sheet(ABOUT, content.review, "What each sheet of this file holds.", rows)


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
        for column in rows.select(check.any()).iter_columns():
            if column.item():
                raise UserError(
                    f"The column {column.name!r} has {what}, which Excel cannot hold: choose Parquet."
                )


def csv(content: Content) -> bytes:
    """Write the one table as CSV: marked above and below, with what it is above it.

    A mark at the beginning tells spreadsheets that it is UTF-8.
    """
    return separated(for_spreadsheets(content.table.rows), content.marking, above(content))


def above(content: Content) -> list[str]:
    """Return the lines that stand over a table in text: what it is, and of which days."""
    table = content.table
    labelled = (*table.notes, ("Empty cells", "Not recorded."), *content.lines)
    return [table.title, table.said, *(f"{label}: {text}" for label, text in labelled)]


def parquet(content: Content) -> bytes:
    """Write the one table as Parquet, with the marking and what it is in the file's metadata."""
    rows = leaving(content.table.rows).rechunk()
    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest()).replace_schema_metadata(metadata(content))
    written = io.BytesIO()
    # Without an index and statistics, every byte belongs to a column or to the list of the columns.
    pq.write_table(table, written, compression="zstd", write_statistics=False, write_page_index=False)
    return written.getvalue()


def metadata(content: Content) -> dict[str, str]:
    table = content.table
    facts = {"Marking": content.marking, "Title": table.title, "Days": table.said}
    return facts | dict(table.notes) | dict(content.lines)
