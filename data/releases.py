"""Releases: each step is a row and an entry in the record, in one transaction; nothing changes later."""

import datetime as dt
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import AwareDatetime, Field, model_validator

from data.connection import changing, reading
from data.errors import UserError, refusal
from data.formatting import written_count, written_day
from data.ledger import Ledger
from data.publishing import seal
from data.publishing.content import (
    ALREADY,
    Draft,
    Override,
    Overruled,
    Published,
    PublishedCell,
    PublishedFigure,
    Qualifier,
    ReleaseInputs,
    Status,
    alarms_json,
)
from data.publishing.release import (
    Move,
    Person,
    Release,
    ReleaseStore,
    Submission,
    name_of,
    numbered,
    own_decision,
    public_from,
    reasoned,
    refuse,
)
from data.publishing.release_tables import EARLY_READERS, OVERRIDES
from data.publishing.states import REASONED, State, Step, local, person, written_moment
from data.record import Head, Record
from data.terms import Section, Terms, fitted, read_toml

# Neither the lock of a load nor that of the record: one release moves at a time.
RELEASE_LOCK = 3778_0005
T = TypeVar("T")


class Number(Section):
    figure: str
    title: str
    counts: str
    unit: str
    number: Annotated[int, Field(ge=0)]
    qualifier: Qualifier = ""
    by: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    definition: str = ""

    @property
    def cell(self) -> PublishedCell:
        words = f"{self.qualifier} {written_count(self.number)}".strip()
        own = {"where": self.where, "number": self.number, "qualifier": self.qualifier}
        return PublishedCell.model_validate({**own, "shown": words, "treatment": "typed"})


