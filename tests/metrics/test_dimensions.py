"""What figures are narrowed by: the values of a filter, none recorded among them, make up the whole."""

import datetime as dt
import itertools

import polars as pl
import pytest

from metrics.dimensions import DIMENSIONS, OTHER, dimension, labelled, labelled_texts, named, narrow
from metrics.metric import Subject

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


def test_a_missing_value_has_its_words_even_where_a_value_is_called_the_same():
    assert labelled(dimension("grade"), ["high", None]) == ["high", "not graded yet"]
    assert labelled(dimension("area"), ["not recorded", None]) == ["not recorded", "(not recorded)"]


def test_a_day_stands_for_its_period_and_a_truth_is_said_in_words():
    assert labelled(dimension("month_found"), [dt.date(2024, 1, 1)]) == ["Jan 2024"]
    assert labelled(dimension("quarter of found_on"), [dt.date(2024, 4, 1)]) == ["2024 Q2"]
    assert labelled(dimension("harm"), [True, False]) == ["yes", "no"]


def test_what_was_kept_as_text_reads_the_same():
    assert labelled_texts(dimension("month_found"), ["2024-01-01", None, OTHER]) == [
        "Jan 2024",
        "not recorded",
        "other",
    ]
    assert labelled_texts(dimension("harm"), ["true", "False"]) == ["yes", "no"]
    assert labelled_texts(dimension("year"), ["2015"]) == ["2015"]
