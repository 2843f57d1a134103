"""Special causes: patterns that mark points of a series, which chance makes too, the more so in sparse ones.

The rules are those of NHS England's Making Data Count: a point outside the process limits; a run of seven
or more on one side of the mean; six or more rising or falling; two of three near a limit, in its outer third.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

RUN, TREND, NEAR, OF = 7, 6, 2, 3
OUTER_THIRD = 2 / 3

Rule = Literal["outside", "run", "trend", "near"]
RULES: tuple[Rule, ...] = ("outside", "run", "trend", "near")
Side = Literal["upper", "lower"]
Numbers = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Cause:
    """first, last: the points (from 0) that show it. Of a trend, the side "upper" is rising."""

    rule: Rule
    side: Side
    first: int
    last: int

    @property
    def points(self) -> int:
        return self.last - self.first + 1


def special_causes(
    values: Numbers,
    centre: Numbers,
    lower: Numbers,
    upper: Numbers,
    *,
    middle: Numbers | None = None,
    near: bool = True,
) -> list[Cause]:
    """Return every special cause in a series, in the order of the rules and then of the points.

    values: NaN where a period has none, which ends whatever runs up to it. lower, upper: NaN is no limit.
    middle: what runs are about, the centre if it is not given. A mean of few has most points below it.
    near: whether the outer third of the limits is meaningful, which it is not where they are far from even.
    A point on the middle ends a run, and two alike end a trend.
    """
    causes: list[Cause] = []
    for rule, side, fits, least in _patterns(values, centre, lower, upper, middle, near=near):
        if rule == "near":
            causes += _close_by(side, fits, np.isnan(values))
            continue
        # One step joins two points: a trend of six points has five.
        more = rule == "trend"
        stretches = [(first, last) for first, last in _runs(fits) if last - first + 1 >= least]
        causes += [Cause(rule, side, first, last + more) for first, last in stretches]
    return sorted(causes, key=lambda cause: (RULES.index(cause.rule), cause.first))


def any_marks(
    values: Numbers,
    centre: Numbers,
    lower: Numbers,
    upper: Numbers,
    *,
    middle: Numbers | None = None,
    near: bool = True,
) -> Marks:
    """One series a row, no value NaN; the limits of one row where they are the same for all."""
    shown = np.zeros(len(values), dtype=np.bool_)
    for rule, _, fits, least in _patterns(values, centre, lower, upper, middle, near=near):
        if rule == "near":
            shown |= (fits[:, 1:] & fits[:, :-1]).any(axis=1) | (fits[:, 2:] & fits[:, :-2]).any(axis=1)
        elif fits.shape[1] >= least:
            windows: Marks = sliding_window_view(fits, least, axis=1)
            shown |= np.any(np.all(windows, axis=2), axis=1)
    return shown


def marked(causes: list[Cause], points: int) -> Marks:
    shown = np.zeros(points, dtype=np.bool_)
    for cause in causes:
        shown[cause.first : cause.last + 1] = True
    return shown


def _patterns(
    values: Numbers, centre: Numbers, lower: Numbers, upper: Numbers, middle: Numbers | None, *, near: bool
) -> Iterator[tuple[Rule, Side, Marks, int]]:
    """Each rule on each side: where a point, or a step to the next, fits it, and how many must."""
    sides: tuple[tuple[Side, int, Numbers], ...] = ("upper", 1, upper), ("lower", -1, lower)
    for side, sign, limit in sides:
        above, reach = sign * (values - centre), sign * (limit - centre)
        yield "outside", side, above > reach, 1
        yield "run", side, sign * (values - (centre if middle is None else middle)) > 0, RUN
        yield "trend", side, sign * np.diff(values) > 0, TREND - 1
        if near:
            yield "near", side, (above > OUTER_THIRD * reach) & (above <= reach), NEAR


def _close_by(side: Side, near: Marks, missing: Marks) -> list[Cause]:
    places = np.flatnonzero(near)
    before = np.cumsum(missing)
    joined = (np.diff(places) < OF) & (np.diff(before[places]) == 0)
    return [Cause("near", side, int(places[first]), int(places[last + 1])) for first, last in _runs(joined)]


def _runs(fits: Marks) -> Iterator[tuple[int, int]]:
    edges = np.diff(np.concatenate([[0], fits.astype(np.int8), [0]]))
    for first, after in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        yield int(first), int(after) - 1
