"""Every figure of the catalogue a second time, in plain loops over plain rows.

Written from the definitions on the Definitions page, not from the code: slow, obvious, and with
nothing shared with `metrics/` but the names.
"""

import datetime as dt
import itertools
import math
from fractions import Fraction
from functools import wraps

ENDED = ("closed", "discontinued", "withdrawn")

BODY = "a body"  # whose register it is


def once(look_up):
    """The same world is asked for every figure: what was known on a day is looked up once."""

    @wraps(look_up)
    def looked_up(world, known_at):
        lists = world.setdefault(f"{look_up.__name__} as known", {})
        if known_at not in lists:
            lists[known_at] = look_up(world, known_at)
        return lists[known_at]

    return looked_up


def known(rows, day):
    return [row for row in rows if row["recorded_from"] <= day < row["recorded_to"]]


@once
def all_known(world, known_at):
    """Every table as known on a day."""
    return {table: known(rows, known_at) for table, rows in world.items() if isinstance(rows, list)}


def of(rows, case):
    return [row for row in rows if row["application_ref"] == case["application_ref"]]


class Case:
    """One application as known on a day."""

    def __init__(self, application, world, known_at):
        self.row = application
        self.assessments = of(all_known(world, known_at)["risk_assessments"], application)
        self.reviews = [
            row for row in of(all_known(world, known_at)["reviews"], application) if row["kind"] == "first"
        ]
        self.failures = [
            row for row in of(all_known(world, known_at)["failures"], application) if row["in_scope"]
        ]
        found = of(all_known(world, known_at)["findings"], application)
        self.findings = [(row["final"], decided_on_finding(row, world)) for row in found]
        self.ends_by_findings = world.get("closed_by") == "findings"
        self.closed = None if self.ends_by_findings else self.row.get("closed_on")
        self.adverse_days = [
            decided if row["final_on"] or self.closed is None else min(decided, self.closed)
            for row, (final, decided) in zip(found, self.findings, strict=True)
            if final in ADVERSE
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

    @property
    def ended_on(self):
        if not self.ends_by_findings:
            return self.row.get("closed_on")
        days = [decided for _, decided in self.findings]
        return None if None in days else max(days, default=None)

    def ended(self, day):
        return self.received(day) and self.ended_on is not None and self.ended_on <= day

    def adverse(self, day):
        return self.received(day) and any(counted <= day for counted in self.adverse_days)

    def grade(self, day):
        given = [row for row in self.assessments if row["assessed_on"] <= day]
        given.sort(key=lambda row: (row["assessed_on"], *natural(row["assessment_ref"])))
        return given[-1]["grade"] if given else None

    def value(self, dimension, day):
        if dimension == "force":
            return BODY
        if dimension == "grade":
            return self.grade(day)
        if dimension == "year":
            return self.row["received_on"].year
        return self.row.get("status" if dimension == "standing" else dimension)


ADVERSE = ("upheld", "partly upheld")


def decided_on_finding(finding, world):
    """Its own day, or the first on which this or an earlier version of it was known with a final finding."""
    if finding["final"] is None:
        return None
    recorded = [
        row["recorded_from"]
        for row in world["findings"]
        if row["finding_ref"] == finding["finding_ref"]
        and row["final"] is not None
        and row["recorded_from"] < row["recorded_to"]
        and row["recorded_from"] <= finding["recorded_from"]
    ]
    return finding["final_on"] or min(recorded)


class Finding:
    """One finding as known on a day, with its case and the allegation that it is about, if they are known."""

    def __init__(self, row, world, known_at):
        self.row, self.decided_on = row, decided_on_finding(row, world)
        by_ref = {case.row["application_ref"]: case for case in cases(world, known_at)}
        self.case = by_ref.get(row["application_ref"], NoCase())
        closed = getattr(self.case, "closed", None)
        if self.decided_on and not row["final_on"] and closed is not None:
            self.decided_on = min(self.decided_on, closed)
        about = {
            each["allegation_ref"]: each["category"] for each in all_known(world, known_at)["allegations"]
        }
        self.allegation = about.get(row["allegation_ref"])

    def decided(self, day):
        return self.case.in_scope and self.decided_on is not None and self.decided_on <= day

    def value(self, dimension, day):
        if dimension == "force":
            return BODY
        if dimension == "allegation":
            return self.allegation
        return (
            self.row[dimension] if dimension in ("recommended", "final") else self.case.value(dimension, day)
        )


FINDING_COUNTS = {
    "findings_decided": lambda finding, day: finding.decided(day),
    "findings_recommended": lambda finding, day: (
        finding.decided(day) and finding.row["recommended"] is not None
    ),
    "findings_differing": lambda finding, day: (
        finding.decided(day)
        and finding.row["recommended"] is not None
        and finding.row["recommended"] != finding.row["final"]
    ),
}
FINDING_SHARES = {"findings_overturned": ("findings_differing", "findings_recommended")}


def findings(name, world, day, known_at, dimension):
    if name in FINDING_SHARES:
        return _shares(*(findings(part, world, day, known_at, dimension) for part in FINDING_SHARES[name]))
    return _counts(FINDING_COUNTS[name], every_finding(world, known_at), day, dimension)


@once
def every_finding(world, known_at):
    return [Finding(row, world, known_at) for row in all_known(world, known_at)["findings"]]


@once
def cases(world, known_at):
    return [Case(row, world, known_at) for row in all_known(world, known_at)["applications"]]


class NoCase:
    """Stands where the application of a failure is not known: it is in no scope and has no values."""

    in_scope = False

    def value(self, dimension, _):
        return BODY if dimension == "force" else None


@once
def failures(world, known_at):
    """Failures known, each with its case, or with none where its case is not known."""
    by_ref = {case.row["application_ref"]: case for case in cases(world, known_at)}
    matters = {row["referral_ref"]: row["referred_on"] for row in all_known(world, known_at)["referrals"]}
    about = [row for row in all_known(world, known_at)["referral_failures"] if row["referral_ref"] in matters]

    def first_referral(failure):
        days = [matters[row["referral_ref"]] for row in about if row["failure_ref"] == failure["failure_ref"]]
        return min(days, default=dt.date.max)

    return [
        (row | {"referred_on": first_referral(row)}, by_ref.get(row["application_ref"], NoCase()))
        for row in all_known(world, known_at)["failures"]
    ]


def natural(ref):
    """Order in which people number things: E9 before E10."""
    return len(ref), ref


def failure_value(row, case, dimension, day):
    if dimension == "force":
        return BODY
    if dimension == "part":
        return "harm" if row["harm"] else row["type"]
    if dimension == "month_found":
        return row["found_on"].replace(day=1)
    return row[dimension] if dimension in ("type", "harm", "reason") else case.value(dimension, day)


class Look:
    """One second look or one application drawn for sample checks, with its application as known on a day."""

    def __init__(self, rows, case, firsts=()):
        self.rows, self.case, self.firsts = rows, case, firsts

    def value(self, dimension, day):
        if dimension == "force":
            return BODY
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


@once
def second_looks(world, known_at):
    by_ref = {case.row["application_ref"]: case for case in cases(world, known_at)}
    every = all_known(world, known_at)["reviews"]
    return [
        Look(
            [row],
            by_ref.get(row["application_ref"], NoCase()),
            [each for each in of(every, row) if each["kind"] == "first"],
        )
        for row in every
        if row["kind"] == "second"
    ]


@once
def sample_checks(world, known_at):
    by_ref = {case.row["application_ref"]: case for case in cases(world, known_at)}
    rows = [row for row in all_known(world, known_at)["reviews"] if row["kind"] == "sample"]
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
    "enquiries_late": lambda row, day: (
        tenth_working_day(row["received_on"]) <= day
        and not answered(row, tenth_working_day(row["received_on"]))
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
        if dimension == "force":
            return BODY
        return self.row[dimension]


def things(name, world, known_at):
    """Whatever a figure counts, of those that are not cases, failures, referrals or staff."""
    if name in SECOND_COUNTS:
        return SECOND_COUNTS[name], second_looks(world, known_at)
    if name in SAMPLE_COUNTS:
        return SAMPLE_COUNTS[name], sample_checks(world, known_at)
    if name in ENQUIRY_COUNTS:
        count = ENQUIRY_COUNTS[name]
        every = [Enquiry(row) for row in all_known(world, known_at)["enquiries"]]
        return (lambda enquiry, day: count(enquiry.row, day)), every
    if name in REVIEW_COUNTS:
        count = REVIEW_COUNTS[name]
        every = [Enquiry(row) for row in all_known(world, known_at)["reviews"]]
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


def band(days, *bounds):
    """Name of the band of a number of days: "under 7", "7 to 13" ... "28 or more"."""
    if days < bounds[0]:
        return f"under {bounds[0]}"
    for low, high in itertools.pairwise(bounds):
        if days < high:
            return f"{low} to {high - 1}"
    return f"{bounds[-1]} or more"


# Of two from one day, the later in its list holds.
STATES = (
    "no contact needed", "planned", "attempted", "contacted", "contacted through another agency",
    "unable to contact", "not safe or appropriate",
)  # fmt: skip
DUTIES = ("full duties", "restricted duties", "suspended", "resigned", "retired", "dismissed")


def last_of_each_day(steps):
    """Of rows in order, the last from each day."""
    return list({each["from_on"]: each for each in steps}.values())


class Spelled:
    """Something that has one status after another: `spells` are (day, what holds from it), in order."""

    def current(self, day):
        begun = [holds for since, holds in self.spells if since <= day]
        return begun[-1] if begun and self.begins <= day else None


class Referral(Spelled):
    """One referral as known on a day."""

    def __init__(self, row, world, known_at):
        self.row, self.begins = row, row["referred_on"]
        steps = [
            each
            for each in all_known(world, known_at)["referral_events"]
            if each["referral_ref"] == row["referral_ref"]
        ]
        steps.sort(key=lambda each: (each["happened_on"], *natural(each["event_ref"])))
        told = [(row["referred_on"], natural(""), "referred", None)]
        told += [
            (each["happened_on"], natural(each["event_ref"]), each["status"], each.get("mode"))
            for each in steps
        ]
        self.spells, mode = [], None
        for day, _, status, decided in sorted(told, key=lambda each: each[:2]):
            mode = decided or mode
            self.spells.append((day, {"status": status, "mode": mode, "since": day}))
        self.about = [
            each
            for each in all_known(world, known_at)["referral_failures"]
            if each["referral_ref"] == row["referral_ref"]
        ]

    @property
    def ended_on(self):
        since, holds = self.spells[-1]
        return since if holds["status"] in ENDED else None

    def value(self, dimension, holds, day):
        if dimension == "force":
            return BODY
        if dimension == "days_open":
            return band((day - self.begins).days, 28, 91, 183)
        return holds[dimension] if dimension in holds else self.row[dimension]


@once
def referrals(world, known_at):
    return [Referral(row, world, known_at) for row in all_known(world, known_at)["referrals"]]


class Investigated(Spelled):
    """One person under investigation as known on a day."""

    def __init__(self, ref, matters, world, known_at):
        within = [each for each in matters if each.row["in_scope"]]
        self.in_scope, meant = bool(within), within or matters
        self.begins = min(each.begins for each in meant)
        ends = [each.ended_on for each in meant]
        self.ends = None if None in ends else max(ends)
        duties = [each for each in all_known(world, known_at)["duty_statuses"] if each["person_ref"] == ref]
        duties.sort(key=lambda each: (each["from_on"], DUTIES.index(each["status"])))
        self.spells = [(self.begins, {"duty": None})]
        self.spells += [
            (max(each["from_on"], self.begins), {"duty": each["status"]}) for each in last_of_each_day(duties)
        ]

    def value(self, dimension, holds, _):
        if dimension == "force":
            return BODY
        return holds[dimension]


@once
def investigated(world, known_at):
    by_ref = {each.row["referral_ref"]: each for each in referrals(world, known_at)}
    under = {}
    for row in all_known(world, known_at)["people_investigated"]:
        if row["referral_ref"] in by_ref:
            under.setdefault(row["person_ref"], []).append(by_ref[row["referral_ref"]])
    return [Investigated(ref, matters, world, known_at) for ref, matters in sorted(under.items())]


class Person(Spelled):
    """One person to contact as known on a day."""

    def __init__(self, row, world, known_at):
        self.row, self.begins = row, row["identified_on"]
        by_ref = {case.row["application_ref"]: case for case in cases(world, known_at)}
        self.case = by_ref.get(row["application_ref"], NoCase())
        states = [
            each
            for each in all_known(world, known_at)["contact_states"]
            if each["person_ref"] == row["person_ref"]
        ]
        states.sort(
            key=lambda each: (
                each["from_on"],
                STATES.index(each["state"]),
                each["look_again_on"] or dt.date.min,
                each["unsafe_reason"] or "",
            )
        )
        self.spells = [(self.begins, {"state": None, "unsafe_reason": None, "again": None})]
        self.spells += [
            (
                max(each["from_on"], self.begins),
                {
                    "state": each["state"],
                    "unsafe_reason": each["unsafe_reason"],
                    "again": each["look_again_on"],
                },
            )
            for each in last_of_each_day(states)
        ]

    @property
    def in_scope(self):
        return self.case.in_scope

    @property
    def settled_on(self):
        days = [since for since, holds in self.spells if holds["state"] not in (None, "planned", "attempted")]
        return min(days, default=None)

    def value(self, dimension, holds, day):
        if dimension == "force":
            return BODY
        if dimension == "days_waiting":
            return band((day - self.begins).days, 7, 14, 28)
        return holds[dimension] if dimension in holds else self.case.value(dimension, day)


@once
def people(world, known_at):
    return [Person(row, world, known_at) for row in all_known(world, known_at)["people_to_contact"]]


class Attempt:
    """One attempt to reach somebody, with the person, if they are known."""

    def __init__(self, row, world, known_at):
        self.row = row
        self.person = next(
            (each for each in people(world, known_at) if each.row["person_ref"] == row["person_ref"]), None
        )

    @property
    def in_scope(self):
        return self.person is not None and self.person.in_scope

    def value(self, dimension, day):
        if dimension == "force":
            return BODY
        own = {"method": "method", "came_of_it": "outcome"}
        if dimension in own:
            return self.row[own[dimension]]
        return None if self.person is None else self.person.case.value(dimension, day)


@once
def attempts(world, known_at):
    return [Attempt(row, world, known_at) for row in all_known(world, known_at)["contact_attempts"]]


class Recommendation:
    """One learning recommendation, due on the 56th day, the day it was made being the first, or later."""

    def __init__(self, row, world, known_at):
        self.row = row
        matters = [
            each
            for each in all_known(world, known_at)["referrals"]
            if each["referral_ref"] == row["referral_ref"]
        ]
        self.in_scope = all(each["in_scope"] for each in matters)
        self.subject = matters[0]["subject"] if matters else None
        due_on = row["made_on"] + dt.timedelta(days=55)
        self.due_on = max(due_on, row["extended_to"] or due_on)

    def made(self, day):
        return self.row["made_on"] <= day

    def answered(self, day):
        return self.row["responded_on"] is not None and self.row["responded_on"] <= day

    def value(self, dimension, _):
        if dimension == "force":
            return BODY
        return {"subject": self.subject}[dimension]


@once
def recommendations(world, known_at):
    return [Recommendation(row, world, known_at) for row in all_known(world, known_at)["recommendations"]]


REACHED = ("contacted", "contacted through another agency")
# Of something with one status after another: what must hold on the day for it to count.
SPELLED_COUNTS = {
    "referrals": (referrals, lambda each, holds, day: each.row["in_scope"]),
    "open_referrals": (
        referrals,
        lambda each, holds, day: each.row["in_scope"] and holds["status"] not in ENDED,
    ),
    "silent_referrals": (
        referrals,
        lambda each, holds, day: (
            each.row["in_scope"]
            and holds["status"] not in ENDED
            and (day - max(holds["since"], each.begins)).days >= 28
        ),
    ),
    "referrals_without_failure": (
        referrals,
        lambda each, holds, day: each.row["in_scope"] and not each.about,
    ),
    "referrals_outside_scope": (referrals, lambda each, holds, day: not each.row["in_scope"]),
    "people_investigated": (
        investigated,
        lambda each, holds, day: each.in_scope and not (each.ends is not None and each.ends <= day),
    ),
    "people_to_contact": (people, lambda each, holds, day: each.in_scope),
    "people_needing_contact": (
        people,
        lambda each, holds, day: each.in_scope and holds["state"] != "no contact needed",
    ),
    "people_reached": (people, lambda each, holds, day: each.in_scope and holds["state"] in REACHED),
    "people_waiting": (
        people,
        lambda each, holds, day: each.in_scope and holds["state"] in (None, "planned", "attempted"),
    ),
    "people_unable": (
        people,
        lambda each, holds, day: each.in_scope and holds["state"] == "unable to contact",
    ),
    "people_not_safe": (
        people,
        lambda each, holds, day: each.in_scope and holds["state"] == "not safe or appropriate",
    ),
    "people_to_look_at_again": (
        people,
        lambda each, holds, day: (
            each.in_scope and holds["state"] == "not safe or appropriate" and holds["again"] < day
        ),
    ),
    "people_outside_scope": (people, lambda each, holds, day: not each.in_scope),
}
ATTEMPT_COUNTS = {
    "contact_attempts": lambda each, day: each.in_scope and each.row["attempted_on"] <= day,
    "attempts_reaching": lambda each, day: (
        each.in_scope and each.row["attempted_on"] <= day and each.row["outcome"] == "reached"
    ),
}
RECOMMENDATION_COUNTS = {
    "recommendations": lambda each, day: each.in_scope and each.made(day),
    "recommendations_answered": lambda each, day: each.in_scope and each.made(day) and each.answered(day),
    "recommendations_due": lambda each, day: (
        each.in_scope and each.made(day) and not each.answered(day) and 0 <= (each.due_on - day).days <= 14
    ),
    "recommendations_overdue": lambda each, day: (
        each.in_scope and each.made(day) and not each.answered(day) and each.due_on < day
    ),
    "recommendations_outside_scope": lambda each, day: not each.in_scope and each.made(day),
}
OVERSIGHT_SHARES = {
    "share_reached": ("people_reached", "people_needing_contact"),
    "share_of_attempts_reaching": ("attempts_reaching", "contact_attempts"),
}
OVERSIGHT = {
    *SPELLED_COUNTS, *ATTEMPT_COUNTS, *RECOMMENDATION_COUNTS, *OVERSIGHT_SHARES, "days_to_contact",
}  # fmt: skip


def oversight(name, world, day, known_at, dimension):
    """Whatever concerns the oversight body, or the people to contact."""
    if name in OVERSIGHT_SHARES:
        return _shares(*(oversight(part, world, day, known_at, dimension) for part in OVERSIGHT_SHARES[name]))
    if name in SPELLED_COUNTS:
        every, counts = SPELLED_COUNTS[name]
        return _spelled(every(world, known_at), counts, day, dimension)
    if name in ATTEMPT_COUNTS:
        return _counts(ATTEMPT_COUNTS[name], attempts(world, known_at), day, dimension)
    if name in RECOMMENDATION_COUNTS:
        return _counts(RECOMMENDATION_COUNTS[name], recommendations(world, known_at), day, dimension)
    spent = {} if dimension else {None: []}
    for each in people(world, known_at):
        if each.in_scope and each.begins <= day:
            over = each.settled_on is not None and each.settled_on <= day
            key = each.value(dimension, each.spells[0][1], day) if dimension else None
            spent.setdefault(key, []).append((((each.settled_on if over else day) - each.begins).days, over))
    return _medians(spent)


def _spelled(every, counts, day, dimension):
    groups = {} if dimension else {None: 0}
    for each in every:
        for _, holds in each.spells:
            groups.setdefault(each.value(dimension, holds, day) if dimension else None, 0)
        holds = each.current(day)
        if holds is not None and counts(each, holds, day):
            groups[each.value(dimension, holds, day) if dimension else None] += 1
    return _whole(groups)


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
    "closed": lambda case, day: case.in_scope and case.ended(day),
    "open_cases": lambda case, day: case.in_scope and case.received(day) and not case.ended(day),
    "adverse": lambda case, day: case.in_scope and case.adverse(day),
    "adverse_closed": lambda case, day: case.in_scope and case.ended(day) and case.adverse(day),
}
CASE_SHARES = {
    "share_assessed": ("risk_assessed", "population"),
    "share_completed": ("completed", "sent_on"),
    "failure_rate": ("failed", "risk_assessed"),
    "failure_rate_reviewed": ("failed_reviewed", "completed"),
    "share_adverse": ("adverse_closed", "closed"),
}
FAILURE_COUNTS = {
    "failures": lambda row, case, day: row["in_scope"] and case.in_scope and row["found_on"] <= day,
    "failures_with_harm": lambda row, case, day: (
        row["in_scope"] and case.in_scope and row["found_on"] <= day and row["harm"]
    ),
    "failures_outside_scope": lambda row, case, day: (
        not (row["in_scope"] and case.in_scope) and row["found_on"] <= day
    ),
    "harm_outside_scope": lambda row, case, day: (
        row["harm"] and not (row["in_scope"] and case.in_scope) and row["found_on"] <= day
    ),
}
FAILURE_COUNTS |= {
    "failures_referred": lambda row, case, day: (
        FAILURE_COUNTS["failures"](row, case, day) and row["referred_on"] <= day
    ),
    "failures_not_referred": lambda row, case, day: (
        FAILURE_COUNTS["failures"](row, case, day) and row["referred_on"] > day
    ),
    "harm_not_referred": lambda row, case, day: (
        FAILURE_COUNTS["failures_with_harm"](row, case, day) and row["referred_on"] > day
    ),
}
FAILURE_SHARES = {"share_with_harm": ("failures_with_harm", "failures")}


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
        "days_to_close": (case.row["received_on"], case.ended_on),
    }[name]
    if not case.in_scope or begins is None or begins > day:
        return None
    over = ends is not None and ends <= day
    return max(((ends if over else day) - begins).days, 0), over


