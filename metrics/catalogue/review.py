"""How far the review has come, what it found, what it referred, and what the oversight body recommends."""

from functools import partial

import polars as pl

from metrics.histories.cases import ENDED
from metrics.metric import IN_SCOPE, OWNERS, Duration, Metric, Spell, in_scope

POPULATION = Metric(
    name="population",
    title="{Cases} in the review",
    definition="{Cases} in the scope of the terms of reference, received by the day.",
    why_it_matters="It is what the review looks at. It can grow or shrink as records are checked.",
    counts="{cases} in scope",
    numerator=in_scope("received_on"),
)
RISK_ASSESSED = Metric(
    name="risk_assessed",
    title="{Cases} {triaged}",
    definition="{Cases} in scope that had been given at least one risk grade by the day.",
    why_it_matters="Until a case is graded, nobody knows whether someone in it is at risk.",
    numerator=in_scope("received_on", "assessed_on"),
    better="higher",
)
NOT_ASSESSED = Metric(
    name="not_assessed",
    title="{Cases} waiting to be {triaged}",
    definition="{Cases} in scope received by the day that had not been graded by then.",
    why_it_matters="Each is a person whose risk nobody has assessed.",
    counts="{cases} not yet {triaged}",
    numerator=in_scope("received_on", until="assessed_on"),
    better="lower",
)
SHARE_ASSESSED = Metric(
    name="share_assessed",
    title="Share of {cases} {triaged}",
    definition="{Cases} {triaged}, out of the {cases} in the review.",
    why_it_matters="It says how far the first assessment has come, whatever the size of the review.",
    counts="{cases} {triaged}",
    out_of="{cases} in scope",
    numerator=RISK_ASSESSED.numerator,
    denominator=POPULATION.numerator,
    better="higher",
)
REVIEWS_NEEDED = Metric(
    name="sent_on",
    title="{Cases} sent for {detailed_review}",
    definition="{Cases} in scope that a {triage} had sent for {detailed_review} by the day.",
    why_it_matters="It is the work that the {triages} have made.",
    numerator=in_scope("sent_on"),
)
ALLOCATED = Metric(
    name="allocated",
    title="{Detailed_reviews} allocated",
    definition="{Cases} sent for {detailed_review} whose first {any_review} had been allocated to a team by "
    "the day.",
    why_it_matters="A case nobody holds is not being looked at.",
    counts="{cases} with a {any_review} allocated",
    numerator=in_scope("sent_on", "allocated_on"),
    better="higher",
)
COMPLETED = Metric(
    name="completed",
    title="{Detailed_reviews} completed",
    definition="{Cases} sent for {detailed_review} whose first {any_review} had been completed by the day.",
    why_it_matters="It is the work done that finds {failures}.",
    counts="{cases} {detailed_reviewed}",
    numerator=in_scope("sent_on", "completed_on"),
    better="higher",
)
SHARE_COMPLETED = Metric(
    name="share_completed",
    title="Share of {detailed_reviews} completed",
    definition="{Cases} {detailed_reviewed}, out of the {cases} sent for {detailed_review}.",
    why_it_matters="It says how far the {detailed_reviews} have come.",
    counts="{cases} {detailed_reviewed}",
    out_of="{cases} sent for {detailed_review}",
    numerator=COMPLETED.numerator,
    denominator=REVIEWS_NEEDED.numerator,
    better="higher",
)
BACKLOG = Metric(
    name="backlog",
    title="{Detailed_reviews} outstanding",
    definition="{Cases} sent for {detailed_review} whose first {any_review} had not been completed by the "
    "day.",
    why_it_matters="It is what remains to be done.",
    counts="{cases} not yet {detailed_reviewed}",
    numerator=in_scope("sent_on", until="completed_on"),
    better="lower",
)
NOT_ALLOCATED = Metric(
    name="not_allocated",
    title="{Detailed_reviews} waiting to be allocated",
    definition="{Cases} sent for {detailed_review} whose first {any_review} had not been allocated to a team "
    "by the day.",
    why_it_matters="No one is looking at a case while it waits.",
    counts="{cases} with no {any_review} allocated yet",
    numerator=in_scope("sent_on", until="allocated_on"),
    better="lower",
)
IN_HAND = Metric(
    name="in_hand",
    title="{Detailed_reviews} in hand",
    definition="{Cases} whose first {detailed_review} had been allocated to a team but not completed by the "
    "day.",
    why_it_matters="It is the work in progress.",
    counts="{cases} allocated and not yet reviewed",
    numerator=in_scope("sent_on", "allocated_on", until="completed_on"),
)
OUTSIDE_SCOPE = Metric(
    name="outside_scope",
    title="{Cases} outside the scope",
    definition="{Cases} recorded that are outside the terms of reference. They are shown apart and never "
    "counted.",
    why_it_matters="They are recorded so that nobody takes them for part of the review.",
    numerator=Spell(begins=pl.col("received_on"), where=~IN_SCOPE),
)
DAYS_TO_ASSESSMENT = Duration(
    name="days_to_assessment",
    title="Days to {triage}",
    definition="Median days from the review taking up a case to its first {triage}. Those still "
    "waiting count as waiting (Kaplan-Meier).",
    why_it_matters="Every day is a day on which a risk may go unseen.",
    counts="{cases} {triaged}",
    out_of="{cases} taken up",
    stage=in_scope("opened_on", until="assessed_on"),
    better="lower",
)
DAYS_TO_ALLOCATION = Duration(
    name="days_to_allocation",
    title="Days waiting to be allocated",
    definition="Median days from a case being sent for {detailed_review} to its allocation. Those still "
    "waiting count as waiting (Kaplan-Meier).",
    why_it_matters="No one is looking at a case while it waits.",
    counts="{cases} allocated",
    out_of="{cases} sent for {detailed_review}",
    stage=in_scope("sent_on", until="allocated_on"),
    better="lower",
)
DAYS_IN_REVIEW = Duration(
    name="days_in_review",
    title="Days in {detailed_review}",
    definition="Median days from a {detailed_review} being allocated to its completion. Those under way "
    "count as under way (Kaplan-Meier).",
    why_it_matters="It says how long a {any_review} takes, and so how long the rest will.",
    counts="{detailed_reviews} completed",
    out_of="{detailed_reviews} allocated",
    stage=in_scope("sent_on", "allocated_on", until="completed_on"),
    better="lower",
)

