"""How a counted figure is published by the rule for small numbers, and how it is coarsened further.

A published cell speaks of one counted cell as a rule, and of several where they are combined. A whole table
is coarsened at a time, as to pick cells gives them away: to the nearest 10, then 20, then its smallest
categories are combined, last it loses a dimension. What would read as before is no step.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from data.formatting import listed_words, written_count, written_share
from data.publishing.content import (
    ALREADY,
    EXACTLY,
    Cell,
    Counted,
    Override,
    PublishedCell,
    PublishedFigure,
    ReleaseInputs,
    Treatment,
)
from data.terms import SmallNumbers
from metrics.dimensions import OTHER, dimension, named
from metrics.disclosure.kinds import counted_by, counted_out_of

Where = tuple[str | None, ...]


def split_by(counted: Counted, by: Sequence[str]) -> Counted:
    """A ValueError for a median: it is not made from the medians of groups."""
    if tuple(by) == counted.by:
        return counted
    if counted.kind == "median":
        raise ValueError(f"{counted.figure} is a median, which does not add up")
    places = [counted.by.index(name) for name in by]
    return together(counted, tuple(by), [tuple(cell.where[at] for at in places) for cell in counted.cells])


def together(counted: Counted, by: tuple[str, ...], places: Sequence[Where]) -> Counted:
    """places: where each cell comes to stand; the cells that come to stand in one place are added up."""
    groups: dict[Where, list[Cell]] = defaultdict(list)
    for place, cell in zip(places, counted.cells, strict=True):
        groups[place].append(cell)
    cells = tuple(_sum(place, group) for place, group in groups.items())
    return counted.model_copy(update={"by": by, "cells": cells})


def _sum(place: Where, group: Sequence[Cell]) -> Cell:
    numerator = sum(cell.numerator for cell in group)
    some = [cell.denominator for cell in group if cell.denominator is not None]
    return Cell(where=place, numerator=numerator, denominator=sum(some) if some else None)


def labels_of(counted: Counted) -> list[tuple[str, ...]]:
    columns = zip(*(cell.where for cell in counted.cells), strict=True)
    labels = [named(name, texts) for name, texts in zip(counted.by, columns, strict=False)]
    return list(zip(*labels, strict=True)) if labels else [() for _ in counted.cells]


def behind(frozen: ReleaseInputs, figure: PublishedFigure) -> Counted | None:
    """Split as it is told; None if the release does not hold it."""
    if counted := frozen.counted(figure.figure, figure.by):
        return counted
    wider = (
        counted
        for counted in frozen.figures
        if counted.figure == figure.figure and set(figure.by) < set(counted.by) and counted.kind != "median"
    )
    counted = next(wider, None)
    return split_by(counted, figure.by) if counted else None


def grouped(counted: Counted, figure: PublishedFigure) -> list[tuple[PublishedCell, Cell, tuple[Cell, ...]]]:
    cells_by_place = {cell.where: cell for cell in figure.cells}
    labels = [{cell.where[at] for cell in figure.cells} for at in range(len(figure.by))]
    groups: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell, label in zip(counted.cells, labels_of(counted), strict=True):
        groups[tuple(word if word in labels[at] else OTHER for at, word in enumerate(label))].append(cell)
    return [
        (cells_by_place[place], cells[0] if len(cells) == 1 else _sum(place, cells), tuple(cells))
        for place, cells in groups.items()
        if place in cells_by_place
    ]


HIDDEN, NONE_YET, NOT_REACHED = "*", "none yet", "not reached yet"


def rule_in_words(rule: SmallNumbers) -> str:
    most = smallest_shown(rule) - 1
    return f"Counts from 1 to {most} are not shown; others are to the nearest {rule.base}."


def rule_of_release(rule: SmallNumbers) -> str:
    return f"{rule_in_words(rule).removesuffix('.')}, unless a figure says otherwise."


def protect(counted: Counted, rule: SmallNumbers, overrides: Sequence[Override] = ()) -> PublishedFigure:
    """overrides: those of all figures of the release. One for what a share counts makes that exact in the
    share as well; the other part of the share stays as it may be told.
    """
    cells = (
        public_cell(counted, cell, rule, overrides).model_copy(update={"where": labels})
        for cell, labels in zip(counted.cells, labels_of(counted), strict=True)
    )
    return PublishedFigure(
        **counted.model_dump(exclude={"cells", "rows"}),
        titles=tuple(dimension(name).title for name in counted.by),
        cells=tuple(cells),
    )


def shown(count: float, rule: SmallNumbers) -> PublishedCell:
    """A weight that is no whole number is small below the first number that rounds above the threshold."""
    if count == 0:
        return _told(0, 0, 0, "as counted")
    least, rounded, half = smallest_shown(rule), nearest(count, rule.base), rule.base / 2
    if not isinstance(count, int):
        edge = nearest(least, rule.base) - half
        if count < edge:
            return _told(None, 0, edge, "suppressed")
        return _told(rounded, rounded - half, rounded + half, "rounded")
    if count < least:
        return _told(None, 1, least - 1, "suppressed")
    return _told(rounded, max(math.ceil(rounded - half), least), math.ceil(rounded + half) - 1, "rounded")


def _told(number: float | None, low: float, high: float, treatment: Treatment) -> PublishedCell:
    text = HIDDEN if number is None else written_count(number)
    return PublishedCell(shown=text, number=number, low=low, high=high, treatment=treatment)


def smallest_shown(rule: SmallNumbers) -> int:
    """One above the threshold that would round to it or below is not told either: "0" means none."""
    least = rule.threshold + 1
    while nearest(least, rule.base) < least:
        least += 1
    return least


def nearest(count: float, base: int) -> int:
    return math.floor(count / base + 0.5) * base


def sides(
    counted: Counted, cell: Cell, rule: SmallNumbers, overrides: Sequence[Override]
) -> tuple[PublishedCell, PublishedCell | None]:
    """Of the numerator, and of the denominator if any. Exact where an override is for the same rows in the
    same place; the numerator also where one is for the figure.
    """
    here = [override for override in overrides if (override.by, override.where) == (counted.by, cell.where)]

    def side(count: float, *figures: str) -> PublishedCell:
        who = {override.who for override in here if override.figure in figures}
        if not who:
            return shown(count, rule)
        return _told(
            count,
            count,
            count,
            "exact, as it was before" if who == {ALREADY} else "exact in the public interest",
        )

    above, out_of = side(cell.numerator, counted.figure, counted_by(counted.figure)), cell.denominator
    return above, None if out_of is None else side(out_of, counted_out_of(counted.figure))


def public_cell(
    counted: Counted, cell: Cell, rule: SmallNumbers, overrides: Sequence[Override]
) -> PublishedCell:
    above, below = sides(counted, cell, rule, overrides)
    if counted.kind == "median":
        return _public_median(cell, below, exact=above.treatment in EXACTLY)
    return _public_share(above, below) if counted.kind == "share" else above


def _public_median(cell: Cell, entered: PublishedCell | None, *, exact: bool) -> PublishedCell:
    treatment: Treatment = "exact in the public interest" if exact else "as counted"
    if not cell.denominator:
        return PublishedCell(shown=NONE_YET, number=None, treatment="as counted")
    if not exact and (entered is None or entered.number is None):
        return PublishedCell(shown=HIDDEN, number=None, treatment="suppressed")
    if (days := cell.value) is None:
        return PublishedCell(shown=NOT_REACHED, number=None, treatment=treatment)
    return PublishedCell(shown=written_count(days), number=days, low=days, high=days, treatment=treatment)


def _public_share(above: PublishedCell, below: PublishedCell | None) -> PublishedCell:
    """One that would come out above all is not told."""
    if below is None or below.number == 0:
        return PublishedCell(shown=NONE_YET, number=None, treatment="as counted")
    if above.number is None or below.number is None or above.number > below.number:
        return PublishedCell(shown=HIDDEN, number=None, treatment="suppressed")
    treatments = {above.treatment, below.treatment}
    exact: list[Treatment] = [treatment for treatment in EXACTLY if treatment in treatments] or ["as counted"]
    share = above.number / below.number
    low, high = (above.low or 0) / (below.high or 1), min(1.0, (above.high or 0) / (below.low or 1))
    return PublishedCell(
        shown=written_share(share),
        number=share,
        low=low,
        high=high,
        # Both counts round to the same number before all of them are there.
        qualifier="about" if share == 1 and low < 1 else "",
        treatment="from rounded numbers" if "rounded" in treatments else exact[0],
    )


COARSER = (10, 20)  # bases that a figure goes to when its own tells too much
FEWEST = 2  # a table of fewer categories is none
FEW = 3  # how far apart the numbers must be between which something can be concluded to lie
FEW_CELLS = 4  # a table of no more cells is never told more coarsely: it is told, or it is not


@dataclass(frozen=True)
class Way:
    counted: Counted
    rule: SmallNumbers
    overrides: Sequence[Override]
    base: int
    by: tuple[str, ...] | None  # dimensions that are left; None where the figure is not told at all
    merged: dict[str, frozenset[str | None]] = field(default_factory=dict[str, frozenset[str | None]])

    @cached_property
    def figure(self) -> PublishedFigure | None:
        """None where it is not told."""
        if self.by is None:
            return None
        rule = self.rule.model_copy(update={"base": self.base})
        figure = protect(self.cells, rule, self.overrides)
        return figure if rule == self.rule else figure.model_copy(update={"rule": rule_in_words(rule)})

    @cached_property
    def cells(self) -> Counted:
        left = split_by(self.counted, self.by or ())
        if not self.merged:
            return left
        merged = [self.merged.get(name, ()) for name in left.by]
        places = [
            tuple(
                OTHER if value in others else value for others, value in zip(merged, cell.where, strict=True)
            )
            for cell in left.cells
        ]
        return together(left, left.by, places)

    @property
    def words(self) -> str:
        """How it differs from the finest way; empty where it does not."""
        name = f"{self.counted.title}{_split(self.counted.by)}"
        if self.by is None:
            return f"{name}: withheld, because it would reveal too much."
        phrases = [f"rounded to the nearest {self.base}"] if self.base != self.rule.base else []
        for title, values in self.merged.items():
            labels = named(title, sorted(values, key=str))
            phrases.append(f"{listed_words(labels)} combined as {OTHER}")
        if lost := [name for name in self.counted.by if name not in self.by]:
            phrases.append(f"not split{_split(lost)}")
        return f"{name}: {'; '.join(phrases)}." if phrases else ""

    def coarser(self) -> "Way | None":
        """Return the next coarser way to tell the figure; None where there is none but not to tell it.

        A table of few cells is told or it is not: coarser, it would be one of very few tables. A category
        with a cell that is exact in the public interest is not told together with others.
        """
        if self.by is None or self.counted.kind == "median":
            return replace(self, by=None, merged={}) if self.by and not self.fixed else None
        coarsened = not self.by or len(self.counted.cells) > FEW_CELLS
        if coarsened and (further := next(self._still_split(), None)):
            return further
        return None if self.fixed else self._less_split()

    @property
    def fixed(self) -> list[Override]:
        own = self.counted.figure, self.counted.by
        return [override for override in self.overrides if (override.figure, override.by) == own]

    @property
    def _printed(self) -> list[tuple[tuple[str, ...], str]]:
        return [(cell.where, cell.shown) for cell in self.figure.cells] if self.figure else []

    def _still_split(self) -> Iterator["Way"]:
        wider = (replace(self, base=base) for base in COARSER if base > self.base)
        yield from (way for way in wider if way._printed != self._printed)
        for name in sorted(self.by or (), key=lambda name: -len(self._sizes(name))):
            if more := self._with_smallest(name):
                yield replace(self, merged={**self.merged, name: more})

    def _with_smallest(self, name: str) -> frozenset[str | None]:
        """Values told together, with the smallest; empty where none can be added."""
        sizes, enough = self._sizes(name), smallest_shown(self.rule)
        stays = {override.where[self.counted.by.index(name)] for override in self.fixed}
        # By what the rule tells of their sizes, and then by name: which are taken must not tell more.
        least = {value: shown(size, self.rule).low or 0 for value, size in sizes.items()}
        left = sorted(sizes.keys() - {OTHER, *stays}, key=lambda value: (least[value], str(value)))
        merged, categories, fewer = set(self.merged.get(name, ())), len(sizes), False
        while left and categories > FEWEST and (not fewer or sizes[OTHER] < enough):
            smallest = left.pop(0)
            if merged or OTHER in sizes:  # the first alone would only be called otherwise
                categories, fewer = categories - 1, True
            merged.add(smallest)
            sizes[OTHER] += sizes[smallest]
        return frozenset(merged if fewer else ())

    def _sizes(self, name: str) -> Counter[str | None]:
        sizes: Counter[str | None] = Counter()
        for cell in self.cells.cells:
            size = cell.numerator if cell.denominator is None else cell.denominator
            sizes[cell.where[self.cells.by.index(name)]] += int(size)
        return sizes

    def _less_split(self) -> "Way | None":
        """A total that is small is not told at all."""
        if self.by:
            left = {name: values for name, values in self.merged.items() if name != self.by[-1]}
            return replace(self, by=self.by[:-1], merged=left)
        hidden = not self.counted.by and replace(self, overrides=())._printed == [((), HIDDEN)]
        return replace(self, by=None) if hidden else None


def finest(counted: Counted, rule: SmallNumbers, overrides: Sequence[Override] = ()) -> Way:
    """A table of two categories is not told where two small ones could make up its total."""
    way = Way(counted, rule, overrides, rule.base, counted.by)
    if len(counted.by) == 1 and len(counted.cells) == FEWEST and counted.kind == "count" and not way.fixed:
        total = shown(sum(cell.numerator for cell in counted.cells), rule)
        if total.number and 0 <= FEWEST * (smallest_shown(rule) - 1) - (total.low or 0) < FEW:
            return replace(way, by=())
    return way


def _split(by: Iterable[str]) -> str:
    titles = [dimension(name).title.lower() for name in by]
    return f" by {listed_words(titles)}" if titles else ""
