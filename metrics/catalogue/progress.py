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
    why_it_matters="It is what the review has undertaken to look at; it can grow or shrink as records "
    "are checked.",
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
    why_it_matters="Each is a person whose risk has not been looked at.",
    counts="{cases} not yet risk assessed",
    numerator=in_scope("received_on", until="assessed_on"),
    better="lower",
)
SHARE_ASSESSED = Metric(
    name="share_assessed",
    title="Share of {cases} risk assessed",
    definition="{Cases} risk assessed, out of the {cases} in the review.",
    why_it_matters="It says how far the first look has come, whatever the size of the review.",
    counts="{cases} risk assessed",
    out_of="{cases} in scope",
    numerator=_assessed,
    denominator=_population,
    better="higher",
)
REVIEWS_NEEDED = Metric(
    name="sent_on",
    title="{Cases} sent on to a detailed review",
    definition="{Cases} in scope that a risk assessment had sent on to a detailed review by the day.",
    why_it_matters="It is the work that the risk assessments have made.",
    counts="{cases} sent on",
    numerator=_sent_on,
)
ALLOCATED = Metric(
    name="allocated",
    title="Detailed reviews allocated",
    definition="{Cases} sent on whose first detailed review had been allocated to a team by the day.",
    why_it_matters="A case nobody holds is not being looked at.",
    counts="{cases} sent on and allocated",
    numerator=in_scope("sent_on", "allocated_on"),
    better="higher",
)
COMPLETED = Metric(
    name="completed",
    title="Detailed reviews completed",
    definition="{Cases} sent on whose first detailed review had been completed by the day.",
    why_it_matters="It is the work done that finds failures.",
    counts="{cases} sent on and reviewed",
    numerator=_completed,
    better="higher",
)
SHARE_COMPLETED = Metric(
    name="share_completed",
    title="Share of detailed reviews completed",
    definition="{Cases} sent on and reviewed, out of the {cases} sent on.",
    why_it_matters="It says how far the detailed reviews have come.",
    counts="{cases} sent on and reviewed",
    out_of="{cases} sent on",
    numerator=_completed,
    denominator=_sent_on,
    better="higher",
)
BACKLOG = Metric(
    name="backlog",
    title="Detailed reviews outstanding",
    definition="{Cases} sent on whose first detailed review had not been completed by the day.",
    why_it_matters="It is what remains to be done.",
    counts="{cases} sent on and not yet reviewed",
    numerator=in_scope("sent_on", until="completed_on"),
    better="lower",
)
NOT_ALLOCATED = Metric(
    name="not_allocated",
    title="Detailed reviews waiting to be allocated",
    definition="{Cases} sent on whose first detailed review had not been allocated to a team by the day.",
    why_it_matters="A case thought to need a review has no one looking at it while it waits.",
    counts="{cases} sent on and not yet allocated",
    numerator=in_scope("sent_on", until="allocated_on"),
    better="lower",
)
IN_HAND = Metric(
    name="in_hand",
    title="Detailed reviews in hand",
    definition="{Cases} sent on whose first detailed review had been allocated to a team by the day and not "
    "completed by then.",
    why_it_matters="It is the work in progress: what is with somebody now.",
    counts="{cases} allocated and not yet reviewed",
    numerator=in_scope("sent_on", "allocated_on", until="completed_on"),
)
OUTSIDE_SCOPE = Metric(
    name="outside_scope",
    title="{Cases} outside the scope",
    definition="{Cases} recorded that are outside the terms of reference: shown apart, never counted.",
    why_it_matters="Matters outside the scope are recorded so that nobody takes them for part of the review.",
    numerator=Spell(begins=pl.col("received_on"), where=~IN_SCOPE),
)
DAYS_TO_ASSESSMENT = Duration(
    name="days_to_assessment",
    title="Days to risk assessment",
    definition="Median days from the review taking a case up to its first risk assessment, "
    "with those still waiting counted as waiting (Kaplan-Meier).",
    why_it_matters="Every day is a day on which a risk may go unseen.",
    counts="{cases} risk assessed",
    out_of="{cases} taken up",
    stage=in_scope("opened_on", until="assessed_on"),
    better="lower",
)
DAYS_TO_ALLOCATION = Duration(
    name="days_to_allocation",
    title="Days waiting to be allocated",
    definition="Median days from one being sent on to its detailed review being allocated, "
    "with those still waiting counted as waiting (Kaplan-Meier).",
    why_it_matters="It is time in which a case thought to need a review has no one looking at it.",
    counts="{cases} allocated",
    out_of="{cases} sent on",
    stage=in_scope("sent_on", until="allocated_on"),
    better="lower",
)
DAYS_IN_REVIEW = Duration(
    name="days_in_review",
    title="Days in detailed review",
    definition="Median days from the detailed review of a case sent on being allocated to its completion, "
    "with those still under way counted as under way (Kaplan-Meier).",
    why_it_matters="It says how long a review takes, and so how long the rest will.",
    counts="detailed reviews completed",
    out_of="detailed reviews allocated",
    stage=in_scope("sent_on", "allocated_on", until="completed_on"),
    better="lower",
)

FIGURES = (
    POPULATION, RISK_ASSESSED, NOT_ASSESSED, SHARE_ASSESSED, REVIEWS_NEEDED, ALLOCATED, COMPLETED,
    SHARE_COMPLETED, BACKLOG, NOT_ALLOCATED, IN_HAND, OUTSIDE_SCOPE, DAYS_TO_ASSESSMENT, DAYS_TO_ALLOCATION,
    DAYS_IN_REVIEW,
)  # fmt: skip
