"""The rules that bind the counts of all releases, by what the figures count."""

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from metrics.dimensions import dimension
from metrics.disclosure.kinds import (
    WITHOUT,
    Cell,
    Parting,
    Place,
    alike,
    apart,
    is_part,
    names,
    never_falls,
    parting,
    share,
    shares_of,
    subjects_of,
)  # fmt: skip
from metrics.metric import Subject

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

    def __init__(self, harm_first: Mapping[Moment, bool] | None = None, small: int = 0) -> None:
        self.harm_first, self.small = harm_first or {}, small  # small: up to which a number is
        self.keys: dict[Key, int] = {}
        self.key_of: list[Key] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.true: dict[int, float] = {}  # the counts that we know
        self.exact: set[int] = set()  # published exactly
        self.rules: list[Rule] = []
        self.sums: list[tuple[int, ...]] = []  # published as one, such as "other"
        self.falls: list[Rule] = []  # that `rises` do not fall
        self.rises: set[tuple[int, int]] = set()  # counts to date, and later
        self.splits: dict[tuple[Moment, str, str], list[str | None]] = {}  # values by which a count is split
        self.inside: list[tuple[int, int]] = []  # parts of counts
        self.carried: set[int] = set()  # told exactly of another day
        self.hidden: set[int] = set()  # cells of what was told exactly that no table shows
        self.divided: set[int] = set()  # what several cells share, and no figure counts
        self.guessed: dict[int, float] = {}  # what that could be, with the counts that we know

    def place_of(self, quantity: str, moment: Moment, place: Place) -> int:
        named, rest = alike(quantity, tuple(sorted(place)), harm_first=self.harm_first.get(moment, False))
        key = Key(named, moment, rest)
        if key not in self.keys:
            self.keys[key] = len(self.keys)
            self.key_of.append(key)
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
        self._carry()
        self._link()
        self._cross()
        places: dict[tuple[Moment, Place, Subject], dict[Cell, int]] = defaultdict(dict)
        for key, number in self.keys.items():
            for subject in subjects_of(key.quantity):
                telling, rest = apart(subject, key.place)
                places[key.moment, rest, subject][key.quantity, telling] = number
        for (moment, place, subject), cells in places.items():
            if len(cells) > 1:
                self._part(subject, moment, place, cells)
        for moment, place, part, wholes in self._within():
            at, *above = (self.keys[Key(name, moment, place)] for name in (part, *wholes))
            self.bind(Rule({**dict.fromkeys(above, 1.0), at: -1.0}, 0, NO_LIMIT))
        for key in list(self.keys):
            if key.quantity == "failures" and self.harm_first.get(key.moment, False):
                self._apart_from_harm(self.keys[key], key.moment, key.place)

    def _within(self) -> Iterator[tuple[Moment, Place, str, tuple[str, ...]]]:
        for (moment, place), present in self._present().items():
            for part, wholes in names().within:
                if present >= {part, *wholes}:
                    yield moment, place, part, wholes

    def _present(self) -> dict[tuple[Moment, Place], set[str]]:
        present: dict[tuple[Moment, Place], set[str]] = defaultdict(set)
        for key in self.keys:
            present[key.moment, key.place].add(key.quantity)
        return present

    def _carry(self) -> None:
        """Count what was told exactly of one day on the others too, beside whatever it shares rows with."""
        exact = [key.lasting for key, at in self.keys.items() if at in self.exact]
        for (moment, place), present in self._present().items():
            for name, where in dict.fromkeys(exact):
                if where == place and name not in present and any(share(name, other) for other in present):
                    self.carried.add(self.place_of(name, moment, place))

    def _link(self) -> None:
        """Count what is no more than counts of other rows, and those, where there are parts of each."""
        for (moment, place), present in self._present().items():
            for part, wholes in names().within:
                if all(any(is_part(name, of) for name in present) for of in (part, *wholes)):
                    for name in (part, *wholes):
                        self.place_of(name, moment, place)

    def _cross(self) -> None:
        """Count the cells that no table shows, but that could be concluded: those of what was told exactly,
        in each table of what it shares rows with; of a small number, in those of later days as well.
        """
        exact = [key for key, at in self.keys.items() if at in self.exact]
        for key, ((moment, quantity, name), values) in itertools.product(exact, list(self.splits.items())):
            of_the_day = moment[:2] == key.moment[:2]
            small = 0 < self.true.get(self.keys[key], 0) <= self.small and dimension(name).steady
            later = small and moment[:2] > key.moment[:2]
            itself = key.lasting == (quantity, ()) or name in dict(key.place)
            if itself or not (of_the_day or later) or not share(key.quantity, quantity, name):
                continue
            at = moment if of_the_day else key.moment
            whole = self.place_of(key.quantity, at, key.place)
            parts = [self.place_of(key.quantity, at, (*key.place, (name, value))) for value in values]
            for part, value in zip(parts, values, strict=True):
                over = self.place_of(quantity, at, ((name, value),))
                if is_part(key.quantity, quantity) and over != part:
                    self.add_up(over, [part], all_of_it=False)
            self.add_up(whole, parts)
            self.hidden.update(parts)

    def _part(self, subject: Subject, moment: Moment, place: Place, at: dict[Cell, int]) -> None:
        numbers = list(at.values())
        known = parting(subject, tuple(at), [self.true.get(number) for number in numbers])
        if known is None:
            return
        every = [
            *numbers,
            *(self._added(name, moment, place, numbers, taken) for name, taken in known.others),
        ]
        columns = {column.tobytes(): number for number, column in zip(every, known.columns.T, strict=True)}
        for part, whole in known.nested:
            rest = known.columns[:, whole] & ~known.columns[:, part]
            if not rest.any() and every[whole] in self.exact:
                self.exact.add(every[part])  # it is as many
            self.inside.append((every[part], every[whole]))
            if (
                rest.tobytes() not in columns
                and (number := self._rest(every[part], every[whole])) is not None
            ):
                columns[rest.tobytes()] = number
        self._divide(moment, place, numbers, known, columns)

    def _added(
        self, name: str, moment: Moment, place: Place, numbers: Sequence[int], taken: Iterable[float]
    ) -> int:
        """Count a figure that adds up from others."""
        sums = {number: float(times) for number, times in zip(numbers, taken, strict=True) if times}
        at = self.place_of(name, moment, place)
        if sums.keys() <= self.true.keys():
            self.true.setdefault(at, round(sum(times * self.true[number] for number, times in sums.items())))
        self.bind(Rule({at: 1.0, **{number: -times for number, times in sums.items()}}, 0, 0))
        return at

    def _rest(self, part: int, whole: int) -> int | None:
        """Count what is left of a whole where that is small, or could be."""
        known, (one, other) = {whole, part} <= self.true.keys(), (self.key_of[whole], self.key_of[part])
        value = self.true[whole] - self.true[part] if known else 1
        if not (known or {whole, part} & self.carried) or one.place != other.place:
            return None
        if not 0 < value <= self.small:
            return None
        rest = self.place_of(f"{one.quantity}{WITHOUT}{other.quantity}", one.moment, one.place)
        if known:
            self.true[rest] = value
        else:
            self.hidden.add(rest)
        self.add_up(whole, [part, rest])
        return rest

    def _divide(
        self,
        moment: Moment,
        place: Place,
        numbers: Sequence[int],
        known: Parting,
        columns: Mapping[bytes, int],
    ) -> None:
        """Count what no cell divides further: each cell is the sum of its own of these."""
        true = [self.true.get(number) for number in numbers]
        shares = None if None in true else shares_of(known.cells, np.array(true, float))
        smallest: list[int] = []
        for row, single in enumerate(np.eye(len(known.cells), dtype=bool)):
            at = columns.get(single.tobytes())
            if at is None:
                at = self.place_of(known.labels[row], moment, place)
                self.divided.add(at)
                if shares is not None:
                    self.guessed[at] = round(shares[row], 6)
            smallest.append(at)
        for number, column in zip(numbers, known.cells.T, strict=True):
            parts = list(itertools.compress(smallest, column))
            if parts != [number]:
                self.add_up(number, parts)

    def _apart_from_harm(self, part: int, moment: Moment, place: Place) -> None:
        named = dict(place)
        if "type" in named or (kind := named.pop("part", None)) is None:
            return
        of_type = tuple(sorted((named | {"type": kind}).items()))
        whole = self.keys.get(Key("failures", moment, of_type))
        if whole is not None and self.true.get(whole, 0) >= self.true.get(part, 0):
            harmed = self.place_of("failures_with_harm", moment, of_type)
            if harmed not in self.true and {whole, part} <= self.true.keys():
                self.true[harmed] = self.true[whole] - self.true[part]
            self.add_up(whole, [part, harmed])

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
