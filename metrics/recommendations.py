"""The oversight body's learning recommendations: made, answered, due and overdue."""

import polars as pl

from metrics.metric import Metric, Spell
from metrics.progress import IN_SCOPE, both

SOON = pl.duration(days=14)
DAY = pl.duration(days=1)

RECOMMENDATIONS = Metric(
    name="recommendations",
    title="Learning recommendations made",
    definition="Learning recommendations that the oversight body had made by the day, but for those of a "
    "referral outside the scope.",
    why_it_matters="Each says what the oversight body wants to be done differently, and is owed an answer.",
    subject="recommendations",
    counts="recommendations made",
    numerator=Spell(begins=pl.col("made_on"), where=IN_SCOPE),
    dated_by="made_on",
    unit="recommendations",
    better="neither",
    owner="Professional standards",
)
ANSWERED = Metric(
    name="recommendations_answered",
    title="Learning recommendations answered",
    definition="Learning recommendations made and answered in writing by the day.",
    why_it_matters="An answer says what will be done, and by when.",
    subject="recommendations",
    counts="recommendations answered",
    numerator=Spell(begins=both("made_on", "responded_on"), where=IN_SCOPE),
    dated_by="made_on",
    unit="recommendations",
    better="higher",
    owner="Professional standards",
)
DUE = Metric(
    name="recommendations_due",
    title="Recommendations due within 14 days",
    definition="Learning recommendations not answered by the day whose answer was due on it or within the 14 "
    "days after it. An answer is due within the days that the terms of reference allow, the day the "
    "recommendation was made being the first, or by a later day if it was extended.",
    why_it_matters="The answer is a duty with a day: there is still time to keep it.",
    subject="recommendations",
    counts="recommendations due within 14 days",
    numerator=Spell(
        begins=pl.max_horizontal("made_on", pl.col("due_on") - SOON),
        ends=pl.min_horizontal("responded_on", pl.col("due_on") + DAY),
        where=IN_SCOPE,
    ),
    dated_by="due_on",
    unit="recommendations",
    better="lower",
    owner="Professional standards",
)
OVERDUE = Metric(
    name="recommendations_overdue",
    title="Recommendations overdue",
    definition="Learning recommendations not answered by the day whose answer was due before it.",
    why_it_matters="The duty to answer has been missed.",
    subject="recommendations",
    counts="recommendations overdue",
    numerator=Spell(begins=pl.col("due_on") + DAY, ends=pl.col("responded_on"), where=IN_SCOPE),
    dated_by="due_on",
    unit="recommendations",
    better="lower",
    owner="Professional standards",
)
OUTSIDE = Metric(
    name="recommendations_outside_scope",
    title="Learning recommendations outside the scope",
    definition="Learning recommendations made by the day that arose from a referral outside the scope: shown "
    "apart, never counted.",
    why_it_matters="They are owed an answer as any other, but are no part of the review's figures.",
    subject="recommendations",
    counts="recommendations outside the scope",
    numerator=Spell(begins=pl.col("made_on"), where=~IN_SCOPE),
    dated_by="made_on",
    unit="recommendations",
    better="neither",
    owner="Professional standards",
)

RECOMMENDED = (RECOMMENDATIONS, ANSWERED, DUE, OVERDUE, OUTSIDE)
