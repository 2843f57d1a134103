"""Snapshots of ledgers on SQLite and on PostgreSQL hold the same rows, in the same types."""

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import event

from data.errors import UserError
from data.ledger import Ledger
from data.review import Review, open_review
from data.schema import SCHEMAS, STILL, USUAL
from data.snapshot import Snapshot
from tests.data.conftest import DAY, Loader, lines

WEEK = dt.timedelta(days=7)
ROW = "A-{},01/02/2020,right to ask,{},disclosure,02/02/2020"


@pytest.fixture
def kept(blank_folder: Path) -> Iterator[Loader]:
    desk = Loader(blank_folder.parent, open_review(blank_folder))
    desk.take(lines(ROW.format(1, "north"), ROW.format(2, "north")))
    desk.take(lines(ROW.format(1, "south")), on=DAY + WEEK, confirm_removals=True)
    yield desk
    desk.review.ledger.engine.dispose()


def versions(snapshot: Snapshot) -> list[tuple[object, ...]]:
    columns = ("application_ref", "area", "recorded_from", "recorded_to", "opened_by", "closed_by")
    return snapshot.scan("applications").select(columns).collect().rows()


def test_a_snapshot_holds_every_version_of_every_row(kept: Loader) -> None:
    assert versions(kept.review.snapshot()) == [
        ("A-1", "north", DAY, DAY + WEEK, 1, 2),
        ("A-1", "south", DAY + WEEK, STILL, 2, None),
        ("A-2", "north", DAY, DAY + WEEK, 1, 2),
    ]


def test_a_snapshot_of_an_earlier_version_knows_nothing_of_later_loads(kept: Loader) -> None:
    assert versions(kept.review.snapshot(1)) == [
        ("A-1", "north", DAY, STILL, 1, None),
        ("A-2", "north", DAY, STILL, 1, None),
    ]


def test_every_table_is_typed_by_its_schema_and_the_terms(kept: Loader) -> None:
    snapshot = kept.review.snapshot()
    assert list(snapshot.scan_all()) == list(SCHEMAS)
    schema = snapshot.scan("applications").collect_schema()
    assert schema["area"] == pl.Enum(["north", "south", "not known"])
    assert schema["decision"] == pl.Enum(USUAL["decisions"])
    assert (schema["received_on"], schema["in_scope"]) == (pl.Date, pl.Boolean)
    assert snapshot.scan("staffing").collect_schema()["headcount"] == pl.Int32


def test_a_snapshot_is_taken_once_for_a_version(kept: Loader) -> None:
    first = kept.review.snapshot()
    written = {path: path.stat().st_mtime_ns for path in first.folder.iterdir()}
    again = kept.review.snapshot()
    assert again == first
    assert {path: path.stat().st_mtime_ns for path in again.folder.iterdir()} == written


def test_a_snapshot_reads_all_its_tables_in_one_transaction(kept: Loader) -> None:
    snapshot = kept.review.snapshot()
    for file in snapshot.folder.iterdir():
        file.unlink()
    begun: list[object] = []
    event.listen(kept.review.ledger.engine, "begin", begun.append)
    snapshot.build()
    assert {file.name for file in snapshot.folder.iterdir()} == {*SCHEMAS, "registers"}
    assert len(begun) == 1


def test_a_load_makes_a_new_snapshot_and_leaves_the_old_one(kept: Loader) -> None:
    old = kept.review.snapshot()
    kept.take(lines(ROW.format(1, "south"), ROW.format(3, "north")), on=DAY + 2 * WEEK, confirm_removals=True)
    new = kept.review.snapshot()
    assert (old.version, new.version) == (2, 3)
    assert len(versions(old)) == 3
    assert len(versions(new)) == 4


