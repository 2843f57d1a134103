"""The people whom the review may need to reach, and its team: their work, and whether it can be relied on."""

from functools import partial

import polars as pl

from data.schema import CONTACT_STATES
from metrics.histories.cases import NOT_NEEDED, NOT_SAFE, REACHED, SETTLED, UNABLE, UPHELD
from metrics.metric import IN_SCOPE, Duration, Metric, Spell, both, in_scope
from metrics.sums import figure

ONE_A_DAY = " Of two states given for one day, the later in the list of states holds."
"""Which state of a day counts; the list is in the definition of the people identified."""
STATES = f" The list of states: {'; '.join(CONTACT_STATES)}."

_state, _since = pl.col("state"), pl.col("from_on")


def _in_state(where: pl.Expr, begins: pl.Expr = _since) -> Spell:
    return Spell(begins=begins, ends=pl.col("until_on"), where=IN_SCOPE & where)


_people = partial(Metric, subject="people", dated_by="identified_on")

PEOPLE = _people(
    name="people_to_contact",
    title="People identified to {contact}",
    definition="People in scope identified by the day as people whom the review may need to reach. "
    f"Every outcome counts.{ONE_A_DAY}{STATES}",
    why_it_matters="Each may be at risk and may not know it.",
    counts="people identified",
    numerator=_in_state(pl.lit(value=True)),
    part_of=("days_to_contact: out of",),
)
REACHED_PEOPLE = _people(
    name="people_reached",
    title="People reached",
    definition=f"People in scope whom the review or another agency had {{contacted}} by the day.{ONE_A_DAY}",
    why_it_matters="They know what they need to know to be safe.",
    numerator=_in_state(_state.is_in(REACHED)),
    better="higher",
)
SHARE_REACHED = _people(
    name="share_reached",
    title="Share of people reached",
    definition="People in scope whom the review or another agency had {contacted}, out of those who "
    f"may need {{contact}}.{ONE_A_DAY}",
    why_it_matters="It says how far the review has come in reaching those it may have {failed}.",
    counts="people reached",
    out_of="people who may need to be reached",
    numerator=REACHED_PEOPLE.numerator,
    denominator=_in_state((_state != NOT_NEEDED).fill_null(value=True)),
    better="higher",
)
WAITING = _people(
    name="people_waiting",
    title="People waiting to be reached",
    definition="People in scope for whom {contact} was planned, attempted or not yet decided on the "
    f"day.{ONE_A_DAY}",
    why_it_matters="Each may be at risk and not know it.",
    numerator=_in_state(_state.is_null() | ~_state.is_in(SETTLED)),
    better="lower",
)
UNREACHED = _people(
    name="people_unable",
    title="People who could not be reached",
    definition=f"People in scope whom the review had been unable to {{contact}} by the day.{ONE_A_DAY}",
    why_it_matters="They may still be at risk. Somebody must decide whether to try another way.",
    numerator=_in_state(_state == UNABLE),
    better="lower",
)
UNSAFE = _people(
    name="people_not_safe",
    title="People whom it is not safe or appropriate to {contact}",
    definition="People in scope whom it was not safe or appropriate to {contact} on the day. The "
    f"reason is recorded and approved. They are never overdue.{ONE_A_DAY}",
    why_it_matters="{Contact} could put them at greater risk, so the decision is reviewed and never hurried.",
    counts="people not safe or appropriate to {contact}",
    numerator=_in_state(_state == NOT_SAFE),
)
LOOK_AGAIN = _people(
    name="people_to_look_at_again",
    title="{Contact} decisions overdue for review",
    definition="People in scope not safe or appropriate to {contact}, with a decision overdue for "
    f"review on the day.{ONE_A_DAY}",
    why_it_matters="What was not safe then may be safe now. Only a review can show it.",
    counts="decisions overdue for review",
    numerator=_in_state(
        _state == NOT_SAFE, pl.max_horizontal("from_on", pl.col("look_again_on") + pl.duration(days=1))
    ),
    dated_by="look_again_on",
    better="lower",
)
OUTSIDE = _people(
    name="people_outside_scope",
    title="People to {contact} outside the scope",
    definition="People identified in a {case} that is outside the terms of reference or no longer known. "
    "They are shown apart and never counted.",
    why_it_matters="They need {contact} too, but are no part of the review's figures.",
    counts="people outside the scope",
    numerator=Spell(begins=pl.col("from_on"), ends=pl.col("until_on"), where=~IN_SCOPE),
)
DAYS_TO_CONTACT = Duration(
    subject="people",
    name="days_to_contact",
    title="Days waiting to be reached",
    definition="Median days from identifying a person to reaching them, or deciding that {contact} is "
    "unneeded, impossible or unsafe. Those still waiting count as waiting "
    f"(Kaplan-Meier).{ONE_A_DAY}",
    why_it_matters="Every day is one on which a person at risk may not know it.",
    counts="people who no longer wait",
    out_of="people identified",
    stage=in_scope("identified_on", until="settled_on", where=pl.col("first")),
    better="lower",
    part_of=("people_to_contact",),
)

