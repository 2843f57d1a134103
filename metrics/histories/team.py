"""What was known of the review team: its reviews, its staff, its second looks and sample checks."""

import polars as pl

from metrics.histories.cases import IN_SCOPE, cases_concerned
from metrics.histories.periods_known import STRETCH, Child, Tables, by_day, register, stretches


def reviews(tables: Tables) -> pl.LazyFrame:
    """Whether its application is in scope is not asked: the work was done either way."""
    rows = register(tables, "reviews")
    return rows.sort(pl.col("review_ref").str.len_bytes(), "review_ref", "recorded_from")


STAFFED_FOR = pl.duration(days=28)


def staffing(tables: Tables) -> pl.LazyFrame:
    """It stands until the team's next week known, or four weeks: a week is recorded some days late."""
    next_week = pl.col("week_on").shift(-1).over("team", "day", order_by="week_on")
    return (
        by_day(register(tables, "staffing"), "team")
        .with_columns(until_on=pl.min_horizontal(next_week, pl.col("week_on") + STAFFED_FOR))
        .rename(STRETCH)
        .sort("week_on", "team", "recorded_from")
    )


KEY = "application_ref"
UPHELD, ADDED, TAKEN_BACK = "upheld", "failure added", "failure taken back"
VERDICTS = (UPHELD, ADDED, TAKEN_BACK)
# What was completed on one day is taken in the order of its numbers: V9 before V10.
FIRST_COMPLETED = (pl.col("completed_on"), pl.col("review_ref").str.len_bytes(), pl.col("review_ref"))


def second_looks(tables: Tables) -> pl.LazyFrame:
    """`first_completed_on, first_team, first_outcome`: of the first review that was completed, null until
    then. `verdict` compares both outcomes; null until both are there.
    """
    rows = register(tables, "reviews").filter(pl.col("kind") == "second").drop("kind")
    done = tables["reviews"].filter(pl.col("kind") == "first", pl.col("completed_on").is_not_null())
    earliest = pl.col("team", "outcome").sort_by(*FIRST_COMPLETED).first().name.prefix("first_")
    sums = [pl.col("completed_on").min().alias("first_completed_on"), earliest]
    firsts = Child(done.join(rows.select(KEY).unique(), on=KEY, how="semi"), sums)
    second, first = (pl.col(name) == "failure found" for name in ("outcome", "first_outcome"))
    same = pl.when(second == first).then(pl.lit(UPHELD))
    verdict = same.when(second & ~first).then(pl.lit(ADDED)).when(~second & first).then(pl.lit(TAKEN_BACK))
    return (
        stretches(rows, KEY, _cases_reviewed(tables, rows), firsts)
        .with_columns(in_scope=IN_SCOPE, verdict=verdict.cast(pl.Enum(VERDICTS)))
        .drop("case_in_scope")
        .sort("review_ref", "recorded_from")
    )


def sample_checks(tables: Tables) -> pl.LazyFrame:
    """One row for each application and stretch, however often it was drawn: `drawn_on` (first), `checked_on`
    (first completed), `missed_on` (first that found a failure), `unsent`: not sent on when it was drawn.
    """
    rows = register(tables, "reviews").filter(pl.col("kind") == "sample")
    completed = pl.col("completed_on")
    sums = [
        pl.col("allocated_on").min().alias("drawn_on"),
        completed.min().alias("checked_on"),
        completed.filter(pl.col("outcome") == "failure found").min().alias("missed_on"),
    ]
    unsent = pl.col("sent_on").is_null() | (pl.col("sent_on") > pl.col("drawn_on"))
    return (
        by_day(rows, KEY, _cases_reviewed(tables, rows), sums=sums)
        .with_columns(in_scope=IN_SCOPE, unsent=unsent)
        .drop("case_in_scope")
        .rename(STRETCH)
        .sort(KEY, "recorded_from")
    )


def _cases_reviewed(tables: Tables, rows: pl.LazyFrame) -> Child:
    return Child(cases_concerned(tables, rows, "assessed_on", "sent_on"))
