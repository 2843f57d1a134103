"""What was known of each referral, of the people investigated, and of each learning recommendation."""

import polars as pl

from data.schema import REFERRAL_STATUSES
from data.terms import Terms
from metrics.histories.periods_known import CLOCK, STRETCH, Tables, change_days, on_day, spells

PERSON, MATTER, KEY = "person_ref", "referral_ref", "recommendation_ref"
ENDED = ("closed", "discontinued", "withdrawn")
"""Statuses of a matter that is settled."""


def referrals(tables: Tables) -> pl.LazyFrame:
    """The first spell (`first`) begins on the day of referral with the status "referred"; each later
    step begins the next. `until_on` is the day the next begins, null for the last. `mode` and `outcome`
    are the latest decided by then. `failures` is the number of failures that the referral is about.
    """
    spine = tables["referrals"].drop("opened_by", "closed_by")
    steps = tables["referral_events"].select(
        MATTER, "happened_on", "status", "mode", "outcome", "event_ref", *CLOCK
    )
    about = tables["referral_failures"].select(MATTER, "failure_ref", *CLOCK)
    days = change_days([spine, steps, about], MATTER)
    counts = on_day(about, days, MATTER).group_by(MATTER, "day").agg(failures=pl.len())
    known_spine = (
        on_day(spine, days, MATTER)
        .join(counts, on=[MATTER, "day"], how="left")
        .with_columns(pl.col("failures").fill_null(0))
    )
    began = known_spine.with_columns(
        from_on="referred_on",
        status=pl.lit("referred").cast(pl.Enum(REFERRAL_STATUSES)),
        event_ref=pl.lit(""),
        first=pl.lit(value=True),
    )
    stepped = known_spine.join(
        on_day(steps, days, MATTER).drop("day_after").rename({"happened_on": "from_on"}),
        on=[MATTER, "day"],
    ).with_columns(first=pl.lit(value=False))
    order = [MATTER, "day", "from_on", pl.col("event_ref").str.len_bytes(), "event_ref"]
    decided = pl.col("mode", "outcome").forward_fill().over(MATTER, "day", order_by=order)
    return (
        pl.concat([began, stepped], how="diagonal")
        .sort(order)
        .with_columns(decided, until_on=pl.col("from_on").shift(-1).over(MATTER, "day", order_by=order))
        .rename(STRETCH)
        .drop("event_ref")
    )


def investigated(tables: Tables) -> pl.LazyFrame:
    """`begun_on` is the day of the first of their referrals in scope, or of any where none is; `ended_on`
    the day on which the last of those ended, null while one goes on. `referrals` is how many they are.
    The first spell (`first`) begins on `begun_on` and has no duty status.
    """
    # Made once here: it is read three times below, and each reading would make it anew.
    matters = _matters_of_people(tables).collect().lazy()
    duties = tables["duty_statuses"].select(PERSON, "from_on", *CLOCK, duty="status")
    days = change_days([matters, duties], PERSON)
    spine = on_day(matters, days, PERSON).group_by(PERSON, "day", "day_after").agg(_sums())
    stepped = on_day(duties, days, PERSON).drop("day_after")
    return spells(spine, stepped, PERSON, "begun_on", latest=[pl.col("duty")])


def _matters_of_people(tables: Tables) -> pl.LazyFrame:
    named = tables["people_investigated"].select(PERSON, MATTER, *CLOCK)
    matters = _matters(tables).collect().lazy()
    days = change_days([named, matters], MATTER)
    of_day = on_day(matters, days, MATTER).drop("day_after")
    return on_day(named, days, MATTER).join(of_day, on=[MATTER, "day"]).rename(STRETCH)


def _matters(tables: Tables) -> pl.LazyFrame:
    last = pl.col("from_on").last()
    return (
        referrals(tables)
        .group_by(MATTER, *CLOCK, maintain_order=True)
        .agg(
            pl.col("referred_on", "in_scope").first(),
            ended_on=pl.when(pl.col("status").last().is_in(ENDED)).then(last),
        )
    )


def _sums() -> list[pl.Expr]:
    any_in_scope = pl.col("in_scope").any()
    counted = pl.col("in_scope") | ~any_in_scope
    over = pl.col("ended_on").filter(counted).is_not_null().all()
    return [
        any_in_scope.alias("in_scope"),
        pl.col("referred_on").filter(counted).min().alias("begun_on"),
        pl.when(over).then(pl.col("ended_on").filter(counted).max()).alias("ended_on"),
        counted.sum().cast(pl.Int32).alias("referrals"),
    ]


def recommendations(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """`due_on` is the last day for the answer: of the days of the terms of reference, the day it was made is
    the first; later if it was extended. `subject` is its referral's. One is out of scope only if its
    referral is known to be.
    """
    rows = tables["recommendations"].drop("opened_by", "closed_by")
    matters = (
        tables["referrals"]
        .select(MATTER, "subject", *CLOCK, matter_in_scope="in_scope")
        .join(rows.select(KEY, MATTER).unique(), on=MATTER)
    )
    days = change_days([rows, matters], KEY)
    of_day = on_day(matters, days, KEY).drop("day_after")
    allowed = pl.duration(days=terms.response_days - 1)
    return (
        on_day(rows, days, KEY)
        .join(of_day, on=[KEY, MATTER, "day"], how="left")
        .with_columns(
            in_scope=pl.col("matter_in_scope").fill_null(value=True),
            due_on=pl.max_horizontal(pl.col("made_on") + allowed, "extended_to"),
        )
        .drop("matter_in_scope")
        .rename(STRETCH)
        .sort(KEY, "recorded_from")
    )
