"""Compare a Word document with its release: its parts tag by tag, its words as python-docx reads them."""

import io
import re

from docx import Document

from reports.press.issue import Issue
from reports.press.markup import DECLARATION, FOLDER, PARTS, on_one_line
from reports.press.notice import notice_of
from reports.typesetting import TEMPLATES
from reports.verify.checks import check_numbers, elements_of, must, read_markup, spoken_texts, unpacked

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_BODY = "word/document.xml"
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
_STYLES = {
    "body": "Subtitle", "title": "Title", "line": "Normal", "heading": "Heading 1", "point": "List Bullet",
    "caption": "Caption",
}  # fmt: skip
_TEXT_WIDTH = 9354  # twentieths of a point


def check(file: bytes, issue: Issue) -> None:
    notice, parts = notice_of(issue), unpacked(file)
    must(tuple(parts) == PARTS, "the list of its parts")
    must(all(part.startswith(DECLARATION) for part in parts.values()), "how its parts begin")
    grids = [grid for part in notice.parts for grid in part.grids]
    moment = f"{issue.published_at:%Y-%m-%dT%H:%M:%SZ}"
    texts = {
        _BODY: spoken_texts(notice)[len(notice.marks) : -1],
        "docProps/core.xml": [notice.title, notice.body, "en-GB", moment, moment],
        "word/header.xml": [" · ".join(notice.marks)],
        "word/footer.xml": [notice.foot, "Page ", " of "],
    }
    asked = {text for name in texts for text in texts[name]}
    asked |= {words for part in notice.parts for point in part.points for words in point}
    asked |= {str(_TEXT_WIDTH // len(grid.columns)) for grid in grids}
    for name in PARTS:
        part = parts[name].removeprefix(DECLARATION)
        if name in texts:
            words = read_markup(part, "notice", asked, f"the part {name}")
            must("".join(words) == "".join(texts[name]), f"the part {name}")
        else:
            template = (TEMPLATES / FOLDER / name).read_text(encoding="utf-8")
            must(part == on_one_line(template), f"the part {name}")
    for name, leads in _LEADS.items():
        must(_RELATION.findall(parts[name]) == leads and "TargetMode" not in parts[name], "what it leads to")
    # The marks stand only in the header, to which the end of the body leads.
    end = (TEMPLATES / FOLDER / _BODY).read_text(encoding="utf-8").partition("<w:sectPr>")[2]
    must(parts[_BODY].endswith(f"<w:sectPr>{on_one_line(end)}".rstrip()), "its header, footer and page")
    must(parts[_BODY].count("<w:tblHeader/>") == len(grids), "the heads of its tables")
    opened = Document(io.BytesIO(file))
    must(not len(opened.inline_shapes) and not list(opened.comments), "something besides its words")
    tables = [[tuple(cell.text for cell in row.cells) for row in table.rows] for table in opened.tables]
    must(tables == [[grid.columns, *grid.rows] for grid in grids], "its tables")
    lines = [(line.style.name if line.style else "", line.text) for line in opened.paragraphs]
    asked_lines = [(_STYLES[kind], text) for kind, text in elements_of(notice) if kind in _STYLES]
    must(lines == asked_lines, "its paragraphs")
    check_numbers(spoken_texts(notice), issue)
