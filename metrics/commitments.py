"""What was promised in public, held against the figures: kept, not kept, or not to be judged from them."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from data.formatting import counted, written_count, written_day
from metrics.as_at import Clocks


class Standing(StrEnum):
    """How a commitment stands on a day."""

    KEPT = "kept"
    SO_FAR = "kept so far"
    NOT_DUE = "not due yet"
    AT_RISK = "at risk"
    NOT_KEPT = "not kept"
    UNKNOWN = "no measure set"
    NOT_JUDGED = "not judged"
    WITHDRAWN = "withdrawn"


NEEDS_A_DECISION = (Standing.AT_RISK, Standing.NOT_KEPT)
# Below an even chance of keeping it, somebody must decide: more staff, or another day.
EVEN = 0.5
OWED = {
    "refer all failures": ("failures_not_referred",),
    "finish by a day": ("backlog", "not_assessed"),
    "answer enquiries": ("enquiries_overdue", "enquiries_late"),
}
"""Figures whose rows a kind of promise still owes, the first of which that has any being meant."""
NO_FINISH = (0.0, "there is no finish in sight at the recent pace")


@dataclass(frozen=True)
class Promise:
    ref: str
    made_on: dt.date
    kind: str
    words: str
    due_on: dt.date | None
    withdrawn_on: dt.date | None

    def judged_on(self, as_at: dt.date) -> dt.date:
        """Day by which it is judged: the day of the figures, or the day it was due if that was earlier."""
        return as_at if self.due_on is None else min(as_at, self.due_on)


@dataclass(frozen=True)
class Held:
    """A commitment held against the figures: how it stands, and the sentence that says by which."""

    promise: Promise
    standing: Standing
    figures: str

    @property
    def needs_a_decision(self) -> bool:
        """Whether somebody must decide what to do about it."""
        return self.standing in NEEDS_A_DECISION


def refer_all(found: int, referred: int, referrals: int) -> tuple[Standing, str]:
    if found == 0:
        return Standing.SO_FAR, "No failure has been found."
    have = "has" if referred == 1 else "have"
    figures = (
        f"{written_count(referred)} of {counted(found, 'failure', 'failures')} {have} a referral; there "
        f"{'is' if referrals == 1 else 'are'} {counted(referrals, 'referral', 'referrals')} in all."
    )
    return (Standing.SO_FAR if referred == found else Standing.NOT_KEPT), figures


def finish(
    promise: Promise, as_at: dt.date, left: tuple[int, int], chance: tuple[float, str] | None, cases: str
) -> tuple[Standing, str]:
    """Judge the promise to finish by a day, by what remains on it, or before it by the chance forecast.

    left: cases that waited for a risk assessment, and for their detailed review, on the day by which it is
    judged. chance: of finishing in time as forecast, and in words; None if there is no forecast, and nought
    in `NO_FINISH` if none is in sight.
    """
    day = written_day(promise.judged_on(as_at))
    unassessed, outstanding = left
    if unassessed == 0 and outstanding == 0:
        return Standing.KEPT, f"No {cases} wait for a risk assessment or a detailed review on {day}."
    remain = (
        f"{written_count(unassessed)} {cases} wait to be risk assessed and {written_count(outstanding)} for "
        f"their detailed review on {day}"
    )
    if promise.due_on is not None and as_at >= promise.due_on:
        return Standing.NOT_KEPT, f"{remain}."
    if chance is None:
        return Standing.NOT_DUE, f"{remain}; too little is known to forecast the finish."
    share, said = chance
    ahead = said if chance == NO_FINISH else f"the chance of finishing in time is {said}"
    return (Standing.AT_RISK if share < EVEN else Standing.NOT_DUE), f"{remain}; {ahead}."


def keep_staffing(
    promise: Promise, as_at: dt.date, then: int, now: int, outstanding: int
) -> tuple[Standing, str]:
    day = written_day(promise.judged_on(as_at))
    figures = (
        f"{counted(then, 'person', 'people')} in the review team when it was made, {written_count(now)} on "
        f"{day}, with {written_count(outstanding)} detailed reviews outstanding"
    )
    if now == 0 and outstanding > 0:
        return Standing.NOT_KEPT, f"{figures}."
    return Standing.UNKNOWN, f"{figures}; the register holds no level that was promised."


def answer_enquiries(due: tuple[int, int], answered: int, open_: int) -> tuple[Standing, str]:
    """Judge the promise to answer enquiries within ten working days, by those whose tenth has come.

    due: of those, how many were answered within ten, and how many there are. answered, open_: all
    enquiries that were answered, and all that were not.
    """
    in_time, judged = due
    if answered == open_ == 0:
        return Standing.SO_FAR, "No enquiry has arrived."
    if judged == 0:
        are = f"{written_count(answered) if answered else 'none'} {'are' if answered > 1 else 'is'} answered"
        return Standing.SO_FAR, f"No enquiry has reached its tenth working day; {are}."
    were = "was" if in_time == 1 else "were"
    figures = (
        f"{written_count(in_time)} of {counted(judged, 'enquiry', 'enquiries')} whose tenth working day has "
        f"come {were} answered within it; "
        f"{written_count(open_) if open_ else 'none'} {'are' if open_ > 1 else 'is'} open."
    )
    return (Standing.SO_FAR if in_time == judged else Standing.NOT_KEPT), figures


def held(promise: Promise, clocks: Clocks, judged: tuple[Standing, str] | None) -> Held:
    """Return a commitment with how it stands; withdrawn, or beyond the register, if it cannot be judged.

    One is never judged on a day after the last that is known.
    """
    as_at = clocks.as_at
    if promise.withdrawn_on is not None and promise.withdrawn_on <= as_at:
        return Held(promise, Standing.WITHDRAWN, f"Withdrawn on {written_day(promise.withdrawn_on)}.")
    if clocks.ahead:
        days = f"{written_day(clocks.known_at)}, before {written_day(as_at)}"
        return Held(promise, Standing.NOT_JUDGED, f"What is known ends on {days}.")
    if judged is None:
        return Held(promise, Standing.UNKNOWN, "The register holds no figure that would tell.")
    return Held(promise, *judged)
