"""Workbooks to load: made by a library, or by hand where no library would make them."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter

from tests.data.conftest import HEADER, Loader

Write = Callable[[xlsxwriter.Workbook], None]
ROW = ["A-1", dt.date(2020, 2, 1), "right to ask", "north", "disclosure", dt.date(2020, 2, 2)]
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(desk: Loader, write: Write, name: str = "register.xlsx", **options: Any) -> str:
    path = desk.folder / name
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy", **options})
    write(book)
    book.close()
    return str(path)


def fill(sheet: Any, *rows: list[Any], top: int = 0, left: int = 0) -> None:
    for number, row in enumerate([HEADER.split(","), *rows], start=top):
        for place, cell in enumerate(row, start=left):
            sheet.write(number, place, cell)


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return out.getvalue()


def by_hand(rows: str, *, before: str = "", strings: str = "") -> bytes:
    """The least workbook that can be read: one sheet of these rows, in XML, and shared strings if there are any."""
    shared = f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    return zipped(
        {
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
            f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>{shared if strings else ""}</Relationships>',
            SHEET: f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        }
        | ({"xl/sharedStrings.xml": strings} if strings else {})
    )


def cells(row: int, *texts: str) -> str:
    """One row of a sheet, in XML."""
    drawn = (
        f'<c r="{chr(65 + place)}{row}" t="inlineStr"><is><t>{text}</t></is></c>'
        for place, text in enumerate(texts)
    )
    return f'<row r="{row}">{"".join(drawn)}</row>'


GOOD_ROWS = cells(1, *HEADER.split(",")) + cells(2, "A-1", "2020-02-01", "right to ask", "north", "", "")


def rewritten(file: bytes, part: str, was: bytes, now: bytes) -> bytes:
    """The same workbook with other bytes in one part."""
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        parts: dict[str, str | bytes] = {name: book.read(name) for name in book.namelist()}
    parts[part] = bytes(parts[part]).replace(was, now)  # type: ignore[arg-type]
    return zipped(parts)


def marked(file: bytes, part: str, offset: int, now: bytes) -> bytes:
    """The same workbook with other bytes in the headers of one part, `offset` from the flags in both."""
    name = part.encode()
    data = bytearray(file)
    for mark, flags, length in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        at = data.index(mark)
        while data[at + length : at + length + len(name)] != name:
            at = data.index(mark, at + 1)
        data[at + flags + offset : at + flags + offset + len(now)] = now
    return bytes(data)
