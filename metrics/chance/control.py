"""Process limits of a series: what its own variation explains, and which points it does not.

Limits come from a baseline, all points or the first few, and stay where they are when it is told.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from metrics.chance.binomial import THREE_SIGMA, limits
from metrics.chance.rules import Cause, Numbers, marked, special_causes

# Wheeler's constants for individuals with moving ranges of two: limits of the values, and of the ranges.
VALUES, RANGES = 2.66, 3.267
LEAST_POINTS, FIRM_POINTS = 5, 12
# Below this many expected at a point, counts lie so unevenly about their mean that runs come by chance too.
ENOUGH_EXPECTED = 5


@dataclass(frozen=True, eq=False)
class Control:
    """A series with its process limits.

    points: one row for each, in order: what was given, then `centre, lower, upper` (null: no limit), for
        individuals `moving_range` (null for the first), and `special`: whether it shows a special cause.
    baseline: number of points that the limits come from. expected: mean count at a point of it, where it
        is one. range_limit: upper limit of the moving ranges.
    """

    points: pl.DataFrame
    baseline: int
    causes: list[Cause]
    expected: float | None = None
    range_limit: float | None = None

    @property
    def trial(self) -> bool:
        """Whether the limits come from so few points that they are only a trial."""
        return self.baseline < FIRM_POINTS

    @property
    def sparse(self) -> bool:
        """Whether so few are expected at a point that a run says less than it would on a fuller chart."""
        return self.expected is not None and self.expected < ENOUGH_EXPECTED


def individuals(points: pl.DataFrame, first: int | None = None, *, screened: bool = True) -> Control | None:
    """Return an XmR chart's numbers: mean plus and minus 2.66 times the mean moving range.

    points: `value`, one row for each period, in order.
    first: how many of the first points the limits come from; None is all.
    screened: leave out of the mean the moving ranges above 3.267 times their mean (once), so that one
        wild point does not hide others.
    Returns None for a baseline too short to say anything. The lower limit of a count may lie below 0.
    """
    values = points["value"].to_numpy().astype(np.float64)
    base = values[:first]
    if len(base) < LEAST_POINTS:
        return None
    ranges = np.abs(np.diff(base))
    mean_range = float(ranges.mean())
    if screened:
        mean_range = float(ranges[ranges <= RANGES * mean_range].mean())
    centre = np.full(len(values), base.mean())
    reach = VALUES * mean_range
    held = points.with_columns(moving_range=pl.col("value").cast(pl.Float64).diff().abs())
    control = charted(held, centre, centre - reach, centre + reach, len(base))
    return replace(control, expected=float(base.mean()), range_limit=RANGES * mean_range)


def shares(points: pl.DataFrame, first: int | None = None) -> Control | None:
    """Return a p chart's numbers: the overall share, and for each period what chance gives at its size.

    points: `numerator, denominator, value`, one row for each period in order; none with a denominator of 0.
    The limits are exact binomial ones which chance passes as seldom as three standard deviations: with few
    findings in a period the usual approximation would put the lower one below nothing.
    """
    base = points.head(points.height if first is None else first)
    if base.height < LEAST_POINTS:
        return None
    found, whole = int(base["numerator"].sum()), int(base["denominator"].sum())
    sizes = points["denominator"].to_numpy().astype(np.float64)
    rate = found / whole
    low, high = limits(rate, sizes, THREE_SIGMA)
    control = charted(points, np.full(len(sizes), rate), low / sizes, high / sizes, base.height)
    return replace(control, expected=found / base.height)


def charted(
    points: pl.DataFrame, centre: Numbers, lower: Numbers, upper: Numbers, baseline: int, *, near: bool = True
) -> Control:
    """Return a series with its limits and the special causes that they show; see `special_causes`."""
    values = points["value"].to_numpy().astype(np.float64)
    causes = special_causes(values, centre, lower, upper, near=near)
    held = points.with_columns(
        pl.Series("centre", centre),
        pl.Series("lower", lower, nan_to_null=True),
        pl.Series("upper", upper, nan_to_null=True),
        pl.Series("special", marked(causes, len(values))),
    )
    return Control(held, baseline, causes)
