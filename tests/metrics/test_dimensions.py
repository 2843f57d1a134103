"""What figures are narrowed by: the values of a filter, none recorded among them, make up the whole."""

import datetime as dt
import itertools

import polars as pl
import pytest

from metrics.as_at import Clocks
from metrics.catalogue import CATALOGUE, metric
from metrics.dimensions import (
    DIMENSIONS,
    ONLY_OF_FAILURES,
    OTHER,
    dimension,
    failed_by,
    labelled,
    named,
    narrow,
    narrows,
)
from metrics.evaluate import evaluate
from metrics.metric import Subject
from tests.metrics.test_evaluate import SEEDS, world_of
from tests.metrics.world import D

DAY = dt.date(2024, 1, 11)
CODES = ["north", "south"]
TYPES = [pl.Enum(CODES), pl.String]
STEADY = [each for each in DIMENSIONS if each.steady and each.holds == "text"]


def rows(column: str, dtype: pl.DataType) -> pl.LazyFrame:
    values = ["north", None, "south", "north", None]
    return pl.LazyFrame({column: pl.Series(values, dtype=dtype), "number": range(len(values))})


def kept(frame: pl.LazyFrame, subject: Subject, name: str, values: tuple[str | None, ...]) -> list[int]:
    return narrow(frame, subject, {name: values}, DAY).collect()["number"].to_list()


@pytest.mark.parametrize("dtype", TYPES, ids=str)
@pytest.mark.parametrize("split", STEADY, ids=lambda each: each.name)
def test_the_values_of_a_dimension_part_its_rows_and_together_are_all_of_them(split, dtype):
    (column,) = split.value(DAY).meta.root_names()
    frame, subject = rows(column, dtype), split.subjects[0]
    parts = [kept(frame, subject, split.name, (each,)) for each in (*CODES, None)]
    assert parts == [[0, 3], [2], [1, 4]]
    for count in (1, 2, 3):
        for values in itertools.combinations((*CODES, None), count):
            expected = sorted(
                n for part, each in zip(parts, (*CODES, None), strict=True) if each in values for n in part
            )
            assert kept(frame, subject, split.name, values) == expected
    assert kept(frame, subject, split.name, ("elsewhere",)) == []


def test_a_case_that_is_not_graded_by_the_day_is_kept_by_no_grade_and_by_none_recorded():
    before, after = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)
    struct = pl.Struct({"assessed_on": pl.Date, "grade": pl.String})
    frame = pl.LazyFrame({
        "grade": ["high", "high", "high"],
        "graded_on": [before, after, after],
        "earlier_grades": pl.Series([None, None, [{"assessed_on": before, "grade": "low"}]], dtype=pl.List(struct)),
        "number": [0, 1, 2],
    })  # fmt: skip
    assert [kept(frame, "cases", "grade", (each,)) for each in ("high", None, "low")] == [[0], [1], [2]]


def test_what_is_not_recorded_is_called_as_the_page_calls_it():
    assert named("grade", ["high", None]) == ["high", "not graded yet"]
    assert named("area", [None]) == ["not recorded"]
    assert named("harm", ["true", "false"]) == ["yes", "no"]


def test_a_missing_value_has_its_words_even_where_a_value_is_called_the_same():
    assert labelled(dimension("grade"), ["high", None]) == ["high", "not graded yet"]
    assert labelled(dimension("area"), ["not recorded", None]) == ["not recorded", "(not recorded)"]


def test_a_day_stands_for_its_period_and_a_truth_is_said_in_words():
    assert labelled(dimension("month_found"), [dt.date(2024, 1, 1)]) == ["Jan 2024"]
    assert labelled(dimension("quarter of found_on"), [dt.date(2024, 4, 1)]) == ["2024 Q2"]
    assert labelled(dimension("harm"), [True, False]) == ["yes", "no"]


def test_what_was_kept_as_text_reads_the_same():
    assert named("month_found", ["2024-01-01", None, OTHER]) == [
        "Jan 2024",
        "not recorded",
        "other",
    ]
    assert named("harm", ["true", "False"]) == ["yes", "no"]
    assert named("year", ["2015"]) == ["2015"]


RATES = {"failure_rate": "assessed_on", "failure_rate_reviewed": "completed_on"}
CHOSEN = {
    "type": lambda row: row["type"] == "service",
    "reason": lambda row: row["reason"] == "wrong",
    "harm": lambda row: row["harm"],
    "part": lambda row: not row["harm"] and row["type"] == "service",
}
VALUE = {"type": "service", "reason": "wrong", "harm": "true", "part": "service"}
CLOCKS = [Clocks(as_at, known_at) for as_at in (D(2023, 10, 24), D(2023, 12, 20)) for known_at in (
    D(2023, 10, 5), D(2023, 11, 2), D(2024, 2, 1),
)]  # fmt: skip


def failed(rows, wanted, clocks: Clocks) -> set[str]:
    """Applications with such a failure in scope, from the rows of the table alone."""
    return {
        row["application_ref"]
        for row in rows["failures"]
        if row["recorded_from"] <= clocks.known_at < row["recorded_to"]
        and row["in_scope"] and row["found_on"] <= clocks.as_at and wanted(row)
    }  # fmt: skip


@pytest.mark.parametrize("name", RATES)
@pytest.mark.parametrize("by", CHOSEN)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_rate_counts_the_cases_with_such_a_failure_out_of_all_cases(seed, by, name):
    rows, built = world_of(seed)
    chosen = narrow(built["failures"], "failures", {by: (VALUE[by],)}, dt.date.max)
    cases = failed_by(built["cases"], chosen)
    for clocks in CLOCKS:
        told, whole = (
            evaluate(metric(name), each, clocks).row(0, named=True) for each in (cases, built["cases"])
        )
        seen = built["cases"].filter(
            pl.col("recorded_from") <= clocks.known_at, pl.col("recorded_to") > clocks.known_at, "in_scope",
            *(pl.col(day) <= clocks.as_at for day in ("received_on", RATES[name])),
            *([pl.col("sent_on") <= clocks.as_at] if name == "failure_rate_reviewed" else []),
        )  # fmt: skip
        expected = set(seen.collect()["application_ref"]) & failed(rows, CHOSEN[by], clocks)
        assert (told["numerator"], told["denominator"]) == (len(expected), whole["denominator"])


def test_cases_stay_in_their_order_and_only_the_day_of_the_failure_differs():
    _, built = world_of(1)
    none = failed_by(built["cases"], built["failures"].clear()).collect()
    whole = built["cases"].collect()
    assert none["failed_on"].null_count() == none.height
    assert none.drop("failed_on").equals(whole.drop("failed_on"))
    every = failed_by(built["cases"], built["failures"]).collect()
    scoped = pl.col("in_scope")
    assert (
        every.filter(scoped)
        .select(sorted(every.columns))
        .equals(whole.filter(scoped).select(sorted(every.columns)))
    )


def test_what_failures_have_narrows_failures_and_the_rates_of_cases_with_one():
    for name in ONLY_OF_FAILURES:
        narrowed = {figure.name for figure in CATALOGUE if narrows(name, figure)}
        of_failures = {figure.name for figure in CATALOGUE if figure.subject == "failures"}
        assert narrowed == of_failures | set(RATES)


def test_a_team_narrows_its_reviews_and_staff_and_an_area_no_staff():
    teams = {figure.subject for figure in CATALOGUE if narrows("team", figure)}
    assert teams == {"staffing", "reviews"}
    assert not narrows("area", metric("headcount"))
    assert narrows("area", metric("failure_rate"))
