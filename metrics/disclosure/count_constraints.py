"""The counts of all releases with the rules that bind them, and the greatest that a sum can be, by HiGHS."""

import datetime as dt
import itertools
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import highspy
import numpy as np

from metrics.disclosure.relations import AS_MANY, Place, Relation, alike, never_falls, relations

NEARLY, NO_LIMIT = 1e-6, float("inf")
MOST = 1e7  # more than any review counts: what is not known to be less is taken to be at most so many
Weights = Mapping[int, float]
"""What is added up: the place of a count among the counts, and how often it is taken."""


@dataclass(frozen=True)
class Rule:
    weights: Weights
    low: float
    high: float

    def renumbered(self, numbers: Mapping[int, int]) -> "Rule":
        return Rule({numbers[at]: taken for at, taken in self.weights.items()}, self.low, self.high)

    def holds(self, true: Mapping[int, float]) -> bool | None:
        """None where that is not known."""
        if not self.weights.keys() <= true.keys():
            return None
        total = sum(taken * true[at] for at, taken in self.weights.items())
        return self.low - 1e-9 <= total <= self.high + 1e-9


class Contradiction(Exception):
    pass


class Solution(NamedTuple):
    most: float  # the greatest that a sum can be
    counts: np.ndarray | None  # with which it is, if they are whole numbers
    values: np.ndarray  # the same, whole or not


