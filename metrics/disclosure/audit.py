"""What could be concluded of small counts from all that has been told: solved exactly, for every one of them.

A count of 1 up to the threshold, and a change of as little between two releases, must stay unknown: not
exact, and not between numbers less than 3 apart. An attacker is taken to know the rule, all that
was ever told, how figures hang together by their definitions, and that counts to date do not fall. That
last can be wrong, as corrections lower a count: so it is assumed of those that did not fall, which
concludes whatever can be concluded without it and more, and again of all of them.
"""

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from data.terms import SmallNumbers
from metrics.disclosure.count_constraints import (
    NEARLY,
    NO_LIMIT,
    Contradiction,
    Counts,
    Key,
    Problem,
    Rule,
    holds,
)
from metrics.disclosure.evidence import Release, counts_of

LEAST_WIDTH = 3
"""How far apart the numbers must be between which something can be concluded to lie."""
SECONDS = 60.0
"""How long an audit may take before what is left is called undecided."""

Weights = Mapping[int, float]


@dataclass(frozen=True)
class Target:
    """What must stay unknown: a count, the change from one to another, or a sum told as one.

    wide: how far apart the numbers must be between which it can be concluded to lie.
    """

    keys: tuple[Key, ...]
    weights: Weights
    change: bool = False
    wide: float = LEAST_WIDTH


@dataclass(frozen=True)
class Finding:
    """Between which numbers a target could be concluded to lie; None where that was not decided in time."""

    target: Target
    low: float | None
    high: float | None


class Undecidable(Exception):
    """What was told contradicts itself, so that nothing can be said of what can be concluded."""


def audit(releases: Sequence[Release], rule: SmallNumbers, seconds: float = SECONDS) -> list[Finding]:
    """Return each small count, and each small change, that could be concluded from what was told.

    Raises:
        Undecidable: what was told contradicts itself.
    """
    counts = counts_of(releases, rule)
    targets = [each for each in targets_of(counts, rule.threshold) if each.wide > 0]
    deadline = time.monotonic() + seconds
    so = [fall for fall in counts.falls if holds(fall, counts.true) is not False]
    slips: list[Rule] = []
    findings = list(_audited(counts, targets, [*counts.rules, *so], deadline, slips))
    if len(so) < len(counts.falls):
        known, wrong = {id(finding.target) for finding in findings}, {id(slip) for slip in slips}
        left = [target for target in targets if id(target) not in known]
        assumed = [assumption for assumption in (*counts.rules, *counts.falls) if id(assumption) not in wrong]
        # Whoever assumes it of all of them may learn that it is not so, and is back at the first.
        findings += [each for each in _audited(counts, left, assumed, deadline) if _true(each, counts)]
    return findings


def targets_of(counts: Counts, threshold: int) -> list[Target]:
    names = {number: key for key, number in counts.keys.items()}
    singles = [
        {at: 1.0} for at, value in counts.true.items() if 0 < value <= threshold and at not in counts.exact
    ]
    groups = [
        dict.fromkeys(group, 1.0)
        for group in counts.told
        if all(at in counts.true for at in group) and 0 < sum(counts.true[at] for at in group) <= threshold
    ]
    changes = [
        {counts.keys[before]: -1.0, counts.keys[after]: 1.0}
        for before, after in counts.pairs()
        if _changed_little(counts, {counts.keys[before], counts.keys[after]}, threshold)
    ]
    own = own_limits(counts, threshold)
    return [
        Target(tuple(names[at] for at in weights), weights, change, _wide(counts, weights, own, names))
        for change, held in ((False, singles), (False, groups), (True, changes))
        for weights in held
    ]


def own_limits(counts: Counts, threshold: int) -> dict[int, float]:
    """Return the most that counts can be because a small number was told exactly.

    A part of it, and what it was on an earlier day, cannot be more: that follows from the number itself, and
    whoever answers for telling it answers for that as well.
    """
    most = {at: counts.true[at] for at in counts.exact if 0 < counts.true.get(at, 0) <= threshold}
    rules = [*counts.rules, *(fall for fall in counts.falls if holds(fall, counts.true) is not False)]
    changed = bool(most)
    while changed:
        changed = False
        for rule in rules:
            wholes = [at for at, taken in rule.weights.items() if taken > 0]
            if len(wholes) != 1 or rule.low != 0 or wholes[0] not in most:
                continue
            for part in rule.weights.keys() - {wholes[0]}:
                if most[wholes[0]] < most.get(part, NO_LIMIT):
                    most[part], changed = most[wholes[0]], True
    return most


