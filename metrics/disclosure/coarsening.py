"""How a figure is told more coarsely, by rule, a whole table at a time: to pick cells gives them away.

A table goes to the nearest 10, then 20, then its smallest categories are told together, last it loses a
dimension. What would read as before is no step.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from data.formatting import listed_words
from data.publishing.content import Counted, Override, PublishedFigure
from data.terms import SmallNumbers
from metrics.dimensions import OTHER, dimension, labelled_texts
from metrics.disclosure.evidence import COARSER
from metrics.disclosure.rule import HIDDEN, protect, rule_in_words, shown, smallest_shown, split_by, together

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
        places = [
            tuple(
                OTHER if value in self.merged.get(name, ()) else value
                for name, value in zip(left.by, cell.where, strict=True)
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
            labels = labelled_texts(dimension(title), sorted(values, key=str))
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
        if coarsened and (further := self._wider() or self._more_merged()):
            return further
        return None if self.fixed else self._less_split()

    @property
    def fixed(self) -> list[Override]:
        """Overrides for cells of this table, which therefore must stay."""
        own = self.counted.figure, self.counted.by
        return [override for override in self.overrides if (override.figure, override.by) == own]

    @property
    def _printed(self) -> list[tuple[tuple[str, ...], str]]:
        return [(cell.where, cell.shown) for cell in self.figure.cells] if self.figure else []

    def _wider(self) -> "Way | None":
        ways = (replace(self, base=base) for base in COARSER if base > self.base)
        return next((way for way in ways if way._printed != self._printed), None)

    def _more_merged(self) -> "Way | None":
        for name in sorted(self.by or (), key=lambda name: -len(self._sizes(name))):
            if more := self._with_smallest(name):
                return replace(self, merged={**self.merged, name: more})
        return None

    def _with_smallest(self, name: str) -> frozenset[str | None]:
        """Values told together, with the smallest; empty where none can be added."""
        sizes, enough = self._sizes(name), smallest_shown(self.rule)
        stays = {override.where[self.counted.by.index(name)] for override in self.fixed}
        left = sorted(sizes.keys() - {OTHER, *stays}, key=lambda value: (sizes[value], str(value)))
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
        if total.number and 0 <= FEWEST * (smallest_shown(rule) - 1) - total.low < FEW:
            return replace(way, by=())
    return way


def _split(by: Iterable[str]) -> str:
    titles = [dimension(name).title.lower() for name in by]
    return f" by {listed_words(titles)}" if titles else ""
