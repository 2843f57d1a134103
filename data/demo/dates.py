"""The calendar of the demonstration review."""

import datetime as dt

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(days=7)

BEGAN_ON = dt.date(2023, 10, 2)
ANNOUNCED_ON = dt.date(2023, 10, 26)
NOVEMBER_ON = dt.date(2023, 11, 30)
JANUARY_ON = dt.date(2024, 1, 11)
MAY_ON = dt.date(2024, 5, 22)
LAST_ON = dt.date(2024, 5, 30)
STATEMENTS = (ANNOUNCED_ON, NOVEMBER_ON, JANUARY_ON, MAY_ON)

# England and Wales.
BANK_HOLIDAYS = frozenset(
    dt.date.fromisoformat(f"20{day}")
    for day in ("23-12-25", "23-12-26", "24-01-01", "24-03-29", "24-04-01", "24-05-06", "24-05-27")
)


def span(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every day between two days, both included."""
    return [first + n * DAY for n in range((last - first).days + 1)]


# The extract of MAY_ON's week was brought forward a day, for the closing statement.
EXTRACTS = tuple(
    MAY_ON if day == MAY_ON + DAY else day for day in span(dt.date(2023, 10, 5), LAST_ON)[:: WEEK.days]
)


def works(day: dt.date) -> bool:
    """Whether the review team works on that day."""
    return day.weekday() < 5 and day not in BANK_HOLIDAYS  # noqa: PLR2004


def quiet(day: dt.date) -> bool:
    """Whether most of the team is away for Christmas."""
    return dt.date(2023, 12, 21) <= day <= dt.date(2024, 1, 2)


def working_days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Working days between two days, both included."""
    return list(filter(works, span(first, last)))


def working_day_after(day: dt.date, count: int, *, last: dt.date = MAY_ON) -> dt.date:
    """The `count`th working day after a day, or the last working day up to `last` if that is earlier."""
    reached = day
    while count > 0 and reached < last:
        reached += DAY
        count -= works(reached)
    reached = min(reached, last)
    while not works(reached):
        reached -= DAY
    return reached
