"""How the applications under review were handled when they were made: decided, disclosed, and how soon."""

import polars as pl

from metrics.metric import Duration, Metric, Spell
from metrics.progress import IN_SCOPE, both

days_taken = (pl.col("disclosed_on") - pl.col("received_on")).dt.total_days()
"""Days from receipt to disclosure."""

_disclosed = Spell(begins=both("received_on", "disclosed_on"), where=IN_SCOPE)
_judged = IN_SCOPE & pl.col("due_on").is_not_null()
_late = pl.col("disclosed_on") > pl.col("due_on")

DISCLOSED = Metric(
    name="disclosed",
    title="Disclosures made",
    definition="{Cases} in scope in which a disclosure had been made by the day.",
    why_it_matters="It is what the scheme is for: somebody at risk was told.",
    subject="disclosures",
    counts="{cases} with a disclosure",
    numerator=_disclosed,
    dated_by="disclosed_on",
    unit="{cases}",
    better="neither",
    owner="Disclosure unit",
)
SHARE_DISCLOSED = Metric(
    name="share_disclosed",
    title="Share of decided {cases} with a disclosure",
    definition="{Cases} in scope in which a disclosure had been made by the day, out of those decided by "
    "then.",
    why_it_matters="It says how often those who ask are told something.",
    subject="disclosures",
    counts="{cases} with a disclosure",
    out_of="{cases} decided",
    numerator=_disclosed,
    denominator=Spell(begins=both("received_on", "settled_on"), where=IN_SCOPE),
    dated_by="received_on",
    chance=True,
    unit="share",
    better="neither",
    owner="Disclosure unit",
)
UNDECIDED = Metric(
    name="undecided",
    title="{Cases} with no decision",
    definition="{Cases} in scope received by the day of which no decision is known to have been made by "
    "then.",
    why_it_matters="They are counted apart: nobody was told, and nobody was told no.",
    subject="disclosures",
    counts="{cases} with no decision",
    numerator=Spell(begins=pl.col("received_on"), ends=pl.col("settled_on"), where=IN_SCOPE),
    dated_by="received_on",
    unit="{cases}",
    better="lower",
    owner="Disclosure unit",
)
DISCLOSED_LATE = Metric(
    name="disclosed_late",
    title="Disclosures after the limit",
    definition="{Cases} in scope in which a disclosure had been made by the day, but after the scheme's "
    "limit on the whole process in force on the day the {case} was received.",
    why_it_matters="Until it was made, somebody who should have known did not.",
    subject="disclosures",
    counts="{cases} disclosed after the limit",
    numerator=Spell(begins=_disclosed.begins, where=IN_SCOPE & _late),
    dated_by="disclosed_on",
    unit="{cases}",
    better="lower",
    owner="Disclosure unit",
)
DISCLOSED_IN_TIME = Metric(
    name="disclosed_in_time",
    title="Share of disclosures within the limit",
    definition="Disclosures made by the day within the scheme's limit on the whole process, each judged by "
    "the limit in force on the day the {case} was received, out of the disclosures made.",
    why_it_matters="It says how often the scheme kept its own promise.",
    subject="disclosures",
    counts="{cases} disclosed within the limit",
    out_of="{cases} with a disclosure",
    numerator=Spell(begins=_disclosed.begins, where=_judged & ~_late),
    denominator=Spell(begins=_disclosed.begins, where=_judged),
    dated_by="received_on",
    chance=True,
    unit="share",
    better="higher",
    owner="Disclosure unit",
)
DAYS_TO_DECISION = Duration(
    name="days_to_decision",
    title="Days to a decision",
    definition="Median days from a {case} being received to its being decided, with those of which no "
    "decision is known counted as undecided (Kaplan-Meier).",
    why_it_matters="It is how long half of those who asked had to wait.",
    subject="disclosures",
    counts="{cases} decided",
    out_of="{cases} received",
    stage=Spell(begins=pl.col("received_on"), ends=pl.col("settled_on"), where=IN_SCOPE),
    dated_by="received_on",
    unit="days",
    better="lower",
    owner="Disclosure unit",
)


def disclosed_after(days: int) -> Metric:
    """Return the figure of disclosures made after more than so many days, whatever limit was in force."""
    return Metric(
        name=f"disclosed_after_{days}",
        title=f"Disclosures after {days} days",
        definition="{Cases} in scope in which a disclosure had been made by the day, and more than "
        f"{days} days after the {{case}} was received.",
        why_it_matters="Requests for information ask for it by name.",
        subject="disclosures",
        counts=f"{{cases}} disclosed after {days} days",
        numerator=Spell(begins=both("received_on", "disclosed_on"), where=IN_SCOPE & (days_taken > days)),
        dated_by="disclosed_on",
        unit="{cases}",
        better="lower",
        owner="Disclosure unit",
    )


TIMELY = (
    DISCLOSED, SHARE_DISCLOSED, UNDECIDED, DISCLOSED_LATE, DISCLOSED_IN_TIME, DAYS_TO_DECISION,
)  # fmt: skip
