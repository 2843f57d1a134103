"""Which day each number of a sentence speaks of: that of its own clause, and of no other."""

from dataclasses import dataclass
from functools import cached_property

from metrics.statement.clause import FILLERS, POINTING, STOPS, Clauses
from metrics.statement.days import Anchor
from metrics.statement.quantities import Quantity
from metrics.statement.text import words

# Words between a number and its day, at most, where the day is that number's whatever they are.
NEAR = 4
PRESENT, NOW, MORE = words("present"), words("now"), words("more")
REPORTED, SAYING = words("reported"), words("saying")
JOINING, COMPARING, DONE = words("joining"), words("comparing"), words("done")
# Words around a day among which a verb says that something was announced on it.
BEFORE_A_DAY, AFTER_A_DAY = 6, 4


@dataclass(frozen=True)
class When:
    """The day of a number, None where it speaks of now.

    loose: whether it may speak of now all the same. unsure: whether nothing tells which of the two it is.
    announced: whether the sentence says that the number was published then.
    """

    anchor: Anchor | None = None
    loose: bool = False
    unsure: bool = False
    announced: bool = False


class Days:
    def __init__(self, clauses: Clauses, days: list[Anchor]) -> None:
        self._clauses = clauses
        self._words = clauses.words
        self._days = days
        self._said = [day for day in days if day.how == "in"]

    def of(self, quantity: Quantity) -> When:
        when = self._of(self._clauses.part_of(quantity) or quantity)
        if when.anchor is None:
            return when
        first, last = when.anchor.first, when.anchor.last
        around = self._words[max(0, first - BEFORE_A_DAY) : first] + self._words[last : last + AFTER_A_DAY]
        return When(when.anchor, when.loose, when.unsure, bool(SAYING & set(around)))

    def between(self) -> tuple[Anchor, Anchor] | None:
        """Return the two days of "between January and May"."""
        for one, other in zip(self._days, self._days[1:], strict=False):
            opened = self._words[max(0, one.first - 1) : one.first]
            if opened in (("between",), ("from",)) and other.first - one.last == len(opened) + 1:
                return one, other
        return None

    def _of(self, quantity: Quantity) -> When:
        own = [anchor for anchor in self._said if self.clause(anchor.first) == self.clause(quantity.first)]
        following = [each for each in own if each.first > quantity.last]
        if following and not self._parted(quantity, following[0]):
            return When(following[0], unsure=not self._binds(quantity, following[0]))
        before = [anchor for anchor in self._said if anchor.last < quantity.first]
        free = [each for each in before if not self._taken(each)]
        if free and (free[-1] in own or not any(each in own for each in before)):
            now = PRESENT & set(self._words[free[-1].last + 1 : quantity.last + 3])
            return When() if now else When(free[-1])
        return self._later(quantity) or self._earlier(quantity, before)

    def _later(self, quantity: Quantity) -> When | None:
        later = [anchor for anchor in self._said if anchor.first > quantity.last]
        if not later:
            return None
        if self._shares(quantity):
            return When(later[0])
        between = set(self._words[quantity.last + 1 : later[0].first])
        return When(later[0], loose=True, unsure=not (COMPARING & between or self._taken(later[0])))

    def _earlier(self, quantity: Quantity, before: list[Anchor]) -> When:
        """Take a number of another clause for one of the day before it where nothing says it is of now."""
        own = self.clause(quantity.first)
        here = {word for place, word in enumerate(self._words) if self.clause(place) == own}
        if not before or NOW & here:
            return When()
        return When(before[-1], loose=True, unsure=True)

    def _shares(self, quantity: Quantity) -> bool:
        """Whether a number and the one after it have one day: "14 administrative and 12 service in"."""
        end = self._ends(quantity)
        within = self._words[quantity.last + 1 : end]
        after = self._clauses.by_place.get(end + 1)
        if not after or self._words[end] not in ("and", ",") or STOPS & set(within):
            return False
        return not (MORE | STOPS) & set(self._words[after[0].last + 1 : after[0].last + 3])

    def _ends(self, quantity: Quantity) -> int:
        own = self.clause(quantity.last)
        return next(
            (at for at in range(quantity.last, len(self._words)) if self.clause(at) != own), len(self._words)
        )

    def _binds(self, quantity: Quantity, anchor: Anchor) -> bool:
        """Whether nothing between a number and a day says that the day is of something else."""
        places = range(quantity.last + 1, anchor.first)
        between = self._words[quantity.last + 1 : anchor.first]
        if len(between) <= NEAR or REPORTED & set(between):
            return True
        nouns = {at for head in self._clauses.heads.values() for at in range(head.first, head.last + 1)}
        known = STOPS | POINTING | FILLERS | DONE
        return all(
            place in nouns or word in known or word.endswith("ed") or not word[0].isalpha()
            for place, word in zip(places, between, strict=True)
        )

    def _parted(self, quantity: Quantity, anchor: Anchor) -> bool:
        """Whether another number stands between a number and a day, and is not one that it is part of."""
        return any(place in self._clauses.by_place for place in range(quantity.last + 1, anchor.first))

    def _taken(self, anchor: Anchor) -> bool:
        """Whether a day stands behind a number of its own clause, and so is that number's."""
        own = self.clause(anchor.first)
        return any(
            number.last < anchor.first
            and self.clause(number.first) == own
            and number.kind in ("count", "share")
            and not number.plain
            for number in self._clauses.found
        )

    def clause(self, place: int) -> int:
        return self._clause_of[place]

    @cached_property
    def _clause_of(self) -> list[int]:
        inside = {place for day in self._days for place in range(day.first, day.last + 1)}
        firsts, lasts = {day.first for day in self._days}, {day.last for day in self._days}
        clauses: list[int] = []
        for place, word in enumerate(self._words):
            ends = place in self._clauses.breaks or word in JOINING
            counted = place in inside or place in self._clauses.by_place
            joins = place - 1 in lasts and place + 1 in firsts and word == "and"
            clause = clauses[-1] if clauses else 0
            clauses.append(clause + 1 if ends and not counted and not joins else clause)
        return clauses
