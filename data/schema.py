"""Every table of a review: its columns, codes and row rules, written once.

A rule's words are the reason an analyst reads in quarantine; the first column its expression names is blamed.
Codes that figures know are in `codes.toml`; all others are `listed`: `terms.toml` closes them.
"""

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

_CODES: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("codes.toml").read_text(encoding="utf-8")
)
CODES = _CODES["fixed"]
USUAL = {name: tuple(codes) for name, codes in _CODES["open"].items()}
"""Lists of a review whose terms of reference have none of their own."""
REFERRAL_STATUSES, CONTACT_STATES = (tuple(CODES[name]) for name in ("referral_statuses", "contact_states"))
REFERENCE = r"^[!-~]([ -~]{0,62}[!-~])?$"
"""What every key looks like: plain ASCII, at most 64 characters, no space at either end."""
_UNSAFE = pl.col("state") == "not safe or appropriate"
LISTS = (
    "routes", "areas", "categories", "statuses", "allegation_categories", "findings", "grades", "reasons",
    "teams", "unsafe_reasons", "enquiry_topics", *USUAL,
)  # fmt: skip
STILL = dt.date(9999, 12, 31)


def ref(description: str) -> dy.String:
    return _reference(description, primary_key=True)


def link(table: str, description: str, *, nullable: bool = False, key: bool = False) -> dy.String:
    return _reference(description, primary_key=key, nullable=nullable, metadata={"refers_to": table})


def pseudonym(description: str, *, key: bool = False) -> dy.String:
    """Column that stands for a member of staff without naming them; not every reader may see it."""
    return _reference(description, primary_key=key, nullable=not key, metadata={"staff": True})


def listed(
    name: str, description: str, *, nullable: bool = False, key: bool = False, added: bool = False
) -> dy.String:
    """Code column whose closed list is `lists.<name>` of the terms. added: see `added_columns`."""
    marks = {"listed": name, **({"added": True} if added else {})}
    return dy.String(
        nullable=nullable, primary_key=key, max_length=80, description=description, metadata=marks
    )


def code(codes: str, description: str) -> dy.Enum:
    """Code column whose list, `codes` of `codes.toml`, is the same in every review."""
    return dy.Enum(CODES[codes], nullable=False, description=description)


def day(description: str, *, nullable: bool = False, key: bool = False, added: bool = False) -> dy.Date:
    """Day on which something happened: never after the day of its load. added: see `added_columns`."""
    marks = {"happened": True, **({"added": True} if added else {})}
    return dy.Date(nullable=nullable, primary_key=key, description=description, metadata=marks)


def planned_day(description: str) -> dy.Date:
    """Day that may lie in the future: a date due, a date to look again."""
    return dy.Date(nullable=True, description=description)


def flag(description: str, *, default: bool | None = None) -> dy.Bool:
    """Yes or no; `default` is what a register without the column means."""
    return dy.Bool(description=description, metadata={} if default is None else {"default": default})


def wording(description: str) -> dy.String:
    """Free text that the schema asks for by name; all other free text is dropped at the door."""
    return dy.String(min_length=1, max_length=500, description=description, metadata={"prose": True})


def _reference(description: str, **settings: Any) -> dy.String:  # noqa: ANN401 (as dataframely takes them)
    # A spreadsheet turns a long digit string into 1E10: that value is lost, not merely ugly.
    check = {"scientific": _not_scientific}
    return dy.String(description=description, regex=REFERENCE, check=check, **settings)


def _not_scientific(cells: pl.Expr) -> pl.Expr:
    return ~cells.str.contains(r"^\d(\.\d+)?[Ee]\+?\d+$")


def _rule(reason: str, keeps: pl.Expr) -> object:
    def rule(_: object) -> pl.Expr:
        return keeps

    rule.__doc__ = reason
    return dy.rule()(rule)


def _ordered(later: str, earlier: str, reason: str) -> object:
    return _rule(reason, pl.col(later) >= pl.col(earlier))


def _given(column: str, where: pl.Expr, reason: str) -> object:
    return _rule(reason, pl.col(column).is_not_null() | ~where)


