"""The applications of the demonstration review, and how the register came to hold them.

3,582 were on the first system by the end of November, after a few had been struck out as
duplicates. Another 196 had been graded on a second system that nobody had joined to the first;
they reached the register in three deliveries, in February and March.
"""

import datetime as dt
import random
from dataclasses import dataclass

from data.demo.days import ANNOUNCED_ON, BEGAN_ON, DAY, WEEK, working_day_after, working_days
from data.demo.register import Row, stream, superseded

# The use of the scheme grew from year to year; the first and last are part years.
RECEIVED = {
    2015: 180,
    2016: 260,
    2017: 330,
    2018: 400,
    2019: 470,
    2020: 500,
    2021: 560,
    2022: 620,
    2023: 458,
}
PERIOD = (dt.date(2015, 4, 1), dt.date(2023, 8, 31))
AREAS = {"north": 23, "central": 22, "west": 20, "south": 18, "east": 12, "headquarters": 5}
CATEGORIES = {
    "right to ask": {"person asks": 62, "third party asks": 38},
    "right to know": {"police": 68, "partner agency": 32},
}
DECISIONS = {"disclosure": 41, "no disclosure": 43, "withdrawn": 9, "referred elsewhere": 7}

DUPLICATES = 14
LATE = {dt.date(2024, 2, 8): 74, dt.date(2024, 2, 22): 81, dt.date(2024, 3, 7): 41}
LATE_RECEIVED_BEFORE = dt.date(2019, 7, 1)
JOINED = {
    dt.date(2023, 10, 5): 3104,
    dt.date(2023, 10, 12): 251,
    dt.date(2023, 10, 19): 122,
    dt.date(2023, 10, 26): 53,
    dt.date(2023, 11, 2): 20,
    dt.date(2023, 11, 9): 14,
    dt.date(2023, 11, 16): 10,
    dt.date(2023, 11, 23): 8,
}
STRUCK_OUT = {
    dt.date(2023, 10, 26): 5,
    dt.date(2023, 11, 2): 4,
    dt.date(2023, 11, 9): 3,
    dt.date(2023, 11, 16): 2,
}
CORRECTED = {"area": 9, "received_on": 6}
AFTER_THE_PERIOD = dt.date(2023, 11, 14)


@dataclass(kw_only=True, eq=False)
class Case:
    """One application, and what later subjects need to know of it."""

    ref: str
    received_on: dt.date
    route: str
    area: str
    late: bool = False
    duplicate: bool = False
    entered_on: dt.date = BEGAN_ON
    opened_on: dt.date = BEGAN_ON
    assessed_on: dt.date = BEGAN_ON
    grade: str = ""
    sent_on: dt.date | None = None


def chosen(weights: dict[str, int], random_: random.Random) -> str:
    return random_.choices(list(weights), list(weights.values()))[0]


def all_cases() -> list[Case]:
    """Every application inside the scope that the register ever held, duplicates with them."""
    random_ = stream("applications")
    days = sorted(_received_days(random_))
    cases = [_case(day, number, random_) for number, day in enumerate(days, start=1)]
    for case in random_.sample(
        [c for c in cases if c.received_on < LATE_RECEIVED_BEFORE], sum(LATE.values())
    ):
        case.late = True
    cases += _duplicates([case for case in cases if not case.late], random_)
    _join(cases, random_)
    return cases


def _received_days(random_: random.Random) -> list[dt.date]:
    days: list[dt.date] = []
    for year, count in RECEIVED.items():
        first = max(dt.date(year, 1, 1), PERIOD[0])
        last = min(dt.date(year, 12, 31), PERIOD[1])
        span = [first + n * DAY for n in range((last - first).days + 1)]
        # Police and agencies refer on weekends too, only less.
        weights = [2 if day.weekday() >= 5 else 7 for day in span]  # noqa: PLR2004
        days += random_.choices(span, weights, k=count)
    return days


def _case(received_on: dt.date, number: int, random_: random.Random) -> Case:
    know = 30 + 3.5 * (received_on.year - PERIOD[0].year)
    route = "right to know" if random_.uniform(0, 100) < know else "right to ask"
    ref = f"DV/{received_on:%y}/{number:05}"
    return Case(ref=ref, received_on=received_on, route=route, area=chosen(AREAS, random_))


