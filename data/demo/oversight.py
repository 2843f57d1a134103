"""The referrals: one in October, four by the end of November, five by May, and three outside the scope."""

import datetime as dt

from data.demo.days import ANNOUNCED_ON, DAY, JANUARY_ON, working_day_after
from data.demo.findings import OUTSIDE_ON, OUTSIDE_REF, Finding
from data.demo.register import Row, superseded

INITIAL, FIRST_HARM, SECOND_HARM, RESPONSE = "R-2023-1", "R-2023-2", "R-2023-3", "R-2023-4"
OUTSIDE, ADMINISTRATIVE = "R-2024-1", "R-2024-2"
# The organisation's response to these two is what the referral of November 2023 is about.
EARLIER = {"R-2019-1": dt.date(2019, 3, 11), "R-2020-1": dt.date(2020, 9, 21)}
INITIAL_ON = dt.date(2023, 10, 4)
RESPONSE_ON = dt.date(2023, 11, 23)
SUSPENDED = "P-001"

DSI, CONDUCT, COMPLAINT = (
    "death or serious injury matter",
    "recordable conduct matter",
    "complaint",
)


def oversight_rows(findings: list[Finding]) -> dict[str, list[Row]]:
    about = failures_referred(findings)
    days = _referred_days(findings)
    return {
        "referrals": _referrals(days),
        "referral_events": _events(days),
        "referral_failures": _failures(about, days),
        "referral_chains": [
            {"referral_ref": RESPONSE, "earlier_referral_ref": earlier, "entered_on": RESPONSE_ON}
            for earlier in EARLIER
        ],
        "people_investigated": _people(days),
        "duty_statuses": _duties(days),
        "recommendations": _recommendations(),
        "commitments": _commitments(),
    }


def failures_referred(findings: list[Finding]) -> dict[str, Finding]:
    """Failure that each referral inside the scope is about, where it is about one."""
    first, second = (finding for finding in findings if finding.harm)
    administrative = next(f for f in findings if f.type == "administrative" and f.found_on > JANUARY_ON)
    return {FIRST_HARM: first, SECOND_HARM: second, ADMINISTRATIVE: administrative}


def _referred_days(findings: list[Finding]) -> dict[str, dt.date]:
    about = failures_referred(findings)
    return {
        **EARLIER,
        INITIAL: INITIAL_ON,
        FIRST_HARM: working_day_after(about[FIRST_HARM].found_on, 1),
        SECOND_HARM: working_day_after(about[SECOND_HARM].found_on, 1),
        RESPONSE: RESPONSE_ON,
        OUTSIDE: OUTSIDE_ON,
        ADMINISTRATIVE: working_day_after(about[ADMINISTRATIVE].found_on, 4),
    }


def _written(ref: str, day: dt.date) -> dt.date:
    # Nobody had put the earlier two in this register until the later one spoke of them.
    return RESPONSE_ON if ref in EARLIER else day


def _referrals(days: dict[str, dt.date]) -> list[Row]:
    described = {
        "R-2019-1": (COMPLAINT, "mandatory", "member of staff", False),
        "R-2020-1": (CONDUCT, "mandatory", "member of staff", False),
        INITIAL: (CONDUCT, "voluntary", "member of staff", True),
        FIRST_HARM: (DSI, "mandatory", "failure", True),
        SECOND_HARM: (DSI, "mandatory", "failure", True),
        RESPONSE: (CONDUCT, "voluntary", "organisation", True),
        OUTSIDE: (DSI, "mandatory", "failure", False),
        ADMINISTRATIVE: (CONDUCT, "voluntary", "failure", True),
    }
    return [
        {
            "referral_ref": ref,
            "referred_on": days[ref],
            "kind": kind,
            "route": route,
            "subject": subject,
            "in_scope": in_scope,
            "entered_on": _written(ref, days[ref]),
        }
        for ref, (kind, route, subject, in_scope) in described.items()
    ]


# Days after the referral, status, mode, outcome.
INDEPENDENT = (
    (0, "referred", None, None),
    (2, "being assessed", None, None),
    (9, "mode decided", "independent", None),
    (21, "under investigation", "independent", None),
)
STEPS = {
    "R-2019-1": (
        (0, "referred", None, None),
        (14, "mode decided", "supervised", None),
        (30, "under investigation", "supervised", None),
        (211, "report complete", "supervised", None),
        (239, "outcome", None, "no case to answer"),
        (246, "closed", None, None),
    ),
    "R-2020-1": (
        (0, "referred", None, None),
        (8, "being assessed", None, None),
        (18, "mode decided", "local", None),
        (35, "under investigation", "local", None),
        (188, "report complete", "local", None),
        (216, "outcome", None, "reflective practice"),
        (230, "closed", None, None),
    ),
    INITIAL: INDEPENDENT,
    FIRST_HARM: (*INDEPENDENT, (182, "report complete", "independent", None)),
    SECOND_HARM: INDEPENDENT,
    RESPONSE: INDEPENDENT,
    OUTSIDE: (
        (0, "referred", None, None),
        (4, "being assessed", None, None),
        (19, "mode decided", "returned to force", None),
    ),
    ADMINISTRATIVE: INDEPENDENT,
}


