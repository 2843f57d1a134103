"""Backups are of one moment, on both databases the same, and give nothing away that they need not."""

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from data import backup as module
from data.backup import (
    MANIFEST,
    Manifest,
    backed_up_tables,
    backup,
    drill,
    open_archive,
    rows_of,
    write_archive,
)
from data.connection import changing, reading
from data.errors import UserError
from data.review import new_review, open_review
from tests.data.conftest import DAY, Loader, lines

ROW = "A-{},01/02/2020,right to ask,{},disclosure,02/02/2020"
VISIT = {"digest": "signed-in", "who": "reader", "role": "r", "roles": "r", "began_at": 0.5, "seen_at": 1.0}


@pytest.fixture
def desk(blank_folder: Path) -> Iterator[Loader]:
    """A review with two loads, on either database: rows opened, closed and held back, and a visit."""
    desk = Loader(blank_folder.parent, open_review(blank_folder))
    desk.take(lines(ROW.format(1, "north"), ROW.format(2, "north"), ROW.format(3, "nowhere")))
    desk.take(lines(ROW.format(1, "south")), on=DAY.replace(day=18), confirm_removals=True)
    with changing(desk.review.ledger.engine) as connection:
        connection.execute(desk.review.ledger.tables.sessions.insert(), VISIT)
    yield desk
    desk.review.ledger.engine.dispose()


def test_a_backup_says_what_it_holds_and_has_neither_the_keys_nor_the_visits(
    desk: Loader, tmp_path: Path
) -> None:
    said = backup(desk.review, tmp_path / "a.backup")
    ledger = desk.review.ledger
    assert (said.version, said.edition) == ledger.stamp()
    assert (said.ledger, said.name) == (ledger.id(), "A review to test with")
    assert {table: rows for table, rows in said.tables.items() if rows} == {
        "applications": 3,
        "applications_keys": 2,
        "loads": 2,
        "quarantine": 1,
        "receipts": 2,
        "record": said.record[0],
        "review": 1,
    }
    with desk.review.record.reading() as rows:
        *_, last = rows
    assert (last.number, last.digest) == said.record
    assert (last.kind, last.scope, last.outcome) == ("administration", "backup to a.backup", "allowed")
    with open_archive(tmp_path / "a.backup") as archive:
        assert archive.manifest == said
        assert archive.read("terms.toml") == (desk.review.folder / "terms.toml").read_bytes()
    _holds_neither_keys_nor_visits(desk, tmp_path / "a.backup")


