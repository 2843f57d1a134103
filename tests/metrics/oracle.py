"""Every figure of the catalogue a second time, in plain loops over plain rows.

Written from the definitions on the Definitions page, not from the code: slow, obvious, and with
nothing shared with `metrics/` but the names.
"""

import datetime as dt
import math

ENDED = ("closed", "discontinued", "withdrawn")


def known(rows, day):
    return [row for row in rows if row["recorded_from"] <= day < row["recorded_to"]]


def of(rows, case):
    return [row for row in rows if row["application_ref"] == case["application_ref"]]


class Case:
    """One application as known on a day."""

    def __init__(self, application, world, known_at):
        self.row = application
        self.assessments = of(known(world["risk_assessments"], known_at), application)
        self.reviews = [
            row for row in of(known(world["reviews"], known_at), application) if row["kind"] == "first"
        ]
        self.failures = [
            row for row in of(known(world["failures"], known_at), application) if row["in_scope"]
        ]

    @property
    def in_scope(self):
        return self.row["in_scope"]

    def received(self, day):
        return self.row["received_on"] <= day

    def assessed(self, day):
        return self.received(day) and any(row["assessed_on"] <= day for row in self.assessments)

    def sent_on(self, day):
        return any(row["sent_on"] and row["assessed_on"] <= day for row in self.assessments)

    def allocated(self, day):
        return any(row["allocated_on"] <= day for row in self.reviews)

    def completed(self, day):
        return any(row["completed_on"] is not None and row["completed_on"] <= day for row in self.reviews)

    def failed(self, day):
        return any(row["found_on"] <= day for row in self.failures)

    def grade(self, day):
        given = [row for row in self.assessments if row["assessed_on"] <= day]
        given.sort(key=lambda row: (row["assessed_on"], *natural(row["assessment_ref"])))
        return given[-1]["grade"] if given else None

    def value(self, dimension, day):
        if dimension == "grade":
            return self.grade(day)
        if dimension == "year":
            return self.row["received_on"].year
        return self.row.get(dimension)


def cases(world, known_at):
    # The same world is asked for every figure: what was known on a day is looked up once.
    held = world.setdefault("cases as known", {})
    if known_at not in held:
        held[known_at] = [Case(row, world, known_at) for row in known(world["applications"], known_at)]
    return held[known_at]


class NoCase:
    """Stands where the application of a failure is not known: it is in no scope and has no values."""

    in_scope = False

    def value(self, *_):
        return None


def failures(world, known_at):
    """Failures known, each with its case, or with none where its case is not known."""
    by_ref = {case.row["application_ref"]: case for case in cases(world, known_at)}
    return [(row, by_ref.get(row["application_ref"], NoCase())) for row in known(world["failures"], known_at)]


def natural(ref):
    """Order in which people number things: E9 before E10."""
    return len(ref), ref


def failure_value(row, case, dimension, day):
    if dimension == "part":
        return "harm" if row["harm"] else row["type"]
    if dimension == "month_found":
        return row["found_on"].replace(day=1)
    return row[dimension] if dimension in ("type", "harm", "reason") else case.value(dimension, day)


def status(referral, world, day, known_at):
    steps = [
        row
        for row in known(world["referral_events"], known_at)
        if row["referral_ref"] == referral["referral_ref"]
    ]
    begun = (referral["referred_on"], natural(""), "referred")
    told = [begun, *((row["happened_on"], natural(row["event_ref"]), row["status"]) for row in steps)]
    past = sorted(each for each in told if each[0] <= day)
    return past[-1][2] if past else None


CASE_COUNTS = {
    "population": lambda case, day: case.in_scope and case.received(day),
    "risk_assessed": lambda case, day: case.in_scope and case.assessed(day),
    "not_assessed": lambda case, day: (
        case.in_scope
        and case.received(day)
        and not any(row["assessed_on"] <= day for row in case.assessments)
    ),
    "sent_on": lambda case, day: case.in_scope and case.sent_on(day),
    "allocated": lambda case, day: case.in_scope and case.sent_on(day) and case.allocated(day),
    "completed": lambda case, day: case.in_scope and case.sent_on(day) and case.completed(day),
    "backlog": lambda case, day: case.in_scope and case.sent_on(day) and not case.completed(day),
    "outside_scope": lambda case, day: not case.in_scope and case.received(day),
    "failed": lambda case, day: case.in_scope and case.assessed(day) and case.failed(day),
    "failed_reviewed": lambda case, day: (
        case.in_scope and case.sent_on(day) and case.completed(day) and case.failed(day)
    ),
}
CASE_SHARES = {
    "share_assessed": ("risk_assessed", "population"),
    "share_completed": ("completed", "sent_on"),
    "failure_rate": ("failed", "risk_assessed"),
    "failure_rate_reviewed": ("failed_reviewed", "completed"),
}
FAILURE_COUNTS = {
    "failures": lambda row, case, day: row["in_scope"] and case.in_scope and row["found_on"] <= day,
    "failures_with_harm": lambda row, case, day: (
        row["in_scope"] and case.in_scope and row["found_on"] <= day and row["harm"]
    ),
    "failures_outside_scope": lambda row, case, day: (
        not (row["in_scope"] and case.in_scope) and row["found_on"] <= day
    ),
}
FAILURE_SHARES = {"share_with_harm": ("failures_with_harm", "failures")}
REFERRAL_COUNTS = {
    "referrals": lambda row, world, day, known_at: row["in_scope"] and row["referred_on"] <= day,
    "open_referrals": lambda row, world, day, known_at: (
        row["in_scope"] and status(row, world, day, known_at) not in (None, *ENDED)
    ),
    "referrals_outside_scope": lambda row, world, day, known_at: (
        not row["in_scope"] and row["referred_on"] <= day
    ),
}


