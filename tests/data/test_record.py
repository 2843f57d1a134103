"""The record on SQLite and on PostgreSQL: every entry is kept, in its place, and none can be changed."""

import ast
import datetime as dt
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from access.audit import verify
from data.connection import changing, reading
from data.errors import UserError
from data.ledger import Ledger
from data.record import Chain, Entry, Kind, Outcome, Record, Row, at_the_keyboard, signature

ROOT = Path(__file__).parents[2]
LOOK = Entry("consultation", "amina", "analyst", "overview as at 2024-01-11", "", "allowed")
ALTERATION = Entry("alteration", "ben", "data steward", "load 2", "", "allowed")


def opened(url: str, folder: Path) -> Record:
    """Record of the ledger at an address; making a ledger that is there leaves it alone."""
    ledger = Ledger(url)
    ledger.create("A review", demonstration=False)
    record = Record(ledger, folder / "record.keys", folder / "record.anchor")
    record.prepare()
    return record


@pytest.fixture
def record(blank_ledger_url: str, tmp_path: Path) -> Iterator[Record]:
    record = opened(blank_ledger_url, tmp_path)
    yield record
    record.ledger.engine.dispose()


@pytest.fixture
def small(blank_ledger: str, tmp_path: Path) -> Iterator[Record]:
    """A record on SQLite, where the kind of database makes no difference."""
    record = opened(blank_ledger, tmp_path)
    yield record
    record.ledger.engine.dispose()


def rows_of(record: Record) -> list[Row]:
    with record.reading() as rows:
        return list(rows)


def chained(record: Record) -> bool:
    """Whether every row has its number and its signature."""
    keys, previous = record.keys.read(), record.ledger.id()
    for number, row in enumerate(rows_of(record), start=1):
        if row.number != number or row.digest != signature(keys[row.key_id], previous, row):
            return False
        previous = row.digest
    return True


def test_entries_are_numbered_and_each_is_signed_with_the_one_before_it(record: Record) -> None:
    before = dt.datetime.now(dt.UTC)
    for _ in range(3):
        record.write(LOOK)
    rows = rows_of(record)
    assert [row.number for row in rows] == [1, 2, 3]
    assert {row[2:8] for row in rows} == {tuple(vars(LOOK).values())}
    moments = [dt.datetime.fromisoformat(row.at) for row in rows]
    assert before <= moments[0] <= moments[1] <= moments[2] <= dt.datetime.now(dt.UTC)
    assert {(moment.tzinfo, len(row.at)) for moment, row in zip(moments, rows, strict=True)} == {(dt.UTC, 32)}
    assert chained(record)
    assert record.anchor.lines() == [f"{row.number} {row.digest}" for row in rows]


def test_what_is_signed_comes_back_letter_by_letter(record: Record) -> None:
    longest = Entry("k" * 20, "🔑" * 200, "é" * 40, "'\"\\%;" * 200, "語" * 500, "o" * 20)
    record.write(longest)
    record.write(Entry("sign-in", " amina ", "", "", "", "refused"))
    assert rows_of(record)[0][2:8] == tuple(vars(longest).values())
    assert chained(record)


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("reason", "x" * 501, "The reason of an entry in the record must be one line of 0 to 500 characters"),
        ("scope", "a\nb", "The scope of an entry in the record must be one line of 0 to 1,000 characters"),
        ("who", "a\x00b", "The who of an entry in the record must be one line of 1 to 200 characters"),
        ("who", "amina\u202e", "The who of an entry in the record must be one line of 1 to 200 characters"),
        ("role", "\ud800", "The role of an entry in the record must be one line of 0 to 40 characters"),
        ("who", "", "The who of an entry in the record must be one line of 1 to 200 characters"),
    ],
)
def test_what_could_not_be_read_again_is_refused(field: str, text: str, told: str) -> None:
    with pytest.raises(UserError) as caught:
        Entry(**{**vars(LOOK), field: text})
    assert str(caught.value).startswith(told)


