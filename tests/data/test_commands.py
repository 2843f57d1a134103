"""Each way in which a database refuses has a sentence of its own, and none repeats a value."""

import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import event, exc

from data.__main__ import main
from data.commands import Parser, add_commands, run, sentence_of
from data.connection import changing, connect_engine, reading
from data.errors import REFUSALS
from data.review import new_review
from tests.conftest import TERMS
from tests.data.conftest import lines

SENTENCES = {name: known["sentence"] for name, known in REFUSALS["database"].items()}
MAPPING = """\
extract = "full"
[[tables]]
table = "applications"
[tables.columns]
application_ref = "Ref"
received_on = "Received"
route = "Route"
area = "Area"
"""


def locked_error(path: Path) -> sqlite3.Error:
    """The error that SQLite gives of a file that another writer has."""
    with closing(sqlite3.connect(path, isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as second:
            return caught(lambda: second.execute("BEGIN IMMEDIATE"))


def caught(act: Callable[[], object]) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as raised:
        act()
    return raised.value


def filled(path: Path) -> sqlite3.Error:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("CREATE TABLE cases (words TEXT)")
        database.execute("PRAGMA max_page_count = 3")
        return caught(lambda: database.execute("INSERT INTO cases VALUES (?)", ["Jane Smith" * 10_000]))


def read_only(path: Path) -> sqlite3.Error:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE cases (words TEXT)")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return caught(lambda: database.execute("INSERT INTO cases VALUES ('Jane Smith')"))


def query_only(path: Path) -> sqlite3.Error:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE cases (words TEXT)")
        database.execute("PRAGMA query_only = ON")
        return caught(lambda: database.execute("INSERT INTO cases VALUES ('Jane Smith')"))


def missing(path: Path) -> sqlite3.Error:
    return caught(lambda: sqlite3.connect(path / "no folder" / "ledger.sqlite"))


def damaged(path: Path) -> sqlite3.Error:
    path.write_text("This is a letter, not a database. " * 100)
    with closing(sqlite3.connect(path)) as database:
        return caught(lambda: database.execute("SELECT * FROM sqlite_master"))


def not_permitted(path: Path) -> sqlite3.Error:
    with closing(sqlite3.connect(path)) as database:
        database.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
        return caught(lambda: database.execute("CREATE TABLE cases (words TEXT)"))


def without_table(path: Path) -> sqlite3.Error:
    with closing(sqlite3.connect(path)) as database:
        return caught(lambda: database.execute("SELECT * FROM cases"))


@pytest.mark.parametrize(
    ("provoke", "sentence"),
    [
        (filled, SENTENCES["full"]),
        (read_only, SENTENCES["read_only"]),
        (query_only, SENTENCES["read_only"]),
        (locked_error, SENTENCES["in_use"]),
        (missing, SENTENCES["not_opened"]),
        (damaged, SENTENCES["damaged"]),
        (not_permitted, SENTENCES["not_permitted"]),
        (without_table, SENTENCES["no_such_table"]),
    ],
)
def test_what_sqlite_itself_refuses_has_its_own_sentence(
    tmp_path: Path, provoke: Callable[[Path], sqlite3.Error], sentence: str
) -> None:
    error = provoke(tmp_path / "a.sqlite")
    assert sentence_of(error) == sentence
    assert sentence_of(exc.OperationalError("INSERT", {"name": "Jane Smith"}, error)) == sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (psycopg.errors.DiskFull("could not extend file"), SENTENCES["full"]),
        (psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT"), SENTENCES["read_only"]),
        (psycopg.errors.LockNotAvailable("lock timeout"), SENTENCES["in_use"]),
        (
            psycopg.errors.InsufficientPrivilege("permission denied for table loads"),
            SENTENCES["not_permitted"],
        ),
        (psycopg.errors.AdminShutdown("terminating connection"), SENTENCES["broken_off"]),
        (
            psycopg.OperationalError('FATAL:  password authentication failed for user "x"'),
            SENTENCES["wrong_password"],
        ),
        (psycopg.OperationalError("fe_sendauth: no password supplied"), SENTENCES["wrong_password"]),
        (psycopg.OperationalError('FATAL:  role "nobody" does not exist'), SENTENCES["no_such_database"]),
        (psycopg.OperationalError("FATAL:  sorry, too many clients already"), SENTENCES["too_many"]),
        (psycopg.OperationalError("could not translate host name"), SENTENCES["not_reached"]),
        (psycopg.OperationalError("connection timeout expired"), SENTENCES["not_reached"]),
        (psycopg.OperationalError("server closed the connection unexpectedly"), SENTENCES["broken_off"]),
    ],
)
def test_what_a_server_refuses_has_its_own_sentence(error: psycopg.Error, sentence: str) -> None:
    assert sentence_of(exc.OperationalError("INSERT", {}, error)) == sentence


def test_a_server_that_does_not_run_is_told_apart_from_a_database_that_is_not_there(
    postgres_url: str,
) -> None:
    for url, sentence in (
        ("postgresql://nobody@127.0.0.1:1/none", SENTENCES["not_reached"]),
        (postgres_url.replace("test_", "absent_"), SENTENCES["no_such_database"]),
    ):
        engine = connect_engine(url)
        with pytest.raises(exc.OperationalError) as raised, reading(engine):
            pass
        engine.dispose()
        assert sentence_of(raised.value) == sentence


def test_a_server_that_only_lets_this_be_read_says_so(postgres_url: str) -> None:
    engine = connect_engine(postgres_url)
    with pytest.raises(exc.DBAPIError) as raised, reading(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE cases (words TEXT)")
    assert sentence_of(raised.value) == SENTENCES["read_only"]
    with pytest.raises(exc.DBAPIError) as raised, changing(engine) as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")
    assert sentence_of(raised.value) == SENTENCES["no_such_table"]
    engine.dispose()


def test_an_error_of_no_known_kind_names_its_kind_and_no_value() -> None:
    error = exc.IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE failed: 'Jane Smith'"))
    assert "The database refused this (IntegrityError), and nothing was kept" in sentence_of(error)
    assert "Jane" not in sentence_of(error)


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("CANDOUR_LEDGER", raising=False)
    (tmp_path / "terms.toml").write_text(TERMS)
    new_review(tmp_path / "review", tmp_path / "terms.toml").ledger.engine.dispose()
    (tmp_path / "a.csv").write_text(lines(*(f"A-{n},01/02/2020,right to ask,north,," for n in range(2000))))
    (tmp_path / "mapping.toml").write_text(MAPPING)
    yield tmp_path
    shutil.rmtree(tmp_path / "review", ignore_errors=True)


def load(folder: Path) -> int:
    file, mapping = str(folder / "a.csv"), str(folder / "mapping.toml")
    day = ("--recorded-on", "2024-01-11")
    return main(["--review", str(folder / "review"), "load", file, "--mapping", mapping, *day])


def test_a_load_that_fills_the_disk_says_so_and_keeps_nothing(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def limit(connection: sqlite3.Connection, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    event.listen(sa.Engine, "connect", limit)
    try:
        assert load(review) == 1
    finally:
        event.remove(sa.Engine, "connect", limit)
    assert capsys.readouterr().err == f"{SENTENCES['full']}\n"
    assert load(review) == 0


def test_a_load_into_a_ledger_that_may_only_be_read_says_so(
    review: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = review / "review" / "ledger.sqlite"
    monkeypatch.setenv("CANDOUR_LEDGER", f"sqlite:///file:{path}?mode=ro&uri=true")
    assert load(review) == 1
    assert capsys.readouterr().err == f"{SENTENCES['read_only']}\n"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full: make room, and run this again."),
        (errno.EROFS, "the disk may only be read, and this has to write: choose another place."),
        (errno.EACCES, "you may not read or write there: check who owns it."),
        (errno.ENOENT, "there is no such file or folder: check the path."),
    ],
)
def test_what_the_system_refuses_of_a_file_has_its_own_sentence(
    capsys: pytest.CaptureFixture[str], number: int, said: str
) -> None:
    def fail(_: object) -> None:
        raise OSError(number, "as the system says it", "a.csv")

    parser = Parser()
    add_commands(parser, {"fail": (fail, "fails")})
    assert run(parser, ["fail"]) == 1
    assert capsys.readouterr().err == f"a.csv: {said}\n"
