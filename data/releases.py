"""Releases kept beside the ledger: drafted, reviewed by another person, frozen, public from a moment on.

Nothing here is ever changed or deleted: every step is a row, and the state follows from the rows and
the moment. What is refused here in a sentence, the database refuses too, whoever asks it. Each step is in
the record, in the same transaction.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from data.errors import UserError
from data.ledger import Ledger
from data.publishing.content import (
    ALREADY,
    Draft,
    Override,
    Published,
    ReleaseInputs,
    digest_of,
    written_overruled,
)
from data.publishing.external_statements import place, refuse_mixed, refuse_twice, refuse_unfit
from data.publishing.guards import LOOKERS, OVERRIDES
from data.publishing.release import (
    LONGEST_NAME,
    Person,
    Release,
    numbered,
    public_from,
    reasoned,
    refuse,
    signed,
)
from data.publishing.release_store import (
    Move,
    Shelf,
    moving,
    overruled_alarms,
    own_decisions,
    refuse_own_decisions,
    seen,
    valid_decisions,
)
from data.publishing.states import State, Step, person, written_moment
from data.record import Record

LONGEST_SCOPE = 1_000
_OLD = (
    "Another release was approved, or a statement confirmed, since this one was held against all that had "
    "been published: send it back and submit it again."
)


class Approved(NamedTuple):
    """What was approved or confirmed once: what it was made from, and what the public was to be told.

    public: whether the public was told it.
    """

    counted: ReleaseInputs | None
    told: Published
    public: bool


class Releases:
    def __init__(self, ledger: Ledger, record: Record, now: Callable[[], dt.datetime] | None = None) -> None:
        self._ledger = ledger
        self._record = record
        self.now = now or _now

    def all(self) -> list[Release]:
        with seen(self._ledger) as shelf:
            return shelf.all()

    def find(self, release: int) -> Release:
        with seen(self._ledger) as shelf:
            return shelf.find(release)

    def told(self, release: int) -> Published:
        with seen(self._ledger) as shelf:
            return Published.read(shelf.kept(release).told)

    def counted(self, release: int) -> ReleaseInputs | None:
        with seen(self._ledger) as shelf:
            text = shelf.kept(release).counted
        return ReleaseInputs.read(text) if text else None

    def drafted(self, by: Person, draft: Draft, *, amends: int | None = None) -> Release:
        with self._moving(by) as move:
            refuse_mixed(move, amends, "candour")
            release = move.begin(*numbered(move.all(), amends, move.moment), "candour")
            move.take(release, 1, Step.DRAFTED, draft=draft.written())
        return self.find(release)

    def edited(self, release: int, by: Person, draft: Draft, *, seen: int) -> Release:
        """Write a draft anew, or take up one that was given up; who does becomes one of its authors.

        seen: number of the last step that its author has seen.
        """
        return self._move(release, Step.EDITED, by, seen, draft=draft.written())

    def submitted(
        self, release: int, by: Person, frozen: ReleaseInputs, told: Published, *, seen: int
    ) -> Release:
        texts = frozen.written(), told.written()
        with self._moving(by) as move:
            current = move.find(release)
            refuse(current, Step.SUBMITTED, by, seen, move.moment)
            _refuse_old(move, frozen)
            _refuse_another(current, told)
            refuse_own_decisions(move, current, by)
            if not _decided(frozen.overrides, valid_decisions(move, current)):
                raise UserError(
                    "What is decided on small numbers of this release has changed: submit it again."
                )
            move.take(release, seen + 1, Step.SUBMITTED, frozen=digest_of(*texts))
            move.freeze(release, seen + 1, *texts)
        return self.find(release)

    def returned(self, release: int, by: Person, reason: str, *, seen: int) -> Release:
        return self._move(release, Step.RETURNED, by, seen, reason=reasoned(reason))

    def approved(
        self, release: int, by: Person, *, seen: int, overruled: Mapping[str, str] | None = None
    ) -> Release:
        """Approve what is in review: public from now, or from the end of its embargo.

        overruled: the reason for each alarm of the statement check that the approver takes for false. An
        alarm that is right is confirmed by sending the release back.
        """
        with self._moving(by) as move:
            current = move.find(release)
            refuse(current, Step.APPROVED, by, seen, move.moment)
            submission = move.kept(release)
            frozen = ReleaseInputs.read(submission.counted)
            _refuse_old(move, frozen)
            decided = overruled_alarms(frozen.alarms, overruled or {})
            public = public_from(current, move.moment)
            move.take(
                release,
                seen + 1,
                Step.APPROVED,
                frozen=submission.digest,
                published_at=public,
                overruled=written_overruled(decided),
            )
            for decision in decided:
                move.note(
                    f"release {release}: alarm overruled: {decision.alarm}"[:LONGEST_SCOPE], decision.reason
                )
        return self.find(release)

    def recalled(self, release: int, by: Person, reason: str, *, seen: int) -> Release:
        return self._move(release, Step.RECALLED, by, seen, reason=reasoned(reason))

    def withdrawn(self, release: int, by: Person, reason: str, *, seen: int) -> Release:
        return self._move(release, Step.WITHDRAWN, by, seen, reason=reasoned(reason))

    def abandoned(self, release: int, by: Person, reason: str, *, seen: int) -> Release:
        return self._move(release, Step.ABANDONED, by, seen, reason=reasoned(reason))

    def entered(
        self, by: Person, told: Published, published_at: dt.datetime, *, amends: int | None = None
    ) -> Release:
        """Lay down a statement that was made before Candour, or outside it; another person confirms it.

        told: with any number and version; it is given its own. amends: the statement that was entered
        wrongly, and whose place this one takes once it is confirmed.
        """
        refuse_unfit(told, published_at)
        with self._moving(by) as move:
            if published_at > move.moment:
                raise UserError(
                    "A statement is entered as published elsewhere once it is public, not before."
                )
            refuse_mixed(move, amends, "elsewhere")
            refuse_twice(move, told, written_moment(published_at))
            release, number, version, step = place(move, amends)
            text = told.model_copy(update={"number": number, "version": version}).written()
            public = written_moment(published_at)
            move.take(release, step, Step.ENTERED, frozen=digest_of("", text), published_at=public)
            move.freeze(release, step, "", text)
        return self.find(release)

    def confirmed(self, release: int, by: Person, *, seen: int) -> Release:
        with self._moving(by) as move:
            current = move.find(release)
            refuse(current, Step.CONFIRMED, by, seen, move.moment)
            submission, public = move.kept(release), current.steps[-1].published_at
            move.take(release, seen + 1, Step.CONFIRMED, frozen=submission.digest, published_at=public)
        return self.find(release)

    def let_look(self, release: int, by: Person, reader: str, reason: str, *, given: bool) -> None:
        named, why = _name(reader), reasoned(reason)
        with self._moving(by) as move:
            if move.find(release).public(move.moment):
                raise UserError("The release is public already: nobody needs to be let look at it early.")
            move.enter(LOOKERS, release, reader=person(named), given=given, reason=why)
            may = "may look early" if given else "may no longer look early"
            move.note(f"release {release}: {named} {may}", why)

    def lookers(self, release: int) -> list[dict[str, Any]]:
        with seen(self._ledger) as shelf:
            return shelf.entries(LOOKERS, release)

    def may_look(self, release: int, reader: str) -> bool:
        own = [looker for looker in self.lookers(release) if looker["reader"] == person(reader)]
        return bool(own) and bool(own[-1]["given"])

    def overridden(self, release: int, by: Person, cell: Override, *, given: bool = True) -> None:
        why = reasoned(cell.reason)
        with self._moving(by) as move:
            current = move.find(release)
            if (state := current.state(move.moment)) is not State.DRAFT:
                raise UserError(f"{current.name} is {state}: only of a draft can this be decided.")
            if by.key in current.authors:
                raise UserError(
                    "Whoever writes a release does not decide which small numbers it tells exactly."
                )
            whose = {"who": by.who, "role": by.role, "reason": why, "at": written_moment(move.moment)}
            text = cell.model_copy(update=whose).written()
            move.enter(OVERRIDES, release, cell=text, given=given, reason=why)
            where = ", ".join(value or "not recorded" for value in cell.where)
            decided = "told exactly" if given else "not told exactly"
            move.note(f"release {release}: {cell.figure} {where} {decided}"[:LONGEST_SCOPE], why)

    def overrides(self, release: int) -> tuple[Override, ...]:
        """Return the decisions that stand: which small numbers of a release are told exactly, and why.

        A decision by somebody who writes the release, or has since, is none.
        """
        with seen(self._ledger) as shelf:
            return valid_decisions(shelf, shelf.find(release))

    def own_decisions(self, release: int) -> tuple[Override, ...]:
        with seen(self._ledger) as shelf:
            return own_decisions(shelf, shelf.find(release))

    def held_against(self) -> tuple[str, ...]:
        """Return the digests of all that was ever approved or confirmed, which a new release is held to.

        What was recalled since is among them: whoever had been let look at it has read it.
        """
        with seen(self._ledger) as shelf:
            return _approved(shelf)

    def ever_approved(self) -> list[Approved]:
        moment = self.now()
        with seen(self._ledger) as shelf:
            texts = [
                (shelf.kept(release.id, digest), digest == release.approved and release.public(moment))
                for release in shelf.all()
                for digest in release.ever_approved
            ]
        return [
            Approved(
                ReleaseInputs.read(text.counted) if text.counted else None, Published.read(text.told), public
            )
            for text, public in texts
        ]

    def _move(
        self, release: int, kind: Step, by: Person, seen: int, *, reason: str = "", draft: str | None = None
    ) -> Release:
        with self._moving(by) as move:
            refuse(move.find(release), kind, by, seen, move.moment)
            move.take(release, seen + 1, kind, reason=reason, draft=draft)
        return self.find(release)

    def _moving(self, by: Person) -> AbstractContextManager[Move]:
        return moving(self._ledger, self._record, signed(by), self.now)


def _decided(exact: Sequence[Override], standing: Sequence[Override]) -> bool:
    """Whether all that is told exactly was decided by somebody, or was public, and no decision is left.

    The very same number may stand in several places: one decision then tells it in each.
    """
    signed = {(decision.who, decision.role, decision.reason, decision.at) for decision in standing}
    others = [decision for decision in exact if decision.who != ALREADY]
    return set(standing) <= set(exact) and all(
        (other.who, other.role, other.reason, other.at) in signed for other in others
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _approved(shelf: Shelf) -> tuple[str, ...]:
    return tuple(digest for release in shelf.all() for digest in release.ever_approved)


def _refuse_old(shelf: Shelf, frozen: ReleaseInputs) -> None:
    if frozen.against != _approved(shelf):
        raise UserError(_OLD)


def _refuse_another(release: Release, told: Published) -> None:
    if (told.number, told.version, told.origin) != (release.number, release.version, "candour"):
        raise ValueError(f"{told.name} was submitted as {release.name}")


def _name(reader: str) -> str:
    name = reader.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise UserError(f"Name the reader as they sign in, in one line of at most {LONGEST_NAME} characters.")
    return name
