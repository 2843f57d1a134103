import datetime as dt

import polars as pl

from metrics.workdays import (
    bank_holiday,
    breaks,
    per_working_day,
    weekly_rate,
    working_days,
    working_days_after,
)
from tests.metrics.world import D
from tests.working_days import BANK_HOLIDAYS, works


def test_no_work_is_done_at_weekends_or_on_bank_holidays_of_england_and_wales():
    assert working_days(D(2024, 3, 28), D(2024, 4, 2)) == [D(2024, 3, 28), D(2024, 4, 2)]
    assert working_days(D(2024, 1, 2), D(2024, 1, 1)) == []
    # The demonstration has its own list, written by hand.
    first, last = D(2023, 10, 1), D(2024, 6, 1)
    days = [first + dt.timedelta(days=each) for each in range((last - first).days + 1)]
    assert working_days(first, last) == [day for day in days if works(day)]
    assert not set(working_days(D(2023, 1, 1), D(2024, 12, 31))) & BANK_HOLIDAYS


def test_the_next_working_days_are_as_many_as_asked():
    assert working_days_after(D(2023, 12, 22), 3) == [D(2023, 12, 27), D(2023, 12, 28), D(2023, 12, 29)]
    coming = working_days_after(D(2023, 12, 22), 260)
    assert len(coming) == 260
    # Three are left of 2023, 254 are in 2024 (262 weekdays less 8 holidays), and New Year is no working day.
    assert coming[-1] == D(2025, 1, 6)


def totals(first, counts):
    days = [first + dt.timedelta(days=each) for each in range(len(counts))]
    return pl.DataFrame({"day": days, "total": counts})


def test_what_falls_between_two_working_days_is_the_later_ones():
    # Thursday to Tuesday: 2 on Thursday, 1 on Friday, 4 over the weekend and 3 on Monday, none on Tuesday.
    found = per_working_day(totals(D(2024, 1, 11), [2, 3, 5, 7, 10, 10]), D(2024, 1, 12), D(2024, 1, 16))
    assert found.rows() == [(D(2024, 1, 12), 1), (D(2024, 1, 15), 7), (D(2024, 1, 16), 0)]


def test_a_week_is_divided_by_its_own_working_days():
    # Good Friday is no working day, and neither is Easter Monday; the last week is two days long.
    counts = [0, 4, 8, 12, 16, 16, 16, 16, 16, 19, 20]
    weeks = weekly_rate(totals(D(2024, 3, 24), counts), D(2024, 3, 24), D(2024, 4, 3))
    assert weeks.rows() == [(D(2024, 3, 25), 16, 4, 4.0), (D(2024, 4, 1), 4, 2, 2.0)]


def test_before_the_first_working_day_there_is_no_week():
    # A Sunday: nothing has been worked since the review began that day.
    weeks = weekly_rate(totals(D(2023, 10, 1), [0]), D(2023, 10, 1), D(2023, 10, 1))
    assert weeks.schema == weekly_rate(totals(D(2023, 10, 1), [0, 2]), D(2023, 10, 1), D(2023, 10, 2)).schema
    assert weeks.is_empty()


def test_a_bank_holiday_is_named_and_the_first_of_a_span_is_it():
    assert bank_holiday(D(2023, 12, 25), D(2023, 12, 31)) == "Christmas Day"
    assert bank_holiday(D(2023, 12, 26), D(2023, 12, 31)) == "Boxing Day"
    assert bank_holiday(D(2024, 2, 1), D(2024, 2, 29)) == ""


def test_a_break_is_a_bank_holiday_with_the_days_off_about_it():
    # Easter 2024, and the two bank holidays of May, each with its weekend.
    assert breaks(D(2024, 2, 1), D(2024, 6, 1)) == [
        (D(2024, 3, 29), D(2024, 4, 1)),
        (D(2024, 5, 4), D(2024, 5, 6)),
        (D(2024, 5, 25), D(2024, 5, 27)),
    ]


def test_christmas_and_new_year_are_one_break_in_every_year():
    for year, ends in (
        (2022, D(2023, 1, 2)),
        (2023, D(2024, 1, 1)),
        (2024, D(2025, 1, 1)),
        (2025, D(2026, 1, 1)),
    ):
        ((first, last),) = breaks(D(year, 12, 1), D(year + 1, 1, 31))
        assert first in (D(year, 12, 23), D(year, 12, 24), D(year, 12, 25))
        assert last == ends


def test_a_break_is_cut_to_the_days_asked_for():
    assert breaks(D(2023, 12, 26), D(2023, 12, 28)) == [(D(2023, 12, 26), D(2023, 12, 28))]
    assert breaks(D(2024, 1, 2), D(2024, 1, 31)) == []
    assert breaks(D(2024, 1, 2), D(2023, 12, 1)) == []
