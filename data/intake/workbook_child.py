"""Read a workbook in a process of its own, with limits on its memory, time and output.

A hostile or broken workbook aborts the whole process that reads it, so this one has nothing to
lose: no secrets in its environment, no network, no other program. It is run as a script, and
answers with JSON on its standard output, {"refused": why} where it knows why it cannot read:

    workbook_child.py heads FILE ROWS           the first rows of every visible sheet
    workbook_child.py rows FILE SHEET ARROW     one sheet whole, as text, into the file ARROW
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import IO, Any, NoReturn
from xml.etree import ElementTree as ET

if __name__ == "__main__":
    # Nothing here needs NumPy, and PyArrow starts in a third of the time where it cannot import it.
    sys.modules["numpy"] = None  # pyright: ignore[reportArgumentType]

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

MEMORY = 4 << 30
SECONDS = 180
MOST_UNPACKED = 1 << 30
MOST_WRITTEN = 2 << 30
MOST_ANSWERED = 32 << 20
MOST_IN_A_CELL = 1 << 20
MOST_IN_A_HEADING = 1_000
MOST_IN_A_ROW = 64 << 20
BLOCK = 1 << 22
# Not the error's own words: those of a cell on which every parser must stumble.
ERROR = "#ERROR!"
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system")

_PREFIX = re.compile(rb"<(\w+:)?worksheet\b")
_ADDRESS = re.compile(rb"\br=[\"'][A-Z]+(\d+)[\"']")


class Refusal(Exception):
    """Why a workbook is not read, to be said after its name."""


def survey(file: str) -> None:
    """Unpack every part once and keep nothing: what a zip says of its sizes may be a lie.

    Raises:
        Refusal: a part is unlike what a spreadsheet writes, or there is too much of all.
    """
    unpacked = 0
    with zipfile.ZipFile(file) as parts:
        for part in parts.infolist():
            if part.flag_bits & 1:
                raise Refusal("has a password: remove the password, and save it again")
            with parts.open(part) as stream:
                begins = block = stream.read(BLOCK)
                if re.search(rb"<!(?:DOCTYPE|ENTITY)", begins[:4096], re.IGNORECASE):
                    raise Refusal("defines words of its own (entities), as no register does: save it as CSV")
                while block:
                    unpacked += len(block)
                    if unpacked > MOST_UNPACKED:
                        raise Refusal(
                            f"unpacks to over {MOST_UNPACKED >> 20:,} MB, which no register does: save the "
                            "table as CSV"
                        )
                    block = stream.read(BLOCK)


def heads(file: str, rows: int) -> dict[str, object]:
    """First rows of every visible sheet, each cell cut to what a heading may have, and the hidden sheets."""
    book = fastexcel.read_excel(file)
    shown: dict[str, list[list[str]]] = {}
    hidden: list[str] = []
    for name in book.sheet_names:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
        if sheet.visible == "visible":
            columns = [column.to_pylist() for column in sheet.to_arrow().columns]
            shown[name] = [
                [(cell or "")[:MOST_IN_A_HEADING] for cell in row] for row in zip(*columns, strict=True)
            ]
        else:
            hidden.append(name)
    return {"sheets": shown, "hidden": hidden}


def rows(file: str, name: str, out: str) -> dict[str, object]:
    """Write one sheet to an Arrow file, and tell what a reader cannot see in it."""
    sheet = fastexcel.read_excel(file).load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    batch, errors = sheet.to_arrow_with_errors()
    columns = [column.cast(pa.string()) for column in batch.columns]
    _refuse_a_vast_cell(columns)
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


def _refuse_a_vast_cell(columns: list[Any]) -> None:
    for column in columns:
        lengths = pc.call_function("binary_length", [column])
        longest = pc.call_function("max", [lengths]).as_py() or 0
        if longest > MOST_IN_A_CELL:
            row = lengths.to_pylist().index(longest) + 1
            raise Refusal(
                f"has a cell of over {MOST_IN_A_CELL:,} characters in row {row}, which no column of a review "
                "takes: leave the cell out"
            )


def _struck(column: Any, at: list[int]) -> Any:  # noqa: ANN401 (PyArrow ships no types)
    cells = column.to_pylist()
    for row in at:
        cells[row] = ERROR
    return pa.array(cells, pa.string())


class Unseen:
    """What a sheet's own XML tells and its reader does not: hidden rows, and formulas without a result."""

    def __init__(self, prefix: bytes) -> None:
        # Some programs write every name with a prefix, as in <x:row>.
        self._formula = b"<%bf" % prefix
        self._row = re.compile(rb"<%brow\s[^>]*?\br=[\"'](\d+)[\"'][^>]*" % prefix)
        self._unsaved = re.compile(
            rb"<%(p)bc\s([^>]*)>\s*<%(p)bf(?:\s[^>]*)?(?:/>|>[^<]*</%(p)bf>)\s*"
            rb"(?:<%(p)bv>\s*</%(p)bv>|<%(p)bv\s*/>)?\s*</%(p)bc>" % {b"p": prefix}
        )
        self.hidden: list[int] = []
        self.unsaved: set[int] = set()
        self.formulas = 0

    def look(self, block: bytes) -> None:
        """Take note of what is in some whole rows."""
        # To look for a word is many times faster than to look for a pattern, and most sheets have neither.
        if b"hidden=" in block:
            rows = self._row.finditer(block)
            self.hidden += [int(row[1]) for row in rows if re.search(rb"\bhidden=[\"'](1|true)", row[0])]
        if self._formula in block:
            self.formulas += len(re.findall(self._formula + rb"[ />]", block))
            self.unsaved.update(self._row_of(cell, block) for cell in self._unsaved.finditer(block))

    def _row_of(self, cell: re.Match[bytes], block: bytes) -> int:
        if address := _ADDRESS.search(cell[1]):
            return int(address[1])
        # A cell need not say where it stands, but then its row does.
        if above := self._row.findall(block, 0, cell.start()):
            return int(above[-1])
        raise Refusal("has cells that do not say where they stand: open it in a spreadsheet and save it")


