"""From releases to counts: what each of them has told, and what it was told of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from data.publishing.content import (
    EXACTLY,
    Cell,
    Counted,
    Override,
    Published,
    PublishedCell,
    PublishedFigure,
    Qualifier,
    ReleaseInputs,
)
from data.terms import SmallNumbers
from metrics.disclosure.count_constraints import NO_LIMIT, Counts, Moment, Rule
from metrics.disclosure.relations import MADE_OF, MadeOf, Place, alike, counted_by, counted_out_of
from metrics.disclosure.rule import NOT_REACHED, behind, grouped, labels_of, rule_in_words, sides, told_cell
from metrics.disclosure.still_exact import Public, changed

COARSER = (10, 20)
"""Bases that a figure goes to when its own tells too much."""
ABOUT = 0.1
"""How far from the truth a number said to be "about" so many is taken to be at most, as a part of it."""


@dataclass(frozen=True)
class Release:
    """What was told at one moment, and what it was made from; None for what was not counted by Candour."""

    frozen: ReleaseInputs | None
    moment: Moment
    told: tuple[PublishedFigure, ...]


def of_past(frozen: ReleaseInputs | None, public: Published) -> Release:
    edition = f"elsewhere {public.number}.{public.version}" if frozen is None else _edition(frozen)
    return Release(frozen, Moment(public.as_at, public.known_at, edition), public.figures)


def of_draft(frozen: ReleaseInputs, told: tuple[PublishedFigure, ...]) -> Release:
    return Release(frozen, Moment(frozen.as_at, frozen.known_at, _edition(frozen)), told)


def _edition(frozen: ReleaseInputs) -> str:
    return f"{frozen.ledger:012} {frozen.edition}"


def with_the_same(frozen: ReleaseInputs) -> ReleaseInputs:
    """Return what was counted with overrides for each cell that is the very number of one told exactly.

    The failures of the part "harm" are the failures with harm: who is told the one is told the other.
    """
    first = harm_first(frozen)

    def named(figure: str, by: Sequence[str], where: Sequence[str | None]) -> tuple[str, Place]:
        place = tuple(sorted(zip(by, where, strict=True)))
        return alike(counted_by(figure), place, harm_first=first)

    exact = {named(override.figure, override.by, override.where): override for override in frozen.overrides}
    already = {(override.figure, override.by, override.where) for override in frozen.overrides}
    more = [
        exact[same].model_copy(update={"figure": counted.figure, "by": counted.by, "where": cell.where})
        for counted in frozen.figures
        if counted.kind == "count"
        for cell in counted.cells
        if (same := named(counted.figure, counted.by, cell.where)) in exact
        and (counted.figure, counted.by, cell.where) not in already
    ]
    return frozen.model_copy(update={"overrides": (*frozen.overrides, *more)})


def counts_of(releases: Sequence[Release], rule: SmallNumbers) -> Counts:
    counts = Counts(harm_first={each.moment: harm_first(each.frozen) for each in releases})
    values = _values(releases)
    for release in releases:
        for counted in release.frozen.figures if release.frozen else ():
            _know(counts, release.moment, counted)
        for told in release.told:
            if release.frozen is None:
                _tell_typed(counts, release.moment, told, values)
            elif (counted := behind(release.frozen, told)) is not None:
                _tell(counts, release, counted, told, rule)
    for at, release in enumerate(releases):
        _tell_changed(counts, release, releases[:at])
    counts.relate()
    counts.follow()
    return counts


def _tell_changed(counts: Counts, release: Release, before: Sequence[Release]) -> None:
    earlier = sorted((each for each in before if each.moment.as_at <= release.moment.as_at), key=_moment)
    for bound in changed(_public(release), [_public(each) for each in earlier]):
        at = counts.place_of(bound.quantity, release.moment, bound.place)
        counts.say((at,), bound.low, bound.high, exact=False)


def _public(release: Release) -> Public:
    return Public(release.frozen, release.told, harm_first(release.frozen))


def _moment(release: Release) -> Moment:
    return release.moment


def _values(releases: Sequence[Release]) -> dict[tuple[str, str], str | None]:
    return {
        (name, label): value
        for release in releases
        if release.frozen is not None
        for counted in release.frozen.figures
        for cell, labels in zip(counted.cells, labels_of(counted), strict=True)
        for name, label, value in zip(counted.by, labels, cell.where, strict=True)
    }


def harm_first(frozen: ReleaseInputs | None) -> bool:
    """Whether the failures of the part "harm" are all those with harm; what was counted may say otherwise."""
    if frozen is None:
        return True
    by_part, harmed = frozen.counted("failures", ("part",)), frozen.counted("failures_with_harm")
    if by_part is not None and harmed is not None:
        part = sum(cell.numerator for cell in by_part.cells if cell.where == ("harm",))
        return part == harmed.cells[0].numerator
    return frozen.precedence[:1] == ("harm",)


def _tell(
    counts: Counts, release: Release, counted: Counted, told: PublishedFigure, rule: SmallNumbers
) -> None:
    above, below = counted_by(counted.figure), counted_out_of(counted.figure)
    moment, overrides = release.moment, release.frozen.overrides if release.frozen else ()
    groups = grouped(counted, told)
    fitted = _rule_of(counted, told, groups, overrides, rule)
    for said, whole, cells in groups:
        first, second = sides(counted, whole, fitted, overrides)
        if counted.kind == "count":
            group = _group(counts, moment, above, counted, cells)
            counts.say(group, said.low, said.high, exact=said.treatment in EXACTLY)
        elif counted.kind == "share":
            group = _group(counts, moment, above, counted, cells)
            counts.say(group, first.low, first.high, exact=first.treatment in EXACTLY)
        if second is not None:
            group = _group(counts, moment, below, counted, cells)
            untold = counted.kind == "median" and second.number is not None
            counts.say(group, second.low, None if untold else second.high, exact=second.treatment in EXACTLY)
            if said.shown == NOT_REACHED:
                left = _group(counts, moment, above, counted, cells)
                counts.fewer_than_half(left, group)


def _rule_of(
    counted: Counted,
    told: PublishedFigure,
    groups: Sequence[tuple[PublishedCell, Cell, tuple[Cell, ...]]],
    overrides: Sequence[Override],
    rule: SmallNumbers,
) -> SmallNumbers:
    """Return the rule by which a figure was told: that which is printed beside it, if it reads as it does.

    Else it is the finest by which it would read so.
    """
    rules = [rule, *(rule.model_copy(update={"base": base}) for base in COARSER)]
    printed = [each for each in rules if told.rule == rule_in_words(each)]
    for each in (*printed, *rules):
        if all(told_cell(counted, whole, each, overrides).shown == said.shown for said, whole, _ in groups):
            return each
    return rule


def _know(counts: Counts, moment: Moment, counted: Counted) -> None:
    values = [cell.numerator for cell in counted.cells]
    _add_up(counts, moment, counted_by(counted.figure), counted, values)
    if counted.kind != "count":
        values = [cell.denominator or 0 for cell in counted.cells]
        _add_up(counts, moment, counted_out_of(counted.figure), counted, values)


def _add_up(counts: Counts, moment: Moment, quantity: str, counted: Counted, values: Sequence[float]) -> None:
    cells = [tuple(zip(counted.by, cell.where, strict=True)) for cell in counted.cells]
    numbers = [counts.place_of(quantity, moment, place) for place in cells]
    counts.true.update(zip(numbers, values, strict=True))
    for kept in (names for size in range(len(counted.by)) for names in combinations(counted.by, size)):
        parts: dict[Place, list[tuple[int, float]]] = defaultdict(list)
        for place, number, value in zip(cells, numbers, values, strict=True):
            parts[tuple(each for each in place if each[0] in kept)].append((number, value))
        for place, held in parts.items():
            whole = counts.place_of(quantity, moment, place)
            counts.true[whole] = sum(value for _, value in held)
            counts.add_up(whole, [number for number, _ in held])
    for made in MADE_OF:
        if made.of == quantity and made.name in counted.by:
            _make_up(counts, moment, made, cells, dict(zip(numbers, values, strict=True)))


def _make_up(
    counts: Counts, moment: Moment, made: MadeOf, cells: Sequence[Place], values: Mapping[int, float]
) -> None:
    others = sorted({name for place in cells for name, _ in place} - {made.name})
    for kept in (names for size in range(len(others) + 1) for names in combinations(others, size)):
        parts: dict[Place, list[int]] = defaultdict(list)
        for place, number in zip(cells, values, strict=True):
            held = parts[tuple(each for each in place if each[0] in kept)]
            if made.holds(dict(place)[made.name]):
                held.append(number)
        for place, numbers in parts.items():
            whole = counts.place_of(made.figure, moment, place)
            counts.true.setdefault(whole, sum(values[number] for number in numbers))
            counts.add_up(whole, numbers)


def _group(
    counts: Counts, moment: Moment, quantity: str, counted: Counted, cells: Sequence[Cell]
) -> tuple[int, ...]:
    return tuple(
        counts.place_of(quantity, moment, tuple(zip(counted.by, cell.where, strict=True))) for cell in cells
    )


def _tell_typed(
    counts: Counts, moment: Moment, told: PublishedFigure, values: Mapping[tuple[str, str], str | None]
) -> None:
    """Write down what a statement made before Candour tells; its cells may be some of many."""
    parts: list[int] = []
    for cell in told.cells:
        pairs = zip(told.by, cell.where, strict=True)
        place = tuple((name, values.get((name, label), label)) for name, label in pairs)
        low, high = _typed(cell)
        above = counts.place_of(counted_by(told.figure), moment, place)
        if told.kind == "count":
            if low is not None and low == high:
                counts.true[above] = low
            counts.say((above,), low, high, exact=low == high)
            parts.append(above)
        elif told.kind == "share" and low is not None and high is not None:
            below = counts.place_of(counted_out_of(told.figure), moment, place)
            counts.rules.append(Rule({above: 1.0, below: -low}, 0, NO_LIMIT))
            counts.rules.append(Rule({above: 1.0, below: -high}, -NO_LIMIT, 0))
    if told.by and told.kind == "count":
        counts.add_up(counts.place_of(counted_by(told.figure), moment, ()), parts, all_of_it=False)


def _typed(published: PublishedCell) -> tuple[float | None, float | None]:
    if published.low is not None or published.high is not None or published.number is None:
        return published.low, published.high
    number = published.number
    ends: dict[Qualifier, tuple[float | None, float | None]] = {
        "": (number, number),
        "more than": (number + 1, None),
        "at least": (number, None),
        "about": (number * (1 - ABOUT), number * (1 + ABOUT)),
        "less than": (0, number - 1),
        "at most": (0, number),
    }
    return ends[published.qualifier]
