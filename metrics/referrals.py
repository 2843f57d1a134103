"""Matters sent to the oversight body."""

import polars as pl

from metrics.metric import Metric, Spell
from metrics.progress import IN_SCOPE

ENDED = ("closed", "discontinued", "withdrawn")

REFERRALS = Metric(
    name="referrals",
    title="Referrals to the oversight body",
    definition="Matters in the scope of the review that had been referred to the oversight body by the day.",
    why_it_matters="A referral puts a matter before somebody independent of the body under review.",
    subject="referrals",
    counts="referrals in scope",
    numerator=Spell(begins=pl.col("referred_on"), where=IN_SCOPE & pl.col("first")),
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
    numerator=Spell(
        begins=pl.col("from_on"),
        ends=pl.col("until_on"),
        where=IN_SCOPE & ~pl.col("status").is_in(list(ENDED)),
    ),
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
    numerator=Spell(begins=pl.col("referred_on"), where=~IN_SCOPE & pl.col("first")),
    dated_by="referred_on",
    unit="referrals",
    better="neither",
    owner="Professional standards",
)

REFERRED = (REFERRALS, OPEN_REFERRALS, REFERRALS_OUTSIDE_SCOPE)
