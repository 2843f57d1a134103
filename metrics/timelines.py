"""What happened to an application, a referral or a recommendation, when, and when it was known."""

import datetime as dt
from dataclasses import KW_ONLY, dataclass

import polars as pl

from data.schema import REFERRAL_STATUSES, SCHEMAS
from metrics.as_at import Clocks
from metrics.catalogue.review import SOON_DAYS
from metrics.histories.cases import ENDED
from metrics.histories.periods_known import Tables

SEEN = ("known", "corrected or removed", "not yet recorded", "still to happen")
OF_REFERRALS = ("referrals", "referral_events")
OF_PEOPLE = ("people_to_contact", "contact_states", "contact_attempts")


@dataclass(frozen=True, eq=False)
class Step:
    table: str
    what: str
    day: str  # column of the day it happened
    _: KW_ONLY
    parts: tuple[str | pl.Expr, ...] = ()  # columns of what it says; a null one is passed over
    ref: str | None = None  # column of its reference
    staff: str | None = None  # column of the pseudonym of who did it


def _if(column: str, words: str, otherwise: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit(words)).otherwise(pl.lit(otherwise))


def _after(words: str, value: pl.Expr) -> pl.Expr:
    return pl.lit(f"{words} ") + value.cast(pl.String)


_IN_SCOPE = _if("in_scope", "in scope", "outside the scope")
_SENT_ON = _if("sent_on", "sent for detailed review", "not sent for detailed review")
_WRITTEN = pl.col("look_again_on").dt.to_string("%-d %B %Y")
_REVIEW = pl.col("kind").cast(pl.String) + pl.lit(" review")

STEPS = (
    Step(
        "applications", "Received", "received_on", ref="application_ref",
        parts=("route", _after("area", pl.col("area")), "category", _IN_SCOPE),
    ),
    Step("applications", "Decided", "decided_on", ref="application_ref", parts=("decision",)),
    Step("applications", "Disclosed", "disclosed_on", ref="application_ref"),
    Step("applications", "Taken up by the review", "opened_on", ref="application_ref"),
    Step(
        "risk_assessments", "Risk assessed", "assessed_on", ref="assessment_ref",
        parts=("grade", "outcome", _SENT_ON),
    ),
    Step(
        "reviews", "Review allocated", "allocated_on", ref="review_ref", staff="reviewer_ref",
        parts=(_REVIEW, "team"),
    ),
    Step(
        "reviews", "Review completed", "completed_on", ref="review_ref", staff="reviewer_ref",
        parts=(_REVIEW, "team", "outcome"),
    ),
    Step(
        "failures", "Failure found", "found_on", ref="failure_ref",
        parts=("type", _if("harm", "with harm", "no harm"), "reason", _IN_SCOPE),
    ),
    Step(
        "referrals", "Referred", "referred_on", ref="referral_ref",
        parts=("kind", "route", _after("about", pl.col("subject")), _IN_SCOPE),
    ),
    Step("referral_events", "Referral", "happened_on", ref="event_ref", parts=("status", "mode", "outcome")),
    Step("people_to_contact", "Person to contact identified", "identified_on", parts=("person",)),
    Step(
        "contact_states", "State of contact", "from_on", staff="approved_by_ref",
        parts=("person", "state", "unsafe_reason", _after("look again on", _WRITTEN)),
    ),
    Step("contact_attempts", "Contact attempted", "attempted_on", parts=("person", "method", "outcome")),
    Step("enquiries", "Enquiry received", "received_on", ref="enquiry_ref", parts=("topic",)),
    Step("enquiries", "Enquiry answered", "answered_on", ref="enquiry_ref"),
)  # fmt: skip


def case_file(tables: Tables, application_ref: str, clocks: Clocks, *, staff: bool) -> pl.DataFrame:
    """One row for each thing that happened and stretch over which the same was recorded of it: `happened_on,
    what, said, ref, staff, recorded_from, recorded_to` and `seen`, what these clocks see of it. Without
    `staff`, a change of nothing else is left out too. The referrals are those linked to its failures.
    """
    rows = _concerned(tables, application_ref)
    steps = pl.concat([_steps(step, rows[step.table], turn, staff=staff) for turn, step in enumerate(STEPS)])
    stretches = _joined(steps).with_columns(seen=_seen(clocks))
    return stretches.sort("happened_on", "turn", "row", "recorded_from").drop("turn", "row").collect()


def _concerned(tables: Tables, ref: str) -> dict[str, pl.LazyFrame]:
    rows = {step.table: tables[step.table] for step in STEPS}
    of_application = rows.keys() - {*OF_REFERRALS, *OF_PEOPLE} | {"people_to_contact"}
    rows |= {table: rows[table].filter(pl.col("application_ref") == ref) for table in of_application}
    failed = rows["failures"].select("failure_ref").unique()
    linked = tables["referral_failures"].join(failed, on="failure_ref", how="semi").select("referral_ref")
    people = _numbered(rows["people_to_contact"])
    return {
        **rows,
        **{table: rows[table].join(linked.unique(), on="referral_ref", how="semi") for table in OF_REFERRALS},
        **{table: rows[table].join(people, on="person_ref") for table in OF_PEOPLE},
    }


def _numbered(people: pl.LazyFrame) -> pl.LazyFrame:
    """In the order they were identified, as `person`: "person 1"."""
    first = people.group_by("person_ref").agg(pl.col("identified_on").min())
    number = pl.lit("person ") + pl.int_range(1, pl.len() + 1).cast(pl.String)
    return first.sort("identified_on", "person_ref").select("person_ref", person=number)


