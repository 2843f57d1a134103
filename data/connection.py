"""What differs between SQLite and PostgreSQL, and nothing else."""

import sqlite3
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs
import sqlalchemy as sa
from sqlalchemy import event, exc

from data.errors import UserError, refusal

if TYPE_CHECKING:
    import psycopg  # SQLAlchemy imports it for PostgreSQL alone

# Any number will do, so long as nothing else in the same database takes the same lock.
LOAD_LOCK = 3778_0033
READ_ONLY = "READ ONLY"
AT_ONCE = 20_000  # rows that are in memory as Python's own


def connect_engine(url: str, *, wait: float = 60) -> sa.Engine:
    """wait: seconds for which a writer waits while another has a SQLite file."""
    try:
        parsed = sa.make_url(url)
    except exc.ArgumentError:
        raise refusal("no_address") from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, wait)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql_engine(parsed)
    raise UserError(f"A ledger is kept in SQLite or PostgreSQL, not in {parsed.get_backend_name()}.")


@contextmanager
def reading(engine: sa.Engine) -> Generator[sa.Connection]:
    """One transaction that sees the database as it was at one moment, and may not write."""
    options = {"begin": READ_ONLY}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def changing(engine: sa.Engine, lock: int | None = None) -> Generator[sa.Connection]:
    """One transaction that writes, undone whole by any error; lock: of those with one, one runs at a time."""
    with engine.connect().execution_options(begin="IMMEDIATE") as connection, connection.begin():
        if lock is not None:
            take_lock(connection, lock)
        yield connection


def writing(engine: sa.Engine) -> AbstractContextManager[sa.Connection]:
    return changing(engine, LOAD_LOCK)


def take_lock(connection: sa.Connection, lock: int) -> None:
    # SQLite lets one transaction write at a time anyway.
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))


def locked(error: exc.OperationalError) -> bool:
    cause = error.orig
    # The low byte is the kind of refusal; the rest says which lock it was.
    return isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def bulk_insert(connection: sa.Connection, table: sa.Table, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    names = ", ".join(f'"{name}"' for name in rows.columns)
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in rows.iter_rows():
                copy.write_row(row)
        return
    marks = ", ".join("?" * rows.width)
    # As SQLAlchemy writes them: what is compared or signed must come back letter by letter.
    days, moments = cs.date().dt.to_string("iso"), cs.datetime().dt.to_string("%Y-%m-%d %H:%M:%S%.6f")
    # Rows of Python take ten times the room of a frame's.
    for some in rows.iter_slices(AT_ONCE):
        plain = some.with_columns(days, moments).rows()
        connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', plain)


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"), hide_parameters=True)

    @event.listens_for(engine, "connect")
    def settle(connection: "psycopg.Connection", _: object) -> None:
        # SQLite forgets the time zone: in either, a moment without one is in UTC.
        connection.execute("SET TIME ZONE 'UTC'")
        connection.commit()

    return engine


def _sqlite_engine(url: sa.URL, wait: float) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": wait}, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def close(*_: object) -> None:
        # Whatever the umask is; what SQLite keeps beside a file has the file's mode. Where none can be
        # made, SQLite says why.
        if url.database is not None:
            with suppress(OSError):
                Path(url.database).touch(mode=0o600, exist_ok=False)

    @event.listens_for(engine, "connect")
    def settle(connection: sqlite3.Connection, _: object) -> None:
        # The driver's own transactions begin too late and give torn reads; ours begin explicitly.
        connection.isolation_level = None
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        mode = connection.get_execution_options().get("begin", "DEFERRED")
        # Set at every beginning, so that no connection stays closed to its next writer.
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if mode == READ_ONLY else 'OFF'}")
        connection.exec_driver_sql(f"BEGIN {'DEFERRED' if mode == READ_ONLY else mode}")

    return engine
