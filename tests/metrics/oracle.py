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


class Look:
    """One second look or one application drawn for sample checks, with its application as known on a day."""

    def __init__(self, rows, case, firsts=()):
        self.rows, self.case, self.firsts = rows, case, firsts

    def value(self, dimension, day):
        if dimension == "first_team":
            return self.first["team"] if self.first else None
        if dimension == "verdict":
            if self.first is None or self.outcome is None:
                return None
            if self.outcome == self.first["outcome"]:
                return "upheld"
            return "failure added" if self.outcome == "failure found" else "failure taken back"
        return self.case.value(dimension, day)

    @property
    def in_scope(self):
        return self.case.in_scope

    @property
    def outcome(self):
        return self.rows[0]["outcome"]

    @property
    def first(self):
        done = [row for row in self.firsts if row["completed_on"] is not None]
        done.sort(key=lambda row: (row["completed_on"], *natural(row["review_ref"])))
        return done[0] if done else None

    def first_done(self, day):
        return self.first is not None and self.first["completed_on"] <= day

    def done(self, day):
        return any(row["completed_on"] is not None and row["completed_on"] <= day for row in self.rows)

    def missed(self, day):
        return any(row["outcome"] == "failure found" and row["completed_on"] <= day for row in self.rows)

    def fairly_drawn(self):
        """Whether the application had not been sent on by the day it was first drawn."""
        return not self.case.sent_on(min(row["allocated_on"] for row in self.rows))


def second_looks(world, known_at):
    by_ref = {case.row["application_ref"]: case for case in cases(world, known_at)}
    every = known(world["reviews"], known_at)
    return [
        Look(
            [row],
            by_ref.get(row["application_ref"], NoCase()),
            [each for each in of(every, row) if each["kind"] == "first"],
        )
        for row in every
        if row["kind"] == "second"
    ]


def sample_checks(world, known_at):
    by_ref = {case.row["application_ref"]: case for case in cases(world, known_at)}
    rows = [row for row in known(world["reviews"], known_at) if row["kind"] == "sample"]
    drawn = sorted({row["application_ref"] for row in rows})
    return [
        Look([row for row in rows if row["application_ref"] == ref], by_ref.get(ref, NoCase()))
        for ref in drawn
    ]


SECOND_COUNTS = {
    "second_looks": lambda look, day: look.in_scope and look.first_done(day) and look.done(day),
    "second_looks_under_way": lambda look, day: (
        look.in_scope and look.first_done(day) and look.rows[0]["allocated_on"] <= day and not look.done(day)
    ),
    "second_looks_differing": lambda look, day: (
        look.in_scope and look.first_done(day) and look.done(day) and look.outcome != look.first["outcome"]
    ),
}
SAMPLE_COUNTS = {
    "sample_checks": lambda look, day: (
        look.in_scope and look.case.assessed(day) and look.done(day) and look.fairly_drawn()
    ),
    "sample_failures": lambda look, day: SAMPLE_COUNTS["sample_checks"](look, day) and look.missed(day),
    "sample_sent_on": lambda look, day: SAMPLE_COUNTS["sample_checks"](look, day) and look.case.sent_on(day),
}


def tenth_working_day(received_on):
    """No bank holiday falls into the worlds to count in; test_workdays.py has those."""
    day, count = received_on, 0
    while count < 10:
        day += dt.timedelta(days=1)
        count += day.weekday() < 5
    return day


def answered(row, day):
    return row["answered_on"] is not None and row["answered_on"] <= day


ENQUIRY_COUNTS = {
    "enquiries": lambda row, day: row["received_on"] <= day,
    "enquiries_answered": answered,
    "enquiries_open": lambda row, day: row["received_on"] <= day and not answered(row, day),
    "enquiries_overdue": lambda row, day: (
        tenth_working_day(row["received_on"]) < day and not answered(row, day)
    ),
    "enquiries_due": lambda row, day: tenth_working_day(row["received_on"]) <= day,
    "enquiries_in_time": lambda row, day: (
        tenth_working_day(row["received_on"]) <= day and answered(row, tenth_working_day(row["received_on"]))
    ),
}


def decided_on(case):
    """Day of the decision, or of the disclosure if that was earlier; a pending decision is none."""
    pending = case.row.get("decision") == "pending"
    days = [case.row.get("disclosed_on"), None if pending else case.row.get("decided_on")]
    return min([day for day in days if day is not None], default=None)


def limit(case):
    return 28 if case.row["received_on"] >= dt.date(2023, 4, 1) else 35


def disclosed(case, day):
    told = case.row.get("disclosed_on")
    return case.in_scope and case.received(day) and told is not None and told <= day


