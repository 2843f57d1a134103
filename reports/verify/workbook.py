"""Compare a workbook with what was asked to leave: part by part, and cell by cell as openpyxl reads them."""

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import polars as pl
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.content import Content
from reports.press import workbook as press
from reports.press.issue import Issue
from reports.press.workbook import CONTENTS, COVER, NOTES, ONE_TABLE, Leaf
from reports.tables import HEADER, Sheet, sheets_of
from reports.verify.checks import check_numbers, must, unpacked
from reports.verify.package import STYLES, Book, Page, Row, Value, as_written, compare, styles

_PLAIN, _HEADING, _HEADER, _TEXT, _DAY = range(5)  # the places of the styles in templates/workbook
_TITLE, _PART, _LINE, _LEAF, _ONE_TABLE, _HEAD, _LINK, _CELL, _ABOVE = range(1, 10)
# Of a release, numbers and their heads stand to the right, in a style of their own.
_RIGHT = {' s="10"': f' s="{_HEAD}"', ' s="11"': f' s="{_CELL}"'}
_KINDS: dict[type, str] = {str: "s", bool: "b", int: "n", float: "n", dt.date: "d"}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def check(file: bytes, content: Content) -> None:
    book = book_of(content)
    compare(unpacked(file), book)
    read_again(file, book, content.marking.replace("&", "&&"))


def check_release(file: bytes, issue: Issue) -> None:
    parts = unpacked(file)
    whole = 'horizontal="right"' in parts.get(STYLES, "")
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            for right, left in _RIGHT.items():
                parts[name] = parts[name].replace(right, left)
    book = _release_book(issue, whole=whole)
    compare(parts, book)
    read_again(file, book)
    check_numbers(_texts(press.book_of(issue)), issue)


def book_of(content: Content) -> Book:
    sheets = sheets_of(content)
    columns = [column for sheet in sheets for column in sheet.rows.iter_columns()]
    days = any(column.dtype == pl.Date and column.count() for column in columns)
    return Book(
        title=content.title,
        author="",
        made_at=content.made_at,
        styles=styles("styles", whole=days),
        pages=[_page(sheet, content.marking, number) for number, sheet in enumerate(sheets, 1)],
        filtered=True,
    )


def _page(sheet: Sheet, marking: str, number: int) -> Page:
    looks = [
        _DAY if kind == pl.Date else _TEXT if kind == pl.String else _PLAIN for kind in sheet.rows.dtypes
    ]
    rows: list[Row] = [
        ((_HEADING, marking),),
        ((_HEADING, sheet.title),),
        ((_PLAIN, sheet.said),),
        tuple((_HEADER, name) for name in sheet.rows.columns),
        *(tuple(zip(looks, values, strict=True)) for values in sheet.rows.iter_rows()),
    ]
    selected = ' tabSelected="1"' if number == 1 else ""
    printed = escape("&C" + marking.replace("&", "&&"))
    return Page(
        name=sheet.name,
        rows=rows,
        widths=sheet.widths,
        view=f'<sheetView{selected} workbookViewId="0"><pane ySplit="{HEADER + 1}" '
        f'topLeftCell="A{HEADER + 2}" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft"/></sheetView>',
        table=f"Table_{number}",
        header=HEADER + 1,
        columns=tuple(sheet.rows.columns),
        printed=f"<headerFooter><oddHeader>{printed}</oddHeader>"
        f"<oddFooter>{printed}&amp;RPage &amp;P of &amp;N</oddFooter></headerFooter>",
    )


def _release_book(issue: Issue, *, whole: bool) -> Book:
    """Return the workbook of a release; `whole` where a column of it holds numbers."""
    return Book(
        title=issue.title,
        author=issue.public.body,
        made_at=issue.published_at,
        styles=styles("release_styles", whole=whole),
        pages=list(_release_pages(press.book_of(issue))),
        filtered=False,
    )


def _release_pages(book: press.Book) -> Iterator[Page]:
    cover: list[Row] = [((_TITLE, book.title),)]
    parts = (
        ("Introductory information", book.about_it),
        ("About these data", book.about),
        ("Contact", book.contact),
    )
    for heading, lines in parts:
        cover += [((_PART, heading),), *(((_LINE, line),) for line in lines)]
    view = '<sheetView showGridLines="0"{} workbookViewId="0"/>'
    yield Page(name=COVER, rows=cover, widths=(85,), view=view.format(' tabSelected="1"'))
    # gptables takes the marks of notes away, and leaves the space before them.
    listed = [((_LINK, leaf.name), (_CELL, f"{leaf.title}{' ' * bool(leaf.notes)}")) for leaf in book.leaves]
    notes = [((_CELL, number), (_CELL, text)) for number, text in enumerate(book.notes, 1)]
    lists = (
        (CONTENTS, "Table of contents", ("Sheet name", "Table description"), listed),
        (NOTES, "Notes", ("Note number", "Note text"), notes),
    )
    for name, title, columns, rows in lists:
        yield Page(
            name=name,
            rows=_leaf_rows(title, (), "This worksheet contains one table.", columns, rows),
            widths=press.LIST_WIDTHS,
            view=view.format(""),
            table=f"{name.lower()}_table",
            header=3,
            columns=columns,
            links={f"A{row}": leaf.name for row, leaf in enumerate(book.leaves, 4)}
            if name == CONTENTS
            else {},
        )
    for number, leaf in enumerate(book.leaves, 1):
        yield _leaf_page(leaf, number)


