"""Set a briefing or a notice on paper: a tagged PDF (PDF/UA-1) for screen readers too.

All that a file says reaches its template as data, so that no name or note can be markup. Nothing is read but
the template's own folder, and nothing is fetched.
"""

import datetime as dt
import json
import unicodedata
from collections.abc import Container, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from charts.chart import Chart
from data.errors import UserError
from data.formatting import written_count
from reports.content import Content, Grid, Section, Table

TEMPLATES = Path(__file__).with_name("templates")
BRIEFING = "briefing.typ"
PIXELS = 72  # to the inch, so that a point of a template is a pixel of a picture
MINUS = "\N{MINUS SIGN}"
LINE, PROSE = 40, 72  # letters of a cell in one line: of a name or of a sentence
BOLD = 1.15  # how much wider a bold letter is
_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
# A text that runs from right to left would be set as it runs, and could not be read again in order.
_OTHER_WAY = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"}


@dataclass(frozen=True, kw_only=True)
class Paper:
    marks: tuple[str, ...]
    title: str
    lines: tuple[str, ...]
    parts: tuple[Section, ...]
    foot: str
    body: str = ""


def pdf(content: Content) -> bytes:
    """Write a briefing as a PDF; a UserError where the fonts on paper lack a letter."""
    instead = "rename what has it in its name, or take the tables away instead"
    return set_on_paper(paper_of(content), BRIEFING, content.created_at, "The briefing", instead)


def set_on_paper(paper: Paper, template: str, created_at: dt.datetime, what: str, instead: str) -> bytes:
    """what: the paper's name; instead: what to do where it cannot be printed."""
    fields = fields_of(paper)
    refuse_unprintable(fields, what, instead)
    return typeset(template, fields, created_at)


def fields_of(paper: Paper) -> dict[str, Any]:
    fields = composed({**vars(paper), "parts": tuple(map(_fields, paper.parts))})
    for grid in (grid for part in fields["parts"] for grid in part["grids"]):
        cells = zip(*grid["rows"], strict=True) if grid["rows"] else [()] * len(grid["columns"])
        columns = zip(grid["columns"], cells, grid["numbers"], strict=True)
        grid["widths"] = [width_of(name, column, number=number) for name, column, number in columns]
    return fields


def _fields(section: Section) -> dict[str, Any]:
    fields = {"heading": section.heading, "lines": section.lines, "points": section.points}
    grids = (*section.grids, *map(_grid, section.tables))
    return {**fields, "pictures": tuple(map(_picture, section.charts)), "grids": tuple(map(asdict, grids))}


def _picture(chart: Chart) -> dict[str, str]:
    from reports.paper_charts import svg

    return {"title": chart.title, "alt": chart.alt, "svg": svg(chart)}


def paper_of(content: Content) -> Paper:
    facts = (f"{label}: {text}" for label, text in content.lines[1:])
    return Paper(
        marks=(content.marking,),
        title=f"Briefing: {' '.join(content.review.split())}",
        lines=tuple(filter(None, (content.body, content.days, *facts))),
        parts=content.sections,
        foot=content.days,
    )


def typeset(
    template: str, fields: dict[str, Any], created_at: dt.datetime, format_: Literal["pdf", "png"] = "pdf"
) -> bytes:
    """Set fields by a template of ours; a UserError where they do not fit into one picture."""
    import typst

    from reports.paper_charts import FAMILY, fonts

    ours = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts())])
    drawn = typst.compile(
        TEMPLATES / template,
        format=format_,
        root=TEMPLATES,
        font_paths=ours,
        sys_inputs={"fields": json.dumps(fields | {"family": FAMILY})},
        pdf_standards=["ua-1"] if format_ == "pdf" else [],
        ppi=PIXELS if format_ == "png" else None,
        timestamp=created_at,
    )
    # Typst gives a list where there are several pictures, which its types do not tell.
    if isinstance(cast("bytes | list[bytes]", drawn), list):
        raise UserError("This figure has too long a name to fit into a picture: choose another.")
    return drawn


def texts(fields: Any, without: Container[str] = ()) -> Iterator[str]:  # noqa: ANN401  # as JSON holds it
    """without: names of fields that are left out."""
    if isinstance(fields, dict):
        for name, value in fields.items():
            if name not in without:
                yield from pictured(value) if name == "svg" else texts(value, without)
    elif isinstance(fields, list | tuple):
        for value in fields:
            yield from texts(value, without)
    elif isinstance(fields, str):
        yield fields


def pictured(svg: str) -> list[str]:
    """Return the words of a picture in the order in which they are drawn."""
    from xml.etree import ElementTree as ET

    texts = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(text.itertext()) for text in texts]


def _grid(table: Table) -> Grid:
    return Grid(
        caption=table.title,
        subtitle=table.subtitle,
        columns=tuple(table.rows.columns),
        rows=tuple(tuple(map(written, row)) for row in table.rows.iter_rows()),
        numbers=tuple(kind.is_numeric() for kind in table.rows.dtypes),
    )


def width_of(name: str, cells: Sequence[str], *, number: bool) -> int:
    """Return how wide a column is, in letters: its numbers whole, its texts in few lines."""
    # A heading may take two lines, and breaks between its words.
    heading = max(map(len, [*name.split(), name[: len(name) // 2 + 3]])) * BOLD
    longest = max(map(len, cells), default=0)
    most = longest if number else PROSE if longest > 2 * LINE else LINE
    return round(max(heading, min(longest, most))) + 3


def written(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise TypeError("a table on paper holds texts and counts")
    if isinstance(value, int):
        return f"{MINUS if value < 0 else ''}{written_count(abs(value))}"
    return value or ""


def composed(fields: Any) -> Any:  # noqa: ANN401
    """Compose every text, so that a letter and its accent are one."""
    if isinstance(fields, dict):
        return {name: composed(value) for name, value in fields.items()}
    if isinstance(fields, list | tuple):
        return [composed(value) for value in fields]
    return unicodedata.normalize("NFC", fields) if isinstance(fields, str) else fields


def refuse_unprintable(fields: dict[str, Any], what: str, instead: str) -> None:
    """Raise a UserError where the fonts lack a letter of a text, or it runs from right to left."""
    for letter in dict.fromkeys("".join(texts(fields)).replace("\n", " ")):
        if ord(letter) not in _letters() or unicodedata.bidirectional(letter) in _OTHER_WAY:
            raise UserError(
                f"{what} cannot print the letter U+{ord(letter):04X}, which its fonts do not have: {instead}."
            )


@cache
def _letters() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    from reports.paper_charts import fonts

    plain, bold = (FT2Font(str(fonts() / name)).get_charmap() for name in _FONTS)
    return frozenset(plain.keys() & bold.keys())
