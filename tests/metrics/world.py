"""Worlds to count in: one written by hand, small enough to count on paper, and sampled ones."""

import datetime as dt
import itertools
import random
from dataclasses import dataclass

import polars as pl

from data.schema import LISTS, SCHEMAS, STILL
from data.terms import Part, Period, Terms, Timescale

D = dt.date
FIRST, SECOND, THIRD = D(2023, 10, 5), D(2023, 11, 2), D(2023, 12, 7)
PARTITION = (
    Part(name="harm", title="with harm", harm=True),
    Part(name="administrative", title="administrative", type="administrative"),
    Part(name="service", title="service", type="service"),
)
TERMS = Terms(
    name="a world to count in",
    body="a body",
    oversight_body="an office",
    period=Period(begins=D(2015, 4, 1), ends=D(2023, 8, 31)),
    began_on=D(2023, 10, 1),
    partition=PARTITION,
    lists=dict.fromkeys(LISTS, ()) | {"findings": ("upheld", "partly upheld", "not upheld")},
    adverse=("upheld", "partly upheld"),
    timescales=(Timescale(begins=D(2014, 3, 8), days=35), Timescale(begins=D(2023, 4, 1), days=28)),
)
RECORDED = {
    "recorded_from": pl.Date(),
    "recorded_to": pl.Date(),
    "opened_by": pl.Int32(),
    "closed_by": pl.Int32(),
}

Rows = dict[str, list[dict]]


def row(recorded_from=FIRST, recorded_to=STILL, **values):
    return {"recorded_from": recorded_from, "recorded_to": recorded_to, **values}


def application(ref, received_on, area, route="ask", *, in_scope=True, opened_on=D(2023, 10, 1), **clock):
    return row(
        application_ref=ref, received_on=received_on, opened_on=opened_on, area=area, route=route,
        in_scope=in_scope, **clock,
    )  # fmt: skip


def allegation(ref, of, category, **clock):
    return row(allegation_ref=ref, application_ref=of, category=category, **clock)


def finding(ref, of, final=None, final_on=None, recommended=None, *, about=None, **clock):
    return row(
        finding_ref=ref, application_ref=of, allegation_ref=about, recommended=recommended, final=final,
        final_on=final_on, **clock,
    )  # fmt: skip


def assessment(ref, of, assessed_on, grade, *, sent_on=False, **clock):
    return row(
        assessment_ref=ref, application_ref=of, assessed_on=assessed_on, grade=grade, sent_on=sent_on, **clock
    )


def review(ref, of, allocated_on, completed_on=None, kind="first", *, failed=False, team="one", **clock):
    outcome = None if completed_on is None else "failure found" if failed else "no failure"
    return row(
        review_ref=ref, application_ref=of, kind=kind, team=team, allocated_on=allocated_on,
        completed_on=completed_on, outcome=outcome, **clock,
    )  # fmt: skip


def enquiry(ref, received_on, topic, answered_on=None, **clock):
    return row(enquiry_ref=ref, received_on=received_on, topic=topic, answered_on=answered_on, **clock)


def failure(ref, of, found_on, kind, *, harm=False, reason="late", in_scope=True, **clock):
    return row(
        failure_ref=ref, application_ref=of, found_on=found_on, type=kind, harm=harm, reason=reason,
        in_scope=in_scope, **clock,
    )  # fmt: skip


def referral(ref, referred_on, *, in_scope=True, **clock):
    return row(
        referral_ref=ref, referred_on=referred_on, kind="complaint", route="voluntary", subject="failure",
        in_scope=in_scope, **clock,
    )  # fmt: skip


def step(ref, of, happened_on, status, mode=None, **clock):
    return row(event_ref=ref, referral_ref=of, happened_on=happened_on, status=status, mode=mode, **clock)


def person(ref, of, identified_on, **clock):
    return row(person_ref=ref, application_ref=of, identified_on=identified_on, **clock)


