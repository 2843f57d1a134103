"""A release as a web page and its notice as a Word document, by templates that escape every text.

Who reads about domestic abuse may be watched: on the page the way out comes first and works without a script,
by the "Exit this page" pattern of GOV.UK. It needs nothing from elsewhere.
"""

import base64
import hashlib
import io
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from markupsafe import Markup

from reports.content import Section
from reports.press.notice import SAFETY, Issue, notice_of
from reports.typesetting import TEMPLATES

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE, STYLE, SCRIPT = "release.html", "release.css", "release.js"
ELSEWHERE = "https://www.bbc.co.uk/weather"
EXIT_WORDS = (
    "“Exit this page” opens a weather forecast instead; so does pressing the Escape or the Shift key three "
    "times. The history of your browser may still show this page."
)
FOLDER = "notice"
DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
PARTS = (
    "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/_rels/document.xml.rels",
    "word/document.xml", "word/footer.xml", "word/header.xml", "word/numbering.xml", "word/settings.xml",
    "word/styles.xml"
)  # fmt: skip


def html(issue: Issue) -> bytes:
    notice = notice_of(issue)
    style, script = ((TEMPLATES / name).read_text(encoding="utf-8") for name in (STYLE, SCRIPT))
    text = _rendered(
        PAGE,
        notice=notice,
        parts=reading_order(notice.parts),
        safety=SAFETY,
        website=issue.help.website,
        elsewhere=ELSEWHERE,
        exit_said=EXIT_WORDS,
        policy=f"default-src 'none'; style-src '{digest_of(style)}'; script-src '{digest_of(script)}'; "
        "base-uri 'none'; form-action 'none'",
        # Ours, and not escaped: a browser would hash what it reads, and find it to be something else.
        style=Markup(style),
        script=Markup(script),
    )
    return text.encode()


def reading_order(parts: tuple[Section, ...]) -> list[Section]:
    # On the web, where to get help comes first.
    return sorted(parts, key=lambda part: part.heading != SAFETY)


def digest_of(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def docx(issue: Issue) -> bytes:
    notice, published_at = notice_of(issue), f"{issue.published_at:%Y-%m-%dT%H:%M:%SZ}"
    parts = {name: _rendered(f"{FOLDER}/{name}", notice=notice, published_at=published_at) for name in PARTS}
    return packed({name: f"{DECLARATION}{on_one_line(part)}".encode() for name, part in parts.items()})


def on_one_line(part: str) -> str:
    return re.sub(r"\n\s*", "", part)


def packed(parts: Mapping[str, bytes], system: int = 0) -> bytes:
    """Pack parts in their order, with nothing of the time or the machine; system: by which it is said."""
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name, part in parts.items():
            member = ZipInfo(name)
            member.compress_type = ZIP_DEFLATED
            member.create_system = system
            archive.writestr(member, part)
    return file.getvalue()


def _rendered(template: str, **fields: Any) -> str:  # noqa: ANN401
    return _environment().get_template(template).render(**fields)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # a start need not wait for it

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
