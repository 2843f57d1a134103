"""From the ledger's row versions to the two frames that most figures count over.

One row for each application (or failure) and each stretch of days over which nothing known of it
changed. To know what was known on a day is then one comparison on two columns, with no join, for
every figure and on every day. Pure; built once for each version of the ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from data.interval import STILL
from data.terms import Part
from metrics.metric import AnyMetric

Tables = Mapping[str, pl.LazyFrame]
CLOCK = ("recorded_from", "recorded_to")
STRETCH = {"day": "recorded_from", "day_after": "recorded_to"}

# Tables from which a case's columns come, other than the applications themselves.
_CASES_FROM = {
    "assessed_on": "risk_assessments",
    "graded_on": "risk_assessments",
    "sent_on": "risk_assessments",
    "allocated_on": "reviews",
    "completed_on": "reviews",
    "failed_on": "failures",
}
_SUBJECTS_FROM = {
    "cases": "applications",
    "failures": "failures",
    "referrals": "referrals",
    "staffing": "staffing",
}


def tables_of(metric: AnyMetric) -> set[str]:
    """Return the tables without which a figure cannot be told."""
    wanted = {_SUBJECTS_FROM[metric.subject]}
    if metric.subject == "cases":
        wanted |= {_CASES_FROM[column] for column in metric.columns if column in _CASES_FROM}
    return wanted


CASE_TABLES = ("applications", "risk_assessments", "reviews", "failures")
# What happened on one day is taken in the order of its numbers: E9 before E10.
GRADING = (pl.col("assessed_on"), pl.col("assessment_ref").str.len_bytes(), pl.col("assessment_ref"))
STAFFED_FOR = pl.duration(days=28)


@dataclass(frozen=True, eq=False)
class Child:
    """Rows that belong to an application, and what they come to for it."""

    rows: pl.LazyFrame
    sums: Sequence[pl.Expr]


def cases(tables: Tables) -> pl.LazyFrame:
    """Return what was known of each application, and from when to when.

    One row for each application and stretch of `[recorded_from, recorded_to)`, in that order.
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
    return _stretches(applications, "application_ref", children).with_columns(year)


def failures(tables: Tables, partition: Sequence[Part]) -> pl.LazyFrame:
    """Return what was known of each failure and of its application, and from when to when.

    `in_scope` needs both to be in scope, and the application to be known: a failure whose application
    is gone is out of scope, not out of sight. `part` is the first part of the headline partition
    that the failure fits; `month_found` is the first day of the month.
    """
    found = tables["failures"].drop("opened_by", "closed_by", "review_ref")
    of_case = ["area", "route", "category", "year", "grade", "graded_on", "earlier_grades", "received_on"]
    failed = tables["failures"].select("application_ref").unique()
    concerned = {table: tables[table].join(failed, on="application_ref", how="semi") for table in CASE_TABLES}
    found_cases = cases(concerned).select("application_ref", *CLOCK, *of_case, case_in_scope="in_scope")
    # Made once here: it is read three times below, and each reading would make it anew.
    known_cases = found_cases.collect().lazy()
    days = _change_days([found, known_cases], "application_ref")
    of_day = _on_day(known_cases, days, "application_ref").drop("day_after")
    return (
        _on_day(found, days, "application_ref")
        .join(of_day, on=["application_ref", "day"], how="left")
        .with_columns(
            in_scope=pl.col("in_scope") & pl.col("case_in_scope").fill_null(value=False),
            part=_part(partition),
            month_found=pl.col("found_on").dt.truncate("1mo"),
        )
        .drop("case_in_scope")
        .rename(STRETCH)
        .sort("failure_ref", "recorded_from")
    )


def referrals(tables: Tables) -> pl.LazyFrame:
    """Return every spell of a status of each referral, and from when to when it was known.

    The first spell (`first`) begins on the day of referral with the status "referred"; each later
    step begins the next. `until_on` is the day the next begins, null for the last.
    """
    spine = tables["referrals"].drop("opened_by", "closed_by")
    steps = tables["referral_events"].select("referral_ref", "happened_on", "status", "event_ref", *CLOCK)
    days = _change_days([spine, steps], "referral_ref")
    known_spine = _on_day(spine, days, "referral_ref")
    began = known_spine.with_columns(
        from_on="referred_on", status=pl.lit("referred"), event_ref=pl.lit(""), first=pl.lit(value=True)
    )
    stepped = known_spine.join(
        _on_day(steps, days, "referral_ref").drop("day_after").rename({"happened_on": "from_on"}),
        on=["referral_ref", "day"],
    ).with_columns(pl.col("status").cast(pl.String), first=pl.lit(value=False))
    order = ["referral_ref", "day", "from_on", pl.col("event_ref").str.len_bytes(), "event_ref"]
    return (
        pl.concat([began, stepped.select(began.collect_schema().names())])
        .sort(order)
        .with_columns(until_on=pl.col("from_on").shift(-1).over("referral_ref", "day", order_by=order))
        .rename(STRETCH)
        .drop("event_ref")
    )


def staffing(tables: Tables) -> pl.LazyFrame:
    """Return the headcount of each week and team, as known from when to when.

    It stands until `until_on`: the team's next week known, or four weeks at the most, since a week's
    headcount is recorded some days after the week has begun.
    """
    weeks = tables["staffing"].drop("opened_by", "closed_by")
    next_week = pl.col("week_on").shift(-1).over("team", "day", order_by="week_on")
    return (
        _on_day(weeks, _change_days([weeks], "team"), "team")
        .with_columns(until_on=pl.min_horizontal(next_week, pl.col("week_on") + STAFFED_FOR))
        .rename(STRETCH)
        .sort("week_on", "team", "recorded_from")
    )


def _stretches(spine: pl.LazyFrame, key: str, children: Sequence[Child]) -> pl.LazyFrame:
    days = _change_days([spine, *(child.rows for child in children)], key)
    stretches = _on_day(spine, days, key)
    for child in children:
        sums = _on_day(child.rows, days, key).group_by(key, "day").agg(child.sums)
        stretches = stretches.join(sums, on=[key, "day"], how="left")
    return stretches.rename(STRETCH).sort(key, "recorded_from")


def _change_days(recorded: Sequence[pl.LazyFrame], key: str) -> pl.LazyFrame:
    """Days on which something known of a key changed, each with the next such day."""
    days = [rows.select(key, day=day) for rows in recorded for day in CLOCK]
    following = pl.when(pl.col(key) == pl.col(key).shift(-1)).then(pl.col("day").shift(-1))
    return (
        pl.concat(days)
        .unique()
        .sort(key, "day")
        .with_columns(day_after=following.fill_null(STILL))
        .filter(pl.col("day") < STILL)
    )


def _on_day(rows: pl.LazyFrame, days: pl.LazyFrame, key: str) -> pl.LazyFrame:
    """Row versions that stood on each change day of their key."""
    return (
        rows.join(days, on=key)
        .filter(pl.col("recorded_from") <= pl.col("day"), pl.col("day") < pl.col("recorded_to"))
        .drop(CLOCK)
    )


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


def _part(partition: Sequence[Part]) -> pl.Expr:
    names = [part.name for part in partition]
    part = pl.lit(None, pl.String)
    for each in reversed(partition):
        part = pl.when(each.fits()).then(pl.lit(each.name)).otherwise(part)
    return part.cast(pl.Enum(names))
