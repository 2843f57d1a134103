"""The people and the inbox of the review: staffing by week and team, and enquiries from the public."""

import datetime as dt
import math
import random

from data.demo.cases import Case, chosen
from data.demo.days import (
    ANNOUNCED_ON,
    DAY,
    JANUARY_ON,
    LAST_ON,
    MAY_ON,
    NOVEMBER_ON,
    WEEK,
    quiet,
    working_day_after,
)
from data.demo.register import Row, stream, superseded

FIRST_WEEK = dt.date(2023, 10, 2)
# People in the whole team, week by week: 36 when November's statement was made, 45 in January
# and never more, and some to the end of May.
HEADCOUNT = (
    *(9, 12, 15, 18, 24),
    *(28, 31, 34, 36),
    *(38, 40, 41, 41),
    *(43, 45, 45, 45, 45),
    *(45, 44, 44, 43),
    *(42, 41, 40, 38),
    *(37, 36, 34, 32, 30),
    *(28, 26, 24, 20),
)
TRIAGE_ENDS = dt.date(2024, 1, 15)
SHARES = {
    "triage": (45, 6),
    "team 1": (15, 25),
    "team 2": (13, 23),
    "team 3": (11, 20),
    "team 4": (8, 15),
    "contact": (8, 11),
}

# Messages on the day after each statement, above the usual; they halve every four days or so.
PEAKS = {ANNOUNCED_ON: 21.0, NOVEMBER_ON: 7.0, JANUARY_ON: 14.0, MAY_ON: 9.0}
USUAL = 0.9
TOPICS = {
    "was my application affected": 46,
    "outcome of my application": 17,
    "wants to make an application": 15,
    "has information about a risk": 8,
    "complaint": 8,
    "other": 6,
}
CLOSED_ON = dt.date(2024, 5, 31)


def staffing_rows() -> list[Row]:
    """Headcount and full-time equivalents of every team in every week."""
    random_ = stream("staffing")
    rows: list[Row] = []
    for number, total in enumerate(HEADCOUNT):
        monday = FIRST_WEEK + number * WEEK
        # The register holds a week from its Wednesday on.
        for team, people in _shared_out(total, monday).items():
            rows.append(_staffing_row(monday, team, people, random_))
    miscounted = [row for row in rows if row["team"] == "team 2"][10]
    miscounted["full_time_equivalent"] -= 1.5
    rows.append(
        superseded(
            miscounted, dt.date(2024, 1, 4), full_time_equivalent=miscounted["full_time_equivalent"] + 1.5
        )
    )
    return rows


def _shared_out(total: int, monday: dt.date) -> dict[str, int]:
    which = int(monday >= TRIAGE_ENDS)
    exact = {team: total * shares[which] / 100 for team, shares in SHARES.items()}
    people = {team: int(share) for team, share in exact.items()}
    nearest = sorted(exact, key=lambda team: people[team] - exact[team])
    for team in nearest[: total - sum(people.values())]:
        people[team] += 1
    return people


def _staffing_row(monday: dt.date, team: str, people: int, random_: random.Random) -> Row:
    share = (0.35 if quiet(monday + 2 * DAY) else 0.9) + random_.uniform(-0.05, 0.05)
    return {
        "week_on": monday,
        "team": team,
        "headcount": people,
        "full_time_equivalent": min(float(people), round(people * share * 2) / 2),
        "entered_on": monday + 2 * DAY,
    }


def enquiry_rows(cases: list[Case]) -> list[Row]:
    """Messages to the dedicated inbox, from the announcement until it closed."""
    random_ = stream("enquiries")
    known = [case.ref for case in cases if case.entered_on < ANNOUNCED_ON and not case.duplicate]
    days = [ANNOUNCED_ON + n * DAY for n in range((LAST_ON - ANNOUNCED_ON).days + 1)]
    arrived = [day for day in days for _ in range(_messages(day, random_))]
    return [_enquiry_row(day, number, known, random_) for number, day in enumerate(arrived, start=1)]


def _messages(day: dt.date, random_: random.Random) -> int:
    rate = USUAL + sum(
        peak * math.exp(-(day - spoken).days / 6) for spoken, peak in PEAKS.items() if spoken <= day
    )
    weekend = 0.45 if day.weekday() >= 5 else 1.0  # noqa: PLR2004
    return int(rate * weekend * random_.uniform(0.6, 1.4) + random_.random())


def _enquiry_row(day: dt.date, number: int, known: list[str], random_: random.Random) -> Row:
    topic = chosen(TOPICS, random_)
    # The first weeks' flood was answered slowly.
    slow = 2.2 if day < ANNOUNCED_ON + 3 * WEEK else 1.0
    days = round(3 * slow * random_.lognormvariate(0, 0.6))
    answered = working_day_after(day, max(1, days), last=CLOSED_ON + WEEK)
    traced = "my application" in topic and random_.random() < 0.6  # noqa: PLR2004
    return {
        "enquiry_ref": f"EN-{number:04}",
        "received_on": day,
        "topic": topic,
        "answered_on": answered,
        "application_ref": random_.choice(known) if traced else None,
        "entered_on": day,
        "filled_on": answered,
    }
