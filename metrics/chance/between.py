"""Reviews between failures: how to watch what is too rare for a rate by week or month."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import hypergeom

from metrics.chance.binomial import THREE_SIGMA
from metrics.chance.control import LEAST_POINTS, Control, charted


@dataclass(frozen=True, eq=False)
class Between:
    """The failures in the order they were found, by the reviews completed from one to the next.

    gaps: `number, found_on, value`: the failure, its day, and the reviews completed since the one before.
    reviewed: reviews completed in all. since: reviews completed since the last failure.
    """

    gaps: pl.DataFrame
    reviewed: int
    since: int

    @property
    def chance(self) -> float | None:
        """Probability that as many reviews, or more, would follow the last failure if all were alike.

        With k failures among n reviews in any order alike, the last m hold none with the probability
        C(n - m, k) / C(n, k). None where there is no failure, or more than there were reviews for.
        """
        found = self.gaps.height
        if not found or found > self.reviewed - self.since:
            return None
        return float(hypergeom.pmf(0, self.reviewed, found, self.since))


def between(found: pl.DataFrame, reviewed: pl.DataFrame) -> Between:
    """Return the reviews completed between failures.

    found, reviewed: `period, numerator`, by day: failures found and reviews completed. A review of the day
    on which a failure was found counts as before it; of two found on one day the second is 0 after the first.
    """
    done = reviewed.sort("period").select("period", done=pl.col("numerator").cum_sum())
    each = found.sort("period").select(pl.col("period").repeat_by("numerator").explode()).drop_nulls()
    placed = each.join_asof(done, on="period", check_sortedness=False).with_columns(
        pl.col("done").fill_null(0)
    )
    gaps = placed.select(
        number=pl.int_range(1, pl.len() + 1),
        found_on="period",
        value=pl.col("done") - pl.col("done").shift(fill_value=0),
    )
    total = int(reviewed["numerator"].sum())
    return Between(gaps, total, total - int(gaps["value"].sum()))


def rare(found: Between, first: int | None = None) -> Control | None:
    """Return a g chart's numbers: the median stretch, and one that chance passes as seldom as 3 deviations.

    first: how many of the first stretches the limit comes from; None is all, and what has passed since.
    A stretch is geometrically distributed where every review is as likely as any other to find a failure.
    There is no lower limit: chance alone often gives none between two. Returns None for too few failures.
    """
    values = found.gaps["value"].to_numpy().astype(np.float64)
    base = values[:first]
    if len(base) < LEAST_POINTS:
        return None
    passed = float(base.sum()) + (found.since if first is None or first >= len(values) else 0)
    if not passed:
        return None
    missed = np.log1p(-len(base) / (passed + len(base)))
    ones = np.ones(len(values))
    centre, upper = ones * np.log(0.5) / missed, ones * np.log(THREE_SIGMA) / missed
    return charted(found.gaps, centre, ones * np.nan, upper, len(base), near=False)
