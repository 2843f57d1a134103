"""What a reader sees while others write, and what SQLite is told."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from data.connection import changing, reading
from data.ledger import Ledger
from tests.data.test_ledger import FIRST, WEEK, arrival, rows, store
from tests.loading import row_versions_of


@pytest.fixture
def ledger(blank_ledger_url: str) -> Iterator[Ledger]:
    ledger = Ledger(blank_ledger_url)
    store(ledger, FIRST, arrival(rows(A="north", B="north")))
    yield ledger
    ledger.engine.dispose()


def test_a_load_that_commits_between_two_reads_of_one_reader_is_not_seen(ledger: Ledger) -> None:
    loads, held = ledger.tables.loads, ledger.tables.versions["applications"]
    with reading(ledger.engine) as reader:
        before = reader.execute(sa.select(sa.func.count()).select_from(loads)).scalar()
        store(ledger, FIRST + WEEK, arrival(rows(A="south"), fingerprint="g"))
        assert ledger.version() == 2
        assert reader.execute(sa.select(sa.func.count()).select_from(loads)).scalar() == before == 1
        assert reader.execute(sa.select(held.c.area, held.c.closed_by).distinct()).all() == [("north", None)]


WRITES = (
    "INSERT INTO loads (load, recorded_on, loaded_at, note) VALUES (9, '2030-01-01', '2030-01-01', '')",
    "UPDATE sessions SET role = 'auditor'",
    "DELETE FROM sessions",
    "CREATE TABLE more (one INTEGER)",
    "DROP TABLE sessions",
)


def test_a_reader_cannot_write_whatever_it_is_asked_to(ledger: Ledger) -> None:
    for statement in WRITES:
        with pytest.raises(sa.exc.DBAPIError, match=r"read-?only"), reading(ledger.engine) as reader:
            reader.exec_driver_sql(statement)


def test_a_connection_that_has_read_writes_again(ledger: Ledger) -> None:
    row = {"digest": "d", "who": "w", "role": "r", "roles": "r", "began_at": 0.0, "seen_at": 0.0}
    with reading(ledger.engine):
        pass
    with changing(ledger.engine) as connection:
        connection.execute(ledger.tables.sessions.insert(), row)
    with reading(ledger.engine) as reader:
        assert reader.execute(sa.select(ledger.tables.sessions.c.who)).scalars().all() == ["w"]


def test_readers_do_not_wait_for_a_load_and_see_nothing_of_it(ledger: Ledger) -> None:
    before = ledger.stamp(), ledger.receipts().rows()
    with ledger.loading(FIRST + WEEK) as load:
        load.store(arrival(rows(A="south"), fingerprint="g"))
        assert (ledger.stamp(), ledger.receipts().rows()) == before
        assert row_versions_of(ledger, "applications", 2).height == 2
    assert ledger.stamp().version == 2


def test_what_a_page_asks_first_is_one_question_in_one_transaction(ledger: Ledger) -> None:
    begun: list[object] = []
    asked: list[str] = []
    event.listen(ledger.engine, "begin", begun.append)
    event.listen(
        ledger.engine, "before_cursor_execute", lambda connection, cursor, text, *rest: asked.append(text)
    )
    stands = ledger.stamp()
    assert len(begun) == 1
    assert sum(text.startswith("SELECT") for text in asked) == 1
    assert stands == (1, ledger.stamp(1).edition)


def test_a_ledger_without_a_load_stands_at_nought(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    ledger.create("A review", demonstration=False)
    assert ledger.stamp() == (0, ledger.stamp(0).edition)
    ledger.engine.dispose()


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1)],
)
def test_every_connection_to_sqlite_is_told_to_be_safe(tmp_path: Path, setting: str, wanted: object) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with ledger.engine.connect() as one, ledger.engine.connect() as two:
        for connection in (one, two):
            assert connection.exec_driver_sql(f"PRAGMA {setting}").scalar() == wanted
    ledger.engine.dispose()


def test_a_load_holds_the_lock_of_sqlite_from_its_beginning(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    ledger.create("A review", demonstration=False)
    other = sqlite3.connect(tmp_path / "ledger.sqlite", timeout=0, isolation_level=None)

    def begin() -> None:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")

    begin()
    with changing(ledger.engine), pytest.raises(sqlite3.OperationalError, match="database is locked"):
        begin()
    begin()
    other.close()
    ledger.engine.dispose()
