"""A day, month or year that a sentence names."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Anchor:
    """A day, month or year that a sentence names, between two of its tokens, both included.

    how: whether it says when something was so ("in"), since when something changed ("since"), or only
    dates something that the sentence does not count ("aside"). vague: whether it may be any day between.
    as_at: whether it says of which day a figure is: "as at 28 February 2024". ago: whether it is only
    about that day: "four months ago".
    """

    first: int
    last: int
    begins: dt.date
    ends: dt.date
    how: Literal["in", "since", "aside"] = "in"
    vague: bool = False
    as_at: bool = False
    ago: bool = False


def whole_month(first: int, last: int, year: int, month: int) -> Anchor:
    return Anchor(
        first, last, dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    )
