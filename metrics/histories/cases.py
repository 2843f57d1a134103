"""What was known of each application, and of those that rows of another table are about."""

import polars as pl

from metrics.histories.periods_known import CLOCK, Child, Tables, stretches

CASE_TABLES = ("applications", "risk_assessments", "reviews", "failures")
# What happened on one day is taken in the order of its numbers: E9 before E10.
GRADING = (pl.col("assessed_on"), pl.col("assessment_ref").str.len_bytes(), pl.col("assessment_ref"))


def cases(tables: Tables) -> pl.LazyFrame:
    """One row for each application and stretch of `[recorded_from, recorded_to)`, in that order.
    Days are null until they happen: `received_on, opened_on, assessed_on` (first), `graded_on`
    (latest), `sent_on` (first sent on to a detailed review), `allocated_on` and `completed_on`
    (first review), `failed_on` (first failure in scope). `earlier_grades` holds the grades before
    the latest, oldest first, and is null where there was one or none.
    """
    applications = tables["applications"].drop("opened_by", "closed_by", "decided_on", "disclosed_on")
    # Their order is found once: to sort texts anew within each case would take most of the time.
    assessments = tables["risk_assessments"].sort(GRADING).with_row_index("turn")
    children = [
        Child(assessments, _assessment_sums()),
        # Few are graded twice, and lists are slow to make: the others go without.
        Child(assessments.filter(pl.len().over("application_ref") > 1), [_earlier_grades()]),
        Child(tables["reviews"].filter(pl.col("kind") == "first"), _review_sums()),
        Child(tables["failures"].filter("in_scope"), [pl.col("found_on").min().alias("failed_on")]),
    ]
    year = pl.col("received_on").dt.year().cast(pl.Int16).alias("year")
    return stretches(applications, "application_ref", children).with_columns(year)


def _assessment_sums() -> list[pl.Expr]:
    return [
        pl.col("assessed_on").min(),
        pl.col("grade").sort_by("turn").last(),
        pl.col("assessed_on").max().alias("graded_on"),
        pl.col("assessed_on").filter("sent_on").min().alias("sent_on"),
    ]


def _earlier_grades() -> pl.Expr:
    grades = pl.struct("assessed_on", "grade").sort_by("turn")
    return pl.when(pl.len() > 1).then(grades.head(pl.len() - 1).implode()).alias("earlier_grades")


def _review_sums() -> list[pl.Expr]:
    return [pl.col("allocated_on").min(), pl.col("completed_on").min()]


OF_CASE = (
    "area",
    "route",
    "category",
    "year",
    "grade",
    "graded_on",
    "earlier_grades",
    "received_on",
)


def cases_concerned(tables: Tables, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return what was known of each application that `rows` name, with its scope as `case_in_scope`."""
    named = rows.select("application_ref").unique()
    concerned = {table: tables[table].join(named, on="application_ref", how="semi") for table in CASE_TABLES}
    known = cases(concerned).select("application_ref", *CLOCK, *OF_CASE, case_in_scope="in_scope")
    # Made once here: it is read three times by those who join it, and each reading would make it anew.
    return known.collect().lazy()
