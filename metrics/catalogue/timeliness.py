"""How soon enquiries are answered and applications were handled, and the table that requests ask for."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from metrics.as_at import Clocks, known
from metrics.catalogue.review import POPULATION
from metrics.dimensions import ROUTE, YEAR, Dimension
from metrics.evaluate import evaluate_all
from metrics.metric import IN_SCOPE, Duration, Metric, Spell, in_scope

_in_time = pl.col("answered_on") <= pl.col("due_on")

_enquiries = partial(Metric, subject="enquiries", dated_by="received_on")

ENQUIRIES = _enquiries(
    name="enquiries",
    title="{Enquiries} received",
    definition="Messages to the dedicated inbox that had arrived by the day.",
    why_it_matters="It says how many people the review has reached or worried.",
    numerator=Spell(begins=pl.col("received_on")),
)
ENQUIRIES_ANSWERED = _enquiries(
    name="enquiries_answered",
    title="{Enquiries} answered",
    definition="Messages to the dedicated inbox that had been answered by the day.",
    why_it_matters="Each is a person who has heard back.",
    numerator=Spell(begins=pl.col("answered_on")),
    dated_by="answered_on",
    better="higher",
)
ENQUIRIES_OPEN = _enquiries(
    name="enquiries_open",
    title="{Enquiries} waiting for an answer",
    definition="Messages to the dedicated inbox that had arrived but not been answered by the day.",
    why_it_matters="Each is a person who waits, perhaps to hear whether they are at risk.",
    counts="{enquiries} not yet answered",
    numerator=Spell(begins=pl.col("received_on"), ends=pl.col("answered_on")),
    better="lower",
)
ENQUIRIES_OVERDUE = _enquiries(
    name="enquiries_overdue",
    title="{Enquiries} past their {answer_day}",
    definition="Messages to the dedicated inbox not answered by the day and past their {answer_day}. "
    "Bank holidays of England and Wales are left out.",
    why_it_matters="They have waited longer than promised.",
    numerator=Spell(begins=pl.col("overdue_from"), ends=pl.col("answered_on")),
    better="lower",
)
ENQUIRIES_LATE = _enquiries(
    name="enquiries_late",
    title="{Enquiries} not answered within {answer_within}",
    definition="Messages to the dedicated inbox due by the day and not answered within {answer_within} of "
    "arriving. Some were answered later. Bank holidays of England and Wales are left out.",
    why_it_matters="Each is a person who waited longer than promised, even if they have since heard.",
    counts="{enquiries} not answered in time",
    numerator=Spell(begins=pl.col("due_on"), where=~_in_time.fill_null(value=False)),
    better="lower",
)
ANSWERED_IN_TIME = _enquiries(
    name="answered_in_time",
    title="Share answered within {answer_within}",
    definition="{Enquiries} answered within {answer_within} of arriving, out of all due by the day. Bank "
    "holidays of England and Wales are left out.",
    why_it_matters="It says whether people hear back when promised.",
    counts="{enquiries} answered in time",
    out_of="{enquiries} due",
    numerator=Spell(begins=pl.col("due_on"), where=_in_time),
    denominator=Spell(begins=pl.col("due_on")),
    dated_by="received_on",
    chance=True,
    better="higher",
)
DAYS_TO_ANSWER = Duration(
    subject="enquiries",
    name="days_to_answer",
    title="Days to an answer",
    definition="Median days from an {enquiry}'s arrival to its answer. Those still waiting count as waiting "
    "(Kaplan-Meier).",
    why_it_matters="It is how long half of those who write must wait.",
    counts="{enquiries} answered",
    out_of="{enquiries} received",
    stage=Spell(begins=pl.col("received_on"), ends=pl.col("answered_on")),
    better="lower",
)


days_taken = (pl.col("disclosed_on") - pl.col("received_on")).dt.total_days()
"""Days from receipt to disclosure."""

_disclosed = in_scope("received_on", "disclosed_on")
_judged = IN_SCOPE & pl.col("due_on").is_not_null()
_late = pl.col("disclosed_on") > pl.col("due_on")

_disclosures = partial(Metric, subject="disclosures")

DISCLOSED = _disclosures(
    name="disclosed",
    title="Disclosures made",
    definition="{Cases} in scope in which a disclosure had been made by the day.",
    why_it_matters="It is what the scheme is for: somebody at risk learns of it.",
    counts="{cases} with a disclosure",
    numerator=_disclosed,
)
SHARE_DISCLOSED = _disclosures(
    name="share_disclosed",
    title="Share of decided {cases} with a disclosure",
    definition="{Cases} in scope with a disclosure made by the day, out of those decided by then.",
    why_it_matters="It says how often those who ask receive a disclosure.",
    counts="{cases} with a disclosure",
    out_of="{cases} decided",
    numerator=_disclosed,
    denominator=in_scope("received_on", "settled_on"),
    dated_by="received_on",
    chance=True,
)
UNDECIDED = _disclosures(
    name="undecided",
    title="{Cases} with no decision",
    definition="{Cases} in scope received by the day with no decision known by then.",
    why_it_matters="They are counted apart, because nobody has had an answer.",
    numerator=in_scope("received_on", until="settled_on"),
    better="lower",
)
DISCLOSED_LATE = _disclosures(
    name="disclosed_late",
    title="Disclosures after the limit",
    definition="{Cases} in scope with a disclosure made by the day, but after the scheme's limit. The "
    "limit is the one in force when the {case} was received.",
    why_it_matters="Until it was made, somebody who should have known did not.",
    counts="{cases} disclosed after the limit",
    numerator=Spell(begins=_disclosed.begins, where=IN_SCOPE & _late),
    better="lower",
)
DISCLOSED_IN_TIME = _disclosures(
    name="disclosed_in_time",
    title="Share of disclosures within the limit",
    definition="Disclosures made by the day within the scheme's limit, out of all disclosures made. The "
    "limit is the one in force when the {case} was received.",
    why_it_matters="It says how often the scheme met its own limit.",
    counts="{cases} disclosed within the limit",
    out_of="{cases} with a disclosure",
    numerator=Spell(begins=_disclosed.begins, where=_judged & ~_late),
    denominator=Spell(begins=_disclosed.begins, where=_judged),
    dated_by="received_on",
    chance=True,
    better="higher",
)
DAYS_TO_DECISION = Duration(
    subject="disclosures",
    name="days_to_decision",
    title="Days to a decision",
    definition="Median days from a {case} being received to its decision. Those without a known decision "
    "count as undecided (Kaplan-Meier).",
    why_it_matters="It is how long half of those who asked had to wait.",
    counts="{cases} decided",
    out_of="{cases} received",
    stage=in_scope("received_on", until="settled_on"),
    better="lower",
)


def disclosed_after(days: int) -> Metric:
    return _disclosures(
        name=f"disclosed_after_{days}",
        title=f"Disclosures after {days} days",
        definition="{Cases} in scope with a disclosure made by the day, more than "
        f"{days} days after the {{case}} was received.",
        why_it_matters="Requests for information ask for it by name.",
        counts=f"{{cases}} disclosed after {days} days",
        numerator=in_scope("received_on", "disclosed_on", where=days_taken > days),
        dated_by="disclosed_on",
        better="lower",
    )


# Subtotals stand after what they sum: each route by year, each route, all routes by year, all.
MARGINS: tuple[tuple[Dimension, ...], ...] = ((ROUTE, YEAR), (ROUTE,), (YEAR,), ())
RECEIVED = replace(POPULATION, name="received", subject="disclosures", listed=False)
"""The population, counted over the same rows as the rest of the table."""


def requests(rows: pl.LazyFrame, clocks: Clocks, limits: Sequence[int]) -> pl.DataFrame:
    """Returns `route, year` (null: all of them), `received, undecided, decided, disclosed, share_disclosed`
    (of those decided), `judged, in_time, share_in_time` (by the limit in force on the day of receipt),
    `after_<days>` for each of `limits`, and `longest`, in days. No row where none was received.
    """
    seen = known(rows, clocks.known_at).collect().lazy()
    whole = pl.concat([_part(seen, clocks, limits, by) for by in MARGINS], how="diagonal")
    return whole.filter(pl.col("received") > 0).sort("route", "year", nulls_last=True)


def _part(seen: pl.LazyFrame, clocks: Clocks, limits: Sequence[int], by: Sequence[Dimension]) -> pl.DataFrame:
    later = {metric.name: metric for metric in map(disclosed_after, limits)}
    counted = [RECEIVED, UNDECIDED, SHARE_DISCLOSED, DISCLOSED_IN_TIME, *later.values()]
    figures = evaluate_all(counted, seen, clocks, by=by)
    disclosed, in_time = figures[SHARE_DISCLOSED.name], figures[DISCLOSED_IN_TIME.name]
    columns = {
        "received": figures[RECEIVED.name]["numerator"],
        "undecided": figures[UNDECIDED.name]["numerator"],
        "decided": disclosed["denominator"],
        "disclosed": disclosed["numerator"],
        "share_disclosed": disclosed["value"],
        "judged": in_time["denominator"],
        "in_time": in_time["numerator"],
        "share_in_time": in_time["value"],
        **{name.removeprefix("disclosed_"): figures[name]["numerator"] for name in later},
    }
    longest = days_taken.filter(RECEIVED.numerator.where & (pl.col("disclosed_on") <= clocks.as_at)).max()
    if not by:
        return pl.DataFrame(columns).with_columns(seen.select(longest=longest).collect())
    keys = {dimension.name: dimension.value(clocks.as_at) for dimension in by}
    most = seen.group_by([value.alias(name) for name, value in keys.items()]).agg(longest=longest).collect()
    counts = figures[RECEIVED.name].select(*keys).with_columns(**columns)
    return counts.join(most, on=list(keys), how="left", nulls_equal=True)
