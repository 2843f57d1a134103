"""A press notice as a Word document: real headings, lists and tables, and no trace of who made it where."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as Open
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table

from reports.press.issue import Issue
from reports.press.notice import Grid, Notice, notice_of

TEMPLATE = Path(__file__).parents[1] / "templates" / "notice"
LANGUAGE = "en-GB"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"
# Of each part: the file that it is made from, its kind, and by which relation it is reached.
PARTS = {
    "word/document.xml": ("document.xml", f"{_MAIN}.document.main+xml", "officeDocument"),
    "word/styles.xml": ("styles.xml", f"{_MAIN}.styles+xml", "styles"),
    "word/numbering.xml": ("numbering.xml", f"{_MAIN}.numbering+xml", "numbering"),
    "word/settings.xml": ("settings.xml", f"{_MAIN}.settings+xml", "settings"),
    "word/header.xml": ("header.xml", f"{_MAIN}.header+xml", "header"),
    "word/footer.xml": ("footer.xml", f"{_MAIN}.footer+xml", "footer"),
    "docProps/core.xml": ("core.xml", _CORE, "core-properties"),
}
_START_OF_1980 = (1980, 1, 1, 0, 0, 0)


def docx(issue: Issue) -> bytes:
    """Write the press notice of a release as a Word document: the same release gives the same bytes."""
    notice = notice_of(issue)
    opened = Document(io.BytesIO(_empty()))
    _describe(opened, issue)
    _write_margins(opened, notice)
    opened.add_paragraph(notice.body, "Subtitle")
    opened.add_paragraph(notice.title, "Title")
    for line in notice.lines:
        opened.add_paragraph(line)
    for part in notice.parts:
        opened.add_paragraph(part.heading, "Heading 1")
        for line in part.lines:
            opened.add_paragraph(line)
        for lead, rest in part.points:
            _add_point(opened, lead, rest)
        for grid in part.grids:
            opened.add_paragraph(grid.caption, "Caption")
            _add_table(opened, grid)
    return _saved(opened)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Pack parts in their order, each as if it were from the start of 1980."""
    written = io.BytesIO()
    with ZipFile(written, "w") as archive:
        for name, part in parts.items():
            member = ZipInfo(name, _START_OF_1980)
            member.compress_type = ZIP_DEFLATED
            member.create_system = 0
            archive.writestr(member, part)
    return written.getvalue()


def _empty() -> bytes:
    package = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            (f"{_OFFICE}/officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "word/_rels/document.xml.rels": _relations(
            *((f"{_OFFICE}/{name}", f"{name}.xml") for name in ("styles", "numbering", "settings")),
            *((f"{_OFFICE}/{name}", f"{name}.xml") for name in ("header", "footer")),
        ),
    }
    return packed(
        {name: text.encode() for name, text in package.items()}
        | {name: (TEMPLATE / file).read_bytes() for name, (file, *_) in PARTS.items()}
    )


def _content_types() -> str:
    listed = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, (_, kind, _) in PARTS.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _relations(*relations: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(relations, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _describe(opened: Open, issue: Issue) -> None:
    """Say of the document its title, whose it is and since when; never who made it, or on which machine."""
    said = opened.core_properties
    said.title, said.author, said.language = issue.title, issue.public.body, LANGUAGE
    said.created = said.modified = issue.published_at.replace(tzinfo=None)


def _write_margins(opened: Open, notice: Notice) -> None:
    (section,) = opened.sections
    if notice.marks:
        section.header.paragraphs[0].add_run(" · ".join(notice.marks))
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{notice.foot}\tPage ")
    _add_field(section.footer, "PAGE")
    foot.add_run(" of ")
    _add_field(section.footer, "NUMPAGES")


def _add_field(footer: Any, instruction: str) -> None:  # noqa: ANN401  # python-docx types only its inside
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    footer.part.element.p_lst[0].append(field)


def _add_point(opened: Open, lead: str, rest: str) -> None:
    paragraph = opened.add_paragraph(style="List Bullet")
    if lead:
        paragraph.add_run(lead, "Strong")
    paragraph.add_run(rest)


def _add_table(opened: Open, grid: Grid) -> None:
    table = opened.add_table(rows=0, cols=len(grid.columns), style="Figures")
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    for row in (grid.columns, *grid.rows):
        _add_row(table, row, grid.numbers)
    # What a screen reader reads as the heads of the columns, and repeats on the next page.
    drawn = opened.element.body.tbl_lst[-1]
    heads = drawn.tr_lst[0].get_or_add_trPr()
    heads.append(_element("w:cantSplit"))
    heads.append(_element("w:tblHeader"))
    drawn.tblPr.append(_element("w:tblCaption", grid.caption))


def _add_row(table: Table, row: tuple[str, ...], numbers: tuple[bool, ...]) -> None:
    for cell, text, number in zip(table.add_row().cells, row, numbers, strict=True):
        if text:
            cell.paragraphs[0].add_run(text)
        if number:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _element(name: str, value: str = "") -> BaseOxmlElement:
    element = OxmlElement(name)
    if value:
        element.set(qn("w:val"), value)
    return element


def _saved(opened: Open) -> bytes:
    written = io.BytesIO()
    opened.save(written)
    with ZipFile(written) as archive:
        return packed({name: archive.read(name) for name in sorted(archive.namelist())})