class Applications(dy.Schema):
    """The cases of a review, by whatever name its terms of reference call them: its unit."""

    application_ref = ref("the register's own reference of the case")
    received_on = day("day the case was received")
    closed_on = day("day the case was closed", nullable=True, added=True)
    status = listed("statuses", "where the case stands, where the register says", nullable=True, added=True)
    opened_on = day("day the review took the case up", nullable=True)
    route = listed("routes", "how the case came to be made, where the register says", nullable=True)
    area = listed("areas", "area in which it was handled, where the register says", nullable=True)
    category = listed("categories", "what kind of case it is, where the register says", nullable=True)
    decision = listed("decisions", "decision first made on the application", nullable=True)
    decided_on = day("day of that decision", nullable=True)
    disclosed_on = day("day a disclosure was made", nullable=True)
    in_scope = flag(
        "inside the review's terms of reference (without a column of it: received within their period)",
        default=True,
    )

    closed_after_received = _ordered("closed_on", "received_on", "closed before it was received")
    decided_after_received = _ordered("decided_on", "received_on", "decided before it was received")
    disclosed_after_received = _ordered("disclosed_on", "received_on", "disclosed before it was received")
    opened_after_received = _ordered(
        "opened_on", "received_on", "taken up by the review before it was received"
    )
    disclosed_only_by_decision = _rule(
        "has a day of disclosure although the decision was not to disclose",
        pl.col("disclosed_on").is_null() | (pl.col("decision") == "disclosure"),
    )


class Allegations(dy.Schema):
    """What a case is about, where it is about several things."""

    allegation_ref = ref("reference of the allegation")
    application_ref = link("applications", "case that it is part of")
    category = listed("allegation_categories", "what kind of allegation it is", nullable=True)
    officer_ref = pseudonym("pseudonym of whom it is about")


class Findings(dy.Schema):
    """What was recommended and what was decided on a case, or on one of its allegations."""

    finding_ref = ref("reference of the finding")
    application_ref = link("applications", "case on which it was made")
    allegation_ref = link("allegations", "allegation on which it was made", nullable=True)
    investigator_ref = pseudonym("pseudonym of who recommended it")
    recommended = listed("findings", "finding that was recommended", nullable=True)
    recommended_on = day("day it was recommended", nullable=True)
    final = listed("findings", "finding that was decided", nullable=True)
    final_on = day("day it was decided", nullable=True)

    final_after_recommended = _ordered("final_on", "recommended_on", "decided before it was recommended")
    day_with_final = _rule(
        "has a day of decision without a final finding",
        pl.col("final").is_not_null() | pl.col("final_on").is_null(),
    )


class RiskAssessments(dy.Schema):
    """Gradings of an application (triage); it may be graded again and every grade is kept."""

    assessment_ref = ref("reference of the risk assessment")
    application_ref = link("applications", "application that was assessed")
    assessed_on = day("day of the risk assessment")
    grade = listed("grades", "risk category given")
    outcome = listed("assessment_outcomes", "outcome of the full risk assessment", nullable=True)
    sent_on = flag("sent for detailed review")


class Reviews(dy.Schema):
    """Detailed reviews of an application: first, second, or a sample check."""

    review_ref = ref("reference of the review")
    application_ref = link("applications", "application that was reviewed")
    kind = code("review_kinds", "first review, second review or sample check")
    team = listed("teams", "team that holds it")
    reviewer_ref = pseudonym("pseudonym of the reviewer")
    allocated_on = day("day it was allocated")
    completed_on = day("day it was completed", nullable=True)
    outcome = listed("review_outcomes", "what the review found", nullable=True)

    completed_after_allocated = _ordered("completed_on", "allocated_on", "completed before it was allocated")
    outcome_with_completion = _rule(
        "completed without an outcome, or an outcome without the day it was completed",
        pl.col("outcome").is_null() == pl.col("completed_on").is_null(),
    )


class Failures(dy.Schema):
    """Findings that the service failed. Harm is a fact of its own, not a type."""

    failure_ref = ref("reference of the failure")
    application_ref = link("applications", "application in which it was found")
    review_ref = link("reviews", "review that found it", nullable=True)
    found_on = day("day it was found")
    type = listed("failure_types", "administrative or service failure")
    harm = flag("someone came to harm")
    reason = listed("reasons", "why the service failed")
    in_scope = flag("inside the review's terms of reference", default=True)


