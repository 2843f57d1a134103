"""A release as one web page that needs nothing from elsewhere, and that a reader can leave at once.

Who reads about domestic abuse may be watched: the way out stands first, works without a script, and with
one blanks the page in the moment it is used. It follows the "Exit this page" pattern of GOV.UK.
"""

import base64
import hashlib

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.press.issue import Issue
from reports.press.notice import SAFETY, Part, notice_of
from reports.typesetting import TEMPLATES

TEMPLATE, STYLE, SCRIPT = "release.html", "release.css", "release.js"
ELSEWHERE = "https://www.bbc.co.uk/weather"
EXIT_SAID = (
    "“Exit this page” opens a weather forecast instead; so does pressing the Escape or the Shift key three "
    "times. The history of your browser may still show this page."
)


def html(issue: Issue) -> bytes:
    notice = notice_of(issue)
    style, script = ((TEMPLATES / name).read_text(encoding="utf-8") for name in (STYLE, SCRIPT))
    written = (
        _environment()
        .get_template(TEMPLATE)
        .render(
            notice=notice,
            parts=reading_order(notice.parts),
            safety=SAFETY,
            website=issue.help.website,
            elsewhere=ELSEWHERE,
            exit_said=EXIT_SAID,
            policy=policy(style, script),
            # Ours, and not escaped: a browser would hash what it reads, and find it to be something else.
            style=Markup(style),
            script=Markup(script),
        )
    )
    return written.encode()


def reading_order(parts: tuple[Part, ...]) -> list[Part]:
    """Return the parts as they are read on the web: where to get help first."""
    return sorted(parts, key=lambda part: part.heading != SAFETY)


def policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
