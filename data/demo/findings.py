"""The failures: 25 by 11 January 2024 and 33 by 22 May, each in an application of its own."""

import datetime as dt
import random
from dataclasses import dataclass

from data.demo.cases import Case, chosen
from data.demo.days import ANNOUNCED_ON, DAY, JANUARY_ON, NOVEMBER_ON, next_extract, working_day_after
from data.demo.detail import DONE_ON, Look
from data.demo.register import Row, stream, superseded

# How many were found between two statements: (administrative, service, with harm).
FOUND = {
    ANNOUNCED_ON: (1, 2, 0),
    NOVEMBER_ON: (4, 3, 2),
    JANUARY_ON: (6, 7, 0),
    DONE_ON: (3, 5, 0),
}
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


@dataclass(kw_only=True, eq=False)
class Finding:
    case: Case
    look: Look
    type: str
    harm: bool
    reason: str
    ref: str = ""
    by_triage: bool = False

    @property
    def found_on(self) -> dt.date:
        return self.case.assessed_on if self.by_triage else self.look.completed_on


def all_findings(looks: list[Look]) -> list[Finding]:
    """Every failure in the order in which they were found; marks the reviews that found them."""
    random_ = stream("failures")
    findings: list[Finding] = []
    since = min(look.allocated_on for look in looks)
    for until, counts in FOUND.items():
        second = FOUND_BY_SECOND_REVIEW if until == DONE_ON else 0
        found = _drawn(looks, (since, until - DAY), sum(counts), second, random_)
        findings += [
            _finding(look, kind, random_) for look, kind in zip(found, _kinds(counts, random_), strict=True)
        ]
        # The next few days bring only the matter outside the scope, if anything.
        since = until + 4 * DAY
    findings[0].by_triage = True
    _share_harm_reasons(findings)
    findings.sort(key=lambda finding: (finding.found_on, finding.case.ref))
    for number, finding in enumerate(findings, start=1):
        # The number 26 went to the matter outside the scope, which came in between.
        finding.ref = f"F-{number if number <= 25 else number + 1:04}"  # noqa: PLR2004
    _mark(findings, looks)
    return findings


def _drawn(
    looks: list[Look], span: tuple[dt.date, dt.date], count: int, second: int, random_: random.Random
) -> list[Look]:
    done = [look for look in looks if span[0] <= look.completed_on <= span[1] and look.kind != "sample"]
    drawn: list[Look] = []
    for kind, wanted in (("second", second), ("first", count - second)):
        pool = [look for look in done if look.kind == kind and look.case not in [d.case for d in drawn]]
        for _ in range(wanted):
            look = random_.choices(pool, [_weight(look) for look in pool])[0]
            pool.remove(look)
            drawn.append(look)
    return sorted(drawn, key=lambda look: look.completed_on)


def _weight(look: Look) -> int:
    case = look.case
    return AREA_WEIGHTS[case.area] * GRADE_WEIGHTS[case.grade] * ROUTE_WEIGHTS[case.route]


def _kinds(counts: tuple[int, int, int], random_: random.Random) -> list[tuple[str, bool]]:
    administrative, service, harmed = counts
    kinds = [("administrative", False)] * administrative + [("service", False)] * service
    random_.shuffle(kinds)
    return [("service", True)] * harmed + kinds


def _finding(look: Look, kind: tuple[str, bool], random_: random.Random) -> Finding:
    type_, harm = kind
    reason = chosen(REASONS[type_], random_)
    return Finding(case=look.case, look=look, type=type_, harm=harm, reason=reason)


def _share_harm_reasons(findings: list[Finding]) -> None:
    harmed = [finding for finding in findings if finding.harm]
    for finding, reason in zip(harmed, HARM_REASONS, strict=True):
        finding.reason = reason


def _mark(findings: list[Finding], looks: list[Look]) -> None:
    by_case = {id(finding.case): finding for finding in findings}
    for look in looks:
        finding = by_case.get(id(look.case))
        # A second review of a failure confirms it; a first review may have missed it.
        look.failed = finding is not None and (
            look is finding.look or look.completed_on > finding.look.completed_on
        )
        if look.failed:
            look.written_on = look.completed_on


def failure_rows(findings: list[Finding]) -> list[Row]:
    """Every failure as the register has it, with what was learned about some of them later."""
    rows = [_row(finding) for finding in findings]
    return [*rows, *_learned(findings, rows), _outside()]


def _row(finding: Finding) -> Row:
    return {
        "failure_ref": finding.ref,
        "application_ref": finding.case.ref,
        "review_ref": None if finding.by_triage else finding.look.ref,
        "found_on": finding.found_on,
        "type": finding.type,
        "harm": finding.harm,
        "reason": finding.reason,
        "in_scope": True,
        "entered_on": finding.found_on,
    }


def _learned(findings: list[Finding], rows: list[Row]) -> list[Row]:
    later: list[Row] = []
    for finding, row in zip(findings, rows, strict=True):
        if finding.harm:
            row["harm"] = False
            later.append(superseded(row, next_extract(finding.found_on + 5 * DAY), harm=True))
    november = [r for f, r in zip(findings, rows, strict=True) if f.type == "service" and not f.harm]
    changed = next(row for row in november if row["found_on"] > ANNOUNCED_ON)
    now = {"type": changed["type"], "reason": changed["reason"]}
    changed.update(type="administrative", reason="record-keeping error")
    later.append(superseded(changed, dt.date(2023, 12, 14), **now))
    misnamed = next(row for row in november if row["found_on"] > NOVEMBER_ON)
    misnamed["reason"], reason = "identity not resolved", misnamed["reason"]
    if reason == "identity not resolved":
        misnamed["reason"] = "incomplete system checks"
    later.append(superseded(misnamed, dt.date(2024, 3, 14), reason=reason))
    return later


def _outside() -> Row:
    """A failure in an application made after the review's period: recorded, never counted."""
    return {
        "failure_ref": OUTSIDE_REF,
        "application_ref": "DV/23/90001",
        "review_ref": None,
        "found_on": OUTSIDE_ON,
        "type": "service",
        "harm": True,
        "reason": "disclosed late",
        "in_scope": False,
        "entered_on": working_day_after(OUTSIDE_ON, 1),
    }
