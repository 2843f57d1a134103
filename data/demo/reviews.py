"""The detailed reviews and the failures that they found.

Four teams took the highest grade first, and had every review complete by 17 May 2024. 25 failures
were found by 11 January 2024 and 33 by 22 May, each in an application of its own.
"""

import datetime as dt
import heapq
from dataclasses import dataclass

from data.demo.cases import Case
from data.demo.dates import (
    ANNOUNCED_ON,
    DAY,
    EXTRACTS,
    JANUARY_ON,
    NOVEMBER_ON,
    quiet,
    working_day_after,
    working_days,
)
from data.demo.draws import Draws, Row, superseded

DETAIL_BEGAN_ON = dt.date(2023, 10, 11)
ALLOCATED_ON = dt.date(2024, 5, 3)
DONE_ON = dt.date(2024, 5, 17)

# Share of the work, and how many working days a review takes there (median, spread).
TEAMS = {"team 1": 30, "team 2": 28, "team 3": 24, "team 4": 18}
PACE = {"team 1": (5, 0.5), "team 2": (6, 0.55), "team 3": (7, 0.5), "team 4": (9, 0.65)}
EFFORT = {"first": 1.0, "second": 0.6, "sample": 0.3}
FIRST_BEFORE_ALL = {"high": 0, "medium": 1, "standard": 2}

# First reviews handed out on a working day, by month: fewer than triage sent on until January.
PER_DAY = {10: 2.0, 11: 5.0, 12: 6.5, 1: 7.5, 2: 7.5, 3: 7.5, 4: 6.0, 5: 5.0}

SECOND_SHARE = 0.10
SAMPLE = 300
SAMPLED = (dt.date(2024, 2, 12), dt.date(2024, 4, 26))

# How many were found between two statements: (administrative, service, with harm).
FAILURES_BY = {ANNOUNCED_ON: (1, 2, 0), NOVEMBER_ON: (4, 3, 2), JANUARY_ON: (6, 7, 0), DONE_ON: (3, 5, 0)}
# The east failed far more often than its share of the applications.
AREA_WEIGHTS = {"north": 6, "central": 7, "west": 8, "south": 9, "east": 38, "headquarters": 12}
GRADE_WEIGHTS = {"high": 4, "medium": 2, "standard": 1}
ROUTE_WEIGHTS = {"right to know": 5, "right to ask": 3}
REASONS = {
    "administrative": {
        "record-keeping error": 45,
        "wrong person or details recorded": 30,
        "referred late": 25,
    },
    "service": {
        "should have disclosed": 38,
        "incomplete system checks": 30,
        "disclosed late": 14,
        "closed without meeting": 10,
        "identity not resolved": 8,
    },
}
HARM_REASONS = ("should have disclosed", "incomplete system checks")
FOUND_BY_SECOND_REVIEW = 2
OUTSIDE_REF = "F-0026"
OUTSIDE_ON = dt.date(2024, 1, 12)


@dataclass(eq=False)
class CaseReview:
    """One review of an application: the first, a second one, or a sample check."""

    case: Case
    kind: str
    team: str
    reviewer_ref: str
    allocated_on: dt.date
    completed_on: dt.date
    filled_on: dt.date
    failed: bool = False
    ref: str = ""


def all_reviews(cases: list[Case]) -> list[CaseReview]:
    """Every review that was made, in the order in which they were handed out, with references."""
    draws = Draws("detailed reviews")
    first = _first_reviews([case for case in cases if case.sent_on], draws)
    sampled = draws.sample(first, round(len(first) * SECOND_SHARE))
    second = [_second_review(review, draws) for review in sampled]
    reviews = [*first, *second, *_sample_checks(cases, draws)]
    reviews.sort(key=lambda review: (review.allocated_on, review.case.ref, review.kind))
    for number, review in enumerate(reviews, start=1):
        review.ref = f"DR-{number:05}"
    return reviews


