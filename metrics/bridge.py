"""The bridge: why a figure on one pair of clocks differs from the same figure on another, row by row."""

import datetime as dt
import math
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from data.interval import known_on
from metrics.as_at import Clocks
from metrics.dimensions import Narrowing, within
from metrics.histories.subjects import identity_of
from metrics.metric import Metric, Spell


class Why(StrEnum):
    """Why one thing counts on one pair of clocks and not on the other."""

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
    found = moved.group_by("why", grows=pl.col("change") > 0).agg(pl.col("change").sum()).sort("why", "grows")
    steps = tuple((Why(why), change) for why, change in found.select("why", "change").rows())
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
    """Whether a row had counted by a day and no longer did."""
    if spell.ends is None:
        return pl.lit(value=False)
    return (spell.where & (spell.begins <= day) & (spell.ends <= day)).fill_null(value=False)


def _why() -> pl.Expr:
    """Say why, of one that counts on one side only; or that is worth more or less on the other."""
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
    found = pl.lit(otherwise.value)
    for why, holds in reversed(reasons.items()):
        found = pl.when(holds).then(pl.lit(why.value)).otherwise(found)
    return found
