"""The steps that a release goes through, and the state in which they leave it at a moment.

A state is never written down: it follows from the steps and the moment. So an embargo ends in the
second it names, whether or not anybody is there.
"""

import datetime as dt
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple


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


OPEN: Final = (Step.DRAFTED, Step.EDITED, Step.RETURNED, Step.RECALLED)
"""Steps after which a release is a draft."""

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
"""After which steps each may come; what is drafted or entered begins a release as well."""

BEGIN: Final = (Step.DRAFTED, Step.ENTERED)
TYPED: Final = (Step.ENTERED, Step.CONFIRMED, Step.ABANDONED, Step.WITHDRAWN)
"""Steps of a statement made elsewhere."""

COUNTED: Final = tuple(step for step in Step if step not in {Step.ENTERED, Step.CONFIRMED})
"""Steps of a release of Candour's own."""

LAID_DOWN: Final = (Step.SUBMITTED, Step.ENTERED)
"""Steps that freeze what is to be decided on."""

DECIDED: Final = (Step.APPROVED, Step.CONFIRMED)
"""Steps by which another person than its authors lets it be told."""

REASONED: Final = (Step.RETURNED, Step.RECALLED, Step.WITHDRAWN, Step.ABANDONED)
"""Steps that need a reason."""

AUTHORED: Final = (Step.DRAFTED, Step.EDITED, *LAID_DOWN)
"""Steps by which somebody becomes an author, and can neither approve nor confirm."""


class Taken(NamedTuple):
    """One step that was taken: its number in its release, its moment in UTC, who, in which role, why.

    frozen: digest of what was laid down or decided on. published_at: from when it is public.
    overruled: of an approval, the alarms of the statement check that it overruled, as JSON.
    """

    step: int
    at: str
    kind: Step
    who: str
    role: str
    reason: str
    frozen: str | None
    published_at: str | None
    overruled: str | None = None


def written_moment(moment: dt.datetime) -> str:
    """Write a moment as the steps keep it: UTC, to the microsecond, always as long.

    Raises:
        ValueError: it has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is no moment")
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def state_at(steps: Sequence[Taken], moment: dt.datetime) -> State:
    last = steps[-1]
    match last.kind:
        case Step.DRAFTED | Step.EDITED | Step.RETURNED | Step.RECALLED:
            return State.DRAFT
        case Step.SUBMITTED | Step.ENTERED:
            return State.IN_REVIEW
        case Step.APPROVED | Step.CONFIRMED:
            public = (last.published_at or "") <= written_moment(moment)
            return State.PUBLISHED if public else State.APPROVED
        case Step.WITHDRAWN:
            return State.WITHDRAWN
        case Step.ABANDONED:
            return State.ABANDONED


def authors_of(steps: Sequence[Taken]) -> frozenset[str]:
    return frozenset(person(step.who) for step in steps if step.kind in AUTHORED)


def person(who: str) -> str:
    """Return by what one person is told from another: no capitals, no other form of the same letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", who).casefold()).strip()
