import datetime as dt

import polars as pl
import pytest

from metrics.chance.periods import whole_periods

D = dt.date


def counts(**told):
    rows = [(D.fromisoformat(day.removeprefix("d").replace("_", "-")), count) for day, count in told.items()]
    return pl.DataFrame(rows, schema={"period": pl.Date, "numerator": pl.Int64}, orient="row")


def test_a_period_in_which_nothing_happened_is_a_zero_and_one_cut_off_is_left_out():
    weekly = counts(d2023_10_09=2, d2023_10_23=1, d2023_11_06=5)
    found = whole_periods(weekly, D(2023, 10, 4), D(2023, 11, 8), "1w")
    assert found.rows() == [
        (D(2023, 10, 9), 2), (D(2023, 10, 16), 0), (D(2023, 10, 23), 1), (D(2023, 10, 30), 0),
    ]  # fmt: skip


def test_a_week_that_ends_on_the_day_is_whole_and_one_that_began_on_it_is_not():
    sunday, monday = D(2023, 10, 29), D(2023, 10, 30)
    for last in (sunday, monday):
        assert whole_periods(counts(d2023_10_09=2), D(2023, 10, 9), last, "1w")["period"][-1] == D(
            2023, 10, 23
        )


def test_what_happened_before_the_first_day_counts():
    found = whole_periods(counts(d2023_10_02=2), D(2023, 10, 4), D(2023, 10, 22), "1w")
    assert found["value"].to_list() == [2, 0, 0]


def test_months_are_whole_months():
    monthly = counts(d2023_10_01=3, d2023_12_01=1, d2024_02_01=9)
    found = whole_periods(monthly, D(2023, 10, 1), D(2024, 2, 28), "1mo")
    assert found["value"].to_list() == [3, 0, 1, 0]


@pytest.mark.parametrize("last", [D(2023, 10, 3), D(2023, 10, 10), D(2023, 1, 1)])
def test_before_the_first_whole_period_there_is_none(last):
    assert whole_periods(counts(), D(2023, 10, 4), last, "1w").is_empty()
