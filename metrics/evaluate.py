"""From a metric and rows to numbers: every figure of Candour is divided here and nowhere else.

A result has `numerator, denominator, value, low, high`, after the columns it is broken down by: null are the
denominator of a count and a share of nothing; `low` and `high` are the 95% Wilson interval of a share.
"""

import datetime as dt
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from data.publishing.content import Cell, Counted
from metrics.as_at import Clocks, known
from metrics.dimensions import Dimension
from metrics.histories.subjects import identity_of
from metrics.metric import AnyMetric, Duration, Metric, Spell


def evaluate(
    metric: AnyMetric,
    rows: pl.LazyFrame,
    clocks: Clocks,
    *,
    by: Sequence[Dimension] = (),
    every: str | None = None,
) -> pl.DataFrame:
    """rows: the history of the metric's subject. every: a Polars duration such as "1w", of periods of
    `dated_by`; an empty one is a 0. Returns one row for each combination, sorted by `period` and then the
    dimensions.
    """
    return evaluate_all([metric], rows, clocks, by=by, every=every)[metric.name]


def evaluate_all(
    metrics: Sequence[AnyMetric],
    rows: pl.LazyFrame,
    clocks: Clocks,
    *,
    by: Sequence[Dimension] = (),
    every: str | None = None,
) -> dict[str, pl.DataFrame]:
    seen, day = known(rows, clocks.known_at), clocks.as_at
    counts = [metric for metric in metrics if isinstance(metric, Metric)]
    stages = [metric for metric in metrics if isinstance(metric, Duration)]
    if every is not None and stages:
        raise ValueError(f"{stages[0].name} is a median, which has no periods")
    groups = {dimension.name: dimension.value(day) for dimension in by}
    keys = [*(["period"] if every else []), *groups]
    passes: list[tuple[Sequence[AnyMetric], pl.LazyFrame]]
    if every is not None:
        passes = [([count], _by_period(count, seen, day, groups, every)) for count in counts]
    else:
        passes = [(counts, _sums(counts, seen, day, groups))] if counts else []
        passes += [([stage], _days_spent(stage, seen, day, groups)) for stage in stages]
    frames = pl.collect_all([plan for _, plan in passes])
    of_metric = {metric.name: sums for (some, _), sums in zip(passes, frames, strict=True) for metric in some}
    return {metric.name: figure(metric, of_metric[metric.name], keys) for metric in metrics}


def behind(metric: AnyMetric, rows: pl.LazyFrame, clocks: Clocks) -> pl.LazyFrame:
    """As many as it shows; of a stage, those still in it."""
    spell = metric.stage if isinstance(metric, Duration) else metric.numerator
    return known(rows, clocks.known_at).filter(spell.open_on(clocks.as_at))


