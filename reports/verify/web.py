"""Compare the web page of a release, and a picture of one of its figures, with the release.

No program reads a picture's words for certain: it is drawn again and compared by point, and its words are
read from the same drawing as a PDF.
"""

import base64
import hashlib
import io
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
from markupsafe import escape

from metrics.clauses import spoken
from reports.press.image import HEIGHT, SIGNATURE, TEMPLATE, WIDTH, described, fields_of, shown_in
from reports.press.issue import Issue
from reports.press.markup import EXIT_SAID, SCRIPT, STYLE, reading_order
from reports.press.notice import notice_of, remark, unit_of
from reports.typesetting import TEMPLATES, typeset
from reports.verify.checks import NotAsAsked, check_numbers, must, read_markup, spoken_texts
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
_LEAST = 12  # bytes of a part of a picture: its length, its kind and its sum


def check_page(file: bytes, issue: Issue) -> None:
    notice, website = notice_of(issue), issue.help.website
    try:
        page = file.decode()
    except UnicodeDecodeError:
        raise NotAsAsked("its text") from None
    codes = {name: (TEMPLATES / path).read_text() for name, path in (("style", STYLE), ("script", SCRIPT))}
    for name, code in codes.items():
        must(page.count(f"<{name}>{code}</{name}>") == 1, f"its {name}")
        page = page.replace(code, "")
    policy = "".join(f" {name}-src '{_digest(code)}';" for name, code in codes.items())
    parts = tuple(reading_order(notice.parts))
    words = spoken_texts(replace(notice, parts=parts))
    # Where to get help comes first, and leads to the website of the force.
    place = len(notice.marks) + 3 + len(notice.lines) + len(parts[0].lines)
    words[place:place] = filter(None, [website])
    texts = [f"{notice.title} - {notice.body}", "Skip to the release", "Exit this page", EXIT_SAID, *words]
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


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def check_image(file: bytes, issue: Issue) -> None:
    parts = list(_png_parts(file))
    points = [(kind, data) for kind, data in parts if kind == b"IDAT"]
    texts = [(b"iTXt", f"{name}\0\0\0en-GB\0\0{text}".encode()) for name, text in described(issue)]
    must(parts == [(b"IHDR", _SIZE), *texts, *points, (b"IEND", b"")], "its parts")
    again = typeset(TEMPLATE, fields_of(issue), issue.published_at, "png")
    must(_points(parts) == _points(list(_png_parts(again))), "what is drawn in it")
    _check_words(issue)


def _png_parts(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    must(file.startswith(SIGNATURE), "its first bytes")
    at = len(SIGNATURE)
    while at < len(file):
        must(at + _LEAST <= len(file), "its last bytes")
        (length,) = struct.unpack(">I", file[at : at + 4])
        end = at + _LEAST + length
        must(end <= len(file), "its last bytes")
        part, summed = file[at + 4 : end - 4], file[end - 4 : end]
        must(struct.pack(">I", zlib.crc32(part)) == summed, "a part of it")
        yield part[:4], part[4:]
        at = end


def _points(parts: list[tuple[bytes, bytes]]) -> bytes:
    unpacking, points = zlib.decompressobj(), b""
    try:
        packed = b"".join(data for kind, data in parts if kind == b"IDAT")
        points = unpacking.decompress(packed, HEIGHT * (4 * WIDTH + 1) + 1)
    except zlib.error:
        must(as_asked=False, where="what is drawn in it")
    must(unpacking.eof and not unpacking.unused_data, "what is drawn in it")
    return points


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