def _leaf_page(leaf: Leaf, number: int) -> Page:
    title = f"{leaf.title} {''.join(f'[note {note}]' for note in leaf.notes)}".strip()
    rows = [tuple((_CELL, _number(cell)) for cell in row) for row in leaf.rows]
    header = len(leaf.above) + 3
    return Page(
        name=leaf.name,
        rows=_leaf_rows(title, leaf.above, ONE_TABLE, leaf.columns, rows),
        widths=press.widths_of(leaf),
        view=f'<sheetView showGridLines="0" workbookViewId="0"><pane xSplit="1" ySplit="{header}" '
        f'topLeftCell="B{header + 1}" activePane="bottomRight" state="frozen"/>'
        '<selection pane="topRight" activeCell="B1" sqref="B1"/>'
        f'<selection pane="bottomLeft" activeCell="A{header + 1}" sqref="A{header + 1}"/>'
        '<selection pane="bottomRight"/></sheetView>',
        table=f"Table_{number}",
        header=header,
        columns=leaf.columns,
    )


def _texts(book: press.Book) -> Iterator[str]:
    """Yield every text and number of a release; the numbers of its notes and sheets are ours."""
    yield from (book.title, *book.about_it, *book.about, *book.contact, *book.notes)
    for leaf in book.leaves:
        yield from (leaf.title, *leaf.above, *leaf.columns, *(str(cell) for row in leaf.rows for cell in row))


def _leaf_rows(
    title: str, above: tuple[str, ...], one_table: str, columns: tuple[str, ...], rows: Sequence[Row]
) -> list[Row]:
    lines: list[Row] = [((_LEAF, title),), *(((_ABOVE, line),) for line in above), ((_ONE_TABLE, one_table),)]
    return [*lines, tuple((_HEAD, name) for name in columns), *rows]


def _number(cell: press.Value) -> press.Value:
    """Return a number as a workbook holds it, in which 50.0 is 50."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def read_again(file: bytes, book: Book, printed: str = "") -> None:
    """Compare a workbook as openpyxl reads it with what it must be.

    printed: what stands in the middle of the header and the footer of each page.
    """
    opened = openpyxl.load_workbook(io.BytesIO(file))
    must(opened.sheetnames == [page.name for page in book.pages], "the list of its sheets")
    for what, found in _beside_the_sheets(opened, as_written(book.author)):
        must(not found, what)
    for sheet, page in zip(opened.worksheets, book.pages, strict=True):
        for what, found in _beside_the_cells(sheet):
            must(not found, f"{what}, sheet {page.name}")
        lines = {line.center.text if line else "" for line in (sheet.oddHeader, sheet.oddFooter)}
        must(lines == {printed}, "its header or footer in print")
        must(len(sheet.tables) == bool(page.table), "its tables")
        _check_cells(sheet, page)


def _beside_the_sheets(opened: Workbook, author: str) -> Iterator[tuple[str, object]]:
    facts = opened.properties
    yield "who made it", {facts.creator or "", facts.lastModifiedBy or ""} - {author}
    yield (
        "what is said of it",
        (
            facts.description
            or facts.keywords
            or facts.subject
            or facts.category
            or facts.contentStatus
            or facts.identifier
        ),
    )
    yield "a name for cells", opened.defined_names
    yield "a macro", opened.vba_archive
    yield "a sheet of another kind", opened.chartsheets
    # Under names that the types of openpyxl do not have.
    yield "a property of its own", len(getattr(opened, "custom_doc_props"))  # noqa: B009
    yield "a link to another file", len(getattr(opened, "_external_links"))  # noqa: B009


def _beside_the_cells(sheet: Worksheet) -> Iterator[tuple[str, object]]:
    rows, columns = sheet.row_dimensions.values(), sheet.column_dimensions.values()
    yield "a hidden sheet", sheet.sheet_state != "visible"
    yield "a hidden row", any(row.hidden or row.outlineLevel or row.height == 0 for row in rows)
    yield "a hidden column", any(col.hidden or col.outlineLevel or col.width == 0 for col in columns)
    yield "merged cells", sheet.merged_cells.ranges
    yield "a rule for what may be typed", sheet.data_validations.dataValidation
    yield "a rule for how cells look", list(sheet.conditional_formatting)
    yield "a protected sheet", sheet.protection.sheet
    yield "a filter", sheet.auto_filter.ref
    yield "a name for cells", sheet.defined_names or sheet.print_title_rows or sheet.print_area


def _check_cells(sheet: Worksheet, page: Page) -> None:
    asked = {
        f"{get_column_letter(place)}{number}": value
        for number, row in enumerate(page.rows, 1)
        for place, (_, value) in enumerate(row, 1)
        if value is not None
    }
    for row in sheet.iter_rows():
        for cell in row:
            wanted = asked.pop(cell.coordinate, None)
            linked = cell.hyperlink is not None and not _leads_inside(cell, page)
            alike = isinstance(cell, Cell) and _is(cell, wanted)
            must(alike and not linked and cell.comment is None, f"{page.name}, cell {cell.coordinate}")
    must(not asked, f"cells missing from {page.name}")


def _leads_inside(cell: Any, page: Page) -> bool:  # noqa: ANN401  # of one of openpyxl's kinds of cell
    return cell.coordinate in page.links and cell.hyperlink.target is None


def _is(cell: Cell, wanted: Value | None) -> bool:
    found = cell.value
    if isinstance(wanted, str):
        wanted = _as_read(wanted)
    elif isinstance(found, dt.datetime):
        found = found.date() if found.time() == dt.time() else None
    if wanted is None:
        return found is None
    return cell.data_type == _KINDS.get(type(wanted)) and type(found) is type(wanted) and found == wanted


def _as_read(text: str) -> str:
    """Return a text as openpyxl reads it: it leaves the format's own escapes as they are, but for one."""
    escaped = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", as_written(text))
    return escaped.replace("x005F_", "")
