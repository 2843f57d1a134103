"""Which part a number has in its sentence: a total, a change, or a figure of an earlier day."""

from typing import Literal

from metrics.statement.clause import STOPS, has
from metrics.statement.quantities import Quantity
from metrics.statement.words import turns, words

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
    became = bool(BECAME & set(following[:4])) or any(has(following, each) for each in FIRST)
    return "earlier" if opening or became else "total"


def _changes(said: tuple[str, ...], quantity: Quantity) -> bool:
    before = said[max(0, quantity.first - 2) : quantity.first]
    if quantity.kind == "times" or before in CHANGED or MORE_BEFORE & set(before):
        return True
    near = said[quantity.last + 1 : quantity.last + 3]
    more = bool(near) and (near[0] in MORE or (near[0] not in STOPS and near[-1] in MORE))
    return more and quantity.kind == "count"
