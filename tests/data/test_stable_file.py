import io
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from data.errors import UserError
from data.stable_file import BLOCK, StableFile, read_stable

CHANGED = "register.csv changed while it was read, so nothing of it was kept: wait until it is written whole"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "register.csv"
    path.write_bytes(b"a" * (3 * BLOCK))
    return path


class Interrupted(io.BytesIO):
    """A copy during which something is done to the file once."""

    def __init__(self, change: Callable[[], object]) -> None:
        super().__init__()
        self._change = change

    def write(self, block, /) -> int:  # type: ignore[override]
        change, self._change = self._change, lambda: None
        change()
        return super().write(block)


def overwrite(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"b")


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"b")


def copy_of(path: Path, out: IO[bytes]) -> StableFile:
    file = StableFile(path, "register.csv")
    file.copy(out)
    return file


@pytest.mark.parametrize(
    "change",
    [
        append,
        lambda path: overwrite(path, 0),
        lambda path: overwrite(path, 2 * BLOCK),
        lambda path: os.truncate(path, BLOCK + 1),
        lambda path: path.write_bytes(b"b" * (3 * BLOCK)),
    ],
    ids=["append", "what is read", "what is not", "cut", "rewrite"],
)  # fmt: skip
def test_a_file_that_changes_while_it_is_copied_is_refused(path: Path, change) -> None:
    with pytest.raises(UserError, match=CHANGED):
        copy_of(path, Interrupted(lambda: change(path)))


def test_a_file_that_grows_without_end_is_refused(path: Path) -> None:
    ended = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            while not ended.is_set():
                file.write(b"b" * 1_000)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        with pytest.raises(UserError, match=CHANGED):
            copy_of(path, io.BytesIO()).refuse_change()
    finally:
        ended.set()
        writer.join()


def test_a_change_is_seen_after_the_copy_whatever_the_clock_says(path: Path) -> None:
    file, status = copy_of(path, io.BytesIO()), path.stat()
    file.refuse_change()
    overwrite(path, BLOCK)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(UserError, match=CHANGED):
        file.refuse_change()


def test_a_file_that_is_replaced_or_removed_is_refused(path: Path) -> None:
    file = copy_of(path, io.BytesIO())
    other = path.with_name("other")
    other.write_bytes(b"b")
    other.replace(path)
    with pytest.raises(UserError, match=CHANGED):
        file.refuse_change()
    path.unlink()
    with pytest.raises(UserError, match=CHANGED):
        file.refuse_change()


def test_a_file_that_was_written_again_is_refused_though_it_is_in_the_same_part_again(path: Path) -> None:
    whole, part = path.read_bytes(), path.read_bytes()[:BLOCK]
    path.write_bytes(part)
    file = copy_of(path, io.BytesIO())
    modified = path.stat().st_mtime_ns
    for content in (whole, part):
        path.write_bytes(content)
    os.utime(path, ns=(modified + 1_000_000, modified + 1_000_000))
    with pytest.raises(UserError, match=CHANGED):
        file.refuse_change()


def test_a_file_of_which_only_the_rights_change_is_taken(path: Path) -> None:
    file = copy_of(path, io.BytesIO())
    path.chmod(0o640)
    file.refuse_change()


def test_a_small_file_is_read_whole(path: Path) -> None:
    assert read_stable(path) == b"a" * (3 * BLOCK)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"a",))
    writer.start()
    assert read_stable(pipe) == b"a"
    writer.join()
