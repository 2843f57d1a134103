"""What was known of each person under investigation, by duty status."""

import polars as pl

from metrics.histories.periods_known import CLOCK, STRETCH, Tables, change_days, on_day
from metrics.histories.referrals import ENDED, referrals
from metrics.histories.status_spells import spells

PERSON, MATTER = "person_ref", "referral_ref"


def investigated(tables: Tables) -> pl.LazyFrame:
    """Return every spell of a duty status of each person, and from when to when it was known.

    `begun_on` is the day of the first of their referrals in scope, or of any where none is; `ended_on`
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
