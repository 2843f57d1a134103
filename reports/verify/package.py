"""What every part of one of our workbooks says, to the letter.

Most of it lies in `templates/workbook`, written down apart from xlsxwriter on purpose: a version of it that
writes a part otherwise is noticed before anything leaves.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr, unescape

from openpyxl.utils import get_column_letter
from xlsxwriter.theme import THEME_XML_2007

from reports.typesetting import TEMPLATES
from reports.verify.checks import NotAsAsked, must

Value = str | bool | int | float | dt.date
Row = tuple[tuple[int, Value | None], ...]  # of each cell the number of its style, and what it says

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument"
_ZERO_DAY = dt.date(1899, 12, 30)
_STRING = re.compile(r"<si>(?:<r>)?<t(?: xml:space=\"preserve\")?>([^<]*)</t>(?:</r>)?</si>")
_SPANS = re.compile(r'(<row r="\d+") spans="\d+:\d+"')
_ESCAPED = re.compile("(_x[0-9A-Fa-f]{4}_)")
_CODE = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, kw_only=True)
class Page:
    """One sheet: its rows, and what stands around them.

    view, printed: markup of how it is looked at, and of its header and footer in print. table: what its table
    is called, in which the heads stand in the row `header`, counted from 1. links: of a cell, the sheet to
    which it leads.
    """

    name: str
    rows: list[Row]
    widths: tuple[int, ...]
    view: str
    table: str = ""
    header: int = 0
    columns: tuple[str, ...] = ()
    links: dict[str, str] = field(default_factory=dict[str, str])
    printed: str = ""


@dataclass(frozen=True, kw_only=True)
class Book:
    """styles: the markup of its styles. filtered: whether its tables have filters, and stripes."""

    title: str
    author: str
    made_at: dt.datetime
    styles: str
    pages: list[Page]
    filtered: bool


def compare(parts: dict[str, str], book: Book) -> None:
    asked = dict(_parts(book))
    sheets = {f"xl/worksheets/sheet{number}.xml": page for number, page in enumerate(book.pages, 1)}
    must(parts.keys() == {*asked, *sheets, STRINGS}, "the list of its parts")
    must(all(part.startswith(_DECLARATION) for part in parts.values()), "how its parts begin")
    texts = {name: part.removeprefix(_DECLARATION) for name, part in parts.items()}
    for name, part in asked.items():
        must(texts[name] == part, f"the part {name}")
    strings = [
        _CODE.sub(lambda code: chr(int(code[1], 16)), unescape(s)) for s in _STRING.findall(texts[STRINGS])
    ]
    numbers = {text: number for number, text in enumerate(strings)}
    for number, (name, page) in enumerate(sheets.items(), 1):
        found, written = _SPANS.sub(r"\1", texts[name]), _sheet(page, f"sheet {number}", numbers)
        if found != written:
            raise NotAsAsked(f"sheet {number}, {_place(found, written)}")
    used = [value for page in book.pages for row in page.rows for _, value in row if isinstance(value, str)]
    # gptables writes some cells twice, and the first time counts too.
    mentions = len(used) if book.filtered else r"\d+"
    frame = rf'<sst xmlns="{re.escape(_MAIN)}" count="{mentions}" uniqueCount="{len(set(used))}"></sst>'
    whole = re.fullmatch(frame, _STRING.sub("", texts[STRINGS]))
    must(whole and len(strings) == len(set(used)), STRINGS)


def as_written(text: str) -> str:
    """Return a text as the format holds it: what looks like one of its own escapes is escaped."""
    return _ESCAPED.sub(r"_x005F\1", text)


def styles(name: str, *, whole: bool) -> str:
    """Return the styles of a workbook: those between « and » only where it is `whole`."""
    text = _template(name) if whole else re.sub("«.*?»", "", _template(name))
    return re.sub("[«»]", "", text).format(count=text.count("<xf ") - 1)


def _template(name: str) -> str:
    return "".join((TEMPLATES / "workbook" / f"{name}.xml").read_text(encoding="utf-8").splitlines())


def _parts(book: Book) -> Iterator[tuple[str, str]]:
    pages = list(enumerate(book.pages, 1))
    tables = list(enumerate(((number, page) for number, page in pages if page.table), 1))
    kinds = {
        "docProps/app.xml": f"{_CONTENT}.extended-properties",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties",
        STYLES: f"{_CONTENT}.spreadsheetml.styles",
        "xl/theme/theme1.xml": f"{_CONTENT}.theme",
        "xl/workbook.xml": f"{_CONTENT}.spreadsheetml.sheet.main",
        **{f"xl/worksheets/sheet{number}.xml": f"{_CONTENT}.spreadsheetml.worksheet" for number, _ in pages},
        **{f"xl/tables/table{number}.xml": f"{_CONTENT}.spreadsheetml.table" for number, _ in tables},
        STRINGS: f"{_CONTENT}.spreadsheetml.sharedStrings",
    }
    listed = "".join(f'<Override PartName="/{n}" ContentType="{kind}+xml"/>' for n, kind in kinds.items())
    yield "[Content_Types].xml", _template("content_types").format(overrides=listed)
    yield (
        "_rels/.rels",
        _relations(
            (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{_OFFICE}/extended-properties", "docProps/app.xml"),
        ),
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(
            *((f"{_OFFICE}/worksheet", f"worksheets/sheet{number}.xml") for number, _ in pages),
            (f"{_OFFICE}/theme", "theme/theme1.xml"),
            (f"{_OFFICE}/styles", "styles.xml"),
            (f"{_OFFICE}/sharedStrings", "sharedStrings.xml"),
        ),
    )
    names = "".join(f"<vt:lpstr>{escape(page.name)}</vt:lpstr>" for page in book.pages)
    yield "docProps/app.xml", _template("app").format(count=len(pages), names=names)
    title, author = (escape(as_written(text)) for text in (book.title, book.author))
    yield "docProps/core.xml", _template("core").format(title=title, author=author, made_at=book.made_at)
    listed = "".join(f'<sheet name={quoteattr(page.name)} sheetId="{n}" r:id="rId{n}"/>' for n, page in pages)
    yield "xl/workbook.xml", _template("workbook").format(sheets=listed)
    yield "xl/theme/theme1.xml", THEME_XML_2007.removeprefix(_DECLARATION)
    yield STYLES, book.styles
    for number, (sheet, page) in tables:
        target = (f"{_OFFICE}/table", f"../tables/table{number}.xml")
        yield f"xl/worksheets/_rels/sheet{sheet}.xml.rels", _relations(target)
        yield f"xl/tables/table{number}.xml", _table(page, number, filtered=book.filtered)


def _relations(*relations: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(relations, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _table(page: Page, number: int, *, filtered: bool) -> str:
    columns = "".join(
        f'<tableColumn id="{place}" name={quoteattr(name, {chr(34): "&quot;"})}/>'
        for place, name in enumerate(page.columns, 1)
    )
    # A table has one row at least, though it be empty.
    last = max(len(page.rows), page.header + 1)
    range_ = f"A{page.header}:{get_column_letter(len(page.columns))}{last}"
    return _template("table").format(
        number=number,
        name=page.table,
        range=range_,
        filter=f'<autoFilter ref="{range_}"/>' if filtered else "",
        count=len(page.columns),
        columns=columns,
        style=' name="TableStyleLight1"' if filtered else "",
    )


def _sheet(page: Page, where: str, strings: dict[str, int]) -> str:
    rows = {number: "".join(_cells(number, row, where, strings)) for number, row in enumerate(page.rows, 1)}
    recorded = {number: cells for number, cells in rows.items() if cells}
    widest = get_column_letter(max(len(row) for row in page.rows))
    links = "".join(
        f'<hyperlink ref="{cell}" location="\'{name}\'!A1" display="{name}"/>'
        for cell, name in page.links.items()
    )
    return _template("sheet").format(
        last=f"{widest}{max(recorded)}",
        view=page.view,
        columns="".join(_columns(page.widths)),
        rows="".join(f'<row r="{number}">{cells}</row>' for number, cells in recorded.items()),
        links=f"<hyperlinks>{links}</hyperlinks>" if links else "",
        printed=page.printed,
        table='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' if page.table else "",
    )


def _columns(widths: tuple[int, ...]) -> Iterator[str]:
    first = 1
    for width, alike in groupby(widths):
        last = first + len(list(alike)) - 1
        yield f'<col min="{first}" max="{last}" width="{width}.7109375" customWidth="1"/>'
        first = last + 1


def _cells(number: int, row: Row, where: str, strings: dict[str, int]) -> Iterator[str]:
    for place, (style, value) in enumerate(row, 1):
        if value is None:
            continue
        cell = f"{get_column_letter(place)}{number}"
        kind = ""
        match value:
            case str():
                must(value in strings, f"{where}, cell {cell}")
                kind, held = ' t="s"', str(strings[value])
            case bool():
                kind, held = ' t="b"', str(int(value))
            case dt.date():
                held = str((value - _ZERO_DAY).days)
            case _:
                held = repr(value)
        yield f'<c r="{cell}"{f" s={chr(34)}{style}{chr(34)}" if style else ""}{kind}><v>{held}</v></c>'


def _place(found: str, asked: str) -> str:
    """Name the last cell that begins before two sheets part."""
    pairs = enumerate(zip(found, asked, strict=False))
    parted = next((place for place, (one, other) in pairs if one != other), len(found))
    cells = re.findall(r'<c r="([A-Z]+\d+)"', asked[: asked.find(">", parted) + 1])
    return f"cell {cells[-1]}" if cells else "what stands over its cells"