def test_the_database_refuses_to_change_or_forget_an_entry(record: Record) -> None:
    record.write(LOOK)
    record.write(LOOK)
    before = rows_of(record)
    for statement in (
        "UPDATE record SET who = 'nobody' WHERE number = 1",
        "UPDATE record SET digest = 'forged'",
        "UPDATE record SET number = 9 WHERE number = 2",
        "DELETE FROM record WHERE number = 2",
        "DELETE FROM record",
    ):
        with (
            pytest.raises(DBAPIError, match="the ledger is append-only"),
            changing(record.ledger.engine) as connection,
        ):
            connection.exec_driver_sql(statement)
        assert rows_of(record) == before


def test_the_database_refuses_to_empty_the_record_or_to_replace_an_entry(record: Record) -> None:
    record.write(LOOK)
    before = rows_of(record)
    same = "SELECT number, at, kind, 'nobody', role, scope, reason, outcome, key_id, digest FROM record"
    one = {
        "sqlite": f"INSERT OR REPLACE INTO record {same}",
        "postgresql": "TRUNCATE record",
    }[record.ledger.engine.dialect.name]
    with (
        pytest.raises(DBAPIError, match="the ledger is append-only"),
        changing(record.ledger.engine) as connection,
    ):
        connection.exec_driver_sql(one)
    assert rows_of(record) == before


def test_an_entry_stands_or_falls_with_the_transaction_it_is_part_of(record: Record) -> None:
    record.write(LOOK)
    with changing(record.ledger.engine) as connection:
        record.append(connection, ALTERATION)
        connection.rollback()
    with changing(record.ledger.engine) as connection:
        heads = [record.append(connection, ALTERATION), record.append(connection, LOOK)]
    record.committed(heads)
    assert [row.kind for row in rows_of(record)] == ["consultation", "alteration", "consultation"]
    assert len(record.anchor.lines()) == 3
    assert chained(record)


def test_threads_that_write_at_once_lose_nothing(record: Record) -> None:
    def write() -> None:
        for _ in range(12):
            record.write(LOOK)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows_of(record)) == 48
    assert chained(record)
    # One that is slow to add its line may find that the next entry added it as well.
    assert set(record.anchor.lines()) == {f"{row.number} {row.digest}" for row in rows_of(record)}


@pytest.mark.long
def test_processes_that_write_at_once_lose_nothing(small: Record, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.data.test_record import LOOK, opened\n"
        "record = opened(sys.argv[1], Path(sys.argv[2]))\n"
        "for _ in range(25): record.write(LOOK)"
    )
    url = small.ledger.engine.url.render_as_string()
    written = 0
    with subprocess.Popen([sys.executable, "-c", code, url, str(tmp_path)], cwd=ROOT) as other:
        while other.poll() is None:
            small.write(LOOK)
            written += 1
    assert other.returncode == 0
    assert len(rows_of(small)) == 25 + written
    assert chained(small)
    assert len(set(small.anchor.lines())) == 25 + written


@pytest.mark.postgres
def test_a_load_that_takes_long_does_not_hold_up_a_reader(postgres_url: str, tmp_path: Path) -> None:
    address = sa.make_url(postgres_url).update_query_dict({"options": "-c lock_timeout=5s"})
    record = opened(address.render_as_string(hide_password=False), tmp_path)
    with record.ledger.loading(dt.date(2024, 1, 11)):
        record.write(LOOK)
    assert len(rows_of(record)) == 1
    record.ledger.engine.dispose()


def test_a_crash_before_the_anchor_leaves_it_behind_and_the_next_entry_adds_the_line(small: Record) -> None:
    small.write(LOOK)
    with changing(small.ledger.engine) as connection:
        small.append(connection, LOOK)
    assert [line.split()[0] for line in small.anchor.lines()] == ["1"]
    small.write(LOOK)
    assert [line.split()[0] for line in small.anchor.lines()] == ["1", "2", "3"]
    assert chained(small)


def test_a_new_key_signs_from_its_own_entry_on_and_the_old_one_still_verifies(record: Record) -> None:
    record.write(LOOK)
    (first,) = record.keys.read()
    second = record.renew_key(Entry("administration", "ben", "data steward", "a new key", "", "allowed"))
    record.write(LOOK)
    assert list(record.keys.read()) == [first, second]
    assert [row.key_id for row in rows_of(record)] == [first, second, second]
    assert chained(record)