def _first_reviews(cases: list[Case], draws: Draws) -> list[CaseReview]:
    arriving = sorted(cases, key=lambda case: (case.sent_on, case.ref), reverse=True)
    waiting: list[tuple[int, dt.date, str, Case]] = []
    reviews: list[CaseReview] = []
    for day in working_days(DETAIL_BEGAN_ON, ALLOCATED_ON):
        while arriving and (sent_on := arriving[-1].sent_on) and sent_on <= day:
            case = arriving.pop()
            heapq.heappush(waiting, (FIRST_BEFORE_ALL[case.grade], sent_on, case.ref, case))
        handed_out = min(len(waiting), _handed_out(day, draws))
        reviews += [_review(heapq.heappop(waiting)[-1], "first", day, draws) for _ in range(handed_out)]
    return reviews


def _handed_out(day: dt.date, draws: Draws) -> int:
    if day == ALLOCATED_ON:
        return 1_000
    pace = PER_DAY[day.month] * (0.2 if quiet(day) else 1.0) * draws.uniform(0.6, 1.4)
    return int(pace + draws.random())


def _review(case: Case, kind: str, day: dt.date, draws: Draws, *, team: str = "") -> CaseReview:
    team = team or draws.one_of(TEAMS)
    median, spread = PACE[team]
    days = max(1, round(median * EFFORT[kind] * draws.lognormvariate(0, spread)))
    done = working_day_after(day, days, last=DONE_ON)
    if quiet(done) and draws.random() < 0.8:  # noqa: PLR2004
        done = working_day_after(dt.date(2024, 1, 2), draws.randint(1, 6))
    reviewer = f"RV-{team[-1]}{draws.randint(1, 7):02}"
    return CaseReview(case, kind, team, reviewer, day, done, _written_on(done, draws))


def _written_on(done: dt.date, draws: Draws) -> dt.date:
    # Now and then a completed review is entered in the register only days later.
    late = draws.random() < 0.06 and not quiet(done)  # noqa: PLR2004
    return min(done + draws.randint(2, 9) * DAY, DONE_ON + 3 * DAY) if late else done


def _second_review(review: CaseReview, draws: Draws) -> CaseReview:
    day = working_day_after(review.completed_on, draws.randint(2, 12), last=DONE_ON - 4 * DAY)
    team = draws.one_of({team: share for team, share in TEAMS.items() if team != review.team})
    return _review(review.case, "second", max(day, review.completed_on), draws, team=team)


