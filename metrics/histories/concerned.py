"""What was known of the applications that rows of another table are about."""

import polars as pl

from metrics.histories.cases import CASE_TABLES, cases
from metrics.histories.periods_known import CLOCK, Tables

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
    found = cases(concerned).select("application_ref", *CLOCK, *OF_CASE, case_in_scope="in_scope")
    # Made once here: it is read three times by those who join it, and each reading would make it anew.
    return found.collect().lazy()
