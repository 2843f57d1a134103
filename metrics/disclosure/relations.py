"""The rules that bind the counts of all releases, by what the figures count."""

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from metrics.dimensions import OTHER, dimension
from metrics.disclosure import kinds
from metrics.disclosure.kinds import WITHOUT, Cell, Place
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
        self.falls: list[Rule] = []  # that `rises` do not fall
        self.rises: set[tuple[int, int]] = set()  # counts to date, and later
        self.splits: dict[tuple[Moment, str, str], list[str | None]] = {}  # values by which a count is split
        self.inside: list[tuple[int, int]] = []  # parts of counts
        self.carried: set[int] = set()  # told exactly of another day
        self.hidden: set[int] = set()  # cells of what was told exactly that no table shows
        self.divided: set[int] = set()  # what several cells share, and no figure counts

    def place_of(self, figure: str, moment: Moment, place: Place) -> int:
        quantity, place = kinds.alike(figure, place, harm_first=self.harm_first.get(moment, False))
        key = Key(quantity, moment, place)
        if key not in self.keys:
            self.keys[key] = len(self.keys)
            self.key_of.append(key)
            self.low.append(0)
            self.high.append(NO_LIMIT)
        return self.keys[key]

    def limit(self, at: int, low: float | None, high: float | None, *, exact: bool = False) -> None:
        self.low[at] = max(self.low[at], 0 if low is None else low)
        self.high[at] = min(self.high[at], NO_LIMIT if high is None else high)
        if exact:
            self.exact.add(at)

    def together(self, parts: Sequence[int]) -> int:
        """Count cells that were published as one, such as "other"."""
        first, *_ = keys = [self.key_of[at] for at in parts]
        values = [" and ".join(str(value) for _, value in key.place) for key in keys]
        place = [
            (name, value if all((name, value) in key.place for key in keys) else OTHER)
            for name, value in first.place
        ]
        at = self.place_of(f"{first.quantity} in {' or '.join(values)}", first.moment, tuple(place))
        if self.true.keys() >= set(parts):
            self.true[at] = sum(self.true[part] for part in parts)
        self.add_up(at, parts)
        return at

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
        list(self._within())
        self._cross()
        places: dict[tuple[Moment, Place, Subject], dict[Cell, int]] = defaultdict(dict)
        for key, number in self.keys.items():
            place = kinds.of_part(key.place) if self.harm_first.get(key.moment, False) else key.place
            for subject in kinds.subjects_of(key.quantity):
                telling, rest = kinds.apart(subject, place)
                same = places[key.moment, rest, subject].setdefault((key.quantity, telling), number)
                if same != number:
                    self.add_up(same, [number])
        for (moment, place, subject), cells in places.items():
            if len(cells) > 1:
                self._part(subject, moment, place, cells)
        for part, *wholes in self._within():
            self.bind(Rule({**dict.fromkeys(wholes, 1.0), part: -1.0}, 0, NO_LIMIT))

    def _within(self) -> Iterator[list[int]]:
        """Count what is no more than counts of other rows, and those, where there are parts of each."""
        for (moment, place), present in self._present().items():
            for part, wholes in kinds.names().within:
                if all(any(kinds.is_part(name, of) for name in present) for of in (part, *wholes)):
                    yield [self.place_of(name, moment, place) for name in (part, *wholes)]

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
                if (
                    where == place
                    and name not in present
                    and any(kinds.share(name, other) for other in present)
                ):
                    self.carried.add(self.place_of(name, moment, place))

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
            if itself or not (of_the_day or later) or not kinds.share(key.quantity, quantity, name):
                continue
            at = moment if of_the_day else key.moment
            whole = self.place_of(key.quantity, at, key.place)
            parts = [self.place_of(key.quantity, at, (*key.place, (name, value))) for value in values]
            for part, value in zip(parts, values, strict=True):
                over = self.place_of(quantity, at, ((name, value),))
                if kinds.is_part(key.quantity, quantity) and over != part:
                    self.add_up(over, [part], all_of_it=False)
            self.add_up(whole, parts)
            self.hidden.update(parts)

    def _part(self, subject: Subject, moment: Moment, place: Place, at: dict[Cell, int]) -> None:
        """Count what follows from some cells, and what no cell divides further, of which each is a sum."""
        numbers = list(at.values())
        known = kinds.parting(subject, tuple(at), [self.true.get(number) for number in numbers])
        if known is None:
            return
        for name, taken in known.figures:
            numbers.append(self.place_of(name, moment, place))
            sums = {number: times for number, times in zip(at.values(), taken.tolist(), strict=True) if times}
            if sums.keys() <= self.true.keys():
                total = sum(times * self.true[number] for number, times in sums.items())
                self.true.setdefault(numbers[-1], round(total))
        counts = list(zip(numbers, known.columns.T, strict=True))
        of_atoms = {column.tobytes(): number for number, column in counts}
        for part, whole in known.nested:
            rest = known.columns[:, whole] & ~known.columns[:, part]
            if not rest.any() and numbers[whole] in self.exact:
                self.exact.add(numbers[part])  # it is as many
            self.inside.append((numbers[part], numbers[whole]))
            if rest.tobytes() not in of_atoms and (number := self._rest(numbers[part], numbers[whole])):
                of_atoms[rest.tobytes()] = number
                counts.append((number, rest))
        atoms: list[int] = []
        for label, single in zip(known.labels, np.eye(len(known.labels), dtype=bool), strict=True):
            if single.tobytes() not in of_atoms:
                of_atoms[single.tobytes()] = self.place_of(label, moment, place)
                self.divided.add(of_atoms[single.tobytes()])
            atoms.append(of_atoms[single.tobytes()])
        for number, column in counts:
            self.add_up(number, itertools.compress(atoms, column))

    def _rest(self, part: int, whole: int) -> int | None:
        """Count what is left of a whole where that is small, or could be."""
        known, (one, other) = {whole, part} <= self.true.keys(), (self.key_of[whole], self.key_of[part])
        value = self.true[whole] - self.true[part] if known else 1
        if one.place != other.place or not (known or {whole, part} & self.carried):
            return None
        if not 0 < value <= self.small:
            return None
        rest = self.place_of(f"{one.quantity}{WITHOUT}{other.quantity}", one.moment, one.place)
        if known:
            self.true[rest] = value
        else:
            self.hidden.add(rest)
        return rest

    def follow(self) -> None:
        """What follows from two other rules is left out: with many releases most does."""
        for before, after in self.pairs():
            earlier, later = self.key_of[before].moment[:2], self.key_of[after].moment[:2]
            forward = earlier != later and all(map(dt.date.__le__, earlier, later))
            if forward and kinds.never_falls(*self.key_of[before].lasting):
                self.rises.add((before, after))
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

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Counts of the same, of two moments."""
        same: dict[tuple[str, Place], list[int]] = defaultdict(list)
        for key in sorted(self.keys, key=lambda key: key.moment):
            same[key.lasting].append(self.keys[key])
        return (pair for numbers in same.values() for pair in itertools.combinations(numbers, 2))


def _rise(before: int, after: int) -> Rule:
    return Rule({after: 1.0, before: -1.0}, 0, NO_LIMIT)