_failures = partial(Metric, subject="failures")

FAILURES = _failures(
    name="failures",
    title="{Failures} found",
    definition="{Failures} in the scope of the terms of reference that had been found by the day.",
    why_it_matters="Each is a finding that the service {failed} someone.",
    counts="{failures} in scope",
    numerator=in_scope("found_on"),
)
HARM = _failures(
    name="failures_with_harm",
    title="{Failures} with harm",
    definition="{Failures} in scope, found by the day, in which someone came to harm, whatever their type.",
    why_it_matters="They are the gravest findings. Each is expected to be {referred} to the oversight body.",
    numerator=in_scope("found_on", where=pl.col("harm")),
    better="lower",
)
SHARE_WITH_HARM = _failures(
    name="share_with_harm",
    title="Share of {failures} with harm",
    definition="{Failures} with harm, out of the {failures} found.",
    why_it_matters="It says how grave the {failures} found are.",
    counts="{failures} with harm",
    out_of="{failures} in scope",
    numerator=HARM.numerator,
    denominator=FAILURES.numerator,
    chance=True,
    better="lower",
)
FAILURE_RATE = Metric(
    name="failure_rate",
    title="{Failure} rate",
    definition="{Cases} {triaged} with at least one {failure} found by the day, out of all {cases} "
    "{triaged}.",
    why_it_matters="It says how often the service {failed}, so areas and years of different size compare.",
    counts="{cases} with a {failure}",
    out_of="{cases} {triaged}",
    numerator=in_scope("received_on", "assessed_on", "failed_on"),
    denominator=RISK_ASSESSED.numerator,
    dated_by="received_on",
    chance=True,
    better="lower",
    part_of=("failures",),
)
FAILURE_RATE_REVIEWED = Metric(
    name="failure_rate_reviewed",
    title="{Failure} rate of {detailed_reviews}",
    definition="{Cases} {detailed_reviewed} with at least one {failure} found by the day, out of all {cases} "
    "{detailed_reviewed}.",
    why_it_matters="It says how often a close look finds a {failure}.",
    counts="{cases} with a {failure}",
    out_of="{cases} {detailed_reviewed}",
    numerator=in_scope("sent_on", "completed_on", "failed_on"),
    denominator=COMPLETED.numerator,
    chance=True,
)
FAILURES_OUTSIDE_SCOPE = _failures(
    name="failures_outside_scope",
    title="{Failures} outside the scope",
    definition="{Failures} outside the terms of reference, or in a case that is outside them or no longer "
    "known. They are shown apart and never counted.",
    why_it_matters="They need action as any other, but are no part of the review's figures.",
    numerator=Spell(begins=pl.col("found_on"), where=~IN_SCOPE),
    better="lower",
)


