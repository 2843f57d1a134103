"""Open a Word document again and compare it, part by part and paragraph by paragraph, with its release.

It is read twice: to the letter here, and by python-docx as another program would read it.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

from docx import Document
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from reports.press.issue import Issue
from reports.press.notice import Grid, Notice, notice_of
from reports.press.word import PARTS, TEMPLATE
from reports.reopened.difference import NotAsAsked, must
from reports.reopened.press import numbers
from reports.reopened.press.paper import spoken
from reports.reopened.zipped import unpacked

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_AS_THEY_LIE = ("styles", "numbering", "settings")
_RELATIONS = {
    "_rels/.rels": {
        (f"{_OFFICE}/officeDocument", "word/document.xml"),
        (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    },
    "word/_rels/document.xml.rels": {
        (f"{_OFFICE}/{name}", f"{name}.xml") for name in (*_AS_THEY_LIE, "header", "footer")
    },
}
# All that may stand in what is read, and the attributes of each: no word hides in any of them.
_ELEMENTS = {
    "p": (), "pPr": (), "pStyle": ("val",), "jc": ("val",), "r": (), "rPr": (), "rStyle": ("val",), "t": (),
    "tab": (), "fldSimple": ("instr",), "tbl": (), "tblPr": (), "tblStyle": ("val",),
    "tblW": ("type", "w"), "tblCaption": ("val",), "tblGrid": (), "gridCol": ("w",), "tr": (), "trPr": (),
    "cantSplit": (), "tblHeader": (), "tc": (), "tcPr": (), "tcW": ("type", "w"),
    "tblLook": ("firstColumn", "firstRow", "lastColumn", "lastRow", "noHBand", "noVBand", "val"),
}  # fmt: skip
_TEXT = ("t", "tab", "fldSimple")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_VALUE = re.compile(
    r"\d{1,5}|04A0|left|right|auto|dxa|preserve|PAGE|NUMPAGES|Subtitle|Title|Heading1|ListBullet|Caption|"
    r"Header|Footer|Figures|Strong"
)
Node = Any  # an element of lxml, which ships no types


def check(file: bytes, issue: Issue) -> None:
    """Compare a Word document with its release.

    Raises:
        NotAsAsked: it differs, or holds anything more.
    """
    notice = notice_of(issue)
    parts = unpacked(file)
    must(set(parts) == {"[Content_Types].xml", *_RELATIONS, *PARTS}, "the list of its parts")
    read = {name: _read(name, text) for name, text in parts.items()}
    _check_package(read)
    must(_facts(read["docProps/core.xml"]) == _asked_facts(issue), "what is said of it")
    must(list(_paragraphs(read["word/header.xml"])) == [("Header", " · ".join(notice.marks))], "its head")
    foot = f"{notice.foot}\tPage {{PAGE}} of {{NUMPAGES}}"
    must(list(_paragraphs(read["word/footer.xml"])) == [("Footer", foot)], "its foot")
    _check_body(read["word/document.xml"], notice)
    _check_as_read(file, notice)
    numbers.check(spoken(notice), issue)


def _read(name: str, text: str) -> Node:
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        raise NotAsAsked(f"the part {name}") from None
    plain = root.getroottree().docinfo.doctype == "" and root.getprevious() is None and root.getnext() is None
    must(plain and all(isinstance(each.tag, str) for each in root.iter()), f"a remark in the part {name}")
    return root


def _check_package(read: dict[str, Node]) -> None:
    kinds = {f"/{name}": kind for name, (_, kind, _) in PARTS.items()}
    types = f"{{{_PACKAGE}/content-types}}"
    listed = read["[Content_Types].xml"]
    overrides = {each.get("PartName"): each.get("ContentType") for each in listed.iter(f"{types}Override")}
    must(overrides == kinds and len(listed) == len(kinds) + 2, "the kinds of its parts")
    for name, wanted in _RELATIONS.items():
        found = [(each.get("Type"), each.get("Target")) for each in read[name]]
        external = any(each.get("TargetMode") for each in read[name])
        must(not external and len(found) == len(wanted) and set(found) == wanted, "what it leads to")
    for name in _AS_THEY_LIE:
        ours = etree.fromstring((TEMPLATE / f"{name}.xml").read_bytes())
        must(_canonical(read[f"word/{name}.xml"]) == _canonical(ours), f"its {name}")


def _canonical(root: Node) -> bytes:
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False)
    return etree.tostring(etree.fromstring(etree.tostring(root), parser), method="c14n2")


def _facts(core: Node) -> list[tuple[str, str | None]]:
    must(all(not len(each) for each in core), "what is said of it")
    return sorted((etree.QName(each).localname, each.text) for each in core)


def _asked_facts(issue: Issue) -> list[tuple[str, str | None]]:
    at = f"{issue.published_at:%Y-%m-%dT%H:%M:%SZ}"
    said = {"title": issue.title, "creator": issue.public.body, "language": "en-GB"}
    return sorted({**said, "created": at, "modified": at}.items())


def _check_body(root: Node, notice: Notice) -> None:
    must([each.tag for each in root] == [f"{_W}body"] and len(root[0]), "what is in it")
    *blocks, section = root[0]
    ours = etree.fromstring((TEMPLATE / "document.xml").read_bytes())
    must(_canonical(section) == _canonical(ours[0][0]), "the size of a page")
    found = [_table(each) if each.tag == f"{_W}tbl" else _paragraph(each) for each in blocks]
    asked = list(_asked(notice))
    parted = next((n for n, pair in enumerate(zip(found, asked, strict=False), 1) if pair[0] != pair[1]), 0)
    must(found == asked, f"block {parted or min(len(found), len(asked)) + 1}")


def _asked(notice: Notice) -> Iterator[tuple[str, object]]:
    """Yield what every block of the document must be: its style, and its words or its cells."""
    yield "Subtitle", notice.body
    yield "Title", notice.title
    for line in notice.lines:
        yield "", line
    for part in notice.parts:
        yield "Heading1", part.heading
        for line in part.lines:
            yield "", line
        for lead, rest in part.points:
            yield "ListBullet", f"{lead}{rest}"
        for grid in part.grids:
            yield "Caption", grid.caption
            yield "Figures", _cells(grid)


def _cells(grid: Grid) -> tuple[str, tuple[tuple[tuple[str, str], ...], ...]]:
    sides = tuple("right" if number else "" for number in grid.numbers)
    rows = (grid.columns, *grid.rows)
    return grid.caption, tuple(tuple(zip(row, sides, strict=True)) for row in rows)


def _paragraphs(root: Node) -> Iterator[tuple[str, str]]:
    for each in root:
        yield _paragraph(each)


def _paragraph(node: Node) -> tuple[str, str]:
    _refuse_unknown(node)
    must(node.tag == f"{_W}p", "a part of it that is no paragraph")
    styles = [each.get(f"{_W}val") for each in node.iter(f"{_W}pStyle")]
    return "".join(styles), _words(node)


def _words(node: Node) -> str:
    """Return the words of a paragraph; a number that Word works out is named by what it is."""
    return "".join(_word(each) for each in node.iter(*(f"{_W}{name}" for name in _TEXT)))


def _word(node: Node) -> str:
    if node.tag == f"{_W}tab":
        return "\t"
    return node.text or "" if node.tag == f"{_W}t" else f"{{{node.get(f'{_W}instr')}}}"


def _table(node: Node) -> tuple[str, object]:
    _refuse_unknown(node)
    style = "".join(each.get(f"{_W}val") for each in node.iter(f"{_W}tblStyle"))
    caption = "".join(each.get(f"{_W}val") for each in node.iter(f"{_W}tblCaption"))
    rows = list(node.iter(f"{_W}tr"))
    heads = [len(list(row.iter(f"{_W}tblHeader"))) for row in rows]
    must(heads == [1] + [0] * (len(rows) - 1), "the heads of a table")
    cells = tuple(tuple(_cell(each) for each in row.iter(f"{_W}tc")) for row in rows)
    return style, (caption, cells)


def _cell(node: Node) -> tuple[str, str]:
    paragraphs = list(node.iter(f"{_W}p"))
    must(len(paragraphs) == 1, "a cell of a table")
    return _words(paragraphs[0]), "".join(each.get(f"{_W}val") for each in paragraphs[0].iter(f"{_W}jc"))


def _refuse_unknown(block: Node) -> None:
    for node in block.iter():
        name = etree.QName(node)
        must(name.namespace == _W[1:-1] and name.localname in _ELEMENTS, "a part that no notice has")
        allowed = {f"{_W}{each}" for each in _ELEMENTS[name.localname]} | {_SPACE}
        must(set(node.attrib) <= allowed, "a part that no notice has")
        must(name.localname == "t" or not (node.text or "").strip(), "a text that belongs to nothing")
        must(not (node.tail or "").strip(), "a text that belongs to nothing")
        if name.localname != "tblCaption":
            must(all(map(_VALUE.fullmatch, node.attrib.values())), "a part that no notice has")


def _check_as_read(file: bytes, notice: Notice) -> None:
    opened = Document(io.BytesIO(file))
    must(not len(opened.inline_shapes) and not list(opened.comments), "something besides its words")
    must(len(opened.tables) == sum(len(part.grids) for part in notice.parts), "its tables")
    said = [each.text for each in opened.paragraphs if each.style and each.style.name == "Heading 1"]
    must(said == [part.heading for part in notice.parts], "its list of headings")
