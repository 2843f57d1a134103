"""Compare a Word document with its release: its parts to the letter, and its words as python-docx reads them.

What its parts say is written down here a second time, apart from the templates.
"""

import io
import re
from collections.abc import Iterator

from docx import Document
from markupsafe import escape

from reports.press.issue import Issue
from reports.press.markup import DECLARATION, FOLDER, on_one_line
from reports.press.notice import Grid, Notice, notice_of
from reports.typesetting import TEMPLATES
from reports.verify.checks import check_numbers, must, spoken_texts, unpacked

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_BODY = "word/document.xml"
_AS_THEY_LIE = (
    "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/numbering.xml",
    "word/settings.xml", "word/styles.xml",
)  # fmt: skip
_LEADS = {
    "_rels/.rels": [
        (f"{_OFFICE}/officeDocument", _BODY),
        (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    ],
    "word/_rels/document.xml.rels": [
        (f"{_OFFICE}/{name}", f"{name}.xml")
        for name in ("styles", "numbering", "settings", "header", "footer")
    ],
}
_RELATION = re.compile(r'<Relationship Id="rId\d" Type="([^"]*)" Target="([^"]*)"/>')
_TEXT_WIDTH = 9354  # twentieths of a point


def check(file: bytes, issue: Issue) -> None:
    notice = notice_of(issue)
    parts = unpacked(file)
    asked = dict(_parts(notice, f"{issue.published_at:%Y-%m-%dT%H:%M:%SZ}"))
    must(parts.keys() == asked.keys(), "the list of its parts")
    for name, part in asked.items():
        must(parts[name] == f"{DECLARATION}{part}", f"the part {name}")
    for name, leads in _LEADS.items():
        must(_RELATION.findall(parts[name]) == leads and "TargetMode" not in parts[name], "what it leads to")
    _check_as_read(file, notice)
    check_numbers(spoken_texts(notice), issue)


def _parts(notice: Notice, published_at: str) -> Iterator[tuple[str, str]]:
    for name in _AS_THEY_LIE:
        yield name, _template(name)
    yield (
        "docProps/core.xml",
        (
            f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{escape(notice.title)}</dc:title><dc:creator>{escape(notice.body)}</dc:creator>"
            "<dc:language>en-GB</dc:language>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{published_at}</dcterms:created>'
            f'<dcterms:modified xsi:type="dcterms:W3CDTF">{published_at}</dcterms:modified>'
            "</cp:coreProperties>"
        ),
    )
    marks = _paragraph(_run(" · ".join(notice.marks)), "Header")
    yield "word/header.xml", f'<w:hdr xmlns:w="{_W}">{marks}</w:hdr>'
    foot = (
        f'<w:r><w:t>{escape(notice.foot)}</w:t><w:tab/><w:t xml:space="preserve">Page </w:t></w:r>'
        f'<w:fldSimple w:instr="PAGE"/>{_run(" of ")}<w:fldSimple w:instr="NUMPAGES"/>'
    )
    yield "word/footer.xml", f'<w:ftr xmlns:w="{_W}">{_paragraph(foot, "Footer")}</w:ftr>'
    section = re.findall("<w:sectPr>.*</w:sectPr>", _template(_BODY))[0]
    body = f"<w:body>{''.join(_blocks(notice))}{section}</w:body>"
    yield _BODY, f'<w:document xmlns:w="{_W}" xmlns:r="{_OFFICE}">{body}</w:document>'


def _template(name: str) -> str:
    return on_one_line((TEMPLATES / FOLDER / name).read_text(encoding="utf-8"))


def _blocks(notice: Notice) -> Iterator[str]:
    yield _paragraph(_run(notice.body), "Subtitle")
    yield _paragraph(_run(notice.title), "Title")
    for line in notice.lines:
        yield _paragraph(_run(line))
    for part in notice.parts:
        yield _paragraph(_run(part.heading), "Heading1")
        for line in part.lines:
            yield _paragraph(_run(line))
        for lead, rest in part.points:
            yield _paragraph(
                _run(lead, '<w:rPr><w:rStyle w:val="Strong"/></w:rPr>') + _run(rest), "ListBullet"
            )
        for grid in part.grids:
            yield _paragraph(_run(grid.caption), "Caption")
            yield _table(grid)


def _run(text: str, look: str = "") -> str:
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<w:r>{look}<w:t{space}>{escape(text)}</w:t></w:r>" if text else ""


def _paragraph(runs: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{look}{runs}</w:p>"


def _table(grid: Grid) -> str:
    wide = _TEXT_WIDTH // len(grid.columns)
    sides = ['<w:pPr><w:jc w:val="right"/></w:pPr>' if number else "" for number in grid.numbers]
    rows = ""
    for number, row in enumerate((grid.columns, *grid.rows)):
        rows += "<w:tr>" if number else "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        for text, side in zip(row, sides, strict=True):
            cell = _paragraph(side + _run(text))
            rows += f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{wide}"/></w:tcPr>{cell}</w:tc>'
        rows += "</w:tr>"
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Figures"/><w:tblW w:type="auto" w:w="0"/><w:jc w:val="left"/>'
        '<w:tblLook w:firstColumn="1" w:firstRow="1" w:lastColumn="0" w:lastRow="0" w:noHBand="0" '
        f'w:noVBand="1" w:val="04A0"/><w:tblCaption w:val="{escape(grid.caption)}"/></w:tblPr>'
        f"<w:tblGrid>{f'<w:gridCol w:w={chr(34)}{wide}{chr(34)}/>' * len(sides)}</w:tblGrid>{rows}</w:tbl>"
    )


def _check_as_read(file: bytes, notice: Notice) -> None:
    opened = Document(io.BytesIO(file))
    must(not len(opened.inline_shapes) and not list(opened.comments), "something besides its words")
    grids = [grid for part in notice.parts for grid in part.grids]
    tables = [[tuple(cell.text for cell in row.cells) for row in table.rows] for table in opened.tables]
    must(tables == [[grid.columns, *grid.rows] for grid in grids], "its tables")
    headings = [line.text for line in opened.paragraphs if line.style and line.style.name == "Heading 1"]
    must(headings == [part.heading for part in notice.parts], "its list of headings")
