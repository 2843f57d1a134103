"""The calendar of the demonstration review: its extracts, its working days, its public days."""

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
    {
        dt.date(2023, 12, 25),
        dt.date(2023, 12, 26),
        dt.date(2024, 1, 1),
        dt.date(2024, 3, 29),
        dt.date(2024, 4, 1),
        dt.date(2024, 5, 6),
        dt.date(2024, 5, 27),
    }
)


def _thursdays() -> tuple[dt.date, ...]:
    first = dt.date(2023, 10, 5)
    days = [first + n * WEEK for n in range((LAST_ON - first) // WEEK + 1)]
    # The extract of that week was brought forward a day, for the closing statement.
    return tuple(MAY_ON if day == MAY_ON + DAY else day for day in days)


EXTRACTS = _thursdays()


def works(day: dt.date) -> bool:
    """Whether the review team works on that day."""
    return day.weekday() < 5 and day not in BANK_HOLIDAYS  # noqa: PLR2004


def quiet(day: dt.date) -> bool:
    """Whether most of the team is away for Christmas."""
    return dt.date(2023, 12, 21) <= day <= dt.date(2024, 1, 2)


def working_days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Working days between two days, both included."""
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return [day for day in days if works(day)]


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


def next_extract(day: dt.date) -> dt.date:
    """Day of the first extract on or after a day."""
    return min(extract for extract in EXTRACTS if extract >= day)
