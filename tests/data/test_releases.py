"""Releases on SQLite and on PostgreSQL, against a model of plain lists, and against crafted clients."""

import datetime as dt
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import DatabaseError

from data.errors import UserError
from data.ledger import Ledger
from data.publishing.content import ALREADY, Override, Overruled, digest_of, read_overruled
from data.publishing.release import Person, ReleaseStore
from data.publishing.release_tables import EARLY_READERS, FROZEN, OVERRIDES, RELEASES, STEPS
from data.publishing.states import Step, written_moment
from data.releases import Releases, _decided
from tests.data.publishing.world import (
    ANN,
    BEN,
    CHIEF,
    REASON,
    Clock,
    approved,
    draft,
    elsewhere,
    frozen,
    opened,
    stated,
    submitted,
    told,
)

# The database's own clock says whether what is public was recalled: these are all still to come.
BEGINS = dt.datetime(2040, 1, 1, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
FREEZE = ("submitted", "approved", "entered", "confirmed")
DRAFTS = ("drafted", "edited", "returned", "recalled")
PEOPLE = ("ann", "ben", "ANN", "Cy")
SELDOM = st.sampled_from([False, False, False, False, True])
MANY = 7  # releases, in one example


@dataclass
class Plain:
    """One release as plain lists: what was done with it, by whom, and from when it is public."""

    id: int
    number: int
    version: int
    origin: str
    steps: list[tuple[str, str]] = field(default_factory=list)
    embargo: dt.datetime | None = None
    public_from: dt.datetime | None = None
    digest: str | None = None
    held: tuple[str, ...] = ()
    ever: list[str] = field(default_factory=list)
    entered_for: dt.datetime | None = None
    overrides: dict[str, Override] = field(default_factory=dict)

    @property
    def last(self) -> str:
        return self.steps[-1][0]

    def authors(self) -> set[str]:
        return {
            who.lower() for kind, who in self.steps if kind in ("drafted", "edited", "submitted", "entered")
        }

    def standing(self) -> tuple[Override, ...]:
        return tuple(each for each in self.overrides.values() if each.who.lower() not in self.authors())

    def public(self, now: dt.datetime) -> bool:
        return self.public_from is not None and self.public_from <= now

    def state(self, now: dt.datetime, others: "list[Plain]") -> str:
        if self.last in DRAFTS:
            return "draft"
        if self.last in ("submitted", "entered"):
            return "in review"
        if self.last in ("withdrawn", "abandoned"):
            return self.last
        if not self.public(now):
            return "approved"
        later = [each for each in others if each.number == self.number and each.version > self.version]
        return "amended by a new version" if any(each.public(now) for each in later) else "published"


class Office(RuleBasedStateMachine):
    """Everything that anybody may try with releases, in any order; the model says what must come of it."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.releases, self.clock, self.ledger = self.begin()
        self.plain: list[Plain] = []
        self.numbers = count(1)

    def begin(self):
        shutil.copytree(self.template, self.folder / "review")
        url = f"sqlite:///{self.folder / 'review' / 'ledger.sqlite'}"
        return opened(url, self.folder / "review", BEGINS)

    def teardown(self) -> None:
        self.ledger.engine.dispose()
        shutil.rmtree(self.folder)

    @property
    def now(self) -> dt.datetime:
        return self.clock.moment

    def tried(self, act, *, works: bool):
        """Do it, and see that it is refused in one sentence where the model says so, and only there."""
        if works:
            return act()
        with pytest.raises(UserError) as caught:
            act()
        assert "\n" not in str(caught.value)
        return None

    def pick(self, data, *wanted: str) -> Plain:
        """A release: mostly one whose last step is wanted, so that a few tries come far."""
        fit = [each for each in self.plain if each.last in wanted]
        mostly = fit if fit and data.draw(st.sampled_from([True, True, True, False])) else self.plain
        return data.draw(st.sampled_from(mostly), label="release")

    def against(self) -> tuple[str, ...]:
        ordered = sorted(self.plain, key=lambda each: (each.number, each.version))
        return tuple(digest for each in ordered for digest in each.ever)

    def new(self, amends: Plain | None, origin: str) -> Plain | None:
        """The release that would begin, or None where it may not."""
        if amends is None:
            return Plain(self.next_id(), max((e.number for e in self.plain), default=0) + 1, 1, origin)
        later = [e for e in self.plain if e.number == amends.number and e.version > amends.version]
        if origin == "elsewhere" == amends.origin and [e.last for e in later[:1]] == ["abandoned"]:
            return later[0] if later[0].version == amends.version + 1 else None
        if later or amends.origin != origin or not amends.public(self.now):
            return None
        return Plain(self.next_id(), amends.number, amends.version + 1, origin)

    def next_id(self) -> int:
        return len(self.plain) + 1

    @initialize(reviewed=st.booleans(), amended=st.booleans())
    def there_are_some(self, reviewed, amended):
        """So that few steps come far: one is public, one under embargo and one in review, or a draft."""
        soon = self.now + dt.timedelta(hours=1)
        for embargo, steps in ((None, 3), (soon, 3), (None, 2 if reviewed else 1)):
            self.comes_by(None, embargo, steps)
        if amended:
            self.comes_by(self.plain[0], None, 2)

    def comes_by(self, amends: Plain | None, embargo: dt.datetime | None, steps: int) -> None:
        new = self.new(amends, "candour")
        kinds = (("drafted", "ann"), ("submitted", "ann"), ("approved", "ben"))
        found = self.releases.drafted(ANN, draft(embargo=embargo), amends=amends.id if amends else None)
        if steps > 1:
            holds, says = frozen(self.against(), count=next(self.numbers)), told(new.number, new.version)
            self.releases.submitted(found.id, ANN, holds, says, seen=1)
            new.held, new.digest = self.against(), digest_of(holds.written(), says.written())
        if steps > 2:
            self.releases.approved(found.id, BEN, seen=2)
            new.public_from = embargo or self.now
            new.ever.append(new.digest)
        new.steps, new.embargo = list(kinds[:steps]), embargo
        self.plain.append(new)

    @precondition(lambda self: len(self.plain) < MANY)
    @rule(
        data=st.data(),
        who=st.sampled_from(PEOPLE),
        hours=st.sampled_from([None, -5, 0, 1, 30]),
        amend=st.booleans(),
    )
    def drafts(self, data, who, hours, amend):
        amends = self.pick(data, "approved", "withdrawn") if amend and self.plain else None
        new, embargo = self.new(amends, "candour"), self.embargo(hours)
        written = draft(embargo=embargo)
        act = lambda: self.releases.drafted(  # noqa: E731
            Person(who, "analyst"), written, amends=amends.id if amends else None
        )
        if self.tried(act, works=new is not None):
            new.steps.append(("drafted", who))
            new.embargo = embargo
            self.plain.append(new)

    def embargo(self, hours: int | None) -> dt.datetime | None:
        return None if hours is None else (self.now + dt.timedelta(hours=hours)).replace(microsecond=0)

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), who=st.sampled_from(PEOPLE), hours=st.sampled_from([None, 2]), stale=SELDOM)
    def edits(self, data, who, hours, stale):
        found, embargo = self.pick(data, *DRAFTS, "abandoned"), self.embargo(hours)
        works = not stale and found.last in (*DRAFTS, "abandoned") and found.origin == "candour"
        act = lambda: self.releases.step(  # noqa: E731
            found.id,
            Step.EDITED,
            Person(who, "analyst"),
            draft=draft(embargo=embargo),
            seen=len(found.steps) - stale,
        )
        if self.tried(act, works=works):
            found.steps.append(("edited", who))
            found.embargo = embargo

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), who=st.sampled_from(PEOPLE), stale=SELDOM, old=SELDOM)
    def submits(self, data, who, stale, old):
        found = self.pick(data, *DRAFTS)
        held = (*self.against(), "0" * 64) if old else self.against()
        standing = found.standing()
        holds = frozen(held, standing, count=next(self.numbers))
        says = told(found.number, found.version)
        own = {each.who.lower() for each in found.overrides.values()} & {*found.authors(), who.lower()}
        works = not stale and not old and found.last in DRAFTS and not own
        act = lambda: self.releases.submitted(  # noqa: E731
            found.id, Person(who, "analyst"), holds, says, seen=len(found.steps) - stale
        )
        if self.tried(act, works=works):
            found.steps.append(("submitted", who))
            found.digest, found.held = digest_of(holds.written(), says.written()), held

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), who=st.sampled_from(PEOPLE), stale=SELDOM)
    def approves(self, data, who, stale):
        found = self.pick(data, "submitted")
        works = (
            not stale
            and found.last == "submitted"
            and who.lower() not in found.authors()
            and found.held == self.against()
        )
        act = lambda: self.releases.approved(  # noqa: E731
            found.id, Person(who, "release approver"), seen=len(found.steps) - stale
        )
        if self.tried(act, works=works):
            found.steps.append(("approved", who))
            found.public_from = max(self.now, found.embargo) if found.embargo else self.now
            found.ever.append(found.digest)

    @precondition(lambda self: self.plain)
    @rule(
        data=st.data(),
        kind=st.sampled_from(["returned", "recalled", "withdrawn", "abandoned"]),
        stale=SELDOM,
        short=SELDOM,
    )
    def ends(self, data, kind, stale, short):
        of = {"returned": ["submitted"], "recalled": ["approved"], "withdrawn": ["approved", "confirmed"]}
        found = self.pick(data, *of.get(kind, (*DRAFTS, "entered")))
        stands = {
            "returned": found.last == "submitted",
            "recalled": found.last == "approved" and not found.public(self.now),
            "withdrawn": found.last in ("approved", "confirmed") and found.public(self.now),
            "abandoned": found.last in (*DRAFTS, "entered"),
        }[kind]
        act = lambda: self.releases.step(  # noqa: E731
            found.id, Step(kind), BEN, reason="too short" if short else REASON, seen=len(found.steps) - stale
        )
        if self.tried(act, works=stands and not stale and not short):
            found.steps.append((kind, "ben"))
            if kind == "recalled":
                found.public_from = None

    @precondition(lambda self: len(self.plain) < MANY)
    @rule(data=st.data(), hours=st.sampled_from([-100, 0, 1]), amend=st.booleans())
    def enters(self, data, hours, amend):
        amends = self.pick(data, "confirmed") if amend and self.plain else None
        new, public = self.new(amends, "elsewhere"), self.now + dt.timedelta(hours=hours)
        says = elsewhere(str(next(self.numbers)))
        act = lambda: self.releases.entered(  # noqa: E731
            Person("di", "press officer"), says, public, amends=amends.id if amends else None
        )
        if self.tried(act, works=new is not None and hours <= 0):
            new.steps.append(("entered", "di"))
            new.entered_for = public
            own = says.model_copy(update={"number": new.number, "version": new.version})
            new.digest = digest_of("", own.written())
            if new not in self.plain:
                self.plain.append(new)

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), who=st.sampled_from(["ben", "DI", "di", "ann"]), stale=SELDOM)
    def confirms(self, data, who, stale):
        found = self.pick(data, "entered")
        works = not stale and found.last == "entered" and who.lower() != "di"
        act = lambda: self.releases.step(  # noqa: E731
            found.id, Step.CONFIRMED, Person(who, "release approver"), seen=len(found.steps) - stale
        )
        if self.tried(act, works=works):
            found.steps.append(("confirmed", who))
            found.public_from = found.entered_for
            found.ever.append(found.digest)

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), given=st.booleans())
    def lets_look(self, data, given):
        found = self.pick(data)
        act = lambda: self.releases.allow_early(found.id, BEN, "Eve", REASON, given=given)  # noqa: E731
        works = not found.public(self.now)
        self.tried(act, works=works)
        if works:
            assert self.releases.reads_early(found.id, "EVE") is given

    @precondition(lambda self: self.plain)
    @rule(
        data=st.data(), who=st.sampled_from(["cy", "ANN"]), figure=st.sampled_from("ab"), given=st.booleans()
    )
    def overrides(self, data, who, figure, given):
        found = self.pick(data)
        cell = Override(figure=figure, who="", role="", reason=REASON, at="")
        works = found.last in DRAFTS and who.lower() not in found.authors()
        act = lambda: self.releases.overridden(  # noqa: E731
            found.id, Person(who, "chief officer"), cell, given=given
        )
        self.tried(act, works=works)
        if works:
            signed = {"who": who, "role": "chief officer", "at": written_moment(self.now)}
            found.overrides.pop(figure, None)
            if given:
                found.overrides[figure] = cell.model_copy(update=signed)

    @rule(how=st.sampled_from([SECOND, dt.timedelta(hours=1), dt.timedelta(days=1)]))
    def time_passes(self, how):
        self.clock.moment += how

    @rule(data=st.data(), by=st.sampled_from([-SECOND, dt.timedelta(0), SECOND]))
    def an_embargo_comes_near(self, data, by):
        waiting = [each.public_from for each in self.plain if each.public_from and not each.public(self.now)]
        assume(waiting)
        self.clock.moment = max(self.now, data.draw(st.sampled_from(waiting)) + by)

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), table=st.sampled_from([RELEASES, STEPS, FROZEN, EARLY_READERS, OVERRIDES]))
    def a_crafted_client_changes_or_deletes(self, data, table):
        held, found = self.ledger.tables.publishing[table], self.pick(data)
        column = next(reversed(list(held.c)))
        with self.ledger.engine.connect() as connection:
            row = connection.execute(sa.select(held).where(held.c.release == found.id)).mappings().first()
        assume(row)
        for statement in (
            held.delete().where(held.c.release == found.id),
            held.update().where(held.c.release == found.id).values({column.name: "elsewhere"}),
        ):
            assume(row[column.name] != "elsewhere")
            assert not self.executed(statement)
        if self.ledger.engine.dialect.name == "sqlite":
            assert not self.executed(held.insert().prefix_with("OR REPLACE").values(dict(row)))
            assert not self.executed(
                held.insert().prefix_with("OR REPLACE").values({**row, "release": found.id})
            )

    def executed(self, statement) -> bool:
        """Whether the database takes it; it is undone either way."""
        with self.ledger.engine.connect() as connection:
            try:
                connection.execute(statement)
            except DatabaseError:
                return False
            finally:
                connection.rollback()
        return True

    @invariant()
    def the_releases_are_as_the_model_has_them(self):
        found = self.releases.all()
        assert [
            (
                each.number,
                each.version,
                each.origin,
                str(each.state(self.now)),
                each.public(self.now),
                each.seen,
            )
            for each in found
        ] == [
            (
                each.number,
                each.version,
                each.origin,
                each.state(self.now, self.plain),
                each.public(self.now),
                len(each.steps),
            )
            for each in sorted(self.plain, key=lambda each: (each.number, each.version))
        ]
        by_id = {each.id: each for each in found}
        for each in self.plain:
            held = by_id[each.id]
            assert held.authors == each.authors()
            assert (held.published_at, held.frozen) == (each.public_from, each.digest)
            assert self.releases.overrides(each.id) == each.standing()
        assert self.releases.approved_digests() == self.against()


class Server(Office):
    """The same on PostgreSQL: each example in a copy of one empty database."""

    server: sa.URL

    def begin(self):
        self.name = f"office_{uuid.uuid4().hex}"
        self.administer(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.server.database}"')
        url = self.server.set(database=self.name).render_as_string(hide_password=False)
        for each in ("record.keys", "record.anchor"):
            shutil.copy(self.template / each, self.folder)
        return opened(url, self.folder, BEGINS)

    def teardown(self) -> None:
        super().teardown()
        self.administer(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    def administer(self, statement: str) -> None:
        engine = sa.create_engine(
            self.server.set(database="postgres", drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            poolclass=sa.NullPool,
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


SMALL = settings(
    max_examples=5, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(SMALL, max_examples=300, stateful_step_count=60)


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    opened(f"sqlite:///{folder / 'ledger.sqlite'}", folder, BEGINS)[2].engine.dispose()
    return folder


@pytest.fixture
def server(postgres_url: str, tmp_path: Path) -> type[Server]:
    opened(postgres_url, tmp_path, BEGINS)[2].engine.dispose()
    Server.server, Server.template = sa.make_url(postgres_url), tmp_path
    return Server


@pytest.mark.long
def test_whatever_is_tried_in_whatever_order_releases_are_as_a_plain_model_has_them(template):
    Office.template = template
    run_state_machine_as_test(Office, settings=SMALL)


@pytest.mark.long
@pytest.mark.postgres
def test_on_postgresql_too(server):
    run_state_machine_as_test(server, settings=settings(SMALL, max_examples=3, stateful_step_count=12))


@pytest.mark.soak
def test_whatever_is_tried_at_length_releases_are_as_a_plain_model_has_them(template):
    Office.template = template
    run_state_machine_as_test(Office, settings=LONG)


@pytest.mark.soak
@pytest.mark.postgres
def test_on_postgresql_at_length(server):
    run_state_machine_as_test(server, settings=settings(LONG, max_examples=60))


@pytest.fixture
def office(blank_ledger_url: str, tmp_path: Path) -> Iterator[tuple[Releases, Clock, Ledger]]:
    found = opened(blank_ledger_url, tmp_path, BEGINS)
    yield found
    found[2].engine.dispose()


def test_what_a_client_writes_into_the_database_by_itself_is_refused_or_the_release_is_not_shown(office):
    """Whatever comes without its signed entry in the record is no step, be it in turn or not."""
    releases, clock, ledger = office
    embargo = BEGINS + dt.timedelta(hours=1)
    public, reviewed = approved(releases), submitted(releases, embargo=embargo)
    waiting, drafted = approved(releases, embargo=embargo), releases.drafted(ANN, draft()).id
    digest = releases.find(reviewed).frozen
    clock.moment += SECOND

    def step(
        release: int, kind: str, number: int, *, who: str = "ben", at: dt.datetime = clock.moment, **more
    ):
        row = {
            "release": release, "step": number, "at": written_moment(at), "kind": kind, "who": who,
            "role": "release approver", "reason": REASON, "draft": None, "frozen": None, "published_at": None,
        }  # fmt: skip
        return STEPS, row | more

    def approval(release: int = reviewed, **more):
        return step(
            release, "approved", 3, **({"frozen": digest, "published_at": written_moment(embargo)} | more)
        )

    def frozen_row(release: int, number: int, **more):
        kept = {"digest": digest, "counted": "c", "told": "t"}
        return FROZEN, {"release": release, "step": number} | kept | more

    def release(number: int, version: int, id_: int = 99):
        return RELEASES, {"release": id_, "number": number, "version": version, "origin": "candour"}

    cell = {
        "cell": "{}",
        "given": True,
        "role": "chief officer",
        "reason": REASON,
        "at": written_moment(BEGINS),
    }
    taken = {
        "an approval": approval(),
        "a recall before it is public": step(waiting, "recalled", 4),
        "a withdrawal of what is public": step(public, "withdrawn", 4),
        "an edit of a draft": step(drafted, "edited", 2, draft=draft().written()),
        "another release": release(9, 1),
        "an override of a draft": (OVERRIDES, {"release": drafted, "entry": 1, "who": "cy"} | cell),
    }
    refused = {
        "an author's own approval, in other capitals": approval(who="ANN"),
        "an approval by nobody": approval(who=" "),
        "an approval of another digest": approval(frozen="f" * 64),
        "an approval before the embargo ends": approval(published_at=written_moment(embargo - SECOND)),
        "an approval dated back": approval(at=BEGINS - SECOND),
        "an approval of no moment": approval(published_at="soon"),
        "an approval without a moment": approval(published_at=None),
        "an approval in another zone": approval(published_at="2040-01-01T15:00:00.000000+02:00"),
        "an approval of a draft": approval(drafted, step=2),
        "a second approval": approval(waiting, step=4),
        "a step out of turn": step(drafted, "edited", 3, draft=draft().written()),
        "a step written over": step(drafted, "drafted", 1, draft=draft().written()),
        "a step of no release": step(98, "drafted", 1, draft=draft().written()),
        "a release of Candour's own that was typed": step(99, "entered", 1, frozen=digest),
        "a draft without its text": step(drafted, "edited", 2),
        "a return without a reason": step(reviewed, "returned", 3, reason=""),
        "a recall of what is public": step(public, "recalled", 4),
        "a withdrawal of what is not public yet": step(waiting, "withdrawn", 4),
        "a step nobody knows": step(drafted, "published", 2),
        "a second set of frozen numbers": frozen_row(reviewed, 2, told="other"),
        "frozen numbers of a draft": frozen_row(drafted, 1),
        "frozen numbers of an approval": frozen_row(public, 3, digest=releases.find(public).frozen),
        "a second release of a number and version": release(1, 1),
        "a version without the one before": release(9, 2),
        "a version of nought": release(9, 0),
        "an author's own override": (OVERRIDES, {"release": drafted, "entry": 1, "who": "Ann"} | cell),
        "an override of what is in review": (
            OVERRIDES,
            {"release": reviewed, "entry": 1, "who": "cy"} | cell,
        ),
    }
    counts = {(table, row["release"]) for table, row in (taken | refused).values()}
    assert len(counts) > 9
    shown = {
        name: shown_after(releases, ledger, table, row) for name, (table, row) in (taken | refused).items()
    }
    # What it holds may be read only by the digest of a step: a row that no step names is never read.
    unread = {"a second set of frozen numbers", "frozen numbers of a draft", "frozen numbers of an approval"}
    assert {name for name, one in shown.items() if one} <= unread
    assert "an approval" not in unread


def shown_after(releases: Releases, ledger: Ledger, table: str, row: dict) -> bool:
    """Whether a release is shown after a row of it was written past the application; the row is undone."""
    with ledger.engine.connect() as connection:
        try:
            connection.execute(ledger.tables.publishing[table].insert().values(row))
        except DatabaseError:
            return False
        else:
            signed = releases._record.signed(connection)
            store = ReleaseStore(connection, ledger.tables.publishing, signed)
            return row["release"] in {release.id for release in store.all()}
        finally:
            connection.rollback()


def test_each_step_is_in_the_record_with_its_digest_and_reason(office):
    releases, _, _ = office
    release = approved(releases)
    releases.step(release, Step.WITHDRAWN, BEN, reason="  the figures were  of another day ", seen=3)
    with releases._record.reading() as rows:
        said = [(row.who, row.scope.partition("; row ")[0], row.reason) for row in rows]
    digest = releases.find(release).frozen
    public = written_moment(BEGINS)
    assert said == [
        ("ann", "release 1 drafted", ""),
        ("ann", f"release 1 submitted; sha256 {digest}", ""),
        ("ben", f"release 1 approved; sha256 {digest}; public from {public}", ""),
        ("ben", "release 1 withdrawn", "the figures were of another day"),
    ]


def test_numbers_that_somebody_wrote_over_are_told_to_nobody(office):
    releases, _, ledger = office
    release = approved(releases)
    with ledger.engine.begin() as connection:
        on = " ON release_frozen" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER release_frozen_fixed{on}")
        connection.exec_driver_sql("UPDATE release_frozen SET told = replace(told, '35', '36')")
    with pytest.raises(UserError, match="its numbers are not those that were submitted"):
        releases.published(release)


def test_of_two_people_who_edit_one_draft_the_second_is_told_and_loses_nothing(office):
    releases, _, _ = office
    release = releases.drafted(ANN, draft()).id
    releases.step(release, Step.EDITED, ANN, draft=draft("By Ann"), seen=1)
    with pytest.raises(UserError, match="has changed since you loaded this page: load it again"):
        releases.step(release, Step.EDITED, BEN, draft=draft("By Ben"), seen=1)
    assert releases.find(release).draft == draft("By Ann")


def test_a_decision_on_a_small_number_after_the_count_is_not_passed_over(office):
    releases, _, _ = office
    release = releases.drafted(ANN, draft()).id
    counted_before = frozen(releases.approved_digests())
    cell = Override(figure="failures", who="", role="", reason=REASON, at="")
    releases.overridden(release, CHIEF, cell)
    with pytest.raises(UserError, match="decided on small numbers of this release has changed"):
        releases.submitted(release, ANN, counted_before, told(), seen=1)


def test_a_typed_statement_and_a_counted_release_are_no_versions_of_each_other(office):
    releases, _, _ = office
    counted_, typed = approved(releases), stated(releases)
    with pytest.raises(UserError, match="amended by a new version of it, not by a typed statement"):
        releases.entered(BEN, elsewhere(), BEGINS, amends=counted_)
    with pytest.raises(UserError, match="corrected by typing it anew"):
        releases.drafted(ANN, draft(), amends=typed)


def test_a_statement_says_where_it_was_published_and_marks_every_number_as_typed(office):
    releases, _, _ = office
    for wrong, said in (
        (elsewhere().model_copy(update={"where_from": ""}), "Say where the statement was published"),
        (told(), "Say where the statement was published"),
        (told(origin="elsewhere", where_from="Press"), "must be marked so"),
    ):
        with pytest.raises(UserError, match=said):
            releases.entered(BEN, wrong, BEGINS)
    assert releases.all() == []


def test_the_very_same_statement_is_entered_once(office):
    releases, _, _ = office
    releases.entered(BEN, elsewhere(), BEGINS)
    with pytest.raises(UserError, match="This very statement is entered already, as Release 1"):
        releases.entered(BEN, elsewhere(), BEGINS)
    releases.entered(BEN, elsewhere("34"), BEGINS)
    releases.entered(BEN, elsewhere(), BEGINS - SECOND)
    assert len(releases.all()) == 3


def test_what_was_public_before_is_told_exactly_without_a_decision_and_nothing_else_is():
    decided = Override(figure="f", who="Ola", role="chief officer", reason="It matters to many.", at="now")
    again = decided.model_copy(update={"figure": "g"})
    before = decided.model_copy(
        update={"figure": "h", "who": ALREADY, "role": ALREADY, "reason": "r", "at": ""}
    )
    another = decided.model_copy(update={"figure": "h", "who": "Ann"})
    assert _decided((decided, again, before), (decided,))
    assert _decided((before,), ())
    assert not _decided((before,), (decided,))
    assert not _decided((decided, another), (decided,))


ALARM = "The title or note says “3,778”. Release 3 said 3,582."


def alarmed(releases: Releases, *alarms: str) -> int:
    """Submit a release to whose note the statement check objects, and return its id."""
    release = releases.drafted(ANN, draft())
    holds = frozen(releases.approved_digests()).model_copy(update={"alarms": alarms})
    releases.submitted(release.id, ANN, holds, told(release.number, release.version), seen=1)
    return release.id


def test_an_alarm_of_the_statement_check_is_overruled_by_name_and_reason_before_approval(office):
    releases, _, _ = office
    release = alarmed(releases, ALARM)
    with pytest.raises(UserError, match="Decide on every alarm of the statement check first"):
        releases.approved(release, BEN, seen=2)
    with pytest.raises(UserError, match="Give the reason in one line"):
        releases.approved(release, BEN, seen=2, overruled={ALARM: "no"})
    with pytest.raises(UserError, match="another person must"):
        releases.approved(release, ANN, seen=2, overruled={ALARM: REASON})
    approved_ = releases.approved(release, BEN, seen=2, overruled={ALARM: REASON})
    last = approved_.steps[-1]
    assert last.who == BEN.who
    assert read_overruled(last.overruled) == (Overruled(alarm=ALARM, reason=REASON),)


def test_one_alarm_of_two_that_is_left_undecided_is_named(office):
    releases, _, _ = office
    other = "The title or note says “40”. Release 4 said 33."
    with pytest.raises(UserError, match="Undecided: The title or note says “40”"):
        releases.approved(alarmed(releases, ALARM, other), BEN, seen=2, overruled={ALARM: REASON})


def test_an_alarm_is_confirmed_by_sending_the_release_back(office):
    releases, _, _ = office
    release = alarmed(releases, ALARM)
    returned = releases.step(
        release, Step.RETURNED, BEN, reason=f"The statement check is right: {ALARM}", seen=2
    )
    assert ALARM in returned.steps[-1].reason


def test_a_release_without_alarms_keeps_no_decisions(office):
    releases, _, _ = office
    assert releases.find(approved(releases)).steps[-1].overruled is None