def _wide(counts: Counts, weights: Weights, own: Mapping[int, float], names: Mapping[int, Key]) -> float:
    """Return how far apart the ends of a target must be, where a number told exactly leaves less than 3.

    Then no more must be concluded than follows from that number; and nothing else may come out exactly.
    """
    if not own.keys() & weights.keys():
        return LEAST_WIDTH
    low = sum(_least(counts, at) if taken > 0 else -_most(counts, at, own) for at, taken in weights.items())
    high = sum(_most(counts, at, own) if taken > 0 else -_least(counts, at) for at, taken in weights.items())
    if tuple(sorted(weights, key=lambda at: weights[at])) in counts.rises:
        low = max(low, 0)
    exact = {names[at].lasting for at in own.keys() & counts.exact}
    itself = all(names[at].lasting in exact for at in weights)
    return min(LEAST_WIDTH, max(high - low, 0 if itself else 1))


def _least(counts: Counts, at: int) -> float:
    return counts.true[at] if at in counts.exact else counts.low[at]


def _most(counts: Counts, at: int, own: Mapping[int, float]) -> float:
    return min(own.get(at, NO_LIMIT), counts.high[at])


def _changed_little(counts: Counts, pair: set[int], threshold: int) -> bool:
    if not pair <= counts.true.keys() or pair <= counts.exact:
        return False
    first, second = (counts.true[each] for each in pair)
    return 0 < abs(second - first) <= threshold


def _true(finding: Finding, counts: Counts) -> bool:
    if finding.low is None or finding.high is None:
        return True
    value = sum(taken * counts.true[at] for at, taken in finding.target.weights.items())
    return finding.low <= value <= finding.high


def _audited(
    counts: Counts,
    targets: Sequence[Target],
    rules: Sequence[Rule],
    deadline: float,
    slips: list[Rule] | None = None,
) -> Iterator[Finding]:
    """Yield what could be concluded in each family.

    slips: where rules are written down that what was said before Candour contradicts, and that are then left
    out; where there is none, nothing is concluded from a family that contradicts itself.
    """
    heads = _families(len(counts.low), [weighted.weights for weighted in (*rules, *targets)])
    members, bound, mine = (defaultdict[int, list[Any]](list) for _ in range(3))
    for number, head in enumerate(heads):
        members[head].append(number)
    for rule in rules:
        bound[heads[next(iter(rule.weights))]].append(rule)
    for target in targets:
        mine[heads[next(iter(target.weights))]].append(target)
    for head, held in mine.items():
        try:
            yield from _Family(counts, members[head], bound[head], deadline).tried(held)
        except Contradiction:
            if slips is not None:
                wrong = _slips(counts, members[head], bound[head], deadline)
                slips += wrong
                left = [each for each in bound[head] if not any(each is slip for slip in wrong)]
                yield from _without(wrong, _Family(counts, members[head], left, deadline), held)


def _without(slips: Sequence[Rule], family: "_Family", targets: Sequence[Target]) -> list[Finding]:
    try:
        return family.tried(targets) if slips else [Finding(target, None, None) for target in targets]
    except Contradiction:
        raise Undecidable from None


def _slips(counts: Counts, members: Sequence[int], rules: Sequence[Rule], deadline: float) -> list[Rule]:
    """Return the rules that statements made before Candour contradict: those that must give way the least.

    What is known to be so never gives way. Empty where it was not decided in time.

    Raises:
        Undecidable: what is known to be so contradicts itself.
    """
    at = {number: place for place, number in enumerate(members)}
    soft = [rule for rule in rules if holds(rule, counts.true) is None]
    firm = [rule for rule in rules if holds(rule, counts.true) is not None]
    size, moved = len(members), [_moved(each, at) for each in firm]
    for number, each in enumerate(soft):
        gives = {size + 2 * number: 1.0, size + 2 * number + 1: -1.0}
        moved.append(Rule({**_moved(each, at).weights, **gives}, each.low, each.high))
    more = 2 * len(soft)
    low = [*(counts.low[member] for member in members), *[0.0] * more]
    high = [*(counts.high[member] for member in members), *[NO_LIMIT] * more]
    whole = [not isinstance(counts.true.get(member, 0), float) for member in members] + [False] * more
    gaps = dict.fromkeys(range(size, size + more), -1.0)
    try:
        found = Problem(low, high, whole, moved, deadline).greatest(gaps, whole=True)
    except Contradiction:
        raise Undecidable from None
    if found is None:
        return []
    gap = found.found[size:].reshape(-1, 2).max(axis=1, initial=0)
    return [each for each, wide in zip(soft, gap, strict=True) if wide > NEARLY]


