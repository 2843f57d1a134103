"""What the child parses of a workbook: the first rows of its sheets, and one sheet whole."""

import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import IO, Any
from xml.etree import ElementTree as ET

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import REFUSALS
from data.intake.child import MOST_IN_A_CELL, Refusal, vast_cell

MOST_UNPACKED = 1 << 30
MOST_IN_A_HEADING = 1_000
MOST_IN_A_ROW = 64 << 20
BLOCK = 1 << 22
# Not the error's own words: those of a cell on which every parser must stumble.
ERROR = "#ERROR!"
ROWS_IN_A_BATCH = 1 << 16
KINDS = list(REFUSALS["cells"])

_PREFIX = re.compile(rb"<(\w+:)?worksheet\b")


def _survey(file: str) -> None:
    """Unpack every part once and keep nothing: what a zip says of its sizes may be a lie."""
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


def heads(file: str, rows: str) -> dict[str, object]:
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


def rows(file: str, name: str, references: str, out: str) -> dict[str, object]:
    """references: places like "0,3", read as their cells show them; numbers of odd kinds stand in "0 odd"."""
    sheet = fastexcel.read_excel(file).load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    batch, errors = sheet.to_arrow_with_errors()
    columns = [column.cast(pa.string()) for column in batch.columns]
    _refuse_a_vast_cell(columns)
    texts: dict[int, dict[int, str]] = defaultdict(dict)
    for error in errors.errors if errors else ():
        row, column = error.offset_position
        texts[column][row] = ERROR
    places = [int(place) for place in references.split(",") if place and int(place) < len(columns)]
    letters = [_letters(sheet.available_columns()[place].absolute_index) for place in places]
    from_1904, xml = _xml(file, name, letters)
    odd: dict[str, Any] = {}
    for place, letter in zip(places, letters, strict=True):
        numbers = xml.numbers[letter]
        texts[place] |= {row - 1: text for row, (text, kind) in numbers.items() if not kind}
        kinds = {row - 1: KINDS.index(kind) for row, (_, kind) in numbers.items() if kind}
        odd[f"{place} odd"] = pa.array(replaced([None] * batch.num_rows, kinds), pa.int8())
    for place, others in texts.items():
        columns[place] = pa.array(replaced(columns[place].to_pylist(), others), pa.string())
    table = pa.table({str(place): column for place, column in enumerate(columns)} | odd)
    with pa.OSFile(out, "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=ROWS_IN_A_BATCH)
    return {
        "from_1904": from_1904,
        "hidden_rows": xml.hidden,
        "formulas": xml.formulas,
        "unsaved": sorted(xml.unsaved),
    }


def _refuse_a_vast_cell(columns: list[Any]) -> None:
    for column in columns:
        lengths = pc.call_function("binary_length", [column])
        longest = pc.call_function("max", [lengths]).as_py() or 0
        if longest > MOST_IN_A_CELL:
            raise vast_cell(lengths.to_pylist().index(longest) + 1)


def replaced(cells: list[Any], others: dict[int, Any]) -> list[Any]:
    """IndexError where the sheet's XML has a row that its reader did not see: neither can be trusted."""
    for row, cell in others.items():
        cells[row] = cell
    return cells


def _letters(place: int) -> str:
    rest, last = divmod(place, 26)
    return (_letters(rest - 1) if rest else "") + chr(65 + last)


_FORMULA = rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)"
_UNSAVED = re.compile(
    rb'<c r="[A-Z]+(\d+)"[^>]*>\s*%b\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>' % _FORMULA  # a formula without result
)
_HIDDEN = re.compile(rb'<row r="(\d+)"[^>]*?\bhidden=["\'](?:1|true)')
_ROW_OR_CELL = re.compile(rb"<(row|c)\b([^>]*)>")
_NUMBER = (
    rb'<c r="%b(\d+)"(?![^>]*\st="(?:s|str|e)")([^>]*)(?<!/)>(?:\s*'
    + _FORMULA
    + rb")?\s*<v(?:\s[^>]*)?>([^<]*)<"
)
_ATTRIBUTES = {name: re.compile(rb"(?:^|\s)%b=[\"']([^\"']*)[\"']" % name) for name in (b"r", b"s", b"t")}
_WHOLE = re.compile(rb"[1-9]\d{0,14}")


