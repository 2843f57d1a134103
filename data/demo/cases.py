"""The applications of the demonstration review, how the register came to hold them, and their triage.

3,582 were on the first system by the end of November, after a few had been struck out as
duplicates. Another 196 had been graded on a second system that nobody had joined to the first;
they reached the register in three deliveries, in February and March. Of the risk assessments there
were a handful before the announcement, and all by 10 January 2024.
"""

import datetime as dt
from dataclasses import dataclass, replace
from itertools import accumulate

from data.demo.dates import (
    ANNOUNCED_ON,
    BEGAN_ON,
    DAY,
    EXTRACTS,
    quiet,
    span,
    working_day_after,
    working_days,
)
from data.demo.draws import Draws, Row, superseded

# The use of the scheme grew from year to year; the first and last are part years.
RECEIVED = {2015: 180, 2016: 260, 2017: 330, 2018: 400, 2019: 470, 2020: 500, 2021: 560, 2022: 620, 2023: 458}
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
LATE_OPENED = (dt.date(2023, 11, 6), dt.date(2023, 11, 10))
JOINED: dict[dt.date, int] = dict(zip(EXTRACTS, (3104, 251, 122, 53, 20, 14, 10, 8), strict=False))
STRUCK_OUT: dict[dt.date, int] = dict(zip(EXTRACTS[3:], (5, 4, 3, 2), strict=False))
CORRECTED = {"area": 9, "received_on": 6}
# Corrections were made in batches, when an analyst had compared the two lists.
CORRECTED_ON = (dt.date(2023, 11, 9), dt.date(2023, 11, 23), dt.date(2024, 2, 22))
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

    @property
    def is_first_system(self) -> bool:
        return not self.late and not self.duplicate


def all_cases() -> list[Case]:
    """Every application inside the scope that the register ever held, duplicates with them."""
    draws = Draws("applications")
    days = sorted(day for year in RECEIVED for day in _received_days(year, draws))
    cases = [_case(day, number, draws) for number, day in enumerate(days, start=1)]
    early = [case for case in cases if case.received_on < LATE_RECEIVED_BEFORE]
    late = draws.sample(early, sum(LATE.values()))
    for case in late:
        case.late = True
    doubled = draws.sample([case for case in cases if not case.late], DUPLICATES)
    cases += [replace(c, ref=f"{c.ref}/A", duplicate=True, entered_on=min(JOINED)) for c in doubled]
    _join([case for case in cases if case.is_first_system], JOINED, draws)
    _join([case for case in cases if case.late], LATE, draws, LATE_OPENED)
    return cases


def _received_days(year: int, draws: Draws) -> list[dt.date]:
    days = span(max(dt.date(year, 1, 1), PERIOD[0]), min(dt.date(year, 12, 31), PERIOD[1]))
    # Police and agencies refer on weekends too, only less.
    weights = [2 if day.weekday() >= 5 else 7 for day in days]  # noqa: PLR2004
    return draws.choices(days, weights, k=RECEIVED[year])


def _case(received_on: dt.date, number: int, draws: Draws) -> Case:
    know = 30 + 3.5 * (received_on.year - PERIOD[0].year)
    route = "right to know" if draws.uniform(0, 100) < know else "right to ask"
    ref = f"DV/{received_on:%y}/{number:05}"
    return Case(ref=ref, received_on=received_on, route=route, area=draws.one_of(AREAS))


def _join(
    cases: list[Case], counts: dict[dt.date, int], draws: Draws, opened: tuple[dt.date, dt.date] | None = None
) -> None:
    draws.shuffle(cases)
    for case, day in zip(cases, _spread(counts), strict=True):
        case.entered_on = day
        case.opened_on = draws.choice(working_days(*(opened or (max(BEGAN_ON, day - 6 * DAY), day))))


def _spread(counts: dict[dt.date, int]) -> list[dt.date]:
    return [day for day, count in counts.items() for _ in range(count)]


def application_rows(cases: list[Case]) -> list[Row]:
    """Every state of every application in the register, with what was struck out or corrected."""
    draws = Draws("decisions")
    rows = [_application(case, draws) for case in cases]
    for row, day in zip((row for row in rows if row["duplicate"]), _spread(STRUCK_OUT), strict=True):
        row["left_on"] = day
    settled = [row for row in rows if row["entered_on"] < ANNOUNCED_ON and "left_on" not in row]
    mended = draws.sample(settled, sum(CORRECTED.values()))
    areas = [
        _corrected(row, "area", draws.choice([area for area in AREAS if area != row["area"]]), draws)
        for row in mended[: CORRECTED["area"]]
    ]
    days = [
        _corrected(
            row, "received_on", max(row["received_on"] - draws.choice([1, 2, 7]) * DAY, PERIOD[0]), draws
        )
        for row in mended[CORRECTED["area"] :]
    ]
    return [*rows, *areas, *days, _after_the_period()]


def _application(case: Case, draws: Draws) -> Row:
    decision = draws.one_of(DECISIONS)
    # About a quarter took longer than the scheme allows; headquarters' own cases more often.
    days = 1 + round(draws.lognormvariate(3.4 if case.area == "headquarters" else 3.1, 0.55))
    decided_on = min(case.received_on + days * DAY, dt.date(2023, 9, 20))
    disclosed_on = decided_on + draws.randint(0, 9) * DAY if decision == "disclosure" else None
    decided = {"decision": decision, "decided_on": decided_on, "disclosed_on": disclosed_on}
    category = draws.one_of(CATEGORIES[case.route])
    return {"application_ref": case.ref, **vars(case), **decided, "category": category, "in_scope": True}