def days_taken(case):
    return (case.row["disclosed_on"] - case.row["received_on"]).days


DISCLOSURE_COUNTS = {
    "disclosed": disclosed,
    "undecided": lambda case, day: (
        case.in_scope and case.received(day) and not (decided_on(case) and decided_on(case) <= day)
    ),
    "decided": lambda case, day: (
        case.in_scope and case.received(day) and bool(decided_on(case) and decided_on(case) <= day)
    ),
    "disclosed_late": lambda case, day: disclosed(case, day) and days_taken(case) > limit(case),
    "disclosed_punctually": lambda case, day: disclosed(case, day) and days_taken(case) <= limit(case),
}
MORE_SHARES = {
    "overturned": ("second_looks_differing", "second_looks"),
    "answered_in_time": ("enquiries_in_time", "enquiries_due"),
    "share_disclosed": ("disclosed", "decided"),
    "disclosed_in_time": ("disclosed_punctually", "disclosed"),
}
REVIEW_COUNTS = {
    "reviews_done": lambda row, day: row["completed_on"] is not None and row["completed_on"] <= day,
    "reviews_in_hand": lambda row, day: (
        row["allocated_on"] <= day and (row["completed_on"] is None or row["completed_on"] > day)
    ),
}
MORE_STAGES = {
    "days_per_review": lambda thing: (thing.row["allocated_on"], thing.row["completed_on"]),
    "days_to_answer": lambda thing: (thing.row["received_on"], thing.row["answered_on"]),
    "days_to_decision": lambda case: (
        (case.row["received_on"], decided_on(case)) if case.in_scope else (None, None)
    ),
}


class Enquiry:
    """One enquiry, valued as a case is."""

    def __init__(self, row):
        self.row = row

    def value(self, dimension, _):
        return self.row[dimension]


def things(name, world, known_at):
    """Whatever a figure counts, of those that are not cases, failures, referrals or staff."""
    if name in SECOND_COUNTS:
        return SECOND_COUNTS[name], second_looks(world, known_at)
    if name in SAMPLE_COUNTS:
        return SAMPLE_COUNTS[name], sample_checks(world, known_at)
    if name in ENQUIRY_COUNTS:
        count = ENQUIRY_COUNTS[name]
        every = [Enquiry(row) for row in known(world["enquiries"], known_at)]
        return (lambda enquiry, day: count(enquiry.row, day)), every
    if name in REVIEW_COUNTS:
        count = REVIEW_COUNTS[name]
        every = [Enquiry(row) for row in known(world["reviews"], known_at)]
        return (lambda review, day: count(review.row, day)), every
    return DISCLOSURE_COUNTS[name], cases(world, known_at)


MORE_COUNTS = {*REVIEW_COUNTS, *SECOND_COUNTS, *SAMPLE_COUNTS, *ENQUIRY_COUNTS, *DISCLOSURE_COUNTS}


def more(name, world, day, known_at, dimension):
    if name in MORE_SHARES:
        return _shares(*(more(part, world, day, known_at, dimension) for part in MORE_SHARES[name]))
    if name in MORE_COUNTS:
        return _counts(*things(name, world, known_at), day, dimension)
    ends_of = MORE_STAGES[name]
    asked = {"days_to_answer": "enquiries", "days_per_review": "reviews_done"}
    _, every = things(asked.get(name, "disclosed"), world, known_at)
    spent = {} if dimension else {None: []}
    for thing in every:
        begins, ends = ends_of(thing)
        if begins is not None and begins <= day:
            over = ends is not None and ends <= day
            key = thing.value(dimension, day) if dimension else None
            spent.setdefault(key, []).append((max(((ends if over else day) - begins).days, 0), over))
    return _medians(spent)


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
    "not_allocated": lambda case, day: case.in_scope and case.sent_on(day) and not case.allocated(day),
    "in_hand": lambda case, day: (
        case.in_scope and case.sent_on(day) and case.allocated(day) and not case.completed(day)
    ),
    "outside_scope": lambda case, day: not case.in_scope and case.received(day),
    "not_sent_on": lambda case, day: case.in_scope and case.assessed(day) and not case.sent_on(day),
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
    if name in MORE_COUNTS or name in MORE_SHARES or name in MORE_STAGES:
        return more(name, world, day, known_at, dimension)
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
    if name in ("headcount", "full_time_equivalents"):
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
            hundredths = 100 * row["headcount"]
            if name == "full_time_equivalents":
                hundredths = round(100 * row["full_time_equivalent"])
            groups[key] = groups.get(key, 0) + (hundredths if counts else 0)
        return _whole({key: total / 100 for key, total in groups.items()})
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
    return _medians(spent)


def _medians(spent):
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
