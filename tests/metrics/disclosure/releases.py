"""Releases for tests: tables of cells, counted, told and published."""

import datetime as dt

from data.publishing.content import (
    Cell,
    Counted,
    Override,
    Published,
    PublishedCell,
    PublishedFigure,
    ReleaseInputs,
)
from metrics.disclosure.evidence import of_past

FIRST = dt.date(2024, 1, 11)


def counted(figure="disclosed", cells=None, by=(), kind="count", **words):
    """cells: what stands where -> a count, or (numerator, denominator), or (left, entered, median)."""
    held = []
    for where, numbers in (cells or {}).items():
        numerator, denominator, value = (numbers if isinstance(numbers, tuple) else (numbers,)) + (None,) * (
            3 - (len(numbers) if isinstance(numbers, tuple) else 1)
        )
        held.append(Cell(where=where, numerator=numerator, denominator=denominator, value=value))
    said = {"title": figure.replace("_", " ").capitalize(), "definition": "What it is.", "counts": "things"}
    return Counted(
        figure=figure, by=by, kind=kind, unit="things", rows="0" * 64, cells=tuple(held), **(said | words)
    )


def frozen(figures, day=FIRST, *, known=None, ledger=1, overrides=(), precedence=("harm",)):
    return ReleaseInputs(
        as_at=day,
        known_at=known or day,
        ledger=ledger,
        edition="e",
        terms="t",
        precedence=precedence,
        figures=tuple(figures),
        overrides=tuple(overrides),
    )


def override(figure, by=(), where=()):
    return Override(
        figure=figure, by=by, where=where, who="A", role="chief officer", reason="It matters.", at="now"
    )


def published(told, day=FIRST, *, known=None, number=1, origin="candour"):
    return Published(
        number=number,
        version=1,
        origin=origin,
        title="Update",
        review="Review",
        body="Police",
        oversight_body="Office",
        demonstration=True,
        as_at=day,
        known_at=known or day,
        status="provisional",
        nature="update",
        figures=tuple(told),
    )


def past(held, told, number=1):
    return of_past(held, published(told, held.as_at, known=held.known_at, number=number))


def typed(figure, number, qualifier="", by=(), where=()):
    """A number of a statement made before Candour."""
    cell = PublishedCell(
        where=where, shown=str(number), number=number, qualifier=qualifier, treatment="typed"
    )
    return PublishedFigure(
        figure=figure, title=figure, definition="", counts="", unit="", kind="count", by=by, cells=(cell,)
    )


def elsewhere(told, day=FIRST, number=1):
    return of_past(None, published(told, day, number=number, origin="elsewhere"))


def shown(controlled, figure="disclosed", by=()):
    """What is printed of a figure, by where it stands."""
    (told,) = [each for each in controlled.figures if (each.figure, each.by) == (figure, by)]
    return {cell.where: cell.shown for cell in told.cells}