def _corrected(row: Row, column: str, was: object, draws: Draws) -> Row:
    right, row[column] = row[column], was
    return superseded(row, draws.choice(CORRECTED_ON), **{column: right})


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
        "decided_on": working_day_after(AFTER_THE_PERIOD + 21 * DAY, 2),
        "in_scope": False,
        "entered_on": dt.date(2024, 1, 18),
    }


def assess(cases: list[Case]) -> None:
    """Settle when each application was first assessed, its grade, and whether it was sent on."""
    draws = Draws("triage")
    queue = _triage_queue([case for case in cases if case.is_first_system], draws)
    for case, day in zip(queue, _triage_days(len(queue), draws), strict=True):
        case.assessed_on = day
        case.grade = draws.one_of(IN_DOUBT if day <= ANNOUNCED_ON else GRADES)
    for case in cases:
        if case.late:
            case.assessed_on = draws.choice(working_days(*LATE_DAYS))
            case.grade = draws.one_of(GRADES)
    for case in cases:
        if case.grade and (draws.random() < SENT_SHARE[case.grade] or case.assessed_on <= ANNOUNCED_ON):
            # A case of the second system could not be handed over before the systems were joined.
            case.sent_on = case.entered_on + DAY if case.late else case.assessed_on


def _triage_queue(cases: list[Case], draws: Draws) -> list[Case]:
    others = [case for case in cases if case.entered_on > ANNOUNCED_ON]
    doubtful = draws.sample([case for case in cases if case.entered_on == min(JOINED)], BEFORE_ANNOUNCED)
    placed = {id(case) for case in (*doubtful, *others)}
    rest = [case for case in cases if id(case) not in placed]
    draws.shuffle(rest)
    half = len(rest) // 2
    last = [*rest[half:], *others]
    draws.shuffle(last)
    return [*doubtful, *rest[:half], *last]


def _triage_days(count: int, draws: Draws) -> list[dt.date]:
    early = working_days(TRIAGE_BEGAN_ON, ANNOUNCED_ON)
    days = sorted(draws.choices(early, range(1, len(early) + 1), k=BEFORE_ANNOUNCED))
    main = working_days(ANNOUNCED_ON + DAY, TRIAGE_DONE_ON)
    # Officers joined week by week; few worked through Christmas.
    pace = [(0.2 if quiet(day) else min(1.0, 0.35 + 0.03 * n)) for n, day in enumerate(main)]
    totals = list(accumulate(share * draws.uniform(0.75, 1.25) for share in pace))
    share = (count - BEFORE_ANNOUNCED) / totals[-1]
    for day, total, before in zip(main, totals, [0.0, *totals], strict=False):
        days += [day] * (round(total * share) - round(before * share))
    return days


def assessment_rows(cases: list[Case]) -> list[Row]:
    """Every risk assessment, with the second gradings; raises grades and sends on as they say."""
    draws = Draws("gradings")
    graded = sorted((case for case in cases if case.grade), key=lambda case: (case.assessed_on, case.ref))
    rows = [_assessment(case, number, draws) for number, case in enumerate(graded, start=1)]
    wrong = draws.sample([row for row in rows if row["assessed_on"] < dt.date(2023, 12, 1)], 5)
    flipped = {"concern": "no concern", "no concern": "concern"}
    mended = [superseded(row, dt.date(2024, 1, 4), outcome=flipped[row["outcome"]]) for row in wrong]
    return [*rows, *mended, *_second_gradings(graded, len(rows), draws)]


def _assessment(case: Case, number: int, draws: Draws) -> Row:
    concern = draws.random() < (0.85 if case.sent_on else 0.06)
    return {
        "assessment_ref": f"RA-{number:05}",
        "application_ref": case.ref,
        "assessed_on": case.assessed_on,
        "grade": case.grade,
        "outcome": "concern" if concern else "no concern",
        "sent_on": case.sent_on is not None,
        "entered_on": case.entered_on if case.late else _written_on(case.assessed_on, draws),
    }


def _written_on(assessed_on: dt.date, draws: Draws) -> dt.date:
    late = assessed_on < WRITTEN_AT_ONCE_FROM and draws.random() < 0.03  # noqa: PLR2004
    return assessed_on + draws.randint(2, 8) * DAY if late else assessed_on


def _second_gradings(cases: list[Case], count: int, draws: Draws) -> list[Row]:
    sent = [case for case in cases if case.sent_on and case.grade == "medium" and not case.late]
    unsent = [case for case in cases if not case.sent_on and case.grade == "standard" and not case.late]
    again = draws.sample(sent, RAISED["medium"]) + draws.sample(unsent, RAISED["standard"])
    rows: list[Row] = []
    for number, case in enumerate(sorted(again, key=lambda case: case.assessed_on), start=count + 1):
        on = working_day_after(case.assessed_on, draws.randint(8, 35), last=dt.date(2024, 2, 16))
        case.grade = {"standard": "medium", "medium": "high"}[case.grade]
        case.sent_on = case.sent_on or on
        again_row = {"assessed_on": on, "entered_on": on, "sent_on": True}
        rows.append(_assessment(case, number, draws) | again_row)
    return rows
