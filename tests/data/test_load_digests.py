"""A digest of all rows of a load is in its signed entry, and is compared before a figure is shown."""

import datetime as dt
import hashlib
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from access.audit import verify
from data.connection import reading
from data.errors import Unverified
from data.load_digests import _canonical, digests, refuse_altered, seal_older, unsealed
from data.record import Row, signature
from data.review import Review, open_review
from data.supersede import supersede
from tests.data.conftest import DAY, Loader, lines

WEEK = DAY.replace(day=18) - DAY
ROWS = [
    f"A-{number},01/02/2020,right to ask,{area},,"
    for number, area in enumerate(("north", "south", "nowhere"))
]
COLUMNS = {
    "applications": ("application_ref", "received_on", "route", "area", "recorded_from", "recorded_to", "opened_by"),
    "loads": ("recorded_on", "note"),
    "receipts": ("file", "read", "new", "fingerprint"),
    "quarantine": ("row_number", "reason", "shape"),
}  # fmt: skip
EDITS = [(table, column) for table, columns in COLUMNS.items() for column in columns]
"""Every kind of edit."""
MANY_EDITS = 10_000


@pytest.fixture
def loaded(on_both: Loader) -> Loader:
    """Three loads, the last of which superseded the second."""
    on_both.take(lines(*ROWS))
    on_both.take(lines(ROWS[0], ROWS[0].replace("A-0", "A-9")), on=DAY + WEEK, confirm_removals=True)
    supersede(on_both.review, 2, "recorded on a wrong day")
    return on_both


def found(review: Review) -> list[str]:
    with reading(review.ledger.engine) as connection:
        signed = review.record.signed(connection)
        return unsealed(connection, review.ledger.tables, signed)


def test_every_load_and_what_superseded_one_are_sealed(loaded: Loader) -> None:
    assert found(loaded.review) == []
    with reading(loaded.review.ledger.engine) as connection:
        assert sorted(digests(connection, loaded.review.ledger.tables)) == [1, 2, 3]
        refuse_altered(loaded.review.record, connection, loaded.review.ledger.tables)
    assert verify(loaded.review.record).whole


def test_the_digest_of_a_load_does_not_change_by_what_later_loads_close(on_both: Loader) -> None:
    on_both.take(lines(*ROWS))
    with reading(on_both.review.ledger.engine) as connection:
        before = digests(connection, on_both.review.ledger.tables)
    on_both.take(lines(ROWS[0]), on=DAY + WEEK, confirm_removals=True)
    with reading(on_both.review.ledger.engine) as connection:
        after = digests(connection, on_both.review.ledger.tables)
    assert {load: after[load] for load in before} == before


def test_a_digest_is_the_same_for_ever() -> None:
    """By whatever version of a library: a ledger is verified years later."""
    rows = pl.DataFrame(
        {
            "ref": ["b", "a", "\u00e9"],
            "day": [dt.date(2024, 1, 11), None, dt.date(1999, 12, 31)],
            "at": [dt.datetime(2024, 1, 11, 9, 30, 0, 5), None, None],  # noqa: DTZ001  # stored as UTC
            "yes": [True, False, None],
            "count": [1, -20, None],
            "text": ["", "a 1:b", None],
        }
    )
    lines = (
        "- 3:-20 - 1:a 5:a 1:b 5:false\n"
        "26:2024-01-11T09:30:00.000005 1:1 10:2024-01-11 1:b 0: 4:true\n"
        "- - 10:1999-12-31 2:\u00e9 - -"
    )
    assert _canonical(rows, ["ref"]) == hashlib.sha256(lines.encode()).hexdigest()


def forge(review: Review, *statements: str) -> None:
    with closing(sqlite3.connect(str(review.ledger.engine.url.database))) as file, file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            file.execute(statement)


@pytest.fixture(scope="module")
def loaded_twice(blank_review: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twice")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CANDOUR_LEDGER", raising=False)
        desk = Loader(folder, open_review(Path(shutil.copytree(blank_review, folder / "review"))))
    desk.take(lines(*ROWS))
    desk.take(lines(ROWS[0], ROWS[0].replace("A-0", "A-9")), on=DAY + WEEK, confirm_removals=True)
    desk.review.ledger.engine.dispose()
    return folder / "review"


