import datetime as dt
import io
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, cast

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter.theme import THEME_XML_2007

from reports import table_files
from reports.content import Content
from reports.press import release_workbook
from reports.press.notice import Issue
from reports.press.release_workbook import CONTENTS, NOTES
from reports.verify.checks import NotAsAsked, check_numbers, must, read_markup, unpacked
from reports.workbook_writer import A4, AS_TEXT, STYLES, Book, Sheet, Value

_THEME, _STRINGS, _CORE = "xl/theme/theme1.xml", "xl/sharedStrings.xml", "docProps/core.xml"
_PARTS = {
    "[Content_Types].xml", "_rels/.rels", "docProps/app.xml", _CORE, "xl/styles.xml",
    "xl/workbook.xml", "xl/_rels/workbook.xml.rels", _THEME, _STRINGS
}  # fmt: skip
_KINDS: dict[type, str] = {str: "s", bool: "b", int: "n", float: "n", dt.date: "d"}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ESCAPED = re.compile("(_x[0-9A-Fa-f]{4}_)")
_CELL, _NUMBER = re.compile(r'<c r="[A-Z]{1,3}\d{1,7}"'), re.compile(r"<v>-?\d+(?:\.\d+)?(?:e[+-]\d+)?</v>")
_VALUE_CELL = re.compile(r'<c r="([^"]*)"[^<>]*><v>[^<]*</v></c>')
_SPANS = re.compile(r'(?<=") spans="[^"]*"')
_NOTE = re.compile(r"\[note \d+\]")
_WIDER = 0.7109375  # of a letter: what Excel adds to the width of a column
_PLAIN_LOOK = {
    "bold": False, "font_size": 11, "font_name": "Calibri", "underline": None, "font_color": None,
    "text_wrap": False, "align": None, "valign": None, "bottom": None, "num_format": "General"
}  # fmt: skip
# What openpyxl reads, in xlsxwriter's words.
_WORDS: dict[object, object] = {"single": 1, "thin": 1, "FF0000FF": "#0000FF", "@": AS_TEXT}


def check(file: bytes, content: Content) -> None:
    _check(file, table_files.book_of(content))


def check_release(file: bytes, issue: Issue) -> None:
    book = release_workbook.book_of(issue)
    _check(file, book)
    check_numbers(_published(book), issue)


def _published(book: Book) -> Iterator[str]:
    # The numbers of notes and sheets are ours.
    for sheet in book.sheets:
        for _, column, _, value in sheet.cells():
            if sheet.name != CONTENTS and (sheet.name != NOTES or column):
                yield _NOTE.sub("", str(value))


def _check(file: bytes, book: Book) -> None:
    parts = unpacked(file)
    numbers = {sheet.name: number for number, sheet in enumerate((s for s in book.sheets if s.columns), 1)}
    pages = {f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate(book.sheets, 1)}
    others = {f"xl/tables/table{number}.xml" for number in numbers.values()}
    others |= {f"{n.replace('sheets/', 'sheets/_rels/')}.rels" for n, sheet in pages.items() if sheet.columns}
    must(parts.keys() == _PARTS | pages.keys() | others, "the list of its parts")
    must(parts.pop(_THEME) == THEME_XML_2007, f"the part {_THEME}")
    cells = [cell for sheet in book.sheets for cell in sheet.cells()]
    strings = {as_written(value) for *_, value in cells if isinstance(value, str)}
    asked = strings | set(_names(book))
    texts = parts.pop(_STRINGS)
    for name, part in parts.items():
        # Where each cell lies and what its number is are compared below.
        alike = _NUMBER.sub("<v>0</v>", _CELL.sub('<c r="A1"', part))
        words = read_markup(alike, "workbook", asked, f"the part {name}")
        must(name in pages or "<v>" not in part, f"the part {name}")
        must(name != _CORE or words == _facts(book), f"the part {name}")
    for number, (name, sheet) in enumerate(pages.items(), 1):
        _check_layout(parts[name], sheet, f"sheet {number}")
    try:
        _read_again(file, book)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise NotAsAsked("its cells") from None
    written = read_markup(texts, "workbook", strings, f"the part {_STRINGS}")
    once = len(written) == len(set(written))
    must(once and strings == {*written, *({""} & strings)}, f"the part {_STRINGS}")
    count = sum(isinstance(value, str) for *_, value in cells)
    must(f' count="{count}" uniqueCount="{len(strings)}">' in texts, f"the part {_STRINGS}")


def _facts(book: Book) -> list[str]:
    author, moment = as_written(book.author), f"{book.created_at:%Y-%m-%dT%H:%M:%SZ}"
    return [*filter(None, (as_written(book.title), author, author)), moment, moment]


def _names(book: Book) -> Iterator[str]:
    yield from _facts(book)
    yield from (f"&C{book.printed}", f"&C{book.printed}&RPage &P of &N")
    for sheet in book.sheets:
        yield from (sheet.name, sheet.table, f"'{sheet.name}'!A1")
        yield from sheet.columns