def _holds_neither_keys_nor_visits(desk: Loader, path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert not [name for name in names if "key" in name and not name.endswith("_keys.parquet")]
        assert not [name for name in names if "sessions" in name or "anchor" in name]
    for key in desk.review.record.keys.read().values():
        assert key not in path.read_bytes()
        assert key.hex().encode() not in path.read_bytes()


def test_both_databases_give_the_same_rows_in_the_same_types(desk: Loader) -> None:
    with reading(desk.review.ledger.engine) as connection:
        for table in backed_up_tables(desk.review.ledger.tables):
            rows = rows_of(connection, table)
            assert rows.columns == list(table.columns.keys())
            assert pl.Null not in rows.dtypes
            whole = [dict(each._mapping) for each in connection.execute(sa.select(table))]
            assert rows.height == len(whole)
        loads = rows_of(connection, desk.review.ledger.tables.loads)
    assert loads.schema == {
        "load": pl.Int64,
        "recorded_on": pl.Date,
        "loaded_at": pl.Datetime("us"),
        "note": pl.String,
    }


def test_a_backup_is_of_the_moment_at_which_it_began(
    desk: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = [lines(ROW.format(1, "north"), ROW.format(4, "south"))]

    def rows_while_a_load_runs(connection: sa.Connection, table: sa.Table) -> pl.DataFrame:
        rows = rows_of(connection, table)
        if waiting:
            desk.take(waiting.pop(), on=DAY.replace(day=25), confirm_removals=True)
        return rows

    monkeypatch.setattr(module, "rows_of", rows_while_a_load_runs)
    said = backup(desk.review, tmp_path / "a.backup")
    assert (said.version, said.tables["applications"], desk.review.ledger.version()) == (2, 3, 3)
    assert drill(tmp_path / "a.backup").manifest == said


def test_a_backup_while_a_load_is_open_holds_nothing_of_it(desk: Loader, tmp_path: Path) -> None:
    from tests.data.test_ledger import arrival, rows

    review = desk.review
    if review.ledger.engine.dialect.name == "sqlite":
        # The entry that a backup makes waits for the load there; what is read does not.
        with review.ledger.loading(DAY.replace(day=25)) as load, reading(review.ledger.engine) as connection:
            load.store(arrival(rows(A="north")))
            assert rows_of(connection, review.ledger.tables.loads).height == 2
        return
    with review.ledger.loading(DAY.replace(day=25)) as load:
        load.store(arrival(rows(A="north")))
        said = backup(review, tmp_path / "a.backup")
    assert said.version == 2
    assert drill(tmp_path / "a.backup").manifest == said


def test_a_damaged_ledger_is_not_backed_up(
    tmp_path: Path, terms_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CANDOUR_LEDGER", raising=False)
    desk = Loader(tmp_path, new_review(tmp_path / "review", terms_file))
    desk.take(lines(*(ROW.format(number, "north") for number in range(500))))
    ledger = desk.review.ledger
    with reading(ledger.engine) as connection:
        page, size = (
            connection.exec_driver_sql(query).scalar() or 0
            for query in (
                "SELECT rootpage FROM sqlite_master WHERE name = 'applications_one_current'",
                "PRAGMA page_size",
            )
        )
    ledger.engine.dispose()
    file = desk.review.folder / "ledger.sqlite"
    content = bytearray(file.read_bytes())
    content[(page - 1) * size + 200 : page * size] = bytes(size - 200)
    file.write_bytes(content)
    with pytest.raises(UserError, match="The ledger's file is damaged: take no backup of it"):
        backup(desk.review, tmp_path / "a.backup")
    assert not (tmp_path / "a.backup").exists()
    ledger.engine.dispose()


KEY = b"k" * 32
SAID = Manifest(
    made_at="2024-01-11T10:00:00+00:00",
    revision="0001",
    ledger="l",
    name="A review",
    version=1,
    edition="e",
    tables={"loads": 3},
    record=(0, ""),
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "a.backup"
    with write_archive(path, KEY) as writing:
        writing.add_table("loads", pl.DataFrame({"load": [1, 2, 3], "note": ["a", None, "c"]}))
        writing.writestr("terms.toml", b'name = "A review"\n')
        writing.writestr(MANIFEST, SAID.model_dump_json().encode())
    return path


def opens(path: Path) -> bool:
    try:
        with open_archive(path) as archive:
            archive.table("loads")
    except UserError as fault:
        return "is not a whole backup: it was cut off or changed" not in str(fault)
    return True


def test_a_backup_is_read_as_it_was_written(archive: Path) -> None:
    with open_archive(archive) as read:
        assert read.manifest == SAID
        assert read.table("loads").rows() == [(1, "a"), (2, None), (3, "c")]
        assert read.read("terms.toml") == b'name = "A review"\n'
    assert zipfile.is_zipfile(archive)
    assert [path.name for path in archive.parent.iterdir()] == ["a.backup"]


def test_only_its_owner_may_read_it(archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600


def test_any_bit_that_is_changed_is_found(archive: Path) -> None:
    whole = archive.read_bytes()
    assert opens(archive)
    dice = random.Random(1)
    for at in (0, len(whole) - 65, len(whole) - 1, *dice.sample(range(len(whole)), 300)):
        changed = bytearray(whole)
        changed[at] ^= 1 << dice.randrange(8)
        archive.write_bytes(changed)
        assert not opens(archive), at


def test_any_end_that_is_cut_off_is_found(archive: Path) -> None:
    whole = archive.read_bytes()
    dice = random.Random(1)
    for length in (0, 1, 63, 64, 65, len(whole) - 1, *dice.sample(range(len(whole)), 40)):
        archive.write_bytes(whole[:length])
        assert not opens(archive), length
    archive.write_bytes(whole + b"\0")
    assert not opens(archive)


def test_a_backup_is_never_written_over(archive: Path) -> None:
    before = archive.read_bytes()

    def write() -> None:
        with write_archive(archive, KEY):
            pytest.fail("nothing may be written")

    with pytest.raises(UserError, match="a backup is never written over, so name another"):
        write()
    assert archive.read_bytes() == before


def test_of_two_backups_to_one_name_the_second_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"

    def write() -> None:
        with write_archive(path, KEY) as writing:
            path.write_bytes(b"another's")
            writing.writestr(MANIFEST, SAID.model_dump_json().encode())

    with pytest.raises(UserError, match="a backup is never written over"):
        write()
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.backup", b"another's")]


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def write() -> None:
        with write_archive(tmp_path / "a.backup", KEY) as writing:
            writing.writestr("terms.toml", b"")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "manifest", [b"{}", SAID.model_dump_json().replace('"format":1', '"format":2').encode()]
)
def test_a_backup_of_another_format_is_refused(tmp_path: Path, manifest: bytes) -> None:
    def write() -> None:
        with write_archive(tmp_path / "a.backup", KEY) as writing:
            writing.writestr(MANIFEST, manifest)

    with pytest.raises(UserError, match="is not a backup that this version of Candour can read"):
        write()