HARM_OUTSIDE_SCOPE = _failures(
    name="harm_outside_scope",
    title="{Failures} with harm outside the scope",
    definition="{Failures} outside the scope in which someone came to harm, whatever their type.",
    why_it_matters="Harm is no less grave for having been done after the review's period.",
    numerator=Spell(begins=pl.col("found_on"), where=~IN_SCOPE & pl.col("harm")),
    better="lower",
)


def every_part(by_part: pl.DataFrame) -> pl.DataFrame:
    parts = by_part.schema["part"]
    assert isinstance(parts, pl.Enum)
    none = pl.DataFrame({"part": parts.categories}, schema={"part": parts})
    filled = none.join(by_part, on="part", how="left")
    return filled.with_columns(pl.col("numerator", "value").fill_null(0)).sort("part")


SILENT = pl.duration(days=28)

_open = IN_SCOPE & ~pl.col("status").is_in(ENDED)


def _standing(where: pl.Expr) -> Spell:
    return Spell(begins=pl.max_horizontal("from_on", "referred_on"), ends=pl.col("until_on"), where=where)


_referrals = partial(Metric, subject="referrals")
_linked = partial(Metric, subject="failures", owner=OWNERS["referrals"])

REFERRALS = _referrals(
    name="referrals",
    title="{Referrals} to the oversight body",
    definition="Matters in the scope of the review that had been {referred} to the oversight body by the "
    "day.",
    why_it_matters="A {referral} puts a matter before somebody independent of the body under review.",
    counts="{referrals} in scope",
    numerator=_standing(IN_SCOPE),
)
OPEN_REFERRALS = _referrals(
    name="open_referrals",
    title="{Referrals} open",
    definition="{Referrals} in scope whose status on the day was not closed, discontinued or withdrawn.",
    why_it_matters="An open {referral} is a matter that is not settled.",
    counts="{referrals} in scope that are open",
    numerator=_standing(_open),
)
SILENT_REFERRALS = _referrals(
    name="silent_referrals",
    title="{Referrals} open without an event for 28 days",
    definition="{Referrals} in scope, open on the day, with no recorded step in the 28 days up to it.",
    why_it_matters="Nothing has happened, or nobody has recorded it. Both need asking.",
    counts="open {referrals} without an event for 28 days",
    numerator=Spell(
        begins=pl.max_horizontal("from_on", "referred_on") + SILENT, ends=pl.col("until_on"), where=_open
    ),
    dated_by="from_on",
    better="lower",
)
WITHOUT_FAILURE = _referrals(
    name="referrals_without_failure",
    title="{Referrals} about no single {failure}",
    definition="Matters in scope {referred} by the day that the register links to no {failure}.",
    why_it_matters="{Referrals} are no part of the {failures}: some are about a person, or the body itself.",
    numerator=_standing(IN_SCOPE & (pl.col("failures") == 0)),
)
REFERRALS_OUTSIDE_SCOPE = _referrals(
    name="referrals_outside_scope",
    title="{Referrals} outside the scope",
    definition="{Referrals} recorded that are outside the terms of reference. They are shown apart and never "
    "counted.",
    why_it_matters="Earlier and later matters show how one {referral} led to another.",
    numerator=_standing(~IN_SCOPE),
)
FAILURES_REFERRED = _linked(
    name="failures_referred",
    title="{Failures} {referred}",
    definition="{Failures} in scope, found by the day, that a {referral} made by the day is about.",
    why_it_matters="It shows whether a promise to {refer} {failures} is kept.",
    counts="{failures} with a {referral}",
    numerator=in_scope("found_on", "referred_on"),
    dated_by="found_on",
)
FAILURES_NOT_REFERRED = _linked(
    name="failures_not_referred",
    title="{Failures} without a {referral}",
    definition="{Failures} in scope, found by the day, that no {referral} made by the day is about.",
    why_it_matters="These are the {failures} that a promise to {refer} every one has yet to cover.",
    numerator=in_scope("found_on", until="referred_on"),
)
HARM_NOT_REFERRED = _linked(
    name="harm_not_referred",
    title="{Failures} with harm and no {referral}",
    definition="{Failures} in scope with harm, found by the day, that no {referral} made by the day is "
    "about.",
    why_it_matters="Each is expected to be {referred} to the oversight body.",
    numerator=in_scope("found_on", until="referred_on", where=pl.col("harm")),
    better="lower",
)
INVESTIGATED = Metric(
    subject="investigated",
    name="people_investigated",
    title="People under investigation",
    definition="People under investigation in a {referral} in scope made by the day. Each counts once, until "
    "the last of those {referrals} has ended.",
    why_it_matters="Each is a member of staff whose duties must be settled during the investigation.",
    numerator=Spell(begins=pl.col("from_on"), ends=pl.min_horizontal("until_on", "ended_on"), where=IN_SCOPE),
    dated_by="begun_on",
)


