"""Whether cases are received, open and closed, for how long, and what was found: figures of every review."""

from functools import partial

import polars as pl

from metrics.metric import Duration, Metric, in_scope

CLOSED = Metric(
    name="closed",
    title="{Cases} {closed}",
    definition="{Cases} in scope that were {closed} by the day.",
    why_it_matters="It is the work done.",
    numerator=in_scope("received_on", "ended_on"),
    dated_by="ended_on",
    better="higher",
)
OPEN = Metric(
    name="open_cases",
    title="{Cases} {open}",
    definition="{Cases} in scope that had been received and were not {closed} by the day.",
    why_it_matters="Each waits for an end.",
    numerator=in_scope("received_on", until="ended_on"),
    better="lower",
)
_age = partial(
    Duration,
    why_it_matters="The longer a case is {open}, the longer somebody waits.",
    counts="{cases} {open}",
    out_of="{cases} {open}",
    stage=OPEN.numerator,
    better="lower",
)
AGE = _age(
    name="open_age",
    title="Days {open} so far",
    definition="Median days since receipt of the {cases} that are {open} on the day.",
    still=0.5,
)
LONG_AGE = _age(
    name="open_age_90",
    title="Days {open} so far, nine in ten",
    definition="Of the {cases} that are {open} on the day, nine in ten have been for so many days or fewer.",
    still=0.9,
)
LONGEST_AGE = _age(
    name="open_age_longest",
    title="Days {open} so far, the longest",
    definition="Days since receipt of the {case} that has been {open} longest on the day.",
    still=1.0,
)
DAYS_TO_CLOSE = Duration(
    name="days_to_close",
    title="Days until {closed}",
    definition="Median days from receiving a {case} until it was {closed}. Those still {open} count as "
    "{open} (Kaplan-Meier).",
    why_it_matters="It is how long half of all {cases} take.",
    counts="{cases} {closed}",
    out_of="{cases} received",
    stage=OPEN.numerator,
    better="lower",
)
ADVERSE = Metric(
    name="adverse",
    title="{Cases} with {findings}",
    definition="{Cases} in scope with one of the {findings} or more, decided by the day.",
    why_it_matters="Each is a {case} in which something went wrong.",
    numerator=in_scope("received_on", "adverse_on"),
    better="lower",
)
SHARE_ADVERSE = Metric(
    name="share_adverse",
    title="Share of {cases} with {findings}",
    definition="{Cases} with {findings}, out of the {cases} {closed} by the day.",
    why_it_matters="It says how often something went wrong, so groups of different size compare.",
    counts="{cases} with {findings}",
    out_of="{cases} {closed}",
    numerator=in_scope("received_on", "ended_on", "adverse_on"),
    denominator=CLOSED.numerator,
    dated_by="ended_on",
    chance=True,
    better="lower",
)

_findings = partial(Metric, subject="findings", owner="Review team")

DECIDED = _findings(
    name="findings_decided",
    title="Findings decided",
    definition="Final findings on {cases} in scope, or on their allegations, that were decided by the day.",
    why_it_matters="Each settles whether something went wrong.",
    numerator=in_scope("decided_on"),
)
OVERTURNED = _findings(
    name="findings_overturned",
    title="Share of findings overturned",
    definition="Final findings that differ from the finding recommended, out of those with both by the day.",
    why_it_matters="It says how often the first judgement did not stand.",
    counts="findings that differ from the one recommended",
    out_of="findings that had been recommended",
    numerator=in_scope("decided_on", where=pl.col("recommended") != pl.col("final")),
    denominator=in_scope("decided_on", where=pl.col("recommended").is_not_null()),
    chance=True,
)
