"""The people of the demonstration review: those to contact, those on the team, and those who wrote to it."""

import datetime as dt
import math
from dataclasses import dataclass, field

from data.demo.cases import Case
from data.demo.dates import (
    ANNOUNCED_ON,
    BEGAN_ON,
    DAY,
    LAST_ON,
    STATEMENTS,
    WEEK,
    quiet,
    span,
    working_day_after,
)
from data.demo.draws import Draws, Row, superseded, table
from data.demo.reviews import Finding

HIGH_SHARE = 0.36
BY_AGENCY = "through another agency"
NOT_NEEDED, UNSAFE, UNABLE = "no contact needed", "not safe or appropriate", "unable to contact"
PATHS = {"contacted": 70, NOT_NEEDED: 10, f"contacted {BY_AGENCY}": 8, UNABLE: 5, UNSAFE: 7}
METHODS = {"telephone": 60, "letter": 18, "visit": 14, BY_AGENCY: 8}
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
    *(9, 12, 15, 18, 24, 28, 31, 34, 36, 38, 40, 41, 41, 43, 45, 45, 45, 45, 45, 44, 44, 43),
    *(42, 41, 40, 38, 37, 36, 34, 32, 30, 28, 26, 24, 20),
)
TRIAGE_ENDS = dt.date(2024, 1, 15)
# Per cent of the team before triage ends, and after.
SHARES = {
    "triage": (45, 6),
    "team 1": (15, 25),
    "team 2": (13, 23),
    "team 3": (11, 20),
    "team 4": (8, 15),
    "contact": (8, 11),
}

# Messages on the day after each statement, above the usual; they halve every four days or so.
PEAKS = dict(zip(STATEMENTS, (21.0, 7.0, 14.0, 9.0), strict=True))
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

    def enter(self, day: dt.date, state: str) -> None:
        current = list(self.states.values())[-1]["state"] if self.states else ""
        if state not in (current, UNSAFE):
            # Somebody reached on the day of a miss is reached: the last word of the day stands.
            self.states[day] = {"state": state}


def people_rows(cases: list[Case], findings: list[Finding]) -> dict[str, list[Row]]:
    draws = Draws("contact")
    people = _people(cases, findings, draws)
    for person in people:
        _follow(person, draws)
    attempts = sorted((day, p.ref, method, outcome) for p in people for day, method, outcome in p.attempts)
    return {
        "people_to_contact": table(
            "person_ref application_ref identified_on entered_on",
            [(person.ref, person.case.ref, *[person.identified_on] * 2) for person in people],
        ),
        "contact_states": [
            {"person_ref": person.ref, "from_on": day, "entered_on": day, **state}
            for person in people
            for day, state in person.states.items()
        ],
        "contact_attempts": table(
            "attempt_ref person_ref attempted_on method outcome entered_on",
            [
                (f"CA-{number:04}", person, day, method, outcome, day)
                for number, (day, person, method, outcome) in enumerate(attempts, start=1)
            ],
        ),
    }


def _people(cases: list[Case], findings: list[Finding], draws: Draws) -> list[Person]:
    failed = {id(finding.case) for finding in findings}
    found = [(f.found_on, f.case) for f in findings for _ in range(2 if f.harm else 1)]
    high = [case for case in cases if case.grade == "high" and id(case) not in failed]
    # Nobody could act on a case of the second system before the systems were joined.
    early = [(max(case.assessed_on, case.entered_on), case) for case in high if draws.random() < HIGH_SHARE]
    identified = sorted([*found, *early], key=lambda pair: (pair[0], pair[1].ref))
    return [
        Person(ref=f"PC-{number:04}", case=case, identified_on=day)
        for number, (day, case) in enumerate(identified, start=1)
    ]


def _follow(person: Person, draws: Draws) -> None:
    path = draws.one_of(PATHS)
    day = person.identified_on
    person.enter(day, "planned")
    if path in (NOT_NEEDED, UNSAFE):
        day = _later(day, draws.randint(2, 8))
        person.enter(day, path)
        if path == UNSAFE:
            _guard(person, day, draws)
        return
    misses = {"contacted": draws.choice([0, 0, 0, 1, 1, 2]), UNABLE: draws.randint(4, 6)}
    for _ in range(misses.get(path, 2)):
        day = _later(day, draws.randint(1, 7))
        person.attempts.append((day, draws.one_of(METHODS), draws.one_of(MISSED)))
        person.enter(day, "attempted")
    day = _later(day, draws.randint(1, 6))
    if path != UNABLE:
        method = BY_AGENCY if BY_AGENCY in path else draws.one_of(METHODS)
        person.attempts.append((day, method, "reached"))
    person.enter(day, path)


