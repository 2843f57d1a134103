"""What was told exactly stays exact while it is unchanged: a figure that is public never turns vague.

That a number is no longer told exactly then says that it has changed. Whoever knows the rule concludes so,
and the audit must know it too: `changed` says what can be concluded.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from data.publishing.content import (
    ALREADY,
    EXACTLY,
    Cell,
    Counted,
    Override,
    PublishedCell,
    PublishedFigure,
    ReleaseInputs,
)
from metrics.disclosure.relations import Place, alike, counted_by, never_falls
from metrics.disclosure.rule import behind, grouped


class Public(NamedTuple):
    """What one release told; `frozen` is what it was made from, None for a statement made elsewhere.

    harm_first: whether the failures of the part "harm" are all those with harm.
    """

    frozen: ReleaseInputs | None
    told: tuple[PublishedFigure, ...]
    harm_first: bool


Named = tuple[str, Place]


class Bound(NamedTuple):
    """What follows for a count from its no longer being told exactly; None where nothing does."""

    quantity: str
    place: Place
    low: float | None
    high: float | None


def standing(frozen: ReleaseInputs, before: Sequence[Public], *, harm_first: bool) -> tuple[Override, ...]:
    """Return overrides for the counts that are still what was last told of them, exactly.

    before: what was told of earlier days, in their order.
    """
    last = _last_told(before)
    return tuple(
        Override(
            figure=counted.figure,
            by=counted.by,
            where=cell.where,
            who=ALREADY,
            role=ALREADY,
            reason=f"{_number(published):,g} was told exactly before, and is unchanged",
            at="",
        )
        for counted, cell, published in _still_told(frozen, last, harm_first=harm_first)
        if _number(published) == cell.numerator
    )


def changed(release: Public, before: Sequence[Public]) -> list[Bound]:
    if release.frozen is None:
        return []
    last, now = _last_told(before), dict(_told_cells(release))
    bounds: list[Bound] = []
    for counted, cell, was in _still_told(release.frozen, last, harm_first=release.harm_first):
        name = _named(counted, cell, harm_first=release.harm_first)
        published = now.get(name)
        if published is not None and published.treatment not in EXACTLY and cell.numerator != _number(was):
            bounds.append(_bound(name, _number(was), cell.numerator, published))
    return bounds


def _bound(name: Named, was: float, now: float, published: PublishedCell) -> Bound:
    """Return what follows from a count's being another than it was.

    One that never falls has grown; or, where a correction lowered it, is taken to be known to have fallen. Of
    one that can fall only the ends of what it is told to lie between can be left out.
    """
    if never_falls(*name):
        return Bound(*name, was + 1, None) if now > was else Bound(*name, None, was - 1)
    return Bound(*name, was + 1 if published.low == was else None, was - 1 if published.high == was else None)


def _still_told(
    frozen: ReleaseInputs, last: Mapping[Named, PublishedCell], *, harm_first: bool
) -> Iterator[tuple[Counted, Cell, PublishedCell]]:
    for counted in frozen.figures:
        for cell in counted.cells if counted.kind == "count" else ():
            published = last.get(_named(counted, cell, harm_first=harm_first))
            if published is not None and published.treatment in EXACTLY and not published.qualifier:
                yield counted, cell, published


def _last_told(before: Sequence[Public]) -> dict[Named, PublishedCell]:
    return {name: published for each in before for name, published in _told_cells(each)}


def _told_cells(public: Public) -> Iterator[tuple[Named, PublishedCell]]:
    for figure in public.told:
        if figure.kind != "count":
            continue
        counted = None if public.frozen is None else behind(public.frozen, figure)
        if counted is None:
            yield from (
                (_typed(figure, published, harm_first=public.harm_first), published)
                for published in figure.cells
            )
            continue
        for published, _, cells in grouped(counted, figure):
            if len(cells) == 1:
                yield _named(counted, cells[0], harm_first=public.harm_first), published


def _named(counted: Counted, cell: Cell, *, harm_first: bool) -> Named:
    place = tuple(sorted(zip(counted.by, cell.where, strict=True)))
    return alike(counted_by(counted.figure), place, harm_first=harm_first)


def _typed(figure: PublishedFigure, published: PublishedCell, *, harm_first: bool) -> Named:
    place: Place = tuple(sorted(zip(figure.by, published.where, strict=True)))
    return alike(counted_by(figure.figure), place, harm_first=harm_first)


def _number(published: PublishedCell) -> float:
    return published.number or 0
