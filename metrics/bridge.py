"""Why a figure differs between two pairs of clocks, row by row, and what of it the public may be told.

Between two published numbers that are exact every step is told. Where one is rounded or bounded, a step is
named only if it goes the way that the numbers go and more things than the threshold took it: else it is known
from the rows alone. The words are in `metrics/clauses.py`.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import polars as pl

from data.publishing.content import EXACTLY, Published, PublishedCell, PublishedFigure
from data.schema import known_on
from metrics.as_at import Clocks
from metrics.dimensions import Narrowing, narrow, within
from metrics.evaluate import evaluate
from metrics.histories.subjects import identity_of
from metrics.metric import Metric, Spell


class Why(StrEnum):
    SINCE = "new"
    ADDED = "added to the register"
    LATE = "earlier ones recorded late"
    CORRECTED_IN = "added by a correction"
    ENDED = "ended"
    REMOVED = "removed from the register"
    CORRECTED_OUT = "removed by a correction"
    RECLASSIFIED = "reclassified"


def moves(
    metric: Metric, rows: pl.LazyFrame, opening: Clocks, closing: Clocks, narrowing: Narrowing | None = None
) -> pl.LazyFrame:
    """Return what counts towards a figure on only one of two pairs of clocks, and why.

    rows: the history of the metric's subject, not narrowed: what left an area is still in the register.
    Returns one row for each thing: its identity, `change` (what the closing figure has more of it), `why`,
    `recorded_on`. The changes sum to the difference of the two numerators. A ValueError where a closing clock
    is before the opening one: later findings would be told as taken back.
    """
    key, spell = identity_of(metric.subject), metric.numerator
    then, now = known_on(opening.known_at), known_on(closing.known_at)
    counted = _counted([metric], rows, (opening, closing), narrowing)[metric.name]

    def over(day: dt.date) -> pl.Expr:
        if spell.ends is None:
            return pl.lit(value=False)
        return (spell.where & (spell.begins <= day) & (spell.ends <= day)).fill_null(value=False)

    seen = rows.filter(then | now).with_columns(_then=then, _now=now, _from=counted[0], _to=counted[1])
    moved = seen.filter(pl.col("_from") != pl.col("_to")).select(key).unique()
    # As known now, whether it counted on the opening day: by any of its rows, one for each status.
    before = pl.col("_now") & spell.open_on(opening.as_at)
    weight, change = spell.weight.cast(pl.Int64), pl.col("comes") - pl.col("was")
    return (
        seen.join(moved, on=key, how="semi")
        .group_by(key)
        .agg(
            was=weight.filter("_from").sum(),
            comes=weight.filter("_to").sum(),
            counted=pl.col("_from").any(),
            counts=pl.col("_to").any(),
            stood=pl.col("_then").any(),
            stands=pl.col("_now").any(),
            undated=(pl.col("_then") & spell.begins.is_null()).any(),
            late=((pl.col("_to") & (spell.begins <= opening.as_at)) | before).any(),
            over=(pl.col("_now") & over(closing.as_at)).any(),
            over_before=(pl.col("_now") & over(opening.as_at)).any() & ~before.any(),
            began=pl.col("recorded_from").filter("_to").max(),
            known=pl.col("recorded_from").filter("_now").max(),
            gone=pl.col("recorded_to").filter("_then").max(),
        )
        .filter(pl.col("was") != pl.col("comes"))
        .select(
            key,
            change=change if metric.parts == 1 else change / metric.parts,
            why=_why().cast(pl.Enum(Why)),
            recorded_on=pl.coalesce("began", "known", "gone"),
        )
        .sort("why", key)
    )


def added_and_removed(
    metrics: Sequence[Metric],
    rows: pl.LazyFrame,
    opening: Clocks,
    closing: Clocks,
    narrowing: Narrowing | None = None,
) -> dict[str, tuple[float, float]]:
    """Return what the moves of each figure of a subject add up to, upwards and downwards, in one pass."""
    counted = _counted(metrics, rows, (opening, closing), narrowing)
    change = {
        metric.name: metric.numerator.weight.cast(pl.Int64) * (comes.cast(pl.Int64) - was.cast(pl.Int64))
        for metric, (was, comes) in zip(metrics, counted.values(), strict=True)
    }
    differs = pl.any_horizontal(was != comes for was, comes in counted.values())
    by_thing = (
        rows.filter(differs)
        .group_by(identity_of(metrics[0].subject))
        .agg(value.sum().alias(name) for name, value in change.items())
    )
    added = by_thing.select(pl.col(change).clip(lower_bound=0).sum())
    removed = by_thing.select(pl.col(change).clip(upper_bound=0).sum())
    up, down = pl.concat([added, removed]).collect().iter_rows(named=True)
    whole = {metric.name: metric.parts for metric in metrics}
    return {
        name: (up[name], down[name]) if parts == 1 else (up[name] / parts, down[name] / parts)
        for name, parts in whole.items()
    }


def _counted(
    metrics: Sequence[Metric],
    rows: pl.LazyFrame,
    both: tuple[Clocks, Clocks],
    narrowing: Narrowing | None,
) -> dict[str, tuple[pl.Expr, pl.Expr]]:
    """Return whether a row counts on the opening and on the closing clocks, by the names of the figures."""
    opening, closing = both
    if closing.as_at < opening.as_at or closing.known_at < opening.known_at:
        raise ValueError(f"a bridge leads forward in time, and not from {opening} to {closing}")
    sides = [(clocks, within(rows, metrics[0].subject, narrowing or {}, clocks.as_at)) for clocks in both]

    def on(spell: Spell, clocks: Clocks, narrowed: list[pl.Expr]) -> pl.Expr:
        known, open_on = known_on(clocks.known_at), spell.open_on(clocks.as_at)
        return pl.all_horizontal(known, open_on, *narrowed).fill_null(value=False)

    return {
        metric.name: (on(metric.numerator, *sides[0]), on(metric.numerator, *sides[1])) for metric in metrics
    }


def _why() -> pl.Expr:
    on_both, grown = pl.col("counted") & pl.col("counts"), pl.col("counts")
    reasons = (
        (on_both & (pl.col("comes") > pl.col("was")), Why.SINCE),
        (on_both, Why.ENDED),
        (grown & ~pl.col("late"), Why.SINCE),
        (grown & ~pl.col("stood"), Why.ADDED),
        (grown & pl.col("undated"), Why.LATE),
        (grown, Why.CORRECTED_IN),
        (~pl.col("stands"), Why.REMOVED),
        (pl.col("over_before"), Why.LATE),
        (pl.col("over"), Why.ENDED),
        (pl.lit(value=True), Why.CORRECTED_OUT),
    )
    return pl.coalesce(pl.when(holds).then(pl.lit(why.value)) for holds, why in reasons)


# Only words in small letters are taken over from the note of a load: no number, and nobody's name.
CAUSE = r"\bfollowing ([a-z][a-z '-]{2,78}[a-z])\.?$"


@dataclass(frozen=True)
class Step:
    why: Why
    change: float
    things: int  # how many took it
    cause: str = ""  # what the notes of the loads say that more than half of it came of
    caused: int = 0  # how many came of that


@dataclass(frozen=True)
class Bridge:
    opening: float
    steps: tuple[Step, ...]
    closing: float


def bridge(opening: float, moved: pl.DataFrame, closing: float) -> Bridge:
    """moved: what `moves` returned, perhaps with causes. A ValueError where the steps do not lead from one to
    the other.
    """
    rows = moved if "cause" in moved.columns else moved.with_columns(cause=pl.lit(None, pl.String))
    cause = pl.col("cause").drop_nulls().mode().first()
    # What grows and what shrinks are two steps, though the reason may be one.
    sums = rows.group_by("why", grows=pl.col("change") > 0).agg(
        pl.col("change").sum(), things=pl.len(), cause=cause, caused=(pl.col("cause") == cause).sum()
    )
    steps = tuple(
        Step(Why(why), change, things, *((cause, caused) if 2 * caused > things else ()))
        for why, _, change, things, cause, caused in sums.sort("why", "grows").rows()
    )
    if not math.isclose(opening + sum(step.change for step in steps), closing, abs_tol=1e-6):
        raise ValueError(f"from {opening} the steps {steps} do not lead to {closing}")
    return Bridge(opening, steps, closing)


def bridge_with_causes(
    metric: Metric,
    rows: pl.LazyFrame,
    opening: Clocks,
    closing: Clocks,
    *,
    part: Narrowing,
    notes: pl.DataFrame,
) -> Bridge:
    """part: the values of a part; empty for the whole. notes: `recorded_on, note` of the loads."""
    moved, key = moves(metric, rows, opening, closing, part).collect(), identity_of(metric.subject)
    if part:
        # What only left one part of the figure for another was reclassified.
        of_whole = moves(metric, rows, opening, closing).select(key).collect()[key]
        stayed = pl.when(~pl.col(key).is_in(of_whole.implode()))
        reclassified = pl.lit(Why.RECLASSIFIED, pl.Enum(Why))
        moved = moved.with_columns(why=stayed.then(reclassified).otherwise("why"))
    known = rows.filter(pl.col("recorded_from") <= closing.known_at)
    gone = pl.col("recorded_to").filter(~known_on(closing.known_at)).max()
    days = known.group_by(key).agg(came=pl.col("recorded_from").min(), went=gone).collect()
    day = pl.when(pl.col("why") == Why.ADDED).then("came").when(pl.col("why") == Why.REMOVED).then("went")
    causes = notes.with_columns(cause=pl.col("note").str.extract(CAUSE)).select("recorded_on", "cause")
    explained = (
        moved.join(days, on=key, how="left")
        .with_columns(recorded_on=pl.coalesce(day, "recorded_on"))
        .join(causes.drop_nulls(), on="recorded_on", how="left")
    )
    first, last = (
        evaluate(metric, narrow(rows, metric.subject, part, clocks.as_at), clocks)["numerator"][0]
        for clocks in (opening, closing)
    )
    return bridge(first, explained, last)


Kind = Literal["the same", "uncertain", "withheld", "update", "revision", "correction"]

_NEW = {Why.ADDED, Why.LATE, Why.REMOVED}
_MENDED = {Why.CORRECTED_IN, Why.CORRECTED_OUT, Why.RECLASSIFIED}
NEAR = 0.1  # "about 45" fits what is within a tenth of it


@dataclass(frozen=True)
class Side:
    release: Published
    figure: PublishedFigure
    cell: PublishedCell
    reported_on: dt.date


def fits(cell: PublishedCell, count: float) -> bool:
    if cell.number is None or cell.low is not None:
        return (cell.low is None or cell.low <= count) and (cell.high is None or count <= cell.high)
    return {
        "": count == cell.number,
        "more than": count > cell.number,
        "at least": count >= cell.number,
        "about": abs(count - cell.number) <= NEAR * cell.number,
        "less than": count < cell.number,
        "at most": count <= cell.number,
    }[cell.qualifier]


def kind_of(before: Side, after: Side, steps: tuple[Step, ...]) -> Kind:
    one, other = before.cell, after.cell
    if (one.shown, one.qualifier, one.number) == (other.shown, other.qualifier, other.number):
        return "the same"
    if None in (one.number, other.number):
        return "withheld"
    if _overlap(one, other):
        return "uncertain"
    reasons, declared = {step.why for step in steps}, after.release.nature
    of_one_day = before.release.as_at == after.release.as_at
    if reasons & _MENDED or (of_one_day and declared == "correction"):
        return "correction"
    if reasons & _NEW or of_one_day or (not reasons and declared == "revision"):
        return "revision"
    return "correction" if not reasons and declared == "correction" else "update"


def tellable(
    before: PublishedCell, after: PublishedCell, steps: tuple[Step, ...], threshold: int
) -> tuple[Step, ...]:
    """Another step would tell of a true number what rounding keeps back."""
    if plain(before) and plain(after):
        return steps
    way = (after.number or 0) - (before.number or 0)
    return tuple(step for step in steps if step.change * way > 0 and step.things > threshold)


def _overlap(before: PublishedCell, after: PublishedCell) -> bool:
    both = (before, after)
    if any(cell.number is None or cell.qualifier for cell in both):
        return False
    least = max((cell.number if cell.low is None else cell.low) or 0 for cell in both)
    return least <= min((cell.number if cell.high is None else cell.high) or 0 for cell in both)


def plain(cell: PublishedCell) -> bool:
    exact = cell.treatment in ("as counted", *EXACTLY)
    return cell.number is not None and exact and not cell.qualifier