_attempts = partial(Metric, subject="attempts")

ATTEMPTS = _attempts(
    name="contact_attempts",
    title="Attempts to reach people",
    definition="Attempts made by the day to reach people in scope, whatever their outcome. Each counts "
    "once, even on a day with several.",
    why_it_matters="It is the work of reaching people, and the proof that it was tried.",
    counts="attempts",
    numerator=in_scope("attempted_on"),
)
SHARE_OF_ATTEMPTS = _attempts(
    name="share_of_attempts_reaching",
    title="Share of attempts that reached somebody",
    definition="Attempts that reached the person, out of all attempts by the day to reach people in scope. "
    "Each counts once, even on a day with several.",
    why_it_matters="It says which ways of reaching people work.",
    counts="attempts that reached the person",
    out_of="attempts",
    numerator=in_scope("attempted_on", where=pl.col("outcome") == "reached"),
    denominator=ATTEMPTS.numerator,
    chance=True,
    better="higher",
)


_reviews = partial(Metric, subject="reviews")

REVIEWS_DONE = _reviews(
    name="reviews_done",
    title="{Any_reviews} of every kind completed",
    definition="First and second {detailed_reviews} and {sample_checks} completed by the day. Each counts "
    "once, in scope or not.",
    why_it_matters="It is the work that the team has done. First {detailed_reviews} alone would hide a part.",
    numerator=Spell(begins=pl.col("completed_on")),
    better="higher",
)
REVIEWS_IN_HAND = _reviews(
    name="reviews_in_hand",
    title="{Any_reviews} of every kind in hand",
    definition="First and second {detailed_reviews} and {sample_checks} allocated but not completed by the "
    "day.",
    why_it_matters="It is what the team is working on. Far more than it completes in weeks is a queue.",
    numerator=Spell(begins=pl.col("allocated_on"), ends=pl.col("completed_on")),
)
DAYS_PER_REVIEW = Duration(
    subject="reviews",
    name="days_per_review",
    title="Days from allocation to completion",
    definition="Median days from a {any_review} of any kind being allocated to its completion. Those under "
    "way count as under way (Kaplan-Meier).",
    why_it_matters="It says how long a {any_review} takes, and so how long the work in hand will take.",
    counts="{any_reviews} of every kind completed",
    out_of="{any_reviews} of every kind allocated",
    stage=Spell(begins=pl.col("allocated_on"), ends=pl.col("completed_on")),
    better="lower",
)


_staff = partial(Metric, subject="staffing")

HEADCOUNT = _staff(
    name="headcount",
    title="{Staff} in the review team",
    definition="People in the review team, all teams combined. The number is each team's latest recorded "
    "week, if it began less than four weeks before.",
    why_it_matters="It is what the review has to work with, and what the body has promised.",
    counts="people in the review team",
    numerator=Spell(begins=pl.col("week_on"), ends=pl.col("until_on"), weight=pl.col("headcount")),
)

FULL_TIME_EQUIVALENTS = _staff(
    name="full_time_equivalents",
    title="Full-time equivalents in the review team",
    definition="Full-time equivalents in the review team, all teams combined, to the hundredth. The number "
    "is each team's latest recorded week, if it began less than four weeks before.",
    why_it_matters="It is the working time that the review has. Ten people at half time are five.",
    # Registers keep halves and tenths, which do not add up exactly; hundredths as whole numbers do.
    numerator=Spell(
        begins=pl.col("week_on"),
        ends=pl.col("until_on"),
        weight=(pl.col("full_time_equivalent") * 100).round().cast(pl.Int64),
    ),
    parts=100,
    unit="full-time equivalents",
)


_looked = both("first_completed_on", "completed_on")
_drawn = IN_SCOPE & pl.col("unsent")
_checked = ("received_on", "assessed_on", "checked_on")

_second_looks = partial(Metric, subject="second_looks")
_checks = partial(Metric, subject="sample_checks")

