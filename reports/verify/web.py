"""Compare the web page of a release, and a picture of one of its figures, with the release.

The markup of the page is written down here a second time, apart from the template, and compared to the
letter. No program reads the words of a picture back for certain: so it is drawn a second time, and compared
point by point; and the same drawing as a PDF keeps its words, which are read there.
"""

import base64
import hashlib
import io
import struct
import zlib
from collections.abc import Iterator

import pikepdf
from markupsafe import escape

from metrics.clauses import spoken
from reports.press.image import HEIGHT, SIGNATURE, TEMPLATE, WIDTH, described, fields_of, shown_in
from reports.press.issue import Issue
from reports.press.markup import ELSEWHERE, EXIT_SAID, SCRIPT, STYLE, reading_order
from reports.press.notice import Grid, Notice, Part, notice_of, remark, unit_of
from reports.typesetting import TEMPLATES, typeset
from reports.verify.checks import check_numbers, must, spoken_texts
from reports.verify.pdf_pages import read, squeezed

_SIZE = struct.pack(
    ">IIBBBBB", WIDTH, HEIGHT, 8, 6, 0, 0, 0
)  # eight bits of each colour, and of transparency
_LEAST = 12  # bytes of a part of a picture: its length, its kind and its sum


def check_page(file: bytes, issue: Issue) -> None:
    notice = notice_of(issue)
    asked = "".join(f"{line}\n" for line in _page(notice, issue.help.website)).encode()
    lines = enumerate(zip(file.split(b"\n"), asked.split(b"\n"), strict=False), 1)
    parted = next((number for number, (one, other) in lines if one != other), "last")
    must(file == asked, f"line {parted}")
    check_numbers(spoken_texts(notice), issue)


def _page(notice: Notice, website: str) -> Iterator[str]:
    style, script = ((TEMPLATES / name).read_text(encoding="utf-8") for name in (STYLE, SCRIPT))
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    yield from ("<!doctype html>", '<html lang="en-GB">', "<head>", '<meta charset="utf-8">')
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{escape(notice.title)} - {escape(notice.body)}</title>"
    yield from (f"<style>{style}</style>", "</head>", "<body>")
    yield '<a class="skip" href="#release">Skip to the release</a>'
    yield '<nav aria-label="Leave this page quickly">'
    yield f'<a id="exit" href="{ELSEWHERE}" rel="nofollow noreferrer">Exit this page</a>'
    yield from ('<p id="exit-said" role="status"></p>', "</nav>", '<main id="release">')
    yield f'<p class="about">{EXIT_SAID}</p>'
    yield from (f'<p class="mark">{escape(mark)}</p>' for mark in notice.marks)
    yield f'<p class="body">{escape(notice.body)}</p>'
    yield f"<h1>{escape(notice.title)}</h1>"
    yield from _lines(notice.lines)
    help_, *others = reading_order(notice.parts)
    yield from _section(help_, ' class="help"', website)
    for part in others:
        yield from _section(part)
    yield from ("</main>", "<footer>", *_lines((notice.foot,)), "</footer>")
    yield from (f"<script>{script}</script>", "</body>", "</html>")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _lines(lines: tuple[str, ...]) -> Iterator[str]:
    yield from (f"<p>{escape(line)}</p>" for line in lines)


def _section(part: Part, look: str = "", website: str = "") -> Iterator[str]:
    yield from (f"<section{look}>", f"<h2>{escape(part.heading)}</h2>", *_lines(part.lines))
    if website:
        yield f'<p><a href="{escape(website)}" rel="noreferrer">{escape(website)}</a></p>'
    if part.points:
        yield "<ul>"
        for lead, rest in part.points:
            yield f"<li>{f'<strong>{escape(lead)}</strong>' if lead else ''}{escape(rest)}</li>"
        yield "</ul>"
    for grid in part.grids:
        yield from _table(grid)
    yield "</section>"


def _table(grid: Grid) -> Iterator[str]:
    caption = escape(grid.caption)
    sides = [' class="number"' if number else "" for number in grid.numbers]
    yield f'<div class="wide" role="region" tabindex="0" aria-label="{caption}">'
    yield from ("<table>", f"<caption><span>{caption}</span></caption>", "<thead>", "<tr>")
    for name, side in zip(grid.columns, sides, strict=True):
        yield f'<th scope="col"{side}>{escape(name)}</th>'
    yield from ("</tr>", "</thead>", "<tbody>")
    for first, *cells in grid.rows:
        yield from ("<tr>", f'<th scope="row">{escape(first)}</th>')
        for cell, side in zip(cells, sides[1:], strict=True):
            yield f"<td{side}>{escape(cell)}</td>"
        yield "</tr>"
    yield from ("</tbody>", "</table>", "</div>")


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