def _duplicates(cases: list[Case], random_: random.Random) -> list[Case]:
    twins = random_.sample(cases, DUPLICATES)
    return [
        Case(ref=f"{c.ref}/A", received_on=c.received_on, route=c.route, area=c.area, duplicate=True)
        for c in twins
    ]


def _join(cases: list[Case], random_: random.Random) -> None:
    first = [case for case in cases if not case.late and not case.duplicate]
    random_.shuffle(first)
    for case, day in zip(first, _spread(JOINED), strict=True):
        case.entered_on = day
        case.opened_on = random_.choice(working_days(max(BEGAN_ON, day - 6 * DAY), day))
    for case in (case for case in cases if case.duplicate):
        case.opened_on, case.entered_on = BEGAN_ON, min(JOINED)
    late = [case for case in cases if case.late]
    random_.shuffle(late)
    for case, day in zip(late, _spread(LATE), strict=True):
        case.entered_on = day
        case.opened_on = random_.choice(working_days(dt.date(2023, 11, 6), dt.date(2023, 11, 10)))


def _spread(counts: dict[dt.date, int]) -> list[dt.date]:
    return [day for day, count in counts.items() for _ in range(count)]


def application_rows(cases: list[Case]) -> list[Row]:
    """Every state of every application in the register, with what was struck out or corrected."""
    random_ = stream("decisions")
    rows = [_row(case, random_) for case in cases]
    twins = [row for row, case in zip(rows, cases, strict=True) if case.duplicate]
    for row, day in zip(twins, _spread(STRUCK_OUT), strict=True):
        row["left_on"] = day
    settled = [row for row, case in zip(rows, cases, strict=True) if case.entered_on < ANNOUNCED_ON]
    mended = random_.sample([row for row in settled if "left_on" not in row], sum(CORRECTED.values()))
    areas = [_other_area(row, random_) for row in mended[: CORRECTED["area"]]]
    days = [_a_day_out(row, random_) for row in mended[CORRECTED["area"] :]]
    return [*rows, *areas, *days, _after_the_period()]


def _row(case: Case, random_: random.Random) -> Row:
    decision = chosen(DECISIONS, random_)
    decided_on = _decided_on(case, random_)
    told_on = decided_on + random_.randint(0, 9) * DAY if decision == "disclosure" else None
    return {
        "application_ref": case.ref,
        "received_on": case.received_on,
        "opened_on": case.opened_on,
        "route": case.route,
        "area": case.area,
        "category": chosen(CATEGORIES[case.route], random_),
        "decision": decision,
        "decided_on": decided_on,
        "disclosed_on": told_on,
        "in_scope": True,
        "entered_on": case.entered_on,
    }


def _decided_on(case: Case, random_: random.Random) -> dt.date:
    # About a quarter took longer than the scheme allows; headquarters' own cases more often.
    pace = 3.4 if case.area == "headquarters" else 3.1
    days = 1 + round(random_.lognormvariate(pace, 0.55))
    return min(case.received_on + days * DAY, dt.date(2023, 9, 20))


def _other_area(row: Row, random_: random.Random) -> Row:
    was = random_.choice([area for area in AREAS if area != row["area"]])
    now, row["area"] = row["area"], was
    return superseded(row, _correction_day(random_), area=now)


def _a_day_out(row: Row, random_: random.Random) -> Row:
    now = row["received_on"]
    row["received_on"] = max(now - random_.choice([1, 2, 7]) * DAY, PERIOD[0])
    return superseded(row, _correction_day(random_), received_on=now)


def _correction_day(random_: random.Random) -> dt.date:
    # Corrections were made in batches, when an analyst had compared the two lists.
    return random_.choice([dt.date(2023, 11, 9), dt.date(2023, 11, 23), dt.date(2024, 2, 22)])


def _after_the_period() -> Row:
    """An application that was made after the review's period: recorded, never counted."""
    return {
        "application_ref": "DV/23/90001",
        "received_on": AFTER_THE_PERIOD,
        "opened_on": dt.date(2024, 1, 12),
        "route": "right to ask",
        "area": "central",
        "category": "third party asks",
        "decision": "no disclosure",
        "decided_on": working_day_after(AFTER_THE_PERIOD + 3 * WEEK, 2),
        "disclosed_on": None,
        "in_scope": False,
        "entered_on": dt.date(2024, 1, 18),
    }