@pytest.fixture
def desk_loaded(loaded_twice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loader]:
    monkeypatch.delenv("CANDOUR_LEDGER", raising=False)
    desk = Loader(tmp_path, open_review(Path(shutil.copytree(loaded_twice, tmp_path / "review"))))
    yield desk
    desk.review.ledger.engine.dispose()


@pytest.mark.long
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE applications SET area = 'south' WHERE application_ref = 'A-0'", "Load 1 is not as the record has it."),
        ("UPDATE applications SET decided_on = '2020-01-01' WHERE opened_by = 2", "Load 2 is not as the record has it."),
        # A column that older ledgers lack, and in which the load brought nothing.
        ("UPDATE applications SET closed_on = '2020-03-01' WHERE opened_by = 2", "Load 2 is not as the record has it."),
        ("UPDATE applications SET status = '' WHERE application_ref = 'A-0'", "Load 1 is not as the record has it."),
        ("UPDATE applications SET recorded_to = '2030-01-01' WHERE closed_by = 2", "Load 2 is not as the record has it."),
        ("UPDATE loads SET recorded_on = '2023-01-01' WHERE load = 1", "Load 1 is not as the record has it."),
        ("UPDATE receipts SET file = 'x' WHERE load = 2", "Load 2 is not as the record has it."),
        ("UPDATE quarantine SET reason = 'x' WHERE load = 1", "Load 1 is not as the record has it."),
        ("DELETE FROM applications WHERE application_ref = 'A-9'", "Load 2 is not as the record has it."),
        ("INSERT INTO loads SELECT 3, recorded_on, loaded_at, note FROM loads WHERE load = 2", "Load 3 is not as the record has it."),
    ],
)  # fmt: skip
def test_a_row_that_was_altered_is_found_and_no_figure_is_shown(
    desk_loaded: Loader, statement: str, said: str
) -> None:
    review = desk_loaded.review
    forge(review, statement)
    assert found(review) == [said]
    assert said in verify(review.record).findings
    with pytest.raises(Unverified, match=said):
        review.snapshot()


@pytest.mark.long
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM loads WHERE load = 2", "Load 2 is gone."),
        ("UPDATE loads SET recorded_on = '2031-01-01' WHERE load = 2", "Load 2 is not as the record has it."),
        ("UPDATE receipts SET repeated = 7 WHERE load = 1", "Load 1 is not as the record has it."),
        ("DELETE FROM quarantine WHERE load = 1", "Load 1 is not as the record has it."),
        ("INSERT INTO superseded VALUES (1, 2, 'x', 'x')", "Load 2 is not as the record has it."),
    ],
)
def test_a_snapshot_that_is_there_does_not_stand_for_altered_loads(
    desk_loaded: Loader, statement: str, said: str
) -> None:
    """Pages tell the days, receipts and rejections of loads from the ledger, beside a snapshot's figures."""
    review = desk_loaded.review
    for version in (1, 2):
        assert review.snapshot(version).scan("applications").collect().height
    forge(review, "PRAGMA ignore_check_constraints = ON", statement)
    with pytest.raises(Unverified, match=said):
        review.snapshot()


@pytest.mark.long
@pytest.mark.parametrize("cell", ["X'FF00'", "'2020-13-45'", "-1", "'x'", "9e999"])
@pytest.mark.parametrize("column", ["received_on", "recorded_from", "recorded_to", "area", "closed_by"])
def test_a_cell_that_no_ledger_has_is_said_in_a_sentence(desk_loaded: Loader, column: str, cell: str) -> None:
    review = desk_loaded.review
    forge(
        review,
        "PRAGMA ignore_check_constraints = ON",
        f"UPDATE applications SET {column} = {cell} WHERE application_ref = 'A-9'",
    )
    assert not verify(review.record).whole
    with pytest.raises(Unverified):
        review.snapshot()


def test_a_moment_of_a_load_that_is_none_is_said_in_a_sentence(desk_loaded: Loader) -> None:
    forge(desk_loaded.review, "UPDATE loads SET loaded_at = 'x' WHERE load = 2")
    with pytest.raises(Unverified, match="Rows of the ledger cannot be read"):
        desk_loaded.review.snapshot()