class Statement(Section):
    title: Annotated[str, Field(max_length=120)]
    published_at: AwareDatetime
    where_from: Annotated[str, Field(min_length=1, max_length=300)]
    as_at: dt.date
    status: Status = "provisional"
    note: str = ""
    numbers: Annotated[tuple[Number, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _parts_together(self) -> "Statement":
        for number in self.numbers:
            if not len(number.by) == len(number.titles) == len(number.where):
                raise ValueError(f"{number.title}: by, titles and where must name the same dimensions")
        return self

    def published(self, terms: Terms) -> Published:
        together: dict[tuple[str, tuple[str, ...]], list[Number]] = {}
        for number in self.numbers:
            together.setdefault((number.figure, number.by), []).append(number)
        return Published(
            number=1,
            version=1,
            origin="elsewhere",
            review=terms.name,
            help=terms.public,
            known_at=self.as_at,
            nature="update",
            figures=tuple(_figure(numbers) for numbers in together.values()),
            **self.model_dump(exclude={"published_at", "numbers"}),
            **terms.model_dump(include={"body", "oversight_body", "scheme", "demonstration", "time_zone"}),
        )


def _figure(numbers: list[Number]) -> PublishedFigure:
    words = numbers[0].model_dump(exclude={"number", "qualifier", "where"})
    return PublishedFigure(kind="count", cells=tuple(number.cell for number in numbers), **words)


class _Statements(Section):
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]


def read_statements(path: Path, terms: Terms) -> list[tuple[Published, dt.datetime]]:
    read = fitted(_Statements, read_toml(path), path.name).statements
    statements = sorted(read, key=lambda statement: statement.published_at)
    return [(statement.published(terms), statement.published_at) for statement in statements]


def place(move: Move, amends: int | None) -> tuple[int, int, int, int]:
    """Return id, number, version and step; a rejected correction is entered again in its own place."""
    releases = move.all()
    earlier = next((release for release in releases if release.id == amends), None)
    if earlier is not None:
        for release in releases:
            again = release.number == earlier.number and release.version == earlier.version + 1
            if again and release.state(move.moment) is State.ABANDONED:
                return release.id, release.number, release.version, release.seen + 1
    number, version = numbered([*move.every.values()], amends, move.moment)
    return move.begin(number, version, "elsewhere"), number, version, 1


def refuse_unfit(statement: Published, published_at: dt.datetime) -> None:
    if statement.origin != "elsewhere" or not statement.where_from:
        raise UserError("Say where the statement was published: it is entered as published elsewhere.")
    if any(cell.treatment != "typed" for figure in statement.figures for cell in figure.cells):
        raise UserError("Every number of a statement made elsewhere is typed, and must be marked so.")
    day = local(published_at, statement.time_zone).date()
    if max(statement.as_at, statement.known_at) > day:
        raise refusal("statement_of_another_day", day=written_day(day), as_at=written_day(statement.as_at))


def refuse_mixed(store: ReleaseStore, amends: int | None, origin: str) -> None:
    if amends is not None and store.find(amends).origin != origin:
        raise refusal("mixed_amendment")


def refuse_twice(store: ReleaseStore, statement: Published, published_at: str) -> None:
    for release in store.all():
        if release.origin != "elsewhere" or release.steps[-1].kind is Step.ABANDONED:
            continue
        entered = next(step for step in reversed(release.steps) if step.kind is Step.ENTERED)
        if entered.published_at == published_at:
            own = statement.model_copy(update={"number": release.number, "version": release.version})
            if store.submission(release.id).published == own.written():
                raise UserError(f"This very statement is entered already, as {release.name}.")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Approved(NamedTuple):
    counted: ReleaseInputs | None
    published: Published
    public: bool


class Releases:
    def __init__(self, ledger: Ledger, record: Record, now: Callable[[], dt.datetime] | None = None) -> None:
        self._ledger = ledger
        self._record = record
        self.now = now or _now

    def all(self) -> list[Release]:
        return self._read(lambda store: store.all())

    def every(self) -> list[Release]:
        """As `all`, with those that the record does not vouch for."""
        return self._read(lambda store: [*store.every.values()])

    def find(self, release: int) -> Release:
        return self._read(lambda store: store.find(release))

    def published(self, release: int) -> Published:
        return Published.read(self._read(lambda store: store.submission(release)).published)

    def counted(self, release: int) -> ReleaseInputs | None:
        return self._read(lambda store: store.submission(release)).inputs

    def drafted(self, by: Person, draft: Draft, *, amends: int | None = None) -> Release:
        with self._moving(by) as move:
            refuse_mixed(move, amends, "candour")
            release = move.begin(*numbered([*move.every.values()], amends, move.moment), "candour")
            move.take(release, 1, Step.DRAFTED, draft=draft.written())
        return self.find(release)

    def step(
        self, release: int, kind: Step, by: Person, *, seen: int, reason: str = "", draft: Draft | None = None
    ) -> Release:
        """Take a step that counts nothing anew; seen: number of the last step that its author has seen."""
        with self._moving(by) as move:
            current = move.find(release)
            refuse(current, kind, by, seen, move.moment)
            why = reasoned(reason) if kind in REASONED else ""
            columns = {"draft": draft and draft.written()}
            if kind is Step.CONFIRMED:
                columns["frozen"] = move.submission(release).digest
                columns["published_at"] = current.steps[-1].published_at
            move.take(release, seen + 1, kind, reason=why, **columns)
        return self.find(release)

    def submitted(
        self, release: int, by: Person, frozen: ReleaseInputs, public: Published, *, seen: int
    ) -> Release:
        with self._moving(by) as move:
            current = move.find(release)
            refuse(current, Step.SUBMITTED, by, seen, move.moment)
            _refuse_old(move, frozen)
            if (public.number, public.version, public.origin) != (current.number, current.version, "candour"):
                raise ValueError(f"{public.name} was submitted as {current.name}")
            if decisions := move.decisions(current, by_authors=True, author=by):
                raise UserError(own_decision(decisions[0]))
            if not _decided(frozen.overrides, move.decisions(current, by_authors=False)):
                raise refusal("other_decisions")
            move.freeze(release, seen + 1, Step.SUBMITTED, frozen.written(), public.written())
        return self.find(release)

    def approved(
        self, release: int, by: Person, *, seen: int, overruled: Mapping[str, str] | None = None
    ) -> Release:
        """overruled: the reason for each alarm of the statement check that the approver takes for false."""
        with self._moving(by) as move:
            current = move.find(release)
            refuse(current, Step.APPROVED, by, seen, move.moment)
            submission = move.submission(release)
            frozen = ReleaseInputs.read(submission.counted)
            _refuse_old(move, frozen)
            decided = _overruled(frozen.alarms, overruled or {})
            columns = {"frozen": submission.digest, "published_at": public_from(current, move.moment)}
            move.take(release, seen + 1, Step.APPROVED, **columns, overruled=alarms_json(decided))
            for decision in decided:
                move.note(seal.alarm_scope(release, decision.alarm), decision.reason)
        return self.find(release)

    def entered(
        self, by: Person, statement: Published, published_at: dt.datetime, *, amends: int | None = None
    ) -> Release:
        """amends: the statement entered wrongly, whose place this one takes once it is confirmed."""
        refuse_unfit(statement, published_at)
        with self._moving(by) as move:
            if published_at > move.moment:
                raise refusal("statement_not_public")
            refuse_mixed(move, amends, "elsewhere")
            refuse_twice(move, statement, written_moment(published_at))
            release, number, version, step = place(move, amends)
            text = statement.model_copy(update={"number": number, "version": version}).written()
            move.freeze(release, step, Step.ENTERED, "", text, public=written_moment(published_at))
        return self.find(release)

    def allow_early(self, release: int, by: Person, reader: str, reason: str, *, given: bool) -> None:
        named, why = name_of(reader), reasoned(reason)
        with self._moving(by) as move:
            if move.find(release).public(move.moment):
                raise UserError("The release is public already: nobody needs to be let look at it early.")
            move.enter(EARLY_READERS, release, reader=person(named), given=given, reason=why)

    def early_readers(self, release: int) -> list[dict[str, Any]]:
        return self._read(lambda store: store.entries(EARLY_READERS, release))

    def reads_early(self, release: int, reader: str) -> bool:
        own = [entry for entry in self.early_readers(release) if entry["reader"] == person(reader)]
        return bool(own) and bool(own[-1]["given"])

    def overridden(self, release: int, by: Person, cell: Override, *, given: bool = True) -> None:
        why = reasoned(cell.reason)
        with self._moving(by) as move:
            current = move.find(release)
            if (state := current.state(move.moment)) is not State.DRAFT:
                raise UserError(f"{current.name} is {state}: only of a draft can this be decided.")
            if by.key in current.authors:
                raise refusal("own_small_numbers")
            move.enter(OVERRIDES, release, cell=cell.written(), given=given, reason=why)

    def overrides(self, release: int) -> tuple[Override, ...]:
        """Return the decisions that stand; by anybody who writes the release, or has since, none does."""
        return self._read(lambda store: store.decisions(store.find(release), by_authors=False))

    def own_decisions(self, release: int) -> tuple[Override, ...]:
        return self._read(lambda store: store.decisions(store.find(release), by_authors=True))

    def approved_digests(self) -> tuple[str, ...]:
        """Return digests of all ever approved or confirmed: what was recalled may have been read by then."""
        return self._read(lambda store: store.approved())

    def ever_approved(self) -> list[Approved]:
        moment = self.now()

        def submissions(store: ReleaseStore) -> list[tuple[Submission, bool]]:
            store.refuse_faults()
            return [
                (store.submission(release.id, digest), digest == release.approved and release.public(moment))
                for release in store.all()
                for digest in release.ever_approved
            ]

        return [
            Approved(frozen.inputs, Published.read(frozen.published), public)
            for frozen, public in self._read(submissions)
        ]

    def _read(self, read: Callable[[ReleaseStore], T]) -> T:
        with reading(self._ledger.engine) as connection:
            signed = self._record.signed(connection)
            return read(ReleaseStore(connection, self._ledger.tables.publishing, signed))

    @contextmanager
    def _moving(self, by: Person) -> Generator[Move]:
        heads, tables = list[Head](), self._ledger.tables.publishing
        with changing(self._ledger.engine, RELEASE_LOCK) as connection:
            # Under the lock, so that moments follow one another as steps do.
            own = self._record.signed(connection), self._record, by, self.now(), heads
            yield Move(connection, tables, *own)
        self._record.committed(heads)


def _decided(exact: Sequence[Override], decisions: Sequence[Override]) -> bool:
    """Whether all that is told exactly was decided or public; one decision may stand in several places."""
    signed = {(decision.who, decision.role, decision.reason, decision.at) for decision in decisions}
    others = [decision for decision in exact if decision.who != ALREADY]
    return set(decisions) <= set(exact) and all(
        (other.who, other.role, other.reason, other.at) in signed for other in others
    )


def _refuse_old(store: ReleaseStore, frozen: ReleaseInputs) -> None:
    if frozen.against != store.approved():
        raise refusal("old_checks")


def _overruled(alarms: Sequence[str], reasons: Mapping[str, str]) -> list[Overruled]:
    undecided = [alarm for alarm in alarms if not reasons.get(alarm, "").strip()]
    if undecided:
        raise UserError(
            "Decide on every alarm of the statement check first: overrule it with a reason, or send the "
            f"release back. Undecided: {undecided[0]}"
        )
    return [Overruled(alarm=alarm, reason=reasoned(reasons[alarm])) for alarm in alarms]
