"""Releases on SQLite and on PostgreSQL, against a model of plain lists, and against crafted clients."""

import datetime as dt
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy.exc import DatabaseError

from data.faults import Fault
from data.publishing.content import Override, digest_of
from data.publishing.release import Person
from data.publishing.states import Step, written_moment
from data.publishing.tables import FROZEN, LOOKERS, OVERRIDES, RELEASES, STEPS
from tests.data.publishing.world import (
    ANN,
    BEN,
    CHIEF,
    REASON,
    approved,
    draft,
    elsewhere,
    frozen,
    opened,
    submitted,
    told,
)

# The database's own clock says whether what is public was recalled: these are all still to come.
BEGINS = dt.datetime(2040, 1, 1, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
DRAFTS = ("drafted", "edited", "returned", "recalled")
PEOPLE = ("ann", "ben", "ANN", "Cy")


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
    overrides: dict[str, Override] = field(default_factory=dict)

    @property
    def last(self) -> str:
        return self.steps[-1][0]

    def authors(self) -> set[str]:
        return {who.lower() for kind, who in self.steps if kind in ("drafted", "edited", "submitted")}

    def public(self, now: dt.datetime) -> bool:
        return self.public_from is not None and self.public_from <= now

    def state(self, now: dt.datetime, others: "list[Plain]") -> str:
        if self.last in DRAFTS:
            return "draft"
        if self.last == "submitted":
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
        with pytest.raises(Fault) as caught:
            act()
        assert "\n" not in str(caught.value)
        return None

    def pick(self, data) -> Plain:
        return data.draw(st.sampled_from(self.plain), label="release")

    def against(self) -> tuple[str, ...]:
        ordered = sorted(self.plain, key=lambda each: (each.number, each.version))
        return tuple(each.digest for each in ordered if each.public_from is not None)

    def new(self, amends: Plain | None, origin: str) -> Plain | None:
        """The release that would begin, or None where it may not."""
        if amends is None:
            return Plain(self.next_id(), max((e.number for e in self.plain), default=0) + 1, 1, origin)
        later = any(e.number == amends.number and e.version > amends.version for e in self.plain)
        if later or amends.origin != origin or not amends.public(self.now):
            return None
        return Plain(self.next_id(), amends.number, amends.version + 1, origin)

    def next_id(self) -> int:
        return len(self.plain) + 1

    @rule(
        data=st.data(),
        who=st.sampled_from(PEOPLE),
        hours=st.sampled_from([None, -5, 0, 1, 30]),
        amend=st.booleans(),
    )
    def drafts(self, data, who, hours, amend):
        amends = self.pick(data) if amend and self.plain else None
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
    @rule(data=st.data(), who=st.sampled_from(PEOPLE), hours=st.sampled_from([None, 2]), stale=st.booleans())
    def edits(self, data, who, hours, stale):
        found, embargo = self.pick(data), self.embargo(hours)
        works = not stale and found.last in (*DRAFTS, "abandoned")
        act = lambda: self.releases.edited(  # noqa: E731
            found.id, Person(who, "analyst"), draft(embargo=embargo), seen=len(found.steps) - stale
        )
        if self.tried(act, works=works):
            found.steps.append(("edited", who))
            found.embargo = embargo

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), who=st.sampled_from(PEOPLE), stale=st.booleans(), old=st.booleans())
    def submits(self, data, who, stale, old):
        found = self.pick(data)
        held = (*self.against(), "0" * 64) if old else self.against()
        holds = frozen(held, tuple(found.overrides.values()), count=next(self.numbers))
        says = told(found.number, found.version)
        works = not stale and not old and found.last in DRAFTS
        act = lambda: self.releases.submitted(  # noqa: E731
            found.id, Person(who, "analyst"), holds, says, seen=len(found.steps) - stale
        )
        if self.tried(act, works=works):
            found.steps.append(("submitted", who))
            found.digest, found.held = digest_of(holds.written(), says.written()), held

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), who=st.sampled_from(PEOPLE), stale=st.booleans())
    def approves(self, data, who, stale):
        found = self.pick(data)
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

    @precondition(lambda self: self.plain)
    @rule(
        data=st.data(),
        kind=st.sampled_from(["returned", "recalled", "withdrawn", "abandoned"]),
        stale=st.booleans(),
        short=st.integers(0, 9).map(lambda number: number == 0),
    )
    def ends(self, data, kind, stale, short):
        found = self.pick(data)
        stands = {
            "returned": found.last == "submitted",
            "recalled": found.last == "approved" and not found.public(self.now),
            "withdrawn": found.last in ("approved", "entered") and found.public(self.now),
            "abandoned": found.last in DRAFTS,
        }[kind]
        act = lambda: getattr(self.releases, kind)(  # noqa: E731
            found.id, BEN, "too short" if short else REASON, seen=len(found.steps) - stale
        )
        if self.tried(act, works=stands and not stale and not short):
            found.steps.append((kind, "ben"))
            if kind == "recalled":
                found.public_from = None

    @rule(data=st.data(), hours=st.sampled_from([-100, -1, 0, 1]), amend=st.booleans())
    def enters(self, data, hours, amend):
        amends = self.pick(data) if amend and self.plain else None
        new, public = self.new(amends, "elsewhere"), self.now + dt.timedelta(hours=hours)
        says = elsewhere(str(next(self.numbers)))
        act = lambda: self.releases.entered(  # noqa: E731
            Person("di", "press officer"), says, public, amends=amends.id if amends else None
        )
        if self.tried(act, works=new is not None and hours <= 0):
            new.steps.append(("entered", "di"))
            new.public_from = public
            own = says.model_copy(update={"number": new.number, "version": new.version})
            new.digest = digest_of("", own.written())
            self.plain.append(new)

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), given=st.booleans())
    def lets_look(self, data, given):
        found = self.pick(data)
        act = lambda: self.releases.let_look(found.id, BEN, "Eve", REASON, given=given)  # noqa: E731
        works = not found.public(self.now)
        self.tried(act, works=works)
        if works:
            assert self.releases.may_look(found.id, "EVE") is given

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), who=st.sampled_from(["cy", "ANN"]), figure=st.sampled_from("ab"), given=st.booleans())
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
    @rule(
        data=st.data(),
        kind=st.sampled_from(Step),
        turn=st.sampled_from([0, 1, 1, 1, 2]),
        who=st.sampled_from(PEOPLE),
        back=st.sampled_from([0, 0, 0, 3_600, -3_600]),
        other=st.booleans(),
        early=st.booleans(),
    )
    def a_crafted_client_adds_a_step(self, data, kind, turn, who, back, other, early):
        """Straight into the database, past every sentence: it takes what is in turn, and nothing else."""
        found = self.pick(data)
        at = self.now - dt.timedelta(seconds=back)
        begun = next(reversed(self.releases.find(found.id).steps)).at
        public = at if kind != "approved" or found.embargo is None or early else max(at, found.embargo)
        digest = digest_of("x", "y") if other else found.digest
        row = {
            "release": found.id,
            "step": len(found.steps) + turn,
            "at": written_moment(at),
            "kind": kind,
            "who": who,
            "role": "analyst",
            "reason": REASON,
            "draft": draft().written() if kind in ("drafted", "edited") else None,
            "frozen": digest if kind in ("submitted", "approved", "entered") else None,
            "published_at": written_moment(public) if kind in ("approved", "entered") else None,
        }
        follows = {
            "edited": (*DRAFTS, "abandoned"),
            "submitted": DRAFTS,
            "abandoned": DRAFTS,
            "returned": ("submitted",),
            "approved": ("submitted",),
            "recalled": ("approved",),
            "withdrawn": ("approved", "entered"),
        }
        works = (
            turn == 1
            and found.last in follows.get(kind, ())
            and written_moment(at) >= begun
            and (kind != "submitted" or digest is not None)
            and (kind != "recalled" or at < found.public_from)
            and (kind != "withdrawn" or at >= found.public_from)
        )
        if kind == "approved":
            works = works and not other and who.lower() not in found.authors()
            works = works and (found.embargo is None or public >= found.embargo)
        assert self.taken(STEPS, row) is works, row

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), table=st.sampled_from([RELEASES, STEPS, FROZEN, LOOKERS, OVERRIDES]))
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
            assert not self.executed(held.insert().prefix_with("OR REPLACE").values({**row, "release": found.id}))

    def taken(self, table: str, row: dict) -> bool:
        return self.executed(self.ledger.tables.publishing[table].insert().values(row))

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
            (each.number, each.version, each.origin, str(each.state(self.now)), each.public(self.now), each.seen)
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
        assert self.releases.held_against() == self.against()


SMALL = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    _, _, ledger = opened(f"sqlite:///{folder / 'ledger.sqlite'}", folder, BEGINS)
    ledger.engine.dispose()
    return folder


def test_whatever_is_tried_in_whatever_order_releases_are_as_a_plain_model_has_them(template):
    Office.template = template
    run_state_machine_as_test(Office, settings=SMALL)


@pytest.mark.soak
def test_whatever_is_tried_at_length_releases_are_as_a_plain_model_has_them(template):
    Office.template = template
    run_state_machine_as_test(Office, settings=settings(SMALL, max_examples=300, stateful_step_count=60))