def state(of, from_on, name, look_again_on=None, **clock):
    guarded = name == "not safe or appropriate"
    return row(
        person_ref=of, from_on=from_on, state=name, unsafe_reason="lives there" if guarded else None,
        approved_by_ref="AP-1" if guarded else None, look_again_on=look_again_on, **clock,
    )  # fmt: skip


def attempt(ref, of, attempted_on, method, outcome, **clock):
    return row(
        attempt_ref=ref, person_ref=of, attempted_on=attempted_on, method=method, outcome=outcome, **clock
    )


def recommendation(ref, of, made_on, responded_on=None, extended_to=None, **clock):
    return row(
        recommendation_ref=ref, referral_ref=of, made_on=made_on, extended_to=extended_to,
        responded_on=responded_on, **clock,
    )  # fmt: skip


# Ten applications, counted on paper in test_evaluate.py. A10 is outside the scope; A8 came with the
# second extract; A9 was removed by the third; A2 was graded twice; A6's area was corrected.
BY_HAND: Rows = {
    "applications": [
        # Disclosed on the 35th day, which was in time in 2020, and on the 41st, which was not.
        application(
            "A1",
            D(2020, 1, 1),
            "north",
            decision="disclosure",
            decided_on=D(2020, 1, 30),
            disclosed_on=D(2020, 2, 5),
        ),
        application(
            "A2",
            D(2020, 2, 1),
            "north",
            "know",
            decision="disclosure",
            decided_on=D(2020, 3, 13),
            disclosed_on=D(2020, 3, 13),
            closed_on=D(2020, 3, 13),
        ),
        application("A3", D(2021, 1, 1), "south"),
        application("A4", D(2021, 2, 1), "south", "know"),
        application(
            "A5",
            D(2022, 1, 1),
            "south",
            decision="no disclosure",
            decided_on=D(2022, 1, 9),
            closed_on=D(2022, 1, 9),
        ),
        application("A6", D(2022, 2, 1), "north", recorded_to=SECOND),
        application("A6", D(2022, 2, 1), "south", recorded_from=SECOND),
        application("A7", D(2023, 1, 1), "north"),
        application("A8", D(2023, 2, 1), "north", recorded_from=SECOND),
        application("A9", D(2023, 3, 1), "south", closed_on=D(2023, 10, 4), recorded_to=THIRD),
        application(
            "A10", D(2023, 11, 20), "south", in_scope=False, closed_on=D(2023, 12, 5), recorded_from=THIRD
        ),
    ],
    # A2's finding has no day: it counts from the load that first had one, whatever it was corrected to.
    "allegations": [allegation("B1", "A1", "delay", recorded_from=SECOND)],
    "findings": [
        finding("G1", "A1", "upheld", D(2023, 11, 20), "not upheld", about="B1", recorded_from=THIRD),
        finding("G2", "A2", "upheld", None, "partly upheld", recorded_from=SECOND, recorded_to=THIRD),
        finding("G2", "A2", "partly upheld", None, "partly upheld", recorded_from=THIRD),
        finding("G3", "A5", "not upheld", D(2022, 1, 9)),
        finding("G4", "A10", "upheld", D(2023, 12, 5), recorded_from=THIRD),
        finding("G5", "A4", recommended="upheld", recorded_from=SECOND),
    ],
    "risk_assessments": [
        assessment("R1", "A1", D(2023, 10, 3), "high", sent_on=True),
        assessment("R2", "A2", D(2023, 10, 4), "standard"),
        assessment("R3", "A2", D(2023, 10, 20), "high", sent_on=True, recorded_from=SECOND),
        assessment("R4", "A3", D(2023, 10, 10), "standard", recorded_from=SECOND),
        assessment("R5", "A4", D(2023, 10, 11), "high", sent_on=True, recorded_from=SECOND),
        assessment("R6", "A5", D(2023, 11, 10), "standard", recorded_from=THIRD),
        assessment("R7", "A6", D(2023, 11, 11), "high", sent_on=True, recorded_from=THIRD),
        # Made in October on a system that was not joined up, and recorded in December.
        assessment("R8", "A8", D(2023, 10, 12), "standard", recorded_from=THIRD),
        assessment("R9", "A9", D(2023, 10, 13), "standard", recorded_from=SECOND),
    ],
    "reviews": [
        review("V1", "A1", D(2023, 10, 4), recorded_to=SECOND),
        review("V1", "A1", D(2023, 10, 4), D(2023, 10, 24), recorded_from=SECOND),
        review("V2", "A2", D(2023, 10, 30), D(2023, 11, 29), recorded_from=THIRD),
        review("V4", "A4", D(2023, 11, 1), recorded_from=SECOND),
        review("V1B", "A1", D(2023, 11, 1), D(2023, 11, 20), "second", recorded_from=THIRD, failed=True),
        # A4's first review is not complete: the second look does not count yet.
        review("V4B", "A4", D(2023, 11, 8), D(2023, 11, 21), "second", recorded_from=THIRD),
        review("V3S", "A3", D(2023, 11, 3), D(2023, 11, 9), "sample", recorded_from=THIRD),
        review("V5S", "A5", D(2023, 11, 13), D(2023, 11, 15), "sample", recorded_from=THIRD, failed=True),
        # A6 had been sent on when it was drawn.
        review("V6S", "A6", D(2023, 11, 14), D(2023, 11, 15), "sample", recorded_from=THIRD, failed=True),
    ],
    "enquiries": [
        enquiry("N1", D(2023, 10, 6), "outcome", D(2023, 10, 20), recorded_from=SECOND),
        enquiry("N2", D(2023, 10, 7), "outcome", D(2023, 10, 23), recorded_from=SECOND),
        enquiry("N3", D(2023, 11, 20), "complaint", recorded_from=THIRD),
        enquiry("N4", D(2023, 12, 1), "complaint", recorded_from=THIRD),
    ],
    "failures": [
        failure("F1", "A1", D(2023, 10, 24), "service", harm=True, recorded_from=SECOND),
        failure("F2", "A1", D(2023, 11, 20), "administrative", reason="wrong", recorded_from=THIRD),
        failure("F3", "A2", D(2023, 11, 29), "service", recorded_from=THIRD),
        failure("F4", "A10", D(2023, 12, 1), "service", harm=True, recorded_from=THIRD),
    ],
    "referrals": [
        referral("Q1", D(2023, 10, 2)),
        referral("Q2", D(2023, 11, 15), recorded_from=THIRD),
        referral("Q0", D(2019, 5, 1), in_scope=False, recorded_from=SECOND),
    ],
    "referral_events": [
        step("E1", "Q1", D(2023, 10, 20), "closed", recorded_from=SECOND),
        step("E2", "Q1", D(2023, 11, 10), "re-opened", recorded_from=THIRD),
    ],
    "referral_failures": [
        row(referral_ref="Q1", failure_ref="F1", recorded_from=THIRD),
        row(referral_ref="Q0", failure_ref="F9", recorded_from=SECOND),
    ],
    "people_investigated": [
        row(person_ref="P1", referral_ref="Q1", recorded_from=SECOND),
        row(person_ref="P1", referral_ref="Q0", recorded_from=SECOND),
        row(person_ref="P2", referral_ref="Q0", recorded_from=SECOND),
    ],
    "duty_statuses": [
        row(person_ref="P1", from_on=D(2023, 10, 5), status="suspended", recorded_from=SECOND),
        row(person_ref="P1", from_on=D(2023, 11, 8), status="full duties", recorded_from=THIRD),
    ],
    # Made on 2 October, the first of 56 days: due on 26 November, and one extended to Christmas.
    "recommendations": [
        recommendation("L1", "Q1", D(2023, 10, 2), recorded_from=SECOND),
        recommendation("L2", None, D(2023, 10, 2), None, D(2023, 12, 20), recorded_from=SECOND),
        recommendation("L3", "Q1", D(2023, 10, 2), D(2023, 11, 26), recorded_from=THIRD),
        recommendation("L4", "Q0", D(2023, 10, 2), recorded_from=SECOND),
    ],
    "people_to_contact": [
        person("C1", "A1", D(2023, 10, 25), recorded_from=SECOND),
        person("C2", "A2", D(2023, 11, 29), recorded_from=THIRD),
        person("C3", "A4", D(2023, 10, 12), recorded_from=SECOND),
        person("C4", "A10", D(2023, 12, 1), recorded_from=THIRD),
        person("C5", "A9", D(2023, 10, 20), recorded_from=SECOND),
    ],
    "contact_states": [
        state("C1", D(2023, 10, 25), "planned", recorded_from=SECOND),
        state("C1", D(2023, 10, 30), "attempted", recorded_from=SECOND),
        state("C1", D(2023, 11, 4), "contacted", recorded_from=THIRD),
        state("C3", D(2023, 10, 16), "not safe or appropriate", D(2023, 12, 6), recorded_from=SECOND),
    ],
    "contact_attempts": [
        attempt("T1", "C1", D(2023, 10, 30), "telephone", "no answer", recorded_from=SECOND),
        attempt("T2", "C1", D(2023, 11, 4), "visit", "reached", recorded_from=THIRD),
        attempt("T3", "C4", D(2023, 12, 2), "letter", "reached", recorded_from=THIRD),
    ],
    "staffing": [
        row(
            week_on=D(2023, 10, 30), team="one", headcount=10, full_time_equivalent=9.0, recorded_from=SECOND
        ),
        row(
            week_on=D(2023, 10, 30), team="two", headcount=26, full_time_equivalent=20.0, recorded_from=SECOND
        ),
        row(week_on=D(2023, 11, 6), team="one", headcount=45, full_time_equivalent=40.0, recorded_from=THIRD),
    ],
}


