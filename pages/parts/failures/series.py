"""The series of failures that can be watched for a change, each with its process limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from charts.control import Subject
from metrics.chance.between import Between, between, rare
from metrics.chance.control import Control, individuals, shares
from metrics.chance.periods import whole_periods
from pages.parts.source import View

EVERY = {"week": "1w", "month": "1mo"}
BETWEEN = "Detailed reviews between failures"


@dataclass(frozen=True, kw_only=True)
class Watched:
    """One series that can be watched.

    needs: the figures it is made from. subject: what its chart speaks of, by a view and a period.
    make: the series with its limits, by a view, a period and how many of the first points they come from;
        None where there are too few points. by_period: whether a point is a period, and not a failure.
    """

    needs: tuple[str, ...]
    subject: Callable[[View, str], Subject]
    make: Callable[[View, str, int | None], Control | None]
    by_period: bool = True


def gaps(view: View, name: str) -> Between:
    """Return the detailed reviews completed between the failures that a figure counts."""
    return between(view.result(name, every="1d"), view.result("completed", every="1d"))


def _between(name: str, title: str) -> Watched:
    subject = Subject(title=title, unit="failure", what="Reviews since the one before", centre="median")

    def titled(view: View, every: str) -> Subject:
        del view, every
        return subject

    def made(view: View, every: str, first: int | None) -> Control | None:
        del every
        return rare(gaps(view, name), first)

    return Watched(needs=(name, "completed"), subject=titled, make=made, by_period=False)


def _of_shares(view: View, every: str) -> Subject:
    title = f"{view.metric('failure_rate_reviewed').title} by {every} of review"
    return Subject(title=title, unit=every, what="Share with a failure", share=True)


def _shares(view: View, every: str, first: int | None) -> Control | None:
    found = view.result("failure_rate_reviewed", every=EVERY[every])
    return shares(found.filter(pl.col("denominator") > 0), first)


def _of_counts(view: View, every: str) -> Subject:
    return Subject(title=f"{view.metric('failures').title} by {every}", unit=every, what="Failures")


def _counts(view: View, every: str, first: int | None) -> Control | None:
    found = view.result("failures", every=EVERY[every])
    return individuals(
        whole_periods(found, view.source.terms.began_on, view.clocks.known_until, EVERY[every]), first
    )


WATCHED: Mapping[str, Watched] = {
    BETWEEN: _between("failures", BETWEEN),
    f"{BETWEEN} with harm": _between("failures_with_harm", f"{BETWEEN} with harm"),
    "Share of detailed reviews with a failure": Watched(
        needs=("failure_rate_reviewed",), subject=_of_shares, make=_shares
    ),
    "Failures found": Watched(needs=("failures",), subject=_of_counts, make=_counts),
}
