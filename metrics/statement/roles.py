"""Which part a number has in its sentence: a total, a change, or a figure of an earlier day."""

from typing import Literal

from metrics.statement.clause import POINTING, STOPS, Clauses, has
from metrics.statement.quantities import Quantity
from metrics.statement.text import Sentence, firm, turns, words
from metrics.statement.when import Days

Role = Literal["total", "change", "earlier"]

CHANGED, FIRST, EARLIER_TURNS = turns("changed"), turns("first"), turns("earlier")
MORE, MORE_BEFORE, EARLIER, BECAME = words("more"), words("more_before"), words("earlier"), words("became")


def role_of(said: tuple[str, ...], quantity: Quantity, stop: int) -> Role:
    """Return whether a number is a total, by how much something changed, or how much it once was.

    stop: place before which the words after the number still speak of it.
    """
    if _changes(said, quantity):
        return "change"
    first, last = quantity.first, quantity.last
    near = said[max(0, first - 4) : first]
    if EARLIER & set(near) or near[-2:] in EARLIER_TURNS:
        return "earlier"
    opening = near[-1:] == ("from",) and "to" in said[last + 1 : last + 8]
    following = said[last + 1 : min(last + 7, stop)]
    became = bool(BECAME & set(following[:4])) or any(has(following, phrase) for phrase in FIRST)
    return "earlier" if opening or became else "total"


def _changes(said: tuple[str, ...], quantity: Quantity) -> bool:
    before = said[max(0, quantity.first - 2) : quantity.first]
    if quantity.kind == "times" or before in CHANGED or MORE_BEFORE & set(before):
        return True
    near = said[quantity.last + 1 : quantity.last + 3]
    more = bool(near) and (near[0] in MORE or (near[0] not in STOPS and near[-1] in MORE))
    return more and quantity.kind == "count"


Quantifier = Literal["", "all", "only", "only this many"]

UNIVERSAL, EXCLUSIVE = words("universal"), words("exclusive")
# "Every application, totalling 3,778": the number is the total itself.
TOTALLING = words("totalling")
NO_QUANTIFIER = turns("no_quantifier")
# Between "all" and its number: "each one of the more than 3,500".
LEADING = POINTING | {"one", "single", "last", "some"} | {word for turn, _ in firm("firm") for word in turn}


class Quantifiers:
    def __init__(self, sentence: Sentence, clauses: Clauses, days: Days) -> None:
        self._words = sentence.words
        self._clauses = clauses
        self._days = days
        self._firsts = {number.first for number in clauses.found}
        self._bound = {
            place: self._number_after(place)
            for place, word in enumerate(self._words)
            if word in UNIVERSAL | EXCLUSIVE and not self._means_nothing(place)
        }

    def of(self, quantity: Quantity, unit: str) -> Quantifier:
        """Return the quantifier that a number has: before it, or free in its clause or of its noun."""
        for place, number in self._bound.items():
            universal = self._words[place] in UNIVERSAL
            if number == quantity.first:
                return "all" if universal else "only this many"
            if number is None and self._speaks_of(place, quantity, unit):
                return "all" if universal else "only"
        return ""

    def _number_after(self, place: int) -> int | None:
        after = place + 1
        while after < len(self._words) and after not in self._firsts and self._words[after] in LEADING:
            after += 1
        return after if after in self._firsts else None

    def _speaks_of(self, place: int, quantity: Quantity, unit: str) -> bool:
        if TOTALLING & set(self._words[place + 1 : quantity.first]):
            return False
        clause = self._days.clause(place)
        if clause == self._days.clause(quantity.first):
            return True
        if any(self._days.clause(first) == clause for first in self._firsts):
            return False
        nouns = [head for head in self._clauses.heads.values() if self._days.clause(head.first) == clause]
        return any(head.unit is not None and head.unit.name == unit for head in nouns)

    def _means_nothing(self, place: int) -> bool:
        return any(
            self._words[start : start + len(turn)] == turn
            for turn in NO_QUANTIFIER
            for start in range(max(0, place - len(turn) + 1), place + 1)
        )
