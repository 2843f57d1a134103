"""Open a workbook again and compare it, part by part and cell by cell, with what was asked to leave.

It is read twice: to the letter here, and by openpyxl as another program would read it.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any, NamedTuple
from xml.sax.saxutils import unescape

import polars as pl
from xlsxwriter.utility import xl_col_to_name

from reports.content import Content
from reports.reopened import other_program
from reports.reopened.difference import NotAsAsked, must
from reports.reopened.package import (
    DECLARATION,
    STRINGS,
    after_cells,
    before_cells,
    parts_of,
    sheet_part,
)
from reports.reopened.zipped import unpacked
from reports.sheets import HEADER, Sheet, sheets_of

_PLAIN, _HEADING, _HEADER, _TEXT, _DAY = range(5)
_NOUGHT = dt.date(1899, 12, 30)
_ROW = re.compile(r'<row r="(\d+)"(?: spans="\d+:\d+")?>')
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"(?: s="(\d)")?(?: t="([sb])")?><v>([^<&]*)</v></c>')
_STRINGS = re.compile(r'<sst xmlns="[^"]*" count="(\d+)" uniqueCount="(\d+)">(.*)</sst>', re.DOTALL)
_STRING = re.compile(r"<si>(?:<r>)?<t(?: xml:space=\"preserve\")?>([^<]*)</t>(?:</r>)?</si>")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class _Cell(NamedTuple):
    """One cell: its place, the number of its style, its kind (text, boolean or number), what it says."""

    row: int
    column: str
    style: int
    kind: str
    said: str


def check(file: bytes, content: Content) -> None:
    """Compare a workbook with what was asked to leave.

    Raises:
        NotAsAsked: it differs, or holds anything more.
    """
    sheets = sheets_of(content)
    wanted = parts_of(content, sheets)
    parts = unpacked(file)
    must(parts.keys() == wanted.keys(), "the list of its parts")
    texts: dict[str, str] = {}
    for name, part in parts.items():
        must(part.startswith(DECLARATION), f"the part {name}")
        texts[name] = part.removeprefix(DECLARATION)
        must(not wanted[name] or texts[name] == wanted[name], f"the part {name}")
    _check_cells(texts, sheets, content.marking)
    other_program.check(file, content, sheets)


def _check_cells(texts: dict[str, str], sheets: list[Sheet], marking: str) -> None:
    strings, mentions = _read_strings(texts[STRINGS])
    used, times = set[int](), 0
    for number, sheet in enumerate(sheets, 1):
        asked = _asked(sheet, marking)
        written = _written(texts[sheet_part(number)], before_cells(sheet, number), after_cells(marking))
        for cell, found in zip_longest(asked, written):
            if found is not None and found.kind == "s":
                index = int(found.said)
                must(index < len(strings), STRINGS)
                used.add(index)
                times += 1
                found = found._replace(said=strings[index])  # noqa: PLW2901
            if cell != found:
                place = cell or found
                raise NotAsAsked(f"sheet {number}, cell {place.column}{place.row}" if place else "")
    must(len(used) == len(strings) and times == mentions, STRINGS)


def _read_strings(part: str) -> tuple[list[str], int]:
    whole = _STRINGS.fullmatch(part)
    if whole is None:
        raise NotAsAsked(STRINGS)
    mentions, held, listed = int(whole[1]), int(whole[2]), whole[3]
    strings, at = list[str](), 0
    while at < len(listed):
        found = _STRING.match(listed, at)
        if found is None:
            raise NotAsAsked(STRINGS)
        strings.append(_plain(found[1]))
        at = found.end()
    must(len(strings) == held, STRINGS)
    return strings, mentions


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), unescape(text))


def _written(part: str, before: str, after: str) -> Iterator[_Cell]:
    must(part.startswith(before) and part.endswith(after), "what stands around a sheet's cells")
    at, end = len(before), len(part) - len(after)
    while at < end:
        row = _ROW.match(part, at)
        if row is None:
            raise NotAsAsked("a row of a sheet")
        at = row.end()
        while cell := _CELL.match(part, at):
            must(cell[2] == row[1], "a row of a sheet")
            yield _Cell(int(cell[2]), cell[1], int(cell[3] or 0), cell[4] or "n", cell[5])
            at = cell.end()
        must(part.startswith("</row>", at), "a row of a sheet")
        at += len("</row>")


def _asked(sheet: Sheet, marking: str) -> Iterator[_Cell]:
    above = ((_HEADING, marking), (_HEADING, sheet.title), (_PLAIN, sheet.said))
    for row, (style, text) in enumerate(above, 1):
        yield _Cell(row, "A", style, "s", text)
    letters = [str(xl_col_to_name(number)) for number in range(sheet.rows.width)]
    for letter, name in zip(letters, sheet.rows.columns, strict=True):
        yield _Cell(HEADER + 1, letter, _HEADER, "s", name)
    wires = [_wire(kind) for kind in sheet.rows.dtypes]
    for row, values in enumerate(sheet.rows.iter_rows(), HEADER + 2):
        for letter, (style, kind, said), value in zip(letters, wires, values, strict=True):
            if value is not None:
                yield _Cell(row, letter, style, kind, said(value))


def _wire(kind: pl.DataType) -> tuple[int, str, Callable[[Any], str]]:
    if kind == pl.String:
        return _TEXT, "s", str
    if kind == pl.Date:
        return _DAY, "n", lambda day: str((day - _NOUGHT).days)
    if kind == pl.Boolean:
        return _PLAIN, "b", lambda held: "1" if held else "0"
    return _PLAIN, "n", repr
