"""The people of the demonstration review: those to contact, those on the team, and those who wrote to it."""

import datetime as dt
import math
import random
from dataclasses import dataclass, field

from data.demo.cases import Case
from data.demo.days import (
    ANNOUNCED_ON,
    BEGAN_ON,
    DAY,
    JANUARY_ON,
    LAST_ON,
    MAY_ON,
    NOVEMBER_ON,
    WEEK,
    Row,
    chosen,
    quiet,
    span,
    stream,
    superseded,
    working_day_after,
)
from data.demo.reviews import Finding

HIGH_SHARE = 0.36
PATHS = {
    "contacted": 70,
    "no contact needed": 10,
    "contacted through another agency": 8,
    "unable to contact": 5,
    "not safe or appropriate": 7,
}
METHODS = {"telephone": 60, "letter": 18, "visit": 14, "through another agency": 8}
MISSED = {"no answer": 75, "wrong details": 18, "declined": 7}
UNSAFE_REASONS = {
    "lives with the person of concern": 50,
    "safeguarding partner advises against": 30,
    "recent serious incident": 20,
}
UNTIL = LAST_ON - 2 * DAY

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


@dataclass(kw_only=True, eq=False)
class Person:
    """One person to contact, with the days on which their state changed and attempts were made."""

    ref: str
    case: Case
    identified_on: dt.date
    states: dict[dt.date, Row] = field(default_factory=dict[dt.date, Row])
    attempts: list[tuple[dt.date, str, str]] = field(default_factory=list[tuple[dt.date, str, str]])


def people_rows(cases: list[Case], findings: list[Finding]) -> dict[str, list[Row]]:
    random_ = stream("contact")
    people = _people(cases, findings, random_)
    for person in people:
        _follow(person, random_)
    return {
        "people_to_contact": [_person_row(person) for person in people],
        "contact_states": [_state_row(person, day) for person in people for day in person.states],
        "contact_attempts": _attempt_rows(people),
    }


def _people(cases: list[Case], findings: list[Finding], random_: random.Random) -> list[Person]:
    failed = {id(finding.case) for finding in findings}
    found = [(f.found_on, f.case) for f in findings for _ in range(2 if f.harm else 1)]
    high = [case for case in cases if case.grade == "high" and id(case) not in failed]
    # Nobody could act on a case of the second system before the systems were joined.
    early = [(max(case.assessed_on, case.entered_on), case) for case in high if random_.random() < HIGH_SHARE]
    identified = sorted([*found, *early], key=lambda pair: (pair[0], pair[1].ref))
    return [
        Person(ref=f"PC-{number:04}", case=case, identified_on=day)
        for number, (day, case) in enumerate(identified, start=1)
    ]


def _follow(person: Person, random_: random.Random) -> None:
    path = chosen(PATHS, random_)
    _enter(person, person.identified_on, "planned")
    if path in ("no contact needed", "not safe or appropriate"):
        day = _later(person.identified_on, random_.randint(2, 8))
        _enter(person, day, path)
        if path == "not safe or appropriate":
            _guard(person, day, random_)
        return
    misses = {"contacted": random_.choice([0, 0, 0, 1, 1, 2]), "unable to contact": random_.randint(4, 6)}
    day = person.identified_on
    for _ in range(misses.get(path, 2)):
        day = _later(day, random_.randint(1, 7))
        person.attempts.append((day, chosen(METHODS, random_), chosen(MISSED, random_)))
        _enter(person, day, "attempted")
    day = _later(day, random_.randint(1, 6))
    if path != "unable to contact":
        by_agency = path == "contacted through another agency"
        method = "through another agency" if by_agency else chosen(METHODS, random_)
        person.attempts.append((day, method, "reached"))
    _enter(person, day, path)


def _guard(person: Person, day: dt.date, random_: random.Random) -> None:
    """Say why, by whose leave and until when; look again on that day and, mostly, stand by it."""
    reason, approver = chosen(UNSAFE_REASONS, random_), f"AP-{random_.randint(1, 3):02}"
    while True:
        again = day + random_.choice([42, 56, 84]) * DAY
        person.states[day].update(unsafe_reason=reason, approved_by_ref=approver, look_again_on=again)
        if again > UNTIL or random_.random() < 0.25:  # noqa: PLR2004
            break
        day = again
        _enter(person, day, "not safe or appropriate")
    if again <= UNTIL:
        person.attempts.append((again, "through another agency", "reached"))
        _enter(person, again, "contacted through another agency")


def _later(day: dt.date, count: int) -> dt.date:
    return working_day_after(day, count, last=UNTIL)


def _enter(person: Person, day: dt.date, state: str) -> None:
    current = list(person.states.values())[-1]["state"] if person.states else ""
    if state != current or state == "not safe or appropriate":
        # Somebody reached on the day of a miss is reached: the last word of the day stands.
        person.states[day] = {"state": state}


def _person_row(person: Person) -> Row:
    return {
        "person_ref": person.ref,
        "application_ref": person.case.ref,
        "identified_on": person.identified_on,
        "entered_on": person.identified_on,
    }


def _state_row(person: Person, day: dt.date) -> Row:
    return {
        "person_ref": person.ref,
        "from_on": day,
        "unsafe_reason": None,
        "approved_by_ref": None,
        "look_again_on": None,
        **person.states[day],
        "entered_on": day,
    }


def _attempt_rows(people: list[Person]) -> list[Row]:
    attempts = sorted((day, p.ref, method, came) for p in people for day, method, came in p.attempts)
    return [
        {
            "attempt_ref": f"CA-{number:04}",
            "person_ref": person,
            "attempted_on": day,
            "method": method,
            "outcome": came,
            "entered_on": day,
        }
        for number, (day, person, method, came) in enumerate(attempts, start=1)
    ]


def staffing_rows() -> list[Row]:
    random_ = stream("staffing")
    mondays = [BEGAN_ON + number * WEEK for number in range(len(HEADCOUNT))]
    rows = [
        _staffing_row(monday, team, people, random_)
        for monday, total in zip(mondays, HEADCOUNT, strict=True)
        for team, people in _shared_out(total, monday).items()
    ]
    miscounted = [row for row in rows if row["team"] == "team 2"][10]
    right = miscounted["full_time_equivalent"]
    miscounted["full_time_equivalent"] -= 1.5
    return [*rows, superseded(miscounted, dt.date(2024, 1, 4), full_time_equivalent=right)]


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
        # The register holds a week from its Wednesday on.
        "entered_on": monday + 2 * DAY,
    }


def enquiry_rows(cases: list[Case]) -> list[Row]:
    random_ = stream("enquiries")
    known = [case.ref for case in cases if case.entered_on < ANNOUNCED_ON and not case.duplicate]
    arrived = [day for day in span(ANNOUNCED_ON, LAST_ON) for _ in range(_messages(day, random_))]
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
