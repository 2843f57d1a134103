"""What could be concluded of small counts from all that has been told: solved exactly, for every one of them.

A count of 1 up to the threshold, and a change of as little, must stay between numbers at least 3 apart. An
attacker is taken to know the rule, all that was told, how figures hang together, and that counts to date do
not fall. That can be wrong, as corrections lower a count: so it is assumed of those that did not fall, which
concludes whatever can be concluded without it and more, and again of all of them.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import highspy
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from data.terms import SmallNumbers
from metrics.disclosure.evidence import Release, counts_of
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
    values: np.ndarray  # the same, whole or not


@dataclass(frozen=True)
class Target:
    keys: tuple[Key, ...]
    weights: Mapping[int, float]
    change: bool = False
    wide: float = LEAST_WIDTH  # how far apart the numbers must be between which it can be concluded to lie


@dataclass(frozen=True)
class Finding:
    """None where it was not decided within the limit of work."""

    target: Target
    low: float | None
    high: float | None


def audit(releases: Sequence[Release], rule: SmallNumbers, work: Work | None = None) -> list[Finding]:
    """Each small count and small change that could be concluded; a Contradiction if no counts fit."""
    counts = counts_of(releases, rule)
    targets = [target for target in targets_of(counts, rule.threshold) if target.wide > 0]
    work = work or Work()
    slips: list[Rule] = []
    rising = counts.rising
    findings = list(_audited(counts, targets, [*counts.rules, *rising], work, slips))
    if len(rising) < len(counts.falls):
        known, wrong = {id(finding.target) for finding in findings}, {id(slip) for slip in slips}
        left = [target for target in targets if id(target) not in known]
        assumed = [assumption for assumption in (*counts.rules, *counts.falls) if id(assumption) not in wrong]
        # Whoever assumes it of all of them may learn that it is not so, and is back at the first.
        more = _audited(counts, left, assumed, work)
        findings += [finding for finding in more if _is_true(finding, counts)]
    # Of a cell that nobody counted it is not known whether it is small: only whether it must be.
    return [one for one in findings if one.low is None or one.high is None or _could_be_small(one, rule)]


def _could_be_small(finding: Finding, rule: SmallNumbers) -> bool:
    return finding.target.change or ((finding.high or 0) >= 1 and (finding.low or 0) <= rule.threshold)


def targets_of(counts: Counts, threshold: int) -> list[Target]:
    names, true = {number: key for key, number in counts.keys.items()}, counts.true
    singles = [{at: 1.0} for at in true if 0 < true[at] <= threshold and at not in counts.exact]
    groups = [
        dict.fromkeys(group, 1.0)
        for group in counts.sums
        if true.keys() >= set(group) and 0 < sum(true[at] for at in group) <= threshold
    ]
    numbers = [(counts.keys[before], counts.keys[after]) for before, after in counts.pairs()]
    changes = [
        {before: -1.0, after: 1.0}
        for before, after in numbers
        if {before, after} <= true.keys()
        and not {before, after} <= counts.exact
        and 0 < abs(true[after] - true[before]) <= threshold
    ]
    own = own_limits(counts, threshold)
    # Of a small number told exactly, to be of two figures at once is no cell of its own.
    unknown = counts.hidden | (counts.divided - own.keys())
    singles += [{at: 1.0} for at in sorted(unknown - true.keys() - counts.exact)]
    return [
        Target(tuple(names[at] for at in weights), weights, change, _wide(counts, weights, own, names))
        for change, sums in ((False, singles), (False, groups), (True, changes))
        for weights in sums
    ]


def own_limits(counts: Counts, threshold: int) -> dict[int, float]:
    """The most that counts can be because a small number was told exactly: a part of it, and what it was
    before, cannot be more, and who answers for the number answers for that as well.
    """
    most = {at: counts.true[at] for at in counts.exact if 0 < counts.true.get(at, 0) <= threshold}
    parts: dict[int, set[int]] = defaultdict(set)
    for part, whole in counts.inside:
        parts[whole].add(part)
    for rule in (*counts.rules, *counts.rising):
        wholes = [at for at, taken in rule.weights.items() if taken > 0]
        if len(wholes) == 1 and rule.low == 0:
            parts[wholes[0]] |= rule.weights.keys() - {wholes[0]}
    changed = list(most)
    while changed:
        whole = changed.pop()
        for part in sorted(parts[whole]):
            if most[whole] < most.get(part, NO_LIMIT):
                most[part] = most[whole]
                changed.append(part)
    return most


def _wide(
    counts: Counts, weights: Mapping[int, float], own: Mapping[int, float], names: Mapping[int, Key]
) -> float:
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
    exact = {names[at].lasting for at in own.keys() & counts.exact}
    itself = all(names[at].lasting in exact for at in weights)
    return min(LEAST_WIDTH, max(high - low, 0 if itself else 1))


def _is_true(finding: Finding, counts: Counts) -> bool:
    if finding.low is None or finding.high is None:
        return True
    if not finding.target.weights.keys() <= counts.true.keys():
        return True
    value = sum(taken * counts.true[at] for at, taken in finding.target.weights.items())
    return finding.low <= value <= finding.high


def _audited(
    counts: Counts,
    targets: Sequence[Target],
    rules: Sequence[Rule],
    work: Work,
    slips: list[Rule] | None = None,
) -> Iterator[Finding]:
    """What could be concluded in each family: of counts that no rule and no target binds to others. slips:
    where rules are noted that statements made before Candour contradict, and that are left out; without it,
    nothing is concluded from a family that contradicts itself.
    """
    if not targets:
        return
    bonds = [(next(iter(bond.weights)), at) for bond in (*rules, *targets) for at in bond.weights]
    graph = csr_array((np.ones(len(bonds)), tuple(zip(*bonds, strict=True))), shape=(len(counts.low),) * 2)
    labels = connected_components(graph, directed=False)[1].tolist()
    members, bound, own = (defaultdict[int, list[Any]](list) for _ in range(3))
    for number, label in enumerate(labels):
        members[label].append(number)
    for entries, of_family in ((rules, bound), (targets, own)):
        for entry in entries:
            of_family[labels[next(iter(entry.weights))]].append(entry)
    for label, wanted in own.items():
        try:
            yield from Family(counts, members[label], bound[label], work).concluded(wanted)
        except Contradiction:
            if slips is None:
                continue
            wrong = _slips(counts, members[label], bound[label], work)
            slips += wrong
            left = [rule for rule in bound[label] if not any(rule is slip for slip in wrong)]
            family = Family(counts, members[label], left, work)
            yield from family.concluded(wanted) if wrong else [Finding(one, None, None) for one in wanted]


def _slips(counts: Counts, members: Sequence[int], rules: Sequence[Rule], work: Work) -> list[Rule]:
    """The rules of earlier statements that must give way the least; empty if the work is at its limit."""
    soft = [rule for rule in rules if rule.holds(counts.true) is None]
    bound = [rule for rule in rules if rule.holds(counts.true) is not None]
    gaps = range(len(counts.low), len(counts.low) + 2 * len(soft))
    for up, rule in zip(gaps[::2], soft, strict=True):
        bound.append(Rule({**rule.weights, up: 1.0, up + 1: -1.0}, rule.low, rule.high))
    solution = Family(counts, members, bound, work, gaps).greatest(dict.fromkeys(gaps, -1.0), whole=True)
    if solution is None:
        return []
    widest = solution.values[len(members) :].reshape(-1, 2).max(axis=1, initial=0)
    return [rule for rule, gap in zip(soft, widest, strict=True) if gap > NEARLY]


class Family:
    """gaps: further numbers of the rules, of any size."""

    def __init__(
        self,
        counts: Counts,
        members: Sequence[int],
        rules: Sequence[Rule],
        work: Work,
        gaps: Sequence[int] = (),
    ) -> None:
        self._at = {number: place for place, number in enumerate([*members, *gaps])}
        self._low = np.array([counts.low[member] for member in members] + [0.0] * len(gaps), float)
        self._high = np.array([counts.high[member] for member in members] + [NO_LIMIT] * len(gaps), float)
        whole = [not isinstance(counts.true.get(member, 0), float) for member in members]
        self._whole = np.array(whole + [False] * len(gaps))
        self._rules, self._work = rules, work
        self._solvers: dict[bool, highspy.Highs] = {}
        known = {**counts.guessed, **counts.true}
        true = np.array([known.get(number, -1) for number in self._at])
        fits = ((self._low <= true) & (true <= self._high)).all()
        self._truth = true if fits and all(rule.holds(known) for rule in rules) else None

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
        return Solution(float(most), nearest if fits else None, values)

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
        self._table = csr_array((taken, (rows, places)), shape=(len(targets), len(self._at)))
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
                    return Finding(target, None, None)
                self._see(solution.counts)
                ends.append(sign * solution.most)
            high, low = ends
            if self._whole.all():
                low, high = math.ceil(low - NEARLY), math.floor(high + NEARLY)
            if high - low < target.wide:
                return Finding(target, low, high)
        return None
