"""The referrals: one in October, four by the end of November, five by May, and three outside the scope."""

import datetime as dt

from data.demo.dates import ANNOUNCED_ON, DAY, JANUARY_ON, NOVEMBER_ON, working_day_after
from data.demo.draws import Row, superseded, table
from data.demo.reviews import OUTSIDE_ON, OUTSIDE_REF, Finding

INITIAL, FIRST_HARM, SECOND_HARM, RESPONSE = "R-2023-1", "R-2023-2", "R-2023-3", "R-2023-4"
OUTSIDE, ADMINISTRATIVE = "R-2024-1", "R-2024-2"
# The organisation's response to these two is what the referral of November 2023 is about.
EARLIER = {"R-2019-1": dt.date(2019, 3, 11), "R-2020-1": dt.date(2020, 9, 21)}
INITIAL_ON = dt.date(2023, 10, 4)
RESPONSE_ON = dt.date(2023, 11, 23)

DSI, CONDUCT, COMPLAINT = "death or serious injury matter", "recordable conduct matter", "complaint"
# Kind, route, subject, and whether it is in scope.
REFERRALS = {
    "R-2019-1": (COMPLAINT, "mandatory", "member of staff", False),
    "R-2020-1": (CONDUCT, "mandatory", "member of staff", False),
    INITIAL: (CONDUCT, "voluntary", "member of staff", True),
    FIRST_HARM: (DSI, "mandatory", "failure", True),
    SECOND_HARM: (DSI, "mandatory", "failure", True),
    RESPONSE: (CONDUCT, "voluntary", "organisation", True),
    OUTSIDE: (DSI, "mandatory", "failure", False),
    ADMINISTRATIVE: (CONDUCT, "voluntary", "failure", True),
}
MODE_KNOWN = ("mode decided", "under investigation", "report complete")
STATUSES = ("referred", "being assessed", *MODE_KNOWN, "outcome", "closed")
INDEPENDENT = ("independent", None, (0, 2, 9, 21))
# Mode, outcome, and the days after the referral on which each of the statuses was reached.
STEPS = {
    "R-2019-1": ("supervised", "no case to answer", (0, None, 14, 30, 211, 239, 246)),
    "R-2020-1": ("local", "reflective practice", (0, 8, 18, 35, 188, 216, 230)),
    INITIAL: INDEPENDENT,
    FIRST_HARM: ("independent", None, (0, 2, 9, 21, 182)),
    SECOND_HARM: INDEPENDENT,
    RESPONSE: INDEPENDENT,
    OUTSIDE: ("returned to force", None, (0, 4, 19)),
    ADMINISTRATIVE: INDEPENDENT,
}
INVESTIGATED = (
    *(("P-001", INITIAL), ("P-001", "R-2019-1"), ("P-001", "R-2020-1")),
    *(("P-002", FIRST_HARM), ("P-003", SECOND_HARM)),
)
# Made on, responded on.
RECOMMENDATIONS = (
    ("LR-01", None, dt.date(2024, 1, 24), dt.date(2024, 3, 25)),
    ("LR-02", INITIAL, dt.date(2024, 2, 14), dt.date(2024, 3, 28)),
    ("LR-03", INITIAL, dt.date(2024, 2, 14), dt.date(2024, 5, 21)),
    ("LR-04", RESPONSE, dt.date(2024, 4, 17), None),
)
MAY_31 = dt.date(2024, 5, 31)
REFER_ALL = "All additional failures in service will be referred to the oversight body."
WITHIN_TEN = "Everyone who writes to the dedicated inbox will be answered within ten working days."
FINISH = "The review will be complete by the end of May 2024."
STAFFING = "An appropriate level of resourcing will be kept on this review until the end of May."
COMMITMENTS = (
    ("C-1", ANNOUNCED_ON, "refer all failures", REFER_ALL, None),
    ("C-2", ANNOUNCED_ON, "answer enquiries", WITHIN_TEN, None),
    ("C-3", NOVEMBER_ON, "finish by a day", FINISH, MAY_31),
    ("C-4", JANUARY_ON, "keep staffing", STAFFING, MAY_31),
)


