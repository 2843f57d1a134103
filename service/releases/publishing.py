"""What a page asks of releases; only who may see figures sees drafts and what was counted."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from access.roles import Permission
from access.services import services_of
from access.settings import Mode
from access.visit import Refused
from data.errors import UserError
from data.publishing.content import Draft, Override, Published, ReleaseInputs
from data.publishing.release import Person, Release
from data.publishing.states import State, Step, person
from data.record import Kind, Outcome, Row
from data.releases import Releases
from metrics.statement.checker import check
from metrics.statement.published import Checked, PublishedAt
from metrics.statement.text import vocabulary_of
from service import results
from service.releases.current_release import Public, public_of
from service.releases.drafting import CountedDraft, count_draft, refuse_unknown, register_inputs
from service.view import Source

MAY = Permission
READ = "releases"


@dataclass(frozen=True)
class Press:
    """The releases of a review, as one visit may see and move them; each call may raise Refused."""

    source: Source

    @cached_property
    def _releases(self) -> Releases:
        review = results.review_at(self.source.place)
        return Releases(review.ledger, review.record)

    @property
    def now(self) -> dt.datetime:
        return self._releases.now()

    @property
    def inside(self) -> bool:
        return self.source.visit.may(MAY.FIGURES) and self.source.place.whole

    def releases(self) -> list[Release]:
        moment = self.now
        sound = (release for release in self._every() if release.fault is None)
        return [release for release in sound if self.inside or self._known(release, moment)]

    def unverified(self) -> list[str]:
        """Say of each release that the record does not vouch for what is wrong and what to do."""
        return [release.warning for release in self._every() if release.warning is not None]

    def public(self) -> list[Public]:
        return public_of(self._releases, self._every())

    def _every(self) -> list[Release]:
        """Read once a run, and again after each step."""
        self.source.visit.require(MAY.RELEASES, "releases")
        if READ not in self.source.run:
            self.source.run[READ] = self._releases.every()
        return self.source.run[READ]

    def release(self, release: int) -> Release:
        for known in self.releases():
            if known.id == release:
                return known
        # Whether there is one is for nobody to find out by asking.
        raise Refused("There is no such release, or you have not been let look at it yet.")

    def published(self, release: int) -> Published:
        """Return what a release tells the public; UserError: nothing of it has been submitted yet."""
        looked_at = self.release(release)
        if not looked_at.public(self.now):
            self.source.visit.consult(MAY.RELEASES, _look(release, looked_at.state(self.now)))
        return results.published(looked_at.frozen, self._releases, release)

    def counted(self, release: int) -> ReleaseInputs | None:
        """Return None for a statement made elsewhere; UserError: nothing of it has been submitted yet."""
        self.source.visit.consult(MAY.FIGURES, f"release {release}, as counted")
        return self._releases.counted(release)

    def counted_draft(self, release: int) -> CountedDraft:
        self.source.visit.consult(MAY.FIGURES, f"release {release}, as drafted")
        return count_draft(self.source, self._releases.find(release), self._releases)

    def draft(self, draft: Draft, *, amends: int | None = None) -> Release:
        by = self._person(MAY.DRAFT_RELEASES, "draft a release")
        refuse_unknown(draft)
        return self._releases.drafted(by, draft, amends=amends)

    def edit(self, release: int, draft: Draft, *, seen: int) -> Release:
        by = self._drafting(release)
        refuse_unknown(draft)
        return self._releases.step(release, Step.EDITED, by, seen=seen, draft=draft)

    def submit(self, release: int, *, seen: int) -> Release:
        """Freeze a draft; UserError: the first thing that stands in its way."""
        self._drafting(release)
        draft = count_draft(self.source, self._releases.find(release), self._releases)
        if draft.errors:
            raise UserError(draft.errors[0])
        by = self._drafting(release)
        return self._releases.submitted(release, by, draft.frozen, draft.published, seen=seen)

    def send_back(self, release: int, reason: str, *, seen: int) -> Release:
        return self._releases.step(release, Step.RETURNED, self._approving(release), seen=seen, reason=reason)

    def alarms(self, release: int) -> tuple[str, ...]:
        """Return what the statement check objected to; UserError: nothing has been submitted yet."""
        counted = self.counted(release)
        return () if counted is None else counted.alarms

    def approve(self, release: int, *, seen: int, overruled: Mapping[str, str] | None = None) -> Release:
        """overruled: the reason for each alarm of the statement check that the approver takes for false."""
        return self._releases.approved(release, self._approving(release), seen=seen, overruled=overruled)

    def recall(self, release: int, reason: str, *, seen: int) -> Release:
        return self._releases.step(release, Step.RECALLED, self._approving(release), seen=seen, reason=reason)

    def withdraw(self, release: int, reason: str, *, seen: int) -> Release:
        by = self._approving(release)
        return self._releases.step(release, Step.WITHDRAWN, by, seen=seen, reason=reason)

    def abandon(self, release: int, reason: str, *, seen: int) -> Release:
        by = self._drafting(release)
        if self._releases.find(release).origin == "elsewhere":
            raise UserError("A statement made elsewhere is not given up: a release approver rejects it.")
        return self._releases.step(release, Step.ABANDONED, by, seen=seen, reason=reason)

    def enter(self, statement: Published, published_at: dt.datetime, *, amends: int | None = None) -> Release:
        by = self._person(MAY.STATEMENTS, "enter a statement made elsewhere")
        return self._releases.entered(by, statement, published_at, amends=amends)

    def confirm(self, release: int, *, seen: int) -> Release:
        return self._releases.step(release, Step.CONFIRMED, self._approving(release), seen=seen)

    def reject(self, release: int, reason: str, *, seen: int) -> Release:
        by = self._approving(release)
        if self._releases.find(release).origin != "elsewhere":
            raise UserError("Only a statement made elsewhere is rejected: a draft goes back to its author.")
        return self._releases.step(release, Step.ABANDONED, by, seen=seen, reason=reason)

    def register_inputs(self, release: int) -> ReleaseInputs | None:
        self.source.visit.consult(MAY.FIGURES, f"release {release}, beside the register")
        return register_inputs(self.source, self.published(release))

    def let_look(self, release: int, reader: str, reason: str, *, given: bool) -> None:
        self._releases.allow_early(release, self._approving(release), reader, reason, given=given)

    def early_readers(self, release: int) -> list[dict[str, Any]]:
        self.source.visit.require(MAY.FIGURES, f"pre-release access list of release {release}")
        return self._releases.early_readers(release)

    def early_views(self, release: int) -> list[Row]:
        self._approving(release)
        views = self.source.visit.record.about(Kind.CONSULTATION, _look(release, State.APPROVED))
        return [view for view in views if view.outcome == Outcome.ALLOWED]

    def override(self, release: int, cell: Override, *, given: bool = True) -> None:
        by = self._person(MAY.SMALL_NUMBERS, f"decide on a small number of release {release}")
        self._releases.overridden(release, by, cell, given=given)

    def overrides(self, release: int) -> Sequence[Override]:
        self.source.visit.require(MAY.FIGURES, f"decisions on small numbers of release {release}")
        return self._releases.overrides(release)

    @property
    def today(self) -> dt.date:
        """In a demonstration it is the last that was loaded, or that of the last release, if later."""
        terms = self.source.terms
        day = terms.day_of(self.now)
        if not terms.demonstration:
            return day
        published = (terms.day_of(release.published_at) for release in self.public())
        return min(day, max([self.source.last_day, *published]))

    def comparable(self) -> list[PublishedAt]:
        """Return all that a draft may be compared with: what is public, and what the reader sees early."""
        early = [
            Public(release, self.published(release.id), release.published_at, State.APPROVED)
            for release in self.releases()
            if release.state(self.now) is State.APPROVED and release.published_at is not None
        ]
        return [
            PublishedAt(
                release.published,
                self.source.terms.day_of(release.published_at),
                withdrawn=release.state is State.WITHDRAWN,
                embargoed=release.state is State.APPROVED,
                at=release.published_at,
            )
            for release in self.public() + early
        ]

    def check(self, draft: str, day: dt.date, releases: list[PublishedAt]) -> Checked:
        """UserError: the draft is too long, or nothing was public by its day. The draft is not recorded."""
        self.source.visit.consult(MAY.RELEASES, "check of a draft")
        return check(draft, day, releases, vocabulary_of(self.source.terms))

    @property
    def name(self) -> str:
        """Who the reader is to the releases: in a demonstration each role is another person."""
        session = self.source.visit.session
        demonstration = services_of(Path(self.source.place.folder)).settings.mode is Mode.DEMONSTRATION
        return f"{session.who} as {session.role}" if demonstration else session.who

    def own_decisions(self, release: int) -> Sequence[Override]:
        """Return the decisions that do not count, since whoever decided has written part of the release."""
        self.source.visit.require(MAY.FIGURES, f"decisions on small numbers of release {release}")
        return self._releases.own_decisions(release)

    def _known(self, release: Release, moment: dt.datetime) -> bool:
        """For who may see no figures: it is public, shown to them early, or a statement they entered."""
        if release.public(moment):
            return True
        if release.origin == "elsewhere":
            return self.source.visit.may(MAY.STATEMENTS) and person(self.name) in release.authors
        return release.state(moment) is State.APPROVED and self._releases.reads_early(release.id, self.name)

    def _drafting(self, release: int) -> Person:
        return self._person(MAY.DRAFT_RELEASES, f"draft release {release}")

    def _approving(self, release: int) -> Person:
        return self._person(MAY.APPROVE_RELEASES, f"decide on release {release}")

    def _person(self, permission: Permission, scope: str) -> Person:
        # What is written here is for good, and the page may have counted for seconds since its run began.
        self.source.visit.refresh()
        self.source.run.pop(READ, None)
        session = self.source.visit.require(permission, scope)
        return Person(self.name, session.role)


def _look(release: int, state: State) -> str:
    return f"release {release}, {state}"
