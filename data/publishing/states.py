"""Steps of a release, its state at a moment, which follows from them, and moments by a review's clocks."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from data.errors import refusal
from data.formatting import written_day

Which = Literal["", "first", "second"]
"""Which of two moments is meant, where the clocks go back and show the same time twice."""
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?:[:.]([0-5]\d))?")


class Step(StrEnum):
    DRAFTED = "drafted"
    EDITED = "edited"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"
    ENTERED = "entered"
    CONFIRMED = "confirmed"


class State(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    PUBLISHED = "published"
    AMENDED = "amended by a new version"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"


# After these a release is a draft.
OPEN: Final = (Step.DRAFTED, Step.EDITED, Step.RETURNED, Step.RECALLED)
# After which steps each may come; what is drafted or entered begins a release as well.
FOLLOWS: Final[dict[Step, tuple[Step, ...]]] = {
    Step.EDITED: (*OPEN, Step.ABANDONED),
    Step.SUBMITTED: OPEN,
    Step.ABANDONED: (*OPEN, Step.ENTERED),
    Step.RETURNED: (Step.SUBMITTED,),
    Step.APPROVED: (Step.SUBMITTED,),
    Step.RECALLED: (Step.APPROVED,),
    Step.WITHDRAWN: (Step.APPROVED, Step.CONFIRMED),
    Step.ENTERED: (Step.ABANDONED,),
    Step.CONFIRMED: (Step.ENTERED,),
}
# Of a statement made elsewhere, and of a release of Candour's own.
TYPED: Final = (Step.ENTERED, Step.CONFIRMED, Step.ABANDONED, Step.WITHDRAWN)
COUNTED: Final = tuple(step for step in Step if step not in TYPED[:2])
# They freeze what is to be decided on.
LAID_DOWN: Final = (Step.SUBMITTED, Step.ENTERED)
# By these another person than its authors lets it be told.
DECIDED: Final = (Step.APPROVED, Step.CONFIRMED)
REASONED: Final = (Step.RETURNED, Step.RECALLED, Step.WITHDRAWN, Step.ABANDONED)
# By these somebody becomes an author, and can neither approve nor confirm.
AUTHORED: Final = (Step.DRAFTED, Step.EDITED, *LAID_DOWN)
_LEAVES: Final[dict[Step, State]] = {
    **dict.fromkeys(OPEN, State.DRAFT),
    **dict.fromkeys(LAID_DOWN, State.IN_REVIEW),
    Step.WITHDRAWN: State.WITHDRAWN,
    Step.ABANDONED: State.ABANDONED,
}


class Taken(NamedTuple):
    step: int
    at: str  # in UTC
    kind: Step
    who: str
    role: str
    reason: str
    frozen: str | None  # digest of what was laid down or decided on
    published_at: str | None
    overruled: str | None = None  # alarms, as JSON


def written_moment(moment: dt.datetime) -> str:
    """Write a moment in UTC, to the microsecond and always as long; ValueError where it has no zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is no moment")
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def state_at(steps: Sequence[Taken], moment: dt.datetime) -> State:
    last = steps[-1]
    if last.kind in DECIDED:
        return State.PUBLISHED if (last.published_at or "") <= written_moment(moment) else State.APPROVED
    return _LEAVES[last.kind]


def person(who: str) -> str:
    """Return by what one person is told from another: no capitals, no other form of the same letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", who).casefold()).strip()


def read_time(text: str) -> dt.time:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise refusal("no_time", text=text.strip()[:20])
    hour, minute, second = (int(group or 0) for group in match.groups())
    return dt.time(hour, minute, second)


def moment_of(day: dt.date, time: dt.time, zone: str, which: Which = "") -> dt.datetime:
    """Return the moment in UTC; UserError where the clocks skip it, or show it twice and `which` is empty."""
    first, second = _both(dt.datetime.combine(day, time, ZoneInfo(zone)))
    named = f"{time:%H:%M:%S} on {written_day(day)}"
    if first > second:
        raise refusal("skipped_moment", moment=named)
    if first == second:
        return first
    if not which:
        raise refusal("two_moments", moment=named)
    return first if which == "first" else second


def which_of(moment: dt.datetime, zone: str) -> Which:
    shown = local(moment, zone)
    first, second = _both(shown)
    return "" if first == second else "first" if shown.fold == 0 else "second"


def _both(moment: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    return moment.replace(fold=0).astimezone(dt.UTC), moment.replace(fold=1).astimezone(dt.UTC)


def local(moment: dt.datetime, zone: str) -> dt.datetime:
    return moment.astimezone(ZoneInfo(zone))


def spoken_moment(moment: dt.datetime, zone: str) -> str:
    """Write a moment as "09:30:00 BST on 31 March 2024": the zone tells one of two from the other."""
    shown = local(moment, zone)
    return f"{shown:%H:%M:%S %Z} on {written_day(shown.date())}"
