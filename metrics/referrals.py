"""Matters sent to the oversight body, what they are about, and who is investigated."""

import polars as pl

from metrics.histories.referrals import ENDED
from metrics.metric import Metric, Spell
from metrics.progress import IN_SCOPE, both

SILENT = pl.duration(days=28)

_open = IN_SCOPE & ~pl.col("status").is_in(ENDED)


def _standing(where: pl.Expr) -> Spell:
    """Spell of the status in which a referral is on a day: one for each, once it has been made."""
    return Spell(begins=pl.max_horizontal("from_on", "referred_on"), ends=pl.col("until_on"), where=where)


REFERRALS = Metric(
    name="referrals",
    title="Referrals to the oversight body",
    definition="Matters in the scope of the review that had been referred to the oversight body by the day.",
    why_it_matters="A referral puts a matter before somebody independent of the body under review.",
    subject="referrals",
    counts="referrals in scope",
    numerator=_standing(IN_SCOPE),
    dated_by="referred_on",
    unit="referrals",
    better="neither",
    owner="Professional standards",
)
OPEN_REFERRALS = Metric(
    name="open_referrals",
    title="Referrals open",
    definition="Referrals in scope whose status on the day was not closed, discontinued or withdrawn.",
    why_it_matters="An open referral is a matter that is not settled.",
    subject="referrals",
    counts="referrals in scope that are open",
    numerator=_standing(_open),
    dated_by="referred_on",
    unit="referrals",
    better="neither",
    owner="Professional standards",
)
SILENT_REFERRALS = Metric(
    name="silent_referrals",
    title="Referrals open without an event for 28 days",
    definition="Referrals in scope open on the day, of which the register held no step in the 28 days up "
    "to it.",
    why_it_matters="Either nothing has happened, or nobody has written down what has: both need asking.",
    subject="referrals",
    counts="open referrals without an event for 28 days",
    numerator=Spell(
        begins=pl.max_horizontal("from_on", "referred_on") + SILENT, ends=pl.col("until_on"), where=_open
    ),
    dated_by="from_on",
    unit="referrals",
    better="lower",
    owner="Professional standards",
)
WITHOUT_FAILURE = Metric(
    name="referrals_without_failure",
    title="Referrals about no single failure",
    definition="Matters in scope referred by the day that the register links to no failure.",
    why_it_matters="Referrals are no part of the failures: some are about a person, or the body itself.",
    subject="referrals",
    counts="referrals about no single failure",
    numerator=_standing(IN_SCOPE & (pl.col("failures") == 0)),
    dated_by="referred_on",
    unit="referrals",
    better="neither",
    owner="Professional standards",
)
REFERRALS_OUTSIDE_SCOPE = Metric(
    name="referrals_outside_scope",
    title="Referrals outside the scope",
    definition="Referrals recorded that are outside the terms of reference: shown apart, never counted.",
    why_it_matters="Earlier and later matters are kept so that a chain of referrals can be followed.",
    subject="referrals",
    counts="referrals outside the scope",
    numerator=_standing(~IN_SCOPE),
    dated_by="referred_on",
    unit="referrals",
    better="neither",
    owner="Professional standards",
)
FAILURES_REFERRED = Metric(
    name="failures_referred",
    title="Failures referred",
    definition="Failures in scope, found by the day, that a referral made by the day is about.",
    why_it_matters="It is what a promise to refer failures is held against.",
    subject="failures",
    counts="failures with a referral",
    numerator=Spell(begins=both("found_on", "referred_on"), where=IN_SCOPE),
    dated_by="found_on",
    unit="failures",
    better="neither",
    owner="Professional standards",
)
FAILURES_NOT_REFERRED = Metric(
    name="failures_not_referred",
    title="Failures without a referral",
    definition="Failures in scope, found by the day, that no referral made by the day is about.",
    why_it_matters="It is what a promise to refer every failure still owes.",
    subject="failures",
    counts="failures without a referral",
    numerator=Spell(begins=pl.col("found_on"), ends=pl.col("referred_on"), where=IN_SCOPE),
    dated_by="found_on",
    unit="failures",
    better="neither",
    owner="Professional standards",
)
HARM_NOT_REFERRED = Metric(
    name="harm_not_referred",
    title="Failures with harm and no referral",
    definition="Failures in scope with harm, found by the day, that no referral made by the day is about.",
    why_it_matters="Each is expected to be referred to the oversight body.",
    subject="failures",
    counts="failures with harm and no referral",
    numerator=Spell(begins=pl.col("found_on"), ends=pl.col("referred_on"), where=IN_SCOPE & pl.col("harm")),
    dated_by="found_on",
    unit="failures",
    better="lower",
    owner="Professional standards",
)
INVESTIGATED = Metric(
    name="people_investigated",
    title="People under investigation",
    definition="People recorded as under investigation in a referral in scope that had been made by the day, "
    "each counted once, until the last of those referrals has ended.",
    why_it_matters="Each is a member of staff whose duties must be settled while the matter is looked into.",
    subject="investigated",
    counts="people under investigation",
    numerator=Spell(begins=pl.col("from_on"), ends=pl.min_horizontal("until_on", "ended_on"), where=IN_SCOPE),
    dated_by="begun_on",
    unit="people",
    better="neither",
    owner="Professional standards",
)

REFERRED = (
    REFERRALS,
    OPEN_REFERRALS,
    SILENT_REFERRALS,
    WITHOUT_FAILURE,
    REFERRALS_OUTSIDE_SCOPE,
    FAILURES_REFERRED,
    FAILURES_NOT_REFERRED,
    HARM_NOT_REFERRED,
    INVESTIGATED,
)
