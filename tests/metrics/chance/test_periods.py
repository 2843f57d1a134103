import datetime as dt

import polars as pl
import pytest

from metrics.chance.periods import whole_periods

D = dt.date


def counts(**told):
    rows = [(D.fromisoformat(day.removeprefix("d").replace("_", "-")), count) for day, count in told.items()]
    return pl.DataFrame(rows, schema={"period": pl.Date, "numerator": pl.Int64}, orient="row")


def test_a_period_in_which_nothing_happened_is_a_zero_and_one_that_is_not_over_is_told():
    weekly = counts(d2023_10_09=2, d2023_10_23=1, d2023_11_06=5)
    found = whole_periods(weekly, D(2023, 10, 4), D(2023, 11, 8), "1w")
    assert found.rows() == [
        (D(2023, 10, 9), 2, True), (D(2023, 10, 16), 0, True), (D(2023, 10, 23), 1, True),
        (D(2023, 10, 30), 0, True), (D(2023, 11, 6), 5, False),
    ]  # fmt: skip


@pytest.mark.parametrize("every", ["1w", "1mo"])
def test_a_period_that_ends_on_the_day_is_over_and_one_that_began_on_it_is_not(every):
    for ahead in range(62):
        last = D(2023, 10, 16) + dt.timedelta(days=ahead)
        found = whole_periods(counts(d2023_10_02=2), D(2023, 10, 1), last, every)
        tomorrow = last + dt.timedelta(days=1)
        over = tomorrow.day == 1 if every == "1mo" else tomorrow.weekday() == 0
        assert found["whole"][-1] == over
        assert found["whole"][:-1].all()
        assert found["period"][-1] <= last


def test_what_happened_before_the_first_day_counts():
    found = whole_periods(counts(d2023_10_02=2), D(2023, 10, 4), D(2023, 10, 22), "1w")
    assert found["value"].to_list() == [2, 0, 0]
    assert found["whole"].all()


def test_months_are_whole_months():
    monthly = counts(d2023_10_01=3, d2023_12_01=1, d2024_02_01=9)
    found = whole_periods(monthly, D(2023, 10, 1), D(2024, 2, 28), "1mo")
    assert found.select("value", "whole").rows() == [(3, True), (0, True), (1, True), (0, True), (9, False)]


@pytest.mark.parametrize("last", [D(2023, 10, 3), D(2023, 10, 8), D(2023, 1, 1)])
def test_before_the_first_period_there_is_none(last):
    assert whole_periods(counts(), D(2023, 10, 4), last, "1w").is_empty()
