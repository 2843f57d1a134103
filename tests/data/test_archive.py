"""A backup's file: whole to the last bit, or refused."""

import random
import zipfile
from pathlib import Path

import polars as pl
import pytest

from data.archive import MANIFEST, Manifest, open_archive, write_archive
from data.errors import UserError

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
    with write_archive(path) as writing:
        writing.add_table("loads", pl.DataFrame({"load": [1, 2, 3], "note": ["a", None, "c"]}))
        writing.add("terms.toml", b'name = "A review"\n')
        writing.add(MANIFEST, SAID.model_dump_json().encode())
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
        with write_archive(archive):
            pytest.fail("nothing may be written")

    with pytest.raises(UserError, match="a backup is never written over, so name another"):
        write()
    assert archive.read_bytes() == before


def test_of_two_backups_to_one_name_the_second_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"

    def write() -> None:
        with write_archive(path) as writing:
            path.write_bytes(b"another's")
            writing.add(MANIFEST, SAID.model_dump_json().encode())

    with pytest.raises(UserError, match="a backup is never written over"):
        write()
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.backup", b"another's")]


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def write() -> None:
        with write_archive(tmp_path / "a.backup") as writing:
            writing.add("terms.toml", b"")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "manifest", [b"{}", SAID.model_dump_json().replace('"format":1', '"format":2').encode()]
)
def test_a_backup_of_another_format_is_refused(tmp_path: Path, manifest: bytes) -> None:
    def write() -> None:
        with write_archive(tmp_path / "a.backup") as writing:
            writing.add(MANIFEST, manifest)

    with pytest.raises(UserError, match="is not a backup that this version of Candour can read"):
        write()
