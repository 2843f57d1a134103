"""Every count of a subject as steps, which give it on any pair of clocks without its rows.

A row that counts on [begins, ends) and was known on [from, to) adds its weight at (from, begins), takes it
away at (from, ends) and at (to, begins), and adds it again at (to, ends). A figure is the sum of the steps
recorded by one clock and dated by the other; its course over the days is their running sum. A load only adds
days on which something was recorded, and so only adds steps.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from data.schema import STILL
from metrics import catalogue
from metrics.as_at import Clocks
from metrics.dimensions import FORCE, Dimension, Narrowing, among, dimensions_of
from metrics.intervals import shared
from metrics.metric import Metric, Spell, Subject
from metrics.sums import figure

Numbers = dict[str, Any]
"""`numerator, denominator, value, low, high` of a figure; see `metrics.evaluate`."""
Column = np.ndarray[tuple[int], np.dtype[np.int64]]

_HERE = Path(__file__).parent
_CODE = (*_HERE.glob("*.py"), *_HERE.glob("catalogue/*.py"), *_HERE.glob("histories/*.py"))
EDITION: Final = sha256(b"".join(path.read_bytes() for path in sorted(_CODE))).hexdigest()[:12]
"""Edition of the code that says what counts when."""

NUMBERS_SIZE = 600  # bytes of the numbers of a figure
MOST_CELLS = 4_000_000
"""Past so many a cube has the force alone: what else is narrowed is then summed up from its rows."""
STEPS, BY = ("spell", "recorded", "day"), "by "


def counts_of(subject: Subject) -> list[Metric]:
    return [metric for metric in catalogue.metrics_of(subject) if isinstance(metric, Metric)]


def parts_of(subject: Subject) -> list[tuple[str, Spell]]:
    """Return what is summed for a subject: the number of a part is its place in this list."""
    return [
        (f"{metric.name}.{name}", spell)
        for metric in counts_of(subject)
        for name, spell in metric.spells.items()
    ]


def cells(subject: Subject, rows: pl.LazyFrame, splits: Sequence[Dimension] | None = None) -> pl.DataFrame:
    """Return `spell, recorded, day, step` and a column for each steady dimension of the subject, or of
    `splits`, called BY and its name. spell: the place of what is summed in `parts_of`. rows: its history."""
    steady = [split for split in dimensions_of(subject) if split.steady] if splits is None else splits
    frames, height = list[pl.DataFrame](), 0
    for number, (_, spell) in enumerate(parts_of(subject)):
        frames.append(_cells(number, spell, rows, steady).collect())
        height += frames[-1].height
        if height > MOST_CELLS and splits is None:
            return cells(subject, rows, (FORCE,))
    return pl.concat(frames)


def together(partitions: Sequence[pl.LazyFrame]) -> pl.DataFrame:
    """Return the steps of several partitions as those of one, with the dimensions that all of them have."""
    names = [frame.collect_schema().names() for frame in partitions]
    common = [name for name in names[0] if all(name in other for other in names)]
    rows = pl.concat([frame.select(common) for frame in partitions])
    keys = [name for name in common if name != "step"]
    return rows.group_by(keys).agg(pl.col("step").sum()).sort(STEPS).collect()


def _cells(number: int, spell: Spell, rows: pl.LazyFrame, splits: Sequence[Dimension]) -> pl.LazyFrame:
    names = [BY + split.name for split in splits]
    ends = pl.lit(None, pl.Date) if spell.ends is None else spell.ends
    spans = (
        rows.filter(spell.where.fill_null(value=False))
        .select(
            *(split.value(dt.date.min).alias(BY + split.name) for split in splits),
            begins=spell.begins,
            ends=ends,
            known="recorded_from",
            unknown="recorded_to",
            weight=spell.weight.cast(pl.Int64),
        )
        .filter(pl.col("begins").is_not_null(), (pl.col("ends") > pl.col("begins")).fill_null(value=True))
    )
    steps = [
        spans.select(*names, recorded=recorded, day=day, step=sign * pl.col("weight"))
        for recorded, day, sign in (
            ("known", "begins", 1), ("known", "ends", -1), ("unknown", "begins", -1), ("unknown", "ends", 1),
        )
    ]  # fmt: skip
    happened = pl.col("day").is_not_null() & (pl.col("recorded") < STILL)
    sums = pl.concat(steps).filter(happened).group_by(*names, "recorded", "day").agg(pl.col("step").sum())
    columns = (*names, "recorded", "day", "step")
    return sums.filter(pl.col("step") != 0).select(pl.lit(number, pl.UInt16).alias("spell"), *columns)


class Totals(dict[str, Numbers]):
    """The numbers of figures, by their names."""

    @property
    def cache_size(self) -> int:
        return NUMBERS_SIZE * len(self)


@dataclass(frozen=True, eq=False)
class Cube:
    """The steps of a subject; see `cells`. recorded, day: days since 1970."""

    subject: Subject
    spell: Column
    recorded: Column
    day: Column
    step: Column

    def totals(self, clocks: Clocks) -> Totals:
        """Return every count of the subject, by the name of its figure."""
        counted = (self.recorded <= _number(clocks.known_at)) & (self.day <= _number(clocks.as_at))
        size = len(parts_of(self.subject))
        sums = np.bincount(self.spell[counted], weights=self.step[counted], minlength=size).astype(np.int64)
        by_part = dict(zip((name for name, _ in parts_of(self.subject)), sums.tolist(), strict=True))
        return Totals(_numbers(counts_of(self.subject), by_part))

    def courses(self, first: dt.date, last: dt.date, known_at: dt.date | None) -> "Courses":
        """Return every count on each day from first to last: as known then, or as known on a day."""
        if known_at is None:
            seen, day = slice(None), np.maximum(self.recorded, self.day)
        else:
            seen, day = self.recorded <= _number(known_at), self.day
        size, days = len(parts_of(self.subject)), (last - first).days + 1
        place = np.maximum(day[seen] - _number(first), 0)
        inside = place < days
        index = self.spell[seen][inside] * days + place[inside]
        steps = np.bincount(index, weights=self.step[seen][inside], minlength=size * days)
        sums = steps.reshape(size, days).cumsum(axis=1).astype(np.int32)
        return Courses(self.subject, pl.date_range(first, last, eager=True).alias("day"), sums)


@dataclass(frozen=True, eq=False)
class Courses:
    """sums: of each part of a subject on each day."""

    subject: Subject
    days: pl.Series
    sums: np.ndarray[tuple[int, int], np.dtype[np.int32]]

    def of(self, metric: Metric) -> pl.DataFrame:
        """Return `day` and the figure on it."""
        numbers = {name: number for number, (name, _) in enumerate(parts_of(self.subject))}
        names = [f"{metric.name}.{part}" for part in metric.spells]
        sums = (pl.Series(name, self.sums[numbers[name]]).cast(pl.Int64) for name in names)
        return figure(metric, pl.DataFrame([self.days, *sums]), ["day"])


def cube(subject: Subject, steps: pl.DataFrame, narrowing: Narrowing) -> Cube:
    """steps: what `cells` returned, with every dimension that is narrowed."""
    narrowed = [
        among(pl.col(BY + name), values, steps.schema[BY + name])
        for name, values in narrowing.items()
        if values
    ]
    if len(steps.columns) > len(STEPS) + 1:
        steps = steps.lazy().filter(*narrowed).group_by(STEPS).agg(pl.col("step").sum()).collect()
    columns = (steps[name].to_physical().cast(pl.Int64).to_numpy() for name in (*STEPS, "step"))
    return Cube(subject, *columns)


def _number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def _numbers(counts: Sequence[Metric], sums: Mapping[str, int]) -> Iterator[tuple[str, Numbers]]:
    shares = [metric for metric in counts if metric.share]
    both = {
        part: [sums[f"{metric.name}.{part}"] for metric in shares] for part in ("numerator", "denominator")
    }
    rows = shared(pl.DataFrame(both)).iter_rows(named=True) if shares else ()
    for metric, numbers in zip(shares, rows, strict=True):
        yield metric.name, numbers
    nothing = dict.fromkeys(("denominator", "value", "low", "high"))
    for metric in counts:
        if not metric.share:
            total = sums[f"{metric.name}.numerator"]
            numerator = total if metric.parts == 1 else total / metric.parts
            yield metric.name, {"numerator": numerator, **nothing, "value": float(numerator)}


def result(metric: Metric, numbers: Numbers) -> pl.DataFrame:
    """Return the numbers of a figure as `metrics.evaluate` does."""
    count = pl.Int64 if metric.parts == 1 else pl.Float64
    shares = dict.fromkeys(("value", "low", "high"), pl.Float64)
    return pl.DataFrame([numbers], schema={"numerator": count, "denominator": pl.Int64, **shares})
