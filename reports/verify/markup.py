"""Compare the notice in Word, the web page of a release and a picture of one of its figures with the release.

Their markup is read tag by tag, and a document's words as python-docx reads them too. No program reads a
picture's words for certain: it is drawn again and compared, and its words are read from the same drawing as
a PDF.
"""

import io
import re
import struct
import zlib
from dataclasses import replace

import pikepdf
from docx import Document
from markupsafe import escape

from metrics.clauses import spoken
from reports.press import markup
from reports.press.image import HEIGHT, SIGNATURE, TEMPLATE, WIDTH, described, fields_of, shown_in
from reports.press.notice import Issue, notice_of, remark, unit_of
from reports.typesetting import TEMPLATES, typeset
from reports.verify import checks
from reports.verify.checks import NotAsAsked, check_numbers, elements_of, must, read_markup, spoken_texts
from reports.verify.pdf import read, squeezed

# Eight bits of each colour, and of transparency.
_SIZE = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 6, 0, 0, 0)
_CELL = re.compile("<t[dh](?: [^>]*)?>([^<]*)")
_HEAD = (
    '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="referrer" content="no-referrer"><title>'
)
_BODY = "word/document.xml"
_STYLES = {
    "body": "Subtitle", "title": "Title", "line": "Normal", "heading": "Heading 1", "point": "List Bullet",
    "caption": "Caption",
}  # fmt: skip
_TEXT_WIDTH = 9354  # twentieths of a point


def check_docx(file: bytes, issue: Issue) -> None:
    notice, parts = notice_of(issue), checks.unpacked(file)
    must(tuple(parts) == markup.PARTS, "the list of its parts")
    must(all(part.startswith(markup.DECLARATION) for part in parts.values()), "how its parts begin")
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
    for name in markup.PARTS:
        part = parts[name].removeprefix(markup.DECLARATION)
        if name in texts:
            words = read_markup(part, "notice", asked, f"the part {name}")
            must("".join(words) == "".join(texts[name]), f"the part {name}")
        else:
            template = (TEMPLATES / markup.FOLDER / name).read_text(encoding="utf-8")
            must(part == markup.on_one_line(template), f"the part {name}")
    # The marks stand only in the header, to which the end of the body leads.
    template = (TEMPLATES / markup.FOLDER / _BODY).read_text(encoding="utf-8")
    end = markup.on_one_line(template.partition("<w:sectPr>")[2])
    must(parts[_BODY].endswith(f"<w:sectPr>{end}".rstrip()), "its header, footer and page")
    must(parts[_BODY].count("<w:tblHeader/>") == len(grids), "the heads of its tables")
    opened = Document(io.BytesIO(file))
    tables = [[tuple(cell.text for cell in row.cells) for row in table.rows] for table in opened.tables]
    must(tables == [[grid.columns, *grid.rows] for grid in grids], "its tables")
    lines = [(line.style.name if line.style else "", line.text) for line in opened.paragraphs]
    asked_lines = [(_STYLES[kind], text) for kind, text in elements_of(notice) if kind in _STYLES]
    must(lines == asked_lines, "its paragraphs")
    check_numbers(spoken_texts(notice), issue)


def check_page(file: bytes, issue: Issue) -> None:
    notice, website = notice_of(issue), issue.help.website
    try:
        page = file.decode()
    except UnicodeDecodeError:
        raise NotAsAsked("its text") from None
    files = {"style": markup.STYLE, "script": markup.SCRIPT}
    codes = {name: (TEMPLATES / path).read_text() for name, path in files.items()}
    for name, code in codes.items():
        must(page.count(f"<{name}>{code}</{name}>") == 1, f"its {name}")
        page = page.replace(code, "")
    policy = "".join(f" {name}-src '{markup.digest_of(code)}';" for name, code in codes.items())
    parts = tuple(markup.reading_order(notice.parts))
    words = spoken_texts(replace(notice, parts=parts))
    # Where to get help comes first, and leads to the website of the force.
    place = len(notice.marks) + 3 + len(notice.lines) + len(parts[0].lines)
    words[place:place] = filter(None, [website])
    title = f"{notice.title} - {notice.body}"
    texts = [title, "Skip to the release", "Exit this page", markup.EXIT_WORDS, *words]
    points = {words for part in parts for point in part.points for words in point}
    policy = f"default-src 'none';{policy} base-uri 'none'; form-action 'none'"
    page = page.replace(">\n", ">")
    read_texts = read_markup(page, "page", {*texts, *points, policy}, "its markup")
    must("".join(read_texts) == "".join(texts), "its words")
    headings = [str(escape(part.heading)) for part in parts]
    must(re.findall("<h2>(.*?)</h2>", page) == headings, "its list of headings")
    must(page.startswith(_HEAD.format(policy=escape(policy))), "its head")
    helping = re.findall('<section class="help"><h2>(.*?)</h2>', page)
    must(helping == headings[:1], "where to get help")
    links = re.findall('<a href="([^"]*)" rel="noreferrer">', page)
    must(links == [str(escape(website))] * bool(website), "where it leads to")
    tables = [[_CELL.findall(row) for row in table.split("<tr>")[1:]] for table in page.split("<table>")[1:]]
    grids = [(grid.columns, *grid.rows) for part in parts for grid in part.grids]
    must(tables == [[[str(escape(cell)) for cell in row] for row in rows] for rows in grids], "its tables")
    must(re.findall('id="(.*?)"', page) == ["exit", "exit-said", "release"], "its way out")
    check_numbers(spoken_texts(notice), issue)


def check_image(file: bytes, issue: Issue) -> None:
    again = typeset(TEMPLATE, fields_of(issue), issue.published_at, "png")
    head = SIGNATURE + _png_part(b"IHDR", _SIZE)
    must(again.startswith(head), "its size")
    texts = [f"{name}\0\0\0en-GB\0\0{text}".encode() for name, text in described(issue)]
    words = b"".join(_png_part(b"iTXt", text) for text in texts)
    must(file == head + words + again.removeprefix(head), "what is drawn in it")
    _check_words(issue)


def _png_part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _check_words(issue: Issue) -> None:
    public, figure = issue.public, shown_in(issue)
    drawn = typeset(TEMPLATE, fields_of(issue), issue.published_at)
    with pikepdf.open(io.BytesIO(drawn)) as opened:
        must(len(opened.pages) == 1, "what does not fit into it")
        words = "".join(read(opened.pages[0]).marked.values())
    emergency = issue.help.emergency.partition(". ")[0].removesuffix(".")
    how = f" ({remark(figure.whole)})" if remark(figure.whole) else ""
    number = f"{spoken(figure.whole)} {unit_of(figure, figure.whole)}{how}"
    asked = (*issue.marks, public.body, figure.title, number, issue.short, f"{emergency}.")
    must(words == squeezed("".join(asked)), "what is written in it")
    check_numbers([*asked, *(text for _, text in described(issue))], issue, every=False)