@dataclass
class Problem:
    """Counts between two numbers each, and rules for their sums."""

    low: Sequence[float]
    high: Sequence[float]
    whole: Sequence[bool]  # which counts are whole numbers
    rules: Sequence[Rule]
    deadline: float  # on the clock of `time.monotonic`, in seconds
    _solvers: dict[bool, highspy.Highs] = field(default_factory=dict[bool, highspy.Highs])

    def greatest(self, weights: Weights, *, whole: bool) -> Solution | None:
        """A bound if not `whole`; None if not decided in time; a Contradiction if no counts fit."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            return None
        if whole not in self._solvers:
            self._solvers[whole] = self._solver(whole=whole)
        solver = self._solvers[whole]
        solver.setOptionValue("time_limit", solver.getRunTime() + left)
        at, taken = np.array(list(weights), np.int32), np.array(list(weights.values()), np.float64)
        solver.changeColsCost(len(at), at, taken)
        solver.run()
        status, most = solver.getModelStatus(), solver.getInfo().objective_function_value
        values = np.asarray(solver.getSolution().col_value)
        solver.changeColsCost(len(at), at, np.zeros(len(at)))  # which forgets the solution
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            # No count is without a limit (see `MOST`), so nothing is unbounded.
            raise Contradiction
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        nearest = np.where(self.whole, np.round(values), values)
        fits = np.abs(nearest - values).max(initial=0) < NEARLY
        return Solution(float(most), nearest if fits else None, values)

    def _solver(self, *, whole: bool) -> highspy.Highs:
        solver = highspy.Highs()
        for option, value in {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0}.items():
            solver.setOptionValue(option, value)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.low), len(self.rules)
        model.col_cost_ = np.zeros(len(self.low))
        model.col_lower_, model.col_upper_ = np.array(self.low, float), np.minimum(self.high, MOST)
        model.row_lower_ = np.array([rule.low for rule in self.rules], float)
        model.row_upper_ = np.array([rule.high for rule in self.rules], float)
        model.sense_ = highspy.ObjSense.kMaximize
        weights = [rule.weights for rule in self.rules]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *map(len, weights)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([at for weight in weights for at in weight], np.int32)
        model.a_matrix_.value_ = np.array([taken for weight in weights for taken in weight.values()], float)
        if whole:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[is_whole] for is_whole in self.whole]
        solver.passModel(model)
        return solver


class Moment(NamedTuple):
    as_at: dt.date
    known_at: dt.date
    edition: str  # tells apart what was counted from another ledger on one day


class Key(NamedTuple):
    quantity: str
    moment: Moment
    place: Place

    @property
    def lasting(self) -> tuple[str, Place]:
        return self.quantity, self.place


@dataclass
class Counts:
    """Every count that anything has been told of, between which it lies, and the rules that bind them."""

    harm_first: Mapping[Moment, bool] = field(default_factory=dict[Moment, bool])
    keys: dict[Key, int] = field(default_factory=dict[Key, int])
    low: list[float] = field(default_factory=list[float])
    high: list[float] = field(default_factory=list[float])
    true: dict[int, float] = field(default_factory=dict[int, float])  # the counts that we know
    exact: set[int] = field(default_factory=set[int])  # told exactly
    rules: list[Rule] = field(default_factory=list[Rule])
    sums: list[tuple[int, ...]] = field(default_factory=list[tuple[int, ...]])  # told as one, such as "other"
    falls: list[Rule] = field(default_factory=list[Rule])  # that `rises` do not fall
    rises: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])  # counts to date, and later

    def place_of(self, quantity: str, moment: Moment, place: Place) -> int:
        named, rest = alike(quantity, tuple(sorted(place)), harm_first=self.harm_first.get(moment, False))
        key = Key(named, moment, rest)
        if key not in self.keys:
            self.keys[key] = len(self.keys)
            self.low.append(0)
            self.high.append(NO_LIMIT)
        return self.keys[key]

    def say(self, group: Sequence[int], low: float | None, high: float | None, *, exact: bool) -> None:
        least, most = (0 if low is None else low), (NO_LIMIT if high is None else high)
        if len(group) != 1:
            self.rules.append(Rule(dict.fromkeys(group, 1.0), least, most))
            self.sums.append(tuple(group))
            return
        (at,) = group
        self.low[at], self.high[at] = max(self.low[at], least), min(self.high[at], most)
        if exact:
            self.exact.add(at)

    def bind(self, rule: Rule) -> None:
        """What the truth belies is no rule."""
        if rule.weights and rule.holds(self.true) is not False:
            self.rules.append(rule)

    def add_up(self, whole: int, parts: Iterable[int], *, all_of_it: bool = True) -> None:
        """Parts are all of the whole, or no more than it."""
        weights = {whole: 1.0}
        for part in parts:
            weights[part] = weights.get(part, 0.0) - 1.0
        weights = {at: taken for at, taken in weights.items() if taken}
        self.bind(Rule(weights, 0, 0 if all_of_it else NO_LIMIT))

    def relate(self) -> None:
        at: dict[tuple[Moment, Place], dict[str, int]] = defaultdict(dict)
        for key, number in self.keys.items():
            at[key.moment, key.place][key.quantity] = number
        for (moment, place), known in at.items():
            for relation in relations():
                if not known.keys().isdisjoint(relation.parts):
                    self._relate(relation, known, moment, place)
            for one, other in AS_MANY.items():
                if one in known and other in known:
                    self.add_up(known[other], [known[one]])
            if "failures" in known and self.harm_first.get(moment, False):
                self._apart_from_harm(known["failures"], moment, place)

    def _apart_from_harm(self, part: int, moment: Moment, place: Place) -> None:
        named = dict(place)
        if "type" in named or (kind := named.pop("part", None)) is None:
            return
        of_type = tuple(sorted((named | {"type": kind}).items()))
        whole = self.keys.get(Key("failures", moment, of_type))
        if whole is not None and self.true.get(whole, 0) >= self.true.get(part, 0):
            harmed = self._worked_out("failures_with_harm", moment, of_type, [whole], [part])
            self.add_up(whole, [part, harmed])

    def _relate(self, relation: Relation, known: dict[str, int], moment: Moment, place: Place) -> None:
        parts = [known[part] for part in relation.parts if part in known]
        missing = [part for part in relation.parts if part not in known]
        if relation.whole not in known:
            if missing or not relation.all_of_it:
                return
            known[relation.whole] = self._worked_out(relation.whole, moment, place, parts)
        whole = known[relation.whole]
        if relation.all_of_it and len(missing) == 1:
            rest = self._worked_out(missing[0], moment, place, [whole], parts)
            if rest not in self.true and {whole, *parts} <= self.true.keys():
                return  # it would be less than none: the truth belies the definitions
            known[missing[0]] = rest
            parts, missing = [*parts, rest], []
        self.add_up(whole, parts, all_of_it=relation.all_of_it and not missing)

    def _worked_out(
        self, quantity: str, moment: Moment, place: Place, plus: Sequence[int], minus: Sequence[int] = ()
    ) -> int:
        at = self.place_of(quantity, moment, place)
        if at not in self.true and {*plus, *minus} <= self.true.keys():
            value = sum(self.true[number] for number in plus) - sum(self.true[number] for number in minus)
            if value >= 0:
                self.true[at] = value
        return at

    def follow(self) -> None:
        """What follows from two other rules is left out: with many releases most does."""
        for before, after in self.pairs():
            earlier, later = before.moment[:2], after.moment[:2]
            forward = earlier != later and all(map(dt.date.__le__, earlier, later))
            if forward and never_falls(*before.lasting):
                self.rises.add((self.keys[before], self.keys[after]))
        same = set(self._same())
        onward: dict[int, set[int]] = defaultdict(set)
        for before, after in self.rises | same:
            if (before, after) in same or _rise(before, after).holds(self.true) is not False:
                onward[before].add(after)
        for before, after in sorted(self.rises):
            if not any(after in onward[between] for between in onward[before]):
                self.falls.append(_rise(before, after))
        for before, after in sorted(same):
            self.falls += [_rise(before, after), _rise(after, before)]

    def _same(self) -> Iterator[tuple[int, int]]:
        """Counts of the same on the same days, but for those that a load of the very day told apart. One of
        which we know no truth is held to be the last of those that it can be.
        """
        days: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for key in sorted(self.keys, key=lambda key: key.moment):
            days[*key.lasting, *key.moment[:2]].append(self.keys[key])
        for numbers in days.values():
            last: dict[float, int] = {}
            known = [at for at in numbers if at in self.true]
            others = [at for at in numbers if at not in self.true]
            for at in known:
                if (before := last.get(self.true[at])) is not None:
                    yield before, at
                last[self.true[at]] = at
            for at in others:
                fits = [number for number in known if self.low[at] <= self.true[number] <= self.high[at]]
                yield from ((number, at) for number in fits[-1:])
            yield from itertools.pairwise(others) if not known else ()

    def pairs(self) -> list[tuple[Key, Key]]:
        same: dict[tuple[str, Place], list[Key]] = defaultdict(list)
        for key in self.keys:
            same[key.lasting].append(key)
        in_order = (sorted(keys, key=lambda key: key.moment) for keys in same.values())
        return [pair for keys in in_order for pair in itertools.combinations(keys, 2)]


def _rise(before: int, after: int) -> Rule:
    return Rule({after: 1.0, before: -1.0}, 0, NO_LIMIT)
