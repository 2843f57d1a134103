"""A press notice on paper: a tagged PDF (PDF/UA-1)."""

from dataclasses import asdict
from typing import Any

from reports.press.issue import Issue
from reports.press.notice import Grid, Notice, notice_of
from reports.typesetting import composed, refuse_unprintable, texts, typeset, width_of

TEMPLATE = "notice.typ"


def pdf(issue: Issue) -> bytes:
    """Write the press notice of a release as a PDF.

    Raises:
        UserError: it says something in letters that the fonts on paper do not have.
    """
    said = said_of(notice_of(issue))
    for text in texts(said):
        refuse_unprintable(text, "The press notice", "take it as a Word document instead")
    return typeset(TEMPLATE, said, issue.published_at)


def said_of(notice: Notice) -> dict[str, Any]:
    parts = [
        {
            "heading": part.heading,
            "lines": list(part.lines),
            "points": [list(each) for each in part.points],
            "grids": [_grid(each) for each in part.grids],
        }
        for part in notice.parts
    ]
    said = {"title": notice.title, "body": notice.body, "foot": notice.foot, "parts": parts}
    return composed(said | {"marks": list(notice.marks), "lines": list(notice.lines)})


def _grid(grid: Grid) -> dict[str, Any]:
    widths = [
        width_of(name, [row[place] for row in grid.rows], number=grid.numbers[place])
        for place, name in enumerate(grid.columns)
    ]
    rows = [list(row) for row in grid.rows]
    return asdict(grid) | {"columns": list(grid.columns), "rows": rows, "widths": widths}
