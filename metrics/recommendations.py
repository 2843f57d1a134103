"""The oversight body's learning recommendations: made, answered, due and overdue."""

import datetime as dt

import polars as pl

from metrics.metric import Metric, Spell
from metrics.progress import IN_SCOPE, both

SOON_DAYS = 14
SOON = pl.duration(days=SOON_DAYS)
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


def standing_on(known: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Return how each recommendation made by a day stood on it, those due first at the top.

    known: rows of their history as known on one day. `standing` says whether it is answered, due or overdue;
    `days` are those left until its answer is due, fewer than none when it is overdue, null once answered.
    An answer of a later day is none yet.
    """
    answered = pl.col("responded_on") <= day
    left = (pl.col("due_on") - pl.lit(day)).dt.total_days()
    standing = (
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
            standing=standing,
            days=pl.when(~answered.fill_null(value=False)).then(left),
            responded_on=pl.when(answered).then("responded_on"),
        )
        .sort(pl.col("days").is_null(), "due_on", "recommendation_ref")
    )