def _steps(step: Step, rows: pl.LazyFrame, turn: int, *, staff: bool) -> pl.LazyFrame:
    """One row for each row version that has its day."""
    keys = [pl.col(name).cast(pl.String) for name in SCHEMAS[step.table].primary_key()]
    words = [(pl.col(part) if isinstance(part, str) else part).cast(pl.String) for part in step.parts]
    nothing = pl.lit(None, pl.String)
    return rows.filter(pl.col(step.day).is_not_null()).select(
        turn=pl.lit(turn),
        row=pl.concat_str(keys, separator=" "),
        happened_on=step.day,
        what=pl.lit(step.what),
        said=pl.concat_str(words, separator=", ", ignore_nulls=True) if words else nothing,
        ref=pl.col(step.ref) if step.ref else nothing,
        staff=pl.col(step.staff) if staff and step.staff else nothing,
        recorded_from="recorded_from",
        recorded_to="recorded_to",
    )


def _joined(steps: pl.LazyFrame) -> pl.LazyFrame:
    same = ("turn", "row", "happened_on", "what", "said", "ref", "staff")
    differs = [pl.col(name).ne_missing(pl.col(name).shift()) for name in same]
    begins = pl.any_horizontal(*differs, pl.col("recorded_from") != pl.col("recorded_to").shift())
    return (
        steps.sort("turn", "row", "recorded_from")
        .with_columns(stretch=begins.fill_null(value=True).cum_sum())
        .group_by("stretch")
        .agg(pl.col(*same, "recorded_from").first(), pl.col("recorded_to").last())
        .drop("stretch")
    )


def _seen(clocks: Clocks) -> pl.Expr:
    return (
        pl.when(pl.col("recorded_from") > clocks.known_at)
        .then(pl.lit("not yet recorded"))
        .when(pl.col("recorded_to") <= clocks.known_at)
        .then(pl.lit("corrected or removed"))
        .when(pl.col("happened_on") > clocks.as_at)
        .then(pl.lit("still to happen"))
        .otherwise(pl.lit("known"))
        .cast(pl.Enum(SEEN))
    )


MATTER = "referral_ref"


def referrals_on(
    spells: pl.DataFrame, failures: pl.DataFrame, chains: pl.DataFrame, as_at: dt.date
) -> pl.DataFrame:
    """Returns one row for each referral made by the day, in order: `days` until the day or its end; `silent`
    since its last event; `failure_refs`, `follows`, `followed_by` as lists.
    """
    latest = _begun(spells, as_at).filter(pl.col("from_on") <= as_at)
    ended, day, earlier = pl.col("status").is_in(ENDED), pl.lit(as_at), "earlier_referral_ref"
    until = pl.when(ended).then("from_on").otherwise(day)
    rows = (
        latest.group_by(MATTER, maintain_order=True)
        .last()
        .with_columns(
            days=(until - pl.col("referred_on")).dt.total_days(),
            silent=pl.when(~ended).then((day - pl.col("from_on")).dt.total_days()),
        )
    )
    for links, key, other, name in (
        (failures, MATTER, "failure_ref", "failure_refs"),
        (chains, MATTER, earlier, "follows"),
        (chains, earlier, MATTER, "followed_by"),
    ):
        listed = links.group_by(pl.col(key).alias(MATTER)).agg(pl.col(other).sort().alias(name))
        rows = rows.join(listed, on=MATTER, how="left").with_columns(pl.col(name).fill_null([]))
    return rows.sort("referred_on", MATTER)


def events_of(spells: pl.DataFrame, as_at: dt.date, *, only_open: bool = False) -> pl.DataFrame:
    """Return `matter, day, status`, a row for each event by the day, in order."""
    lasted = pl.col("until_on").is_null() | (pl.col("until_on") > pl.col("from_on"))
    begun = _begun(spells, as_at).filter(lasted, pl.col("from_on") <= as_at)
    if only_open:
        begun = begun.filter(~pl.col("status").sort_by("from_on").last().over(MATTER).is_in(ENDED))
    rows = begun.sort("referred_on", MATTER, "from_on")
    return rows.select(matter=MATTER, day="from_on", status=pl.col("status").cast(pl.String))


def _begun(spells: pl.DataFrame, as_at: dt.date) -> pl.DataFrame:
    status = pl.col("status").cast(pl.Enum(REFERRAL_STATUSES))
    return spells.with_columns(status).filter(pl.col("referred_on") <= as_at)


def recommendations_on(known: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """known: rows of their history as known on one day. `days`: left until the answer is due, negative when
    overdue, null once answered. Those due first are at the top; an answer of a later day is none yet.
    """
    answered = pl.col("responded_on") <= day
    left = (pl.col("due_on") - pl.lit(day)).dt.total_days()
    state = (
        pl.when(answered & (pl.col("responded_on") <= pl.col("due_on")))
        .then(pl.lit("answered in time"))
        .when(answered)
        .then(pl.lit("answered late"))
        .when(left < 0)
        .then(pl.lit("overdue"))
        .when(left <= SOON_DAYS)
        .then(pl.lit("due within 14 days"))
        .otherwise(pl.lit("not due yet"))
    )
    return (
        known.filter(pl.col("made_on") <= day)
        .with_columns(
            standing=state,
            days=pl.when(~answered.fill_null(value=False)).then(left),
            responded_on=pl.when(answered).then("responded_on"),
        )
        .sort(pl.col("days").is_null(), "due_on", "recommendation_ref")
    )
