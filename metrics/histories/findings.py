"""What was known of each failure and referral, of the people investigated, and of each recommendation."""

from collections.abc import Sequence

import polars as pl

from data.schema import REFERRAL_STATUSES
from data.terms import Part, Terms
from metrics.histories.cases import IN_SCOPE, cases_concerned
from metrics.histories.periods_known import (
    CLOCK,
    STRETCH,
    Child,
    Tables,
    by_day,
    on_day,
    register,
    spells,
    stretches,
)

FAILURE, CASE = "failure_ref", "application_ref"
PERSON, MATTER, KEY = "person_ref", "referral_ref", "recommendation_ref"
ENDED = ("closed", "discontinued", "withdrawn")  # statuses of a matter that is settled


def failures(tables: Tables, partition: Sequence[Part]) -> pl.LazyFrame:
    """`in_scope` needs both to be in scope, and the application to be known: else it is out of scope, not out
    of sight. `part`: the first of the headline partition that fits; `referred_on`: the first, of any scope.
    """
    rows = register(tables, "failures", "review_ref")
    referred = Child(_referred(tables, rows), [pl.col("referred_on").min()], on=(FAILURE,))
    return (
        stretches(rows, CASE, Child(cases_concerned(tables, rows)), referred)
        .with_columns(
            in_scope=pl.col("in_scope") & IN_SCOPE,
            part=_part(partition),
            month_found=pl.col("found_on").dt.truncate("1mo"),
        )
        .drop("case_in_scope")
        .sort(FAILURE, "recorded_from")
    )


def _referred(tables: Tables, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Once for each case that the failure was in."""
    about = tables["referral_failures"].select(MATTER, FAILURE, *CLOCK)
    matters = tables["referrals"].select(MATTER, "referred_on", *CLOCK)
    known = stretches(about, MATTER, Child(matters, how="inner"))
    return known.join(rows.select(FAILURE, CASE).unique(), on=FAILURE)


def _part(partition: Sequence[Part]) -> pl.Expr:
    fitting = pl.lit(None, pl.String)
    for part in reversed(partition):
        fitting = pl.when(part.fits()).then(pl.lit(part.name)).otherwise(fitting)
    return fitting.cast(pl.Enum([part.name for part in partition]))


def referrals(tables: Tables) -> pl.LazyFrame:
    """The first spell (`first`) begins on the day of referral with the status "referred". `until_on`: when
    the next begins. `mode` and `outcome`: the latest decided by then. `failures`: how many.
    """
    steps = tables["referral_events"].select(
        MATTER, "status", "mode", "outcome", "event_ref", *CLOCK, from_on="happened_on"
    )
    about = Child(tables["referral_failures"].select(MATTER, *CLOCK), [pl.len().alias("failures")])
    known = by_day(register(tables, "referrals"), MATTER, about, also=[steps]).with_columns(
        pl.col("failures").fill_null(0)
    )
    began = known.with_columns(
        from_on="referred_on",
        status=pl.lit("referred").cast(pl.Enum(REFERRAL_STATUSES)),
        event_ref=pl.lit(""),
        first=pl.lit(value=True),
    )
    stepped = on_day(steps, known, MATTER).with_columns(first=pl.lit(value=False))
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
    """`begun_on`: the first of their referrals in scope, or of any where none is; `ended_on`: when the last
    ended; `referrals`: how many. The first spell (`first`) has no duty status.
    """
    # Made once here: each is read three times by what follows, and each reading would make it anew.
    ended = pl.when(pl.col("status").last().is_in(ENDED)).then(pl.col("from_on").last())
    of_matter = referrals(tables).group_by(MATTER, *CLOCK, maintain_order=True)
    known = of_matter.agg(pl.col("referred_on", "in_scope").first(), ended_on=ended).collect().lazy()
    named = tables["people_investigated"].select(PERSON, MATTER, *CLOCK)
    matters = stretches(named, MATTER, Child(known, how="inner")).collect().lazy()
    any_in_scope = pl.col("in_scope").any()
    counted = pl.col("in_scope") | ~any_in_scope
    begun, ends = pl.col("referred_on").filter(counted), pl.col("ended_on").filter(counted)
    sums = [
        any_in_scope.alias("in_scope"),
        begun.min().alias("begun_on"),
        pl.when(ends.is_not_null().all()).then(ends.max()).alias("ended_on"),
        counted.sum().cast(pl.Int32).alias("referrals"),
    ]
    duties = tables["duty_statuses"].select(PERSON, "from_on", *CLOCK, duty="status")
    spine = by_day(matters, PERSON, also=[duties], sums=sums)
    return spells(spine, duties, PERSON, "begun_on", latest=[pl.col("duty")])


def recommendations(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """`due_on`: the day it was made is the first of the days allowed; later if extended. `subject`: its
    referral's. One is out of scope only if its referral is known to be.
    """
    rows = register(tables, "recommendations")
    matters = tables["referrals"].select(MATTER, "subject", *CLOCK, matter_in_scope="in_scope")
    about = Child(matters.join(rows.select(KEY, MATTER).unique(), on=MATTER), on=(MATTER,))
    allowed = pl.duration(days=terms.response_days - 1)
    return (
        stretches(rows, KEY, about)
        .with_columns(
            in_scope=pl.col("matter_in_scope").fill_null(value=True),
            due_on=pl.max_horizontal(pl.col("made_on") + allowed, "extended_to"),
        )
        .drop("matter_in_scope")
        .sort(KEY, "recorded_from")
    )
