"""The days on which a review's team works: Monday to Friday, less the bank holidays of England and Wales."""

import datetime as dt
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

ONE_DAY = dt.timedelta(days=1)
MARGIN = dt.timedelta(days=14)  # a stretch may begin before the days asked for
SHORTEST_BREAK, WORKED_BETWEEN = 3, 3  # days; working days
Days = npt.NDArray[np.datetime64]


def working_days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Both included; none where the last is before the first."""
    every = np.arange(np.datetime64(first, "D"), np.datetime64(last + dt.timedelta(days=1), "D"))
    worked: list[dt.date] = every[np.is_busday(every, busdaycal=_calendar(first.year, last.year))].tolist()
    return worked


def breaks(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Return stretches of days off about bank holidays, both ends included, no ordinary weekend among them.

    Stretches with few working days between them, as from Christmas to New Year, are one.
    """
    if last < first:
        return []
    holidays = [day for day in _closed() if first - MARGIN <= day <= last + MARGIN]
    stretches: list[tuple[dt.date, dt.date]] = []
    for day in holidays:
        begins, ends = _days_off(day)
        if stretches and len(working_days(stretches[-1][1], begins)) <= WORKED_BETWEEN:
            begins = stretches.pop()[0]
        stretches.append((begins, ends))
    long = [(begins, ends) for begins, ends in stretches if (ends - begins).days + 1 >= SHORTEST_BREAK]
    inside = [(max(begins, first), min(ends, last)) for begins, ends in long]
    return [(begins, ends) for begins, ends in inside if begins <= ends]


def _days_off(holiday: dt.date) -> tuple[dt.date, dt.date]:
    begins = ends = holiday
    while not working_days(begins - ONE_DAY, begins):
        begins -= ONE_DAY
    while not working_days(ends, ends + ONE_DAY):
        ends += ONE_DAY
    return begins, ends


def working_days_after(day: dt.date, count: int) -> list[dt.date]:
    # A year has fewer than 240 of them nowhere: half as many days again, and a month, are always enough.
    return working_days(day + dt.timedelta(days=1), day + dt.timedelta(days=30 + count * 3 // 2))[:count]


def per_working_day(totals: pl.DataFrame, first: dt.date, last: dt.date) -> pl.DataFrame:
    """totals: `day` (every day, in order), one column for each running total. What stood on the first day is
    no growth; what fell between two working days is the later one's.
    """
    begins = totals["day"][0]
    worked = pl.Series("day", working_days(begins, last), pl.Date)
    working = pl.col("day").is_in(worked.implode())
    read = totals.filter(working | (pl.col("day") == begins))
    return read.with_columns(pl.exclude("day").diff().fill_null(0)).filter(working, pl.col("day") >= first)


def weekly_rate(totals: pl.DataFrame, first: dt.date, last: dt.date) -> pl.DataFrame:
    """totals: `day` and `total`. Returns `week_on` (its Monday), `done, days, rate`, one row for each week;
    the rate of a week without a working day by `last` is null.
    """
    days = per_working_day(totals, first, last)
    weeks = (
        days.group_by(week_on=pl.col("day").dt.truncate("1w"))
        .agg(done=pl.col("total").sum(), days=pl.len().cast(pl.Int64))
        .sort("week_on")
    )
    if weeks.height:
        weeks = weeks.upsample("week_on", every="1w").with_columns(pl.col("done", "days").fill_null(0))
    return weeks.with_columns(rate=pl.when(pl.col("days") > 0).then(pl.col("done") / pl.col("days")))


def bank_holiday(first: dt.date, last: dt.date) -> str:
    """Return the name of the first bank holiday in a span, both days included; empty if there is none."""
    named = _holidays(first.year, last.year)
    return next((named[day] for day in sorted(named) if first <= day <= last), "")


@cache
def _calendar(first: int, last: int) -> np.busdaycalendar:
    return np.busdaycalendar(holidays=sorted(_holidays(first, last)))


@cache
def _holidays(first: int, last: int) -> dict[dt.date, str]:
    import holidays  # a start need not wait for it

    return dict(holidays.country_holidays("GB", subdiv="ENG", years=range(first, last + 1)))


def after_working_days(since: pl.Expr, count: int) -> pl.Expr:
    return since.dt.add_business_days(count, holidays=_closed(), roll="backward")


@cache
def _closed() -> list[dt.date]:
    # The law of 1971 began them; what is proclaimed for one year is known for past years only.
    return sorted(_holidays(1972, 2071))
