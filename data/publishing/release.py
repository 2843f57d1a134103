import datetime as dt
import unicodedata
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from data.errors import UserError
from data.publishing import states
from data.publishing.content import Draft, Override, ReleaseInputs, digest_of, read_overruled
from data.publishing.release_tables import FROZEN, OVERRIDES, RELEASES, STEPS, TABLES
from data.publishing.states import State, Step, Taken, person, state_at, written_moment
from data.record import Entry, Head, Kind, Outcome, Record, fitting

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


class Submission(NamedTuple):
    counted: str
    published: str
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
        if digest_of(submission.counted, submission.published) != submission.digest:
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
        self, release: int, step: int, kind: Step, counted: str, published: str, *, public: str | None = None
    ) -> None:
        digest = digest_of(counted, published)
        self.take(release, step, kind, frozen=digest, published_at=public)
        self._insert(FROZEN, release=release, step=step, digest=digest, counted=counted, told=published)

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


@contextmanager
def guards_waiting(connection: sa.Connection) -> Generator[None]:
    """Let rows of releases be put back in any order, within one transaction; the guards stand again after."""
    there = set(sa.inspect(connection).get_table_names())
    guards = {table: f"{table}_in_turn" for table in TABLES if table in there}
    if connection.dialect.name == "postgresql":
        off = [f'ALTER TABLE "{table}" DISABLE TRIGGER "{guard}"' for table, guard in guards.items()]
        on = [statement.replace("DISABLE", "ENABLE") for statement in off]
    else:
        query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
        on = [str(connection.execute(query, {"name": guard}).scalar_one()) for guard in guards.values()]
        off = [f"DROP TRIGGER {guard}" for guard in guards.values()]
    for statement in off:
        connection.exec_driver_sql(statement)
    yield
    for statement in on:
        connection.exec_driver_sql(statement)


class Submitted(NamedTuple):
    digest: str | None = None
    alarms: frozenset[str] | None = None


def missteps(connection: sa.Connection, tables: dict[str, sa.Table]) -> list[str]:
    if not set(TABLES) <= set(sa.inspect(connection).get_table_names()):
        return []
    frozen = tables[FROZEN].c
    query = sa.select(frozen.release, frozen.step, frozen.digest, frozen.counted)
    submitted = {
        (release, step): Submitted(
            digest, frozenset(ReleaseInputs.read(counted).alarms) if counted else frozenset()
        )
        for release, step, digest, counted in connection.execute(query)
    }
    return [
        f"{release.name} cannot have come by its step {number}: {wrong}."
        for release in ReleaseStore(connection, tables).all()
        for number in range(1, len(release.steps) + 1)
        if (wrong := _misstep(release, number, submitted))
    ]


def _misstep(release: Release, number: int, submitted: dict[tuple[int, int], Submitted]) -> str | None:
    *before, step = release.steps[:number]
    elsewhere, kind = release.origin == "elsewhere", step.kind
    if before:
        own = states.TYPED if elsewhere else states.COUNTED
        in_turn = kind in own and before[-1].kind in states.FOLLOWS.get(kind, ())
    else:
        in_turn = kind in states.BEGIN and (kind is Step.ENTERED) == elsewhere
    # The first is compared with itself.
    last = before[-1] if before else step
    authors = {person(earlier.who) for earlier in before if earlier.kind in states.AUTHORED}
    laid = submitted.get((release.id, last.step), Submitted())
    overruled = frozenset(decision.alarm for decision in read_overruled(step.overruled))
    embargo = release.draft.embargo if release.draft and step is release.steps[-1] else None
    checks = {
        "it is out of turn": not in_turn or step.step != number,
        "it is dated before the one before it": step.at < last.at,
        "what it froze is not there": kind in states.LAID_DOWN
        and submitted.get((release.id, step.step), Submitted()).digest != step.frozen,
        "it overruled other alarms than there were": kind is Step.APPROVED
        and laid.alarms not in (None, overruled),
        "its author approved it": kind in states.DECIDED and person(step.who) in authors,
        "something else was approved": kind in states.DECIDED and step.frozen != last.frozen,
        "it was entered as public from another moment": kind is Step.CONFIRMED
        and step.published_at != last.published_at,
        "it was public by then": kind is Step.RECALLED and step.at >= (last.published_at or ""),
        "it was public before its embargo ended": kind is Step.APPROVED
        and embargo is not None
        and (step.published_at or "") < written_moment(embargo),
    }
    return next((wrong for wrong, so in checks.items() if so), None)
