"""Reviews between failures: how to watch what is too rare for a rate by week or month."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from metrics.chance.bounds import THREE_SIGMA
from metrics.chance.control import SIMULATED, Control, any_marks, charted
from metrics.chance.steady_rate import LEAST_POINTS, SEED, Evidence

MOST_BINS = 240
"""Days are put together to so many stretches of about as many reviews, which is fine enough to judge by."""
MOST_SIMULATED = 400_000
COUNTED = ("reviews", "failures")


@dataclass(frozen=True, eq=False)
class Between:
    gaps: pl.DataFrame  # `number, found_on, value`: the reviews completed since the failure before
    reviewed: int  # reviews completed in all
    since: int  # reviews completed since the last failure
    work: pl.DataFrame  # `begins, ends, reviews, failures`: stretches of days, in order

    @property
    def evidence(self) -> Evidence:
        reviews, failures = (self.work[name].to_list() for name in COUNTED)
        return Evidence("count", tuple(map(float, failures)), tuple(reviews), tuple(range(self.work.height)))


def between(failures: pl.DataFrame, reviewed: pl.DataFrame) -> Between:
    """failures, reviewed: `period, numerator`, by day; reviews of a day are before its failures."""
    done = reviewed.sort("period").select("period", done=pl.col("numerator").cum_sum())
    single = failures.sort("period").select(pl.col("period").repeat_by("numerator").explode()).drop_nulls()
    placed = single.join_asof(done, on="period", check_sortedness=False).with_columns(
        pl.col("done").fill_null(0)
    )
    gaps = placed.select(
        number=pl.int_range(1, pl.len() + 1),
        found_on="period",
        value=pl.col("done") - pl.col("done").shift(fill_value=0),
    )
    total = int(reviewed["numerator"].sum())
    return Between(gaps, total, total - int(gaps["value"].sum()), _work(failures, reviewed))


def _work(failed: pl.DataFrame, reviewed: pl.DataFrame) -> pl.DataFrame:
    """A failure of a day without a review is of the last one with any."""
    days = (
        reviewed.filter(pl.col("numerator") > 0)
        .sort("period")
        .select("period", reviews=pl.col("numerator").cast(pl.Int64))
    )
    failures = failed.filter(pl.col("numerator") > 0).sort("period").select("period", "numerator")
    placed = failures.join_asof(days.select("period", day="period"), on="period", check_sortedness=False)
    by_day = placed.group_by(period=pl.col("day").fill_null(pl.lit(days["period"].min())))
    counted = by_day.agg(failures=pl.col("numerator").sum().cast(pl.Int64))
    before = pl.col("reviews").cum_sum() - pl.col("reviews")
    size = max(-(-int(days["reviews"].sum()) // MOST_BINS), 1)
    period = pl.col("period")
    return (
        days.join(counted, on="period", how="left")
        .group_by(stretch=before // size, maintain_order=True)
        .agg(begins=period.first(), ends=period.last(), **{name: pl.col(name).sum() for name in COUNTED})
        .drop("stretch")
    )


def rare(series: Between, first: int | None = None) -> Control | None:
    """Return a g chart's numbers: the median stretch, and one that chance passes as seldom as 3 deviations.

    first: how many of the first stretches the limit comes from; None is all, and what has passed since.
    There is no lower limit: chance often gives none between two. None for too few failures, or no reviews.
    """
    values = series.gaps["value"].to_numpy().astype(np.float64)
    base = values[:first]
    if len(base) < LEAST_POINTS or not series.reviewed:
        return None
    passed = float(base.sum()) + (series.since if len(base) == len(values) else 0)
    centre, upper = (np.ones(len(values)) * limit for limit in _limits(len(base), passed))
    return charted(
        series.gaps,
        (centre, np.full(len(values), np.nan), upper, centre),
        len(base),
        series.evidence,
        lambda: _marks(len(values), series.reviewed, len(base)),
        near=False,
        work=series.work,
    )


def _limits(failures: int, passed: float) -> tuple[float, float]:
    # Where none passed at all, the share that passes is one that gives none half of the time.
    missed = np.log(passed / (passed + failures)) if passed else np.log(-np.expm1(np.log(0.5) / failures))
    return float(np.log(0.5) / missed), float(np.log(THREE_SIGMA) / missed)


@lru_cache(maxsize=64)
def _marks(failures: int, reviewed: int, baseline: int) -> float:
    trials = min(SIMULATED, max(MOST_SIMULATED // failures, 1))
    positions = np.random.default_rng(SEED).integers(1, reviewed + 1, (trials, failures))
    values = np.diff(np.sort(positions, axis=1), axis=1, prepend=0).astype(np.float64)
    if baseline == failures:
        bounds = [_limits(failures, float(reviewed))] * trials
    else:
        bounds = [_limits(baseline, float(passed)) for passed in values[:, :baseline].sum(axis=1)]
    centre, upper = (np.array([bound[side] for bound in bounds])[:, np.newaxis] for side in (0, 1))
    return float(any_marks(values, centre, np.full_like(centre, np.nan), upper, near=False).mean())