def _guard(person: Person, day: dt.date, draws: Draws) -> None:
    """Say why, by whose leave and until when; look again on that day and, mostly, stand by it."""
    reason, approver = draws.one_of(UNSAFE_REASONS), f"AP-{draws.randint(1, 3):02}"
    while day <= UNTIL:
        again = day + draws.choice([42, 56, 84]) * DAY
        guarded = {"unsafe_reason": reason, "approved_by_ref": approver, "look_again_on": again}
        person.states[day] = {"state": UNSAFE, **guarded}
        if again <= UNTIL and draws.random() < 0.25:  # noqa: PLR2004
            person.attempts.append((again, BY_AGENCY, "reached"))
            person.enter(again, f"contacted {BY_AGENCY}")
            return
        day = again


def _later(day: dt.date, count: int) -> dt.date:
    return working_day_after(day, count, last=UNTIL)


def staffing_rows() -> list[Row]:
    draws = Draws("staffing")
    rows = [
        _staffing_row(BEGAN_ON + number * WEEK, team, people, draws)
        for number, total in enumerate(HEADCOUNT)
        for team, people in _shared_out(total, after=BEGAN_ON + number * WEEK >= TRIAGE_ENDS).items()
    ]
    miscounted = [row for row in rows if row["team"] == "team 2"][10]
    right = miscounted["full_time_equivalent"]
    miscounted["full_time_equivalent"] -= 1.5
    return [*rows, superseded(miscounted, dt.date(2024, 1, 4), full_time_equivalent=right)]


def _shared_out(total: int, *, after: bool) -> dict[str, int]:
    exact = {team: total * shares[after] / 100 for team, shares in SHARES.items()}
    people = {team: int(share) for team, share in exact.items()}
    nearest = sorted(exact, key=lambda team: people[team] - exact[team])
    for team in nearest[: total - sum(people.values())]:
        people[team] += 1
    return people


def _staffing_row(monday: dt.date, team: str, people: int, draws: Draws) -> Row:
    # The register holds a week from its Wednesday on.
    wednesday = monday + 2 * DAY
    share = (0.35 if quiet(wednesday) else 0.9) + draws.uniform(-0.05, 0.05)
    full_time = min(float(people), round(people * share * 2) / 2)
    row = {"week_on": monday, "team": team, "headcount": people, "full_time_equivalent": full_time}
    return {**row, "entered_on": wednesday}


def enquiry_rows(cases: list[Case]) -> list[Row]:
    draws = Draws("enquiries")
    known = [case.ref for case in cases if case.entered_on < ANNOUNCED_ON and not case.duplicate]
    arrived = [day for day in span(ANNOUNCED_ON, LAST_ON) for _ in range(_messages(day, draws))]
    return table(
        "enquiry_ref received_on entered_on topic answered_on filled_on application_ref",
        [
            (f"EN-{number:04}", day, day, *_enquiry(day, known, draws))
            for number, day in enumerate(arrived, start=1)
        ],
    )


def _messages(day: dt.date, draws: Draws) -> int:
    peaks = [peak * math.exp(-(day - spoken).days / 6) for spoken, peak in PEAKS.items() if spoken <= day]
    weekend = 0.45 if day.weekday() >= 5 else 1.0  # noqa: PLR2004
    return int((USUAL + sum(peaks)) * weekend * draws.uniform(0.6, 1.4) + draws.random())


def _enquiry(day: dt.date, known: list[str], draws: Draws) -> tuple[str, dt.date, dt.date, str | None]:
    topic = draws.one_of(TOPICS)
    # The first weeks' flood was answered slowly.
    slow = 2.2 if day < ANNOUNCED_ON + 3 * WEEK else 1.0
    days = round(3 * slow * draws.lognormvariate(0, 0.6))
    answered_on = working_day_after(day, max(1, days), last=CLOSED_ON + WEEK)
    traced = "my application" in topic and draws.random() < 0.6  # noqa: PLR2004
    return topic, answered_on, answered_on, draws.choice(known) if traced else None
