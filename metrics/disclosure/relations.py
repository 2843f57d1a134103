"""What each figure counts, by one name, and the rules that bind the counts of all releases.

Figures that count the same rows share a name.
"""

import datetime as dt
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from metrics.catalogue import CATALOGUE
from metrics.dimensions import dimension
from metrics.histories.cases import NOT_NEEDED, NOT_SAFE, REACHED, SETTLED, UNABLE, UPHELD
from metrics.histories.findings import ENDED
from metrics.metric import Duration, Spell, Subject

Place = tuple[tuple[str, str | None], ...]  # the value of each dimension of a cell, in the order of the names


class Relation(NamedTuple):
    whole: str
    parts: tuple[str, ...]
    all_of_it: bool = True  # else they are no more than the whole; on every day and in every cell


class MadeOf(NamedTuple):
    """A figure that counts those rows of another whose value of a dimension is one of some, or is not."""

    figure: str
    of: str
    name: str
    values: tuple[str | None, ...]
    others: bool = False

    def holds(self, value: str | None) -> bool:
        return (value in self.values) is not self.others


MADE_OF = (
    MadeOf("people_reached", "people_to_contact", "state", REACHED),
    MadeOf("people_waiting", "people_to_contact", "state", SETTLED, others=True),
    MadeOf("share_reached: out of", "people_to_contact", "state", (NOT_NEEDED,), others=True),
    MadeOf("people_not_safe", "people_to_contact", "unsafe_reason", (None,), others=True),
    MadeOf("open_referrals", "referrals", "status", ENDED, others=True),
    MadeOf("overturned: numerator", "second_looks", "verdict", (UPHELD, None), others=True),
    MadeOf("risk_assessed", "population", "grade", (None,), others=True),
    MadeOf("days_to_assessment: left", "days_to_assessment: out of", "grade", (None,), others=True),
    MadeOf("people_outside_scope: not safe", "people_outside_scope", "unsafe_reason", (None,), others=True),
)

# Each line is a relation: "=" where the parts are all of it, ">=" where they are no more than it.
_DECLARED = """
population = risk_assessed + not_assessed
risk_assessed = sent_on + not_sent_on
sent_on = completed + backlog
sent_on = allocated + not_allocated
backlog = not_allocated + in_hand
failures = failures_referred + failures_not_referred
failures_with_harm >= harm_not_referred
failures_not_referred >= harm_not_referred
failures_outside_scope >= harm_outside_scope
failures >= failure_rate: numerator
failure_rate: numerator >= failure_rate_reviewed: numerator
referrals >= open_referrals
open_referrals >= silent_referrals
referrals >= referrals_without_failure
recommendations >= recommendations_answered + recommendations_due + recommendations_overdue
share_reached: out of = people_reached + people_waiting + people_unable + people_not_safe
people_to_contact >= share_reached: out of
people_not_safe >= people_to_look_at_again
sample_checks >= sample_failures
sample_checks >= sample_sent_on
share_checked: out of = not_sent_on + sample_sent_on
share_checked: out of >= sample_checks
completed >= second_looks
answered_in_time: out of = answered_in_time: numerator + enquiries_late
enquiries >= answered_in_time: out of
days_per_review: out of = days_per_review: left + reviews_in_hand
enquiries_late >= enquiries_overdue
enquiries_answered >= answered_in_time: numerator
enquiries = enquiries_answered + enquiries_open
enquiries_open >= enquiries_overdue
population = share_disclosed: out of + undecided
disclosed >= disclosed_in_time: out of
disclosed_in_time: out of = disclosed_in_time: numerator + disclosed_late
"""
DECLARED = tuple(
    Relation(whole, tuple(parts.split(" + ")), sign.strip() == "=")
    for whole, sign, parts in (re.split(r"( >?= )", line) for line in _DECLARED.strip().splitlines())
)

AS_MANY = {
    "days_to_assessment: left": "risk_assessed",
    "days_to_allocation: left": "allocated",
    "days_in_review: left": "completed",
    "days_to_decision: left": "share_disclosed: out of",
    "days_to_answer: left": "enquiries_answered",
    "days_per_review: left": "reviews_done",
    "days_to_decision: out of": "population",
    "days_to_contact: out of": "people_to_contact",
}  # those that entered or left a stage -> a count of as many, where no day is out of order

