import struct
import zlib
from collections.abc import Iterator
from typing import Any

from data.errors import UserError
from data.publishing.content import PublishedFigure
from metrics.clauses import spoken
from reports.press.notice import Issue, line_of, remark, unit_of
from reports.typesetting import composed, refuse_unprintable, typeset

TEMPLATE = "social.typ"
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(issue: Issue) -> bytes:
    """Draw one figure as a PNG of 1200 by 675 pixels, its text alternative inside; the same each time. A
    UserError where the figure is too small to be given, or has letters that the fonts do not have.
    """
    fields = fields_of(issue)
    refuse_unprintable(fields, "The picture", "take the press notice as a Word document instead")
    drawn = typeset(TEMPLATE, fields, issue.published_at, "png")
    head = len(SIGNATURE) + 12 + 13
    return drawn[:head] + b"".join(_text(keyword, text) for keyword, text in described(issue)) + drawn[head:]


def described(issue: Issue) -> Iterator[tuple[str, str]]:
    """Yield the keyword and text of each `iTXt` chunk."""
    yield "Title", issue.title
    yield "Description", alternative(issue)


def alternative(issue: Issue) -> str:
    public, figure = issue.public, shown_in(issue)
    parts = (*issue.marks, f"{public.body}, {public.name}", line_of(public, figure, figure.whole))
    return f"{'. '.join(parts)} {_first(issue.help.emergency)}"


def shown_in(issue: Issue) -> PublishedFigure:
    """Return the figure of a picture; a ValueError where there is none, a UserError where it may not be."""
    figure = issue.public.figure_of(issue.figure)
    if figure is None:
        raise ValueError(f"{issue.public.name} has no figure called {issue.figure!r}")
    if figure.whole.number is None:
        raise UserError("This number is not given exactly, to protect people, and is not made a picture of.")
    return figure


def fields_of(issue: Issue) -> dict[str, Any]:
    figure = shown_in(issue)
    how, unit = remark(figure.whole), unit_of(figure, figure.whole)
    fields = {"title": issue.title, "marks": issue.marks, "body": issue.public.body, "name": figure.title}
    fields |= {"amount": spoken(figure.whole), "unit": f"{unit} ({how})" if how else unit}
    return composed({**fields, "foot": issue.short, "emergency": _first(issue.help.emergency)})


def _first(text: str) -> str:
    return f"{text.split('. ', maxsplit=1)[0].removesuffix('.')}."


def _text(keyword: str, text: str) -> bytes:
    data = keyword.encode("latin-1") + b"\0\0\0en-GB\0\0" + text.encode()
    return struct.pack(">I", len(data)) + b"iTXt" + data + struct.pack(">I", zlib.crc32(b"iTXt" + data))
