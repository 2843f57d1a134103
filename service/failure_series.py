"""The series of failures that can be watched for a change, each with its process limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from charts.control_chart import Subject
from data.formatting import written_count
from metrics.chance.between import Between, between, rare, told_whole, whole_periods
from metrics.chance.control import Control, counts, shares
from metrics.chance.steady_rate import LEAST_EVENTS
from service.view import View

EVERY = {"week": "1w", "month": "1mo"}
BETWEEN = "Detailed reviews between failures"
HARM = "failures_with_harm"


@dataclass(frozen=True, kw_only=True)
class Watched:
    """One series that can be watched.

    needs: the figures it is made from. counts: the figure whose events are watched.
    subject: what its chart speaks of, by a view and a period.
    make: the series with its limits, by a view, a period and how many of the first points they come from;
        None where there are too few points. by_period: whether a point is a period, and not a failure.
    """

    needs: tuple[str, ...]
    counts: str
    subject: Callable[[View, str], Subject]
    make: Callable[[View, str, int | None], Control | None]
    by_period: bool = True


def too_few(view: View, name: str) -> str | None:
    """Say that a figure counts too few to tell chance from change; None where it does not.

    Every block of the page asks this first, so that none gives a verdict where another says too few.
    """
    found = int(view.figure(name).numerator)
    if found >= LEAST_EVENTS:
        return None
    events = "failures with harm" if name == HARM else "failures"
    so_far = f"{'there is' if found == 1 else 'there are'} {written_count(found) if found else 'none'}"
    return f"too few {events} to tell chance from change: that needs {LEAST_EVENTS}, and {so_far}."


def gaps(view: View, name: str) -> Between:
    """Return the detailed reviews completed between the failures that a figure counts."""
    return between(view.result(name, every="1d"), view.result("completed", every="1d"))


def _between(name: str, title: str) -> Watched:
    events = "failures with harm" if name == HARM else "failures"
    subject = Subject(
        title=title, unit="failure", what="Reviews since the one before", events=events, centre="median"
    )

    def titled(view: View, every: str) -> Subject:
        del view, every
        return subject

    def made(view: View, every: str, first: int | None) -> Control | None:
        del every
        return rare(gaps(view, name), first)

    return Watched(needs=(name, "completed"), counts=name, subject=titled, make=made, by_period=False)


def _of_shares(view: View, every: str) -> Subject:
    title = f"{view.metric('failure_rate_reviewed').title} by {every} of review"
    return Subject(title=title, unit=every, what="Share with a failure", share=True)


def _shares(view: View, every: str, first: int | None) -> Control | None:
    found = view.result("failure_rate_reviewed", every=EVERY[every])
    return shares(told_whole(found, view.clocks.as_at, EVERY[every]), first)


def _of_counts(view: View, every: str) -> Subject:
    return Subject(title=f"{view.metric('failures').title} by {every}", unit=every, what="Failures")


def _counts(view: View, every: str, first: int | None) -> Control | None:
    found = view.result("failures", every=EVERY[every])
    return counts(
        whole_periods(found, view.source.terms.began_on, view.clocks.known_until, EVERY[every]), first
    )


WATCHED: Mapping[str, Watched] = {
    BETWEEN: _between("failures", BETWEEN),
    f"{BETWEEN} with harm": _between(HARM, f"{BETWEEN} with harm"),
    "Share of detailed reviews with a failure": Watched(
        needs=("failure_rate_reviewed",), counts="failures", subject=_of_shares, make=_shares
    ),
    "Failures found": Watched(needs=("failures",), counts="failures", subject=_of_counts, make=_counts),
}
