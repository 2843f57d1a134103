"""The people in the review team."""

import polars as pl

from metrics.metric import Metric, Spell

WEEK = pl.duration(days=7)

HEADCOUNT = Metric(
    name="headcount",
    title="Staff in the review team",
    definition="People in the review team in the week of the day, all teams together.",
    why_it_matters="It is what the review has to work with, and what the body has promised to keep up.",
    subject="staffing",
    counts="people in the review team",
    numerator=Spell(
        begins=pl.col("week_on"),
        ends=pl.col("week_on") + WEEK,
        weight=pl.col("headcount"),
    ),
    dated_by="week_on",
    unit="people",
    better="neither",
    owner="Review team",
)

STAFFED = (HEADCOUNT,)
