"""Removes what a court or the law says may no longer be held, and has the record vouch for what is left."""

import datetime as dt
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from data.connection import writing
from data.errors import UserError
from data.formatting import counted, listed_words, written_day
from data.load_digests import refuse_altered, seal
from data.record import Kind, Outcome, Row, done_here, fitting
from data.review import Review
from data.schema import SCHEMAS, identity, links, referred_tables
from data.tables import Tables

WHY = "Say why it is erased, in one line of {} to {} characters: the record keeps it, so name nobody in it."


@dataclass(frozen=True)
class Erased:
    rows: dict[str, int]  # row versions that went, by table
    loads: list[int]
    copies: list[Row]  # entries of backups and files that may have them yet
    # Whether somebody who reads keeps what SQLite holds beside its file, and with it what went.
    remains: bool = False

    def __str__(self) -> str:
        what = listed_words([f"{rows:,} of {table.replace('_', ' ')}" for table, rows in self.rows.items()])
        until = " Stop the dashboard: its readers keep it in the ledger's file." if self.remains else ""
        return f"Erased {what or 'nothing'}, from {counted(len(self.loads), 'load', 'loads')}.{until}"


def erase(review: Review, table: str, reference: str, reason: str) -> Erased:
    """Erase one row of a table, each of its versions, and whatever refers to it.

    UserError: no version has that reference, or the reason does not fit. Run as the owner of the tables.
    """
    why = fitting(" ".join(reason.split()), WHY)
    if table not in referred_tables():
        raise UserError(f"Name one of these tables: {', '.join(referred_tables())}.")
    return _erase(review, {table: {reference}}, why)


def erase_review(review: Review, reason: str) -> Erased:
    """Erase every row of a review whose time is over. UserError: it is not, or no time is set."""
    why = fitting(" ".join(reason.split()), WHY)
    due = retained_until(review)
    if due is None or review.today() <= due:
        until = "no retention is set in terms.toml" if due is None else f"it is kept until {written_day(due)}"
        raise UserError(f"The review cannot be erased yet: {until}.")
    return _erase(review, None, why)


def retained_until(review: Review, recorded_on: dt.date | None = None) -> dt.date | None:
    """Return the last day on which a load may be kept; recorded_on: its day, the last load's if left out."""
    years = review.terms.retain_years
    last = recorded_on or max(review.ledger.loads()["recorded_on"].to_list(), default=None)
    if years is None or last is None:
        return None
    day = 28 if (last.month, last.day) == (2, 29) else last.day
    return last.replace(year=last.year + years, day=day)


def _erase(review: Review, wanted: dict[str, set[str]] | None, why: str) -> Erased:
    tables = review.ledger.tables
    with writing(review.ledger.engine) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        # What is altered already must not be vouched for from now on.
        refuse_altered(review.record, connection, tables)
        conditions = _conditions(connection, tables, wanted)
        gone = {name: _counts(connection, tables, name, which) for name, which in conditions.items()}
        loads = sorted({load for own in gone.values() for load in own})
        if not loads:
            raise UserError("No row has that reference: nothing was erased.")
        keys = [table.name for table in tables.keys.values()]
        with _guards_off(connection, [*tables.versions, *keys, "quarantine"]):
            for name, which in reversed(conditions.items()):
                connection.execute(tables.versions[name].delete().where(which))
                if (own_keys := tables.keys.get(name)) is not None:
                    current = sa.select(tables.versions[name].c[identity(name)])
                    gone_keys = own_keys.c[identity(name)].not_in(current)
                    connection.execute(own_keys.delete().where(gone_keys))
            own = tables.quarantine.c.load.in_(loads) & tables.quarantine.c.table_name.in_(list(gone))
            connection.execute(tables.quarantine.delete().where(own))
        scopes = [_scope(connection, tables, load, gone) for load in loads]
        entries = [done_here(Kind.ERASURE, scope, reason=why) for scope in scopes]
        heads = [review.record.append(connection, entry) for entry in entries]
    review.record.committed(heads)
    remains = False
    if review.ledger.engine.dialect.name == "sqlite":
        with review.ledger.engine.connect() as connection:
            remains = bool(connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one())
    shutil.rmtree(review.folder / "snapshots", ignore_errors=True)
    rows = {name: sum(opened for opened, _ in own.values()) for name, own in gone.items() if own}
    return Erased(rows, loads, _copies(review, loads[0]), remains)


def _scope(
    connection: sa.Connection, tables: Tables, load: int, gone: dict[str, dict[int, tuple[int, int]]]
) -> str:
    parts = [
        f"{own[load][0]} opened, {own[load][1]} closed of {name}" for name, own in gone.items() if load in own
    ]
    return f"load {load} erased: {'; '.join(parts)}; {seal(connection, tables, load)}"


def _conditions(
    connection: sa.Connection, tables: Tables, wanted: dict[str, set[str]] | None
) -> dict[str, sa.ColumnElement[bool]]:
    """Return which rows of each table go, those first that others refer to."""
    if wanted is None:
        return dict.fromkeys(SCHEMAS, sa.true())
    references = {name: set(own) for name, own in wanted.items()}
    conditions: dict[str, sa.ColumnElement[bool]] = {}
    # Tables are listed after those that they refer to.
    for name, schema in SCHEMAS.items():
        columns = tables.versions[name].c
        which = [
            columns[column].in_(references[target])
            for column, target in links(schema).items()
            if references.get(target)
        ]
        if name in wanted:
            which.append(columns[identity(name)].in_(wanted[name]))
        if which:
            conditions[name] = sa.or_(*which)
            if name in tables.keys:
                own = connection.scalars(sa.select(columns[identity(name)]).where(conditions[name]))
                references[name] = references.get(name, set()) | {str(key) for key in own}
    return conditions


def _counts(
    connection: sa.Connection, tables: Tables, name: str, which: sa.ColumnElement[bool]
) -> dict[int, tuple[int, int]]:
    """Return how many of the rows each load had opened and closed."""
    columns = tables.versions[name].c
    rows = connection.execute(sa.select(columns.opened_by, columns.closed_by).where(which)).all()
    loads = {load for row in rows for load in row if load is not None}
    return {
        load: (sum(row.opened_by == load for row in rows), sum(row.closed_by == load for row in rows))
        for load in loads
    }


def _copies(review: Review, first: int) -> list[Row]:
    """Return the entries of backups and of files with rows, since the first load that brought what went."""
    brought = next((row.number for row in review.record.about(Kind.COLLECTION, f"load {first} ")), 0)
    backups = review.record.about(Kind.ADMINISTRATION, "backup to ")
    files = review.record.about(Kind.DISCLOSURE, "")
    copies = sorted(row for row in (*backups, *files) if row.number > brought)
    return [row for row in copies if row.outcome == Outcome.ALLOWED]


@contextmanager
def _guards_off(connection: sa.Connection, names: list[str]) -> Generator[None]:
    """Let rows be deleted within this transaction: in no other does the database allow it."""
    if connection.dialect.name == "postgresql":
        off = [f'ALTER TABLE "{name}" DISABLE TRIGGER USER' for name in names]
        on = [statement.replace("DISABLE", "ENABLE") for statement in off]
    else:
        query = sa.text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = [row for row in connection.execute(query).all() if row.tbl_name in names]
        off, on = [f'DROP TRIGGER "{row.name}"' for row in triggers], [row.sql for row in triggers]
    for statement in off:
        connection.exec_driver_sql(statement)
    yield
    for statement in on:
        connection.exec_driver_sql(statement)
