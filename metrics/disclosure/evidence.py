"""What each release has told of which counts.

What was told exactly stays exact while it is unchanged: a public figure never turns vague. So a number that
is no longer told exactly has changed: whoever knows the rule concludes so, and the audit must know it too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from data.publishing.content import (
    ALREADY,
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
from metrics.disclosure.kinds import Cell as Quantity
from metrics.disclosure.kinds import Place, alike, counted_by, counted_out_of, never_falls
from metrics.disclosure.relations import NO_LIMIT, Counts, Moment, Rule
from metrics.disclosure.rule import (
    COARSER,
    NOT_REACHED,
    behind,
    grouped,
    labels_of,
    public_cell,
    rule_in_words,
    sides,
)

ABOUT = 0.1
"""How far from the truth a number said to be "about" so many is taken to be at most, as a part of it."""


@dataclass(frozen=True)
class Release:
    frozen: ReleaseInputs | None  # None for what was not counted by Candour
    moment: Moment
    figures: tuple[PublishedFigure, ...]
    public: bool = True  # and not only seen early

    @cached_property
    def harm_first(self) -> bool:
        """Whether the failures of the part "harm" are all those with harm."""
        if self.frozen is None:
            return True
        by_part = self.frozen.counted("failures", ("part",))
        harmed = self.frozen.counted("failures_with_harm")
        if by_part is not None and harmed is not None:
            part = sum(cell.numerator for cell in by_part.cells if cell.where == ("harm",))
            return part == harmed.cells[0].numerator
        return self.frozen.precedence[:1] == ("harm",)

    def counts(self, entry: Counted | PublishedFigure | Override, where: Sequence[str | None]) -> Quantity:
        place = tuple(zip(entry.by, where, strict=True))
        return alike(entry.figure, place, harm_first=self.harm_first)

    @cached_property
    def cells(self) -> list[tuple[Counted, Cell, Quantity]]:
        """Of the counts of the register."""
        figures = self.frozen.figures if self.frozen else ()
        counts = (counted for counted in figures if counted.kind == "count")
        return [
            (counted, cell, self.counts(counted, cell.where)) for counted in counts for cell in counted.cells
        ]

    @cached_property
    def published(self) -> dict[Quantity, PublishedCell]:
        cells: dict[Quantity, PublishedCell] = {}
        for figure in (figure for figure in self.figures if figure.kind == "count"):
            if counted := behind(self.frozen, figure) if self.frozen else None:
                groups = grouped(counted, figure)
                cells |= {
                    self.counts(counted, cell.where): shown for shown, cell, few in groups if len(few) == 1
                }
            else:
                cells |= {self.counts(figure, shown.where): shown for shown in figure.cells}
        return cells

    def exact_before(self, before: Iterable["Release"]) -> Iterator[tuple[Counted, Cell, Quantity, float]]:
        """Its counts that were told exactly when last told, each with the number that was told."""
        last = {quantity: cell for earlier in before for quantity, cell in earlier.published.items()}
        for counted, cell, quantity in self.cells:
            was = last.get(quantity)
            if was is not None and was.treatment in EXACTLY and not was.qualifier:
                yield counted, cell, quantity, was.number or 0


def of_past(frozen: ReleaseInputs | None, published: Published, *, public: bool = True) -> Release:
    edition = f"elsewhere {published.number}.{published.version}" if frozen is None else _edition(frozen)
    moment = Moment(published.as_at, published.known_at, edition)
    return Release(frozen, moment, published.figures, public)


def of_draft(frozen: ReleaseInputs, figures: tuple[PublishedFigure, ...] = ()) -> Release:
    return Release(frozen, Moment(frozen.as_at, frozen.known_at, _edition(frozen)), figures)


def _edition(frozen: ReleaseInputs) -> str:
    return f"{frozen.ledger:012} {frozen.edition}"


def as_decided(frozen: ReleaseInputs) -> ReleaseInputs:
    """Add overrides for cells of the same rows: failures of the part "harm" are failures with harm."""
    release = of_draft(frozen)
    exact = {release.counts(override, override.where): override for override in frozen.overrides}
    return _exactly(
        frozen, ((counted, cell, exact[same]) for counted, cell, same in release.cells if same in exact)
    )


def as_before(frozen: ReleaseInputs, past: Iterable[Release]) -> ReleaseInputs:
    """Add overrides for what was public exactly of no later day, and is unchanged."""
    before = [release for release in past if release.public and release.moment.as_at <= frozen.as_at]
    before.sort(key=lambda release: release.moment[:2])
    return _exactly(
        frozen,
        (
            (counted, cell, _already(cell))
            for counted, cell, _, number in of_draft(frozen).exact_before(before)
            if number == cell.numerator
        ),
    )


def _already(cell: Cell) -> Override:
    reason = f"{cell.numerator:,g} was published exactly before and is unchanged"
    return Override(figure="", who=ALREADY, role=ALREADY, reason=reason, at="")


def _exactly(frozen: ReleaseInputs, cells: Iterable[tuple[Counted, Cell, Override]]) -> ReleaseInputs:
    decided = {(override.figure, override.by, override.where) for override in frozen.overrides}
    more = [
        override.model_copy(update={"figure": counted.figure, "by": counted.by, "where": cell.where})
        for counted, cell, override in cells
        if (counted.figure, counted.by, cell.where) not in decided
    ]
    return frozen.model_copy(update={"overrides": (*frozen.overrides, *more)})


def counts_of(releases: Sequence[Release], rule: SmallNumbers) -> Counts:
    counts = Counts({release.moment: release.harm_first for release in releases}, rule.threshold)
    values = {
        (name, label): value
        for release in releases
        for counted in (release.frozen.figures if release.frozen else ())
        for cell, labels in zip(counted.cells, labels_of(counted), strict=True)
        for name, label, value in zip(counted.by, labels, cell.where, strict=True)
    }
    for release in releases:
        for counted in release.frozen.figures if release.frozen else ():
            _add_known(counts, release.moment, counted)
        for figure in release.figures:
            if release.frozen is None:
                _add_external(counts, release.moment, figure, values)
            elif (counted := behind(release.frozen, figure)) is not None:
                _add_published(counts, release, counted, figure, rule)
    for at, release in enumerate(releases):
        earlier = [other for other in releases[:at] if other.moment.as_at <= release.moment.as_at]
        _add_changed(counts, release, sorted(earlier, key=lambda other: other.moment))
    counts.relate()
    counts.follow()
    return counts


def _add_changed(counts: Counts, release: Release, before: Sequence[Release]) -> None:
    """A count no longer told exactly is another than it was. One that never falls has grown, or was
    corrected. Of one that can fall only the ends of what it is told to lie between can be left out.
    """
    for _, cell, quantity, was in release.exact_before(before):
        published = release.published.get(quantity)
        if published is None or published.treatment in EXACTLY or cell.numerator == was:
            continue
        grown, fallen = published.low == was, published.high == was
        if never_falls(*quantity):
            grown, fallen = cell.numerator > was, cell.numerator < was
        at = counts.place_of(quantity[0], release.moment, quantity[1])
        counts.limit(at, was + 1 if grown else None, was - 1 if fallen else None)


def _add_published(
    counts: Counts, release: Release, counted: Counted, figure: PublishedFigure, rule: SmallNumbers
) -> None:
    overrides = release.frozen.overrides if release.frozen else ()
    groups = grouped(counted, figure)
    fitted = _rule_of(counted, figure, groups, overrides, rule)
    for published, whole, cells in groups:
        first, second = sides(counted, whole, fitted, overrides)
        above = _together(counts, release.moment, counted_by(counted.figure), counted, cells)
        number = {"count": published, "share": first}.get(counted.kind)
        if number is not None:
            counts.limit(above, number.low, number.high, exact=number.treatment in EXACTLY)
        if second is not None:
            below = _together(counts, release.moment, counted_out_of(counted.figure), counted, cells)
            high = None if counted.kind == "median" and second.number is not None else second.high
            counts.limit(below, second.low, high, exact=second.treatment in EXACTLY)
            if published.shown == NOT_REACHED:
                # Fewer than half have left the stage: no median of their days is reached yet.
                counts.bind(Rule({below: 1.0, above: -2.0}, 1, NO_LIMIT))


def _together(counts: Counts, moment: Moment, quantity: str, counted: Counted, cells: Sequence[Cell]) -> int:
    first, *others = _numbers(counts, moment, quantity, counted, cells)
    return counts.together([first, *others]) if others else first


def _numbers(
    counts: Counts, moment: Moment, quantity: str, counted: Counted, cells: Sequence[Cell]
) -> list[int]:
    return [
        counts.place_of(quantity, moment, tuple(zip(counted.by, cell.where, strict=True))) for cell in cells
    ]


def _rule_of(
    counted: Counted,
    figure: PublishedFigure,
    groups: Sequence[tuple[PublishedCell, Cell, tuple[Cell, ...]]],
    overrides: Sequence[Override],
    rule: SmallNumbers,
) -> SmallNumbers:
    """The rule printed beside a figure if it reads as it does, else the finest by which it would."""
    rules = [rule, *(rule.model_copy(update={"base": base}) for base in COARSER)]
    for fitted in sorted(rules, key=lambda fitted: figure.rule != rule_in_words(fitted)):
        if all(
            public_cell(counted, whole, fitted, overrides).shown == cell.shown for cell, whole, _ in groups
        ):
            return fitted
    return rule


def _add_known(counts: Counts, moment: Moment, counted: Counted) -> None:
    values = {counted_by(counted.figure): [cell.numerator for cell in counted.cells]}
    if counted.kind != "count":
        values[counted_out_of(counted.figure)] = [cell.denominator or 0 for cell in counted.cells]
    for quantity, numbers in values.items():
        at = _numbers(counts, moment, quantity, counted, counted.cells)
        counts.true.update(zip(at, numbers, strict=True))
        for left in (left for size in range(len(counted.by)) for left in combinations(counted.by, size)):
            members: dict[Place, list[int]] = defaultdict(list)
            for number, cell in zip(at, counted.cells, strict=True):
                pairs = zip(counted.by, cell.where, strict=True)
                members[tuple(pair for pair in pairs if pair[0] in left)].append(number)
            for place, parts in members.items():
                whole = counts.place_of(quantity, moment, place)
                counts.true[whole] = sum(counts.true[part] for part in parts)
                counts.add_up(whole, parts)
        for number, name in enumerate(counted.by):
            own = list(dict.fromkeys(cell.where[number] for cell in counted.cells))
            counts.splits.setdefault((moment, quantity, name), own)


def _add_external(
    counts: Counts, moment: Moment, figure: PublishedFigure, values: Mapping[tuple[str, str], str | None]
) -> None:
    """A statement made before Candour; its cells may be some of many."""
    parts: list[int] = []
    for cell in figure.cells:
        pairs = zip(figure.by, cell.where, strict=True)
        place = tuple((name, values.get((name, label), label)) for name, label in pairs)
        low, high = _typed(cell)
        above = counts.place_of(counted_by(figure.figure), moment, place)
        if figure.kind == "count":
            if low is not None and low == high:
                counts.true[above] = low
            counts.limit(above, low, high, exact=low == high)
            parts.append(above)
        elif figure.kind == "share" and low is not None and high is not None:
            below = counts.place_of(counted_out_of(figure.figure), moment, place)
            counts.bind(Rule({above: 1.0, below: -low}, 0, NO_LIMIT))
            counts.bind(Rule({above: 1.0, below: -high}, -NO_LIMIT, 0))
    if figure.by and figure.kind == "count":
        counts.add_up(counts.place_of(counted_by(figure.figure), moment, ()), parts, all_of_it=False)


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
