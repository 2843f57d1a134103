"""The life of each referral until a day: what it was on which days, what it is about, what it follows."""

import datetime as dt

import polars as pl

from data.schema import REFERRAL_STATUSES
from metrics.catalogue.findings import SOON_DAYS
from metrics.histories.findings import ENDED

MATTER = "referral_ref"


def standing_of(
    spells: pl.DataFrame, failures: pl.DataFrame, chains: pl.DataFrame, as_at: dt.date
) -> pl.DataFrame:
    """Returns one row for each referral made by the day, in order: `days` until the day or its end; `silent`
    since its last event; `failure_refs`, `follows`, `followed_by` as lists.
    """
    latest = _begun(spells, as_at).filter(pl.col("from_on") <= as_at)
    ended, day, earlier = pl.col("status").is_in(ENDED), pl.lit(as_at), "earlier_referral_ref"
    until = pl.when(ended).then("from_on").otherwise(day)
    rows = (
        latest.group_by(MATTER, maintain_order=True)
        .last()
        .with_columns(
            days=(until - pl.col("referred_on")).dt.total_days(),
            silent=pl.when(~ended).then((day - pl.col("from_on")).dt.total_days()),
        )
    )
    for links, key, other, name in (
        (failures, MATTER, "failure_ref", "failure_refs"),
        (chains, MATTER, earlier, "follows"),
        (chains, earlier, MATTER, "followed_by"),
    ):
        listed = links.group_by(pl.col(key).alias(MATTER)).agg(pl.col(other).sort().alias(name))
        rows = rows.join(listed, on=MATTER, how="left").with_columns(pl.col(name).fill_null([]))
    return rows.sort("referred_on", MATTER)


def events_of(spells: pl.DataFrame, as_at: dt.date, *, only_open: bool = False) -> pl.DataFrame:
    """Return `matter, day, status`, a row for each event by the day, in order."""
    lasted = pl.col("until_on").is_null() | (pl.col("until_on") > pl.col("from_on"))
    begun = _begun(spells, as_at).filter(lasted, pl.col("from_on") <= as_at)
    if only_open:
        begun = begun.filter(~pl.col("status").sort_by("from_on").last().over(MATTER).is_in(ENDED))
    rows = begun.sort("referred_on", MATTER, "from_on")
    return rows.select(matter=MATTER, day="from_on", status=pl.col("status").cast(pl.String))


def _begun(spells: pl.DataFrame, as_at: dt.date) -> pl.DataFrame:
    status = pl.col("status").cast(pl.Enum(REFERRAL_STATUSES))
    return spells.with_columns(status).filter(pl.col("referred_on") <= as_at)


def standing_on(known: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """known: rows of their history as known on one day. `days`: left until the answer is due, negative when
    overdue, null once answered. Those due first are at the top; an answer of a later day is none yet.
    """
    answered = pl.col("responded_on") <= day
    left = (pl.col("due_on") - pl.lit(day)).dt.total_days()
    state = (
        pl.when(answered & (pl.col("responded_on") <= pl.col("due_on")))
        .then(pl.lit("answered in time"))
        .when(answered)
        .then(pl.lit("answered late"))
        .when(left < 0)
        .then(pl.lit("overdue"))
        .when(left <= SOON_DAYS)
        .then(pl.lit("due within 14 days"))
        .otherwise(pl.lit("not due yet"))
    )
    return (
        known.filter(pl.col("made_on") <= day)
        .with_columns(
            standing=state,
            days=pl.when(~answered.fill_null(value=False)).then(left),
            responded_on=pl.when(answered).then("responded_on"),
        )
        .sort(pl.col("days").is_null(), "due_on", "recommendation_ref")
    )
