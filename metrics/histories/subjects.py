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
    looks,
    people,
    recommendations,
    referrals,
    reviews,
    staffing,
)
from metrics.histories.stretches import Tables
from metrics.metric import AnyMetric, Subject

# Taken when this is imported: read later, it could be of code that a server under way does not run yet.
EDITION: Final = sha256(
    b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
).hexdigest()[:12]
"""Edition of the code that makes the histories."""


@dataclass(frozen=True, eq=False)
class History:
    """How one subject's history is made.

    build: from the tables' row versions and the terms of reference. table: without which it is empty.
    parts: other tables, by the columns of the history that come from them.
    """

    build: Callable[[Tables, Terms], pl.LazyFrame]
    table: str
    parts: Mapping[str, str] = field(default_factory=dict[str, str])

    def of(self, terms: Terms) -> Callable[[Tables], pl.LazyFrame]:
        """Return what makes the history in a review with these terms of reference."""
        return lambda tables: self.build(tables, terms)


def _cases(tables: Tables, terms: Terms) -> pl.LazyFrame:
    del terms
    return cases.cases(tables)


def _failures(tables: Tables, terms: Terms) -> pl.LazyFrame:
    return failures.failures(tables, terms.partition)


def _referrals(tables: Tables, terms: Terms) -> pl.LazyFrame:
    del terms
    return referrals.referrals(tables)


def _investigated(tables: Tables, terms: Terms) -> pl.LazyFrame:
    del terms
    return investigated.investigated(tables)


def _people(tables: Tables, terms: Terms) -> pl.LazyFrame:
    del terms
    return people.people(tables)


def _attempts(tables: Tables, terms: Terms) -> pl.LazyFrame:
    del terms
    return people.attempts(tables)


def _second_looks(tables: Tables, terms: Terms) -> pl.LazyFrame:
    del terms
    return looks.second_looks(tables)


def _sample_checks(tables: Tables, terms: Terms) -> pl.LazyFrame:
    del terms
    return looks.sample_checks(tables)


def _reviews(tables: Tables, terms: Terms) -> pl.LazyFrame:
    del terms
    return reviews.reviews(tables)


def _enquiries(tables: Tables, terms: Terms) -> pl.LazyFrame:
    del terms
    return enquiries.enquiries(tables)


def _staffing(tables: Tables, terms: Terms) -> pl.LazyFrame:
    del terms
    return staffing.staffing(tables)


HISTORIES: dict[Subject, History] = {
    "cases": History(
        _cases,
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
    "failures": History(_failures, "failures", {"referred_on": "referral_failures"}),
    "referrals": History(
        _referrals, "referrals", {"status": "referral_events", "failures": "referral_failures"}
    ),
    "investigated": History(_investigated, "people_investigated"),
    "recommendations": History(recommendations.recommendations, "recommendations"),
    "people": History(_people, "people_to_contact", {"state": "contact_states"}),
    "attempts": History(_attempts, "contact_attempts"),
    "staffing": History(_staffing, "staffing"),
    "second_looks": History(_second_looks, "reviews"),
    "sample_checks": History(_sample_checks, "reviews", {"assessed_on": "risk_assessments"}),
    "reviews": History(_reviews, "reviews"),
    "enquiries": History(_enquiries, "enquiries"),
    "disclosures": History(disclosures.disclosures, "applications"),
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
