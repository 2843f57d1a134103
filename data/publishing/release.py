import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.errors import UserError
from data.publishing import states
from data.publishing.content import Draft
from data.publishing.states import State, Step, Taken, person, state_at, written_moment
from data.record import fitting

PUBLIC = (State.PUBLISHED, State.AMENDED, State.WITHDRAWN)
LONGEST_NAME = 200


@dataclass(frozen=True)
class Person:
    who: str
    role: str

    @property
    def key(self) -> str:
        return person(self.who)


@dataclass(frozen=True)
class Release:
    """draft: None for a statement made elsewhere. amended_at: from when a later version is public."""

    id: int
    number: int
    version: int
    origin: str
    steps: tuple[Taken, ...]
    draft: Draft | None
    amended_at: dt.datetime | None = None

    @property
    def name(self) -> str:
        name = f"Release {self.number}"
        return name if self.version == 1 else f"{name}, version {self.version}"

    @property
    def seen(self) -> int:
        return self.steps[-1].step

    @property
    def authors(self) -> frozenset[str]:
        return frozenset(person(step.who) for step in self.steps if step.kind in states.AUTHORED)

    @property
    def published_at(self) -> dt.datetime | None:
        named = self._decision
        return None if named is None else dt.datetime.fromisoformat(named.published_at or "")

    @property
    def approved(self) -> str | None:
        return None if self._decision is None else self._decision.frozen

    @property
    def _decision(self) -> Taken | None:
        if self.steps[-1].kind not in (*states.DECIDED, Step.WITHDRAWN):
            return None
        return next(step for step in reversed(self.steps) if step.kind in states.DECIDED)

    @property
    def ever_approved(self) -> tuple[str, ...]:
        return tuple(step.frozen for step in self.steps if step.frozen and step.kind in states.DECIDED)

    @property
    def frozen(self) -> str | None:
        return next((step.frozen for step in reversed(self.steps) if step.frozen), None)

    def state(self, moment: dt.datetime) -> State:
        state = state_at(self.steps, moment)
        amended = self.amended_at is not None and self.amended_at <= moment
        return State.AMENDED if state is State.PUBLISHED and amended else state

    def public(self, moment: dt.datetime) -> bool:
        return self.state(moment) in PUBLIC


def with_amendments(releases: Sequence[Release]) -> list[Release]:
    def amended_at(release: Release) -> dt.datetime | None:
        own = (other for other in releases if other.number == release.number)
        later = (other.published_at for other in own if other.version > release.version)
        return min((moment for moment in later if moment is not None), default=None)

    return [replace(release, amended_at=amended_at(release)) for release in releases]


def numbered(releases: Sequence[Release], amends: int | None, moment: dt.datetime) -> tuple[int, int]:
    if amends is None:
        return max((other.number for other in releases), default=0) + 1, 1
    earlier = next((other for other in releases if other.id == amends), None)
    if earlier is None or not earlier.public(moment):
        raise UserError("Only a release that is public can be amended: there is nothing to amend yet.")
    for other in releases:
        if other.number == earlier.number and other.version > earlier.version:
            raise UserError(f"{other.name} is there already: go on with that one.")
    return earlier.number, earlier.version + 1


def refuse(release: Release, kind: Step, by: Person, seen: int, moment: dt.datetime) -> None:
    if release.seen != seen:
        raise UserError(f"{release.name} has changed since you loaded this page: load it again.")
    state = release.state(moment)
    own = states.TYPED if release.origin == "elsewhere" else states.COUNTED
    if kind not in own or release.steps[-1].kind not in states.FOLLOWS.get(kind, ()):
        raise UserError(f"{release.name} is {state}, and cannot be {kind} now.")
    if kind in states.DECIDED and by.key in release.authors:
        part = "wrote part of a release cannot approve"
        whose = part if kind is Step.APPROVED else "entered a statement cannot confirm"
        raise UserError(f"Whoever {whose} it: another person must.")
    if kind is Step.RECALLED and state is not State.APPROVED:
        raise UserError(f"{release.name} is {state}: once it is public it can only be amended or withdrawn.")
    if kind is Step.WITHDRAWN and state not in (State.PUBLISHED, State.AMENDED):
        raise UserError(f"{release.name} is {state}: only what is public can be withdrawn.")


def public_from(release: Release, moment: dt.datetime) -> str:
    """Return from when a release that is approved at a moment is public: never before its embargo ends."""
    embargo = None if release.draft is None else release.draft.embargo
    return written_moment(moment if embargo is None else max(embargo, moment))


def signed(by: Person) -> Person:
    plain = unicodedata.normalize("NFC", by.who).strip()
    if not 0 < len(by.who) <= LONGEST_NAME or plain != by.who or not by.who.isprintable():
        raise UserError(
            "The name by which you sign in cannot be kept with a release: it must be one line of at most "
            f"{LONGEST_NAME} letters, without a space at either end."
        )
    return by


def reasoned(reason: str) -> str:
    return fitting(" ".join(reason.split()), "Give the reason in one line of {} to {} characters.")


def name_of(text: str) -> str:
    name = text.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise UserError(f"Name the reader as they sign in, in one line of at most {LONGEST_NAME} characters.")
    return name
