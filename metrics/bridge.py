"""Why a figure differs between two pairs of clocks, row by row, and what of it the public may be told.

Opening + added - removed +/- reclassified = closing, counted from the rows. A step is tellable between two
published numbers where both are exact. Where one is rounded or only bounded, a step is named only if it goes
the way that the numbers go and more things than the threshold took it: a small step, or one the other way,
is known from the rows alone. The words are in `metrics/clauses.py`.
"""

import datetime as dt
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

import polars as pl

from data.interval import known_on
from data.publishing.content import EXACTLY, Nature, Published, PublishedCell, PublishedFigure
from metrics.as_at import Clocks
from metrics.dimensions import Narrowing, narrow, within
from metrics.evaluate import evaluate
from metrics.histories.subjects import identity_of
from metrics.metric import Metric, Spell


class Why(StrEnum):
    SINCE = "happened since"
    ADDED = "added to the register since"
    LATE = "of earlier days and recorded since"
    CORRECTED_IN = "counted since by a correction"
    ENDED = "ended since"
    REMOVED = "taken out of the register since"
    CORRECTED_OUT = "no longer counted by a correction"


@dataclass(frozen=True)
class Bridge:
    """Opening figure, the steps in between, closing figure: opening + the changes of the steps = closing."""

    opening: int
    steps: tuple[tuple[Why, int], ...]
    closing: int


def bridge(opening: int, moved: pl.DataFrame, closing: int) -> Bridge:
    """Return the bridge between two figures; `moved` is what `moves` returned for their clocks.

    Raises:
        ValueError: the steps do not lead from one to the other.
    """
    # What grows and what shrinks are two steps, though the reason may be one.
    sums = moved.group_by("why", grows=pl.col("change") > 0).agg(pl.col("change").sum()).sort("why", "grows")
    steps = tuple((Why(why), change) for why, change in sums.select("why", "change").rows())
    if not math.isclose(opening + sum(change for _, change in steps), closing):
        raise ValueError(f"from {opening} the steps {steps} do not lead to {closing}")
    return Bridge(opening, steps, closing)


def moves(
    metric: Metric,
    rows: pl.LazyFrame,
    opening: Clocks,
    closing: Clocks,
    narrowing: Narrowing | None = None,
) -> pl.LazyFrame:
    """Return what counts towards a figure on only one of two pairs of clocks, and why.

    rows: the history of the metric's subject, not narrowed: a case that moved to another area left the
    area, not the register.
    Returns one row for each thing that moved: its identity, `change` (what the closing figure has more of
    it), `why` (a `Why`), `recorded_on` (the day on which that was recorded). The changes sum to the
    difference of the two figures' numerators.

    Raises:
        ValueError: one of the closing clocks is before the opening one: what is found out later would be
            told as taken back.
    """
    if closing.as_at < opening.as_at or closing.known_at < opening.known_at:
        raise ValueError(f"a bridge leads forward in time, and not from {opening} to {closing}")
    key, spell = identity_of(metric.subject), metric.numerator
    then, now = known_on(opening.known_at), known_on(closing.known_at)
    kept_then = pl.all_horizontal(
        then, spell.open_on(opening.as_at), *within(rows, metric.subject, narrowing or {}, opening.as_at)
    )
    kept_now = pl.all_horizontal(
        now, spell.open_on(closing.as_at), *within(rows, metric.subject, narrowing or {}, closing.as_at)
    )
    seen = rows.filter(then | now).with_columns(
        _then=then, _now=now, _from=kept_then.fill_null(value=False), _to=kept_now.fill_null(value=False)
    )
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
            untold=(pl.col("_then") & spell.begins.is_null()).any(),
            late=((pl.col("_to") & (spell.begins <= opening.as_at)) | before).any(),
            over=(pl.col("_now") & _over(spell, closing.as_at)).any(),
            over_before=(pl.col("_now") & _over(spell, opening.as_at)).any() & ~before.any(),
            told=pl.col("recorded_from").filter("_to").max(),
            known=pl.col("recorded_from").filter("_now").max(),
            gone=pl.col("recorded_to").filter("_then").max(),
        )
        .filter(pl.col("was") != pl.col("comes"))
        .select(
            key,
            change=change if metric.parts == 1 else change / metric.parts,
            why=_why().cast(pl.Enum(Why)),
            recorded_on=pl.coalesce("told", "known", "gone"),
        )
        .sort("why", key)
    )


