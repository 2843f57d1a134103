"""The people whom the review may need to reach: who was reached, who waits, and who must not be contacted."""

from functools import partial

import polars as pl

from data.schema import CONTACT_STATES
from metrics.histories.cases import NOT_NEEDED, NOT_SAFE, REACHED, SETTLED, UNABLE
from metrics.metric import IN_SCOPE, Duration, Metric, Spell, in_scope

ONE_A_DAY = " Of two states given for one day, the later in the list of states holds."
"""Which state of a day counts; the list is in the definition of the people identified."""
STATES = f" The list of states: {'; '.join(CONTACT_STATES)}."

_state = pl.col("state")
_waits = _state.is_null() | ~_state.is_in(SETTLED)


def _in_state(where: pl.Expr, *, begins: pl.Expr | None = None) -> Spell:
    return Spell(
        begins=pl.col("from_on") if begins is None else begins,
        ends=pl.col("until_on"),
        where=IN_SCOPE & where,
    )


_needed = _in_state((_state != NOT_NEEDED).fill_null(value=True))

_people = partial(Metric, subject="people", dated_by="identified_on")

PEOPLE = _people(
    name="people_to_contact",
    title="People identified to contact",
    definition="People in scope identified by the day as people whom the review may need to reach. "
    f"Every outcome counts.{ONE_A_DAY}{STATES}",
    why_it_matters="Each may be at risk and may not know it.",
    counts="people identified",
    numerator=_in_state(pl.lit(value=True)),
)
REACHED_PEOPLE = _people(
    name="people_reached",
    title="People reached",
    definition=f"People in scope whom the review or another agency had contacted by the day.{ONE_A_DAY}",
    why_it_matters="They know what they need to know to be safe.",
    numerator=_in_state(_state.is_in(REACHED)),
    better="higher",
)
SHARE_REACHED = _people(
    name="share_reached",
    title="Share of people reached",
    definition="People in scope whom the review or another agency had contacted, out of those who "
    f"may need contact.{ONE_A_DAY}",
    why_it_matters="It says how far the review has come in reaching those it may have failed.",
    counts="people reached",
    out_of="people who may need to be reached",
    numerator=REACHED_PEOPLE.numerator,
    denominator=_needed,
    better="higher",
)
WAITING = _people(
    name="people_waiting",
    title="People waiting to be reached",
    definition="People in scope for whom contact was planned, attempted or not yet decided on the "
    f"day.{ONE_A_DAY}",
    why_it_matters="Each may be at risk and not know it.",
    numerator=_in_state(_waits),
    better="lower",
)
UNREACHED = _people(
    name="people_unable",
    title="People who could not be reached",
    definition=f"People in scope whom the review had been unable to contact by the day.{ONE_A_DAY}",
    why_it_matters="They may still be at risk. Somebody must decide whether to try another way.",
    numerator=_in_state(_state == UNABLE),
    better="lower",
)
UNSAFE = _people(
    name="people_not_safe",
    title="People whom it is not safe or appropriate to contact",
    definition="People in scope whom it was not safe or appropriate to contact on the day. The "
    f"reason is recorded and approved. They are never overdue.{ONE_A_DAY}",
    why_it_matters="Contact could put them at greater risk, so the decision is reviewed and never hurried.",
    counts="people not safe or appropriate to contact",
    numerator=_in_state(_state == NOT_SAFE),
)
LOOK_AGAIN = _people(
    name="people_to_look_at_again",
    title="Contact decisions overdue for review",
    definition="People in scope not safe or appropriate to contact, with a decision overdue for "
    f"review on the day.{ONE_A_DAY}",
    why_it_matters="What was not safe then may be safe now. Only a review can show it.",
    counts="decisions overdue for review",
    numerator=_in_state(
        _state == NOT_SAFE, begins=pl.max_horizontal("from_on", pl.col("look_again_on") + pl.duration(days=1))
    ),
    dated_by="look_again_on",
    better="lower",
)
OUTSIDE = _people(
    name="people_outside_scope",
    title="People to contact outside the scope",
    definition="People identified in a {case} that is outside the terms of reference or no longer known. "
    "They are shown apart and never counted.",
    why_it_matters="They need contact too, but are no part of the review's figures.",
    counts="people outside the scope",
    numerator=Spell(begins=pl.col("from_on"), ends=pl.col("until_on"), where=~IN_SCOPE),
)
DAYS_TO_CONTACT = Duration(
    subject="people",
    name="days_to_contact",
    title="Days waiting to be reached",
    definition="Median days from identifying a person to reaching them, or deciding that contact is "
    "unneeded, impossible or unsafe. Those still waiting count as waiting "
    f"(Kaplan-Meier).{ONE_A_DAY}",
    why_it_matters="Every day is one on which a person at risk may not know it.",
    counts="people who no longer wait",
    out_of="people identified",
    stage=in_scope("identified_on", until="settled_on", where=pl.col("first")),
    better="lower",
)

_attempts = partial(Metric, subject="attempts")
_attempted = in_scope("attempted_on")

ATTEMPTS = _attempts(
    name="contact_attempts",
    title="Attempts to reach people",
    definition="Attempts made by the day to reach people in scope, whatever their outcome. Each counts "
    "once, even on a day with several.",
    why_it_matters="It is the work of reaching people, and the proof that it was tried.",
    counts="attempts",
    numerator=_attempted,
)
SHARE_OF_ATTEMPTS = _attempts(
    name="share_of_attempts_reaching",
    title="Share of attempts that reached somebody",
    definition="Attempts that reached the person, out of all attempts by the day to reach people in scope. "
    "Each counts once, even on a day with several.",
    why_it_matters="It says which ways of reaching people work.",
    counts="attempts that reached the person",
    out_of="attempts",
    numerator=in_scope("attempted_on", where=(pl.col("outcome") == "reached")),
    denominator=_attempted,
    chance=True,
    better="higher",
)
