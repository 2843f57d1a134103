"""The detailed reviews: four teams, the highest grade first, every one complete by 17 May 2024."""

import datetime as dt
import heapq
import random
from dataclasses import dataclass

from data.demo.cases import Case, chosen
from data.demo.days import DAY, quiet, working_day_after, working_days
from data.demo.register import Row, stream

BEGAN_ON = dt.date(2023, 10, 11)
ALLOCATED_ON = dt.date(2024, 5, 3)
DONE_ON = dt.date(2024, 5, 17)

# Share of the work, and how many working days a review takes there (median, spread).
TEAMS = {"team 1": 30, "team 2": 28, "team 3": 24, "team 4": 18}
PACE = {"team 1": (5, 0.5), "team 2": (6, 0.55), "team 3": (7, 0.5), "team 4": (9, 0.65)}
FIRST_BEFORE_ALL = {"high": 0, "medium": 1, "standard": 2}

# First reviews handed out on a working day, by month: fewer than triage sent on until January.
PER_DAY = {10: 2.0, 11: 5.0, 12: 6.5, 1: 7.5, 2: 7.5, 3: 7.5, 4: 6.0, 5: 5.0}

SECOND_SHARE = 0.10
SAMPLE = 300
SAMPLED = (dt.date(2024, 2, 12), dt.date(2024, 4, 26))


@dataclass(kw_only=True, eq=False)
class Look:
    """One look at an application: a first review, a second one, or a sample check."""

    case: Case
    kind: str
    team: str
    reviewer_ref: str
    allocated_on: dt.date
    completed_on: dt.date
    written_on: dt.date
    failed: bool = False
    ref: str = ""


def all_looks(cases: list[Case]) -> list[Look]:
    """Every review that was made, in the order in which they were handed out, with references."""
    random_ = stream("detailed reviews")
    first = _first_reviews([case for case in cases if case.sent_on], random_)
    again = random_.sample(first, round(len(first) * SECOND_SHARE))
    second = [_second_review(look, random_) for look in again]
    looks = [*first, *second, *_sample_checks(cases, random_)]
    looks.sort(key=lambda look: (look.allocated_on, look.case.ref, look.kind))
    for number, look in enumerate(looks, start=1):
        look.ref = f"DR-{number:05}"
    return looks


def _first_reviews(cases: list[Case], random_: random.Random) -> list[Look]:
    arriving = sorted(cases, key=lambda case: (case.sent_on, case.ref), reverse=True)
    waiting: list[tuple[int, dt.date, str, Case]] = []
    looks: list[Look] = []
    for day in working_days(BEGAN_ON, ALLOCATED_ON):
        while arriving and (sent_on := arriving[-1].sent_on) and sent_on <= day:
            case = arriving.pop()
            heapq.heappush(waiting, (FIRST_BEFORE_ALL[case.grade], sent_on, case.ref, case))
        handed_out = min(len(waiting), _handed_out(day, random_))
        looks += [_look(heapq.heappop(waiting)[-1], "first", day, random_) for _ in range(handed_out)]
    return looks


def _handed_out(day: dt.date, random_: random.Random) -> int:
    if day == ALLOCATED_ON:
        return 1_000
    pace = PER_DAY[day.month] * (0.2 if quiet(day) else 1.0) * random_.uniform(0.6, 1.4)
    return int(pace + random_.random())


def _look(case: Case, kind: str, day: dt.date, random_: random.Random, *, team: str = "") -> Look:
    team = team or chosen(TEAMS, random_)
    median, spread = PACE[team]
    share = {"first": 1.0, "second": 0.6, "sample": 0.3}[kind]
    days = max(1, round(median * share * random_.lognormvariate(0, spread)))
    done = _after_christmas(working_day_after(day, days, last=DONE_ON), random_)
    return Look(
        case=case,
        kind=kind,
        team=team,
        reviewer_ref=f"RV-{team[-1]}{random_.randint(1, 7):02}",
        allocated_on=day,
        completed_on=done,
        written_on=_written_on(done, random_),
    )


def _after_christmas(done: dt.date, random_: random.Random) -> dt.date:
    away = quiet(done) and random_.random() < 0.8  # noqa: PLR2004
    return working_day_after(dt.date(2024, 1, 2), random_.randint(1, 6)) if away else done


def _written_on(done: dt.date, random_: random.Random) -> dt.date:
    # Now and then a completed review is entered in the register only days later.
    late = random_.random() < 0.06 and not quiet(done)  # noqa: PLR2004
    return min(done + random_.randint(2, 9) * DAY, DONE_ON + 3 * DAY) if late else done


def _second_review(look: Look, random_: random.Random) -> Look:
    others = {team: share for team, share in TEAMS.items() if team != look.team}
    day = working_day_after(look.completed_on, random_.randint(2, 12), last=DONE_ON - 4 * DAY)
    return _look(look.case, "second", max(day, look.completed_on), random_, team=chosen(others, random_))


def _sample_checks(cases: list[Case], random_: random.Random) -> list[Look]:
    unsent = [case for case in cases if case.grade and case.sent_on is None and not case.late]
    days = working_days(*SAMPLED)
    drawn = random_.sample(unsent, SAMPLE)
    return [_look(case, "sample", days[n * len(days) // SAMPLE], random_) for n, case in enumerate(drawn)]


def review_rows(looks: list[Look]) -> list[Row]:
    """Every review as the register has it: the completion is blank until it is written down."""
    return [
        {
            "review_ref": look.ref,
            "application_ref": look.case.ref,
            "kind": look.kind,
            "team": look.team,
            "reviewer_ref": look.reviewer_ref,
            "allocated_on": look.allocated_on,
            "completed_on": look.completed_on,
            "outcome": "failure found" if look.failed else "no failure",
            "entered_on": look.allocated_on,
            "filled_on": look.written_on,
        }
        for look in looks
    ]
