import datetime as dt

ANNOUNCED_ON = dt.date(2023, 10, 26)
NOVEMBER_ON = dt.date(2023, 11, 30)
JANUARY_ON = dt.date(2024, 1, 11)
MAY_ON = dt.date(2024, 5, 22)
LAST_ON = dt.date(2024, 5, 30)
STATEMENTS = (ANNOUNCED_ON, NOVEMBER_ON, JANUARY_ON, MAY_ON)

_WEEKLY = [dt.date(2023, 10, 5) + dt.timedelta(weeks=week) for week in range(35)]
# The extract of MAY_ON's week was brought forward a day, for the closing statement.
EXTRACTS = tuple(MAY_ON if day == MAY_ON + dt.timedelta(days=1) else day for day in _WEEKLY)