def test_a_record_with_entries_never_gets_a_first_key_again(small: Record) -> None:
    small.prepare()
    small.write(LOOK)
    small.keys.path.unlink()
    for again in (small.prepare, lambda: small.write(LOOK)):
        with pytest.raises(
            UserError, match=r"The key file of the record is missing from .*: put back your copy"
        ):
            again()
    assert not small.keys.path.exists()
    assert len(rows_of(small)) == 1


def test_an_empty_record_without_keys_is_given_some(small: Record) -> None:
    small.keys.path.unlink()
    small.prepare()
    small.write(LOOK)
    assert chained(small)


def test_without_its_anchor_nothing_is_written(small: Record) -> None:
    small.write(LOOK)
    small.anchor.path.unlink()
    with pytest.raises(UserError, match=r"The anchor of the record, .*, is missing or may not be written to"):
        small.write(LOOK)
    assert len(rows_of(small)) == 1
    assert not small.anchor.path.exists()


def test_the_first_entry_of_a_day_and_every_alteration_go_to_the_systems_journal(
    small: Record, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="candour.record")
    small.write(LOOK)
    small.write(LOOK)
    small.write(ALTERATION)
    told = [message.split() for message in caplog.messages]
    rows = rows_of(small)
    # Midnight may come between them: then the second is the first of its day.
    assert ["record", "1", rows[0].digest] in told
    assert ["record", "3", rows[2].digest] in told
    assert rows[0].at[:10] != rows[1].at[:10] or len(told) == 2


def checked_anew(record: Record, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str | None]:
    """How many signatures a new process checks before it trusts the record, and the fault that it finds."""
    signed: list[int] = []
    monkeypatch.setattr("data.record._followed", {})
    monkeypatch.setattr("data.record.signature", lambda *own: signed.append(1) or signature(*own))
    with reading(record.ledger.engine) as connection:
        found = record.signed(connection)
    return len(signed), found.fault