def _moved(rule: Rule, at: Mapping[int, int]) -> Rule:
    return Rule({at[number]: taken for number, taken in rule.weights.items()}, rule.low, rule.high)


def _families(size: int, sums: Iterable[Weights]) -> list[int]:
    above = list(range(size))

    def head(at: int) -> int:
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    for weights in sums:
        first, *others = weights
        for other in others:
            above[head(other)] = head(first)
    return [head(at) for at in range(size)]


class _Family:
    def __init__(
        self, counts: Counts, members: Sequence[int], rules: Sequence[Rule], deadline: float
    ) -> None:
        self._at = {number: place for place, number in enumerate(members)}
        whole = [not isinstance(counts.true.get(member, 0), float) for member in members]
        moved = [_moved(rule, self._at) for rule in rules]
        low, high = [counts.low[member] for member in members], [counts.high[member] for member in members]
        self._problem = Problem(low, high, whole, moved, deadline)
        self._whole = all(whole)
        fits = all(low[at] <= counts.true.get(each, -1) <= high[at] for each, at in self._at.items())
        fits = fits and all(holds(rule, counts.true) for rule in rules)
        self._truth = np.array([counts.true[member] for member in members]) if fits else None

    def _moved(self, weights: Weights) -> Weights:
        return {self._at[number]: taken for number, taken in weights.items()}

    def tried(self, targets: Sequence[Target]) -> list[Finding]:
        """Return the targets that could be concluded.

        Whole numbers are asked for only where they are needed: what fits the rules as a vertex is most often
        whole, and each answer that is shows what every other target could be as well.

        Raises:
            Contradiction: no counts fit the rules.
        """
        cells = [
            (row, place, taken)
            for row, target in enumerate(targets)
            for place, taken in self._moved(target.weights).items()
        ]
        rows, places, taken = zip(*cells, strict=True)
        table = csr_array((taken, (rows, places)), shape=(len(targets), len(self._at)))
        seen = _Seen(table, len(targets))
        if self._truth is not None:
            seen.add(self._truth)
        found = [self._tried(row, target, seen) for row, target in enumerate(targets)]
        return [each for each in found if each is not None]

    def _tried(self, row: int, target: Target, seen: "_Seen") -> Finding | None:
        for whole in (False, True):
            if seen.width(row) >= target.wide:
                return None
            ends = self._ends(row, target, seen, whole=whole)
            if ends is None:
                return Finding(target, None, None)
            if ends[1] - ends[0] < target.wide:
                return Finding(target, *ends)
        return None

    def _ends(self, row: int, target: Target, seen: "_Seen", *, whole: bool) -> tuple[float, float] | None:
        weights = self._moved(target.weights)
        most = self._problem.greatest(weights, whole=whole)
        if most is None:
            return None
        seen.add(most.counts)
        if seen.width(row) >= target.wide:
            return -math.inf, math.inf
        least = self._problem.greatest({at: -taken for at, taken in weights.items()}, whole=whole)
        if least is None:
            return None
        seen.add(least.counts)
        low, high = -least.most, most.most
        return (math.ceil(low - NEARLY), math.floor(high + NEARLY)) if self._whole else (low, high)


class _Seen:
    """Between which each target was seen to lie, in counts that fit all that was told."""

    def __init__(self, table: csr_array, rows: int) -> None:
        self._table = table
        self._low = np.full(rows, math.inf)
        self._high = np.full(rows, -math.inf)

    def add(self, counts: np.ndarray | None) -> None:
        if counts is not None:
            values = self._table @ counts
            np.minimum(self._low, values, out=self._low)
            np.maximum(self._high, values, out=self._high)

    def width(self, row: int) -> float:
        return self._high[row] - self._low[row]
