"""What needs a decision: matters that wait, from their figures to one sentence each.

Each is said as at a day and as known on one, with how many, since when and how many days. Nothing is
graded: what is counted either waits or does not.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from data.formatting import counted, written_count, written_day
from metrics.ages import Ages
from metrics.commitments import Promise

STALE_AFTER: Final = dt.timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A kind of thing that waits for somebody's decision.

    figure: what counts it. one, many: its sentence, of one and of more, to be filled with `count`, `since`
    and `days`; `Grade` and `cases` are this review's words.
    """

    name: str
    title: str
    figure: str
    one: str
    many: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One thing that needs a decision, as at one day.

    figure, where: the figure whose rows it is about, and the values they have; no figure if it has no rows.
    since: the first day on which one of them began to wait. promise: the commitment that is not kept or at
    risk, whose rows are those of the whole review on the day by which it is judged.
    """

    kind: str
    title: str
    sentence: str
    count: int
    since: dt.date | None
    figure: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    promise: Promise | None = None


HARM = Matter(
    name="harm",
    title="Harm without a referral",
    figure="harm_not_referred",
    one="{count} failure with harm has no referral: it was found on {since}, {days}.",
    many="{count} failures with harm have no referral: the first was found on {since}, {days}.",
)
OVERDUE = Matter(
    name="overdue",
    title="Recommendation overdue",
    figure="recommendations_overdue",
    one="{count} learning recommendation has not been answered: it was due on {since}, {days}.",
    many="{count} learning recommendations have not been answered: the first was due on {since}, {days}.",
)
DUE = Matter(
    name="due",
    title="Recommendation due",
    figure="recommendations_due",
    one="{count} learning recommendation is to be answered by {since}, {days}.",
    many="{count} learning recommendations are to be answered within 14 days, the first by {since}, {days}.",
)
SILENT = Matter(
    name="silent",
    title="Referral without an event",
    figure="silent_referrals",
    one="{count} open referral has had no event for 28 days: its last was on {since}, {days}.",
    many="{count} open referrals have had no event for 28 days: the longest wait began on {since}, {days}.",
)
HIGH_GRADE = Matter(
    name="high grade",
    title="High grade waiting",
    figure="backlog",
    one="{count} {case} graded {grade} waits for its detailed review to be completed, since {since}, {days}.",
    many="{count} {cases} graded {grade} wait for their detailed reviews to be completed, the longest since "
    "{since}, {days}.",
)
LOOK_AGAIN = Matter(
    name="look again",
    title="Not safe to contact: look again",
    figure="people_to_look_at_again",
    one="{count} decision that contact is not safe or appropriate is to be looked at again: its day was "
    "{since}, {days}.",
    many="{count} decisions that contact is not safe or appropriate are to be looked at again: the first day "
    "was {since}, {days}.",
)
MATTERS = (HARM, OVERDUE, DUE, SILENT, HIGH_GRADE, LOOK_AGAIN)
"""Matters that the register can tell, gravest first."""

COMMITMENT, STALE = "commitment", "stale data"


def waiting(
    matter: Matter,
    found: Ages,
    as_at: dt.date,
    words: Mapping[str, str] | None = None,
    where: tuple[tuple[str, str], ...] = (),
) -> Decision | None:
    """Return what is to be decided of one kind of matter; None where nothing of it waits.

    words: what fills a sentence besides its numbers.
    """
    if found.count == 0 or found.since is None:
        return None
    sentence = (matter.one if found.count == 1 else matter.many).format(
        count=written_count(found.count),
        since=written_day(found.since),
        days=apart(found.since, as_at),
        **(words or {}),
    )
    return Decision(
        kind=matter.name,
        title=matter.title,
        sentence=sentence,
        count=found.count,
        since=found.since,
        figure=matter.figure,
        where=where,
    )


def stale(last_load: dt.date | None, day: dt.date) -> Decision | None:
    """Return that the register is to be loaded, where the last load is more than 14 days before a day."""
    if last_load is None or day - last_load <= STALE_AFTER:
        return None
    sentence = (
        f"The register was last loaded on {written_day(last_load)}, {apart(last_load, day)}: what has "
        "happened since is in no figure."
    )
    return Decision(kind=STALE, title="Old data", sentence=sentence, count=1, since=last_load)


def apart(day: dt.date, as_at: dt.date) -> str:
    """Write how far a day is from the day the figures speak of: "14 days earlier", "in 12 days"."""
    days = (as_at - day).days
    if days == 0:
        return "the day of these figures"
    return f"{counted(days, 'day', 'days')} earlier" if days > 0 else f"in {counted(-days, 'day', 'days')}"
