"""Open a press notice again and compare it, element by element, with the release that it tells of."""

from collections.abc import Iterator

from reports.press.issue import Issue
from reports.press.notice import Grid, Notice, notice_of
from reports.reopened.document import About
from reports.reopened.elements import Element, Margins, compare, said
from reports.reopened.press import numbers

_BULLET = "•"


def check(file: bytes, issue: Issue) -> None:
    """Compare a press notice on paper with its release.

    Raises:
        NotAsAsked: it differs, or holds anything more.
    """
    notice = notice_of(issue)
    about = About(notice.title, issue.published_at, tuple(part.heading for part in notice.parts))
    again = tuple(name for part in notice.parts for grid in part.grids for name in grid.columns)
    margins = Margins(" · ".join(notice.marks), notice.foot, again)
    compare(file, about, list(_asked(notice)), margins)
    numbers.check(spoken(notice), issue)


def spoken(notice: Notice) -> Iterator[str]:
    """Yield every text of a notice, in the order in which it is read."""
    yield from (*notice.marks, notice.body, notice.title, *notice.lines)
    for part in notice.parts:
        yield from (part.heading, *part.lines, *(f"{lead}{rest}" for lead, rest in part.points))
        for grid in part.grids:
            yield from (grid.caption, *grid.columns, *(cell for row in grid.rows for cell in row))
    yield notice.foot


def _asked(notice: Notice) -> Iterator[Element]:
    yield said("/P", notice.body)
    yield said("/Title", notice.title)
    for line in notice.lines:
        yield said("/P", line)
    for part in notice.parts:
        yield said("/H1", part.heading)
        for line in part.lines:
            yield said("/P", line)
        for lead, rest in part.points:
            yield said("/Lbl", _BULLET)
            yield said("/LBody", f"{lead}{rest}")
        for grid in part.grids:
            yield from _grid(grid)


def _grid(grid: Grid) -> Iterator[Element]:
    yield said("/P", grid.caption)
    for name in grid.columns:
        yield said("/TH", name)
    for row in grid.rows:
        for cell in row:
            yield said("/TD", cell)