def oversight_rows(findings: list[Finding]) -> dict[str, list[Row]]:
    first, second = (finding for finding in findings if finding.harm)
    third = next(f for f in findings if f.type == "administrative" and f.found_on > JANUARY_ON)
    days = {
        **EARLIER,
        INITIAL: INITIAL_ON,
        FIRST_HARM: working_day_after(first.found_on, 1),
        SECOND_HARM: working_day_after(second.found_on, 1),
        RESPONSE: RESPONSE_ON,
        OUTSIDE: OUTSIDE_ON,
        ADMINISTRATIVE: working_day_after(third.found_on, 4),
    }
    failures = {
        FIRST_HARM: first.ref,
        SECOND_HARM: second.ref,
        ADMINISTRATIVE: third.ref,
        OUTSIDE: OUTSIDE_REF,
    }
    duties = (
        ("P-001", INITIAL_ON, "suspended"),
        ("P-002", days[FIRST_HARM] + DAY, "restricted duties"),
        ("P-003", days[SECOND_HARM] + DAY, "full duties"),
        ("P-003", dt.date(2024, 1, 22), "restricted duties"),
        ("P-003", dt.date(2024, 4, 8), "full duties"),
    )
    return {
        "referrals": table(
            "referral_ref referred_on kind route subject in_scope entered_on",
            [(ref, days[ref], *about, _written(ref, days[ref])) for ref, about in REFERRALS.items()],
        ),
        "referral_events": _events(days),
        "referral_failures": table(
            "referral_ref failure_ref entered_on",
            # The outside failure is itself entered a working day after it was referred.
            [(ref, failure, working_day_after(days[ref], 1)) for ref, failure in failures.items()],
        ),
        "referral_chains": table(
            "referral_ref earlier_referral_ref entered_on",
            [(RESPONSE, earlier, RESPONSE_ON) for earlier in EARLIER],
        ),
        "people_investigated": table(
            "person_ref referral_ref entered_on",
            [(person, ref, _written(ref, working_day_after(days[ref], 1))) for person, ref in INVESTIGATED],
        ),
        "duty_statuses": table(
            "person_ref from_on status entered_on", [(*duty, duty[1] + DAY) for duty in duties]
        ),
        "recommendations": _recommendations(),
        "commitments": table(
            "commitment_ref made_on kind words due_on entered_on",
            [(*commitment, commitment[1]) for commitment in COMMITMENTS],
        ),
    }


def _written(ref: str, day: dt.date) -> dt.date:
    # Nobody had put the earlier two in this register until the later one spoke of them.
    return RESPONSE_ON if ref in EARLIER else day


def _events(days: dict[str, dt.date]) -> list[Row]:
    rows: list[Row] = []
    for ref, (mode, outcome, delays) in STEPS.items():
        reached = [
            (status, delay) for status, delay in zip(STATUSES, delays, strict=False) if delay is not None
        ]
        rows += [
            {
                "event_ref": f"{ref}-{number}",
                "referral_ref": ref,
                "happened_on": days[ref] + delay * DAY,
                "status": status,
                "mode": mode if status in MODE_KNOWN else None,
                "outcome": outcome if status == "outcome" else None,
                "entered_on": _written(ref, days[ref] + delay * DAY),
            }
            for number, (status, delay) in enumerate(reached, start=1)
        ]
    return rows


def _recommendations() -> list[Row]:
    rows = table(
        "recommendation_ref referral_ref made_on responded_on entered_on filled_on",
        [(*advice, advice[2] + DAY, advice[3]) for advice in RECOMMENDATIONS],
    )
    return [*rows, superseded(rows[2], dt.date(2024, 4, 4), extended_to=dt.date(2024, 5, 24))]