SOON_DAYS = 14
SOON = pl.duration(days=SOON_DAYS)
DAY = pl.duration(days=1)

_recommendations = partial(Metric, subject="recommendations")

RECOMMENDATIONS = _recommendations(
    name="recommendations",
    title="Learning {recommendations} made",
    definition="Learning {recommendations} that the oversight body had made by the day, except about a "
    "{referral} outside the scope.",
    why_it_matters="Each says what the oversight body wants done differently, and is owed an answer.",
    counts="{recommendations} made",
    numerator=in_scope("made_on"),
)
ANSWERED = _recommendations(
    name="recommendations_answered",
    title="Learning {recommendations} answered",
    definition="Learning {recommendations} made and answered in writing by the day.",
    why_it_matters="An answer says what will be done, and by when.",
    counts="{recommendations} answered",
    numerator=in_scope("made_on", "responded_on"),
    dated_by="made_on",
    better="higher",
)
DUE = _recommendations(
    name="recommendations_due",
    title="{Recommendations} due within 14 days",
    definition="Learning {recommendations} not answered by the day, with an answer due then or within the "
    "next 14 days. An answer is due within the days that the terms of reference allow. The day of the "
    "{recommendation} is the first. An extension moves the day.",
    why_it_matters="The answer is a duty with a day. There is still time to meet it.",
    numerator=Spell(
        begins=pl.max_horizontal("made_on", pl.col("due_on") - SOON),
        ends=pl.min_horizontal("responded_on", pl.col("due_on") + DAY),
        where=IN_SCOPE,
    ),
    better="lower",
)
OVERDUE = _recommendations(
    name="recommendations_overdue",
    title="{Recommendations} overdue",
    definition="Learning {recommendations} not answered by the day whose answer was due before it.",
    why_it_matters="The duty to answer has been missed.",
    numerator=Spell(begins=pl.col("due_on") + DAY, ends=pl.col("responded_on"), where=IN_SCOPE),
    better="lower",
)
OUTSIDE = _recommendations(
    name="recommendations_outside_scope",
    title="Learning {recommendations} outside the scope",
    definition="Learning {recommendations} made by the day about a {referral} outside the scope. They are "
    "shown apart and never counted.",
    why_it_matters="They are owed an answer but are no part of the review's figures.",
    counts="{recommendations} outside the scope",
    numerator=Spell(begins=pl.col("made_on"), where=~IN_SCOPE),
)
