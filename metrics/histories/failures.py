"""What was known of each failure, of its application, and of its referral."""

from collections.abc import Sequence

import polars as pl

from data.terms import Part
from metrics.histories.cases import cases_concerned
from metrics.histories.periods_known import CLOCK, STRETCH, Tables, change_days, on_day

FAILURE, CASE = "failure_ref", "application_ref"


def failures(tables: Tables, partition: Sequence[Part]) -> pl.LazyFrame:
    """`in_scope` needs both to be in scope, and the application to be known: a failure whose application
    is gone is out of scope, not out of sight. `part` is the first part of the headline partition
    that the failure fits; `month_found` is the first day of the month; `referred_on` is the day of the
    first referral, of any scope, that is about it.
    """
    rows = tables["failures"].drop("opened_by", "closed_by", "review_ref")
    known_cases, referred = cases_concerned(tables, rows), _referred(tables, rows)
    days = change_days([rows, known_cases, referred], CASE)
    of_day = on_day(known_cases, days, CASE).drop("day_after")
    first = on_day(referred, days, CASE).group_by(FAILURE, CASE, "day").agg(pl.col("referred_on").min())
    return (
        on_day(rows, days, CASE)
        .join(of_day, on=[CASE, "day"], how="left")
        .join(first, on=[FAILURE, CASE, "day"], how="left")
        .with_columns(
            in_scope=pl.col("in_scope") & pl.col("case_in_scope").fill_null(value=False),
            part=_part(partition),
            month_found=pl.col("found_on").dt.truncate("1mo"),
        )
        .drop("case_in_scope")
        .rename(STRETCH)
        .sort(FAILURE, "recorded_from")
    )


def _referred(tables: Tables, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the day of each referral that was known to be about a failure, once for each case it was in."""
    matter = "referral_ref"
    about = tables["referral_failures"].select(matter, FAILURE, *CLOCK)
    matters = tables["referrals"].select(matter, "referred_on", *CLOCK)
    days = change_days([about, matters], matter)
    of_day = on_day(matters, days, matter).drop("day_after")
    return (
        on_day(about, days, matter)
        .join(of_day, on=[matter, "day"])
        .rename(STRETCH)
        .join(rows.select(FAILURE, CASE).unique(), on=FAILURE)
    )


def _part(partition: Sequence[Part]) -> pl.Expr:
    names = [part.name for part in partition]
    part = pl.lit(None, pl.String)
    for each in reversed(partition):
        part = pl.when(each.fits()).then(pl.lit(each.name)).otherwise(part)
    return part.cast(pl.Enum(names))