def _sample_checks(cases: list[Case], draws: Draws) -> list[CaseReview]:
    unsent = [case for case in cases if case.grade and case.sent_on is None and not case.late]
    days = working_days(*SAMPLED)
    drawn = draws.sample(unsent, SAMPLE)
    return [_review(case, "sample", days[n * len(days) // SAMPLE], draws) for n, case in enumerate(drawn)]


def review_rows(reviews: list[CaseReview]) -> list[Row]:
    """Every review as the register has it: the completion is blank until it is written down."""
    return [
        vars(review)
        | {"review_ref": review.ref, "application_ref": review.case.ref, "entered_on": review.allocated_on}
        | {"outcome": "failure found" if review.failed else "no failure"}
        for review in reviews
    ]


@dataclass(eq=False)
class Finding:
    review: CaseReview
    type: str
    harm: bool
    reason: str
    ref: str = ""
    by_triage: bool = False

    @property
    def case(self) -> Case:
        return self.review.case

    @property
    def found_on(self) -> dt.date:
        return self.case.assessed_on if self.by_triage else self.review.completed_on


def all_findings(reviews: list[CaseReview]) -> list[Finding]:
    """Every failure in the order in which they were found; marks the reviews that found them."""
    draws = Draws("failures")
    findings: list[Finding] = []
    since = min(review.allocated_on for review in reviews)
    for until, counts in FAILURES_BY.items():
        done = [review for review in reviews if since <= review.completed_on <= until - DAY]
        second = FOUND_BY_SECOND_REVIEW if until == DONE_ON else 0
        drawn = _drawn(done, {"second": second, "first": sum(counts) - second}, draws)
        findings += [
            Finding(review, kind, harm, draws.one_of(REASONS[kind]))
            for review, (kind, harm) in zip(drawn, _kinds(counts, draws), strict=True)
        ]
        # The next few days bring only the matter outside the scope, if anything.
        since = until + 4 * DAY
    findings[0].by_triage = True
    for finding, reason in zip((f for f in findings if f.harm), HARM_REASONS, strict=True):
        finding.reason = reason
    findings.sort(key=lambda finding: (finding.found_on, finding.case.ref))
    for number, finding in enumerate(findings, start=1):
        # The number 26 went to the matter outside the scope, which came in between.
        finding.ref = f"F-{number if number <= 25 else number + 1:04}"  # noqa: PLR2004
    _mark(findings, reviews)
    return findings


def _drawn(done: list[CaseReview], counts: dict[str, int], draws: Draws) -> list[CaseReview]:
    drawn: list[CaseReview] = []
    for kind, count in counts.items():
        cases = [review.case for review in drawn]
        pool = [review for review in done if review.kind == kind and review.case not in cases]
        for _ in range(count):
            review = draws.choices(pool, [_weight(review.case) for review in pool])[0]
            pool.remove(review)
            drawn.append(review)
    return sorted(drawn, key=lambda review: review.completed_on)


def _weight(case: Case) -> int:
    return AREA_WEIGHTS[case.area] * GRADE_WEIGHTS[case.grade] * ROUTE_WEIGHTS[case.route]


def _kinds(counts: tuple[int, int, int], draws: Draws) -> list[tuple[str, bool]]:
    administrative, service, harmed = counts
    kinds = [("administrative", False)] * administrative + [("service", False)] * service
    draws.shuffle(kinds)
    return [("service", True)] * harmed + kinds


def _mark(findings: list[Finding], reviews: list[CaseReview]) -> None:
    by_case = {id(finding.case): finding for finding in findings}
    for review in reviews:
        finding = by_case.get(id(review.case))
        # A second review of a failure confirms it; a first review may have missed it.
        if finding and (review is finding.review or review.completed_on > finding.review.completed_on):
            review.failed, review.filled_on = True, review.completed_on


def failure_rows(findings: list[Finding]) -> list[Row]:
    """Every failure as the register has it, with what was learned about some of them later."""
    rows = [
        vars(finding)
        | {"failure_ref": finding.ref, "application_ref": finding.case.ref, "in_scope": True}
        | {"review_ref": None if finding.by_triage else finding.review.ref}
        | dict.fromkeys(("found_on", "entered_on"), finding.found_on)
        for finding in findings
    ]
    return [*rows, *_learned(rows), _outside()]


def _learned(rows: list[Row]) -> list[Row]:
    service = [row for row in rows if row["type"] == "service" and not row["harm"]]
    changed = next(row for row in service if row["found_on"] > ANNOUNCED_ON)
    later: list[Row] = []
    for row in [row for row in rows if row["harm"]]:
        row["harm"] = False
        known_on = min(day for day in EXTRACTS if day >= row["found_on"] + 5 * DAY)
        later.append(superseded(row, known_on, harm=True))
    right = {"type": changed["type"], "reason": changed["reason"]}
    changed.update(type="administrative", reason="record-keeping error")
    later.append(superseded(changed, dt.date(2023, 12, 14), **right))
    misnamed = next(row for row in service if row["found_on"] > NOVEMBER_ON)
    reason, unresolved = misnamed["reason"], "identity not resolved"
    misnamed["reason"] = "incomplete system checks" if reason == unresolved else unresolved
    return [*later, superseded(misnamed, dt.date(2024, 3, 14), reason=reason)]


def _outside() -> Row:
    """A failure in an application made after the review's period: recorded, never counted."""
    return {
        "failure_ref": OUTSIDE_REF,
        "application_ref": "DV/23/90001",
        "found_on": OUTSIDE_ON,
        "type": "service",
        "harm": True,
        "reason": "disclosed late",
        "in_scope": False,
        "entered_on": working_day_after(OUTSIDE_ON, 1),
    }
