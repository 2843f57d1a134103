import hashlib
import io
import os
import shutil
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from data.errors import UserError, sentence

BLOCK = 1 << 20


class Changed(UserError):
    """The file was written while it was read."""


def open_no_link(path: str, flags: int) -> int:
    """Opener of a file, which follows no link and waits for no pipe."""
    # Windows has neither.
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


class StableFile:
    """A file that is read once, into a copy; `digest` is the SHA-256 of the copy, in hex."""

    def __init__(self, path: Path, name: str, opener: Callable[[str, int], int] | None = None) -> None:
        self._path = path
        self._name = name
        self._opener = opener
        self._modified = 0
        self.digest = ""

    def copy(self, out: IO[bytes]) -> None:
        sha = hashlib.sha256()
        with open(self._path, "rb", opener=self._opener) as file:
            before = stamp_of(os.fstat(file.fileno()))
            rest = before[0]
            # A file that grows is never followed: one byte too many is enough to know.
            while block := file.read(min(BLOCK, rest + 1)):
                sha.update(block)
                out.write(block)
                if (rest := rest - len(block)) < 0:
                    raise self._changed()
            if rest or before != stamp_of(os.fstat(file.fileno())):
                raise self._changed()
        self._modified = before[1]
        self.digest = sha.hexdigest()

    def refuse_change(self) -> None:
        """By the digest, for a clock may be too coarse to show a change; and by the time of change, for a
        file that is written again and again may be in the same part of it at both readings."""
        try:
            with self._path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                modified = os.fstat(file.fileno()).st_mtime_ns
        except OSError:
            raise self._changed() from None
        if (digest, modified) != (self.digest, self._modified):
            raise self._changed()

    def _changed(self) -> Changed:
        return Changed(sentence("file_changed", file=self._name))


def read_stable(path: Path) -> bytes:
    if not path.is_file():
        # A pipe has no size, and is read once only.
        return path.read_bytes()
    file, copy = StableFile(path, path.name), io.BytesIO()
    file.copy(copy)
    file.refuse_change()
    return copy.getvalue()


def stamp_of(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def write_private(path: Path, content: bytes, *, anew: bool = False) -> Path:
    """Write a file that is its owner's alone from its first byte on; anew: over one that is there, if any."""
    path.touch(mode=0o600, exist_ok=anew)
    path.write_bytes(content)
    return path


def refuse_filled(folder: Path, instead: str) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"There is something in {folder} already: {instead}.")


@contextmanager
def whole_folder(folder: Path) -> Generator[Path]:
    """Yield a folder to write in that takes the place of `folder`, or goes again if anything goes wrong."""
    place = folder.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    making = place.with_name(f".{place.name}-making-{uuid.uuid4().hex}")
    making.mkdir(mode=0o700)
    try:
        yield making
        if place.exists():
            place.rmdir()
        making.rename(place)
    finally:
        shutil.rmtree(making, ignore_errors=True)