STAGES = ("days_to_assessment", "days_to_allocation", "days_in_review", "days_to_close")
OPEN_AGES = {"open_age": Fraction(1, 2), "open_age_90": Fraction(9, 10), "open_age_longest": Fraction(1)}


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
        return _medians(_stages(name, world, day, known_at, dimension))
    if name in OPEN_AGES:
        spent = _stages("days_to_close", world, day, known_at, dimension)
        return {key: _open_age(each, OPEN_AGES[name]) for key, each in spent.items()}
    if name in FINDING_COUNTS or name in FINDING_SHARES:
        return findings(name, world, day, known_at, dimension)
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
    if name in OVERSIGHT:
        return oversight(name, world, day, known_at, dimension)
    if name in ("headcount", "full_time_equivalents"):
        groups = {} if dimension else {None: 0}
        told = all_known(world, known_at)["staffing"]
        for row in told:
            key = {**row, "force": BODY}[dimension] if dimension else None
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
    return spent


def _open_age(spent, share):
    """How many are still open, and the fewest days that at least a share of them have been for; of a half, the
    mean of the two in the middle."""
    still = sorted(days for days, over in spent if not over)
    if still and share == Fraction(1, 2):
        return len(still), len(still), (still[(len(still) - 1) // 2] + still[len(still) // 2]) / 2
    enough = next((days for count, days in enumerate(still, 1) if count >= share * len(still)), None)
    return len(still), len(still), enough


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
