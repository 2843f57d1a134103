import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from data.errors import UserError
from data.kinds import Kind, Outcome
from data.publishing.content import Draft, Override, digest_of
from data.publishing.release import Person, Release, with_amendments
from data.publishing.release_tables import FROZEN, OVERRIDES, RELEASES, STEPS
from data.publishing.states import Step, Taken, person, written_moment
from data.record import Entry, Head, Record


class Submission(NamedTuple):
    counted: str
    told: str
    digest: str


@dataclass(frozen=True)
class ReleaseStore:
    connection: sa.Connection
    tables: dict[str, sa.Table]

    def all(self) -> list[Release]:
        steps: dict[int, list[sa.RowMapping]] = {}
        for step in self._rows(STEPS, "release", "step"):
            steps.setdefault(step["release"], []).append(step)
        rows = self._rows(RELEASES, "number", "version")
        return with_amendments([_release(row, steps.get(row["release"], ())) for row in rows])

    def find(self, release: int) -> Release:
        match = next((other for other in self.all() if other.id == release), None)
        if match is None:
            raise UserError("There is no such release.")
        return match

    def submission(self, release: int, digest: str | None = None) -> Submission:
        frozen = self.tables[FROZEN].c
        query = sa.select(frozen.counted, frozen.told, frozen.digest).where(frozen.release == release)
        if digest is not None:
            query = query.where(frozen.digest == digest)
        row = self.connection.execute(query.order_by(frozen.step.desc()).limit(1)).first()
        if row is None:
            raise UserError("Nothing of this release has been submitted yet.")
        submission = Submission._make(row)
        if digest_of(submission.counted, submission.told) != submission.digest:
            raise UserError(
                "What is kept of this release is not what was submitted: do not use it, and say so."
            )
        return submission

    def entries(self, table: str, release: int) -> list[dict[str, Any]]:
        return [dict(row) for row in self._rows(table, "entry", release=release)]

    def approved(self) -> tuple[str, ...]:
        return tuple(digest for release in self.all() for digest in release.ever_approved)

    def decisions(
        self, release: Release, *, by_authors: bool, author: Person | None = None
    ) -> tuple[Override, ...]:
        """Return the decisions that stand; an author's do not count. author: one more of its authors."""
        last: dict[tuple[Any, ...], Override] = {}
        for entry in self.entries(OVERRIDES, release.id):
            # Who decided is told by the row, which the database guards, and not by the text beside it.
            whose = {key: entry[key] for key in ("who", "role", "reason", "at")}
            cell = Override.read(entry["cell"]).model_copy(update=whose)
            key = cell.figure, cell.by, cell.where
            last.pop(key, None)
            if entry["given"]:
                last[key] = cell
        authors = release.authors if author is None else release.authors | {author.key}
        return tuple(cell for cell in last.values() if (person(cell.who) in authors) == by_authors)

    def _rows(self, table: str, *order: str, **where: object) -> Sequence[sa.RowMapping]:
        query = sa.select(self.tables[table]).filter_by(**where).order_by(*order)
        return self.connection.execute(query).mappings().all()


@dataclass(frozen=True)
class Move(ReleaseStore):
    """A transaction in which somebody takes a step; heads: of the entries that it adds to the record."""

    record: Record
    by: Person
    moment: dt.datetime
    heads: list[Head] = field(default_factory=list[Head])

    def begin(self, number: int, version: int, origin: str) -> int:
        release = max((other.id for other in self.all()), default=0) + 1
        self._insert(RELEASES, release=release, number=number, version=version, origin=origin)
        return release

    def take(self, release: int, step: int, kind: Step, *, reason: str = "", **columns: str | None) -> None:
        row = {"release": release, "step": step, "kind": kind, "reason": reason}
        self._insert(STEPS, **row, **columns, **self._whose)
        scope = [f"release {release} {kind}"]
        if frozen := columns.get("frozen"):
            scope.append(f"sha256 {frozen}")
        if public := columns.get("published_at"):
            scope.append(f"public from {public}")
        self.note("; ".join(scope), reason)

    def lay_down(
        self, release: int, step: int, kind: Step, counted: str, told: str, *, public: str | None = None
    ) -> None:
        digest = digest_of(counted, told)
        self.take(release, step, kind, frozen=digest, published_at=public)
        self._insert(FROZEN, release=release, step=step, digest=digest, counted=counted, told=told)

    def enter(self, table: str, release: int, **columns: object) -> None:
        entry = max((row["entry"] for row in self.entries(table, release)), default=0) + 1
        self._insert(table, release=release, entry=entry, **self._whose, **columns)

    def note(self, scope: str, reason: str) -> None:
        entry = Entry(Kind.ADMINISTRATION, self.by.who, self.by.role, scope, reason, Outcome.ALLOWED)
        self.heads.append(self.record.append(self.connection, entry))

    @property
    def _whose(self) -> dict[str, str]:
        return {"at": written_moment(self.moment), "who": self.by.who, "role": self.by.role}

    def _insert(self, table: str, **row: object) -> None:
        self.connection.execute(self.tables[table].insert(), row)


def _release(row: sa.RowMapping, steps: Sequence[sa.RowMapping]) -> Release:
    taken = tuple(
        Taken(**{name: step[name] for name in Taken._fields})._replace(kind=Step(step["kind"]))
        for step in steps
    )
    drafts: list[str] = [step["draft"] for step in steps if step["draft"]]
    draft = Draft.read(drafts[-1]) if drafts else None
    return Release(row["release"], row["number"], row["version"], row["origin"], taken, draft)


def own_decision(cell: Override) -> str:
    return (
        f"{cell.who} decided that a small number is told exactly, and has written part of this release: "
        "another person must take that decision back, or take it anew."
    )
