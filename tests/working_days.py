"""The working days of the demonstration's months, written out beside what Candour takes from a library."""

import datetime as dt

# England and Wales.
BANK_HOLIDAYS = frozenset(
    dt.date.fromisoformat(f"20{day}")
    for day in ("23-12-25", "23-12-26", "24-01-01", "24-03-29", "24-04-01", "24-05-06", "24-05-27")
)


def works(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in BANK_HOLIDAYS
