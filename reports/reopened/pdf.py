"""Open a briefing again and compare it, element by element, with what was asked to leave.

What each element of the document must say is written down here a second time, apart from the template.
"""

from collections.abc import Iterator

from data.formatting import written_count
from reports.content import Content, Section, Table
from reports.reopened.document import About
from reports.reopened.elements import Element, Margins, compare, said
from reports.reopened.paper import squeezed
from reports.typesetting import pictured

_BULLET, _MINUS = "•", "\u2212"


def check(file: bytes, content: Content) -> None:
    """Compare a briefing with what was asked to leave.

    Raises:
        NotAsAsked: it differs, or holds anything more.
    """
    title = f"Briefing: {' '.join(content.review.split())}"
    headings = tuple(each.heading for each in content.sections)
    tables = [table for each in content.sections for table in each.tables]
    again = tuple(name for table in tables for name in table.rows.columns)
    margins = Margins(content.marking, f"{content.marking}{content.days}", again)
    compare(file, About(title, content.made_at, headings), list(asked_of(content)), margins)


def asked_of(content: Content) -> Iterator[Element]:
    """Yield what every element of a briefing says, in the order in which it is read."""
    yield said("/Title", f"Briefing: {content.review}")
    lines = [content.body, content.days, *(f"{label}: {text}" for label, text in content.lines[1:])]
    for line in filter(None, lines):
        yield said("/P", line)
    for section in content.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[Element]:
    from reports.pictures.picture import svg

    yield said("/H1", section.heading)
    for sentence in section.said:
        yield said("/P", sentence)
    for lead, rest in section.points:
        yield said("/Lbl", _BULLET)
        yield said("/LBody", f"{lead}{rest}")
    for chart in section.charts:
        yield said("/Caption", chart.title)
        yield Element("/Figure", squeezed("".join(pictured(svg(chart)))), squeezed(chart.alt))
    for table in section.tables:
        yield from _table(table)


def _table(table: Table) -> Iterator[Element]:
    for line in filter(None, (table.title, table.said)):
        yield said("/P", line)
    for name in table.rows.columns:
        yield said("/TH", name)
    for row in table.rows.iter_rows():
        for value in row:
            count = isinstance(value, int)
            yield said("/TD", written_count(value).replace("-", _MINUS) if count else str(value or ""))
