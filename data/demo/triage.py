"""The risk assessments: a handful before the announcement, all of them by 10 January 2024."""

import datetime as dt
import random
from itertools import accumulate

from data.demo.cases import JOINED, Case, chosen
from data.demo.days import (
    ANNOUNCED_ON,
    DAY,
    quiet,
    working_day_after,
    working_days,
)
from data.demo.register import Row, stream, superseded

FIRST_ON = dt.date(2023, 10, 9)
DONE_ON = dt.date(2024, 1, 10)
# "A small number" had been looked at when the review was announced: the ones already in doubt.
BEFORE_ANNOUNCED = 47
GRADES = {"standard": 71, "medium": 22, "high": 7}
IN_DOUBT = {"medium": 45, "high": 55}
SENT_SHARE = {"standard": 0.04, "medium": 0.46, "high": 0.97}
RAISED = {"medium": 34, "standard": 12}
LATE_DAYS = (dt.date(2023, 11, 13), dt.date(2023, 12, 19))
WRITTEN_AT_ONCE_FROM = dt.date(2023, 12, 15)


def assess(cases: list[Case]) -> None:
    """Settle when each application was first assessed, its grade, and whether it was sent on."""
    random_ = stream("triage")
    first = [case for case in cases if not case.late and not case.duplicate]
    queue = _queue(first, random_)
    for case, day in zip(queue, _days(len(queue), random_), strict=True):
        case.assessed_on = day
        case.grade = chosen(IN_DOUBT if day <= ANNOUNCED_ON else GRADES, random_)
    for case in (case for case in cases if case.late):
        case.assessed_on = random_.choice(working_days(*LATE_DAYS))
        case.grade = chosen(GRADES, random_)
    for case in cases:
        if case.grade and (random_.random() < SENT_SHARE[case.grade] or case.assessed_on <= ANNOUNCED_ON):
            # A case of the second system could not be handed over before the systems were joined.
            case.sent_on = case.entered_on + DAY if case.late else case.assessed_on


def _queue(cases: list[Case], random_: random.Random) -> list[Case]:
    early = [case for case in cases if case.entered_on == min(JOINED)]
    others = [case for case in cases if case.entered_on > ANNOUNCED_ON]
    doubtful = random_.sample(early, BEFORE_ANNOUNCED)
    seen = {id(case) for case in (*doubtful, *others)}
    rest = [case for case in cases if id(case) not in seen]
    random_.shuffle(rest)
    half = len(rest) // 2
    last = [*rest[half:], *others]
    random_.shuffle(last)
    return [*doubtful, *rest[:half], *last]


def _days(count: int, random_: random.Random) -> list[dt.date]:
    early = working_days(FIRST_ON, ANNOUNCED_ON)
    days = sorted(random_.choices(early, range(1, len(early) + 1), k=BEFORE_ANNOUNCED))
    main = working_days(ANNOUNCED_ON + DAY, DONE_ON)
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
    rows = [_row(case, number, random_) for number, case in enumerate(graded, start=1)]
    return [*rows, *_outcome_put_right(rows, random_), *_second_gradings(graded, len(rows), random_)]


def _row(case: Case, number: int, random_: random.Random) -> Row:
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
        rows.append(_row(case, number, random_) | {"assessed_on": on, "entered_on": on, "sent_on": True})
    return rows