class SheetXml:
    """What a sheet's own XML says and its reader does not.

    hidden, unsaved: rows that are hidden, and that have a formula without its result. numbers: by column and
    row, the text that a cell shows and "", or "" and the kind of cell; plain numbers are left out.
    """

    def __init__(self, prefix: bytes, letters: list[str], formats: list[str]) -> None:
        # Some programs write every name with a prefix, as in <x:row>.
        self._prefixed = re.compile(b"<(/?)%b" % prefix) if prefix else None
        self._patterns = {
            letter: re.compile(_NUMBER.replace(b"%b", letter.encode(), 1)) for letter in letters
        }
        self._formats = formats
        self._row = self._column = 0
        self.hidden: list[int] = []
        self.unsaved: set[int] = set()
        self.formulas = 0
        self.numbers: dict[str, dict[int, tuple[str, str]]] = {letter: {} for letter in letters}

    def look(self, block: bytes) -> None:
        block = self._placed(self._prefixed.sub(rb"<\1", block) if self._prefixed else block)
        # A word is found many times faster than a pattern, and most sheets have neither.
        if b"hidden=" in block:
            self.hidden += map(int, _HIDDEN.findall(block))
        if b"<f" in block:
            self.formulas += len(re.findall(rb"<f[ />]", block))
            self.unsaved.update(map(int, _UNSAVED.findall(block)))
        for letter, pattern in self._patterns.items():
            for cell in pattern.finditer(block):
                self._note(letter, int(cell[1]), cell[2], cell[3])

    def _placed(self, block: bytes) -> bytes:
        """Block in which every row and cell begins with its place, as most programs write it."""
        placed = all(block.count(b"<%b " % name) == block.count(b'<%b r="' % name) for name in (b"row", b"c"))
        if not placed or b"<row>" in block or b"<c>" in block:
            return _ROW_OR_CELL.sub(self._with_place, block)
        if rows := re.match(rb"\d+", block[block.rfind(b'<row r="') + 8 :]):
            self._row = int(rows[0])
        return block

    def _with_place(self, part: re.Match[bytes]) -> bytes:
        place = _attribute(part[2], b"r") or b""
        if part[1] == b"row":
            self._row, self._column = int(place or self._row + 1), 0
            return b'<row r="%d"%b>' % (self._row, part[2])
        if split := re.fullmatch(rb"([A-Z]+)(\d+)", place):
            self._column, self._row = 0, int(split[2])
            for letter in split[1]:
                self._column = 26 * self._column + letter - 64
        else:
            self._column += 1
        return b'<c r="%b%d"%b>' % (_letters(self._column - 1).encode(), self._row, part[2])

    def _note(self, letter: str, row: int, attributes: bytes, value: bytes) -> None:
        if not value.strip():
            return
        kind = _attribute(attributes, b"t") or b"n"
        style = int(_attribute(attributes, b"s") or 0)
        form = self._formats[style] if style < len(self._formats) else GENERAL
        if kind == b"n":
            whole = _WHOLE.fullmatch(value)
            if whole and not form.strip("0") and len(value) <= MOST_DIGITS:
                self.numbers[letter][row] = value.decode().zfill(len(form)), ""
            elif not (whole and form == GENERAL):
                self.numbers[letter][row] = displayed(value.decode(), form)
        elif kind in (b"b", b"d"):
            self.numbers[letter][row] = "", "flag" if kind == b"b" else "date"


def _attribute(attributes: bytes, name: bytes) -> bytes | None:
    attribute = _ATTRIBUTES[name].search(attributes)
    return attribute[1] if attribute else None


def _xml(file: str, name: str, letters: list[str]) -> tuple[bool, SheetXml]:
    """Whether the workbook counts its days from 1904, and what the XML of one sheet says."""
    with zipfile.ZipFile(file) as parts:
        book = ET.fromstring(parts.read("xl/workbook.xml"))
        path = _path(parts, book, name)
        with parts.open(path) as stream:
            prefix = _PREFIX.search(stream.read(4096))
        xml = SheetXml((prefix and prefix[1]) or b"", letters, formats(parts) if letters else [])
        with parts.open(path) as stream:
            for block in _blocks(stream):
                xml.look(block)
    settings = book.find("{*}workbookPr")
    return settings is not None and settings.get("date1904") in ("1", "true"), xml


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
        value = Decimal("nan")
    if not value.is_finite():
        return "", "nan"
    sections = _sections(form)
    if any(kind == "date" for kind, _ in sections[0]):
        return "", "date"
    if abs(value) >= 10**MOST_DIGITS or len(value.normalize().as_tuple().digits) > MOST_DIGITS:
        return "", "digits"
    shown = _shown(value, sections)
    return ("", "shown") if shown is None else (shown, "")


def _shown(value: Decimal, sections: list[Section]) -> str | None:
    plain = re.sub(r"(\.\d*?)0+$", r"\1", format(value, "f")).removesuffix(".")
    if [kind for kind, _ in sections[0]] == ["text"]:
        return plain
    if value < 0 and len(sections) > 1:
        return None
    shown = _filled(sections[2 if not value and len(sections) > 2 else 0], plain.lstrip("-"))  # noqa: PLR2004
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
    if (
        any(kind in ("text", "unknown") for kind, _ in section)
        or not before.strip(",")
        or before.endswith(",")
    ):
        return None
    if "." in after or "," in after or len(fraction) > len(after):
        return None
    if before.count("0") <= 1 and not any(kind == "literal" and mark.strip() for kind, mark in section):
        return digits
    if "," in before or "." in marks:
        return None
    # The first place shows all the digits for which there is no other.
    padded = whole.lstrip("0").rjust(len(marks))
    rest = len(padded) - len(marks) + 1
    cells = iter((padded[:rest], *padded[rest:]))
    shown = (
        mark if kind == "literal" else next(cells).strip() or mark.replace("#", "") for kind, mark in section
    )
    return "".join(shown).strip()


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