def stage(name, case, day):
    """Days spent in a stage by `day`, and whether it is over; None if the case has not entered it."""
    assessed = [row["assessed_on"] for row in case.assessments]
    sent_on = [row["assessed_on"] for row in case.assessments if row["sent_on"]]
    allocated = [row["allocated_on"] for row in case.reviews]
    completed = [row["completed_on"] for row in case.reviews if row["completed_on"] is not None]
    begins, ends = {
        "days_to_assessment": (case.row["opened_on"], min(assessed, default=None)),
        "days_to_allocation": (min(sent_on, default=None), min(allocated, default=None)),
        "days_in_review": (
            max(min(sent_on), min(allocated)) if sent_on and allocated else None,
            min(completed, default=None),
        ),
    }[name]
    if not case.in_scope or begins is None or begins > day:
        return None
    over = ends is not None and ends <= day
    return max(((ends if over else day) - begins).days, 0), over


STAGES = ("days_to_assessment", "days_to_allocation", "days_in_review")


def kaplan_meier_median(spent):
    """First day by which at most half are estimated to be left; None if it is not reached."""
    left = 1.0
    for moment in sorted({days for days, over in spent if over}):
        at_risk = sum(1 for days, _ in spent if days >= moment)
        ended = sum(1 for days, over in spent if over and days == moment)
        left *= 1 - ended / at_risk
        if left <= 0.5 + 1e-12:
            return float(moment)
    return None


def evaluate(name, world, day, known_at, dimension=None):
    """Return {value of the dimension: (numerator, denominator, value)}; the key is None without one."""
    if name in STAGES:
        return _stages(name, world, day, known_at, dimension)
    if name in CASE_COUNTS:
        return _counts(CASE_COUNTS[name], cases(world, known_at), day, dimension)
    if name in CASE_SHARES:
        top, bottom = CASE_SHARES[name]
        every = cases(world, known_at)
        return _shares(
            _counts(CASE_COUNTS[top], every, day, dimension),
            _counts(CASE_COUNTS[bottom], every, day, dimension),
        )
    if name in FAILURE_COUNTS:
        return _failures(FAILURE_COUNTS[name], world, day, known_at, dimension)
    if name in FAILURE_SHARES:
        top, bottom = (FAILURE_COUNTS[each] for each in FAILURE_SHARES[name])
        return _shares(
            _failures(top, world, day, known_at, dimension),
            _failures(bottom, world, day, known_at, dimension),
        )
    if name in REFERRAL_COUNTS:
        groups = {} if dimension else {None: 0}
        for row in known(world["referrals"], known_at):
            key = row[dimension] if dimension else None
            counts = REFERRAL_COUNTS[name](row, world, day, known_at)
            groups[key] = groups.get(key, 0) + bool(counts)
        return _whole(groups)
    if name == "headcount":
        groups = {} if dimension else {None: 0}
        told = known(world["staffing"], known_at)
        for row in told:
            key = row[dimension] if dimension else None
            later = [
                each
                for each in told
                if each["team"] == row["team"] and row["week_on"] < each["week_on"] <= day
            ]
            counts = row["week_on"] <= day < row["week_on"] + dt.timedelta(days=28) and not later
            groups[key] = groups.get(key, 0) + (row["headcount"] if counts else 0)
        return _whole(groups)
    raise KeyError(name)


def _counts(predicate, every, day, dimension):
    groups = {} if dimension else {None: 0}
    for case in every:
        key = case.value(dimension, day) if dimension else None
        groups[key] = groups.get(key, 0) + bool(predicate(case, day))
    return _whole(groups)


def _failures(predicate, world, day, known_at, dimension):
    groups = {} if dimension else {None: 0}
    for row, case in failures(world, known_at):
        key = failure_value(row, case, dimension, day) if dimension else None
        groups[key] = groups.get(key, 0) + bool(predicate(row, case, day))
    return _whole(groups)


def _stages(name, world, day, known_at, dimension):
    spent = {} if dimension else {None: []}
    for case in cases(world, known_at):
        found = stage(name, case, day)
        if found is not None:
            spent.setdefault(case.value(dimension, day) if dimension else None, []).append(found)
    return {
        key: (sum(1 for _, over in each if over), len(each), kaplan_meier_median(each))
        for key, each in spent.items()
    }


def _whole(groups):
    return {key: (count, None, float(count)) for key, count in groups.items()}


def _shares(top, bottom):
    return {
        key: (top[key][0], bottom[key][0], top[key][0] / bottom[key][0] if bottom[key][0] else None)
        for key in bottom
    }


def wilson(numerator, denominator):
    """Wilson score interval as Wilson (1927) gives it, clipped to between 0 and 1."""
    z, n, p = 1.959963984540054, denominator, numerator / denominator
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)