def frames(rows: Rows) -> dict[str, pl.LazyFrame]:
    """Rows as the snapshot's tables hold them."""
    return {
        table: pl.DataFrame(rows.get(table, []), schema={**pl.Schema(schema), **RECORDED}).lazy()
        for table, schema in SCHEMAS.items()
    }


def _drawn(chance):
    days = [D(2023, 9, 20) + dt.timedelta(days=each) for each in range(60)]
    loads = [D(2023, 9, 25) + dt.timedelta(days=9 * each) for each in range(7)]

    def day():
        return chance.choice(days)

    def versions(make, **fixed):
        """One to three versions of a row, one after another, perhaps removed, perhaps back later."""
        moments = sorted(chance.sample(loads, chance.randint(1, 4)))
        made = []
        for start, end in zip(moments, [*moments[1:], STILL], strict=True):
            if chance.random() < 0.8:
                made.append(make(**fixed) | {"recorded_from": start, "recorded_to": end})
        return made

    return day, versions


def sampled(seed: int, size: int = 60) -> Rows:
    """Make up a world with few days and few values, so that everything collides with everything."""
    chance = random.Random(seed)
    day, versions = _drawn(chance)
    rows: Rows = {table: [] for table in SCHEMAS}
    for number in range(size):
        ref = f"A{number}"
        rows["applications"] += versions(
            lambda ref: application(
                ref, day(), chance.choice("xyz"), chance.choice(["ask", "know"]),
                in_scope=chance.random() < 0.85, opened_on=chance.choice([None, day()]),
            ),
            ref=ref,
        )  # fmt: skip
        for count in range(chance.choice([0, 1, 1, 2, 4])):
            rows["risk_assessments"] += versions(
                lambda ref, of: assessment(
                    ref, of, day(), chance.choice(["low", "high"]), sent_on=chance.random() < 0.5
                ),
                ref=f"R{number}-{count}", of=ref,
            )  # fmt: skip
        for count in range(chance.choice([0, 1, 2])):
            rows["reviews"] += versions(
                lambda ref, of: review(
                    ref, of, day(), chance.choice([None, day()]),
                    chance.choice(["first", "first", "second", "sample"]),
                    failed=chance.random() < 0.4, team=chance.choice(["one", "two"]),
                ),
                ref=f"V{number}-{count}", of=ref,
            )  # fmt: skip
        for count in range(chance.choice([0, 0, 1, 2])):
            rows["failures"] += versions(
                lambda ref, of: failure(
                    ref, of, day(), chance.choice(["service", "administrative"]), harm=chance.random() < 0.3,
                    reason=chance.choice("pq"), in_scope=chance.random() < 0.8,
                ),
                ref=f"F{number}-{count}", of=ref,
            )  # fmt: skip
    for number in range(8):
        ref = f"Q{number}"
        rows["referrals"] += versions(
            lambda ref: referral(ref, day(), in_scope=chance.random() < 0.8), ref=ref
        )
        for count in range(chance.choice([0, 1, 3])):
            status = ["closed", "re-opened", "being assessed", "withdrawn"]
            rows["referral_events"] += versions(
                lambda ref, of: step(ref, of, day(), chance.choice(status)), ref=f"E{number}-{count}", of=ref
            )
    _oversight(rows, chance, day, versions)
    for week in range(6):
        for team in ("one", "two"):
            rows["staffing"] += versions(
                lambda week_on, team: row(
                    week_on=week_on, team=team, headcount=chance.randint(0, 9),
                    full_time_equivalent=chance.choice([0.1, 0.75, 2.5]),
                ),
                week_on=D(2023, 9, 18) + dt.timedelta(weeks=week), team=team,
            )  # fmt: skip
    for number in range(size // 2):
        rows["enquiries"] += versions(
            lambda ref: enquiry(ref, day(), chance.choice("uv"), chance.choice([None, day()])),
            ref=f"N{number}",
        )
    for each in rows["applications"]:
        each.update(_decided(each["received_on"], chance))
    _concluded(rows, size, random.Random(f"findings {seed}"))
    # Last, so that who draws from the tables in turn draws the same of the others.
    return rows | {table: rows.pop(table) for table in ("allegations", "findings")}


def _concluded(rows, size, chance):
    """Closing days, statuses, allegations and findings: of cases known, not known, or of another case."""
    day, versions = _drawn(chance)
    # Of some registers nearly all cases are closed and soon, of others few.
    often, within = chance.choice([(0.2, 40), (0.6, 40), (1, 2)])
    for each in rows["applications"]:
        closed_on = each["received_on"] + dt.timedelta(days=chance.randint(0, within))
        each.update(
            closed_on=closed_on if chance.random() < often else None,
            status=chance.choice([None, "new", "waiting"]),
        )
    for number in range(size):
        for count in range(chance.choice([0, 1, 2])):
            rows["allegations"] += versions(
                lambda ref: allegation(
                    ref, f"A{chance.randint(0, size)}", chance.choice([None, "delay", "harm"])
                ),
                ref=f"B{number}-{count}",
            )
    names = sorted({each["allegation_ref"] for each in rows["allegations"]})
    for number in range(size):
        for count in range(chance.choice([0, 1, 1, 2])):
            # A correction may move it to another case.
            of = f"A{chance.randint(0, size)}"
            recorded = versions(
                lambda ref, of: finding(
                    ref, chance.choice([of, of, f"A{chance.randint(0, size)}"]), *_final(day, chance),
                    about=chance.choice([None, *names]),
                ),
                ref=f"G{number}-{count}", of=of,
            )  # fmt: skip
            # The version of a load that was superseded was never known on any day.
            for each in recorded[:1] if chance.random() < 0.2 else []:
                earlier = each["recorded_from"] - dt.timedelta(days=9)
                recorded.append(each | {"recorded_from": earlier, "recorded_to": earlier})
            rows["findings"] += recorded


def _final(day, chance):
    """A final finding or none yet, its day if the register has it, and a recommendation or none."""
    final, recommended = (chance.choice([None, *TERMS.codes("findings")]) for _ in range(2))
    return final, final and chance.choice([None, day()]), recommended


@dataclass(frozen=True)
class Shape:
    """What a register has: each may be absent."""

    triage: bool
    closing_days: bool
    finding_days: bool | None  # None without findings
    allegations: bool
    closed_by: str
    loads: str

    def world(self, seed: int) -> Rows:
        rows, chance = sampled(seed, 25), random.Random(f"shape {seed}")
        absent = {"allegations"} if not self.allegations else set()
        absent |= {"findings"} if self.finding_days is None else set()
        absent |= set() if self.triage else {"risk_assessments", "reviews", "failures", "referral_failures"}
        rows |= {table: [] for table in absent}
        for each in rows["applications"]:
            each.update({} if self.closing_days else {"closed_on": None})
            # Which no register need have.
            each.update({name: None for name in ("area", "route") if chance.random() < 0.3})
        for each in rows["findings"]:
            each.update({} if self.finding_days else {"final_on": None})
        return {table: _at_once(table, made) for table, made in rows.items()} if self.loads == "one" else rows

    @property
    def terms(self) -> Terms:
        return TERMS.model_copy(update={"case": TERMS.case.model_copy(update={"closed_by": self.closed_by})})


def _at_once(table, rows):
    """The last version of each row, as if one load had brought them all."""
    key = SCHEMAS[table].primary_key()
    last = {tuple(each[name] for name in key): each for each in rows}
    return [each | {"recorded_from": SECOND, "recorded_to": STILL} for each in last.values()]


SHAPES = [
    Shape(*parts)
    for parts in itertools.product(
        (True, False), (True, False), (True, False, None), (True, False), ("day", "findings"), ("one", "many")
    )
]


def _oversight(rows, chance, day, versions):
    """Links, people and recommendations around the referrals, some of them to what is not known."""
    for number in range(8):
        for failure_ref in chance.sample([each["failure_ref"] for each in rows["failures"]], 6):
            rows["referral_failures"] += versions(row, referral_ref=f"Q{number}", failure_ref=failure_ref)
        for who in chance.sample(range(4), 2):
            rows["people_investigated"] += versions(row, person_ref=f"P{who}", referral_ref=f"Q{number}")
        rows["recommendations"] += versions(
            lambda ref: recommendation(
                ref, chance.choice([None, f"Q{chance.randint(0, 7)}"]), day() - dt.timedelta(days=30),
                chance.choice([None, None, day()]), chance.choice([None, None, day() + dt.timedelta(days=40)]),
            ),
            ref=f"L{number}",
        )  # fmt: skip
    for who in range(4):
        for from_on in sorted({day() for _ in range(3)}):
            rows["duty_statuses"] += versions(
                lambda **key: row(**key, status=chance.choice(["suspended", "full duties"])),
                person_ref=f"P{who}", from_on=from_on,
            )  # fmt: skip
    for each in rows["referral_events"]:
        each["mode"] = chance.choice([None, None, "independent", "local"])
    states = ["planned", "attempted", "contacted", "unable to contact", "no contact needed"]
    for number in range(30):
        ref = f"C{number}"
        rows["people_to_contact"] += versions(
            lambda ref: person(ref, f"A{chance.randint(0, 65)}", day()), ref=ref
        )
        for from_on in sorted({day() for _ in range(chance.randint(0, 3))}):
            rows["contact_states"] += versions(
                lambda of, from_on: state(
                    of, from_on, *chance.choice([(chance.choice(states),), ("not safe or appropriate", day())])
                ),
                of=ref, from_on=from_on,
            )  # fmt: skip
        for count in range(chance.randint(0, 2)):
            rows["contact_attempts"] += versions(
                lambda ref, of: attempt(
                    ref, of, day(), chance.choice(["telephone", "visit"]), chance.choice(["reached", "declined"])
                ),
                ref=f"T{number}-{count}", of=ref,
            )  # fmt: skip


def _decided(received_on, chance):
    """A decision of any kind, early or late, or none; about one received in three before the law changed."""
    decision = chance.choice([None, "pending", "disclosure", "disclosure", "no disclosure"])
    decided_on = chance.choice([None, received_on + dt.timedelta(days=chance.randint(0, 40))])
    told = decision == "disclosure" and chance.random() < 0.8
    return {
        "decision": decision,
        "decided_on": decided_on,
        "disclosed_on": received_on + dt.timedelta(days=chance.randint(0, 45)) if told else None,
    }
