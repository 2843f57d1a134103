"""The people in the review team."""

import polars as pl

from metrics.metric import Metric, Spell

HEADCOUNT = Metric(
    name="headcount",
    title="Staff in the review team",
    definition="People in the review team, all teams together: of each team the latest week recorded "
    "that had begun by the day, unless it began four weeks before or earlier.",
    why_it_matters="It is what the review has to work with, and what the body has promised to keep up.",
    subject="staffing",
    counts="people in the review team",
    numerator=Spell(
        begins=pl.col("week_on"),
        ends=pl.col("until_on"),
        weight=pl.col("headcount"),
    ),
    dated_by="week_on",
    unit="people",
    better="neither",
    owner="Review team",
)

STAFFED = (HEADCOUNT,)
