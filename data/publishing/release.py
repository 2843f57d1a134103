import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa

from data.errors import UserError, sentence
from data.publishing import states
from data.publishing.content import Draft, Override, ReleaseInputs, digest_of, read_overruled, release_name
from data.publishing.release_tables import FROZEN, OVERRIDES, RELEASES, STEPS, TABLES
from data.publishing.seal import scope_of, unsigned
from data.publishing.states import State, Step, Taken, person, state_at, written_moment
from data.record import Entry, Head, Kind, Outcome, Record, Signed, fitting

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
    id: int
    number: int
    version: int
    origin: str
    steps: tuple[Taken, ...]
    draft: Draft | None  # None for a statement made elsewhere
    amended_at: dt.datetime | None = None  # from when a later version is public
    fault: str | None = None  # why the record does not vouch for it: then it has no steps, and is not shown

    @property
    def name(self) -> str:
        return release_name(self.number, self.version)

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
        if not self.steps or self.steps[-1].kind not in (*states.DECIDED, Step.WITHDRAWN):
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

    @property
    def warning(self) -> str | None:
        """What to tell whoever would use it, where the record does not vouch for it."""
        if self.fault is None:
            return None
        return sentence("unverified_release", name=self.name, fault=self.fault)

    def refuse_fault(self) -> None:
        if self.warning is not None:
            raise UserError(self.warning)


def with_amendments(releases: Sequence[Release]) -> list[Release]:
    def amended_at(release: Release) -> dt.datetime | None:
        own = (other for other in releases if other.number == release.number)
        later = (other.published_at for other in own if other.version > release.version)
        return min((moment for moment in later if moment is not None), default=None)

    return [replace(release, amended_at=amended_at(release)) for release in releases]


def numbered(releases: Sequence[Release], amends: int | None, moment: dt.datetime) -> tuple[int, int]:
    if amends is None:
        return max((other.number for other in releases), default=0) + 1, 1
    earlier = next((other for other in releases if other.id == amends and other.fault is None), None)
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

    @property
    def inputs(self) -> ReleaseInputs | None:
        return ReleaseInputs.read(self.counted) if self.counted else None


@dataclass(frozen=True)
class ReleaseStore:
    connection: sa.Connection
    tables: dict[str, sa.Table]
    signed: Signed  # what the record says of releases

    @cached_property
    def every(self) -> dict[int, Release]:
        """Each release by its id, as it was when first read, those that cannot be verified included."""
        frozen = self.tables[FROZEN].c
        digests = sa.select(frozen.release, frozen.step, frozen.digest)
        submitted = {(release, step): digest for release, step, digest in self.connection.execute(digests)}
        rows = {name: self._rows(name) for name in TABLES if name != FROZEN}
        wrong, fault = unsigned(self.tables, rows, self.signed.entries), self.signed.fault
        if lost := wrong.keys() - {row["release"] for row in rows[RELEASES]}:
            fault = fault or f"a release, number {min(lost)} of the ledger's table, is gone"
        releases: list[Release] = []
        for row in rows[RELEASES]:
            steps = [step for step in rows[STEPS] if step["release"] == row["release"]]
            releases.append(_release(row, steps, submitted, fault or wrong.get(row["release"])))
        return {release.id: release for release in with_amendments(releases)}

    def all(self) -> list[Release]:
        return [release for release in self.every.values() if release.fault is None]

    def find(self, release: int) -> Release:
        match = self.every.get(release)
        if match is None:
            raise UserError("There is no such release.")
        match.refuse_fault()
        return match

    def refuse_faults(self) -> None:
        for release in self.every.values():
            release.refuse_fault()

    def submission(self, release: int, digest: str | None = None) -> Submission:
        stored = self.find(release)
        frozen = self.tables[FROZEN].c
        query = sa.select(frozen.counted, frozen.told, frozen.digest).where(frozen.release == release)
        if digest is not None:
            query = query.where(frozen.digest == digest)
        row = self.connection.execute(query.order_by(frozen.step.desc()).limit(1)).first()
        if row is None:
            raise UserError("Nothing of this release has been submitted yet.")
        submission = Submission._make(row)
        own = digest or stored.frozen
        if not digest_of(submission.counted, submission.published) == submission.digest == own:
            replace(stored, fault="its numbers are not those that were submitted").refuse_fault()
        return submission

    def entries(self, table: str, release: int) -> list[dict[str, Any]]:
        self.find(release)
        return self._rows(table, release=release)

    def approved(self) -> tuple[str, ...]:
        self.refuse_faults()
        return tuple(digest for release in self.all() for digest in release.ever_approved)

    def decisions(
        self, release: Release, *, by_authors: bool, author: Person | None = None
    ) -> tuple[Override, ...]:
        """Return the decisions that stand; an author's do not count. author: one more of its authors."""
        last: dict[tuple[Any, ...], Override] = {}
        for entry in self.entries(OVERRIDES, release.id):
            # Who decided is in the row's own columns, which the record signs one by one.
            whose = {key: entry[key] for key in ("who", "role", "reason", "at")}
            cell = Override.read(entry["cell"]).model_copy(update=whose)
            key = cell.figure, cell.by, cell.where
            last.pop(key, None)
            if entry["given"]:
                last[key] = cell
        authors = release.authors if author is None else release.authors | {author.key}
        return tuple(cell for cell in last.values() if (person(cell.who) in authors) == by_authors)

    def _rows(self, table: str, **where: object) -> list[dict[str, Any]]:
        order = ("number", "version") if table == RELEASES else self.tables[table].primary_key
        query = sa.select(self.tables[table]).filter_by(**where).order_by(*order)
        return [dict(row) for row in self.connection.execute(query).mappings()]