def _over(spell: Spell, day: dt.date) -> pl.Expr:
    if spell.ends is None:
        return pl.lit(value=False)
    return (spell.where & (spell.begins <= day) & (spell.ends <= day)).fill_null(value=False)


def _why() -> pl.Expr:
    heavier = _first({Why.SINCE: pl.col("comes") > pl.col("was")}, Why.ENDED)
    grown = _first(
        {Why.SINCE: ~pl.col("late"), Why.ADDED: ~pl.col("stood"), Why.LATE: pl.col("untold")},
        Why.CORRECTED_IN,
    )
    shrunk = _first(
        {Why.REMOVED: ~pl.col("stands"), Why.LATE: pl.col("over_before"), Why.ENDED: pl.col("over")},
        Why.CORRECTED_OUT,
    )
    return pl.when("counted", "counts").then(heavier).when("counts").then(grown).otherwise(shrunk)


def _first(reasons: dict[Why, pl.Expr], otherwise: Why) -> pl.Expr:
    reason = pl.lit(otherwise.value)
    for why, holds in reversed(reasons.items()):
        reason = pl.when(holds).then(pl.lit(why.value)).otherwise(reason)
    return reason


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
    """rows: the history of the metric's subject. part: the values that make up the part; empty for the whole.
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
    causes = notes.with_columns(cause=pl.col("note").str.extract(CAUSE)).select("recorded_on", "cause")
    return (
        moved.join(days, on=key, how="left")
        .with_columns(recorded_on=pl.coalesce(day, "recorded_on"))
        .join(causes.drop_nulls(), on="recorded_on", how="left")
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


Kind = Literal["the same", "told otherwise", "not told", "update", "revision", "correction"]

_NEW = {Why.ADDED, Why.LATE, Why.REMOVED}
_MENDED = {Why.CORRECTED_IN, Why.CORRECTED_OUT, RECLASSIFIED}
NEAR = 0.1  # "about 45" fits what is within a tenth of it


@dataclass(frozen=True)
class Side:
    release: Published
    figure: PublishedFigure
    cell: PublishedCell


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


def _same(before: PublishedCell, after: PublishedCell) -> bool:
    return (before.shown, before.qualifier, before.number) == (after.shown, after.qualifier, after.number)


def kind_of(before: Side, after: Side, steps: tuple[Step, ...]) -> Kind:
    if _same(before.cell, after.cell):
        return "the same"
    if None in (before.cell.number, after.cell.number):
        return "not told"
    if _overlap(before.cell, after.cell):
        return "told otherwise"
    reasons = {step.why for step in steps}
    of_one_day = before.release.as_at == after.release.as_at
    declared: Nature = after.release.nature
    if reasons & _MENDED or (of_one_day and declared == "correction"):
        return "correction"
    if reasons & _NEW or of_one_day or (not reasons and declared == "revision"):
        return "revision"
    return "correction" if not reasons and declared == "correction" else "update"


def tellable(
    before: PublishedCell, after: PublishedCell, steps: tuple[Step, ...], threshold: int
) -> tuple[Step, ...]:
    """Between two that are exact each may. Else one that took few things, or goes against the numbers, would
    tell of a true number what rounding keeps back.
    """
    if plain(before) and plain(after):
        return steps
    way = (after.number or 0) - (before.number or 0)
    return tuple(step for step in steps if step.change * way > 0 and step.things > threshold)


def _overlap(before: PublishedCell, after: PublishedCell) -> bool:
    if None in (before.number, after.number) or before.qualifier or after.qualifier:
        return False
    lows = [cell.number if cell.low is None else cell.low for cell in (before, after)]
    highs = [cell.number if cell.high is None else cell.high for cell in (before, after)]
    return max(low or 0 for low in lows) <= min(high or 0 for high in highs)


def plain(cell: PublishedCell) -> bool:
    exact = cell.treatment in ("as counted", *EXACTLY)
    return cell.number is not None and exact and not cell.qualifier
