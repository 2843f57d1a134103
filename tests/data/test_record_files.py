"""The anchor: a file that only grows."""

import io
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.errors import UserError
from data.record_files import LOG, Anchor, Keys, keep_journal


def test_lines_are_added_and_making_it_again_keeps_them(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "record.anchor")
    anchor.make()
    assert anchor.lines() == []
    anchor.add(1, "a" * 64)
    anchor.make()
    anchor.add(2, "b" * 64)
    assert anchor.lines() == ["1 " + "a" * 64, "2 " + "b" * 64]


def test_a_line_that_a_power_cut_left_half_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "record.anchor"
    path.write_bytes(b"1 aa\n2 b\xff")
    assert Anchor(path).lines() == ["1 aa"]


def test_a_file_that_is_gone_is_never_made_anew(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "record.anchor")
    with pytest.raises(UserError, match="put back your copy"):
        anchor.expect()
    with pytest.raises(UserError, match="This is done and recorded, but its line could not be added"):
        anchor.add(1, "a" * 64)
    assert not anchor.path.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_told_with_what_is_done_already(tmp_path: Path) -> None:
    path = tmp_path / "record.anchor"
    path.symlink_to("/dev/full")
    with pytest.raises(UserError) as caught:
        Anchor(path).add(1, "a" * 64)
    assert str(caught.value) == (
        f"This is done and recorded, but its line could not be added to {path} (No space left on device): "
        "see that the file can grow, and do not do it again."
    )


def test_a_line_cut_short_is_told_and_the_next_is_not_glued_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchor = Anchor(tmp_path / "record.anchor")
    anchor.make()
    writing = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda file, line: writing(file, line[:9]))
        with pytest.raises(
            UserError, match=r"is done and recorded, but .* \(only a part of it was written\)"
        ):
            anchor.add(1, "a" * 64)
    anchor.add(2, "b" * 64)
    anchor.add(3, "c" * 64)
    assert anchor.lines() == ["1 aaaaaaa", "2 " + "b" * 64, "3 " + "c" * 64]


def test_a_line_is_on_the_disk_before_it_counts_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchor = Anchor(tmp_path / "record.anchor")
    anchor.make()

    def fail(_: int) -> None:
        assert anchor.lines() == ["1 " + "a" * 64]
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UserError, match="Input/output error"):
        anchor.add(1, "a" * 64)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    keys = Keys(tmp_path / "record.keys")
    keys.make()
    return keys


def test_a_key_file_is_made_for_its_owner_alone_and_only_once(keys: Keys) -> None:
    text = keys.path.read_text()
    assert keys.path.stat().st_mode & 0o777 == 0o600
    keys.make()
    assert keys.path.read_text() == text
    assert [path.name for path in keys.path.parent.iterdir()] == ["record.keys"]


def test_a_new_key_is_the_last_and_the_old_ones_stay(keys: Keys) -> None:
    before = keys.read()
    name = keys.renew()
    after = keys.read()
    assert list(after) == [*before, name]
    assert len(set(after.values())) == 2
    assert {len(key) for key in after.values()} == {32}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_keys_that_others_may_read_are_refused(keys: Keys, mode: int) -> None:
    keys.path.chmod(mode)
    with pytest.raises(
        UserError, match=r"Others than its owner may read .*: close it with chmod 600 .*record\.keys"
    ):
        keys.read()


def test_a_damaged_line_is_refused_with_its_number_and_without_the_key(keys: Keys) -> None:
    keys.renew()
    first, second = keys.path.read_text().splitlines()
    for damaged in (
        second[:-2],
        second[:-1] + "g",
        second.replace(" ", ""),
        "0" + second,
        first[:8] + second[8:],
        "",
    ):
        keys.path.write_text(f"{first}\n{damaged}\n")
        with pytest.raises(UserError) as caught:
            keys.read()
        told = f"Line 2 of {keys.path} is not a key of the record: put back your copy of the file."
        assert str(caught.value) == told


def test_a_file_without_a_key_and_no_file_are_refused(keys: Keys) -> None:
    keys.path.write_text("")
    with pytest.raises(UserError, match="There is no key in"):
        keys.read()
    keys.path.unlink()
    with pytest.raises(UserError, match="name the place where it is in CANDOUR_RECORD_KEYS"):
        keys.read()


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    level, handlers = LOG.level, LOG.handlers[:]
    LOG.handlers.clear()
    yield
    for handler in LOG.handlers:
        handler.close()
    LOG.handlers[:] = handlers
    LOG.setLevel(level)


def test_a_head_goes_to_the_journals_socket_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    # A socket's path is short, and pytest's own folders may not be.
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal, pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        journal.bind("log")
        journal.settimeout(10)
        keep_journal(Path("log"))
        keep_journal(Path("log"))
        LOG.info("record %d %s", 7, "abc")
        assert journal.recv(200).rstrip(b"\x00").endswith(b"candour: record 7 abc")
        journal.setblocking(False)
        with pytest.raises(BlockingIOError):
            journal.recv(200)


def test_without_a_journal_it_goes_where_it_is_told_or_nowhere(tmp_path: Path) -> None:
    keep_journal(tmp_path / "none")
    assert LOG.handlers == []
    text = io.StringIO()
    keep_journal(tmp_path / "none", otherwise=logging.StreamHandler(text))
    LOG.info("record %d %s", 7, "abc")
    assert text.getvalue() == "record 7 abc\n"
