"""Open the workbook of a release again and compare it, part by part and cell by cell, with the release.

It is read twice: as markup here, in which nothing may stand but what is listed, and by openpyxl as
another program would read it.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter.theme import THEME_XML_2007

from reports.press.issue import Issue
from reports.press.leaves import CONTENTS, COVER, NOTES, ONE_TABLE, Book, Leaf, Value, book_of
from reports.reopened.difference import NotAsAsked, must
from reports.reopened.other_program import as_read, as_written
from reports.reopened.press import numbers
from reports.reopened.zipped import unpacked

Node = Any  # an element of lxml, which ships no types
Rows = list[tuple[Value, ...]]

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_SHEET = {
    "worksheet", "sheetPr", "pageSetUpPr", "dimension", "sheetViews", "sheetView", "pane", "selection",
    "sheetFormatPr", "cols", "col", "sheetData", "row", "c", "v", "hyperlinks", "hyperlink", "pageMargins",
    "pageSetup", "tableParts", "tablePart",
}  # fmt: skip
_STYLES = {
    "styleSheet", "fonts", "font", "b", "u", "sz", "color", "name", "family", "scheme", "fills", "fill",
    "patternFill", "borders", "border", "left", "right", "top", "bottom", "diagonal", "cellStyleXfs", "xf",
    "cellXfs", "alignment", "cellStyles", "cellStyle", "dxfs", "tableStyles",
}  # fmt: skip
# A value of an attribute: a number, a place, or one of the words that our workbooks use.
_PLAIN = re.compile(
    r"[0-9.]{1,12}|[A-Z]{1,2}\d{1,5}(:[A-Z]{1,2}\d{1,5})?|\d{1,3}:\d{1,3}|rId\d{1,2}|FF0000FF|[strue]|"
    r"bottomLeft|bottomRight|topRight|frozen|landscape|Arial|Calibri|minor|none|gray125|thin|left|right|top|"
    r"Normal|TableStyleMedium9|PivotStyleLight16|true"
)
_MARKED = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OURS = re.compile(r"\[note \d+\]|^Table \d+$")
_INTRO, _ABOUT, _CONTACT = "Introductory information", "About these data", "Contact"


def check(file: bytes, issue: Issue) -> None:
    """Compare a workbook with its release.

    Raises:
        NotAsAsked: it differs, or holds anything more.
    """
    book = book_of(issue)
    asked = dict(_asked(book))
    parts = unpacked(file)
    must(parts.keys() == set(_names(len(asked))), "the list of its parts")
    read = {name: _read(name, text) for name, text in parts.items()}
    must(parts["xl/theme/theme1.xml"] == THEME_XML_2007, "its theme")
    _check_facts(read, issue, list(asked))
    _check_markup(read, list(asked))
    _check_tables(read, book)
    _check_strings(read["xl/sharedStrings.xml"], asked)
    _check_cells(file, asked)
    # The numbers of notes and sheets are ours.
    notes = [(text,) for *_, text in asked.pop(NOTES)]
    texts = [str(cell) for rows in (*asked.values(), notes) for row in rows for cell in row]
    numbers.check([_OURS.sub("", each) for each in texts], issue)


def _names(sheets: int) -> Iterator[str]:
    yield from ("[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "docProps/app.xml")
    yield from ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml")
    yield "xl/theme/theme1.xml"
    for number in range(1, sheets + 1):
        yield f"xl/worksheets/sheet{number}.xml"
        if number > 1:
            yield f"xl/worksheets/_rels/sheet{number}.xml.rels"
            yield f"xl/tables/table{number - 1}.xml"


def _read(name: str, text: str) -> Node:
    try:
        root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise NotAsAsked(f"the part {name}") from None
    alone = root.getprevious() is None and root.getnext() is None and not root.getroottree().docinfo.doctype
    must(alone and all(isinstance(each.tag, str) for each in root.iter()), f"a remark in the part {name}")
    return root


def _asked(book: Book) -> Iterator[tuple[str, Rows]]:
    cover = [book.title, _INTRO, *book.about_it, _ABOUT, *book.about, _CONTACT, *book.contact]
    yield COVER, [(line,) for line in cover]
    # gptables takes the marks of notes away, and leaves the space before them.
    listed: Rows = [(leaf.name, f"{leaf.title}{' ' * bool(leaf.notes)}") for leaf in book.leaves]
    one = "This worksheet contains one table."
    yield CONTENTS, [("Table of contents",), (one,), ("Sheet name", "Table description"), *listed]
    notes: Rows = list(enumerate(book.notes, 1))
    yield NOTES, [("Notes",), (one,), ("Note number", "Note text"), *notes]
    for leaf in book.leaves:
        above: Rows = [(line,) for line in leaf.above]
        yield leaf.name, [(_title(leaf),), *above, (ONE_TABLE,), leaf.columns, *leaf.rows]


def _title(leaf: Leaf) -> str:
    return f"{leaf.title} {''.join(f'[note {each}]' for each in leaf.notes)}".strip()


def _check_facts(read: dict[str, Node], issue: Issue, names: list[str]) -> None:
    core = [(etree.QName(each).localname, each.text) for each in read["docProps/core.xml"]]
    at = f"{issue.published_at:%Y-%m-%dT%H:%M:%SZ}"
    title, body = as_written(issue.title), as_written(issue.public.body)
    said = [("title", title), ("creator", body), ("lastModifiedBy", body)]
    must(core == [*said, ("created", at), ("modified", at)], "what is said of it")
    texts = [each.text for each in read["docProps/app.xml"].iter() if each.text]
    usual = ["Microsoft Excel", "0", "false", "Worksheets", str(len(names)), *names]
    must(texts == [*usual, "false", "false", "false", "12.0000"], "what is said of it")
    sheets = [each.attrib for each in read["xl/workbook.xml"].iter(f"{{{_MARKED}}}sheet")]
    wanted = [(name, str(number)) for number, name in enumerate(names, 1)]
    must([(each["name"], each["sheetId"]) for each in sheets] == wanted, "the list of its sheets")
    must(all("state" not in each for each in sheets), "a hidden sheet")
    held = {etree.QName(each).localname for each in read["xl/workbook.xml"]}
    must(held == {"fileVersion", "workbookPr", "bookViews", "sheets", "calcPr"}, "a part of its own")


def _check_markup(read: dict[str, Node], names: list[str]) -> None:
    leads = {f"'{name}'!A1" for name in names} | set(names)
    for name, root in read.items():
        if name.startswith("xl/worksheets/sheet"):
            _check_listed(root, _SHEET, leads)
        elif name == "xl/styles.xml":
            _check_listed(root, _STYLES, set())
        elif name.endswith(".rels"):
            must(all(each.get("TargetMode") is None for each in root), "a link to another file")
            must(all(each.get("Type").startswith("http://schemas.") for each in root), "what it leads to")
            must(all(_TARGET.fullmatch(each.get("Target")) for each in root), "what it leads to")


_TARGET = re.compile(
    r"(xl/workbook|docProps/(core|app)|worksheets/sheet\d+|\.\./tables/table\d+|theme/theme1|styles|sharedStrings)"
    r"\.xml"
)


def _check_listed(root: Node, elements: set[str], words: set[str]) -> None:
    for node in root.iter():
        name = etree.QName(node)
        must(name.namespace == _MARKED and name.localname in elements, "a part that no sheet has")
        must(name.localname == "v" or not node.text, "a text outside its cells")
        must(not node.tail, "a text outside its cells")
        must(
            all(_PLAIN.fullmatch(each) or each in words for each in node.attrib.values()),
            "a part that no sheet has",
        )
        hidden = {"hidden", "outlineLevel", "collapsed", "ht"} & set(node.attrib)
        must(not hidden and not (name.localname == "col" and node.get("width") == "0"), "something hidden")


def _check_tables(read: dict[str, Node], book: Book) -> None:
    heads = [("Sheet name", "Table description"), ("Note number", "Note text")]
    heads += [leaf.columns for leaf in book.leaves]
    titles = ["contents_table", "notes_table", *(f"Table_{n}" for n in range(1, len(book.leaves) + 1))]
    for number, (columns, title) in enumerate(zip(heads, titles, strict=True), 1):
        table = read[f"xl/tables/table{number}.xml"]
        found = [each.get("name") for each in table.iter(f"{{{_MARKED}}}tableColumn")]
        must(found == list(columns) and table.get("displayName") == table.get("name") == title, "its tables")
        held = [etree.QName(each).localname for each in table]
        must(held == ["tableColumns", "tableStyleInfo"], "its tables")


def _check_strings(root: Node, asked: dict[str, Rows]) -> None:
    found = ["".join(each.itertext()) for each in root]
    said = {cell for rows in asked.values() for row in rows for cell in row if isinstance(cell, str)}
    must(len(found) == len(set(found)) and set(found) == said, "its texts")


def _check_cells(file: bytes, asked: dict[str, Rows]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(file))
    must(book.sheetnames == list(asked), "the list of its sheets")
    for page in book.worksheets:
        found = [_row(row) for row in page.iter_rows(values_only=True)]
        wanted = [
            tuple(as_read(cell) if isinstance(cell, str) else cell for cell in row)
            for row in asked[page.title]
        ]
        must(_typed(found) == _typed(wanted), f"the cells of {page.title}")
        _check_beside(page)


def _typed(rows: Rows) -> list[list[tuple[Value, type]]]:
    """Return rows with the kind of each cell: 33 is not "33"."""
    return [[(cell, type(cell)) for cell in row] for row in rows]


def _row(row: tuple[Any, ...]) -> tuple[Value, ...]:
    recorded = [place for place, cell in enumerate(row, 1) if cell is not None]
    return row[: recorded[-1]] if recorded else ()


def _check_beside(page: Worksheet) -> None:
    must(page.sheet_state == "visible" and not page.merged_cells.ranges, "a hidden sheet")
    for row in page.iter_rows():
        for cell in row:
            must(cell.comment is None and cell.data_type in ("s", "n"), f"a cell of {page.title}")
            must(cell.hyperlink is None or cell.hyperlink.target is None, "a link to another file")
