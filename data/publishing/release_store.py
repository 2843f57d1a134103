import datetime as dt
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from data.connection import changing, reading
from data.errors import UserError
from data.kinds import Kind, Outcome
from data.ledger import Ledger
from data.publishing.content import Draft, Override, Overruled, digest_of
from data.publishing.guards import FROZEN, OUT_OF_TURN, OVERRIDES, RELEASES, STEPS
from data.publishing.release import Person, Release, reasoned, with_amendments
from data.publishing.states import Step, Taken, person, written_moment
from data.record import Entry, Head, Record

# Neither the lock of a load nor that of the record: one release moves at a time.
RELEASE_LOCK = 3778_0005


class Submission(NamedTuple):
    counted: str
    told: str
    digest: str


@dataclass(frozen=True)
class Shelf:
    connection: sa.Connection
    tables: dict[str, sa.Table]

    def all(self) -> list[Release]:
        releases, steps = self.tables[RELEASES], self.tables[STEPS]
        rows = self.connection.execute(sa.select(releases).order_by("number", "version")).mappings().all()
        taken = self.connection.execute(sa.select(steps).order_by("release", "step")).mappings().all()
        of_each = {
            row["release"]: [step for step in taken if step["release"] == row["release"]] for row in rows
        }
        return with_amendments([_release(row, of_each[row["release"]]) for row in rows])

    def find(self, release: int) -> Release:
        match = next((other for other in self.all() if other.id == release), None)
        if match is None:
            raise UserError("There is no such release.")
        return match

    def kept(self, release: int, digest: str | None = None) -> Submission:
        frozen = self.tables[FROZEN]
        query = sa.select(frozen.c.counted, frozen.c.told, frozen.c.digest).where(frozen.c.release == release)
        if digest is not None:
            query = query.where(frozen.c.digest == digest)
        row = self.connection.execute(query.order_by(frozen.c.step.desc()).limit(1)).first()
        if row is None:
            raise UserError("Nothing of this release has been submitted yet.")
        submission = Submission._make(row)
        if digest_of(submission.counted, submission.told) != submission.digest:
            raise UserError(
                "What is kept of this release is not what was submitted: do not use it, and say so."
            )
        return submission

    def entries(self, table: str, release: int) -> list[dict[str, Any]]:
        rows = self.tables[table]
        query = sa.select(rows).where(rows.c.release == release).order_by(rows.c.entry)
        return [dict(row) for row in self.connection.execute(query).mappings()]


@dataclass(frozen=True)
class Move(Shelf):
    record: Record
    by: Person
    moment: dt.datetime
    heads: list[Head] = field(default_factory=list[Head])

    def begin(self, number: int, version: int, origin: str) -> int:
        release = max((other.id for other in self.all()), default=0) + 1
        self._insert(RELEASES, release=release, number=number, version=version, origin=origin)
        return release

    def take(
        self,
        release: int,
        step: int,
        kind: Step,
        *,
        reason: str = "",
        draft: str | None = None,
        frozen: str | None = None,
        published_at: str | None = None,
        overruled: str | None = None,
    ) -> None:
        self._insert(
            STEPS, release=release, step=step, kind=kind, reason=reason, draft=draft, frozen=frozen,
            published_at=published_at, overruled=overruled, **self._whose,
        )  # fmt: skip
        details = (
            f"sha256 {frozen}" if frozen else "",
            f"public from {published_at}" if published_at else "",
        )
        self.note("; ".join(filter(None, (f"release {release} {kind}", *details))), reason)

    def freeze(self, release: int, step: int, counted: str, told: str) -> None:
        digest = digest_of(counted, told)
        self._insert(FROZEN, release=release, step=step, digest=digest, counted=counted, told=told)

    def enter(self, table: str, release: int, **columns: object) -> None:
        rows = self.tables[table]
        last = sa.select(sa.func.max(rows.c.entry)).where(rows.c.release == release)
        entry = (self.connection.scalar(last) or 0) + 1
        self._insert(table, release=release, entry=entry, **self._whose, **columns)

    def note(self, scope: str, reason: str) -> None:
        entry = Entry(Kind.ADMINISTRATION, self.by.who, self.by.role, scope, reason, Outcome.ALLOWED)
        self.heads.append(self.record.append(self.connection, entry))

    @property
    def _whose(self) -> dict[str, str]:
        return {"at": written_moment(self.moment), "who": self.by.who, "role": self.by.role}

    def _insert(self, table: str, **row: object) -> None:
        self.connection.execute(self.tables[table].insert(), row)


