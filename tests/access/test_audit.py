"""The record of a real ledger: verified, taken out by days, and counted."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import data.record
from access.audit import extract, frame, looked_at, verify
from data.connection import changing
from data.errors import UserError
from data.kinds import Kind, Outcome
from data.ledger import Ledger
from data.record import Entry, Record, Row
from data.tables import ENTRY_LENGTHS

TODAY = dt.date(2024, 1, 11)


def record_at(url: str, folder: Path) -> Record:
    ledger = Ledger(url)
    ledger.create("A review", demonstration=False)
    folder.mkdir(exist_ok=True)
    record = Record(ledger, folder / "record.keys", folder / "record.anchor")
    record.prepare()
    return record


def opened(url: str, folder: Path) -> Record:
    record = record_at(url, folder)
    for scope in ("overview", "failures", "progress", "overview"):
        record.write(Entry(Kind.CONSULTATION, "amina", "analyst", scope, "", Outcome.ALLOWED))
    return record


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    record = opened(f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path / "one")
    yield record
    record._ledger.engine.dispose()


@pytest.fixture
def on_both(ledger_url: str, tmp_path: Path) -> Iterator[Record]:
    record = opened(ledger_url, tmp_path / "one")
    yield record
    record._ledger.engine.dispose()


def tamper(record: Record, statement: str) -> None:
    """Run a statement as somebody who has taken the database's guards away."""
    with changing(record._ledger.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE record DISABLE TRIGGER ALL")
        else:
            for guard in ("kept", "fixed", "anew"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS record_{guard}")
        connection.exec_driver_sql(statement)


def test_a_record_that_nobody_touched_is_whole(record: Record) -> None:
    verdict = verify(record)
    assert (verdict.whole, verdict.rows, verdict.anchored) == (True, 4, 4)
    record.renew_key(Entry(Kind.ADMINISTRATION, "ben", "data steward", "a new key", "", Outcome.ALLOWED))
    assert verify(record).whole


COPY = "INSERT INTO record SELECT 5, at, kind, who, role, scope, reason, outcome, key_id, digest FROM record"


def test_what_was_done_behind_the_guards_is_found(on_both: Record) -> None:
    for statement, *findings in (
        (f"{COPY} WHERE number = 4", "Row 5 was altered or put in, or the row before it was."),
        ("DELETE FROM record WHERE number = 5",),
        (
            "UPDATE record SET scope = 'nothing' WHERE number = 2",
            "Row 2 was altered or put in, or the row before it was.",
        ),
        ("DELETE FROM record WHERE number = 2", "Row 2 is missing."),
        (
            "DELETE FROM record WHERE number > 2",
            "Rows 2 to 4 are cut off from the end: the anchor goes on to 4.",
        ),
        ("DELETE FROM record", "Rows 1 to 4 are cut off from the end: the anchor goes on to 4."),
    ):
        tamper(on_both, statement)
        assert verify(on_both).findings == tuple(findings), statement


def test_a_chain_moved_from_another_ledger_is_found(record: Record, tmp_path: Path) -> None:
    other = record_at(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "one")
    with record.reading() as rows, changing(other._ledger.engine) as connection:
        connection.execute(other._table.insert(), [row._asdict() for row in rows])
    (found,) = verify(other).findings
    assert found.endswith("or the record is another ledger's.")
    other._ledger.engine.dispose()


def test_another_copy_of_the_anchor_finds_what_ones_own_cannot(record: Record) -> None:
    kept = record.anchor.lines()
    # Somebody who writes to the database and to the folder cuts both.
    tamper(record, "DELETE FROM record WHERE number > 2")
    record.anchor.path.write_text("\n".join(kept[:2]) + "\n")
    assert verify(record).whole
    assert verify(record, kept).findings == (
        "Rows 3 to 4 are cut off from the end: the anchor goes on to 4.",
    )


def test_a_missing_anchor_is_a_finding_and_a_missing_key_is_a_fault(on_both: Record) -> None:
    on_both.anchor.path.unlink()
    assert verify(on_both).findings == ("The anchor of the record is missing.",)
    on_both.keys.path.unlink()
    with pytest.raises(UserError, match="The key file of the record is missing"):
        verify(on_both)


def test_an_extract_has_the_days_asked_for_and_refuses_them_backwards(record: Record) -> None:
    days = [
        dt.date.fromisoformat(row.at[:10]) for row in record.between(dt.date(2000, 1, 1), dt.date(2999, 1, 1))
    ]
    found = extract(record, days[0], days[-1])
    assert found.columns == list(Row._fields)
    assert found["scope"].to_list() == ["overview", "failures", "progress", "overview"]
    assert extract(record, TODAY, TODAY).is_empty()
    with pytest.raises(
        UserError, match="10 January 2024 is before 11 January 2024: give the earlier day first"
    ):
        extract(record, TODAY, dt.date(2024, 1, 10))


def row(number: int, day: int, who: str, kind: str, outcome: str) -> Row:
    at = f"2024-01-{day:02}T23:59:59.999999+00:00"
    return Row(number, at, kind, who, "analyst", "overview", "", outcome, "k", "d")


def test_entries_are_counted_by_day_who_kind_and_outcome() -> None:
    entries = frame(
        [
            row(1, 11, "amina", "consultation", "allowed"),
            row(2, 11, "amina", "consultation", "allowed"),
            row(3, 11, "amina", "consultation", "refused"),
            row(4, 11, "ben", "disclosure", "allowed"),
            row(5, 10, "ben", "disclosure", "allowed"),
        ]
    )
    assert looked_at(entries).rows() == [
        (dt.date(2024, 1, 10), "ben", "disclosure", "allowed", 1),
        (dt.date(2024, 1, 11), "amina", "consultation", "allowed", 2),
        (dt.date(2024, 1, 11), "amina", "consultation", "refused", 1),
        (dt.date(2024, 1, 11), "ben", "disclosure", "allowed", 1),
    ]
    empty = looked_at(frame([]))
    assert empty.is_empty()
    assert empty.schema["day"] == pl.Date


def test_every_word_fits_its_column_and_is_known_to_what_writes_below() -> None:
    assert max(map(len, Kind)) <= ENTRY_LENGTHS["kind"]
    assert max(map(len, Outcome)) <= ENTRY_LENGTHS["outcome"]
    assert set(data.record.LOGGED) <= set(Kind)
