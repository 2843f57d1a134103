"""The bridge: why a figure on one pair of clocks differs from the same figure on another, row by row."""

from enum import StrEnum
from typing import Final

import polars as pl

from data.interval import known_on
from metrics.as_at import Clocks
from metrics.dimensions import Narrowing, within
from metrics.metric import Metric, Spell, Subject

IDENTITIES: Final[dict[Subject, str]] = {
    "cases": "application_ref",
    "failures": "failure_ref",
    "referrals": "referral_ref",
    "staffing": "team",
}
"""Column that names one thing a subject counts, however many rows it has."""


class Why(StrEnum):
    """Why one thing counts on one pair of clocks and not on the other."""

    SINCE = "happened since"
    ADDED = "of earlier days, added to the register since"
    CORRECTED_IN = "counted since, by a correction"
    ENDED = "ended since"
    REMOVED = "taken out of the register since"
    CORRECTED_OUT = "no longer counted, by a correction"


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
    """
    key, spell = IDENTITIES[metric.subject], metric.numerator
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
    weight = spell.weight.cast(pl.Int64)
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
            late=(pl.col("_to") & (spell.begins <= opening.as_at)).any(),
            over=(pl.col("_now") & _over(spell, closing)).any(),
            told=pl.col("recorded_from").filter("_to").max(),
            known=pl.col("recorded_from").filter("_now").max(),
            gone=pl.col("recorded_to").filter("_then").max(),
        )
        .filter(pl.col("was") != pl.col("comes"))
        .select(
            key,
            change=pl.col("comes") - pl.col("was"),
            why=_why().cast(pl.Enum(Why)),
            recorded_on=pl.coalesce("told", "known", "gone"),
        )
        .sort("why", key)
    )


def _over(spell: Spell, clocks: Clocks) -> pl.Expr:
    """Whether a row had counted by the day and no longer does."""
    if spell.ends is None:
        return pl.lit(value=False)
    return (spell.where & (spell.begins <= clocks.as_at) & (spell.ends <= clocks.as_at)).fill_null(
        value=False
    )


def _why() -> pl.Expr:
    """Say why, of one that counts on one side only; or that is worth more or less on the other."""
    grows = pl.when(~pl.col("late")).then(pl.lit(Why.SINCE.value)).when(~pl.col("stood"))
    grown = grows.then(pl.lit(Why.ADDED.value)).otherwise(pl.lit(Why.CORRECTED_IN.value))
    shrinks = pl.when(~pl.col("stands")).then(pl.lit(Why.REMOVED.value)).when(pl.col("over"))
    shrunk = shrinks.then(pl.lit(Why.ENDED.value)).otherwise(pl.lit(Why.CORRECTED_OUT.value))
    heavier = (
        pl.when(pl.col("comes") > pl.col("was"))
        .then(pl.lit(Why.SINCE.value))
        .otherwise(pl.lit(Why.ENDED.value))
    )
    return pl.when("counted", "counts").then(heavier).when("counts").then(grown).otherwise(shrunk)