class Referrals(dy.Schema):
    """Matters sent to the oversight body by the appropriate authority."""

    referral_ref = ref("reference of the referral")
    referred_on = day("day it was referred")
    kind = listed("referral_kinds", "complaint, recordable conduct matter, or death or serious injury")
    route = listed("referral_routes", "mandatory, voluntary or called in")
    subject = listed("referral_subjects", "what it is about")
    in_scope = flag("inside the review's terms of reference", default=True)


class ReferralEvents(dy.Schema):
    event_ref = ref("reference of the step")
    referral_ref = link("referrals", "referral that took the step")
    happened_on = day("day of the step")
    status = code("referral_statuses", "status from that day")
    mode = listed("investigation_modes", "mode of investigation, once decided", nullable=True)
    outcome = listed("referral_outcomes", "outcome, once reached", nullable=True)

    mode_when_decided = _given(
        "mode", pl.col("status") == "mode decided", "mode decided, but the mode of investigation is missing"
    )
    outcome_when_reached = _given(
        "outcome", pl.col("status") == "outcome", "status is outcome, but the outcome is missing"
    )
    old_modes_before_2020 = _rule(
        "supervised and managed investigations ended on 1 February 2020",
        ~pl.col("mode").is_in(["supervised", "managed"]) | (pl.col("happened_on") < pl.date(2020, 2, 1)),
    )


class ReferralFailures(dy.Schema):
    """Which failures a referral is about: many to many."""

    referral_ref = link("referrals", "referral", key=True)
    failure_ref = link("failures", "failure it is about", key=True)


class ReferralChains(dy.Schema):
    referral_ref = link("referrals", "later referral", key=True)
    earlier_referral_ref = link("referrals", "earlier referral", key=True)

    follows_another = _rule(
        "a referral cannot follow from itself", pl.col("earlier_referral_ref") != pl.col("referral_ref")
    )


class PeopleInvestigated(dy.Schema):
    person_ref = pseudonym("pseudonym of the person under investigation", key=True)
    referral_ref = link("referrals", "referral they are investigated under", key=True)


class DutyStatuses(dy.Schema):
    person_ref = link("people_investigated", "person under investigation", key=True)
    from_on = day("day from which the status holds", key=True)
    status = listed("duty_statuses", "duty status")


class Recommendations(dy.Schema):
    """Learning recommendations of the oversight body; an answer is due within 56 days."""

    recommendation_ref = ref("reference of the recommendation")
    referral_ref = link("referrals", "referral it arose from", nullable=True)
    made_on = day("day it was made")
    extended_to = planned_day("day the answer is now due, if extended")
    responded_on = day("day of the written response", nullable=True)

    responded_after_made = _ordered("responded_on", "made_on", "answered before it was made")
    extended_after_made = _ordered("extended_to", "made_on", "extended to a day before it was made")


class Staffing(dy.Schema):
    """People in the review team, by week and team."""

    week_on = day("Monday of the week", key=True)
    team = listed("teams", "team", key=True)
    headcount = dy.Int32(min=0, max=100_000, description="people in the team that week")
    full_time_equivalent = dy.Float64(min=0, description="full-time equivalents that week")

    week_begins_on_monday = _rule("a week is named by its Monday", pl.col("week_on").dt.weekday() == 1)
    equivalents_within_headcount = _rule(
        "more full-time equivalents than people", pl.col("full_time_equivalent") <= pl.col("headcount")
    )


class PeopleToContact(dy.Schema):
    """People whom the review may need to reach, by pseudonym."""

    person_ref = ref("pseudonym of the person")
    application_ref = link("applications", "application that concerns them")
    identified_on = day("day they were identified")


