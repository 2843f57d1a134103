"""What was known of the review team: its reviews, its staff, its second looks and sample checks."""

import polars as pl

from metrics.histories.cases import CASE_TABLES, cases
from metrics.histories.periods_known import CLOCK, STRETCH, Tables, change_days, on_day


def reviews(tables: Tables) -> pl.LazyFrame:
    """Whether its application is in scope is not asked: the work was done either way."""
    rows = tables["reviews"].drop("opened_by", "closed_by")
    return rows.sort(pl.col("review_ref").str.len_bytes(), "review_ref", "recorded_from")


STAFFED_FOR = pl.duration(days=28)


def staffing(tables: Tables) -> pl.LazyFrame:
    """It stands until `until_on`: the team's next week known, or four weeks at the most, since a week's
    headcount is recorded some days after the week has begun.
    """
    weeks = tables["staffing"].drop("opened_by", "closed_by")
    next_week = pl.col("week_on").shift(-1).over("team", "day", order_by="week_on")
    return (
        on_day(weeks, change_days([weeks], "team"), "team")
        .with_columns(until_on=pl.min_horizontal(next_week, pl.col("week_on") + STAFFED_FOR))
        .rename(STRETCH)
        .sort("week_on", "team", "recorded_from")
    )


KEY = "application_ref"
UPHELD, ADDED, TAKEN_BACK = "upheld", "failure added", "failure taken back"
VERDICTS = (UPHELD, ADDED, TAKEN_BACK)
# What was completed on one day is taken in the order of its numbers: V9 before V10.
FIRST_COMPLETED = (pl.col("completed_on"), pl.col("review_ref").str.len_bytes(), pl.col("review_ref"))
OF_CASE = (
    "area", "route", "category", "year", "grade", "graded_on", "earlier_grades",
    "in_scope", "received_on", "assessed_on", "sent_on",
)  # fmt: skip


def second_looks(tables: Tables) -> pl.LazyFrame:
    """One row for each second review and stretch. `first_completed_on, first_team, first_outcome` are of the
    first review that was completed; null until one was. `verdict` compares both outcomes; null until
    both are there.
    """
    rows = tables["reviews"].filter(pl.col("kind") == "second").drop("opened_by", "closed_by", "kind")
    done = tables["reviews"].filter(pl.col("kind") == "first", pl.col("completed_on").is_not_null())
    firsts = _concerning(done, rows)
    of_cases = _cases_of(tables, rows)
    days = change_days([rows, firsts, of_cases], KEY)
    first = (
        on_day(firsts, days, KEY)
        .group_by(KEY, "day")
        .agg(
            pl.col("completed_on").min().alias("first_completed_on"),
            *(
                pl.col(name).sort_by(*FIRST_COMPLETED).first().alias(f"first_{name}")
                for name in ("team", "outcome")
            ),
        )
    )
    known = _beside_case(on_day(rows, days, KEY), of_cases, days)
    seen = known.join(first, on=[KEY, "day"], how="left").with_columns(verdict=_verdict())
    return seen.rename(STRETCH).sort("review_ref", "recorded_from")


def sample_checks(tables: Tables) -> pl.LazyFrame:
    """One row for each application and stretch, however often it was drawn: `drawn_on` (first), `checked_on`
    (first completed), `missed_on` (first that found a failure). `unsent` tells whether it had not been
    sent on to a detailed review when it was drawn.
    """
    rows = tables["reviews"].filter(pl.col("kind") == "sample").drop("opened_by", "closed_by")
    of_cases = _cases_of(tables, rows)
    days = change_days([rows, of_cases], KEY)
    drawn = (
        on_day(rows, days, KEY)
        .group_by(KEY, "day")
        .agg(
            pl.col("allocated_on").min().alias("drawn_on"),
            pl.col("completed_on").min().alias("checked_on"),
            pl.col("completed_on").filter(pl.col("outcome") == "failure found").min().alias("missed_on"),
        )
    )
    unsent = pl.col("sent_on").is_null() | (pl.col("sent_on") > pl.col("drawn_on"))
    seen = _beside_case(drawn, of_cases, days).with_columns(unsent=unsent)
    return seen.rename(STRETCH).sort(KEY, "recorded_from")


def _concerning(rows: pl.LazyFrame, reviewed: pl.LazyFrame) -> pl.LazyFrame:
    return rows.join(reviewed.select(KEY).unique(), on=KEY, how="semi")


def _cases_of(tables: Tables, reviewed: pl.LazyFrame) -> pl.LazyFrame:
    """Return what was known of the applications that were looked at again; made once, read more than once."""
    concerned = {table: _concerning(tables[table], reviewed) for table in CASE_TABLES}
    return cases(concerned).select(KEY, *CLOCK, *OF_CASE).collect().lazy()


def _beside_case(reviewed: pl.LazyFrame, of_cases: pl.LazyFrame, days: pl.LazyFrame) -> pl.LazyFrame:
    """Put each look beside its application on its day; what has none known is in no scope."""
    # The day after comes from the days themselves: a look may be known when its application is not.
    known = on_day(of_cases, days, KEY).drop("day_after")
    dated = reviewed.drop("day_after", strict=False).join(days, on=[KEY, "day"])
    return dated.join(known, on=[KEY, "day"], how="left").with_columns(
        pl.col("in_scope").fill_null(value=False)
    )


def _verdict() -> pl.Expr:
    second, first = (pl.col(name) == "failure found" for name in ("outcome", "first_outcome"))
    same = pl.when(second == first).then(pl.lit(UPHELD))
    verdict = same.when(second & ~first).then(pl.lit(ADDED)).when(~second & first).then(pl.lit(TAKEN_BACK))
    return verdict.cast(pl.Enum(VERDICTS)).alias("verdict")
