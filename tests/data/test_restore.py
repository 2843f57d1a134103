"""A restored review is the one that was backed up, and a backup that is not what it says is refused."""

import hashlib
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from access.audit import verify
from data import backup as restoring
from data.backup import (
    MANIFEST,
    Archive,
    Manifest,
    backed_up_tables,
    backup,
    drill,
    open_archive,
    restore,
    rows_of,
    write_archive,
)
from data.connection import reading
from data.errors import UserError
from data.ledger import Ledger
from data.record_files import Keys
from data.review import Review, open_review
from tests.data.balance import imbalances
from tests.data.conftest import DAY, Loader, lines
from tests.data.test_ledger import FIRST, WEEK, arrival, rows, store

ROW = "A-{},01/02/2020,right to ask,{},disclosure,02/02/2020"


def filled(folder: Path) -> Loader:
    desk = Loader(folder.parent, open_review(folder))
    desk.take(lines(ROW.format(1, "north"), ROW.format(2, "north"), ROW.format(3, "nowhere")))
    desk.take(lines(ROW.format(1, "south")), on=DAY.replace(day=18), confirm_removals=True)
    return desk


@pytest.fixture
def desk(blank_folder: Path) -> Iterator[Loader]:
    desk = filled(blank_folder)
    yield desk
    desk.review.ledger.engine.dispose()


def held(review: Review) -> dict[str, pl.DataFrame]:
    with reading(review.ledger.engine) as connection:
        return {table.name: rows_of(connection, table) for table in backed_up_tables(review.ledger.tables)}


def the_same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> bool:
    return one.keys() == other.keys() and all(rows.equals(other[table]) for table, rows in one.items())


def with_its_record(review: Review, folder: Path) -> Review:
    for name in ("record.keys", "record.anchor"):
        shutil.copy(review.folder / name, folder / name)
    return open_review(folder)


