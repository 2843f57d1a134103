"""Read a workbook as another program reads it, and see what that program would show or hide."""

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.worksheet import Worksheet

from reports.content import Content
from reports.reopened.difference import must
from reports.sheets import HEADER, Sheet

_KINDS: dict[type, str] = {str: "s", bool: "b", int: "n", float: "n", dt.date: "d"}
# What openpyxl keeps under names that its types do not tell.
_BESIDE_THE_SHEETS = (
    ("a property of its own", "custom_doc_props"),
    ("a link to another file", "_external_links"),
)
_BESIDE_THE_CELLS = (("a chart", "_charts"), ("a picture", "_images"))
_ESCAPED = re.compile("(_x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def check(file: bytes, content: Content, sheets: list[Sheet]) -> None:
    """Compare a workbook, as openpyxl reads it, with what was asked to leave.

    Raises:
        NotAsAsked: it differs, or holds anything more.
    """
    book = openpyxl.load_workbook(io.BytesIO(file))
    must(book.sheetnames == [sheet.name for sheet in sheets], "the list of its sheets")
    for what, found in _beside_the_sheets(book):
        must(not found, what)
    printed = content.marking.replace("&", "&&")
    for page, sheet in zip(book.worksheets, sheets, strict=True):
        for what, found in _beside_the_cells(page):
            must(not found, f"{what}, sheet {sheet.name}")
        must(_printed(page.oddHeader) == printed == _printed(page.oddFooter), "its header or footer in print")
        must(len(page.tables) == 1, "its tables")
        _check_cells(page, sheet, content.marking)


def _beside_the_sheets(book: Workbook) -> Iterator[tuple[str, object]]:
    said = book.properties
    yield "who made it", said.creator or said.lastModifiedBy or said.description or said.keywords
    yield "what is said of it", said.subject or said.category or said.contentStatus or said.identifier
    yield "a name for cells", book.defined_names
    yield "a macro", book.vba_archive
    yield "a sheet of another kind", book.chartsheets
    for what, name in _BESIDE_THE_SHEETS:
        yield what, len(getattr(book, name))


def _beside_the_cells(page: Worksheet) -> Iterator[tuple[str, object]]:
    rows, columns = page.row_dimensions.values(), page.column_dimensions.values()
    yield "a hidden sheet", page.sheet_state != "visible"
    yield "a hidden row", any(row.hidden or row.outlineLevel or row.height == 0 for row in rows)
    yield "a hidden column", any(each.hidden or each.outlineLevel or each.width == 0 for each in columns)
    yield "merged cells", page.merged_cells.ranges
    yield "a rule for what may be typed", page.data_validations.dataValidation
    yield "a rule for how cells look", list(page.conditional_formatting)
    yield "a protected sheet", page.protection.sheet
    yield "a filter", page.auto_filter.ref
    yield "a name for cells", page.defined_names or page.print_title_rows or page.print_area


def _printed(line: HeaderFooterItem | None) -> str | None:
    return None if line is None else line.center.text


def _check_cells(page: Worksheet, sheet: Sheet, marking: str) -> None:
    asked = _asked(sheet, marking)
    for row in page.iter_rows():
        for cell in row:
            wanted = asked.pop(cell.coordinate, None)
            must(isinstance(cell, Cell) and _as_asked(cell, wanted), f"{sheet.name}, cell {cell.coordinate}")
    must(not asked, f"cells missing from {sheet.name}")


def _asked(sheet: Sheet, marking: str) -> dict[str, Any]:
    asked: dict[str, Any] = {"A1": marking, "A2": sheet.title, "A3": sheet.said}
    letters = [get_column_letter(number) for number in range(1, sheet.rows.width + 1)]
    asked |= {f"{letter}{HEADER + 1}": name for letter, name in zip(letters, sheet.rows.columns, strict=True)}
    for row, values in enumerate(sheet.rows.iter_rows(), HEADER + 2):
        for letter, value in zip(letters, values, strict=True):
            if value is not None:
                asked[f"{letter}{row}"] = value
    return asked


def _as_asked(cell: Cell, wanted: object) -> bool:
    if cell.hyperlink is not None or cell.comment is not None:
        return False
    if wanted is None:
        return cell.value is None
    found = cell.value
    if isinstance(wanted, str):
        wanted = as_read(wanted)
    elif isinstance(found, dt.datetime):
        found = found.date() if found.time() == dt.time() else None
    return cell.data_type == _KINDS.get(type(wanted)) and type(found) is type(wanted) and found == wanted


def as_read(text: str) -> str:
    """Return a text as openpyxl reads it: it leaves the format's own escapes as they are, but for one."""
    escaped = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", as_written(text))
    return escaped.replace("x005F_", "")


def as_written(text: str) -> str:
    """Return a text as the format holds it: what looks like one of its own escapes is escaped."""
    return _ESCAPED.sub(r"_x005F\1", text)