def _events(days: dict[str, dt.date]) -> list[Row]:
    return [
        {
            "event_ref": f"{ref}-{number}",
            "referral_ref": ref,
            "happened_on": days[ref] + after * DAY,
            "status": status,
            "mode": mode,
            "outcome": outcome,
            "entered_on": _written(ref, days[ref] + after * DAY),
        }
        for ref, steps in STEPS.items()
        for number, (after, status, mode, outcome) in enumerate(steps, start=1)
    ]


def _failures(about: dict[str, Finding], days: dict[str, dt.date]) -> list[Row]:
    refs = {ref: finding.ref for ref, finding in about.items()} | {OUTSIDE: OUTSIDE_REF}
    return [
        # The outside failure is itself entered a working day after it was referred.
        {"referral_ref": ref, "failure_ref": failure, "entered_on": working_day_after(days[ref], 1)}
        for ref, failure in refs.items()
    ]


def _people(days: dict[str, dt.date]) -> list[Row]:
    investigated = (
        (SUSPENDED, INITIAL),
        (SUSPENDED, "R-2019-1"),
        (SUSPENDED, "R-2020-1"),
        ("P-002", FIRST_HARM),
        ("P-003", SECOND_HARM),
    )
    return [
        {
            "person_ref": person,
            "referral_ref": ref,
            "entered_on": _written(ref, working_day_after(days[ref], 1)),
        }
        for person, ref in investigated
    ]


def _duties(days: dict[str, dt.date]) -> list[Row]:
    first, second = days[FIRST_HARM], days[SECOND_HARM]
    statuses = (
        (SUSPENDED, INITIAL_ON, "suspended"),
        ("P-002", first + DAY, "restricted duties"),
        ("P-003", second + DAY, "full duties"),
        ("P-003", dt.date(2024, 1, 22), "restricted duties"),
        ("P-003", dt.date(2024, 4, 8), "full duties"),
    )
    return [
        {"person_ref": person, "from_on": day, "status": status, "entered_on": day + DAY}
        for person, day, status in statuses
    ]


def _recommendations() -> list[Row]:
    made = (
        ("LR-01", None, dt.date(2024, 1, 24), dt.date(2024, 3, 25)),
        ("LR-02", INITIAL, dt.date(2024, 2, 14), dt.date(2024, 3, 28)),
        ("LR-03", INITIAL, dt.date(2024, 2, 14), dt.date(2024, 5, 21)),
        ("LR-04", RESPONSE, dt.date(2024, 4, 17), None),
    )
    rows: list[Row] = [
        {
            "recommendation_ref": ref,
            "referral_ref": referral,
            "made_on": day,
            "extended_to": None,
            "responded_on": answered,
            "entered_on": day + DAY,
            "filled_on": answered,
        }
        for ref, referral, day, answered in made
    ]
    extended = superseded(rows[2], dt.date(2024, 4, 4), extended_to=dt.date(2024, 5, 24))
    return [*rows, extended]


def _commitments() -> list[Row]:
    made = (
        (
            "C-1",
            ANNOUNCED_ON,
            "refer all failures",
            "All additional failures in service will be referred to the oversight body.",
            None,
        ),
        (
            "C-2",
            ANNOUNCED_ON,
            "answer enquiries",
            "Everyone who writes to the dedicated inbox will be answered within ten working days.",
            None,
        ),
        (
            "C-3",
            dt.date(2023, 11, 30),
            "finish by a day",
            "The review will be complete by the end of May 2024.",
            dt.date(2024, 5, 31),
        ),
        (
            "C-4",
            JANUARY_ON,
            "keep staffing",
            "An appropriate level of resourcing will be kept on this review until the end of May.",
            dt.date(2024, 5, 31),
        ),
    )
    return [
        {
            "commitment_ref": ref,
            "made_on": day,
            "kind": kind,
            "words": words,
            "due_on": due,
            "entered_on": day,
        }
        for ref, day, kind, words, due in made
    ]
