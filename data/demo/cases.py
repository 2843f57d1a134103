"""The applications of the demonstration review, how the register came to hold them, and their triage.

3,582 were on the first system by the end of November, after a few had been struck out as
duplicates. Another 196 had been graded on a second system that nobody had joined to the first;
they reached the register in three deliveries, in February and March. Of the risk assessments there
were a handful before the announcement, and all by 10 January 2024.
"""

import datetime as dt
import random
from dataclasses import dataclass
from itertools import accumulate

from data.demo.days import (
    ANNOUNCED_ON,
    BEGAN_ON,
    DAY,
    WEEK,
    Row,
    chosen,
    quiet,
    span,
    stream,
    superseded,
    working_day_after,
    working_days,
)

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

TRIAGE_BEGAN_ON = dt.date(2023, 10, 9)
TRIAGE_DONE_ON = dt.date(2024, 1, 10)
# "A small number" had been looked at when the review was announced: the ones already in doubt.
BEFORE_ANNOUNCED = 47
GRADES = {"standard": 71, "medium": 22, "high": 7}
IN_DOUBT = {"medium": 45, "high": 55}
SENT_SHARE = {"standard": 0.04, "medium": 0.46, "high": 0.97}
RAISED = {"medium": 34, "standard": 12}
LATE_DAYS = (dt.date(2023, 11, 13), dt.date(2023, 12, 19))
WRITTEN_AT_ONCE_FROM = dt.date(2023, 12, 15)


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


def all_cases() -> list[Case]:
    """Every application inside the scope that the register ever held, duplicates with them."""
    random_ = stream("applications")
    days = sorted(_received_days(random_))
    cases = [_case(day, number, random_) for number, day in enumerate(days, start=1)]
    early = [case for case in cases if case.received_on < LATE_RECEIVED_BEFORE]
    for case in random_.sample(early, sum(LATE.values())):
        case.late = True
    cases += _duplicates([case for case in cases if not case.late], random_)
    _join(cases, random_)
    return cases


def _received_days(random_: random.Random) -> list[dt.date]:
    days: list[dt.date] = []
    for year, count in RECEIVED.items():
        first = max(dt.date(year, 1, 1), PERIOD[0])
        last = min(dt.date(year, 12, 31), PERIOD[1])
        open_days = span(first, last)
        # Police and agencies refer on weekends too, only less.
        weights = [2 if day.weekday() >= 5 else 7 for day in open_days]  # noqa: PLR2004
        days += random_.choices(open_days, weights, k=count)
    return days


def _case(received_on: dt.date, number: int, random_: random.Random) -> Case:
    know = 30 + 3.5 * (received_on.year - PERIOD[0].year)
    route = "right to know" if random_.uniform(0, 100) < know else "right to ask"
    ref = f"DV/{received_on:%y}/{number:05}"
    return Case(ref=ref, received_on=received_on, route=route, area=chosen(AREAS, random_))


def _duplicates(cases: list[Case], random_: random.Random) -> list[Case]:
    return [
        Case(ref=f"{c.ref}/A", received_on=c.received_on, route=c.route, area=c.area, duplicate=True)
        for c in random_.sample(cases, DUPLICATES)
    ]


def _join(cases: list[Case], random_: random.Random) -> None:
    first = [case for case in cases if not case.late and not case.duplicate]
    random_.shuffle(first)
    for case, day in zip(first, _spread(JOINED), strict=True):
        case.entered_on = day
        case.opened_on = random_.choice(working_days(max(BEGAN_ON, day - 6 * DAY), day))
    for case in cases:
        if case.duplicate:
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
    rows = [_application(case, random_) for case in cases]
    twins = [row for row, case in zip(rows, cases, strict=True) if case.duplicate]
    for row, day in zip(twins, _spread(STRUCK_OUT), strict=True):
        row["left_on"] = day
    settled = [row for row, case in zip(rows, cases, strict=True) if case.entered_on < ANNOUNCED_ON]
    mended = random_.sample([row for row in settled if "left_on" not in row], sum(CORRECTED.values()))
    areas = [_other_area(row, random_) for row in mended[: CORRECTED["area"]]]
    days = [_a_day_out(row, random_) for row in mended[CORRECTED["area"] :]]
    return [*rows, *areas, *days, _after_the_period()]