_HARM = {
    **dict.fromkeys(("failures", "failures_with_harm"), "failures_with_harm"),
    **dict.fromkeys(("failures_not_referred", "harm_not_referred"), "harm_not_referred"),
    **dict.fromkeys(("failures_outside_scope", "harm_outside_scope"), "harm_outside_scope"),
}

Alike = dict[tuple[str, str, str | None], str]
ALIKE: Alike = {
    **{(figure, "harm", "true"): harm for figure, harm in _HARM.items()},
    **{
        (figure, "state", state): part
        for state, part in ((UNABLE, "people_unable"), (NOT_SAFE, "people_not_safe"))
        for figure in ("people_to_contact", "share_reached: out of", part)
    },
    ("people_outside_scope", "state", NOT_SAFE): "people_outside_scope: not safe",
    **{(figure, "grade", None): "not_assessed" for figure in ("population", "not_assessed")},
}  # cells that another figure counts: (what is counted, the dimension, its value) -> that figure

HARM_FIRST: Alike = {
    **{(figure, "part", "harm"): harm for figure, harm in _HARM.items()},
    ("failures", "part", "with harm"): "failures_with_harm",
}  # the same, where harm comes first in the headline partition

# Counts to date whose rows are the states that something has been in: a cell of a state can fall.
OF_STATES = ("referrals", "referrals_outside_scope", "referrals_without_failure", "people_to_contact")
STATES = {"status", "mode", "state", "unsafe_reason"}


def counted_by(figure: str) -> str:
    """The first count of the same rows: "failures_with_harm" for the figure "share_with_harm"."""
    return _catalogue()[0].get(figure, (figure, ""))[0]


def counted_out_of(figure: str) -> str:
    return _catalogue()[0].get(figure, ("", f"{figure}: out of"))[1]


def spell_of(quantity: str) -> Spell | None:
    return _catalogue()[1].get(quantity)


@cache
def _catalogue() -> tuple[dict[str, tuple[str, str]], dict[str, Spell]]:
    known: dict[str, tuple[Subject, Spell]] = {}

    def name_of(own: str, subject: Subject, spell: Spell) -> str:
        same = (name for name, (of, other) in known.items() if of == subject and other.is_same(spell))
        name = next(same, own)
        known.setdefault(name, (subject, spell))
        return name

    sides: dict[str, tuple[str, str]] = {}
    # A count has the name of what it counts; shares and medians are then told apart from counts by spell.
    for metric in sorted(CATALOGUE, key=lambda entry: entry.share or isinstance(entry, Duration)):
        name, subject, below = metric.name, metric.subject, f"{metric.name}: out of"
        if isinstance(metric, Duration):
            entered = Spell(begins=metric.stage.begins, where=metric.stage.where)
            sides[name] = f"{name}: left", name_of(below, subject, entered)
        else:
            above = name_of(f"{name}: numerator" if metric.share else name, subject, metric.numerator)
            sides[name] = above, name_of(below, subject, metric.denominator) if metric.denominator else below
    return sides, {name: spell for name, (_, spell) in known.items()}


@cache
def relations() -> tuple[Relation, ...]:
    shares = [metric.name for metric in CATALOGUE if isinstance(metric, Duration) or metric.share]
    within = (Relation(counted_out_of(share), (counted_by(share),), all_of_it=False) for share in shares)
    return (*DECLARED, *dict.fromkeys(within))


@cache
def kin(quantity: str) -> frozenset[str]:
    groups = [{relation.whole, *relation.parts} for relation in relations()]
    groups += [{of, figure} for (of, _, _), figure in (ALIKE | HARM_FIRST).items()]
    groups += [{made_of.figure, made_of.of} for made_of in MADE_OF] + [set(pair) for pair in AS_MANY.items()]
    near, before = {quantity}, set[str]()
    while near != before:
        near, before = near.union(*(group for group in groups if group & near)), near
    return frozenset(near)


