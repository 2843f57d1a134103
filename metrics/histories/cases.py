"""What was known of each application, of those that rows of another table are about, and of disclosures."""

from operator import attrgetter

import polars as pl

from data.terms import Terms
from metrics.histories.periods_known import CLOCK, Child, Tables, register, stretches

CASE_TABLES = ("applications", "risk_assessments", "reviews", "failures")
# What happened on one day is taken in the order of its numbers: E9 before E10.
GRADING = (pl.col("assessed_on"), pl.col("assessment_ref").str.len_bytes(), pl.col("assessment_ref"))


def cases(tables: Tables) -> pl.LazyFrame:
    """One row for each application and stretch of `[recorded_from, recorded_to)`, in that order.
    Days are null until they happen: `assessed_on` (first), `graded_on` (latest), `sent_on` (first sent on),
    `allocated_on` and `completed_on` (first review), `failed_on` (first failure in scope). `earlier_grades`
    are those before the latest, oldest first, null where there was one or none.
    """
    # Their order is found once: to sort texts anew within each case would take most of the time.
    assessments = tables["risk_assessments"].sort(GRADING).with_row_index("turn")
    assessed, grades = pl.col("assessed_on"), pl.struct("assessed_on", "grade").sort_by("turn")
    sums = [
        assessed.min(),
        pl.col("grade").sort_by("turn").last(),
        assessed.max().alias("graded_on"),
        assessed.filter("sent_on").min().alias("sent_on"),
    ]
    earlier = pl.when(pl.len() > 1).then(grades.head(pl.len() - 1).implode()).alias("earlier_grades")
    year = pl.col("received_on").dt.year().cast(pl.Int16).alias("year")
    return (
        stretches(
            register(tables, "applications", "decided_on", "disclosed_on"),
            "application_ref",
            Child(assessments, sums),
            # Few are graded twice, and lists are slow to make: the others go without.
            Child(assessments.filter(pl.len().over("application_ref") > 1), [earlier]),
            Child(
                tables["reviews"].filter(pl.col("kind") == "first"),
                [pl.col("allocated_on", "completed_on").min()],
            ),
            Child(tables["failures"].filter("in_scope"), [pl.col("found_on").min().alias("failed_on")]),
        )
        .sort("application_ref", "recorded_from")
        .with_columns(year)
    )


OF_CASE = ("area", "route", "category", "year", "grade", "graded_on", "earlier_grades", "received_on")
# A row whose application is not known is in no scope.
IN_SCOPE = pl.col("case_in_scope").fill_null(value=False)


def cases_concerned(tables: Tables, rows: pl.LazyFrame, *columns: str) -> pl.LazyFrame:
    """OF_CASE, `columns` and `case_in_scope` of each application that `rows` name."""
    named = rows.select("application_ref").unique()
    concerned = {table: tables[table].join(named, on="application_ref", how="semi") for table in CASE_TABLES}
    wanted = ("application_ref", *CLOCK, *OF_CASE, *columns)
    # Made once here: it is read three times by those who join it, and each reading would make it anew.
    return cases(concerned).select(*wanted, case_in_scope="in_scope").collect().lazy()


def disclosures(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """`settled_on`: when it was decided, or disclosed if earlier; null while the decision is pending.
    `due_on`: the last day within the limit in force on the day of receipt; null where there is none.
    """
    received_on, limit = pl.col("received_on"), pl.lit(None, pl.Int64)
    for timescale in sorted(terms.timescales, key=attrgetter("begins")):
        days = pl.lit(timescale.days, pl.Int64)
        limit = pl.when(received_on >= timescale.begins).then(days).otherwise(limit)
    decided_on = pl.when(pl.col("decision").ne_missing(pl.lit("pending"))).then("decided_on")
    return (
        register(tables, "applications", "opened_on")
        .with_columns(
            year=received_on.dt.year().cast(pl.Int16),
            settled_on=pl.min_horizontal(decided_on, "disclosed_on"),
            due_on=received_on + pl.duration(days=limit),
        )
        .sort("application_ref", "recorded_from")
    )
