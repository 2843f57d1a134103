"""Disclosure control of a release: each figure by the rule, and all of them against all ever published."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.formatting import capitalised, listed_words, short_day, written_count
from data.publishing.content import Override, PublishedFigure, ReleaseInputs
from data.terms import Case, SmallNumbers, Stages, words_of
from metrics.catalogue import by_name
from metrics.dimensions import dimension, named
from metrics.disclosure.evidence import Release, as_before, as_decided, of_draft
from metrics.disclosure.inference import WORK, Contradiction, Finding, Work, audit
from metrics.disclosure.kinds import counted_by, counted_out_of, names_in
from metrics.disclosure.relations import Key
from metrics.disclosure.rule import Way, finest

# No review is known here.
NEUTRAL = words_of(Case(one="case", many="cases"), Stages())  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True)
class Controlled:
    figures: tuple[PublishedFigure, ...]
    overrides: tuple[Override, ...] = ()  # for all that is told exactly
    coarsened: tuple[str, ...] = ()  # what was coarsened, and how
    problems: tuple[str, ...] = ()  # why it may not be told, by true counts: for those who may see them
    flags: tuple[str, ...] = ()  # shares of none or of all, for a person to look at


def controlled(
    frozen: ReleaseInputs, past: Sequence[Release], rule: SmallNumbers, work: int = WORK
) -> Controlled:
    """past: all that was told before. work: how much it may take; then it is blocked as undecided."""
    as_public = as_before(frozen, past)
    result = _controlled(as_public, past, rule, work)
    if not result.problems or as_public == frozen:
        return result
    # What is published exactly can give another number away: then it is published as any other.
    vaguer = _controlled(frozen, past, rule, work)
    return result if vaguer.problems else vaguer


def _controlled(frozen: ReleaseInputs, past: Sequence[Release], rule: SmallNumbers, work: int) -> Controlled:
    frozen = as_decided(frozen)
    draft = _Draft(frozen, past, rule, Work(work))
    ways = [finest(counted, rule, frozen.overrides) for counted in frozen.figures]
    problems: list[str] = []
    try:
        while findings := draft.concluded(ways):
            further = _further(ways, findings)
            if further is None or any(finding.low is None for finding in findings):
                problems = sentences(findings, frozen)
                break
            ways = further
        else:
            ways = draft.finer(ways)
    except Contradiction:
        problems = [CONTRADICTION]
    figures = _published(ways)
    return Controlled(
        figures=figures,
        overrides=frozen.overrides,
        coarsened=tuple(way.words for way in ways if way.words),
        problems=tuple(problems),
        flags=tuple(flag for figure in figures for flag in flags(figure)),
    )


@dataclass
class _Draft:
    frozen: ReleaseInputs
    before: Sequence[Release]
    rule: SmallNumbers
    work: Work
    known: dict[tuple[Key, ...], float] | None = None

    def concluded(self, ways: Sequence[Way]) -> list[Finding]:
        findings = self._audited(_published(ways))
        if findings and self.known is None:
            # What could be concluded with nothing told of this release cannot be taken back by it, such as a
            # count between two days on which it was the same; but it must not tell more of it.
            without = self._audited(())
            self.known = {one.target.keys: _width(one) for one in without if one.low is not None}
        known = self.known or {}
        return [finding for finding in findings if _width(finding) < known.get(finding.target.keys, math.inf)]

    def finer(self, ways: Sequence[Way]) -> list[Way]:
        """What need not have been coarsened is not."""
        chosen = list(ways)
        for at, counted in enumerate(self.frozen.figures):
            way: Way | None = finest(counted, self.rule, self.frozen.overrides)
            while way is not None and way != chosen[at]:
                tried = [*chosen[:at], way, *chosen[at + 1 :]]
                if not self.concluded(tried):
                    chosen = tried
                    break
                way = way.coarser()
        return chosen

    def _audited(self, figures: tuple[PublishedFigure, ...]) -> list[Finding]:
        return audit([*self.before, of_draft(self.frozen, figures)], self.rule, self.work)


def _width(finding: Finding) -> float:
    return -1 if finding.low is None or finding.high is None else finding.high - finding.low


def _published(ways: Sequence[Way]) -> tuple[PublishedFigure, ...]:
    """A figure that is no longer split is told once."""
    figures: dict[tuple[str, tuple[str, ...]], PublishedFigure] = {}
    asked = {(way.counted.figure, way.counted.by) for way in ways}
    for way in ways:
        figure = way.figure
        if figure and (figure.by == way.counted.by or (figure.figure, figure.by) not in asked):
            figures.setdefault((figure.figure, figure.by), figure)
    return tuple(figures.values())


def _further(ways: Sequence[Way], findings: Sequence[Finding]) -> list[Way] | None:
    """Return coarser ways to tell the figures that could be to blame; None where there are none.

    Of those told most finely: tables in which something could be concluded, then others of the same counts,
    then other tables bound to them by relations. A total that is not split gives way last.
    """
    keys = {key for finding in findings for key in finding.target.keys}
    split = {(name, tuple(by for by, _ in key.place)) for key in keys for name in names_in(key.quantity)}
    near = {name for finding in findings for name in finding.near}
    possible = {at: way.coarser() for at, way in enumerate(ways) if near & _quantities(way)}
    coarser = {at: step for at, step in possible.items() if step}
    turns = {at: _turn(ways[at], split) for at in coarser}
    first = min(turns.values(), default=None)
    return [coarser[at] if turns.get(at) == first else way for at, way in enumerate(ways)] if turns else None


def _turn(way: Way, split: set[tuple[str, tuple[str, ...]]]) -> tuple[int, ...]:
    """The least goes first."""
    mine = _quantities(way)
    same = any(quantity in mine for quantity, _ in split)
    own = any(quantity in mine and by == tuple(sorted(way.by or ())) for quantity, by in split)
    return (not way.by, not same, way.base, sum(map(len, way.merged.values())), not own)


def _quantities(way: Way) -> set[str]:
    return {counted_by(way.counted.figure), counted_out_of(way.counted.figure)}


CONTRADICTION = (
    "Earlier published numbers contradict themselves or these figures, so disclosure cannot be checked. "
    "A person must look at the statements entered from elsewhere."
)
MOST_SENTENCES = 20


def flags(figure: PublishedFigure) -> list[str]:
    whole = [cell for cell in figure.cells if figure.kind == "share" and cell.number in (0, 1)]
    says = "says something of every one of them."
    return [f"{figure.title}{_where(figure.titles, cell.where)}: {cell.shown} {says}" for cell in whole]


def sentences(findings: Sequence[Finding], frozen: ReleaseInputs) -> list[str]:
    titles = {figure.figure: figure.title for figure in frozen.figures}
    lines = list(dict.fromkeys(_sentence(finding, titles) for finding in findings))
    more = len(lines) - MOST_SENTENCES
    rest = [f"So could {more} more." if more > 1 else "So could one more."] if more > 0 else []
    return [*lines[:MOST_SENTENCES], *rest]


def _sentence(finding: Finding, titles: Mapping[str, str]) -> str:
    first, last = finding.target.keys[0], finding.target.keys[-1]
    day, since = short_day(last.moment.as_at), short_day(first.moment.as_at)
    when = f": the change from {since} to {day}" if finding.target.change else f" on {day}"
    splits = [dimension(name).title for name, _ in last.place]
    where = _where(splits, [named(name, [value])[0] for name, value in last.place])
    title, *others = (_title(name, titles) for name in names_in(last.quantity))
    if others:
        title += f", compared with {listed_words([other.lower() for other in others])},"
    name = f"{title}{where}{when}"
    if finding.low is None or finding.high is None:
        return f"{name}: whether it could be concluded was not decided within the limit of the audit."
    low, high = (written_count(end).replace("-", "\N{MINUS SIGN}") for end in (finding.low, finding.high))
    between = f"exactly {low}" if low == high else f"{low} to {high}"
    return f"{name} could be concluded to be {between}."


def _title(name: str, titles: Mapping[str, str]) -> str:
    figure, _, side = name.partition(": ")
    if figure in titles and not side:
        return titles[figure]
    metric = by_name().get(figure)
    if metric is None:
        return capitalised(figure.replace("_", " "))
    sides = {"numerator": metric.counts, "out of": metric.out_of or metric.counts}
    return capitalised(NEUTRAL(sides.get(side, metric.title)))


def _where(titles: Sequence[str], labels: Sequence[str]) -> str:
    pairs = [f"{title.lower()} {label}" for title, label in zip(titles, labels, strict=True)]
    return f" ({listed_words(pairs)})" if pairs else ""