class ContactStates(dy.Schema):
    """State of a person to contact, from a day on. "Not safe" is never overdue."""

    person_ref = link("people_to_contact", "person", key=True)
    from_on = day("day from which the state holds", key=True)
    state = code("contact_states", "state of contact")
    unsafe_reason = listed("unsafe_reasons", "why contact is not safe or appropriate", nullable=True)
    approved_by_ref = pseudonym("pseudonym of who approved that no contact is made")
    look_again_on = planned_day("day the decision is looked at again")

    unsafe_has_reason = _given("unsafe_reason", _UNSAFE, "not safe or appropriate, but no reason is given")
    unsafe_has_approver = _given(
        "approved_by_ref", _UNSAFE, "not safe or appropriate, but nobody is named as having approved it"
    )
    unsafe_is_looked_at_again = _given(
        "look_again_on", _UNSAFE, "not safe or appropriate, but no day is set to look at it again"
    )


class ContactAttempts(dy.Schema):
    attempt_ref = ref("reference of the attempt")
    person_ref = link("people_to_contact", "person")
    attempted_on = day("day of the attempt")
    method = listed("contact_methods", "how it was tried")
    outcome = code("attempt_outcomes", "what came of it")


class Enquiries(dy.Schema):
    enquiry_ref = ref("reference of the enquiry")
    received_on = day("day it arrived")
    topic = listed("enquiry_topics", "what it asks")
    answered_on = day("day it was answered", nullable=True)
    application_ref = link("applications", "application it concerns", nullable=True)

    answered_after_received = _ordered("answered_on", "received_on", "answered before it arrived")


class Commitments(dy.Schema):
    """What the body has promised in public."""

    commitment_ref = ref("reference of the commitment")
    made_on = day("day it was made")
    kind = code("commitment_kinds", "what kind of promise it is")
    words = wording("the promise, as it was made")
    due_on = planned_day("day by which it is to be kept")
    withdrawn_on = day("day it was withdrawn", nullable=True)

    withdrawn_after_made = _ordered("withdrawn_on", "made_on", "withdrawn before it was made")


# As they stand above, which is the order in which a load stores them: each comes after those it refers to.
SCHEMAS: dict[str, type[dy.Schema]] = {
    re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): schema
    for name, schema in list(vars().items())
    if isinstance(schema, type) and issubclass(schema, dy.Schema)
}


def links(schema: type[dy.Schema]) -> dict[str, str]:
    """Columns of `schema` that hold another table's key, with that table's name."""
    return _marked(schema, "refers_to")


def identity(table: str) -> str:
    """Column of `table` by which other tables refer to it: the first of its key."""
    return SCHEMAS[table].primary_key()[0]


def referred_tables() -> list[str]:
    wanted = {target for schema in SCHEMAS.values() for target in links(schema).values()}
    return [table for table in SCHEMAS if table in wanted]


def listed_columns(schema: type[dy.Schema]) -> dict[str, str]:
    """Columns of `schema` closed by the terms of reference, with the list's name."""
    return _marked(schema, "listed")


def usual_codes(column: dy.Column) -> tuple[str, ...]:
    """Return the codes of a column where no terms of reference say otherwise; none where only they can."""
    if isinstance(column, dy.Enum):
        return tuple(column.categories)
    return USUAL.get((column.metadata or {}).get("listed", ""), ())


def happened_columns(schema: type[dy.Schema]) -> list[str]:
    """Columns of `schema` that speak of the past: none may be later than its load."""
    return list(_marked(schema, "happened"))


def added_columns(schema: type[dy.Schema]) -> set[str]:
    """Columns that older ledgers lack: the digest of a load has one only where a row has a value."""
    return set(_marked(schema, "added"))


def staff_columns() -> set[str]:
    return {name for schema in SCHEMAS.values() for name in _marked(schema, "staff")}


def default_of(column: dy.Column) -> object:
    """What a register without this column means by leaving it out; None if nothing."""
    return (column.metadata or {}).get("default")


def is_reference(column: dy.Column) -> bool:
    return isinstance(column, dy.String) and column.regex is not None


def _marked(schema: type[dy.Schema], mark: str) -> dict[str, Any]:
    return {
        name: column.metadata[mark]
        for name, column in schema.columns().items()
        if column.metadata and mark in column.metadata
    }


def known_on(day: dt.date | pl.Expr) -> pl.Expr:
    """Whether a row version was known at the end of a day, over `recorded_from` and `recorded_to`."""
    return (pl.col("recorded_from") <= day) & (pl.col("recorded_to") > day)


def known_now() -> pl.Expr:
    return pl.col("recorded_to") == STILL
