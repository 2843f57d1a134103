"""Hold every number in a file of a release against what was published, however the file came to say it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from data.formatting import written_day
from reports.press.issue import Issue
from reports.press.notice import Notice
from reports.verify.checks import must

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_OF_OUR_WORDS = {"256"}  # of SHA-256
_NAMED = {"figure", "by", "treatment", "kind", "origin"}  # never shown


def check(texts: Iterable[str], issue: Issue, *, every: bool = True) -> None:
    """Compare the numbers of a file with those of its release, both ways.

    every: whether each number that was published must be in the file.

    Raises:
        NotAsAsked: a number in it was not published, or one that was published is not in it.
    """
    found = set(_numbers(texts))
    must(found <= _published(issue), "a number that was not published")
    given = {
        cell.shown for figure in issue.public.figures for cell in figure.cells if cell.number is not None
    }
    must(not every or set(_numbers(given)) <= found, "a number that is missing")


def _published(issue: Issue) -> set[str]:
    """Return every number that may stand in a file: of the release, its days and moments, and who to ask."""
    public, help_ = issue.public, issue.help
    texts = [*_texts(public.model_dump(exclude={"as_at", "known_at"})), *_texts(help_.model_dump())]
    texts += [written_day(public.as_at), written_day(public.known_at), issue.moment, issue.digest]
    texts += [issue.withdrawal, issue.reason]
    texts += [str(public.number), str(public.version)]
    return _OF_OUR_WORDS | set(_numbers(texts))


def _numbers(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (number.replace(",", "") for number in _NUMBER.findall(text))


def _texts(fields: Any) -> Iterator[str]:  # noqa: ANN401  # as pydantic dumps it
    if isinstance(fields, dict):
        for name, value in fields.items():
            if name not in _NAMED:
                yield from _texts(value)
    elif isinstance(fields, list | tuple):
        for value in fields:
            yield from _texts(value)
    elif isinstance(fields, str):
        yield fields


def spoken(notice: Notice) -> Iterator[str]:
    """Yield every text of a notice, in the order in which it is read."""
    yield from (*notice.marks, notice.body, notice.title, *notice.lines)
    for part in notice.parts:
        yield from (part.heading, *part.lines, *(f"{lead}{rest}" for lead, rest in part.points))
        for grid in part.grids:
            yield from (grid.caption, *grid.columns, *(cell for row in grid.rows for cell in row))
    yield notice.foot
