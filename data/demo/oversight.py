"""The referrals: one in October, four by the end of November, five by May, and three outside the scope."""

import datetime as dt
from collections.abc import Iterable

from data.demo.days import ANNOUNCED_ON, DAY, JANUARY_ON, NOVEMBER_ON, Row, superseded, working_day_after
from data.demo.reviews import OUTSIDE_ON, OUTSIDE_REF, Finding

INITIAL, FIRST_HARM, SECOND_HARM, RESPONSE = "R-2023-1", "R-2023-2", "R-2023-3", "R-2023-4"
OUTSIDE, ADMINISTRATIVE = "R-2024-1", "R-2024-2"
# The organisation's response to these two is what the referral of November 2023 is about.
EARLIER = {"R-2019-1": dt.date(2019, 3, 11), "R-2020-1": dt.date(2020, 9, 21)}
INITIAL_ON = dt.date(2023, 10, 4)
RESPONSE_ON = dt.date(2023, 11, 23)
SUSPENDED = "P-001"

DSI, CONDUCT, COMPLAINT = "death or serious injury matter", "recordable conduct matter", "complaint"


def _table(columns: str, rows: Iterable[tuple[object, ...]]) -> list[Row]:
    return [dict(zip(columns.split(), row, strict=True)) for row in rows]


def oversight_rows(findings: list[Finding]) -> dict[str, list[Row]]:
    about = _failures_referred(findings)
    days = _referred_days(about)
    return {
        "referrals": _referrals(days),
        "referral_events": _events(days),
        "referral_failures": _failures(about, days),
        "referral_chains": _table(
            "referral_ref earlier_referral_ref entered_on",
            [(RESPONSE, earlier, RESPONSE_ON) for earlier in EARLIER],
        ),
        "people_investigated": _people(days),
        "duty_statuses": _duties(days),
        "recommendations": _recommendations(),
        "commitments": _commitments(),
    }


def _failures_referred(findings: list[Finding]) -> dict[str, Finding]:
    """Failure that each referral inside the scope is about, where it is about one."""
    first, second = (finding for finding in findings if finding.harm)
    administrative = next(f for f in findings if f.type == "administrative" and f.found_on > JANUARY_ON)
    return {FIRST_HARM: first, SECOND_HARM: second, ADMINISTRATIVE: administrative}


def _referred_days(about: dict[str, Finding]) -> dict[str, dt.date]:
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
    return _table(
        "referral_ref referred_on kind route subject in_scope entered_on",
        [(ref, days[ref], *description, _written(ref, days[ref])) for ref, description in described.items()],
    )


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
    return _table(
        "event_ref referral_ref happened_on status mode outcome entered_on",
        [
            (f"{ref}-{number}", ref, (day := days[ref] + after * DAY), *status, _written(ref, day))
            for ref, steps in STEPS.items()
            for number, (after, *status) in enumerate(steps, start=1)
        ],
    )


def _failures(about: dict[str, Finding], days: dict[str, dt.date]) -> list[Row]:
    refs = {ref: finding.ref for ref, finding in about.items()} | {OUTSIDE: OUTSIDE_REF}
    return _table(
        "referral_ref failure_ref entered_on",
        # The outside failure is itself entered a working day after it was referred.
        [(ref, failure, working_day_after(days[ref], 1)) for ref, failure in refs.items()],
    )


def _people(days: dict[str, dt.date]) -> list[Row]:
    investigated = (
        (SUSPENDED, INITIAL),
        (SUSPENDED, "R-2019-1"),
        (SUSPENDED, "R-2020-1"),
        ("P-002", FIRST_HARM),
        ("P-003", SECOND_HARM),
    )
    return _table(
        "person_ref referral_ref entered_on",
        [(person, ref, _written(ref, working_day_after(days[ref], 1))) for person, ref in investigated],
    )


def _duties(days: dict[str, dt.date]) -> list[Row]:
    statuses = (
        (SUSPENDED, INITIAL_ON, "suspended"),
        ("P-002", days[FIRST_HARM] + DAY, "restricted duties"),
        ("P-003", days[SECOND_HARM] + DAY, "full duties"),
        ("P-003", dt.date(2024, 1, 22), "restricted duties"),
        ("P-003", dt.date(2024, 4, 8), "full duties"),
    )
    return _table("person_ref from_on status entered_on", [(*duty, duty[1] + DAY) for duty in statuses])


def _recommendations() -> list[Row]:
    recommendations = (
        ("LR-01", None, dt.date(2024, 1, 24), dt.date(2024, 3, 25)),
        ("LR-02", INITIAL, dt.date(2024, 2, 14), dt.date(2024, 3, 28)),
        ("LR-03", INITIAL, dt.date(2024, 2, 14), dt.date(2024, 5, 21)),
        ("LR-04", RESPONSE, dt.date(2024, 4, 17), None),
    )
    rows = _table(
        "recommendation_ref referral_ref made_on extended_to responded_on entered_on filled_on",
        [
            (ref, referral, day, None, responded_on, day + DAY, responded_on)
            for ref, referral, day, responded_on in recommendations
        ],
    )
    return [*rows, superseded(rows[2], dt.date(2024, 4, 4), extended_to=dt.date(2024, 5, 24))]


def _commitments() -> list[Row]:
    may_31 = dt.date(2024, 5, 31)
    refer_all = "All additional failures in service will be referred to the oversight body."
    within_ten = "Everyone who writes to the dedicated inbox will be answered within ten working days."
    finish = "The review will be complete by the end of May 2024."
    staffing = "An appropriate level of resourcing will be kept on this review until the end of May."
    commitments = (
        ("C-1", ANNOUNCED_ON, "refer all failures", refer_all, None),
        ("C-2", ANNOUNCED_ON, "answer enquiries", within_ten, None),
        ("C-3", NOVEMBER_ON, "finish by a day", finish, may_31),
        ("C-4", JANUARY_ON, "keep staffing", staffing, may_31),
    )
    return _table(
        "commitment_ref made_on kind words due_on entered_on",
        [(*commitment, commitment[1]) for commitment in commitments],
    )
