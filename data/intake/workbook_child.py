"""What the child parses of a workbook: the first rows of its sheets, and one sheet whole."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import IO, Any
from xml.etree import ElementTree as ET

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from data.intake.child import MOST_IN_A_CELL, REASONS, Refusal, vast_cell

MOST_UNPACKED = 1 << 30
MOST_IN_A_HEADING = 1_000
MOST_IN_A_ROW = 64 << 20
BLOCK = 1 << 22
# Not the error's own words: those of a cell on which every parser must stumble.
ERROR = "#ERROR!"
ROWS_IN_A_BATCH = 1 << 16
KINDS = list(REASONS)

_PREFIX = re.compile(rb"<(\w+:)?worksheet\b")
_ADDRESS = re.compile(rb"\br=[\"'][A-Z]+(\d+)[\"']")

Given = str | bytes


def _survey(file: Given) -> None:
    """Unpack every part once and keep nothing: what a zip says of its sizes may be a lie."""
    unpacked = 0
    with _parts(file) as parts:
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


def heads(file: Given, rows: str) -> dict[str, object]:
    _survey(file)
    book = fastexcel.read_excel(file)
    shown: dict[str, list[list[str]]] = {}
    hidden: list[str] = []
    for name in book.sheet_names:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=int(rows), dtypes="string")
        if sheet.visible == "visible":
            columns = [column.to_pylist() for column in sheet.to_arrow().columns]
            shown[name] = [
                [(cell or "")[:MOST_IN_A_HEADING] for cell in row] for row in zip(*columns, strict=True)
            ]
        else:
            hidden.append(name)
    return {"sheets": shown, "hidden": hidden}


def rows(file: Given, name: str, references: str, out: str) -> dict[str, object]:
    """references: places like "0,3", read as their cells show them; numbers of odd kinds stand in "0 odd"."""
    sheet = fastexcel.read_excel(file).load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    batch, errors = sheet.to_arrow_with_errors()
    columns = [column.cast(pa.string()) for column in batch.columns]
    _refuse_a_vast_cell(columns)
    broken: dict[int, dict[int, str]] = {}
    for error in errors.errors if errors else ():
        row, column = error.offset_position
        broken.setdefault(column, {})[row] = ERROR
    named = {str(place): _replaced(column, broken.get(place)) for place, column in enumerate(columns)}
    letters = {_letters(sheet.available_columns()[int(place)].absolute_index): place
               for place in references.split(",") if place in named}  # fmt: skip
    unseen, numbers = _unseen(file, name, list(letters))
    for letter, place in letters.items():
        odd = {row - 1: KINDS.index(kind) for row, (_, kind) in numbers[letter].items() if kind}
        shown = {row - 1: text for row, (text, kind) in numbers[letter].items() if not kind}
        named[place] = _replaced(named[place], shown)
        named[f"{place} odd"] = pa.array(replaced([None] * len(named[place]), odd), pa.int8())
    table = pa.table(named)
    with pa.OSFile(out, "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=ROWS_IN_A_BATCH)
    return unseen


def _refuse_a_vast_cell(columns: list[Any]) -> None:
    for column in columns:
        lengths = pc.call_function("binary_length", [column])
        longest = pc.call_function("max", [lengths]).as_py() or 0
        if longest > MOST_IN_A_CELL:
            raise vast_cell(lengths.to_pylist().index(longest) + 1)


def _replaced(column: Any, texts: dict[int, str] | None) -> Any:  # noqa: ANN401 (PyArrow ships no types)
    if not texts:
        return column
    return pa.array(replaced(column.to_pylist(), texts), pa.string())


def replaced(cells: list[Any], others: dict[int, Any]) -> list[Any]:
    """IndexError where the sheet's XML has a row that its reader did not see: neither can be trusted."""
    for row, cell in others.items():
        cells[row] = cell
    return cells


def _letters(place: int) -> str:
    rest, last = divmod(place, 26)
    return (_letters(rest - 1) if rest else "") + chr(65 + last)


class Unseen:
    """What a sheet's own XML says and its reader does not: hidden rows, and formulas without a result."""

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
        # A word is found many times faster than a pattern, and most sheets have neither.
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


