"""The review team: its work, its staff, and whether its outcomes can be relied on."""

from functools import partial

import polars as pl

from metrics.evaluate import figure
from metrics.histories.team import UPHELD
from metrics.metric import IN_SCOPE, Duration, Metric, Spell, both, in_scope

_reviews = partial(Metric, subject="reviews")

REVIEWS_DONE = _reviews(
    name="reviews_done",
    title="Reviews of every kind completed",
    definition="First and second detailed reviews and sample checks completed by the day, each counted "
    "once, whether or not the case is in scope.",
    why_it_matters="It is the work that the team has done; first detailed reviews alone would hide a part.",
    numerator=Spell(begins=pl.col("completed_on")),
    better="higher",
)
REVIEWS_IN_HAND = _reviews(
    name="reviews_in_hand",
    title="Reviews of every kind in hand",
    definition="First and second detailed reviews and sample checks allocated by the day and not completed "
    "by then.",
    why_it_matters="It is what the team is working on; much more in hand than is completed in a few weeks "
    "is a queue.",
    numerator=Spell(begins=pl.col("allocated_on"), ends=pl.col("completed_on")),
)
DAYS_PER_REVIEW = Duration(
    subject="reviews",
    name="days_per_review",
    title="Days from allocation to completion",
    definition="Median days from a review of any kind being allocated to its completion, with those still "
    "under way counted as under way (Kaplan-Meier).",
    why_it_matters="It says how long a team takes over a review, and so how long what it holds will take.",
    counts="reviews of every kind completed",
    out_of="reviews of every kind allocated",
    stage=Spell(begins=pl.col("allocated_on"), ends=pl.col("completed_on")),
    better="lower",
)


_staff = partial(Metric, subject="staffing")

HEADCOUNT = _staff(
    name="headcount",
    title="Staff in the review team",
    definition="People in the review team, all teams together: of each team the latest week recorded "
    "that had begun by the day, unless it began four weeks before or earlier.",
    why_it_matters="It is what the review has to work with, and what the body has promised to keep up.",
    counts="people in the review team",
    numerator=Spell(begins=pl.col("week_on"), ends=pl.col("until_on"), weight=pl.col("headcount")),
)

FULL_TIME_EQUIVALENTS = _staff(
    name="full_time_equivalents",
    title="Full-time equivalents in the review team",
    definition="Full-time equivalents in the review team, all teams together, to the hundredth: of each team "
    "the latest week recorded that had begun by the day, unless it began four weeks before or earlier.",
    why_it_matters="It is the working time that the review has: ten people for half of theirs are five.",
    # Registers keep halves and tenths, which do not add up exactly; hundredths as whole numbers do.
    numerator=Spell(
        begins=pl.col("week_on"),
        ends=pl.col("until_on"),
        weight=(pl.col("full_time_equivalent") * 100).round().cast(pl.Int64),
    ),
    parts=100,
    unit="full-time equivalents",
)


_looked = both("first_completed_on", "completed_on")
_drawn = IN_SCOPE & pl.col("unsent")
_checked = ("received_on", "assessed_on", "checked_on")

_second_looks = partial(Metric, subject="second_looks")
_checks = partial(Metric, subject="sample_checks")