def _application(case: Case, random_: random.Random) -> Row:
    decision = chosen(DECISIONS, random_)
    decided_on = _decided_on(case, random_)
    disclosed_on = decided_on + random_.randint(0, 9) * DAY if decision == "disclosure" else None
    return {
        "application_ref": case.ref,
        "received_on": case.received_on,
        "opened_on": case.opened_on,
        "route": case.route,
        "area": case.area,
        "category": chosen(CATEGORIES[case.route], random_),
        "decision": decision,
        "decided_on": decided_on,
        "disclosed_on": disclosed_on,
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


def assess(cases: list[Case]) -> None:
    """Settle when each application was first assessed, its grade, and whether it was sent on."""
    random_ = stream("triage")
    first = [case for case in cases if not case.late and not case.duplicate]
    queue = _triage_queue(first, random_)
    for case, day in zip(queue, _triage_days(len(queue), random_), strict=True):
        case.assessed_on = day
        case.grade = chosen(IN_DOUBT if day <= ANNOUNCED_ON else GRADES, random_)
    for case in cases:
        if case.late:
            case.assessed_on = random_.choice(working_days(*LATE_DAYS))
            case.grade = chosen(GRADES, random_)
    for case in cases:
        if case.grade and (random_.random() < SENT_SHARE[case.grade] or case.assessed_on <= ANNOUNCED_ON):
            # A case of the second system could not be handed over before the systems were joined.
            case.sent_on = case.entered_on + DAY if case.late else case.assessed_on


def _triage_queue(cases: list[Case], random_: random.Random) -> list[Case]:
    early = [case for case in cases if case.entered_on == min(JOINED)]
    others = [case for case in cases if case.entered_on > ANNOUNCED_ON]
    doubtful = random_.sample(early, BEFORE_ANNOUNCED)
    placed = {id(case) for case in (*doubtful, *others)}
    rest = [case for case in cases if id(case) not in placed]
    random_.shuffle(rest)
    half = len(rest) // 2
    last = [*rest[half:], *others]
    random_.shuffle(last)
    return [*doubtful, *rest[:half], *last]


def _triage_days(count: int, random_: random.Random) -> list[dt.date]:
    early = working_days(TRIAGE_BEGAN_ON, ANNOUNCED_ON)
    days = sorted(random_.choices(early, range(1, len(early) + 1), k=BEFORE_ANNOUNCED))
    main = working_days(ANNOUNCED_ON + DAY, TRIAGE_DONE_ON)
    # Officers joined week by week; few worked through Christmas.
    pace = [(0.2 if quiet(day) else min(1.0, 0.35 + 0.03 * n)) for n, day in enumerate(main)]
    totals = list(accumulate(share * random_.uniform(0.75, 1.25) for share in pace))
    for day, total, before in zip(main, totals, [0.0, *totals], strict=False):
        share = (count - BEFORE_ANNOUNCED) / totals[-1]
        days += [day] * (round(total * share) - round(before * share))
    return days


def assessment_rows(cases: list[Case]) -> list[Row]:
    """Every risk assessment, with the second gradings; raises grades and sends on as they say."""
    random_ = stream("gradings")
    graded = sorted((case for case in cases if case.grade), key=lambda case: (case.assessed_on, case.ref))
    rows = [_assessment(case, number, random_) for number, case in enumerate(graded, start=1)]
    return [*rows, *_outcome_put_right(rows, random_), *_second_gradings(graded, len(rows), random_)]


def _assessment(case: Case, number: int, random_: random.Random) -> Row:
    concern = random_.random() < (0.85 if case.sent_on else 0.06)
    return {
        "assessment_ref": f"RA-{number:05}",
        "application_ref": case.ref,
        "assessed_on": case.assessed_on,
        "grade": case.grade,
        "outcome": "concern" if concern else "no concern",
        "sent_on": case.sent_on is not None,
        "entered_on": case.entered_on if case.late else _written_on(case.assessed_on, random_),
    }


def _written_on(assessed_on: dt.date, random_: random.Random) -> dt.date:
    late = assessed_on < WRITTEN_AT_ONCE_FROM and random_.random() < 0.03  # noqa: PLR2004
    return assessed_on + random_.randint(2, 8) * DAY if late else assessed_on


def _outcome_put_right(rows: list[Row], random_: random.Random) -> list[Row]:
    wrong = random_.sample([row for row in rows if row["assessed_on"] < dt.date(2023, 12, 1)], 5)
    flipped = {"concern": "no concern", "no concern": "concern"}
    return [superseded(row, dt.date(2024, 1, 4), outcome=flipped[row["outcome"]]) for row in wrong]


def _second_gradings(cases: list[Case], count: int, random_: random.Random) -> list[Row]:
    sent = [case for case in cases if case.sent_on and case.grade == "medium" and not case.late]
    unsent = [case for case in cases if not case.sent_on and case.grade == "standard" and not case.late]
    again = random_.sample(sent, RAISED["medium"]) + random_.sample(unsent, RAISED["standard"])
    rows: list[Row] = []
    for number, case in enumerate(sorted(again, key=lambda case: case.assessed_on), start=count + 1):
        on = working_day_after(case.assessed_on, random_.randint(8, 35), last=dt.date(2024, 2, 16))
        case.grade = {"standard": "medium", "medium": "high"}[case.grade]
        case.sent_on = case.sent_on or on
        rows.append(
            _assessment(case, number, random_) | {"assessed_on": on, "entered_on": on, "sent_on": True}
        )
    return rows
