"""The file that a backup is: a ZIP of Parquet tables that ends with the digest of all before it."""

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from data.errors import UserError

MANIFEST = "manifest.json"
# The ZIP's comment: hexadecimal digits of the SHA-256 of every byte that stands before them.
DIGEST_LENGTH = 64
CHUNK = 2**20


class Manifest(BaseModel):
    """What a backup says of itself.

    revision: of the shape of its tables. tables: the rows of each. record: the number and digest of
    the last entry, 0 and "" where there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: str
    revision: str
    ledger: str
    name: str
    version: int
    edition: str
    tables: dict[str, int]
    record: tuple[int, str]


class ArchiveWriter:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, content: bytes) -> None:
        self._archive.writestr(name, content)

    def add_table(self, name: str, rows: pl.DataFrame) -> None:
        buffer = io.BytesIO()
        rows.write_parquet(buffer, compression="zstd")
        self._archive.writestr(_member(name), buffer.getbuffer())


class Archive:
    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def read(self, name: str) -> bytes:
        return self._archive.read(name)

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(io.BytesIO(self._archive.read(_member(name))))


@contextmanager
def write_archive(path: Path) -> Generator[ArchiveWriter]:
    if path.exists():
        raise UserError(f"There is a file {path} already: a backup is never written over, so name another.")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-making-", dir=path.parent)
    making = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                yield ArchiveWriter(archive)
                archive.comment = b"0" * DIGEST_LENGTH
            digest = _digest(file)
            file.seek(-DIGEST_LENGTH, os.SEEK_END)
            file.write(digest)
            file.flush()
            os.fsync(file.fileno())
        with open_archive(making):
            _settle(making, path)
    finally:
        making.unlink(missing_ok=True)


def _settle(making: Path, path: Path) -> None:
    try:
        # Taken first, so that of two backups to one name only one is written.
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise UserError(
            f"There is a file {path} already: a backup is never written over, so name another."
        ) from None
    making.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def open_archive(path: Path) -> Generator[Archive]:
    with path.open("rb") as file:
        if path.stat().st_size <= DIGEST_LENGTH or not _whole(file):
            raise UserError(f"{path} is not a whole backup: it was cut off or changed, so take another copy.")
        with zipfile.ZipFile(file) as archive:
            yield Archive(archive, _manifest(archive, path))


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(archive.read(MANIFEST))
    except (KeyError, ValidationError):
        raise UserError(
            f"{path} is not a backup that this version of Candour can read: use the version that made it."
        ) from None


def _whole(file: IO[bytes]) -> bool:
    digest = _digest(file)
    return file.read() == digest


def _digest(file: IO[bytes]) -> bytes:
    left = file.seek(0, os.SEEK_END) - DIGEST_LENGTH
    file.seek(0)
    digest = hashlib.sha256()
    while left:
        chunk = file.read(min(CHUNK, left))
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest().encode()


def _member(table: str) -> str:
    return f"tables/{table}.parquet"
