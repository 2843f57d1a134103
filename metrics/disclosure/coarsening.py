"""How a figure is told more coarsely, step by step: by rule, and a whole table at a time.

To pick the cells that give something away would itself give something away. So a table goes to the nearest
10, then to the nearest 20, then its smallest categories are told together, and last it loses a dimension;
a total that is small is not told. What would read as before is no step.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from data.formatting import listed_words
from data.publishing.content import Counted, Override, PublishedFigure
from data.terms import SmallNumbers
from metrics.dimensions import OTHER, dimension, labelled_texts
from metrics.disclosure.evidence import COARSER
from metrics.disclosure.rule import HIDDEN, protect, rule_in_words, shown, smallest_told, split_by, together

FEWEST = 2
"""A table of fewer categories is none."""
FEW = 3
"""How far apart the numbers must be between which something can be concluded to lie."""
FEW_CELLS = 4
"""A table of no more cells is never told more coarsely: it is told, or it is not."""


@dataclass(frozen=True)
class Way:
    """One way to tell a figure.

    by: the dimensions that are left; None where the figure is not told split at all. merged: the values of
    each dimension that are told together.
    """

    base: int
    by: tuple[str, ...] | None
    merged: dict[str, frozenset[str | None]] = field(default_factory=dict[str, frozenset[str | None]])

    def tell(
        self, counted: Counted, rule: SmallNumbers, overrides: Sequence[Override]
    ) -> PublishedFigure | None:
        if self.by is None:
            return None
        mine = rule.model_copy(update={"base": self.base})
        figure = protect(self.held(counted), mine, overrides)
        return figure if mine == rule else figure.model_copy(update={"rule": rule_in_words(mine)})

    def held(self, counted: Counted) -> Counted:
        left = split_by(counted, self.by or ())
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

    def words(self, counted: Counted, finest: int) -> str:
        name = f"{counted.title}{_split(counted.by)}"
        if self.by is None:
            return f"{name}: not told, as it would tell too much."
        phrases = [f"told to the nearest {self.base}"] if self.base != finest else []
        for title, values in self.merged.items():
            labels = labelled_texts(dimension(title), sorted(values, key=str))
            phrases.append(f"{listed_words(labels)} told together as {OTHER}")
        if lost := [each for each in counted.by if each not in self.by]:
            phrases.append(f"not split{_split(lost)}")
        return f"{name}: {'; '.join(phrases)}." if phrases else ""


def finest(counted: Counted, rule: SmallNumbers, overrides: Sequence[Override] = ()) -> Way:
    """Return how a figure is told where nothing speaks against it.

    A table of two categories is not told where two small ones could make up what is told of their total.
    """
    kept = _kept(counted, overrides)
    if len(counted.by) == 1 and len(counted.cells) == FEWEST and counted.kind == "count" and not kept:
        total = shown(sum(cell.numerator for cell in counted.cells), rule)
        if total.number and 0 <= FEWEST * (smallest_told(rule) - 1) - total.low < FEW:
            return Way(rule.base, ())
    return Way(rule.base, counted.by)


def coarser(way: Way, counted: Counted, rule: SmallNumbers, overrides: Sequence[Override]) -> Way | None:
    """Return the next coarser way to tell a figure; None where there is none but not to tell it.

    A step after which every cell would read as before is passed over: a reader would conclude the same. A
    table of few cells is told or it is not: if it were told more coarsely, that it had to be would say which
    of very few tables it is. A category of which a cell is told exactly in the public interest is not told
    together with others.
    """
    if way.by is None or counted.kind == "median":
        gone = way.by and not _kept(counted, overrides)
        return replace(way, by=None, merged={}) if gone else None
    if not way.by or len(counted.cells) > FEW_CELLS:
        further = _wider(way, counted, rule, overrides) or _merged(way, counted, rule, overrides)
        if further is not None:
            return further
    return None if _kept(counted, overrides) else _less(way, counted, rule)


def _wider(way: Way, counted: Counted, rule: SmallNumbers, overrides: Sequence[Override]) -> Way | None:
    before = _printed(way, counted, rule, overrides)
    ways = (replace(way, base=base) for base in COARSER if base > way.base)
    return next((each for each in ways if _printed(each, counted, rule, overrides) != before), None)


def _merged(way: Way, counted: Counted, rule: SmallNumbers, overrides: Sequence[Override]) -> Way | None:
    for name in sorted(way.by or (), key=lambda each: -len(_sizes(way.held(counted), each))):
        named = {override.where[counted.by.index(name)] for override in _kept(counted, overrides)}
        if (more := _smallest(way, counted, name, named, smallest_told(rule))) is not None:
            return replace(way, merged={**way.merged, name: more})
    return None


def _less(way: Way, counted: Counted, rule: SmallNumbers) -> Way | None:
    """Return a way that loses the last dimension; a total that is small is not told at all."""
    if way.by:
        lost, merged = way.by[-1], way.merged.items()
        return replace(way, by=way.by[:-1], merged={name: values for name, values in merged if name != lost})
    hidden = not counted.by and _printed(way, counted, rule, ()) == [((), HIDDEN)]
    return replace(way, by=None) if hidden else None


def _kept(counted: Counted, overrides: Sequence[Override]) -> list[Override]:
    return [
        override for override in overrides if (override.figure, override.by) == (counted.figure, counted.by)
    ]


def _printed(
    way: Way, counted: Counted, rule: SmallNumbers, overrides: Sequence[Override]
) -> list[tuple[tuple[str, ...], str]]:
    told = way.tell(counted, rule, overrides)
    return [] if told is None else [(cell.where, cell.shown) for cell in told.cells]


def _smallest(
    way: Way, counted: Counted, name: str, kept: Iterable[str | None], enough: int
) -> frozenset[str | None] | None:
    sizes = _sizes(way.held(counted), name)
    left = sorted(sizes.keys() - {OTHER, *kept}, key=lambda each: (sizes[each], str(each)))
    merged, categories, fewer = set(way.merged.get(name, ())), len(sizes), False
    while left and categories > FEWEST and (not fewer or sizes[OTHER] < enough):
        smallest = left.pop(0)
        if merged or OTHER in sizes:  # the first alone would only be called otherwise
            categories, fewer = categories - 1, True
        merged.add(smallest)
        sizes[OTHER] += sizes[smallest]
    return frozenset(merged) if fewer else None


def _sizes(counted: Counted, name: str) -> Counter[str | None]:
    sizes: Counter[str | None] = Counter()
    for cell in counted.cells:
        size = cell.numerator if cell.denominator is None else cell.denominator
        sizes[cell.where[counted.by.index(name)]] += int(size)
    return sizes


def _split(by: Sequence[str]) -> str:
    return f" by {listed_words([dimension(name).title.lower() for name in by])}" if by else ""