def _check_layout(part: str, sheet: Sheet, where: str) -> None:
    places = [_place(row, column) for row, column, *_ in sheet.cells()]
    last = _place(max(row for row, *_ in sheet.cells()), max(len(sheet.columns), 1) - 1)
    must(re.findall(r'<c r="([^"]*)"', part) == places, f"{where}, the list of its cells")
    rows = "".join(
        f'<row r="{row + 1}">{"".join(f"<{_place(row, column)}>" for _, column, *_ in cells)}</row>'
        for row, cells in groupby(sheet.cells(), key=lambda cell: cell[0])
    )
    written = _SPANS.sub("", _VALUE_CELL.sub(r"<\1>", part))
    must(f"<sheetData>{rows}</sheetData>" in written and "<v>" not in written, f"{where}, its rows")
    must(f'<dimension ref="A1:{last}"/>' in part and "<autoFilter" not in part, f"{where}, its size")
    columns = re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', part)
    widths = [float(width) for first, end, width in columns for _ in range(int(first), int(end) + 1)]
    must(widths == [width + _WIDER for width in sheet.widths], f"{where}, the widths of its columns")


def _place(row: int, column: int) -> str:
    return f"{get_column_letter(column + 1)}{row + 1}"


def as_written(text: str) -> str:
    """Return a text as the format holds it: what formats like one of its own escapes is escaped."""
    return _CONTROL.sub(lambda letter: f"_x{ord(letter[0]):04X}_", _ESCAPED.sub(r"_x005F\1", text))


def _read_again(file: bytes, book: Book) -> None:
    opened = openpyxl.load_workbook(io.BytesIO(file))
    must(opened.sheetnames == [sheet.name for sheet in book.sheets], "the list of its sheets")
    for number, (page, sheet) in enumerate(zip(opened.worksheets, book.sheets, strict=True), 1):
        lines = {line.center.text or "" if line else "" for line in (page.oddHeader, page.oddFooter)}
        must(lines == {book.printed}, "its header or footer in print")
        setup, fitted = page.page_setup, page.sheet_properties.pageSetUpPr
        printed = (setup.orientation, setup.paperSize, setup.fitToHeight, fitted and fitted.fitToPage)
        must(printed == ("landscape", A4, 0, True), f"sheet {number}, how it is printed")
        footer, count = page.oddFooter, None if book.marking is None else "Page &P of &N"
        must((footer.right.text if footer else None) == count, f"sheet {number}, the numbers of its pages")
        frozen = _place(*sheet.frozen) if any(sheet.frozen) else None
        must(page.freeze_panes == frozen, f"sheet {number}, what stays in sight")
        _check_table(page, sheet, f"sheet {number}, its table", filtered=book.marking is not None)
        _check_cells(page, sheet, f"sheet {number}")


def _check_table(page: Worksheet, sheet: Sheet, where: str, *, filtered: bool) -> None:
    first, _, last, width = sheet.area
    area = f"{_place(first, 0)}:{_place(last, width)}" if sheet.columns else ""
    tables = [(table.displayName, table.ref, table.autoFilter) for table in page.tables.values()]
    must([table[:2] for table in tables] == ([(sheet.table, area)] if area else []), where)
    columns = [column.name for table in page.tables.values() for column in table.tableColumns]
    must(columns == list(sheet.columns), where)
    must([part.ref for *_, part in tables if part] == ([area] if area and filtered else []), where)


def _check_cells(page: Worksheet, sheet: Sheet, where: str) -> None:
    asked = {(row, column): (style, value) for row, column, style, value in sheet.cells()}
    formats = {style: _PLAIN_LOOK | STYLES[style] for style in {style for style, _ in asked.values()}}
    seen = dict[tuple[int, str], bool]()
    cells = ((place, cell) for place, row in enumerate(page.iter_rows()) for cell in enumerate(row))
    for row, (column, cell) in cells:
        style, wanted = asked.pop((row, column), ("plain", None))
        alike, link = isinstance(cell, Cell) and _is(cell, wanted), cast("Any", cell.hyperlink)
        alike = alike and (link is not None) == (sheet.linked and style == "link")
        if link is not None:
            leads = (link.target, link.location, link.display)
            alike = alike and leads == (None, f"'{wanted}'!A1", wanted)
        known = (cell.style_id, style)
        if wanted is not None and known not in seen:
            seen[known] = _read_look(cell) == formats[style]
        if not alike or not seen.get(known, True):
            raise NotAsAsked(f"{where}, cell {cell.coordinate}")
    must(not asked, f"{where}, cells that are missing")


def _read_look(cell: Any) -> dict[str, object]:  # noqa: ANN401  # of one of openpyxl's kinds of cell
    font, place = cell.font, cell.alignment
    look = {
        "bold": font.b, "font_size": font.sz, "font_name": font.name, "underline": font.u,
        "font_color": font.color.rgb if font.color and font.color.type == "rgb" else None,
        "text_wrap": bool(place.wrap_text), "align": place.horizontal, "valign": place.vertical,
        "bottom": cell.border.bottom.style, "num_format": cell.number_format
    }  # fmt: skip
    return {name: _WORDS.get(value, value) for name, value in look.items()}


def _is(cell: Any, wanted: Value | None) -> bool:  # noqa: ANN401
    value = cell.value
    if isinstance(wanted, str):
        wanted = as_written(wanted).replace("x005F_", "")  # openpyxl leaves the other escapes as they are
    elif isinstance(value, dt.datetime):
        value = value.date() if value.time() == dt.time() else None
    if wanted is None:
        return value is None
    return cell.data_type == _KINDS.get(type(wanted)) and type(value) is type(wanted) and value == wanted
