"""Whether the review's own work can be relied on: second looks, and sample checks of what was not sent on."""

import polars as pl

from metrics.evaluate import figure
from metrics.histories.rechecks import UPHELD
from metrics.metric import Metric, Spell
from metrics.progress import IN_SCOPE, both

_looked = both("first_completed_on", "completed_on")
_drawn = IN_SCOPE & pl.col("unsent")
_checked = ("received_on", "assessed_on", "checked_on")

SECOND_LOOKS = Metric(
    name="second_looks",
    title="Second looks completed",
    definition="Second reviews completed by the day, of {cases} in scope whose first detailed review had "
    "been completed by then.",
    why_it_matters="A second look by somebody else says whether the first can be relied on.",
    subject="second_looks",
    counts="second looks completed",
    numerator=Spell(begins=_looked, where=IN_SCOPE),
    dated_by="completed_on",
    unit="second looks",
    better="neither",
    owner="Review team",
)
SECOND_LOOKS_UNDER_WAY = Metric(
    name="second_looks_under_way",
    title="Second looks under way",
    definition="Second reviews allocated and not completed by the day, of {cases} in scope whose first "
    "detailed review had been completed by then.",
    why_it_matters="Until it is complete, nobody knows whether the first outcome stands.",
    subject="second_looks",
    counts="second looks under way",
    numerator=Spell(
        begins=both("first_completed_on", "allocated_on"), ends=pl.col("completed_on"), where=IN_SCOPE
    ),
    dated_by="allocated_on",
    unit="second looks",
    better="neither",
    owner="Review team",
)
OVERTURNED = Metric(
    name="overturned",
    title="Share of first outcomes overturned",
    definition="Second looks completed by the day whose outcome differs from that of the first detailed "
    "review, whichever of the two found a failure, out of the second looks completed.",
    why_it_matters="It says how often a first outcome that nobody looked at again may be wrong.",
    subject="second_looks",
    counts="outcomes overturned",
    out_of="second looks completed",
    numerator=Spell(begins=_looked, where=IN_SCOPE & (pl.col("verdict") != UPHELD)),
    denominator=SECOND_LOOKS.numerator,
    dated_by="completed_on",
    chance=True,
    unit="share",
    better="lower",
    owner="Review team",
)
NOT_SENT_ON = Metric(
    name="not_sent_on",
    title="{Cases} not sent on",
    definition="{Cases} in scope that had been risk assessed, and not sent on to a detailed review, by the "
    "day.",
    why_it_matters="A failure in one of them is found only if somebody looks again.",
    subject="cases",
    counts="{cases} not sent on",
    numerator=Spell(begins=both("received_on", "assessed_on"), ends=pl.col("sent_on"), where=IN_SCOPE),
    dated_by="assessed_on",
    unit="{cases}",
    better="neither",
    owner="Review team",
)
SAMPLE_CHECKS = Metric(
    name="sample_checks",
    title="Sample checks completed",
    definition="{Cases} in scope that had been risk assessed, were not sent on when they were drawn, and "
    "whose sample check had been completed by the day; each once, however often it was drawn.",
    why_it_matters="The sample speaks for all that were not sent on, and that nobody reviews.",
    subject="sample_checks",
    counts="{cases} checked",
    numerator=Spell(begins=both(*_checked), where=_drawn),
    dated_by="checked_on",
    unit="{cases}",
    better="higher",
    owner="Review team",
)
SAMPLE_FAILURES = Metric(
    name="sample_failures",
    title="Sample checks that found a failure",
    definition="{Cases} of the sample checks completed in which such a check had found a failure by the day.",
    why_it_matters="Each is a failure that the risk assessment did not see.",
    subject="sample_checks",
    counts="{cases} checked with a failure",
    numerator=Spell(begins=both(*_checked, "missed_on"), where=_drawn),
    dated_by="missed_on",
    unit="{cases}",
    better="lower",
    owner="Review team",
)
SAMPLE_SENT_ON = Metric(
    name="sample_sent_on",
    title="{Cases} sent on after their sample check",
    definition="{Cases} of the sample checks completed that had been sent on to a detailed review by the "
    "day, which they had not been when they were drawn.",
    why_it_matters="They stay part of what the sample speaks for, although they are sent on now.",
    subject="sample_checks",
    counts="{cases} checked and sent on since",
    numerator=Spell(begins=both(*_checked, "sent_on"), where=_drawn),
    dated_by="sent_on",
    unit="{cases}",
    better="neither",
    owner="Review team",
)

SHARE_CHECKED = Metric(
    name="share_checked",
    title="Share of {cases} not sent on that were checked",
    definition="{Cases} in scope checked by sample by the day, out of those that had been risk assessed and "
    "were not sent on, or only after their sample check.",
    why_it_matters="A sample that leaves some kinds of {cases} out does not speak for them.",
    subject="sample_checks",
    counts="{cases} checked",
    out_of="{cases} not sent on when drawn",
    numerator=SAMPLE_CHECKS.numerator,
    denominator=NOT_SENT_ON.numerator,
    dated_by="checked_on",
    chance=True,
    unit="share",
    better="neither",
    owner="Review team",
)
"""Counted over two subjects, and so put together by `drawn` and not by `evaluate`."""

ASSURED = (
    SECOND_LOOKS, SECOND_LOOKS_UNDER_WAY, OVERTURNED,
    NOT_SENT_ON, SAMPLE_CHECKS, SAMPLE_FAILURES, SAMPLE_SENT_ON,
)  # fmt: skip


def drawn(checks: pl.DataFrame, sent_since: pl.DataFrame, unsent: pl.DataFrame) -> pl.DataFrame:
    """Return how many of those that the sample speaks for were checked, by one dimension or in all.

    checks, sent_since, unsent: SAMPLE_CHECKS, SAMPLE_SENT_ON and NOT_SENT_ON as `evaluate` returned them,
    all by the same dimension. Returns SHARE_CHECKED by it; groups with nobody in them are left out.
    """
    keys = checks.columns[: checks.columns.index("numerator")]
    parts = {"checked": checks, "sent": sent_since, "unsent": unsent}
    counts = [each.select(*keys, pl.col("numerator").alias(name)) for name, each in parts.items()]
    joined = counts[0]
    for each in counts[1:]:
        joined = (
            joined.join(each, on=keys, how="full", coalesce=True, nulls_equal=True)
            if keys
            else pl.concat([joined, each], how="horizontal")
        )
    filled = joined.with_columns(pl.col(*parts).fill_null(0))
    sums = filled.select(
        *keys,
        pl.col("checked").alias("share_checked.numerator"),
        (pl.col("unsent") + pl.col("sent")).alias("share_checked.denominator"),
    ).filter(pl.col("share_checked.denominator") > 0)
    return figure(SHARE_CHECKED, sums.sort(keys, nulls_last=True) if keys else sums, keys)
