"""The steps that a release goes through, and the state in which they leave it at a moment.

A state is never written down: it follows from the steps and the moment. So an embargo ends in the
second it names, whether or not anybody is there.
"""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple


class Step(StrEnum):
    """What somebody did with a release."""

    DRAFTED = "drafted"
    EDITED = "edited"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"
    ENTERED = "entered"


class State(StrEnum):
    """What a release is at a moment."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    PUBLISHED = "published"
    AMENDED = "amended by a new version"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"


OPEN: Final = (Step.DRAFTED, Step.EDITED, Step.RETURNED, Step.RECALLED)
"""Steps after which a release is a draft."""

FOLLOWS: Final[dict[Step, tuple[Step, ...]]] = {
    Step.EDITED: (*OPEN, Step.ABANDONED),
    Step.SUBMITTED: OPEN,
    Step.ABANDONED: OPEN,
    Step.RETURNED: (Step.SUBMITTED,),
    Step.APPROVED: (Step.SUBMITTED,),
    Step.RECALLED: (Step.APPROVED,),
    Step.WITHDRAWN: (Step.APPROVED, Step.ENTERED),
}
"""After which steps each may come; the others begin a release."""

BEGIN: Final = (Step.DRAFTED, Step.ENTERED)
REASONED: Final = (Step.RETURNED, Step.RECALLED, Step.WITHDRAWN, Step.ABANDONED)
"""Steps that need a reason."""

AUTHORED: Final = (Step.DRAFTED, Step.EDITED, Step.SUBMITTED)
"""Steps by which somebody becomes an author, and cannot approve."""


class Taken(NamedTuple):
    """One step that was taken: its number in its release, its moment in UTC, who, in which role, why.

    frozen: digest of what was submitted or approved. published_at: from when it is public.
    """

    step: int
    at: str
    kind: Step
    who: str
    role: str
    reason: str
    frozen: str | None
    published_at: str | None


def written_moment(moment: dt.datetime) -> str:
    """Write a moment as the steps keep it: UTC, to the microsecond, always as long.

    Raises:
        ValueError: it has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is no moment")
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def state_at(steps: Sequence[Taken], moment: dt.datetime) -> State:
    """State of a release at a moment, as if no later version of it were public."""
    last = steps[-1]
    match last.kind:
        case Step.DRAFTED | Step.EDITED | Step.RETURNED | Step.RECALLED:
            return State.DRAFT
        case Step.SUBMITTED:
            return State.IN_REVIEW
        case Step.APPROVED | Step.ENTERED:
            public = (last.published_at or "") <= written_moment(moment)
            return State.PUBLISHED if public else State.APPROVED
        case Step.WITHDRAWN:
            return State.WITHDRAWN
        case Step.ABANDONED:
            return State.ABANDONED


def authors_of(steps: Sequence[Taken]) -> frozenset[str]:
    """Everybody who wrote any part of a release, as the database compares them: without capitals."""
    return frozenset(each.who.casefold() for each in steps if each.kind in AUTHORED)
