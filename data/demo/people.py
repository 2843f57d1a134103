"""The people to contact, what was tried to reach them, and how that stood from day to day."""

import datetime as dt
import random
from dataclasses import dataclass, field

from data.demo.cases import Case, chosen
from data.demo.days import DAY, LAST_ON, working_day_after
from data.demo.findings import Finding
from data.demo.register import Row, stream

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
    made = sorted((day, p.ref, method, came) for p in people for day, method, came in p.attempts)
    return [
        {
            "attempt_ref": f"CA-{number:04}",
            "person_ref": person,
            "attempted_on": day,
            "method": method,
            "outcome": came,
            "entered_on": day,
        }
        for number, (day, person, method, came) in enumerate(made, start=1)
    ]
