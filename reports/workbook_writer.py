"""Write a workbook in which everything is a value, and nothing can run."""

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

Value = str | bool | int | float | dt.date

A4 = 9
DAY = "d mmm yyyy"
AS_TEXT = 49  # Excel's own number for the format that keeps a text a text when it is edited
# In memory, so that no part of it ever lies in a folder for temporary files.
SAFELY = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False
}  # fmt: skip
_ARIAL = {"font_name": "Arial", "font_size": 12}
_HEAD = {**_ARIAL, "bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
# Of an analyst's tables, and then of a release, by the conventions of the Government Analysis Function.
STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "heading": {"bold": True},
    "header": {"bold": True, "text_wrap": True, "valign": "top"},
    "text": {"num_format": AS_TEXT, "text_wrap": True, "valign": "top"},
    "day": {"num_format": DAY, "valign": "top"},
    "cover": {**_ARIAL, "bold": True, "font_size": 16, "text_wrap": True},
    "part": {**_ARIAL, "bold": True, "font_size": 14, "text_wrap": True},
    "line": {**_ARIAL, "text_wrap": True},
    "title": {**_ARIAL, "bold": True, "font_size": 16},
    "above": {**_ARIAL, "font_size": 14},
    "instruction": _ARIAL,
    "head": {**_HEAD, "align": "left"},
    "number head": {**_HEAD, "align": "right"},
    "link": {**_ARIAL, "align": "left", "text_wrap": True, "underline": 1, "font_color": "#0000FF"},
    "cell": {**_ARIAL, "align": "left", "text_wrap": True},
    "number": {**_ARIAL, "align": "right", "text_wrap": True},
}


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """above: lines over the table, each with its style. heads, styles: of each column's head and cells.

    frozen: how many rows and columns stay in sight. A cell of the style "link" leads to the sheet it names.
    """

    name: str
    above: tuple[tuple[str, str], ...]
    widths: tuple[int, ...]
    table: str = ""
    columns: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    rows: Sequence[tuple[Value | None, ...]] = ()
    frozen: tuple[int, int] = (0, 0)

    def cells(self) -> Iterator[tuple[int, int, str, Value]]:
        """Yield the row and column from 0, the style and the value of each cell that is not empty."""
        lines = [((style,), (text,)) for style, text in self.above]
        lines += [(self.heads, self.columns)] if self.columns else []
        for row, (styles, values) in enumerate([*lines, *((self.styles, row) for row in self.rows)]):
            for column, (style, value) in enumerate(zip(styles, values, strict=True)):
                if value is not None:
                    yield row, column, style, value

    @property
    def area(self) -> tuple[int, int, int, int]:
        """The first and the last row and column of the table; Excel's have one row at least."""
        header = len(self.above)
        return header, 0, header + max(len(self.rows), 1), len(self.columns) - 1


@dataclass(frozen=True, kw_only=True)
class Book:
    """marking: on every printed page; None where it is for the public, whose tables have no filters."""

    title: str
    author: str
    created_at: dt.datetime
    sheets: tuple[Sheet, ...]
    marking: str | None = None

    @property
    def printed(self) -> str:
        return (self.marking or "").replace("&", "&&")


class _Exact(float):
    """A number that is written with every digit it has, and not with xlsxwriter's sixteen."""

    def __format__(self, _: str) -> str:
        return float.__repr__(self)


def xlsx(book: Book) -> bytes:
    """Write a workbook: the same book gives the same bytes."""
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file, SAFELY)
    workbook.set_properties({"title": book.title, "author": book.author, "created": book.created_at})
    styles = STYLES.items()
    formats: dict[str, Any] = {name: workbook.add_format(look) if look else None for name, look in styles}
    for sheet in book.sheets:
        page = workbook.add_worksheet(sheet.name)
        if sheet.columns:
            heads = zip(sheet.columns, sheet.heads, strict=True)
            table = {
                "name": sheet.table,
                "columns": [{"header": name, "header_format": formats[style]} for name, style in heads],
                "autofilter": book.marking is not None,
                "style": None if book.marking is None else "Table Style Light 1",
            }
            page.add_table(*sheet.area, table)
        for row, column, style, value in sheet.cells():
            if not sheet.columns or row != len(sheet.above):
                _write(page, (row, column), value, formats[style], linked=style == "link")
        _lay_out(page, sheet, book)
    workbook.close()
    return file.getvalue()


def _write(page: Any, place: tuple[int, int], value: Value, look: object, *, linked: bool) -> None:  # noqa: ANN401
    """Write a value by its kind: never by `page.write`, which guesses."""
    match value:
        case str() if linked:
            page.write_url(*place, f"internal:'{value}'!A1", look, value)
        case str():
            page.write_string(*place, as_it_is(value), look)
        case bool():
            page.write_boolean(*place, value, look)
        case dt.date():
            page.write_datetime(*place, value, look)
        case _:
            page.write_number(*place, _Exact(value) if isinstance(value, float) else value, look)


def as_it_is(text: str) -> str:
    # xlsxwriter takes `<r>...</r>` for its own markup.
    if not (text.startswith("<r>") and text.endswith("</r>")):
        return text
    return f'<r><t xml:space="preserve">{escape(text)}</t></r>'


def _lay_out(page: Worksheet, sheet: Sheet, book: Book) -> None:
    if any(sheet.frozen):
        page.freeze_panes(*sheet.frozen)
    for number, width in enumerate(sheet.widths):
        page.set_column(number, number, width)
    if book.marking is None:
        page.hide_gridlines(2)
    else:
        page.set_header(f"&C{book.printed}")
        page.set_footer(f"&C{book.printed}&RPage &P of &N")
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
