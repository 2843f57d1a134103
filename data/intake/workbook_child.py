"""Read a workbook in a process of its own, with limits on its memory and time.

A hostile or broken workbook aborts the whole process that reads it, so this one has nothing to
lose. It is run as a script, and answers with JSON on its standard output:

    workbook_child.py heads FILE ROWS           the first rows of every visible sheet
    workbook_child.py rows FILE SHEET ARROW     one sheet whole, as text, into the file ARROW
"""

import json
import re
import sys
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

import fastexcel
import pyarrow as pa

MEMORY = 6 << 30
SECONDS = 180
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Not the error's own words: those of a cell on which every parser must stumble.
ERROR = "#ERROR!"

_HIDDEN_ROW = re.compile(rb'<row [^>]*hidden="(?:1|true)"')
_FORMULA = re.compile(rb"<f[ />]")
_UNSAVED = re.compile(
    rb'<c r="[A-Z]+(\d+)"[^>]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v></v>|<v/>)?\s*</c>'
)


def heads(file: str, rows: int) -> dict[str, object]:
    """First rows of every visible sheet, and what the workbook is like."""
    book = fastexcel.read_excel(file)
    shown: dict[str, list[list[str]]] = {}
    hidden: list[str] = []
    for name in book.sheet_names:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
        if sheet.visible == "visible":
            columns = [column.to_pylist() for column in sheet.to_arrow().columns]
            shown[name] = [[cell or "" for cell in row] for row in zip(*columns, strict=True)]
        else:
            hidden.append(name)
    return {"sheets": shown, "hidden": hidden}


def rows(file: str, name: str, out: str) -> dict[str, object]:
    """Write one sheet to an Arrow file, and tell what a reader cannot see in it."""
    sheet = fastexcel.read_excel(file).load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    batch, errors = sheet.to_arrow_with_errors()
    columns = [column.cast(pa.string()) for column in batch.columns]
    broken: dict[int, list[int]] = {}
    for error in errors.errors if errors else ():
        row, column = error.offset_position
        broken.setdefault(column, []).append(row)
    for place, at in broken.items():
        columns[place] = _struck(columns[place], at)
    table = pa.table({str(place): column for place, column in enumerate(columns)})
    with pa.OSFile(out, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return _unseen(file, name)


def _struck(column: Any, at: list[int]) -> Any:  # noqa: ANN401 (PyArrow ships no types)
    cells = column.to_pylist()
    for row in at:
        cells[row] = ERROR
    return pa.array(cells, pa.string())


def _unseen(file: str, name: str) -> dict[str, object]:
    with zipfile.ZipFile(file) as parts:
        book = ET.fromstring(parts.read("xl/workbook.xml"))
        sheet = parts.read(_path(parts, book, name))
    settings = book.find(f"{MAIN}workbookPr")
    return {
        "from_1904": settings is not None and settings.get("date1904") in ("1", "true"),
        "hidden_rows": len(_HIDDEN_ROW.findall(sheet)),
        "formulas": len(_FORMULA.findall(sheet)),
        "unsaved": sorted({int(row) for row in _UNSAVED.findall(sheet)}),
    }


def _path(parts: zipfile.ZipFile, book: ET.Element, name: str) -> str:
    wanted = next(sheet.get(RELATION) for sheet in book.iter(f"{MAIN}sheet") if sheet.get("name") == name)
    relations = ET.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    target = next(each.get("Target", "") for each in relations if each.get("Id") == wanted)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def limit() -> None:
    """Hold this process to its memory and time, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit()
    task, path, *rest = sys.argv[1:]
    answer = heads(path, int(rest[0])) if task == "heads" else rows(path, rest[0], rest[1])
    json.dump(answer, sys.stdout)
