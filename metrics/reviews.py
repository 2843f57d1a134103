"""The work of the review team: reviews of every kind, by the team that holds them."""

import polars as pl

from metrics.metric import Duration, Metric, Spell

REVIEWS_DONE = Metric(
    name="reviews_done",
    title="Reviews of every kind completed",
    definition="First and second detailed reviews and sample checks completed by the day, each counted "
    "once, whether or not the case is in scope.",
    why_it_matters="It is the work that the team has done; first detailed reviews alone would hide a part.",
    subject="reviews",
    counts="reviews of every kind completed",
    numerator=Spell(begins=pl.col("completed_on")),
    dated_by="completed_on",
    unit="reviews",
    better="higher",
    owner="Review team",
)
REVIEWS_IN_HAND = Metric(
    name="reviews_in_hand",
    title="Reviews of every kind in hand",
    definition="First and second detailed reviews and sample checks allocated by the day and not completed "
    "by then.",
    why_it_matters="It is what the team is working on; much more in hand than is completed in a few weeks "
    "is a queue.",
    subject="reviews",
    counts="reviews of every kind in hand",
    numerator=Spell(begins=pl.col("allocated_on"), ends=pl.col("completed_on")),
    dated_by="allocated_on",
    unit="reviews",
    better="neither",
    owner="Review team",
)
DAYS_PER_REVIEW = Duration(
    name="days_per_review",
    title="Days from allocation to completion",
    definition="Median days from a review of any kind being allocated to its completion, with those still "
    "under way counted as under way (Kaplan-Meier).",
    why_it_matters="It says how long a team takes over a review, and so how long what it holds will take.",
    subject="reviews",
    counts="reviews of every kind completed",
    out_of="reviews of every kind allocated",
    stage=Spell(begins=pl.col("allocated_on"), ends=pl.col("completed_on")),
    dated_by="allocated_on",
    unit="days",
    better="lower",
    owner="Review team",
)

REVIEWED = (REVIEWS_DONE, REVIEWS_IN_HAND, DAYS_PER_REVIEW)
