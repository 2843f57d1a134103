"""What could be concluded of small counts from all that has been told: solved exactly, for every one of them.

A count of 1 up to the threshold, and a change of as little, must stay between numbers at least 3 apart. An
attacker is taken to know the rule, all that was told, how figures hang together, and that counts to date do
not fall. That can be wrong, as corrections lower a count: so it is assumed of those that did not fall, which
concludes whatever can be concluded without it and more, and again of all of them.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import highspy
import numpy as np
import scipy  # which imports a part when it is first asked for

from data.terms import SmallNumbers
from metrics.disclosure.evidence import Release, counts_of
from metrics.disclosure.kinds import names_in
from metrics.disclosure.relations import NO_LIMIT, Counts, Key, Rule, Weights

NEARLY = 1e-6
MOST = 1e7  # more than any review counts: what is not known to be less is taken to be at most so many
LEAST_WIDTH = 3  # how far apart the numbers must be between which something can be concluded to lie
WORK = 300_000  # pivots of an audit before what is left is called undecided: the same on every machine
WORTHWHILE = 4  # of how many targets two solutions must decide to be tried before each is asked for
NODE = 100  # pivots that a branch of whole numbers is counted as


@dataclass
class Work:
    """Of which each solution takes some: not time, so that the same is decided on every machine."""

    left: int = WORK


class Contradiction(Exception):
    """What was published contradicts itself, so that nothing can be said of what can be concluded."""


class Solution(NamedTuple):
    most: float  # the greatest that a sum can be
    counts: np.ndarray | None  # with which it is, if they are whole numbers


@dataclass(frozen=True)
class Target:
    weights: Weights
    keys: tuple[Key, ...]
    wide: float = LEAST_WIDTH  # how far apart the numbers must be between which it can be concluded to lie

    @property
    def change(self) -> bool:
        return len(self.keys) > 1


@dataclass(frozen=True)
class Finding:
    """low, high: None where it was not decided within the limit of work."""

    target: Target
    low: float | None
    high: float | None
    near: frozenset[str] = frozenset()  # what is counted by all that is bound to it

    def holds(self, true: Mapping[int, float]) -> bool:
        """Of what is not known it may."""
        if self.low is None or self.high is None:
            return True
        return Rule(self.target.weights, self.low, self.high).holds(true) is not False


def audit(releases: Sequence[Release], rule: SmallNumbers, work: Work | None = None) -> list[Finding]:
    """Each small count and small change that could be concluded; a Contradiction if no counts fit."""
    counts, work = counts_of(releases, rule), work or Work()
    targets = [target for target in targets_of(counts, rule.threshold) if target.wide > 0]
    findings = [
        finding for family in _families(counts, targets) for finding in _audited(counts, *family, work)
    ]
    # Of a cell that nobody counted it is not known whether it is small: only whether it must be.
    return [
        one
        for one in findings
        if one.target.change or one.low is None or (one.low <= rule.threshold and (one.high or 0) >= 1)
    ]


def targets_of(counts: Counts, threshold: int) -> list[Target]:
    true, own = counts.true, own_limits(counts, threshold)
    small = [at for at, number in true.items() if 0 < number <= threshold and at not in counts.exact]
    # Of a small number told exactly, to be of two figures at once is no cell of its own.
    unknown = (counts.hidden | (counts.divided - own.keys())) - true.keys() - counts.exact
    changes = [
        {before: -1.0, after: 1.0}
        for before, after in counts.pairs()
        if {before, after} <= true.keys()
        and not {before, after} <= counts.exact
        and 0 < abs(true[after] - true[before]) <= threshold
    ]
    return [
        Target(weights, tuple(counts.key_of[at] for at in weights), _wide(counts, weights, own))
        for weights in [*({at: 1.0} for at in [*small, *sorted(unknown)]), *changes]
    ]


def own_limits(counts: Counts, threshold: int) -> dict[int, float]:
    """The most that counts can be because a small number was told exactly: a part of it, and what it was
    before, cannot be more, and who answers for the number answers for that as well.
    """
    most = {at: counts.true[at] for at in counts.exact if 0 < counts.true.get(at, 0) <= threshold}
    parts: dict[int, set[int]] = defaultdict(set)
    for part, whole in counts.inside:
        parts[whole].add(part)
    for rule in (*counts.rules, *counts.falls):
        wholes = [at for at, taken in rule.weights.items() if taken > 0]
        if len(wholes) == 1 and rule.low == 0 and rule.holds(counts.true) is not False:
            parts[wholes[0]] |= rule.weights.keys() - {wholes[0]}
    changed = list(most)
    while changed:
        whole = changed.pop()
        for part in sorted(parts[whole]):
            if most[whole] < most.get(part, NO_LIMIT):
                most[part] = most[whole]
                changed.append(part)
    return most


def _wide(counts: Counts, weights: Weights, own: Mapping[int, float]) -> float:
    """How far apart the ends of a target must be, where a number told exactly leaves less than 3: no more
    must be concluded than follows from that number, and nothing else may come out exactly.
    """
    if not own.keys() & weights.keys():
        return LEAST_WIDTH
    low: float = 0
    high: float = 0
    for at, taken in weights.items():
        least = counts.true[at] if at in counts.exact else counts.low[at]
        most = min(own.get(at, NO_LIMIT), counts.high[at])
        low += least if taken > 0 else -most
        high += most if taken > 0 else -least
    if tuple(sorted(weights, key=lambda at: weights[at])) in counts.rises:
        low = max(low, 0)
    exact = {counts.key_of[at].lasting for at in own.keys() & counts.exact}
    itself = all(counts.key_of[at].lasting in exact for at in weights)
    return min(LEAST_WIDTH, max(high - low, 0 if itself else 1))


def _families(
    counts: Counts, targets: Sequence[Target]
) -> Iterator[tuple[list[int], list[Rule], list[Target]]]:
    """Counts that no rule and no target binds to others, with their rules and targets."""
    rules = [*counts.rules, *counts.falls]
    bonds = [(next(iter(bond.weights)), at) for bond in (*rules, *targets) for at in bond.weights]
    graph = scipy.sparse.csr_array(
        (np.ones(len(bonds)), tuple(np.array(bonds).reshape(-1, 2).T)), (len(counts.low),) * 2
    )
    labels = scipy.sparse.csgraph.connected_components(graph, directed=False)[1].tolist()
    families = defaultdict[int, tuple[list[int], list[Rule], list[Target]]](lambda: ([], [], []))
    for number, label in enumerate(labels):
        families[label][0].append(number)
    for rule in rules:
        families[labels[next(iter(rule.weights))]][1].append(rule)
    for target in targets:
        families[labels[next(iter(target.weights))]][2].append(target)
    return (family for family in families.values() if family[2])


def _audited(
    counts: Counts, members: list[int], rules: list[Rule], targets: list[Target], work: Work
) -> list[Finding]:
    rising = [rule for rule in rules if rule.holds(counts.true) is not False]
    try:
        findings = Family(counts, members, rising, work).concluded(targets)
    except Contradiction:
        known = [rule for rule in rising if rule.holds(counts.true)]
        rising = _fitting(counts, members, known, [rule for rule in rising if rule not in known], work)
        findings = Family(counts, members, rising, work).concluded(targets)
    if fallen := [rule for rule in rules if rule.holds(counts.true) is False]:
        known = {id(finding.target) for finding in findings}
        left = [target for target in targets if id(target) not in known]
        # Whoever assumes it of all of them may learn that it is not so, and is back at the first.
        with suppress(Contradiction):
            more = Family(counts, members, [*rising, *fallen], work).concluded(left)
            findings += [one for one in more if one.holds(counts.true)]
    return findings


def _fitting(
    counts: Counts, members: Sequence[int], rules: Sequence[Rule], more: Sequence[Rule], work: Work
) -> list[Rule]:
    """Rules, and as many more as fit them: the others are what statements made before Candour contradict."""
    try:
        Family(counts, members, every := [*rules, *more], work).greatest({}, whole=True)
    except Contradiction:
        half = len(more) // 2
        if not half:
            return list(rules)
        rules = _fitting(counts, members, rules, more[:half], work)
        return _fitting(counts, members, rules, more[half:], work)
    return every


class Family:
    def __init__(self, counts: Counts, members: Sequence[int], rules: Sequence[Rule], work: Work) -> None:
        self._at = {number: place for place, number in enumerate(members)}
        self._near = frozenset(name for at in members for name in names_in(counts.key_of[at].quantity))
        self._low = np.array([counts.low[member] for member in members], float)
        self._high = np.array([counts.high[member] for member in members], float)
        self._whole = np.array([not isinstance(counts.true.get(member, 0), float) for member in members])
        self._rules, self._work = rules, work
        self._solvers: dict[bool, highspy.Highs] = {}
        true = np.array([counts.true.get(member, -1) for member in members])
        fits = ((self._low <= true) & (true <= self._high)).all()
        self._truth = true if fits and all(rule.holds(counts.true) for rule in rules) else None

    def greatest(self, weights: Weights, *, whole: bool) -> Solution | None:
        """A bound if not `whole`; None if the work is at its limit; a Contradiction if no counts fit."""
        if self._work.left <= 0:
            return None
        if whole not in self._solvers:
            self._solvers[whole] = self._solver(whole=whole)
        solver = self._solvers[whole]
        solver.setOptionValue("simplex_iteration_limit", self._work.left)
        solver.setOptionValue("mip_max_nodes", self._work.left // NODE + 1)
        at = np.array([self._at[number] for number in weights], np.int32)
        solver.changeColsCost(len(at), at, np.array(list(weights.values()), np.float64))
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        most = info.objective_function_value
        self._work.left -= 1 + max(0, info.simplex_iteration_count) + NODE * max(0, info.mip_node_count)
        values = np.asarray(solver.getSolution().col_value)
        solver.changeColsCost(len(at), at, np.zeros(len(at)))  # which forgets the solution
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            # No count is without a limit (see `MOST`), so nothing is unbounded.
            raise Contradiction
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        nearest = np.where(self._whole, np.round(values), values)
        fits = np.abs(nearest - values).max(initial=0) < NEARLY
        return Solution(float(most), nearest if fits else None)

    def _solver(self, *, whole: bool) -> highspy.Highs:
        solver, columns = highspy.Highs(), np.arange(len(self._low), dtype=np.int32)
        for option, value in {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0}.items():
            solver.setOptionValue(option, value)
        solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        solver.addVars(len(columns), self._low, np.minimum(self._high, MOST))
        if whole:
            solver.changeColsIntegrality(len(columns), columns, self._whole.astype(np.uint8))
        low, high = (np.array([getattr(rule, end) for rule in self._rules], float) for end in ("low", "high"))
        starts = np.cumsum([0, *(len(rule.weights) for rule in self._rules)], dtype=np.int32)
        at = np.array([self._at[number] for rule in self._rules for number in rule.weights], np.int32)
        taken = np.array([taken for rule in self._rules for taken in rule.weights.values()], float)
        solver.addRows(len(self._rules), low, high, len(at), starts[:-1], at, taken)
        return solver

    def concluded(self, targets: Sequence[Target]) -> list[Finding]:
        """Whole numbers are asked for only where needed: what fits the rules as a vertex is most often whole,
        and each solution shows what every other target could be as well.
        """
        cells = [
            (taken, row, self._at[at])
            for row, target in enumerate(targets)
            for at, taken in target.weights.items()
        ]
        taken, rows, places = zip(*cells, strict=True)
        self._table = scipy.sparse.csr_array((taken, (rows, places)), shape=(len(targets), len(self._at)))
        self._least, self._most = np.full(len(targets), math.inf), np.full(len(targets), -math.inf)
        self._see(self._truth)
        wide = np.array([target.wide for target in targets])
        self._leap(wide, whole=False)
        self._leap(wide, whole=True)
        findings = [self._concluded(row, target) for row, target in enumerate(targets)]
        return [finding for finding in findings if finding is not None]

    def _leap(self, wide: np.ndarray, *, whole: bool) -> None:
        """See counts far from each other, of which each shows many targets to be wide enough at once."""
        numbers, random = list(self._at), np.random.default_rng(len(wide))
        before, left = math.inf, np.flatnonzero(self._most - self._least < wide)
        while WORTHWHILE < len(left) <= before - WORTHWHILE:
            before, sums = len(left), random.choice((-1.0, 1.0), len(left)) @ self._table[left]
            for sign in (1, -1) if sums.any() else ():
                weights = {numbers[at]: sign * sums[at] for at in np.flatnonzero(sums)}
                solution = self.greatest(weights, whole=whole)
                self._see(solution.counts if solution else None)
            left = np.flatnonzero(self._most - self._least < wide)

    def _see(self, counts: np.ndarray | None) -> None:
        if counts is not None:
            values = self._table @ counts
            np.minimum(self._least, values, out=self._least)
            np.maximum(self._most, values, out=self._most)

    def _concluded(self, row: int, target: Target) -> Finding | None:
        for whole in (False, True):
            ends: list[float] = []
            for sign in (1, -1):
                if self._most[row] - self._least[row] >= target.wide:
                    return None
                weights = {at: sign * taken for at, taken in target.weights.items()}
                solution = self.greatest(weights, whole=whole)
                if solution is None:
                    return Finding(target, None, None, self._near)
                self._see(solution.counts)
                ends.append(sign * solution.most)
            high, low = ends
            if self._whole.all():
                low, high = math.ceil(low - NEARLY), math.floor(high + NEARLY)
            if high - low < target.wide:
                return Finding(target, low, high, self._near)
        return None
