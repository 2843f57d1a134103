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

FULL_TIME_EQUIVALENTS = Metric(
    name="full_time_equivalents",
    title="Full-time equivalents in the review team",
    definition="Full-time equivalents in the review team, all teams together, to the hundredth: of each team "
    "the latest week recorded that had begun by the day, unless it began four weeks before or earlier.",
    why_it_matters="It is the working time that the review has: ten people for half of theirs are five.",
    subject="staffing",
    counts="full-time equivalents in the review team",
    # Registers keep halves and tenths, which do not add up exactly; hundredths as whole numbers do.
    numerator=Spell(
        begins=pl.col("week_on"),
        ends=pl.col("until_on"),
        weight=(pl.col("full_time_equivalent") * 100).round().cast(pl.Int64),
    ),
    parts=100,
    dated_by="week_on",
    unit="full-time equivalents",
    better="neither",
    owner="Review team",
)

STAFFED = (HEADCOUNT, FULL_TIME_EQUIVALENTS)