@pytest.mark.long
def test_what_was_backed_up_is_restored_and_goes_on(
    desk: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = backup(desk.review, tmp_path / "a.backup")
    before = held(desk.review)
    keys = desk.review.record.keys.path
    restored = restore(tmp_path / "a.backup", tmp_path / "again", keys=keys)
    assert restored.manifest == said
    assert str(restored).startswith(
        f"The backup of 'A review to test with' at load 2 is whole: {sum(said.tables.values())} rows in "
    )
    assert str(restored).endswith(f"a record of {said.record[0]} entries, every signature verified.")
    monkeypatch.delenv("CANDOUR_LEDGER")
    with pytest.raises(UserError, match="The key file of the record is missing"):
        open_review(tmp_path / "again")
    again = Loader(tmp_path, with_its_record(desk.review, tmp_path / "again"))
    assert the_same(held(again.review), before)
    assert again.review.ledger.stamp() == desk.review.ledger.stamp()
    assert verify(again.review.record).whole
    assert again.now()["area"].to_list() == ["south"]
    assert (
        again.take(lines(ROW.format(1, "north")), on=DAY.replace(day=25), confirm_removals=True).version == 3
    )
    assert verify(again.review.record).whole
    again.review.ledger.engine.dispose()


@pytest.mark.postgres
def test_a_backup_of_sqlite_is_restored_into_postgresql(
    tmp_path: Path, blank_review: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CANDOUR_LEDGER", raising=False)
    desk = filled(Path(shutil.copytree(blank_review, tmp_path / "review")))
    backup(desk.review, tmp_path / "a.backup")
    before = held(desk.review)
    restore(tmp_path / "a.backup", tmp_path / "again", url=postgres_url)
    monkeypatch.setenv("CANDOUR_LEDGER", postgres_url)
    again = with_its_record(desk.review, tmp_path / "again")
    assert again.ledger.engine.dialect.name == "postgresql"
    assert the_same(held(again), before)
    assert verify(again.record).whole
    again.ledger.engine.dispose()
    with pytest.raises(UserError, match="The database holds tables already: restore into an empty one"):
        restore(tmp_path / "a.backup", tmp_path / "third", url=postgres_url)
    assert not (tmp_path / "third").exists()
    desk.review.ledger.engine.dispose()


@pytest.fixture(scope="module")
def kept(blank_review: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """A review in SQLite, and its backup beside it."""
    folder = tmp_path_factory.mktemp("kept")
    shutil.copytree(blank_review, folder / "review")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CANDOUR_LEDGER", raising=False)
        desk = filled(folder / "review")
        backup(desk.review, folder / "a.backup")
    yield desk.review
    desk.review.ledger.engine.dispose()


def backup_of(review: Review) -> Path:
    return review.folder.parent / "a.backup"


def test_nothing_is_restored_over_anything(kept: Review, tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    with pytest.raises(UserError, match=r"There is something in .* already: restore into a new folder"):
        restore(backup_of(kept), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["something"]


def test_a_restore_that_fails_leaves_nothing(
    kept: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(restoring, "bulk_insert", fail)
    with pytest.raises(ZeroDivisionError):
        restore(backup_of(kept), tmp_path / "again")
    assert list(tmp_path.iterdir()) == []


def test_a_drill_leaves_nothing_behind_and_tells_whether_it_had_the_keys(
    kept: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anothers = Keys(tmp_path / "anothers.keys")
    anothers.make()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert drill(backup_of(kept), kept.record.keys.path).signed
    assert "not verified for want of keys" in str(drill(backup_of(kept), anothers.path))
    assert list(tmp_path.iterdir()) == [anothers.path]


def test_a_damaged_backup_is_restored_nowhere(kept: Review, tmp_path: Path) -> None:
    whole = backup_of(kept).read_bytes()
    path = tmp_path / "a.backup"
    for damaged in (whole[: len(whole) // 2], whole[:500] + b"x" + whole[501:], b""):
        path.write_bytes(damaged)
        with pytest.raises(UserError, match="is not a whole backup"):
            restore(path, tmp_path / "again")
        with pytest.raises(UserError, match="is not a whole backup"):
            drill(path)
    assert [each.name for each in tmp_path.iterdir()] == ["a.backup"]


def test_a_byte_that_was_changed_with_the_digest_is_said_in_a_sentence(kept: Review, tmp_path: Path) -> None:
    """The digest at the end is of no key: whoever changes a byte computes it anew."""
    whole, chance, path = backup_of(kept).read_bytes()[:-64], random.Random(4), tmp_path / "a.backup"
    places = [chance.randrange(len(whole)) for _ in range(6)] + [
        len(whole) - near for near in (200, 800, 2_000)
    ]
    for place in places:
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        path.write_bytes(changed + hashlib.sha256(changed).hexdigest().encode())
        with pytest.raises(UserError):
            drill(path, kept.record.keys.path)
    for cut in (0, 1, 70, len(whole) // 2):
        path.write_bytes(whole[:cut] + hashlib.sha256(whole[:cut]).hexdigest().encode())
        with pytest.raises(UserError, match="is not a whole backup"):
            drill(path)


def key_of(review: Review) -> bytes:
    return list(review.record.keys.read().values())[-1]


def rewritten(
    review: Review,
    path: Path,
    table: str,
    change: Callable[[pl.DataFrame], pl.DataFrame],
    key: bytes | None = None,
) -> Path:
    """The backup with one table changed, and sealed again as if it had always been so."""
    with open_archive(backup_of(review)) as old, write_archive(path, key or key_of(review)) as new:
        for name in old.manifest.tables:
            rows = old.table(name)
            new.add_table(name, change(rows) if name == table else rows)
        _finish(old, new, old.manifest)
    return path


def _finish(old: Archive, new: Archive, manifest: Manifest) -> None:
    for name in ("terms.toml", "ledger.id"):
        new.writestr(name, old.read(name))
    new.writestr(MANIFEST, manifest.model_dump_json().encode())


@pytest.mark.long
@pytest.mark.parametrize(
    ("table", "change", "finding"),
    [
        ("applications", lambda rows: rows.head(2), "applications has 2 rows, and had 3."),
        (
            "receipts",
            lambda rows: rows.with_columns(removed=pl.lit(7, pl.Int64)),
            "Load 1 is not as the record has it.",
        ),
        (
            "loads",
            lambda rows: rows.with_columns(loaded_at=pl.col("loaded_at").dt.offset_by("1us")),
            "The last load is another.",
        ),
        ("review", lambda rows: rows.with_columns(id=pl.lit("another")), "The last load is another."),
        (
            "record",
            lambda rows: rows.with_columns(who=pl.lit("nobody")),
            "In the record: Row 1 was altered or put in, or the row before it was, or the record is another ledger's.",
        ),
        (
            "record",
            # With a key that is not among those at hand, as every row of it could be.
            lambda rows: rows.with_columns(
                key_id=pl.when(pl.col("number") == 2).then(pl.lit("another")).otherwise("key_id")
            ),
            "In the record: Row 2 is signed with a key, 'another', that the key file does not have.",
        ),
        (
            "record",
            lambda rows: rows.filter(pl.col("number") != 2),
            r"record has \d+ rows, and had \d+.",
        ),
    ],
)
def test_a_backup_that_was_changed_and_sealed_again_is_found_out(
    kept: Review,
    tmp_path: Path,
    table: str,
    change: Callable[[pl.DataFrame], pl.DataFrame],
    finding: str,
) -> None:
    path = rewritten(kept, tmp_path / "b.backup", table, change)
    with pytest.raises(UserError, match=rf"is not what it says it is, and nothing was kept: .*{finding}"):
        restore(path, tmp_path / "again", keys=kept.record.keys.path)
    assert not (tmp_path / "again").exists()


def test_a_backup_that_was_made_anew_without_the_key_is_refused(kept: Review, tmp_path: Path) -> None:
    path = rewritten(kept, tmp_path / "b.backup", "applications", lambda rows: rows, key=b"k" * 32)
    with pytest.raises(UserError, match="The backup was not signed with the record's key"):
        drill(path, kept.record.keys.path)
    assert not drill(path).signed


def test_a_backup_that_says_it_is_older_than_its_record_is_not_believed(kept: Review, tmp_path: Path) -> None:
    """Of older ones neither the signature nor a seal for each load is asked for."""

    def third(rows: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([rows, rows.tail(1).with_columns(load=pl.lit(3, rows.schema["load"]))])

    with open_archive(backup_of(kept)) as old, write_archive(tmp_path / "b.backup", b"k" * 32) as new:
        tables = {name: third(old.table(name)) for name in ("loads", "receipts")}
        nothing = (
            "read",
            "ignored",
            "repeated",
            "quarantined",
            "accepted",
            "new",
            "changed",
            "unchanged",
            "removed",
        )
        empty = [pl.when(pl.col("load") == 3).then(0).otherwise(name).alias(name) for name in nothing]
        tables["receipts"] = tables["receipts"].with_columns(empty)
        for name in old.manifest.tables:
            new.add_table(name, tables.get(name, old.table(name)))
        counts = old.manifest.tables | {name: rows.height for name, rows in tables.items()}
        changes = {"revision": "0007", "tables": counts, "version": 3}
        _finish(old, new, old.manifest.model_copy(update=changes))
    with pytest.raises(UserError, match="The backup was not signed with the record's key"):
        drill(tmp_path / "b.backup", kept.record.keys.path)
    with pytest.raises(UserError, match="is not what it says it is"):
        drill(tmp_path / "b.backup")


def test_a_backup_of_this_ledger_that_none_of_its_keys_signed_is_refused(
    kept: Review, tmp_path: Path
) -> None:
    named = rewritten(
        kept, tmp_path / "b.backup", "record", lambda rows: rows.with_columns(key_id=pl.lit("another")), key=b"k" * 32
    )  # fmt: skip
    with pytest.raises(UserError, match="The backup was not signed with the record's key"):
        drill(named, kept.record.keys.path)


def test_a_row_that_was_changed_in_a_backup_is_found_without_its_keys_too(
    kept: Review, tmp_path: Path
) -> None:
    south = pl.when(pl.col("application_ref") == "A-1").then(pl.lit("south")).otherwise("area").alias("area")
    path = rewritten(kept, tmp_path / "b.backup", "applications", lambda rows: rows.with_columns(south))
    with pytest.raises(UserError, match=r"Load \d is not as the record has it"):
        drill(path)


def test_a_cut_record_is_found_without_its_keys_too(kept: Review, tmp_path: Path) -> None:
    with open_archive(backup_of(kept)) as old, write_archive(tmp_path / "b.backup", key_of(kept)) as new:
        tables = dict(old.manifest.tables)
        for name in tables:
            rows = old.table(name)
            rows = rows.head(rows.height - 1) if name == "record" else rows
            new.add_table(name, rows)
            tables[name] = rows.height
        _finish(old, new, old.manifest.model_copy(update={"tables": tables}))
    with pytest.raises(UserError, match=r"The record ends with another entry\. \(1 finding in all"):
        drill(tmp_path / "b.backup")


@pytest.mark.parametrize(("revision", "version"), [("9999", "a later"), ("0004", "an earlier")])
def test_a_backup_of_another_version_is_left_to_it(
    kept: Review, tmp_path: Path, revision: str, version: str
) -> None:
    with open_archive(backup_of(kept)) as old, write_archive(tmp_path / "b.backup", key_of(kept)) as new:
        _finish(old, new, old.manifest.model_copy(update={"revision": revision}))
    with pytest.raises(UserError, match=rf"made by {version} version of Candour \(revision {revision}\)"):
        drill(tmp_path / "b.backup")


@pytest.fixture
def ledger(tmp_path) -> Iterator[Ledger]:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    ledger.create("A review", demonstration=False)
    store(ledger, FIRST, arrival(rows(A="north", B="north", C="north")))
    store(ledger, FIRST + WEEK, arrival(rows(A="south", B="north"), fingerprint="g", held=("D",)))
    yield ledger
    ledger.engine.dispose()


def found(ledger: Ledger) -> list[str]:
    with reading(ledger.engine) as connection:
        return imbalances(connection, ledger.tables)


def unguarded(ledger: Ledger, *statements: str) -> None:
    with ledger.engine.begin() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in names.scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_the_books_of_a_ledger_that_only_loads_wrote_balance(ledger: Ledger) -> None:
    assert found(ledger) == []


@pytest.mark.parametrize(
    ("statement", "sentences"),
    [
        (
            "DELETE FROM applications WHERE application_ref = 'B'",
            ["The receipt of applications in load 1 says 3 rows opened; there are 2."],
        ),
        (
            "UPDATE applications SET recorded_to = NULL, closed_by = NULL WHERE application_ref = 'C'",
            ["The receipt of applications in load 2 says 2 rows closed; there is 1."],
        ),
        (
            "DELETE FROM quarantine",
            ["The receipt of applications in load 2 says 1 row held back; there are 0."],
        ),
        (
            "INSERT INTO loads SELECT 3, recorded_on, loaded_at, note FROM loads WHERE load = 2",
            ["Load 3 has no receipt."],
        ),
        (
            "INSERT INTO loads SELECT 9, recorded_on, loaded_at, note FROM loads WHERE load = 2",
            ["The loads are not numbered one by one.", "Load 9 has no receipt."],
        ),
    ],
)
def test_what_does_not_agree_is_said(ledger: Ledger, statement: str, sentences: list[str]) -> None:
    unguarded(ledger, statement)
    assert found(ledger) == sentences
