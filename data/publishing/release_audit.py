"""Releases put back from a backup: the guards of the living wait, and every step is gone through again.

What the database refuses of a step in its moment, such as a recall of what is public by now, it would
refuse of the same step put back years later. So it is looked at as it was then instead.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import sqlalchemy as sa

from data.publishing.content import ReleaseInputs, read_overruled
from data.publishing.guards import FROZEN, LOOKERS, OVERRIDES, RELEASES, STEPS, TABLES
from data.publishing.release import Release
from data.publishing.release_store import Shelf
from data.publishing.states import (
    AUTHORED,
    BEGIN,
    COUNTED,
    DECIDED,
    FOLLOWS,
    LAID_DOWN,
    TYPED,
    Step,
    Taken,
    person,
    written_moment,
)

_GUARDED = (RELEASES, STEPS, FROZEN, LOOKERS, OVERRIDES)


@contextmanager
def guards_waiting(connection: sa.Connection) -> Generator[None]:
    """Let rows of releases be put back in any order, within one transaction; the guards stand again after."""
    there = set(sa.inspect(connection).get_table_names())
    guarded = [table for table in _GUARDED if table in there]
    if connection.dialect.name == "postgresql":
        for table in guarded:
            connection.exec_driver_sql(f'ALTER TABLE "{table}" DISABLE TRIGGER "{table}_in_turn"')
        yield
        for table in guarded:
            connection.exec_driver_sql(f'ALTER TABLE "{table}" ENABLE TRIGGER "{table}_in_turn"')
        return
    triggers = [_trigger(connection, f"{table}_in_turn") for table in guarded]
    for table in guarded:
        connection.exec_driver_sql(f"DROP TRIGGER {table}_in_turn")
    yield
    for statement in triggers:
        connection.exec_driver_sql(statement)


def _trigger(connection: sa.Connection, name: str) -> str:
    query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    return str(connection.execute(query, {"name": name}).scalar_one())


def missteps(connection: sa.Connection, tables: dict[str, sa.Table]) -> list[str]:
    if not set(TABLES) <= set(sa.inspect(connection).get_table_names()):
        return []
    shelf = Shelf(connection, tables)
    frozen = tables[FROZEN].c
    query = sa.select(frozen.release, frozen.step, frozen.digest, frozen.counted)
    submitted = {
        (row.release, row.step): Submitted(row.digest, _alarms(row.counted))
        for row in connection.execute(query)
    }
    return [
        f"{release.name} cannot have come by its step {number}: {wrong}."
        for release in shelf.all()
        for number, wrong in _wrong(release, submitted)
    ]


class Submitted(NamedTuple):
    digest: str
    alarms: frozenset[str]


def _alarms(counted: str) -> frozenset[str]:
    return frozenset(ReleaseInputs.read(counted).alarms) if counted else frozenset()


def _overruled(step: Taken) -> frozenset[str]:
    return frozenset(decision.alarm for decision in read_overruled(step.overruled))


def _wrong(release: Release, submitted: dict[tuple[int, int], Submitted]) -> list[tuple[int, str]]:
    faults: list[tuple[int, str]] = []
    for number, step in enumerate(release.steps, start=1):
        before = release.steps[: number - 1]
        if wrong := _misstep(release, step, before, submitted):
            faults.append((number, wrong))
    return faults


def _misstep(
    release: Release, step: Taken, before: Sequence[Taken], submitted: dict[tuple[int, int], Submitted]
) -> str | None:
    last = before[-1] if before else None
    first = step.kind in BEGIN and (step.kind is Step.ENTERED) == (release.origin == "elsewhere")
    own = step.kind in (TYPED if release.origin == "elsewhere" else COUNTED)
    in_turn = first if last is None else own and last.kind in FOLLOWS.get(step.kind, ())
    authors = {person(earlier.who) for earlier in before if earlier.kind in AUTHORED}
    checks = {
        "it is out of turn": not in_turn or step.step != len(before) + 1,
        "it is dated before the one before it": last is not None and step.at < last.at,
        "what it froze is not there": step.kind in LAID_DOWN
        and ((laid := submitted.get((release.id, step.step))) is None or laid.digest != step.frozen),
        "it overruled other alarms than there were": step.kind is Step.APPROVED
        and last is not None
        and (froze := submitted.get((release.id, last.step))) is not None
        and froze.alarms != _overruled(step),
        "its author approved it": step.kind in DECIDED and person(step.who) in authors,
        "something else was approved": step.kind in DECIDED
        and last is not None
        and step.frozen != last.frozen,
        "it was entered as public from another moment": step.kind is Step.CONFIRMED
        and last is not None
        and step.published_at != last.published_at,
        "it was public by then": step.kind is Step.RECALLED
        and last is not None
        and step.at >= (last.published_at or ""),
        "it was public before its embargo ended": step is release.steps[-1]
        and step.kind is Step.APPROVED
        and release.draft is not None
        and release.draft.embargo is not None
        and (step.published_at or "") < written_moment(release.draft.embargo),
    }
    return next((wrong for wrong, so in checks.items() if so), None)