def figure(metric: AnyMetric, sums: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Turn the sums of a figure (`<name>.numerator`, `<name>.denominator`) into the figure itself."""
    if isinstance(metric, Duration):
        return _days(metric, sums, keys)
    numerator, nothing = pl.col(f"{metric.name}.numerator"), pl.lit(None, pl.Float64)
    frame = sums.select(*keys, numerator=numerator if metric.parts == 1 else numerator / metric.parts)
    if not metric.share:
        value, denominator = pl.col("numerator").cast(pl.Float64), pl.lit(None, pl.Int64)
        return frame.with_columns(denominator=denominator, value=value, low=nothing, high=nothing)
    return shared(frame.with_columns(denominator=sums[f"{metric.name}.denominator"]))


def shared(counts: pl.DataFrame) -> pl.DataFrame:
    """Return counts (`numerator, denominator`) with the share that they are: `value, low, high`."""
    value = pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator"))
    return counts.with_columns(value.alias("value"), *wilson(counts["numerator"], counts["denominator"]))


def _sums(
    metrics: Sequence[Metric], seen: pl.LazyFrame, day: dt.date, groups: Mapping[str, pl.Expr]
) -> pl.LazyFrame:
    sums = [
        spell.total(day).alias(f"{metric.name}.{part}")
        for metric in metrics
        for part, spell in metric.spells.items()
    ]
    if not groups:
        return seen.select(sums)
    keys = [value.alias(name) for name, value in groups.items()]
    return seen.group_by(keys).agg(sums).sort(*groups, nulls_last=True)


def _by_period(
    metric: Metric, seen: pl.LazyFrame, day: dt.date, groups: Mapping[str, pl.Expr], every: str
) -> pl.LazyFrame:
    # What counts already may be dated by a day to come, as an answer that is due is.
    counts = [spell.open_on(day) for spell in metric.spells.values()]
    dated = seen.filter((pl.col(metric.dated_by) <= day) | pl.any_horizontal(counts))
    period = pl.col(metric.dated_by).dt.truncate(every)
    totals = _sums([metric], dated, day, {"period": period, **groups})
    # A period in which nothing happened is a zero, not a gap.
    ends = totals.select(first=pl.col("period").min(), last=pl.col("period").max()).drop_nulls()
    frame = ends.select(period=pl.date_ranges("first", "last", every)).explode("period")
    if groups:
        frame = frame.join(totals.select(*groups).unique(), how="cross")
    filled = frame.join(totals, on=["period", *groups], how="left", nulls_equal=True)
    return filled.with_columns(pl.col(pl.Int64).fill_null(0)).sort("period", *groups, nulls_last=True)


def _days_spent(
    metric: Duration, seen: pl.LazyFrame, day: dt.date, groups: Mapping[str, pl.Expr]
) -> pl.LazyFrame:
    days = metric.days(day).cast(pl.Int32)
    spent = seen.filter(metric.entered(day)).select(**groups, days=days, going_on=metric.stage.open_on(day))
    keys = [*groups, "days", "going_on"]
    return spent.group_by(keys).len("times").sort(keys, nulls_last=True)


def _days(metric: Duration, spent: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    rows: list[tuple[object, ...]] = []
    for group in spent.partition_by(keys, maintain_order=True) if keys else [spent]:
        still = group.filter("going_on")
        entered, waiting = int(group["times"].sum()), int(still["times"].sum())
        if metric.still is None:
            values = (entered - waiting, entered, median_days(group), None, None)
        else:
            values = (waiting, waiting, quantile_days(still, metric.still), None, None)
        rows.append((*(group[name][0] for name in keys), *values))
    numbers = {"numerator": pl.Int64, "denominator": pl.Int64}
    shares = dict.fromkeys(("value", "low", "high"), pl.Float64)
    schema = {**{name: spent.schema[name] for name in keys}, **numbers, **shares}
    return pl.DataFrame(rows, schema=schema, orient="row")


def quantile_days(spent: pl.DataFrame, share: float) -> float | None:
    """Return the fewest days that at least a share of the rows have spent; of a half, the mean of the two in
    the middle, as `ages` has it. spent: as for `median_days`."""
    if spent.is_empty():
        return None
    ordered = spent.sort("days")
    return _quantile(ordered["days"].to_numpy(), ordered["times"].to_numpy().cumsum(), share)


Z = 1.9599639845400545  # 95% of a normal distribution lie within so many standard deviations


def _quantile(days: npt.NDArray[np.integer], so_far: npt.NDArray[np.integer], share: float) -> float:
    """days: in order. so_far: how many rows have spent so many days or fewer."""
    least = share * int(so_far[-1])
    at_least = float(days[np.searchsorted(so_far, least)])
    if share != MIDDLE:
        return at_least
    return (at_least + float(days[np.searchsorted(so_far, least, side="right")])) / 2


MIDDLE = 0.5
HALF = 0.5 + 1e-12  # the product of survival shares that make exactly one half may come out a hair above it


def wilson(numerator: pl.Series, denominator: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The 95% score interval of each share; null where the denominator is 0."""
    count, whole = numerator.to_numpy(), denominator.cast(pl.Float64).replace(0, np.nan).to_numpy()
    share, squared = count / whole, Z**2
    around = 1 + squared / whole
    middle = (share + squared / (2 * whole)) / around
    reach = Z * np.sqrt(share * (1.0 - share) / whole + squared / (4.0 * whole**2)) / around
    low, high = middle - reach, middle + reach
    # Of none it begins at 0 and of all it ends at 1; the arithmetic leaves a hair between.
    low, high = np.where(count == 0, 0 * whole, low), np.where(count == whole, 1.0, high)
    return pl.Series("low", low, nan_to_null=True), pl.Series("high", high, nan_to_null=True)


def median_days(spent: pl.DataFrame) -> float | None:
    """spent: `days` (whole days), `going_on` (whether they have not ended), `times` (how many rows).
    None where fewer than half are estimated to have ended: the median is not reached yet.
    """
    if spent["going_on"].all():
        return None
    # With pandas behind it, a second of CPU, which a server need not spend before it starts.
    from statsmodels.duration.survfunc import SurvfuncRight

    # Rows alike are told apart by no estimate: each distinct one goes in once, with its number.
    survival = SurvfuncRight(
        spent["days"].to_numpy(),
        (~spent["going_on"]).to_numpy().astype(float),
        freq_weights=spent["times"].to_numpy().astype(float),
    )
    reached = survival.surv_times[survival.surv_prob <= HALF]
    return float(reached[0]) if len(reached) else None


@dataclass(frozen=True)
class Ages:
    """None where there is none."""

    count: int
    since: dt.date | None  # the first day on which one of them began to count
    median: float | None
    longest: int | None
    newest: dt.date | None = None  # the last such day


def ages(metric: Metric, rows: pl.LazyFrame, clocks: Clocks, where: Sequence[pl.Expr] = ()) -> Ages:
    """From the day that dates them. rows: the history of the subject. where: which are meant."""
    began = pl.col(metric.dated_by)
    spent = (pl.lit(clocks.as_at) - began).dt.total_days()
    sums = (
        behind(metric, rows, clocks)
        .filter(*where)
        .select(
            count=pl.len().cast(pl.Int64),
            since=began.min(),
            median=spent.median(),
            longest=spent.max(),
            newest=began.max(),
        )
        .collect()
    )
    return Ages(**sums.row(0, named=True))


def course(
    metric: AnyMetric,
    rows: pl.LazyFrame,
    days: Sequence[dt.date],
    *,
    known_at: dt.date | None = None,
    by: Sequence[Dimension] = (),
) -> pl.DataFrame:
    """On each of `days`: as known then, or, with `known_at`, as known on that day. A row adds its weight on
    the day it first counts and takes it away on the day it no longer does: one pass. Returns one row for each
    day and combination: `day`, the dimensions, the figure. A ValueError where a dimension's value differs
    from day to day, and of a median of what has ended.
    """
    if isinstance(metric, Duration):
        return _ages_over_time(metric, rows, days, known_at=known_at, by=by)
    if unsteady := [dimension.name for dimension in by if not dimension.steady]:
        raise ValueError(f"a course over time cannot be split by {unsteady[0]}")
    seen = rows if known_at is None else known(rows, known_at)
    names = [dimension.name for dimension in by]
    steps = [_steps(spell, seen, by, then=known_at is None) for spell in metric.spells.values()]
    joined, *others = (
        _running(frame, sorted(days), names).rename({"total": f"{metric.name}.{part}"})
        for part, frame in zip(metric.spells, pl.collect_all(steps), strict=True)
    )
    for other in others:
        joined = joined.join(other, on=["day", *names], how="full", coalesce=True, nulls_equal=True)
    return figure(metric, joined.with_columns(pl.col(pl.Int64).fill_null(0)), ["day", *names])


def _ages_over_time(
    metric: Duration,
    rows: pl.LazyFrame,
    days: Sequence[dt.date],
    *,
    known_at: dt.date | None,
    by: Sequence[Dimension],
) -> pl.DataFrame:
    if metric.still is None:
        raise ValueError(f"{metric.name} is a median of what has ended, which has no course")
    seen, names = rows if known_at is None else known(rows, known_at), [dimension.name for dimension in by]
    spans = _counted(metric.stage, seen, by, then=known_at is None).collect()
    groups = spans.partition_by(names, maintain_order=True) if names else [spans]
    frames = [
        _ages_on(group, sorted(days), metric.still).with_columns(
            pl.lit(group[name][0], group[name].dtype).alias(name) for name in names
        )
        for group in groups
    ]
    order = ["day", *names, *(name for name in frames[0].columns if name not in ("day", *names))]
    return pl.concat(frames).select(order).sort("day", *names, nulls_last=True)


def _ages_on(spans: pl.DataFrame, days: Sequence[dt.date], share: float) -> pl.DataFrame:
    """Return the figure on each day, in order: one pass over the days and what begins or ends on them. The
    day on which the row at the share began moves little from day to day, so none is counted anew."""
    last, earliest = days[-1], spans["since"].min()
    first = min(days[0], earliest) if isinstance(earliest, dt.date) else days[0]
    passed = pl.col("since", "begins", "ends").sub(first).dt.total_days()
    on = spans.filter(pl.col("begins") <= last).select(passed)
    begun = on.group_by("since", day="begins").agg(step=pl.len().cast(pl.Int64))
    ended = on.drop_nulls("ends").group_by("since", day="ends").agg(step=-pl.len().cast(pl.Int64))
    moved = pl.concat([begun, ended]).sort("day")
    numbers = [(day - first).days for day in days]
    until = moved["day"].search_sorted(pl.Series(numbers), side="right").to_list()
    moves, done = moved.select("since", "step").rows(), 0
    # reached: how many that count began on day `at` or later.
    waiting, total, at, reached = [0] * (numbers[-1] + 1), 0, 0, 0
    totals, values = list[int](), list[float | None]()
    for number, end in zip(numbers, until, strict=True):
        for since, step in moves[done:end]:
            waiting[since] += step
            total += step
            reached += step if since >= at else 0
        done, least = end, share * total
        while reached < least:
            at -= 1
            reached += waiting[at]
        while at < number and reached - waiting[at] >= least:
            reached -= waiting[at]
            at += 1
        value: float | None = float(number - at) if total else None
        if total and share == MIDDLE and reached == least:
            earlier = next(since for since in range(at - 1, -1, -1) if waiting[since])
            value = (2 * number - at - earlier) / 2
        totals.append(total)
        values.append(value)
    columns = {"day": days, "numerator": totals, "denominator": totals, "value": values}
    frame, nothing = pl.DataFrame(columns, schema_overrides={"value": pl.Float64}), pl.lit(None, pl.Float64)
    return frame.with_columns(low=nothing, high=nothing)


def _counted(spell: Spell, seen: pl.LazyFrame, by: Sequence[Dimension], *, then: bool) -> pl.LazyFrame:
    """Return the rows that ever count, and between which days. `since`: the first, whenever it was known."""
    begins, ends = spell.begins, pl.lit(None, pl.Date) if spell.ends is None else spell.ends
    if then:
        begins = pl.when(begins.is_not_null()).then(pl.max_horizontal(begins, "recorded_from"))
        ends = pl.min_horizontal(ends, "recorded_to")
    return (
        seen.filter(spell.where.fill_null(value=False))
        .select(
            *(dimension.value(dt.date.min).alias(dimension.name) for dimension in by),
            since=spell.begins,
            begins=begins,
            ends=ends,
            weight=spell.weight.cast(pl.Int64),
        )
        .filter(pl.col("begins").is_not_null(), (pl.col("ends") > pl.col("begins")).fill_null(value=True))
    )


def _steps(spell: Spell, seen: pl.LazyFrame, by: Sequence[Dimension], *, then: bool) -> pl.LazyFrame:
    counted, names = _counted(spell, seen, by, then=then), [dimension.name for dimension in by]
    steps = counted.select(*names, day="begins", step="weight")
    if spell.ends is not None or then:
        ended = counted.filter(pl.col("ends").is_not_null())
        steps = pl.concat([steps, ended.select(*names, day="ends", step=-pl.col("weight"))])
    return steps.group_by(*names, "day").agg(pl.col("step").sum()).sort(*names, "day")


def _running(steps: pl.DataFrame, days: Sequence[dt.date], names: Sequence[str]) -> pl.DataFrame:
    total = pl.col("step").cum_sum()
    running = steps.with_columns(total=total.over(names) if names else total).drop("step")
    asked = pl.DataFrame({"day": list(days)}, schema={"day": pl.Date})
    if names:
        asked = asked.join(steps.select(names).unique(), how="cross")
    totals = asked.sort("day").join_asof(
        running.sort("day"), on="day", by=list(names) or None, check_sortedness=False
    )
    return totals.with_columns(pl.col("total").fill_null(0)).sort("day", *names, nulls_last=True)


WORDS = ("title", "definition", "counts", "out_of", "unit")
NUMBERS = ("numerator", "denominator", "value")


def counted(metric: AnyMetric, result: pl.DataFrame, by: Sequence[str], rows: str) -> Counted:
    """result: what `evaluate` returned for the metric by those dimensions. rows: their digest."""
    # A place is text, as `metrics.dimensions.having` reads it; of a figure that is not split it is empty.
    texts = result.select(pl.col(*by).cast(pl.String)).rows() if by else [()] * result.height
    cells = tuple(
        Cell(where=where, **{name: row[name] for name in NUMBERS})
        for where, row in zip(texts, result.iter_rows(named=True), strict=True)
    )
    return Counted(
        figure=metric.name,
        by=tuple(by),
        kind="median" if isinstance(metric, Duration) else "share" if metric.share else "count",
        cells=cells,
        rows=rows,
        **{name: getattr(metric, name) for name in WORDS},
    )


def digest_of_rows(
    metric: AnyMetric, rows: pl.LazyFrame, clocks: Clocks, split: Sequence[Dimension] = ()
) -> str:
    """SHA-256 of the rows that a figure counts, above or below its line: of each its identity, the columns
    that the figure is computed from, and its values of the dimensions.
    """
    day, columns = clocks.as_at, sorted(metric.columns | {identity_of(metric.subject)})
    counts = [spell.open_on(day) for spell in metric.spells.values()]
    if isinstance(metric, Duration):
        counts = [metric.entered(day)]
    values = [dimension.value(day).cast(pl.String).alias(f"by {dimension.name}") for dimension in split]
    seen = known(rows, clocks.known_at).filter(pl.any_horizontal(counts))
    frame = seen.select(*columns, *values).collect()
    text = io.BytesIO()
    frame.sort(frame.columns, nulls_last=True).write_ndjson(text)
    return hashlib.sha256(text.getbuffer()).hexdigest()