def alike(quantity: str, place: Place, *, harm_first: bool) -> tuple[str, Place]:
    names = ALIKE | HARM_FIRST if harm_first else ALIKE
    for name, value in place:
        # A truth value as text is "true" to Polars and "True" to Python.
        word = value.lower() if value is not None and name == "harm" else value
        if (quantity, name, word) in names:
            return names[quantity, name, word], tuple(pair for pair in place if pair != (name, value))
    for part in MADE_OF:
        if part.figure == quantity and any(part.name == name and part.holds(value) for name, value in place):
            return part.of, place
    return quantity, place


def cell_of(
    figure: str, by: Iterable[str], where: Iterable[str | None], *, harm_first: bool
) -> tuple[str, Place]:
    return alike(counted_by(figure), tuple(sorted(zip(by, where, strict=True))), harm_first=harm_first)


def never_falls(quantity: str, place: Place) -> bool:
    """Of a count to date, but for corrections."""
    spell = spell_of(quantity)
    names = [name for name, _ in place]
    if spell is None or not all(dimension(name).steady for name in names):
        return False
    return spell.ends is None or (quantity in OF_STATES and STATES.isdisjoint(names))


NO_LIMIT = float("inf")
Weights = Mapping[int, float]  # the place of each count that is added up, and how often it is taken


@dataclass(frozen=True)
class Rule:
    weights: Weights
    low: float
    high: float

    def holds(self, true: Mapping[int, float]) -> bool | None:
        """None where that is not known."""
        if not self.weights.keys() <= true.keys():
            return None
        total = sum(taken * true[at] for at, taken in self.weights.items())
        return self.low - 1e-9 <= total <= self.high + 1e-9


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


class Counts:
    """Every published count, the numbers between which it lies, and the rules that bind them."""

    def __init__(self, harm_first: Mapping[Moment, bool] | None = None) -> None:
        self.harm_first = harm_first or {}
        self.keys: dict[Key, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.true: dict[int, float] = {}  # the counts that we know
        self.exact: set[int] = set()  # published exactly
        self.rules: list[Rule] = []
        self.sums: list[tuple[int, ...]] = []  # published as one, such as "other"
        self.falls: list[Rule] = []  # that `rises` do not fall
        self.rises: set[tuple[int, int]] = set()  # counts to date, and later

    def place_of(self, quantity: str, moment: Moment, place: Place) -> int:
        named, rest = alike(quantity, tuple(sorted(place)), harm_first=self.harm_first.get(moment, False))
        key = Key(named, moment, rest)
        if key not in self.keys:
            self.keys[key] = len(self.keys)
            self.low.append(0)
            self.high.append(NO_LIMIT)
        return self.keys[key]

    def limit(self, group: Sequence[int], low: float | None, high: float | None, *, exact: bool) -> None:
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
        weights = Counter({whole: 1})
        weights.subtract(parts)
        self.bind(
            Rule({at: taken for at, taken in weights.items() if taken}, 0, 0 if all_of_it else NO_LIMIT)
        )

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
            known = [at for at in numbers if at in self.true]
            others = [at for at in numbers if at not in self.true]
            by_value = itertools.pairwise(sorted(known, key=lambda at: self.true[at]))
            yield from ((one, other) for one, other in by_value if self.true[one] == self.true[other])
            for at in others:
                fits = [number for number in known if self.low[at] <= self.true[number] <= self.high[at]]
                yield from ((number, at) for number in fits[-1:])
            yield from itertools.pairwise(others) if not known else ()

    @property
    def rising(self) -> list[Rule]:
        return [fall for fall in self.falls if fall.holds(self.true) is not False]

    def pairs(self) -> list[tuple[Key, Key]]:
        same: dict[tuple[str, Place], list[Key]] = defaultdict(list)
        for key in sorted(self.keys, key=lambda key: key.moment):
            same[key.lasting].append(key)
        return [pair for keys in same.values() for pair in itertools.combinations(keys, 2)]


def _rise(before: int, after: int) -> Rule:
    return Rule({after: 1.0, before: -1.0}, 0, NO_LIMIT)
