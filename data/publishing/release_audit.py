"""Releases put back from a backup: each step is checked as of its own moment, and not as of today."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

import sqlalchemy as sa

from data.publishing import states
from data.publishing.content import ReleaseInputs, read_overruled
from data.publishing.release import Release
from data.publishing.release_store import ReleaseStore
from data.publishing.release_tables import FROZEN, TABLES
from data.publishing.states import Step, person, written_moment


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
