"""The subjects that figures count, and the history each is counted over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

import polars as pl

from data.schema import identity
from data.terms import Terms
from metrics.histories import (
    cases,
    disclosures,
    enquiries,
    failures,
    investigated,
    people,
    rechecks,
    recommendations,
    referrals,
    reviews,
    staffing,
)
from metrics.histories.periods_known import Tables
from metrics.metric import AnyMetric, Subject

# Taken when this is imported: read later, it could be of code that a server under way does not run yet.
EDITION: Final = sha256(
    b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
).hexdigest()[:12]
"""Edition of the code that makes the histories."""


Build = Callable[[Tables], pl.LazyFrame]
Judged = Callable[[Tables, Terms], pl.LazyFrame]


@dataclass(frozen=True, eq=False)
class History:
    """How one subject's history is made.

    of: what makes it from the tables' row versions, in a review with given terms of reference. table: without
    which it is empty. parts: other tables, by the columns of the history that come from them.
    """

    of: Callable[[Terms], Build]
    table: str
    parts: Mapping[str, str] = field(default_factory=dict[str, str])


def _always(build: Build) -> Callable[[Terms], Build]:
    """Make a history the same way whatever the terms of reference."""
    return lambda _terms: build


def _by_terms(build: Judged) -> Callable[[Terms], Build]:
    return lambda terms: lambda tables: build(tables, terms)


def _failures(tables: Tables, terms: Terms) -> pl.LazyFrame:
    return failures.failures(tables, terms.partition)


HISTORIES: dict[Subject, History] = {
    "cases": History(
        _always(cases.cases),
        "applications",
        {
            "assessed_on": "risk_assessments",
            "graded_on": "risk_assessments",
            "sent_on": "risk_assessments",
            "allocated_on": "reviews",
            "completed_on": "reviews",
            "failed_on": "failures",
        },
    ),
    "failures": History(_by_terms(_failures), "failures", {"referred_on": "referral_failures"}),
    "referrals": History(
        _always(referrals.referrals),
        "referrals",
        {"status": "referral_events", "failures": "referral_failures"},
    ),
    "investigated": History(_always(investigated.investigated), "people_investigated"),
    "recommendations": History(_by_terms(recommendations.recommendations), "recommendations"),
    "people": History(_always(people.people), "people_to_contact", {"state": "contact_states"}),
    "attempts": History(_always(people.attempts), "contact_attempts"),
    "staffing": History(_always(staffing.staffing), "staffing"),
    "second_looks": History(_always(rechecks.second_looks), "reviews"),
    "sample_checks": History(_always(rechecks.sample_checks), "reviews", {"assessed_on": "risk_assessments"}),
    "reviews": History(_always(reviews.reviews), "reviews"),
    "enquiries": History(_always(enquiries.enquiries), "enquiries"),
    "disclosures": History(_by_terms(disclosures.disclosures), "applications"),
}


def identity_of(subject: Subject) -> str:
    """Return the column that names one thing of a subject, however many rows it has.

    A week's staff are a number of people: what grows or shrinks from week to week is the team.
    """
    own = {"staffing": "team", "people": people.CONTACT, "sample_checks": "application_ref"}
    return own.get(subject) or identity(HISTORIES[subject].table)


def tables_of(metric: AnyMetric) -> set[str]:
    """Return the tables without which a figure cannot be told."""
    history = HISTORIES[metric.subject]
    return {history.table} | {history.parts[each] for each in metric.columns if each in history.parts}