@pytest.mark.parametrize(
    "statement", ["INSERT INTO applications_keys VALUES ('A-7')", "DELETE FROM applications_keys"]
)
def test_a_key_without_a_row_or_a_row_without_its_key_is_found(desk_loaded: Loader, statement: str) -> None:
    forge(desk_loaded.review, statement)
    assert verify(desk_loaded.review.record).findings == (
        "The keys of applications are not those of its rows.",
    )


def test_a_load_that_was_put_in_is_not_sealed_by_a_migration(desk_loaded: Loader) -> None:
    review = desk_loaded.review
    forge(review, "INSERT INTO loads SELECT 3, recorded_on, loaded_at, note FROM loads WHERE load = 2")
    assert seal_older(review.record, review.ledger) == []
    assert found(review) == ["Load 3 is not as the record has it."]
    forge(review, "UPDATE record SET scope = 'load 1' WHERE scope LIKE 'load 1 %'")
    with pytest.raises(Unverified, match=r"row \d+ of the record was altered"):
        seal_older(review.record, review.ledger)


def test_a_load_whose_rows_are_all_gone_is_missed(desk_loaded: Loader) -> None:
    tables = ("applications", "receipts", "quarantine", "loads")
    forge(
        desk_loaded.review,
        "UPDATE applications SET recorded_to = NULL, closed_by = NULL WHERE closed_by = 2",
        *(f"DELETE FROM {table} WHERE {'opened_by' if table == 'applications' else 'load'} = 2" for table in tables),
    )  # fmt: skip
    assert found(desk_loaded.review) == ["Load 2 is gone."]


def edited(review: Review, edits: list[tuple[str, str]], chance: random.Random) -> bool:
    forge(review)
    path = Path(str(review.ledger.engine.url.database))
    bare = path.with_suffix(".bare")
    review.ledger.engine.dispose()
    shutil.copy(path, bare)
    for table, column in edits:
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("PRAGMA ignore_check_constraints = ON")
            rows = file.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
            rowid, cell = chance.choice(rows)
            if isinstance(cell, int):
                value: object = cell + 7
            elif column.startswith("rec") or column == "received_on":
                value = f"20{chance.randrange(25, 40)}-0{chance.randrange(1, 9)}-17"
            else:
                value = f"{cell}{chance.choice('abcdef')}"
            file.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, rowid))
        assert found(review), (table, column, cell)
        review.ledger.engine.dispose()
        shutil.copy(bare, path)
    return True


@pytest.mark.long
@pytest.mark.parametrize(
    ("more", "seed"),
    [(len(EDITS), 14), pytest.param(MANY_EDITS, 2026, marks=pytest.mark.soak)],
    ids=["few", "many"],
)
def test_of_many_random_edits_of_rows_each_is_found(desk_loaded: Loader, more: int, seed: int) -> None:
    chance = random.Random(seed)
    assert edited(desk_loaded.review, [*EDITS, *(chance.choice(EDITS) for _ in range(more))], chance)


def test_loads_of_an_earlier_version_are_sealed_when_the_ledger_is_migrated(desk_loaded: Loader) -> None:
    review = desk_loaded.review
    with review.record.reading() as rows:
        entries = list(rows)
    (key,) = review.record.keys.read().values()
    previous, statements = review.ledger.id(), []
    for row in entries:
        older: Row = row._replace(scope=row.scope.partition("; load ")[0])
        digest = signature(key, previous, older)
        statements.append(
            f"UPDATE record SET scope = '{older.scope}', digest = '{digest}' WHERE number = {row.number}"
        )
        previous = digest
    forge(review, *statements)
    review.record.anchor.path.write_text("")
    assert found(review) == ["Load 1 is not as the record has it.", "Load 2 is not as the record has it."]
    assert seal_older(review.record, review.ledger) == [1, 2]
    assert found(review) == []
    assert seal_older(review.record, review.ledger) == []
    assert open_review(review.folder).snapshot().scan("applications").collect().height == 3
