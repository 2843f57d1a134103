"""Open the web page of a release again and compare it, element by element, with the release.

What it may be made of is written down here a second time, apart from the template: no element, no
attribute and no address besides these.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html  # pyright: ignore[reportAttributeAccessIssue]

from reports.press.issue import Issue
from reports.press.notice import Grid, Notice, notice_of
from reports.press.page import ELSEWHERE, EXIT_SAID, SCRIPT, STYLE, reading_order
from reports.reopened.difference import NotAsAsked, must
from reports.reopened.press import numbers
from reports.reopened.press.paper import spoken
from reports.typesetting import TEMPLATES

Node = Any  # an element of lxml, which ships no types
PublishedCell = tuple[str, dict[str, str], str]  # an element: what it is, its attributes, its own words

_FIRST, _LAST = b'<!doctype html>\n<html lang="en-GB">\n<head>\n', b"</script>\n</body>\n</html>\n"
_VIEWPORT = {"name": "viewport", "content": "width=device-width, initial-scale=1"}


def check(file: bytes, issue: Issue) -> None:
    """Compare a web page with its release.

    Raises:
        NotAsAsked: it differs, or holds anything more.
    """
    must(file.startswith(_FIRST) and file.endswith(_LAST), "where it begins and ends")
    notice = notice_of(issue)
    root = _read(file)
    must(all(isinstance(each.tag, str) for each in root.iter()), "a remark in its markup")
    found, asked = list(_found(root)), list(_asked(notice, issue))
    parted = next((n for n, pair in enumerate(zip(found, asked, strict=False), 1) if pair[0] != pair[1]), 0)
    must(found == asked, f"element {parted or min(len(found), len(asked)) + 1}")
    numbers.check(spoken(notice), issue)


def _read(file: bytes) -> Node:
    try:
        text = file.decode()
        # As strict as XML would be: a browser mends what is not closed, and shows it otherwise.
        opened = re.sub(r"<meta ([^>]*)>", r"<meta \1/>", text.replace("&#39;", "&apos;").partition("\n")[2])
        for name in ("style", "script"):
            opened = re.sub(
                rf"<{name}>(.*)</{name}>", rf"<{name}><![CDATA[\1]]></{name}>", opened, flags=re.DOTALL
            )
        etree.fromstring(opened)
        return html.document_fromstring(text)
    except (UnicodeDecodeError, etree.ParserError, etree.XMLSyntaxError):
        raise NotAsAsked("its markup") from None


def _found(root: Node) -> Iterator[PublishedCell]:
    """Yield every element in the order of the page."""
    for node in root.iter():
        own = (node.text or "") + "".join(each.tail or "" for each in node)
        words = own if node.tag in ("style", "script") else own.strip("\n")
        yield node.tag, dict(node.attrib), words


def _asked(notice: Notice, issue: Issue) -> Iterator[PublishedCell]:
    style, script = ((TEMPLATES / name).read_text(encoding="utf-8") for name in (STYLE, SCRIPT))
    yield "html", {"lang": "en-GB"}, ""
    yield "head", {}, ""
    yield "meta", {"charset": "utf-8"}, ""
    yield "meta", {"http-equiv": "Content-Security-Policy", "content": _policy(style, script)}, ""
    yield "meta", _VIEWPORT, ""
    yield "meta", {"name": "referrer", "content": "no-referrer"}, ""
    yield "title", {}, f"{notice.title} - {notice.body}"
    yield "style", {}, style
    yield "body", {}, ""
    yield "a", {"class": "skip", "href": "#release"}, "Skip to the release"
    yield "nav", {"aria-label": "Leave this page quickly"}, ""
    yield "a", {"id": "exit", "href": ELSEWHERE, "rel": "nofollow noreferrer"}, "Exit this page"
    yield "p", {"id": "exit-said", "role": "status"}, ""
    yield from _main(notice, issue.help.website)
    yield "footer", {}, ""
    yield "p", {}, notice.foot
    yield "script", {}, script


def _policy(style: str, script: str) -> str:
    read, run = (
        base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (style, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{read}'; script-src 'sha256-{run}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _main(notice: Notice, website: str) -> Iterator[PublishedCell]:
    yield "main", {"id": "release"}, ""
    yield "p", {"class": "about"}, EXIT_SAID
    for mark in notice.marks:
        yield "p", {"class": "mark"}, mark
    yield "p", {"class": "body"}, notice.body
    yield "h1", {}, notice.title
    for line in notice.lines:
        yield "p", {}, line
    for number, part in enumerate(reading_order(notice.parts)):
        yield "section", {"class": "help"} if number == 0 else {}, ""
        yield "h2", {}, part.heading
        for line in part.lines:
            yield "p", {}, line
        if number == 0 and website:
            yield "p", {}, ""
            yield "a", {"href": website, "rel": "noreferrer"}, website
        yield from _points(part.points)
        for grid in part.grids:
            yield from _table(grid)


def _points(points: tuple[tuple[str, str], ...]) -> Iterator[PublishedCell]:
    if points:
        yield "ul", {}, ""
    for lead, rest in points:
        yield "li", {}, rest
        if lead:
            yield "strong", {}, lead


def _table(grid: Grid) -> Iterator[PublishedCell]:
    yield "div", {"class": "wide", "role": "region", "tabindex": "0", "aria-label": grid.caption}, ""
    yield "table", {}, ""
    yield "caption", {}, ""
    yield "span", {}, grid.caption
    sides: list[dict[str, str]] = [{"class": "number"} if number else {} for number in grid.numbers]
    yield "thead", {}, ""
    yield "tr", {}, ""
    for name, side in zip(grid.columns, sides, strict=True):
        yield "th", {"scope": "col"} | side, name
    yield "tbody", {}, ""
    for row in grid.rows:
        yield "tr", {}, ""
        yield "th", {"scope": "row"}, row[0]
        for cell, side in zip(row[1:], sides[1:], strict=True):
            yield "td", side, cell