class Numbers:
    """shown: by column and row, the text and "", or "" and the kind of cell; plain numbers are left out."""

    def __init__(self, prefix: bytes, letters: list[str], formats: list[str]) -> None:
        value = rb"(?:\s*<%(p)bf(?:\s[^>]*)?(?:/>|>[^<]*</%(p)bf>))?\s*<%(p)bv(?:\s[^>]*)?>([^<]*)<" % {
            b"p": prefix
        }
        # A cell that begins with its place is found ten times faster, and most programs write it so.
        self._cell, self._placed = b"<%bc " % prefix, b'<%bc r="' % prefix
        self._fast = [
            re.compile(
                b'<%bc r="%b(\\d+)"(?![^>]*\\st="(?:s|str|e)")([^>]*)(?<!/)>%b'
                % (prefix, letter.encode(), value)
            )
            for letter in letters
        ]
        self._any = re.compile(
            b"<%(p)brow\\b([^>]*)>|<%(p)bc\\b([^>]*)(?:/>|(?<!/)>(?:%(v)b)?)" % {b"p": prefix, b"v": value}
        )
        self._formats = formats
        self._row = self._column = 0
        self.shown: dict[str, dict[int, tuple[str, str]]] = {letter: {} for letter in letters}

    def look(self, block: bytes) -> None:
        if block.count(self._cell) == block.count(self._placed):
            for letter, pattern in zip(self.shown, self._fast, strict=True):
                for cell in pattern.finditer(block):
                    self._note(letter, int(cell[1]), cell[2], cell[3])
            # Rows of a later block may not say where they stand.
            if last := re.match(rb'[A-Z]+(\d+)"', block[block.rfind(self._placed) + len(self._placed) :]):
                self._row = int(last[1])
            return
        for part in self._any.finditer(block):
            if part[1] is not None:
                self._row, self._column = int(_attribute(part[1], b"r") or self._row + 1), 0
                continue
            self._take_place(_attribute(part[2], b"r"))
            letter = _letters(self._column - 1)
            if letter in self.shown and part[3] is not None:
                self._note(letter, self._row, part[2], part[3])

    def _take_place(self, place: bytes | None) -> None:
        split = re.fullmatch(rb"([A-Z]+)(\d+)", place or b"")
        if split is None:
            self._column += 1
            return
        self._column, self._row = 0, int(split[2])
        for letter in split[1]:
            self._column = 26 * self._column + letter - 64

    def _note(self, letter: str, row: int, attributes: bytes, value: bytes) -> None:
        if not value.strip():
            return
        kind = _attribute(attributes, b"t") or b"n"
        style = int(_attribute(attributes, b"s") or 0)
        form = self._formats[style] if style < len(self._formats) else GENERAL
        if kind == b"n":
            whole = _WHOLE.fullmatch(value)
            if whole and not form.strip("0") and len(value) <= MOST_DIGITS:
                self.shown[letter][row] = value.decode().zfill(len(form)), ""
            elif not (whole and form == GENERAL):
                self.shown[letter][row] = displayed(value.decode(), form)
        elif kind in (b"b", b"d"):
            self.shown[letter][row] = "", "flag" if kind == b"b" else "date"


_ATTRIBUTES = {name: re.compile(rb"(?:^|\s)%b=[\"']([^\"']*)[\"']" % name) for name in (b"r", b"s", b"t")}
_WHOLE = re.compile(rb"[1-9]\d{0,14}")


def _attribute(attributes: bytes, name: bytes) -> bytes | None:
    attribute = _ATTRIBUTES[name].search(attributes)
    return attribute[1] if attribute else None


def _unseen(file: Given, name: str, letters: list[str]) -> tuple[dict[str, object], dict[str, Any]]:
    with _parts(file) as parts:
        book = ET.fromstring(parts.read("xl/workbook.xml"))
        path = _path(parts, book, name)
        with parts.open(path) as stream:
            named = _PREFIX.search(stream.read(4096))
        prefix = named[1] or b"" if named else b""
        unseen = Unseen(prefix)
        numbers = Numbers(prefix, letters, formats(parts) if letters else [])
        with parts.open(path) as stream:
            for block in _blocks(stream):
                unseen.look(block)
                if letters:
                    numbers.look(block)
    settings = book.find("{*}workbookPr")
    remarks: dict[str, object] = {
        "from_1904": settings is not None and settings.get("date1904") in ("1", "true"),
        "hidden_rows": unseen.hidden,
        "formulas": unseen.formulas,
        "unsaved": sorted(unseen.unsaved),
    }
    return remarks, numbers.shown


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
    target = next(relation.get("Target", "") for relation in relations if relation.get("Id") == wanted)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _parts(file: Given) -> zipfile.ZipFile:
    return zipfile.ZipFile(file if isinstance(file, str) else io.BytesIO(file))


