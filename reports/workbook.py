"""Write tables as an Excel workbook in which everything is a value and nothing can run."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.content import Content
from reports.sheets import HEADER, Sheet, sheets_of

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
    page.write_string(1, 0, _plain(sheet.title), styles.heading)
    page.write_string(2, 0, _plain(sheet.said))


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
        return lambda row, column, text: page.write_string(row, column, _plain(text), styles.text)
    if kind == pl.Date:
        return lambda row, column, day: page.write_datetime(row, column, day, styles.day)
    if kind == pl.Boolean:
        return page.write_boolean
    if kind.is_float():
        return lambda row, column, number: page.write_number(row, column, _Exact(number))
    return page.write_number


def _recorded(column: pl.Series) -> Iterator[tuple[int, Any]]:
    return ((row, value) for row, value in enumerate(column, HEADER + 1) if value is not None)


def _plain(text: str) -> str:
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
