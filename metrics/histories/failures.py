"""What was known of each failure and of its application."""

from collections.abc import Sequence

import polars as pl

from data.terms import Part
from metrics.histories.cases import CASE_TABLES, cases
from metrics.histories.stretches import CLOCK, STRETCH, Tables, change_days, on_day


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
    days = change_days([found, known_cases], "application_ref")
    of_day = on_day(known_cases, days, "application_ref").drop("day_after")
    return (
        on_day(found, days, "application_ref")
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


def _part(partition: Sequence[Part]) -> pl.Expr:
    names = [part.name for part in partition]
    part = pl.lit(None, pl.String)
    for each in reversed(partition):
        part = pl.when(each.fits()).then(pl.lit(each.name)).otherwise(part)
    return part.cast(pl.Enum(names))
