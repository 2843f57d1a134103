"""How far the review has come: population, risk assessments, detailed reviews, and days in each stage."""

import polars as pl

from metrics.metric import IN_SCOPE, Duration, Metric, Spell, in_scope

_population = in_scope("received_on")
_assessed = in_scope("received_on", "assessed_on")
_sent_on = in_scope("sent_on")
_completed = in_scope("sent_on", "completed_on")

POPULATION = Metric(
    name="population",
    title="{Cases} in the review",
    definition="{Cases} in the scope of the terms of reference, received by the day.",
    why_it_matters="It is what the review looks at. It can grow or shrink as records are checked.",
    counts="{cases} in scope",
    numerator=_population,
)
RISK_ASSESSED = Metric(
    name="risk_assessed",
    title="{Cases} risk assessed",
    definition="{Cases} in scope that had been given at least one risk grade by the day.",
    why_it_matters="Until a case is graded, nobody knows whether someone in it is at risk.",
    numerator=_assessed,
    better="higher",
)
NOT_ASSESSED = Metric(
    name="not_assessed",
    title="{Cases} waiting to be risk assessed",
    definition="{Cases} in scope received by the day that had not been graded by then.",
    why_it_matters="Each is a person whose risk nobody has assessed.",
    counts="{cases} not yet risk assessed",
    numerator=in_scope("received_on", until="assessed_on"),
    better="lower",
)
SHARE_ASSESSED = Metric(
    name="share_assessed",
    title="Share of {cases} risk assessed",
    definition="{Cases} risk assessed, out of the {cases} in the review.",
    why_it_matters="It says how far the first assessment has come, whatever the size of the review.",
    counts="{cases} risk assessed",
    out_of="{cases} in scope",
    numerator=_assessed,
    denominator=_population,
    better="higher",
)
REVIEWS_NEEDED = Metric(
    name="sent_on",
    title="{Cases} sent for detailed review",
    definition="{Cases} in scope that a risk assessment had sent for detailed review by the day.",
    why_it_matters="It is the work that the risk assessments have made.",
    counts="{cases} sent for detailed review",
    numerator=_sent_on,
)
ALLOCATED = Metric(
    name="allocated",
    title="Detailed reviews allocated",
    definition="{Cases} sent for detailed review whose first review had been allocated to a team by the day.",
    why_it_matters="A case nobody holds is not being looked at.",
    counts="{cases} with a review allocated",
    numerator=in_scope("sent_on", "allocated_on"),
    better="higher",
)
COMPLETED = Metric(
    name="completed",
    title="Detailed reviews completed",
    definition="{Cases} sent for detailed review whose first review had been completed by the day.",
    why_it_matters="It is the work done that finds failures.",
    counts="{cases} reviewed in detail",
    numerator=_completed,
    better="higher",
)
SHARE_COMPLETED = Metric(
    name="share_completed",
    title="Share of detailed reviews completed",
    definition="{Cases} reviewed in detail, out of the {cases} sent for detailed review.",
    why_it_matters="It says how far the detailed reviews have come.",
    counts="{cases} reviewed in detail",
    out_of="{cases} sent for detailed review",
    numerator=_completed,
    denominator=_sent_on,
    better="higher",
)
BACKLOG = Metric(
    name="backlog",
    title="Detailed reviews outstanding",
    definition="{Cases} sent for detailed review whose first review had not been completed by the day.",
    why_it_matters="It is what remains to be done.",
    counts="{cases} not yet reviewed in detail",
    numerator=in_scope("sent_on", until="completed_on"),
    better="lower",
)
NOT_ALLOCATED = Metric(
    name="not_allocated",
    title="Detailed reviews waiting to be allocated",
    definition="{Cases} sent for detailed review whose first review had not been allocated to a team by "
    "the day.",
    why_it_matters="No one is looking at a case while it waits.",
    counts="{cases} with no review allocated yet",
    numerator=in_scope("sent_on", until="allocated_on"),
    better="lower",
)
IN_HAND = Metric(
    name="in_hand",
    title="Detailed reviews in hand",
    definition="{Cases} whose first detailed review had been allocated to a team but not completed by the "
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
    title="Days to risk assessment",
    definition="Median days from the review taking up a case to its first risk assessment. Those still "
    "waiting count as waiting (Kaplan-Meier).",
    why_it_matters="Every day is a day on which a risk may go unseen.",
    counts="{cases} risk assessed",
    out_of="{cases} taken up",
    stage=in_scope("opened_on", until="assessed_on"),
    better="lower",
)
DAYS_TO_ALLOCATION = Duration(
    name="days_to_allocation",
    title="Days waiting to be allocated",
    definition="Median days from a case being sent for detailed review to its allocation. Those still "
    "waiting count as waiting (Kaplan-Meier).",
    why_it_matters="No one is looking at a case while it waits.",
    counts="{cases} allocated",
    out_of="{cases} sent for detailed review",
    stage=in_scope("sent_on", until="allocated_on"),
    better="lower",
)
DAYS_IN_REVIEW = Duration(
    name="days_in_review",
    title="Days in detailed review",
    definition="Median days from a detailed review being allocated to its completion. Those under way "
    "count as under way (Kaplan-Meier).",
    why_it_matters="It says how long a review takes, and so how long the rest will.",
    counts="detailed reviews completed",
    out_of="detailed reviews allocated",
    stage=in_scope("sent_on", "allocated_on", until="completed_on"),
    better="lower",
)
