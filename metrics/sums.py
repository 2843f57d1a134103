"""What is summed up of each partition of the rows, and the figures that the sums come to.

Sums are whole numbers by keys, so they add up to the same figures however the rows are spread. The rows of
one review are one partition.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from metrics.as_at import Clocks, known
from metrics.dimensions import Dimension
from metrics.intervals import MIDDLE, median_days, quantile_days, shared
from metrics.metric import AnyMetric, Duration, Metric, Spell


@dataclass(frozen=True)
class Sums:
    """rows: `keys`, each combination once, and whole numbers."""

    keys: tuple[str, ...]
    rows: pl.DataFrame


class Plan(Protocol):
    """sums: of the history of a subject. finish: what the sums of all partitions come to, by figure."""

    def sums(self, rows: pl.LazyFrame) -> list[Sums]: ...

    def finish(self, sums: Sequence[Sums]) -> dict[str, pl.DataFrame]: ...


def results_of(plan: Plan, partitions: Iterable[pl.LazyFrame]) -> dict[str, pl.DataFrame]:
    return plan.finish(merge([plan.sums(rows) for rows in partitions]))


def merge(partitions: Sequence[Sequence[Sums]]) -> list[Sums]:
    """Add up the sums of one or more partitions, by their keys, which are in order then."""
    return [_merge(sums) for sums in zip(*partitions, strict=True)]


def _merge(partitions: Sequence[Sums]) -> Sums:
    keys, rows = partitions[0].keys, partitions[0].rows
    if len(partitions) > 1:
        rows = pl.concat([sums.rows for sums in partitions])
        rows = rows.group_by(keys).agg(pl.all().sum()) if keys else rows.sum()
    return Sums(keys, rows.sort(keys, nulls_last=True) if keys else rows)


@dataclass(frozen=True)
class FigurePlan:
    """Figures of one subject on one pair of clocks; see `metrics.evaluate`."""

    metrics: Sequence[AnyMetric]
    clocks: Clocks
    by: Sequence[Dimension] = ()
    every: str | None = None

    def sums(self, rows: pl.LazyFrame) -> list[Sums]:
        seen = known(rows, self.clocks.known_at)
        passes = [self._pass(metrics, seen) for metrics in self._passes]
        frames = pl.collect_all([frame for _, frame in passes])
        return [Sums(keys, frame) for (keys, _), frame in zip(passes, frames, strict=True)]

    def finish(self, sums: Sequence[Sums]) -> dict[str, pl.DataFrame]:
        figures = dict[str, pl.DataFrame]()
        names = [split.name for split in self.by]
        keys = names if self.every is None else ["period", *names]
        for metrics, total in zip(self._passes, sums, strict=True):
            rows = total.rows if self.every is None else _filled(total.rows, names, self.every)
            figures |= {metric.name: figure(metric, rows, keys) for metric in metrics}
        return {metric.name: figures[metric.name] for metric in self.metrics}

    @property
    def _passes(self) -> list[list[AnyMetric]]:
        """Figures that are summed up together."""
        counts = [metric for metric in self.metrics if isinstance(metric, Metric)]
        stages = [metric for metric in self.metrics if isinstance(metric, Duration)]
        if self.every is None:
            return [*([[*counts]] if counts else []), *([stage] for stage in stages)]
        if stages:
            raise ValueError(f"{stages[0].name} is a median, which has no periods")
        # Each is dated by a day of its own.
        return [[count] for count in counts]

    def _pass(self, metrics: Sequence[AnyMetric], seen: pl.LazyFrame) -> tuple[tuple[str, ...], pl.LazyFrame]:
        day, first = self.clocks.as_at, metrics[0]
        groups = {split.name: split.value(day) for split in self.by}
        if isinstance(first, Duration):
            days, going_on = first.days(day).cast(pl.Int32), first.stage.open_on(day)
            spent = seen.filter(first.entered(day)).select(**groups, days=days, going_on=going_on)
            keys = (*groups, "days", "going_on")
            return keys, spent.group_by(keys).agg(times=pl.len().cast(pl.Int64))
        spells = {
            f"{metric.name}.{part}": spell for metric in metrics for part, spell in metric.spells.items()
        }
        if self.every is not None:
            # What counts already may be dated by a day to come, as an answer that is due is.
            counts = [spell.open_on(day) for spell in spells.values()]
            seen = seen.filter((pl.col(first.dated_by) <= day) | pl.any_horizontal(counts))
            groups = {"period": pl.col(first.dated_by).dt.truncate(self.every), **groups}
        totals = {name: spell.total(day) for name, spell in spells.items()}
        grouped = seen.group_by(value.alias(name) for name, value in groups.items())
        return tuple(groups), grouped.agg(**totals) if groups else seen.select(**totals)


def _filled(totals: pl.DataFrame, names: Sequence[str], every: str) -> pl.DataFrame:
    """Return totals with each period from the first to the last: one in which nothing happened is a zero."""
    ends = totals.select(first=pl.col("period").min(), last=pl.col("period").max()).drop_nulls()
    frame = ends.select(period=pl.date_ranges("first", "last", every)).explode("period")
    if names:
        frame = frame.join(totals.select(names).unique(), how="cross")
    filled = frame.join(totals, on=["period", *names], how="left", nulls_equal=True)
    return filled.with_columns(pl.col(pl.Int64).fill_null(0)).sort("period", *names, nulls_last=True)


@dataclass(frozen=True)
class CoursePlan:
    """A figure on each of some days; see `metrics.evaluate.course`. A row adds its weight on the day it first
    counts and takes it away on the day it no longer does."""

    metric: AnyMetric
    days: Sequence[dt.date]
    known_at: dt.date | None = None
    by: Sequence[Dimension] = ()

    def __post_init__(self) -> None:
        if not self.metric.has_course:
            raise ValueError(f"{self.metric.name} is a median of what has ended, which has no course")
        if unsteady := [split.name for split in self.by if not split.steady]:
            raise ValueError(f"a course over time cannot be split by {unsteady[0]}")

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(split.name for split in self.by)

    def sums(self, rows: pl.LazyFrame) -> list[Sums]:
        seen = rows if self.known_at is None else known(rows, self.known_at)
        counted = [self._counted(spell, seen) for spell in self.metric.spells.values()]
        if isinstance(self.metric, Duration):
            keys = (*self._names, "since", "begins", "ends")
            plans = [spans.group_by(keys).agg(times=pl.len().cast(pl.Int64)) for spans in counted]
        else:
            keys = (*self._names, "day")
            plans = [self._steps(spans) for spans in counted]
        return [Sums(keys, frame) for frame in pl.collect_all(plans)]

    def finish(self, sums: Sequence[Sums]) -> dict[str, pl.DataFrame]:
        days, names = sorted(self.days), list(self._names)
        if isinstance(self.metric, Duration):
            return {self.metric.name: _ages_over_time(self.metric, sums[0].rows, days, names)}
        joined, *others = (
            _running(total.rows, days, names).rename({"total": f"{self.metric.name}.{part}"})
            for part, total in zip(self.metric.spells, sums, strict=True)
        )
        for other in others:
            joined = joined.join(other, on=["day", *names], how="full", coalesce=True, nulls_equal=True)
        filled = joined.with_columns(pl.col(pl.Int64).fill_null(0))
        return {self.metric.name: figure(self.metric, filled, ["day", *names])}

    def _counted(self, spell: Spell, seen: pl.LazyFrame) -> pl.LazyFrame:
        """Return the rows that ever count, and between which days. `since`: the first, whenever known."""
        begins, ends = spell.begins, pl.lit(None, pl.Date) if spell.ends is None else spell.ends
        if self.known_at is None:
            begins = pl.when(begins.is_not_null()).then(pl.max_horizontal(begins, "recorded_from"))
            ends = pl.min_horizontal(ends, "recorded_to")
        return (
            seen.filter(spell.where.fill_null(value=False))
            .select(
                *(split.value(dt.date.min).alias(split.name) for split in self.by),
                since=spell.begins,
                begins=begins,
                ends=ends,
                weight=spell.weight.cast(pl.Int64),
            )
            .filter(pl.col("begins").is_not_null(), (pl.col("ends") > pl.col("begins")).fill_null(value=True))
        )

    def _steps(self, spans: pl.LazyFrame) -> pl.LazyFrame:
        begun = spans.select(*self._names, day="begins", step="weight")
        ended = spans.filter(pl.col("ends").is_not_null())
        steps = [begun, ended.select(*self._names, day="ends", step=-pl.col("weight"))]
        return pl.concat(steps).group_by(*self._names, "day").agg(pl.col("step").sum())


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


def _ages_over_time(
    metric: Duration, spans: pl.DataFrame, days: Sequence[dt.date], names: Sequence[str]
) -> pl.DataFrame:
    share = metric.still or 0.0
    groups = spans.partition_by(names, maintain_order=True) if names else [spans]
    frames = [
        _ages_on(group, days, share).with_columns(
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
    on = spans.filter(pl.col("begins") <= last).select(passed, "times")
    begun = on.group_by("since", day="begins").agg(step=pl.col("times").sum())
    ended = on.drop_nulls("ends").group_by("since", day="ends").agg(step=-pl.col("times").sum())
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


def figure(metric: AnyMetric, sums: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Turn the sums of a figure (`<name>.numerator`, `<name>.denominator`) into the figure itself."""
    if isinstance(metric, Duration):
        return _days(metric, sums, keys)
    # A page has hundreds of figures: a query for each takes longer than all that is counted in it.
    numerator, nothing = sums[f"{metric.name}.numerator"].alias("numerator"), [None] * sums.height
    counted = [*(sums[key] for key in keys), numerator if metric.parts == 1 else numerator / metric.parts]
    if metric.share:
        return shared(pl.DataFrame([*counted, sums[f"{metric.name}.denominator"].alias("denominator")]))
    denominator, value = pl.Series("denominator", nothing, pl.Int64), counted[-1].cast(pl.Float64)
    limits = [pl.Series(name, nothing, pl.Float64) for name in ("low", "high")]
    return pl.DataFrame([*counted, denominator, value.alias("value"), *limits])


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