def _superseded(tables: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    return tables["applications"].filter(pl.col("closed_by").is_not_null())


def test_a_derived_frame_is_made_once_and_kept_beside_the_tables(kept: Loader) -> None:
    snapshot = kept.review.snapshot()
    assert snapshot.derived("superseded", "1", _superseded).collect().height == 2
    (path,) = snapshot.folder.glob("derived-superseded-*")
    written = path.stat().st_mtime_ns
    assert snapshot.derived("superseded", "1", _superseded).collect().height == 2
    assert path.stat().st_mtime_ns == written


def test_no_unfinished_folder_is_left(kept: Loader) -> None:
    folder = kept.review.snapshot().folder.parent
    assert not [path for path in folder.rglob("*") if "making" in path.name]


def test_a_ledger_names_its_database_by_the_setting(kept: Loader, blank_ledger_url: str) -> None:
    assert kept.review.ledger.engine.dialect.name == blank_ledger_url.split(":", 1)[0]
    assert isinstance(kept.review, Review)
    assert isinstance(kept.review.ledger, Ledger)


def test_a_code_that_the_terms_no_longer_list_is_refused_in_one_sentence(kept: Loader) -> None:
    terms = kept.review.folder / "terms.toml"
    terms.write_text(terms.read_text().replace('"north", ', ""))
    reopened = open_review(kept.review.folder)
    with pytest.raises(
        UserError, match=r"The ledger holds applications with 'north', which the list 'areas'"
    ):
        reopened.snapshot()
    reopened.ledger.engine.dispose()


def test_a_change_of_terms_makes_a_snapshot_of_its_own(kept: Loader) -> None:
    first = kept.review.snapshot()
    terms = kept.review.folder / "terms.toml"
    terms.write_text(terms.read_text().replace('"north", ', '"north", "east", '))
    reopened = open_review(kept.review.folder)
    second = reopened.snapshot()
    reopened.ledger.engine.dispose()
    assert first.folder != second.folder
    assert second.scan("applications").collect_schema()["area"] == pl.Enum(
        ["north", "east", "south", "not known"]
    )


def test_a_derived_frame_is_made_once(kept: Loader) -> None:
    times: list[int] = []

    def build(tables: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
        times.append(1)
        return tables["applications"].select("application_ref", "recorded_from", "recorded_to")

    snapshot = kept.review.snapshot()
    one = snapshot.derived("refs", "1", build).collect()
    assert one.equals(snapshot.derived("refs", "1", build).collect())
    assert (one.height, len(times)) == (3, 1)
    assert snapshot.derived("refs", "2", build).collect().equals(one)
    assert len(times) == 2


def test_another_ledger_at_the_same_version_shows_its_own_rows(
    desk: Loader, tmp_path: Path, blank_review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(blank_review, tmp_path / "other")
    other = Loader(tmp_path, open_review(tmp_path / "other"))
    desk.take(lines(ROW.format(1, "north")))
    other.take(lines(ROW.format(1, "south")))
    assert desk.now()["area"].to_list() == ["north"]
    monkeypatch.setenv("CANDOUR_LEDGER", f"sqlite:///{tmp_path / 'other' / 'ledger.sqlite'}")
    for name in ("record.keys", "record.anchor"):
        shutil.copy(other.review.folder / name, desk.review.folder / name)
    moved = Loader(tmp_path, open_review(desk.review.folder))
    assert moved.now()["area"].to_list() == ["south"]
    moved.review.ledger.engine.dispose()
    other.review.ledger.engine.dispose()


def test_a_ledger_restored_from_a_backup_and_loaded_anew_shows_its_new_rows(
    desk: Loader, tmp_path: Path
) -> None:
    kept = desk.review.folder / "ledger.sqlite"
    desk.take(lines(ROW.format(1, "north")))
    desk.review.ledger.engine.dispose()
    shutil.copyfile(kept, tmp_path / "backup.sqlite")
    desk.take(lines(ROW.format(2, "north")), on=DAY + WEEK, confirm_removals=True)
    assert desk.now()["application_ref"].to_list() == ["A-2"]
    desk.review.ledger.engine.dispose()
    shutil.copyfile(tmp_path / "backup.sqlite", kept)
    desk.take(lines(ROW.format(3, "north")), on=DAY + WEEK, confirm_removals=True)
    assert desk.now()["application_ref"].to_list() == ["A-3"]


FLIPS, MANY_FLIPS = 40, 500


def _refs(tables: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    return tables["applications"].select("application_ref", "area", "recorded_from", "recorded_to")


def flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


@pytest.mark.long
@pytest.mark.parametrize("flips", [FLIPS, pytest.param(MANY_FLIPS, marks=pytest.mark.soak)])
def test_of_many_flipped_bits_none_changes_an_answer(desk: Loader, flips: int) -> None:
    """Half of them while the snapshot is open, half while nobody has it open."""
    desk.take(lines(*(ROW.format(number, "north") for number in range(40))))
    chance, open_one = random.Random(14), desk.review.snapshot()
    right = open_one.scan("applications").collect(), open_one.derived("refs", "1", _refs).collect()
    for number in range(flips):
        flip(open_one.folder / chance.choice(["applications", "derived-refs-1"]), chance)
        seen = open_one if number % 2 else desk.review.snapshot()
        assert seen.scan("applications").collect().equals(right[0]), number
        assert seen.derived("refs", "1", _refs).collect().equals(right[1]), number


@pytest.mark.long
@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-100]),
        lambda path: shutil.copy(path.with_name("staffing"), path),
    ],
)
def test_a_file_that_is_missing_cut_or_anothers_is_built_anew(desk: Loader, damage) -> None:
    desk.take(lines(*(ROW.format(number, "north") for number in range(40))))
    first = desk.review.snapshot()
    right = first.scan("applications").collect()
    damage(first.folder / "applications")
    assert desk.review.snapshot().scan("applications").collect().equals(right)


def test_a_file_of_another_version_does_not_stand_for_this_one(kept: Loader) -> None:
    older, newer = kept.review.snapshot(1), kept.review.snapshot(2)
    right = versions(newer)
    shutil.copy(older.folder / "applications", newer.folder / "applications")
    assert versions(kept.review.snapshot(2)) == right