SECOND_LOOKS = _second_looks(
    name="second_looks",
    title="{Second_looks} completed",
    definition="Second {any_reviews} completed by the day, of {cases} in scope whose first {detailed_review} "
    "had been completed by then.",
    why_it_matters="A {second_look} by somebody else says whether the first can be relied on.",
    numerator=Spell(begins=_looked, where=IN_SCOPE),
    part_of=("completed",),
)
SECOND_LOOKS_UNDER_WAY = _second_looks(
    name="second_looks_under_way",
    title="{Second_looks} under way",
    definition="Second {any_reviews} allocated but not completed by the day. The first {detailed_review} was "
    "completed by then, of a {case} in scope.",
    why_it_matters="Until it is complete, nobody knows whether the first outcome is right.",
    numerator=in_scope("first_completed_on", "allocated_on", until="completed_on"),
)
OVERTURNED = _second_looks(
    name="overturned",
    title="Share of first outcomes overturned",
    definition="{Second_looks} completed by the day with another outcome than the first {detailed_review}, "
    "out of all completed.",
    why_it_matters="It says how often a first outcome without a {second_look} may be wrong.",
    counts="outcomes overturned",
    out_of="{second_looks} completed",
    numerator=Spell(begins=_looked, where=IN_SCOPE & (pl.col("verdict") != UPHELD)),
    denominator=SECOND_LOOKS.numerator,
    chance=True,
    better="lower",
)
NOT_SENT_ON = Metric(
    name="not_sent_on",
    title="{Cases} not sent for {detailed_review}",
    definition="{Cases} in scope {triaged} by the day and not sent for {detailed_review}.",
    why_it_matters="A {failure} in one of them is found only by a check.",
    numerator=in_scope("received_on", "assessed_on", until="sent_on"),
)
SAMPLE_CHECKS = _checks(
    name="sample_checks",
    title="{Sample_checks} completed",
    definition="{Cases} in scope, not sent for {detailed_review} when drawn, with a {sample_check} completed "
    "by the day. Each counts once.",
    why_it_matters="The sample stands for all that were not sent for {detailed_review}.",
    counts="{cases} checked",
    numerator=Spell(begins=both(*_checked), where=_drawn),
    better="higher",
    part_of=("not_sent_on", "sample_sent_on"),
)
SAMPLE_FAILURES = _checks(
    name="sample_failures",
    title="{Sample_checks} that found a {failure}",
    definition="{Cases} with a completed {sample_check} that had found a {failure} by the day.",
    why_it_matters="Each is a {failure} that the {triage} missed.",
    counts="{cases} checked with a {failure}",
    numerator=Spell(begins=both(*_checked, "missed_on"), where=_drawn),
    better="lower",
)
SAMPLE_SENT_ON = _checks(
    name="sample_sent_on",
    title="{Cases} sent for {detailed_review} after their {sample_check}",
    definition="{Cases} with a completed {sample_check} that were later sent for {detailed_review}, by the "
    "day.",
    why_it_matters="The sample still stands for them, although they have since been sent for {any_review}.",
    counts="{cases} checked and later sent for {detailed_review}",
    numerator=Spell(begins=both(*_checked, "sent_on"), where=_drawn),
)

SHARE_CHECKED = _checks(
    name="share_checked",
    title="Share of {cases} not sent for {detailed_review} that were checked",
    definition="{Cases} in scope with a {sample_check} by the day, out of those not sent for "
    "{detailed_review} when drawn.",
    why_it_matters="A sample that leaves out some kinds of {cases} does not stand for them.",
    counts="{cases} checked",
    out_of="{cases} not sent for {detailed_review} when drawn",
    numerator=SAMPLE_CHECKS.numerator,
    denominator=NOT_SENT_ON.numerator,
    dated_by="checked_on",
    chance=True,
    listed=False,  # counted over two subjects, and so put together by `drawn` and not by `evaluate`
)


def drawn(checks: pl.DataFrame, sent_since: pl.DataFrame, unsent: pl.DataFrame) -> pl.DataFrame:
    """checks, sent_since, unsent: SAMPLE_CHECKS, SAMPLE_SENT_ON and NOT_SENT_ON as `evaluate` returned them,
    all by the same dimension. Returns SHARE_CHECKED by it; groups with nobody in them are left out.
    """
    keys = checks.columns[: checks.columns.index("numerator")]
    parts = {"checked": checks, "sent": sent_since, "unsent": unsent}
    counts = pl.concat(
        [rows.select(*keys, pl.col("numerator").alias(name)) for name, rows in parts.items()], how="diagonal"
    )
    totals = pl.col(*parts).sum()
    summed = counts.group_by(keys).agg(totals).sort(keys, nulls_last=True) if keys else counts.select(totals)
    sums = summed.select(
        *keys,
        pl.col("checked").alias("share_checked.numerator"),
        (pl.col("unsent") + pl.col("sent")).alias("share_checked.denominator"),
    )
    return figure(SHARE_CHECKED, sums.filter(pl.col("share_checked.denominator") > 0), keys)