def test_what_one_process_has_checked_the_next_one_need_not(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.record.MARKED_AFTER", 3)
    for entry in (LOOK, ALTERATION, LOOK):
        record.write(entry)
    assert checked_anew(record, monkeypatch) == (3, None)
    record.write(LOOK)
    assert checked_anew(record, monkeypatch) == (1, None)
    with reading(record.ledger.engine) as connection:
        assert [row.kind for row in record.signed(connection).entries] == ["alteration"]


def test_a_mark_without_the_key_or_of_another_record_spares_nothing(
    small: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.record.MARKED_AFTER", 1)
    small.write(ALTERATION)
    small.write(LOOK)
    assert checked_anew(small, monkeypatch) == (2, None)
    mark = tmp_path / "record.checked"
    assert mark.stat().st_mode & 0o077 == 0
    whole = mark.read_bytes()
    mark.write_bytes(whole.replace(b"ben", b"bob"))
    assert checked_anew(small, monkeypatch) == (2, None)
    mark.write_bytes(whole)
    with small.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER review_fixed")
        connection.exec_driver_sql("UPDATE review SET id = 'another'")
    assert checked_anew(small, monkeypatch)[1] == "row 1 of the record was altered"


def test_an_entry_that_was_altered_before_the_mark_is_found(
    small: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.record.MARKED_AFTER", 1)
    for entry in (LOOK, ALTERATION, LOOK):
        small.write(entry)
    assert checked_anew(small, monkeypatch) == (3, None)
    with small.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER record_fixed")
        connection.exec_driver_sql("UPDATE record SET who = 'nobody' WHERE number IN (1, 2)")
    assert checked_anew(small, monkeypatch) == (0, "row 2 of the record was altered")
    # What vouches for no row is found by `verify`, which goes by no mark.
    assert verify(small).findings[0].startswith("Row 1 was altered or put in")


def test_entries_are_found_by_their_days(small: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(
        dt.datetime(2024, 1, day, hour, 59, 59, 999_999, tzinfo=dt.UTC)
        for day, hour in ((10, 23), (11, 0), (11, 23), (12, 0))
    )

    class Clock(dt.datetime):
        @classmethod
        def now(cls, _: dt.tzinfo | None = None) -> dt.datetime:
            return next(moments)

    monkeypatch.setattr("data.record.dt.datetime", Clock)
    for _ in range(4):
        small.write(LOOK)
    days = [dt.date(2024, 1, day) for day in (9, 10, 11, 12)]
    assert [row.number for row in small.between(days[2], days[2])] == [2, 3]
    assert [row.number for row in small.between(days[0], days[1])] == [1]
    assert [row.number for row in small.between(days[0], days[3])] == [1, 2, 3, 4]
    assert small.between(days[0], days[0]) == []


OLD, NEW = b"old key " * 4, b"new key " * 4
KEYS = {"0ld": OLD, "new": NEW}
LEDGER = "a" * 32
AT = "2024-01-11T10:00:00.000000+00:00"


def chained_of_chain(*keys: str) -> list[Row]:
    rows, previous = [], LEDGER
    for number, key in enumerate(keys, start=1):
        row = Row(number, AT, "consultation", "amina", "analyst", "overview", "", "allowed", key, "")
        rows.append(row._replace(digest=signature(KEYS[key], previous, row)))
        previous = rows[-1].digest
    return rows


WHOLE = chained_of_chain("0ld", "0ld", "new", "new")


def broken(rows: Sequence[Row], keys: dict[str, bytes] | None) -> list[str]:
    chain = Chain(keys, LEDGER)
    return [finding for row in rows for finding in chain.follow(row)]


@pytest.mark.parametrize("keys", [KEYS, None])
def test_nothing_is_found_in_a_chain_that_nobody_touched(keys: dict[str, bytes] | None) -> None:
    assert broken(WHOLE, keys) == []


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        ([*WHOLE[:1], *WHOLE[2:]], "Row 2 is missing."),
        ([*WHOLE[:2], *WHOLE[1:]], "Row 2 is there twice or out of order: it stands after row 2."),
        ([WHOLE[0]._replace(who=b"amina"), *WHOLE[1:]], "Row 1 holds something that is not text."),
    ],
)
def test_what_needs_no_key_is_found_without_keys(rows: Sequence[Row], finding: str) -> None:
    assert broken(rows, None) == [finding]


def test_a_key_that_had_been_replaced_is_found() -> None:
    assert broken(chained_of_chain("0ld", "new", "0ld"), KEYS) == [
        "Row 3 is signed with the key 0ld, which had been replaced by then."
    ]


ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for floor in ("access", "data") for path in (ROOT / floor).rglob("*.py"))


def strings_in_entries(path: Path) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    of_entries = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Entry"]
    words = [each for call in of_entries for each in (*call.args, *(named.value for named in call.keywords))]
    return {str(each.value) for each in words if isinstance(each, ast.Constant)}


def test_no_entry_spells_a_kind_or_an_outcome_itself() -> None:
    assert len(SOURCES) > 50
    words = {*Kind, *Outcome}
    assert not {str(path): spelt for path in SOURCES if (spelt := strings_in_entries(path) & words)}


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="accounts are another matter there")


@pytest.fixture(autouse=True)
def no_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)


def test_another_name_in_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    monkeypatch.setenv("LOGNAME", "somebody else")
    monkeypatch.setenv("USER", "somebody else")
    assert at_the_keyboard() == pwd.getpwuid(os.getuid()).pw_name


def test_who_took_the_account_on_is_named_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    account = at_the_keyboard()
    monkeypatch.setenv("SUDO_USER", "amina")
    assert at_the_keyboard() == f"{account}, for amina"
    monkeypatch.setenv("SUDO_USER", account)
    assert at_the_keyboard() == account
    monkeypatch.setenv("SUDO_USER", "two\nlines")
    assert at_the_keyboard() == account


def test_an_account_without_a_name_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    # As in a container that runs under a number of its own.
    monkeypatch.setattr(os, "getuid", lambda: 2_000_000_123)
    assert at_the_keyboard() == "account 2000000123"


def test_an_entry_that_was_added_since_a_reading_began_is_no_fault_of_the_anchor(record: Record) -> None:
    with changing(record.ledger.engine) as connection:
        head = record.append(connection, ALTERATION)
    record.committed([head])
    with reading(record.ledger.engine) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM record")) == 1
        with changing(record.ledger.engine) as other:
            later = record.append(other, LOOK)
        record.committed([later])
        assert record.signed(connection).fault is None