@contextmanager
def seen(ledger: Ledger) -> Generator[Shelf]:
    with reading(ledger.engine) as connection:
        yield Shelf(connection, ledger.tables.publishing)


@contextmanager
def moving(ledger: Ledger, record: Record, by: Person, now: Callable[[], dt.datetime]) -> Generator[Move]:
    heads: list[Head] = []
    try:
        with changing(ledger.engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(RELEASE_LOCK)))
            # Under the lock, so that moments follow one another as steps do.
            yield Move(connection, ledger.tables.publishing, record, by, now(), heads)
    except DatabaseError as error:
        if OUT_OF_TURN in str(error.orig):
            raise UserError(f"The database refused this: {OUT_OF_TURN}.") from None
        raise
    record.committed(heads)


def _release(row: sa.RowMapping, steps: Sequence[sa.RowMapping]) -> Release:
    own = [step for step in steps if step["release"] == row["release"]]
    taken = tuple(
        Taken(
            step=row["step"],
            at=row["at"],
            kind=Step(row["kind"]),
            who=row["who"],
            role=row["role"],
            reason=row["reason"],
            frozen=row["frozen"],
            published_at=row["published_at"],
            overruled=row["overruled"],
        )
        for row in own
    )
    drafts: list[str] = [row["draft"] for row in own if row["draft"]]
    draft = Draft.read(drafts[-1]) if drafts else None
    return Release(row["release"], row["number"], row["version"], row["origin"], taken, draft)


def valid_decisions(shelf: Shelf, release: Release) -> tuple[Override, ...]:
    return tuple(
        decision for decision in _last(shelf, release) if person(decision.who) not in release.authors
    )


def own_decisions(shelf: Shelf, release: Release, by: Person | None = None) -> tuple[Override, ...]:
    """Return the decisions that do not count, since whoever decided has written part of the release.

    by: who is to be one of its authors as well.
    """
    authors = release.authors if by is None else release.authors | {by.key}
    return tuple(decision for decision in _last(shelf, release) if person(decision.who) in authors)


def refuse_own_decisions(shelf: Shelf, release: Release, by: Person) -> None:
    if decisions := own_decisions(shelf, release, by):
        raise UserError(own_decision(decisions[0]))


def own_decision(cell: Override) -> str:
    return (
        f"{cell.who} decided that a small number is told exactly, and has written part of this release: "
        "another person must take that decision back, or take it anew."
    )


def _last(shelf: Shelf, release: Release) -> list[Override]:
    last: dict[tuple[Any, ...], Override] = {}
    for entry in shelf.entries(OVERRIDES, release.id):
        # Who decided is told by the row, which the database guards, and not by the text beside it.
        whose = {key: entry[key] for key in ("who", "role", "reason", "at")}
        cell = Override.read(entry["cell"]).model_copy(update=whose)
        key = cell.figure, cell.by, cell.where
        last.pop(key, None)
        if entry["given"]:
            last[key] = cell
    return list(last.values())


def overruled_alarms(alarms: Sequence[str], reasons: Mapping[str, str]) -> list[Overruled]:
    undecided = [alarm for alarm in alarms if not reasons.get(alarm, "").strip()]
    if undecided:
        raise UserError(
            "Decide on every alarm of the statement check first: overrule it with a reason, or send the "
            f"release back. Undecided: {undecided[0]}"
        )
    return [Overruled(alarm=alarm, reason=reasoned(reasons[alarm])) for alarm in alarms]