SECOND_LOOKS = _second_looks(
    name="second_looks",
    title="Second looks completed",
    definition="Second reviews completed by the day, of {cases} in scope whose first detailed review had "
    "been completed by then.",
    why_it_matters="A second look by somebody else says whether the first can be relied on.",
    numerator=Spell(begins=_looked, where=IN_SCOPE),
)
SECOND_LOOKS_UNDER_WAY = _second_looks(
    name="second_looks_under_way",
    title="Second looks under way",
    definition="Second reviews allocated and not completed by the day, of {cases} in scope whose first "
    "detailed review had been completed by then.",
    why_it_matters="Until it is complete, nobody knows whether the first outcome stands.",
    numerator=in_scope("first_completed_on", "allocated_on", until="completed_on"),
)
OVERTURNED = _second_looks(
    name="overturned",
    title="Share of first outcomes overturned",
    definition="Second looks completed by the day whose outcome differs from that of the first detailed "
    "review, whichever of the two found a failure, out of the second looks completed.",
    why_it_matters="It says how often a first outcome that nobody looked at again may be wrong.",
    counts="outcomes overturned",
    out_of="second looks completed",
    numerator=Spell(begins=_looked, where=IN_SCOPE & (pl.col("verdict") != UPHELD)),
    denominator=SECOND_LOOKS.numerator,
    chance=True,
    better="lower",
)
NOT_SENT_ON = Metric(
    name="not_sent_on",
    title="{Cases} not sent on",
    definition="{Cases} in scope that had been risk assessed, and not sent on to a detailed review, by the "
    "day.",
    why_it_matters="A failure in one of them is found only if somebody looks again.",
    numerator=in_scope("received_on", "assessed_on", until="sent_on"),
)
SAMPLE_CHECKS = _checks(
    name="sample_checks",
    title="Sample checks completed",
    definition="{Cases} in scope that had been risk assessed, were not sent on when they were drawn, and "
    "whose sample check had been completed by the day; each once, however often it was drawn.",
    why_it_matters="The sample speaks for all that were not sent on, and that nobody reviews.",
    counts="{cases} checked",
    numerator=Spell(begins=both(*_checked), where=_drawn),
    better="higher",
)
SAMPLE_FAILURES = _checks(
    name="sample_failures",
    title="Sample checks that found a failure",
    definition="{Cases} of the sample checks completed in which such a check had found a failure by the day.",
    why_it_matters="Each is a failure that the risk assessment did not see.",
    counts="{cases} checked with a failure",
    numerator=Spell(begins=both(*_checked, "missed_on"), where=_drawn),
    better="lower",
)
SAMPLE_SENT_ON = _checks(
    name="sample_sent_on",
    title="{Cases} sent on after their sample check",
    definition="{Cases} of the sample checks completed that had been sent on to a detailed review by the "
    "day, which they had not been when they were drawn.",
    why_it_matters="They stay part of what the sample speaks for, although they are sent on now.",
    counts="{cases} checked and sent on since",
    numerator=Spell(begins=both(*_checked, "sent_on"), where=_drawn),
)

SHARE_CHECKED = _checks(
    name="share_checked",
    title="Share of {cases} not sent on that were checked",
    definition="{Cases} in scope checked by sample by the day, out of those that had been risk assessed and "
    "were not sent on, or only after their sample check.",
    why_it_matters="A sample that leaves some kinds of {cases} out does not speak for them.",
    counts="{cases} checked",
    out_of="{cases} not sent on when drawn",
    numerator=SAMPLE_CHECKS.numerator,
    denominator=NOT_SENT_ON.numerator,
    dated_by="checked_on",
    chance=True,
)  # counted over two subjects, and so put together by `drawn` and not by `evaluate`


def drawn(checks: pl.DataFrame, sent_since: pl.DataFrame, unsent: pl.DataFrame) -> pl.DataFrame:
    """checks, sent_since, unsent: SAMPLE_CHECKS, SAMPLE_SENT_ON and NOT_SENT_ON as `evaluate` returned them,
    all by the same dimension. Returns SHARE_CHECKED by it; groups with nobody in them are left out.
    """
    keys = checks.columns[: checks.columns.index("numerator")]
    parts = {"checked": checks, "sent": sent_since, "unsent": unsent}
    counts = pl.concat(
        [rows.select(*keys, pl.col("numerator").alias(name)) for name, rows in parts.items()], how="diagonal"
    )
    totals = pl.col(*parts).sum()
    summed = counts.group_by(keys).agg(totals).sort(keys, nulls_last=True) if keys else counts.select(totals)
    sums = summed.select(
        *keys,
        pl.col("checked").alias("share_checked.numerator"),
        (pl.col("unsent") + pl.col("sent")).alias("share_checked.denominator"),
    )
    return figure(SHARE_CHECKED, sums.filter(pl.col("share_checked.denominator") > 0), keys)


FIGURES = (
    REVIEWS_DONE, REVIEWS_IN_HAND, DAYS_PER_REVIEW, HEADCOUNT, FULL_TIME_EQUIVALENTS, SECOND_LOOKS,
    SECOND_LOOKS_UNDER_WAY, OVERTURNED, NOT_SENT_ON, SAMPLE_CHECKS, SAMPLE_FAILURES, SAMPLE_SENT_ON,
)  # fmt: skip
