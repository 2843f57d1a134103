"""Disclosure control of a release: each figure by the rule, and all of them against all ever published."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from data.publishing.content import Counted, Frozen, Published, Told
from data.terms import SmallNumbers
from metrics.disclosure.audit import SECONDS, Finding, Undecidable, audit
from metrics.disclosure.coarser import Way, coarser, finest
from metrics.disclosure.counts import Key
from metrics.disclosure.evidence import Release, of_draft, of_past
from metrics.disclosure.quantities import counted_by, counted_out_of
from metrics.disclosure.sentences import CONTRADICTION, flags, sentences


@dataclass(frozen=True)
class Past:
    """What has been published or approved before; `frozen` is None for what was not counted by Candour."""

    frozen: Frozen | None
    public: Published


@dataclass(frozen=True)
class Controlled:
    """What may be told of a release.

    coarsened: what was coarsened, and how. problems: why it may not be told at all, one sentence each, for a
    person to decide; none where it may: they speak of true counts, and are for those who may see them.
    flags: what a person should look at: a share of none or of all.
    """

    told: tuple[Told, ...]
    coarsened: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def controlled(
    frozen: Frozen, past: Sequence[Past], rule: SmallNumbers, seconds: float = SECONDS
) -> Controlled:
    """Return what may be told of what was counted, after all that was told before.

    What would tell too much is told more coarsely, a whole table at a time, until it does not; where that is
    not enough, the problems say what could be concluded, and of what.
    seconds: how long it may take before it is blocked as undecided.
    """
    deadline = time.monotonic() + seconds
    before = [of_past(each.frozen, each.public) for each in past]
    ways = [finest(counted, rule) for counted in frozen.figures]
    known: set[tuple[Key, ...]] | None = None
    while True:
        told = _told(frozen, ways, rule)
        try:
            found = audit([*before, of_draft(frozen, told)], rule, deadline - time.monotonic())
            if found and known is None:
                known = _known(before, rule, deadline - time.monotonic())
        except Undecidable:
            return _result(frozen, ways, rule, told, [CONTRADICTION])
        found = [each for each in found if each.target.keys not in (known or ())]
        if not found:
            return _result(frozen, ways, rule, told, [])
        further = _further(frozen, ways, rule, found)
        if further is None or any(each.low is None for each in found):
            return _result(frozen, ways, rule, told, sentences(found, frozen, seconds))
        ways = further


def _known(before: Sequence[Release], rule: SmallNumbers, seconds: float) -> set[tuple[Key, ...]]:
    """Return what could be concluded before this release: no release can take it back."""
    return {each.target.keys for each in audit(before, rule, seconds) if each.low is not None}


def _told(frozen: Frozen, ways: Sequence[Way], rule: SmallNumbers) -> tuple[Told, ...]:
    """Return the figures told as they are to be; one that is no longer split is told once."""
    found: dict[tuple[str, tuple[str, ...]], Told] = {}
    asked = {(counted.figure, counted.by) for counted in frozen.figures}
    for counted, way in zip(frozen.figures, ways, strict=True):
        told = way.tell(counted, rule, frozen.overrides)
        if told is not None and (told.by == counted.by or (told.figure, told.by) not in asked):
            found.setdefault((told.figure, told.by), told)
    return tuple(found.values())


def _further(
    frozen: Frozen, ways: Sequence[Way], rule: SmallNumbers, found: Sequence[Finding]
) -> list[Way] | None:
    """Return coarser ways to tell the figures that could be to blame; None where there are none.

    First the tables of what could be concluded, then every table, last the totals: all that were told as
    finely as any of them go one step.
    """
    named = {key.quantity for each in found for key in each.target.keys}
    steps = {
        at: step
        for at, (counted, way) in enumerate(zip(frozen.figures, ways, strict=True))
        if (step := coarser(way, counted, rule, frozen.overrides)) is not None
    }
    mine = {at for at in steps if named & _counts(frozen.figures[at])}
    tables = {at for at in steps if ways[at].by}
    for wanted in (mine & tables, tables, mine, set(steps)):
        if wanted:
            least = min(_coarseness(ways[at]) for at in wanted)
            chosen = {at for at in wanted if _coarseness(ways[at]) == least}
            return [steps[at] if at in chosen else way for at, way in enumerate(ways)]
    return None


def _counts(counted: Counted) -> set[str]:
    return {counted_by(counted.figure), counted_out_of(counted.figure)}


def _coarseness(way: Way) -> tuple[int, int]:
    return way.base, sum(map(len, way.merged.values()))


def _result(
    frozen: Frozen,
    ways: Sequence[Way],
    rule: SmallNumbers,
    told: tuple[Told, ...],
    problems: Sequence[str],
) -> Controlled:
    said = (way.words(counted, rule.base) for counted, way in zip(frozen.figures, ways, strict=True))
    return Controlled(
        told=told,
        coarsened=tuple(each for each in said if each),
        problems=tuple(problems),
        flags=tuple(flag for each in told for flag in flags(each)),
    )
