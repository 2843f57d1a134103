"""What the register says of a figure in two releases: its number on each one's clocks, and each step between.

Opening + added - removed +/- reclassified = closing, counted from the rows. It is for those who may see
figures; what of it the public is told is decided in `metrics/revisions.py`.
"""

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from data.interval import known_on
from metrics.as_at import Clocks
from metrics.bridge import Why, moves
from metrics.dimensions import Narrowing, narrow
from metrics.evaluate import evaluate
from metrics.histories.subjects import identity_of
from metrics.metric import Metric

RECLASSIFIED: Final = "reclassified"
Reason = Why | Literal["reclassified"]

# Only words in small letters are taken over from the note of a load: no number, and nobody's name.
CAUSE = r"\bfollowing ([a-z][a-z '-]{2,78}[a-z])\.?$"


@dataclass(frozen=True)
class Step:
    """One step from one number to the other: why, by how much, and of how many things.

    cause: what the notes of the loads say that more than half of it came of; else empty. caused: how many
    came of that.
    """

    why: Reason
    change: float
    things: int
    cause: str = ""
    caused: int = 0


@dataclass(frozen=True)
class Counts:
    """A figure on the clocks of two releases, and the steps that lead from the one to the other."""

    opening: float
    steps: tuple[Step, ...]
    closing: float


def counts(
    metric: Metric,
    rows: pl.LazyFrame,
    opening: Clocks,
    closing: Clocks,
    *,
    part: Narrowing,
    notes: pl.DataFrame,
) -> Counts:
    """Return what the register says of a figure, or of a part of it, on two pairs of clocks.

    rows: the history of the metric's subject. part: the values that make up the part; empty for the whole.
    notes: `recorded_on, note` of the loads.

    Raises:
        ValueError: the steps do not lead from one to the other.
    """
    moved = _moved(metric, rows, opening, closing, part)
    steps = _steps(_with_causes(moved, rows, metric, closing, notes))
    ends = [_number(metric, rows, clocks, part) for clocks in (opening, closing)]
    if abs(ends[0] + sum(step.change for step in steps) - ends[1]) > 1e-6:  # noqa: PLR2004  # parts of one
        raise ValueError(f"{metric.name}: from {ends[0]} the steps {steps} do not lead to {ends[1]}")
    return Counts(ends[0], steps, ends[1])


def _number(metric: Metric, rows: pl.LazyFrame, clocks: Clocks, part: Narrowing) -> float:
    narrowed = narrow(rows, metric.subject, part, clocks.as_at)
    return evaluate(metric, narrowed, clocks)["numerator"][0]


def _moved(
    metric: Metric, rows: pl.LazyFrame, opening: Clocks, closing: Clocks, part: Narrowing
) -> pl.DataFrame:
    """Return what moved; what only left one part of the figure for another was reclassified."""
    key = identity_of(metric.subject)
    moved = moves(metric, rows, opening, closing, part).with_columns(pl.col("why").cast(pl.String)).collect()
    if not part:
        return moved
    within_all = moves(metric, rows, opening, closing).select(key).collect()
    stayed = ~pl.col(key).is_in(within_all[key].implode())
    return moved.with_columns(why=pl.when(stayed).then(pl.lit(RECLASSIFIED)).otherwise("why"))


def _with_causes(
    moved: pl.DataFrame, rows: pl.LazyFrame, metric: Metric, closing: Clocks, notes: pl.DataFrame
) -> pl.DataFrame:
    key = identity_of(metric.subject)
    known = rows.filter(pl.col("recorded_from") <= closing.known_at)
    gone = pl.col("recorded_to").filter(~known_on(closing.known_at)).max()
    days = known.group_by(key).agg(came=pl.col("recorded_from").min(), went=gone).collect()
    day = pl.when(pl.col("why") == Why.ADDED).then("came").when(pl.col("why") == Why.REMOVED).then("went")
    told = notes.with_columns(cause=pl.col("note").str.extract(CAUSE)).select("recorded_on", "cause")
    return (
        moved.join(days, on=key, how="left")
        .with_columns(recorded_on=pl.coalesce(day, "recorded_on"))
        .join(told.drop_nulls(), on="recorded_on", how="left")
    )


def _steps(moved: pl.DataFrame) -> tuple[Step, ...]:
    grown = moved.with_columns(grows=pl.col("change") > 0)
    steps: list[Step] = []
    for (why, grows), rows in grown.group_by("why", "grows", maintain_order=True):
        named = rows["cause"].drop_nulls().value_counts(sort=True).rows()
        cause, caused = named[0] if named and 2 * named[0][1] > rows.height else ("", 0)
        del grows
        steps.append(Step(_reason(str(why)), float(rows["change"].sum()), rows.height, cause, caused))
    return tuple(sorted(steps, key=_in_order))


def _in_order(step: Step) -> tuple[int, float]:
    reasons: list[str] = [*Why, RECLASSIFIED]
    return reasons.index(step.why), -step.change


def _reason(why: str) -> Reason:
    return RECLASSIFIED if why == RECLASSIFIED else Why(why)