def _unseen(file: str, name: str) -> dict[str, object]:
    with zipfile.ZipFile(file) as parts:
        book = ET.fromstring(parts.read("xl/workbook.xml"))
        path = _path(parts, book, name)
        with parts.open(path) as stream:
            named = _PREFIX.search(stream.read(4096))
        unseen = Unseen(named[1] or b"" if named else b"")
        with parts.open(path) as stream:
            for block in _blocks(stream):
                unseen.look(block)
    settings = book.find("{*}workbookPr")
    return {
        "from_1904": settings is not None and settings.get("date1904") in ("1", "true"),
        "hidden_rows": unseen.hidden,
        "formulas": unseen.formulas,
        "unsaved": sorted(unseen.unsaved),
    }


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Parts of a sheet that each end with a whole row, so that a large sheet is never held at once."""
    rest = b""
    while block := stream.read(BLOCK):
        whole, end, rest = (rest + block).rpartition(b"row>")
        yield whole + end
        if len(rest) > MOST_IN_A_ROW:
            raise Refusal(f"has a row of over {MOST_IN_A_ROW >> 20} MB: save the table as CSV")
    yield rest


def _path(parts: zipfile.ZipFile, book: ET.Element, name: str) -> str:
    sheet = next(sheet for sheet in book.iterfind("{*}sheets/{*}sheet") if sheet.get("name") == name)
    wanted = next(value for key, value in sheet.attrib.items() if key.endswith("}id"))
    relations = ET.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    target = next(each.get("Target", "") for each in relations if each.get("Id") == wanted)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def confine() -> None:
    """Hold this process to its memory, time and output, where the system can, and to itself."""
    sys.addaudithook(_refuse_to_reach_out)
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse_to_reach_out(event: str, arguments: tuple[object, ...]) -> None:
    del arguments
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"A workbook's reader does no {event}.")


def _answered(task: str, file: str, rest: list[str]) -> dict[str, object]:
    try:
        if task == "rows":
            return rows(file, *rest)
        survey(file)
        return heads(file, int(rest[0]))
    except Refusal as refusal:
        return {"refused": str(refusal)}


def _main() -> NoReturn:
    confine()
    answer = json.dumps(_answered(sys.argv[1], sys.argv[2], sys.argv[3:]))
    if len(answer) > MOST_ANSWERED:
        raise MemoryError
    sys.stdout.write(answer)
    sys.stdout.flush()
    sys.exit()


if __name__ == "__main__":
    _main()
