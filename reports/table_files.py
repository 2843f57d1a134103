"""Tables as an Excel workbook, whose first sheet says what the others are, as CSV, or as Parquet.

In a workbook everything is a value, and nothing can run.
"""

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
import polars.selectors as cs
import pyarrow.parquet as pq

from data.csv_safe import separated
from data.errors import UserError
from data.formatting import written_count
from reports.content import Content, Table, for_spreadsheets, plain_rows

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
ABOUT = "About"
EMPTY = ("Empty cells", "Not recorded.")
HEADER = 3  # rows above the header: the marking, the title, the days
MOST_COLUMNS, LONGEST_NAME = 16_384, 31
# A workbook is held in memory while it is written and read again: some ten seconds for so many.
MOST_CELLS = 200_000
# Excel shows 15 digits and keeps no others of what is typed; it knows no day before its own first of March.
MOST_WHOLE, LEAST_PART, MOST_PART = 10**15 - 1, 2.2250738585072014e-308, 9.99999999999999e307
_CODE = "_x[0-9A-Fa-f]{4}"
FIRST_DAY = dt.date(1900, 3, 1)
NARROWEST, WIDEST = 9, 60


@dataclass(frozen=True, kw_only=True)
class Sheet:
    name: str
    above: tuple[tuple[str, str], ...]  # lines over the table, each after its style
    widths: tuple[int, ...]
    table: str = ""
    columns: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()  # the style of each column's head
    styles: tuple[str, ...] = ()  # of its cells: one of the style "link" leads to the sheet that it names
    rows: Sequence[tuple[Value | None, ...]] = ()
    frozen: tuple[int, int] = (0, 0)  # how many rows and columns stay in sight

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
    title: str
    author: str
    created_at: dt.datetime
    sheets: tuple[Sheet, ...]
    marking: str | None = None  # on every printed page; None for the public, whose tables have no filters

    @property
    def printed(self) -> str:
        return (self.marking or "").replace("&", "&&")


class _Exact(float):
    """A number that is written with every digit it has, and not with xlsxwriter's sixteen."""

    def __format__(self, _: str) -> str:
        return float.__repr__(self)


def write_book(book: Book) -> bytes:
    """Write a workbook: the same book gives the same bytes."""
    import xlsxwriter  # a start need not wait for it

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


def xlsx(content: Content) -> bytes:
    return write_book(book_of(content))


def book_of(content: Content) -> Book:
    """Return the workbook; a UserError where Excel cannot hold it, or it is too large to be read again."""
    names = _names([table.title for table in content.tables])
    named = zip((ABOUT, *names), (_about(content, names), *content.tables), strict=True)
    marking = content.marking
    sheets = tuple(_sheet(*pair, marking, number) for number, pair in enumerate(named, 1))
    return Book(title=content.title, author="", created_at=content.created_at, sheets=sheets, marking=marking)


def _sheet(name: str, table: Table, marking: str, number: int) -> Sheet:
    rows = for_spreadsheets(table.rows)
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


def _refuse_unholdable(rows: pl.DataFrame) -> None:
    """Refuse what Excel would round or cut, naming the column and never the value; and too many cells."""
    if rows.width > MOST_COLUMNS or rows.height * rows.width > MOST_CELLS:
        raise UserError(
            f"{written_count(rows.height)} rows of {written_count(rows.width)} columns exceed the "
            f"{written_count(MOST_CELLS)} cells of a workbook: choose CSV or Parquet, or narrow the view."
        )
    whole, part, size = cs.integer(), cs.float(), cs.float().abs()
    # Excel writes what cannot stand in XML as a code, and reads two in a row as something else.
    coded = rf"{_CODE}({_CODE}_|[\x00-\x08\x0B-\x1F\x{{FFFE}}\x{{FFFF}}])"
    checks = {
        "a number of more than 15 digits": (whole > MOST_WHOLE) | (whole < -MOST_WHOLE),
        "a number that is too large, too small or none": ~part.is_finite()
        | (size > MOST_PART)
        | ((size > 0) & (size < LEAST_PART)),
        "a text in a code of Excel's own": cs.string().str.contains(coded),
        "a day before 1 March 1900": cs.date() < FIRST_DAY,
    }
    for what, check in checks.items():
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
