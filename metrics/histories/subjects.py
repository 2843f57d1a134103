"""The subjects that figures count, and the history each is counted over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Final

import polars as pl

from data.schema import identity
from data.terms import Terms
from metrics.histories import cases
from metrics.histories.cases import CONTACT, NOT_SAFE
from metrics.histories.periods_known import Tables
from metrics.metric import AnyMetric, Subject

# Taken when this is imported: read later, it could be of code that a server under way does not run yet.
EDITION: Final = sha256(
    b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
).hexdigest()[:12]  # edition of the code that makes the histories


@dataclass(frozen=True, eq=False)
class History:
    """parts: columns of the history that come from other tables, by their names."""

    make: Callable[[Terms], Callable[[Tables], pl.LazyFrame]]
    table: str  # without which it is empty
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    always: tuple[pl.Expr, ...] = ()  # what holds of each row
    usual: tuple[pl.Expr, ...] = ()  # the same, where no day is out of order
    optional: tuple[str, ...] = ()  # columns that a register may lack: a figure of them needs one value

    def of(self, terms: Terms) -> Callable[[Tables], pl.LazyFrame]:
        """Return what makes it from the row versions of the tables; `force` is whose register they are."""
        rows, force = self.make(terms), pl.lit(terms.body, pl.Enum([terms.body]))
        return lambda tables: rows(tables).with_columns(force=force)


def _in_order(*days: str) -> tuple[pl.Expr, ...]:
    """Each only after the one before it has happened."""
    return tuple(
        pl.col(later).is_null() | (pl.col(earlier) <= pl.col(later)).fill_null(value=False)
        for earlier, later in pairwise(days)
    )


_ASSESSED, _REVIEWED = ("assessed_on", "graded_on", "sent_on"), ("allocated_on", "completed_on")
HISTORIES: dict[Subject, History] = {
    "cases": History(
        lambda terms: partial(cases.cases_decided, terms=terms),
        "applications",
        {"risk_assessments": _ASSESSED, "reviews": _REVIEWED, "failures": ("failed_on",)},
        always=(
            *_in_order("received_on", "opened_on"),
            *_in_order("assessed_on", "graded_on"),
            pl.col("earlier_grades").is_not_null() | pl.col("graded_on").eq_missing(pl.col("assessed_on")),
            pl.col("grade").is_null() == pl.col("graded_on").is_null(),
            *_in_order("assessed_on", "sent_on"),
        ),
        usual=(
            *_in_order("received_on", "assessed_on"),
            *_in_order("opened_on", "assessed_on"),
            *_in_order("sent_on", "allocated_on", "completed_on"),
        ),
        optional=("ended_on", "adverse_on"),
    ),
    "findings": History(
        lambda terms: partial(cases.findings, terms=terms),
        "findings",
        optional=("decided_on", "recommended", "final_on", "officer_ref", "investigator_ref"),
    ),
    "failures": History(
        lambda terms: partial(cases.failures, partition=terms.partition),
        "failures",
        {"referral_failures": ("referred_on",)},
    ),
    "referrals": History(
        lambda _: cases.referrals,
        "referrals",
        {"referral_events": ("status",), "referral_failures": ("failures",)},
    ),
    "investigated": History(lambda _: cases.investigated, "people_investigated"),
    "recommendations": History(
        lambda terms: partial(cases.recommendations, terms=terms),
        "recommendations",
        always=_in_order("made_on", "due_on"),
        usual=_in_order("made_on", "responded_on"),
    ),
    "people": History(
        lambda _: cases.people,
        "people_to_contact",
        {"contact_states": ("state",)},
        always=_in_order("identified_on", "from_on", "until_on"),
        usual=(pl.col("state").eq_missing(pl.lit(NOT_SAFE)) == pl.col("unsafe_reason").is_not_null(),),
    ),
    "attempts": History(lambda _: cases.attempts, "contact_attempts"),
    "staffing": History(lambda _: cases.staffing, "staffing"),
    "second_looks": History(lambda terms: partial(cases.second_looks, terms=terms), "reviews"),
    "sample_checks": History(
        lambda terms: partial(cases.sample_checks, terms=terms),
        "reviews",
        {"risk_assessments": ("assessed_on",)},
    ),
    "reviews": History(lambda _: cases.reviews, "reviews", usual=_in_order("allocated_on", "completed_on")),
    "enquiries": History(
        lambda terms: partial(cases.enquiries, terms=terms),
        "enquiries",
        always=_in_order("received_on", "due_on", "overdue_from"),
        usual=_in_order("received_on", "answered_on"),
    ),
    "disclosures": History(
        lambda terms: partial(cases.disclosures, terms=terms),
        "applications",
        always=_in_order("received_on", "settled_on", "disclosed_on"),
        optional=("settled_on", "disclosed_on"),
    ),
}


def identity_of(subject: Subject) -> str:
    """One thing, however many rows it has; of a week's staff the team, which grows or shrinks."""
    own = {"staffing": "team", "people": CONTACT, "sample_checks": "application_ref"}
    return own.get(subject) or identity(HISTORIES[subject].table)


def tables_of(metric: AnyMetric) -> set[str]:
    history = HISTORIES[metric.subject]
    others = {table for table, columns in history.parts.items() if metric.columns.intersection(columns)}
    return {history.table} | others