@dataclass(frozen=True)
class Move(ReleaseStore):
    """A transaction in which somebody takes a step."""

    record: Record
    by: Person
    moment: dt.datetime
    heads: list[Head] = field(default_factory=list[Head])  # of the entries that it adds to the record

    def begin(self, number: int, version: int, origin: str) -> int:
        release = max((row["release"] for row in self._rows(RELEASES)), default=0) + 1
        row = {"release": release, "number": number, "version": version, "origin": origin}
        self.connection.execute(self.tables[RELEASES].insert(), row)
        return release

    def take(self, release: int, step: int, kind: Step, *, reason: str = "", **columns: str | None) -> None:
        self._insert(STEPS, {"release": release, "step": step, "kind": kind, "reason": reason, **columns})

    def freeze(
        self, release: int, step: int, kind: Step, counted: str, published: str, *, public: str | None = None
    ) -> None:
        digest = digest_of(counted, published)
        self.take(release, step, kind, frozen=digest, published_at=public)
        row = {"release": release, "step": step, "digest": digest, "counted": counted, "told": published}
        self.connection.execute(self.tables[FROZEN].insert(), row)

    def enter(self, table: str, release: int, **columns: object) -> None:
        entry = max((row["entry"] for row in self.entries(table, release)), default=0) + 1
        self._insert(table, {"release": release, "entry": entry, **columns})

    def note(self, scope: str, reason: str) -> None:
        entry = Entry(Kind.ADMINISTRATION, self.by.who, self.by.role, scope, reason, Outcome.ALLOWED)
        self.heads.append(self.record.append(self.connection, entry))

    def _insert(self, name: str, row: dict[str, Any]) -> None:
        table, moment = self.tables[name], written_moment(self.moment)
        row |= {"at": moment, "who": self.by.who, "role": self.by.role}
        (release,) = self._rows(RELEASES, release=row["release"])
        # First, since the record refuses a name that the table could not hold.
        self.note(scope_of(table, release, row), row["reason"])
        self.connection.execute(table.insert(), row)


def _release(
    row: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
    submitted: Mapping[tuple[int, int], str],
    fault: str | None,
) -> Release:
    own = row["release"], row["number"], row["version"], row["origin"]
    release = Release(*own, (), None)
    if fault is None and not steps:
        fault = "it has no step"
    try:
        for step in steps if fault is None else ():
            taken = Taken(**{name: step[name] for name in Taken._fields})._replace(kind=Step(step["kind"]))
            draft = Draft.read(step["draft"]) if step["draft"] else release.draft
            digest = submitted.get((release.id, taken.step))
            if wrong := _misstep(release, taken, digest):
                fault = f"it cannot have come by its step {taken.step}: {wrong}"
                break
            release = replace(release, steps=(*release.steps, taken), draft=draft)
    except (UserError, ValueError, TypeError):
        fault = "one of its steps cannot be read"
    return release if fault is None else Release(*own, (), None, fault=fault)


def _misstep(release: Release, step: Taken, digest: str | None) -> str | None:
    """Say what is wrong with a step after those of `release`; digest: of what the step laid down."""
    kind = step.kind
    if not release.steps:
        begins = kind is (Step.ENTERED if release.origin == "elsewhere" else Step.DRAFTED)
        in_turn, last = begins and step.step == 1, step
    else:
        in_turn, last = step.step == release.seen + 1, release.steps[-1]
        try:
            refuse(release, kind, Person(step.who, step.role), last.step, dt.datetime.fromisoformat(step.at))
        except UserError as error:
            return str(error)
    embargo = release.draft.embargo if release.draft and kind is Step.APPROVED else None
    checks = {
        "it is out of turn": not in_turn,
        "it is dated before the one before it": step.at < last.at,
        "what it froze is not there": kind in states.LAID_DOWN and digest != step.frozen,
        "something else was approved": kind in states.DECIDED and step.frozen != last.frozen,
        "it was entered as public from another moment": kind is Step.CONFIRMED
        and step.published_at != last.published_at,
        "it was public before its embargo ended": embargo is not None
        and (step.published_at or "") < written_moment(embargo),
    }
    return next((wrong for wrong, so in checks.items() if so), None)


def own_decision(cell: Override) -> str:
    return sentence("own_decision", who=cell.who)


def missteps(connection: sa.Connection, tables: dict[str, sa.Table], signed: Signed) -> list[str]:
    """Say what is wrong with each release, its frozen numbers and the alarms that were overruled included."""
    if lost := set(TABLES) - set(sa.inspect(connection).get_table_names()):
        return [f"The table {min(lost)} is gone."]
    store = ReleaseStore(connection, tables, signed)
    faults = [f"{release.name}: {release.fault}." for release in store.every.values() if release.fault]
    if signed.fault and not store.every:
        faults.append(f"{signed.fault}.")
    for release in store.all():
        for step in release.steps:
            if step.frozen is None:
                continue
            try:
                inputs = store.submission(release.id, step.frozen).inputs
                alarms = inputs.alarms if inputs else ()
                overruled = {decision.alarm for decision in read_overruled(step.overruled)}
            except UserError as error:
                faults.append(str(error))
                continue
            if step.kind is Step.APPROVED and overruled != set(alarms):
                faults.append(f"{release.name}: step {step.step} overruled other alarms than there were.")
    return faults