TASKS: dict[str, Callable[..., dict[str, object]]] = {"workbook_heads": heads, "workbook_rows": rows}


# A double shows 15 digits of any number as they were typed.
MOST_DIGITS = 15
GENERAL = "General"

Section = list[tuple[str, str]]
"""One part of a number format: each of its marks after the kind that it is of."""


def displayed(number: str, form: str) -> tuple[str, str]:
    """Text of a cell with this number in this format, and "", or "" and the kind of cell that it is."""
    try:
        value = Decimal(number.strip())
    except InvalidOperation:
        return "", "nan"
    if not value.is_finite():
        return "", "nan"
    first, *others = _sections(form)
    if any(kind == "date" for kind, _ in first):
        return "", "date"
    if abs(value) >= 10**MOST_DIGITS or len(value.normalize().as_tuple().digits) > MOST_DIGITS:
        return "", "digits"
    shown = _shown(value, first, others)
    return ("", "shown") if shown is None else (shown, "")


def _shown(value: Decimal, first: Section, others: list[Section]) -> str | None:
    plain = re.sub(r"(\.\d*?)0+$", r"\1", format(value, "f")).removesuffix(".")
    if [kind for kind, _ in first] == ["text"]:
        return plain
    if value < 0 and others:
        return None
    section = others[1] if not value and len(others) > 1 else first
    if any(kind == "unknown" for kind, _ in section):
        return None
    shown = _filled(section, plain.lstrip("-"))
    return f"-{shown}" if value < 0 and shown is not None else shown


# Room that is left blank, colours and countries are of no kind.
_PARTS = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<stroke>.)|[_*].|'
    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|\$-[^\]]*)\]|"
    r"(?P<date>\[[hms]+\]|[dmyhs])|(?P<text>general|@)|(?P<place>[0#.,])|"
    r"(?P<sign>[-+()!^&'~{}<>= $])|(?P<end>;)|(?P<unknown>.)",
    re.IGNORECASE | re.DOTALL,
)


@lru_cache(maxsize=1_000)
def _sections(form: str) -> list[Section]:
    sections: list[Section] = [[]]
    for part in _PARTS.finditer(form):
        kind = part.lastgroup
        if kind == "end":
            sections.append([])
        elif kind:
            is_literal = kind in ("quoted", "stroke", "sign")
            sections[-1].append(("literal" if is_literal else kind, part[kind]))
    return sections


def _filled(section: Section, digits: str) -> str | None:
    """Number as a section shows it; None where it leaves digits out, or does more than set them."""
    whole, _, fraction = digits.partition(".")
    marks = "".join(mark for kind, mark in section if kind == "place")
    before, _, after = marks.partition(".")
    literals = "".join(mark for kind, mark in section if kind == "literal").strip()
    if any(kind == "text" for kind, _ in section) or not before.strip(",") or before.endswith(","):
        return None
    if marks.count(".") > 1 or "," in after or len(fraction) > len(after):
        return None
    if not literals and before.count("0") <= 1:
        return digits
    if "," in before or after:
        return None
    return _set_between(section, whole.lstrip("0"))


def _set_between(section: Section, digits: str) -> str:
    places = sum(kind == "place" for kind, _ in section)
    shown: list[str] = []
    for kind, mark in reversed(section):
        if kind == "literal":
            shown.append(mark)
            continue
        places -= 1
        here = digits if not places else digits[-1:]
        digits = "" if not places else digits[:-1]
        shown.append(here or ("0" if mark == "0" else ""))
    return "".join(reversed(shown)).strip()


# Formats that a workbook names by a number alone; those of dates, of which some are of one country, too.
_BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: "#,##0;-#,##0", 43: "#,##0.00;-#,##0.00", 48: "##0.0E+0", 49: "@",
} | dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "d")  # fmt: skip


def formats(parts: zipfile.ZipFile) -> list[str]:
    if "xl/styles.xml" not in parts.namelist():
        return []
    styles = ET.fromstring(parts.read("xl/styles.xml"))
    own = {
        form.get("numFmtId"): form.get("formatCode", "") for form in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    numbers = [style.get("numFmtId", "0") for style in styles.iterfind("{*}cellXfs/{*}xf")]
    forms = (own.get(number, _BUILT_IN.get(int(number), "?")) for number in numbers)
    return [GENERAL if form.casefold() == "general" or not form else form for form in forms]
