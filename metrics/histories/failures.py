"""What was known of each failure, of its application, and of its referral."""

from collections.abc import Sequence

import polars as pl

from data.terms import Part
from metrics.histories.cases import IN_SCOPE, cases_concerned
from metrics.histories.periods_known import CLOCK, Child, Tables, register, stretches

FAILURE, CASE, MATTER = "failure_ref", "application_ref", "referral_ref"


def failures(tables: Tables, partition: Sequence[Part]) -> pl.LazyFrame:
    """`in_scope` needs both to be in scope, and the application to be known: a failure whose application
    is gone is out of scope, not out of sight. `part` is the first part of the headline partition
    that the failure fits; `month_found` is the first day of the month; `referred_on` is the day of the
    first referral, of any scope, that is about it.
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
    """Return the day of each referral that was known to be about a failure, once for each case it was in."""
    about = tables["referral_failures"].select(MATTER, FAILURE, *CLOCK)
    matters = tables["referrals"].select(MATTER, "referred_on", *CLOCK)
    known = stretches(about, MATTER, Child(matters, how="inner"))
    return known.join(rows.select(FAILURE, CASE).unique(), on=FAILURE)


def _part(partition: Sequence[Part]) -> pl.Expr:
    fitting = pl.lit(None, pl.String)
    for part in reversed(partition):
        fitting = pl.when(part.fits()).then(pl.lit(part.name)).otherwise(fitting)
    return fitting.cast(pl.Enum([part.name for part in partition]))
