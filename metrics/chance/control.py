"""Process limits of a series, the points that pass them, and whether the series changed by more than chance.

The verdict is of all points whatever baseline the limits come from, so that no choice of limits can bring
another. A point is judged if it has a value and, where a column `whole` says so, its period is over.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from numpy.lib.stride_tricks import sliding_window_view

from metrics.chance.bounds import THREE_SIGMA, Numbers, count_limits, count_median, limits, medians
from metrics.chance.steady_rate import LEAST_POINTS, SEED, Evidence, Verdict, judge, steady

# Special causes by NHS England's Making Data Count: a point outside the process limits; a run of seven or
# more on one side of the mean; six or more rising or falling; two of three near a limit, in its outer third.
RUN, TREND, NEAR, OF = 7, 6, 2, 3
OUTER_THIRD = 2 / 3

Rule = Literal["outside", "run", "trend", "near"]
RULES: tuple[Rule, ...] = ("outside", "run", "trend", "near")
Side = Literal["upper", "lower"]
Marks = npt.NDArray[np.bool_]
# Wheeler's constants for individuals with moving ranges of two: limits of the values, and of the ranges.
VALUES, RANGES = 2.66, 3.267
VALUES_BY_MEDIAN, RANGES_BY_MEDIAN = 3.145, 3.865  # the same for the median of the ranges
FIRM_POINTS = 12
# Below this many expected at a point, counts lie too unevenly about their mean for moving ranges.
ENOUGH_EXPECTED = 5
SIMULATED = 399
MOST_BINS = 240  # stretches of about as many reviews that days are put together to
MOST_SIMULATED = 400_000
COUNTED = ("reviews", "failures")


@dataclass(frozen=True)
class Cause:
    rule: Rule
    side: Side  # of a trend "upper" is rising
    # The points (from 0) that show it.
    first: int
    last: int

    @property
    def points(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, eq=False)
class Control:
    # What was given, `whole`, `centre, lower, upper` (null: no limit), `moving_range` for counts (null:
    # none), and `special`: whether it is marked.
    points: pl.DataFrame
    baseline: int  # number of judged points that the limits come from
    causes: list[Cause]  # what marks points, as chance may too
    evidence: Evidence  # what the verdict is judged by
    marks: Callable[[], float]  # how many steady series like this bear any mark
    range_limit: float | None = None  # upper limit of the moving ranges, where there are any
    work: pl.DataFrame | None = None  # `begins, ends`: the stretches that the verdict is judged by instead

    @property
    def trial(self) -> bool:
        return self.baseline < FIRM_POINTS

    @property
    def locked(self) -> bool:
        return self.baseline < int(judged(self.points).sum())

    @cached_property
    def verdict(self) -> Verdict:
        return judge(self.evidence)

    @cached_property
    def marks_by_chance(self) -> float:
        """Share of steady series like this one in which chance marks any point."""
        return self.marks()


def counts(points: pl.DataFrame, first: int | None = None) -> Control | None:
    """An XmR chart: mean plus and minus 2.66 times the mean moving range. points: `value`, one row for each
    period, in order; null where it has none. first: of how many points the limits are; None is all. Moving
    ranges above 3.267 times their mean are left out of it (once), so that one wild point does not hide
    others. Where that would leave limits of no width, or half of the points outside, the median and the
    median moving range stand in; where they do not serve, or few are expected, Poisson's limits. None for a
    baseline too short to say anything. The lower limit may lie below 0.
    """
    rows = np.flatnonzero(judged(points))
    values = points["value"].cast(pl.Float64).fill_null(0).to_numpy()[rows]
    baseline = len(values[:first])
    if baseline < LEAST_POINTS:
        return None
    bounds, ranges = _limits_of(values[np.newaxis], baseline, np.diff(rows) == 1)
    centre, lower, upper, middle = bounds[:, 0] * np.ones(points.height)
    range_limit = None if np.isnan(ranges[0]) else float(ranges[0, 0])
    if range_limit is not None:
        points = points.with_columns(moving_range=pl.col("value").cast(pl.Float64).diff().abs())
    evidence = Evidence("count", tuple(values.tolist()), (1,) * len(values), tuple(rows.tolist()))
    return _charted(
        points,
        (centre, lower, upper, middle),
        baseline,
        evidence,
        lambda: _marks_of_counts(len(values), evidence.total, baseline),
        range_limit=range_limit,
    )


def shares(points: pl.DataFrame, first: int | None = None) -> Control | None:
    """A p chart with exact binomial limits. points: `numerator, denominator, value`, by period in order."""
    points = points.with_columns(value=pl.when(pl.col("denominator") > 0).then(pl.col("value")))
    rows = np.flatnonzero(judged(points))
    base = rows[:first]
    if len(base) < LEAST_POINTS:
        return None
    counted, sizes = (
        points[name].fill_null(0).to_numpy().astype(np.float64) for name in ("numerator", "denominator")
    )
    whole = float(sizes[base].sum())
    rate = float(counted[base].sum()) / whole
    low, high = limits(rate, sizes, THREE_SIGMA, seen=whole)
    of = np.where(sizes > 0, sizes, np.nan)
    exposures: list[int] = sizes[rows].astype(np.int64).tolist()
    evidence = Evidence("share", tuple(counted[rows].tolist()), tuple(exposures), tuple(rows.tolist()))
    return _charted(
        points,
        (np.full(len(sizes), rate), low / of, high / of, medians(rate, sizes) / of),
        len(base),
        evidence,
        lambda: _marks_of_shares(evidence.exposures, int(evidence.total), len(base)),
    )


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
    centre, upper = (np.ones(len(values)) * limit for limit in _limits_of_gaps(len(base), passed))
    return _charted(
        series.gaps,
        (centre, np.full(len(values), np.nan), upper, centre),
        len(base),
        series.evidence,
        lambda: _marks_of_gaps(len(values), series.reviewed, len(base)),
        near=False,
        work=series.work,
    )


def _limits_of_gaps(failures: int, passed: float) -> tuple[float, float]:
    # Where none passed at all, the share that passes is one that gives none half of the time.
    missed = np.log(passed / (passed + failures)) if passed else np.log(-np.expm1(np.log(0.5) / failures))
    return float(np.log(0.5) / missed), float(np.log(THREE_SIGMA) / missed)


@lru_cache(maxsize=64)
def _marks_of_gaps(failures: int, reviewed: int, baseline: int) -> float:
    trials = min(SIMULATED, max(MOST_SIMULATED // failures, 1))
    positions = np.random.default_rng(SEED).integers(1, reviewed + 1, (trials, failures))
    values = np.diff(np.sort(positions, axis=1), axis=1, prepend=0).astype(np.float64)
    if baseline == failures:
        bounds = [_limits_of_gaps(failures, float(reviewed))] * trials
    else:
        bounds = [_limits_of_gaps(baseline, float(passed)) for passed in values[:, :baseline].sum(axis=1)]
    centre, upper = (np.array([bound[side] for bound in bounds])[:, np.newaxis] for side in (0, 1))
    return float(any_marks(values, centre, np.full_like(centre, np.nan), upper, near=False).mean())


def judged(points: pl.DataFrame) -> Marks:
    has = points["value"].is_not_null().to_numpy()
    return has & points["whole"].to_numpy() if "whole" in points.columns else has


def _charted(
    points: pl.DataFrame,
    bounds: tuple[Numbers, Numbers, Numbers, Numbers],
    baseline: int,
    evidence: Evidence,
    marks: Callable[[], float],
    *,
    near: bool = True,
    range_limit: float | None = None,
    work: pl.DataFrame | None = None,
) -> Control:
    """bounds: centre, lower and upper limit of each point, and the middle of runs; NaN is none."""
    centre, lower, upper, middle = bounds
    judging = judged(points)
    values = np.where(judging, points["value"].cast(pl.Float64).fill_null(0).to_numpy(), np.nan)
    causes = special_causes(values, centre, lower, upper, middle=middle, near=near)
    whole = pl.col("whole") if "whole" in points.columns else pl.lit(value=True)
    rows = points.with_columns(
        whole.alias("whole"),
        pl.Series("centre", centre),
        pl.Series("lower", lower, nan_to_null=True),
        pl.Series("upper", upper, nan_to_null=True),
        pl.Series("special", marked(causes, len(values)) & judging),
    )
    return Control(rows, baseline, causes, evidence, marks, range_limit, work)


def _limits_of(rows: Numbers, baseline: int, adjacent: Marks) -> tuple[Numbers, Numbers]:
    """Centre, lower, upper and middle of series, one a row, and the limit of moving ranges; NaN is none.
    adjacent: whether there is a moving range of each point and the next.
    """
    base = rows[:, :baseline]
    ranges = np.abs(np.diff(base, axis=1))[:, adjacent[: baseline - 1]]
    mean = centre = base.mean(axis=1, keepdims=True)
    mean_range = _mean(ranges, np.ones(ranges.shape, dtype=np.bool_))
    mean_range = _mean(ranges, ranges <= RANGES * mean_range)
    reach, range_limit = VALUES * mean_range, RANGES * mean_range
    narrow = _too_narrow(base, centre, reach)
    if narrow.any() and ranges.shape[1]:
        middle, middling = np.median(base, axis=1, keepdims=True), np.median(ranges, axis=1, keepdims=True)
        centre = np.where(narrow, middle, centre)
        reach = np.where(narrow, VALUES_BY_MEDIAN * middling, reach)
        range_limit = np.where(narrow, RANGES_BY_MEDIAN * middling, range_limit)
        narrow = _too_narrow(base, centre, reach)
    none = narrow | (mean < ENOUGH_EXPECTED)
    bounds = np.stack([centre, centre - reach, centre + reach, centre])
    for place in np.flatnonzero(none):
        of_counts = _of_counts(base[place])
        bounds[:, place, 0] = *of_counts, count_median(of_counts[0])
    return bounds, np.where(none, np.nan, range_limit)


def _of_counts(base: Numbers) -> tuple[float, float, float]:
    for centre in (float(base.mean()), float(np.median(base))):
        low, high = count_limits(centre, THREE_SIGMA, periods=len(base))
        outside = (base < np.nan_to_num(low, nan=-1)) | (base > high)
        if outside.mean() < 0.5:  # noqa: PLR2004  # half
            break
    return centre, low, high


def _mean(ranges: Numbers, some: Marks) -> Numbers:
    return (ranges * some).sum(axis=1, keepdims=True) / np.maximum(some.sum(axis=1, keepdims=True), 1)


def _too_narrow(base: Numbers, centre: Numbers, reach: Numbers) -> Marks:
    outside = (np.abs(base - centre) > reach).mean(axis=1, keepdims=True)
    return (reach <= 0) | (outside >= 0.5)  # noqa: PLR2004  # half


@lru_cache(maxsize=256)
def _marks_of_counts(points: int, total: float, baseline: int) -> float:
    rows = steady("count", (1,) * points, total, SIMULATED).astype(np.float64)
    (*limits_of, middle), _ = _limits_of(rows, baseline, np.ones(points - 1, dtype=np.bool_))
    return float(any_marks(rows, *limits_of, middle=middle).mean())


@lru_cache(maxsize=256)
def _marks_of_shares(exposures: tuple[int, ...], total: int, baseline: int) -> float:
    sizes = np.array(exposures, dtype=np.float64)
    rows = steady("share", exposures, total, SIMULATED).astype(np.float64)
    seen = float(sizes[:baseline].sum())
    totals, at = np.unique(rows[:, :baseline].sum(axis=1), return_inverse=True)
    bounds = [
        (*limits(rate, sizes, THREE_SIGMA, seen=seen), medians(rate, sizes))
        for rate in (totals / seen).tolist()
    ]
    low, high, middle = (np.array([bound[side] for bound in bounds])[at] / sizes for side in range(3))
    centre = totals[at][:, np.newaxis] / seen
    return float(any_marks(rows / sizes, centre, low, high, middle=middle).mean())


def special_causes(
    values: Numbers, *limits: Numbers, middle: Numbers | None = None, near: bool = True
) -> list[Cause]:
    """In the order of the rules and then of the points. values: NaN where a period has none, which ends a
    run. limits: centre, lower and upper; NaN is none. middle: what runs are about, as a mean of few has most
    points below it. near: whether the outer third means anything, as where the limits are about even.
    """
    causes: list[Cause] = []
    for rule, side, fits, least in _patterns(values, *limits, middle=middle, near=near):
        if rule == "near":
            causes += _close_by(side, fits, np.isnan(values))
            continue
        # One step joins two points: a trend of six points has five.
        more = rule == "trend"
        stretches = [(first, last) for first, last in _runs(fits) if last - first + 1 >= least]
        causes += [Cause(rule, side, first, last + more) for first, last in stretches]
    return sorted(causes, key=lambda cause: (RULES.index(cause.rule), cause.first))


def any_marks(values: Numbers, *limits: Numbers, middle: Numbers | None = None, near: bool = True) -> Marks:
    """One series a row, no value NaN; the limits of one row where they are the same for all."""
    shown = np.zeros(len(values), dtype=np.bool_)
    for rule, _, fits, least in _patterns(values, *limits, middle=middle, near=near):
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
    values: Numbers, centre: Numbers, lower: Numbers, upper: Numbers, *, middle: Numbers | None, near: bool
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
