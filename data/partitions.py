"""Partitions: what figures need of the cases of several forces, as Parquet files that a manifest describes.

A force sends one; the nation packs them together. They hold days, codes and numbers: references are replaced
by random ones, and nothing stands for a member of staff.
"""

import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import polars as pl
from pydantic import Field, model_validator

from data.errors import UserError
from data.formatting import listed_words
from data.record_files import Keys, read_signed, write_signed
from data.stable_file import write_private
from data.terms import Noun, Section, fitted, read_toml

MANIFEST, FOLDER, CUBE = "manifest.json", "partitions", "cube-"
TOGETHER = 60_000_000
"""Bytes of a partition, about: a larger force is one by itself."""
MOST_PARTITIONS = 256  # of which it is known that they are whole
MOST_FILES = 256  # that stay in memory; of a partition there is one for each subject, and one of its steps
SEND = "send it again"


class Force(Section):
    """review: a folder on this machine, from which it is taken; partition: a folder or URL that it has sent;
    neither: nothing has come yet. codes: what a code of its own is called nationally, by the list of the
    terms; "*" stands for every code that the nation does not have."""

    name: Noun
    review: Path | None = None
    partition: str | None = None
    codes: dict[str, dict[str, str]] = Field(default_factory=dict[str, dict[str, str]])

    @model_validator(mode="after")
    def _one_place(self) -> "Force":
        if self.review and self.partition:
            raise ValueError(f"the force {self.name!r} has both a review and a partition: name one of them")
        return self


class Forces(Section):
    """folder: where partitions are written, a URL where workers on other machines read them."""

    folder: str = ""
    forces: Annotated[tuple[Force, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_differ(self) -> "Forces":
        names = self.names
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"the force {min(twice)!r} is named twice")
        return self

    @property
    def names(self) -> list[str]:
        return [force.name for force in self.forces]


class File(Section):
    """digest: SHA-256, in hex. size: bytes."""

    digest: str
    size: int
    rows: int


class Sent(Section):
    """What one force has sent: the days on which its ledger recorded something, and its filled tables.

    rejected: how many rows of cases it could not load.
    """

    force: str
    ledger: str
    version: int
    days: Annotated[tuple[dt.date, ...], Field(min_length=1)]
    tables: tuple[str, ...]
    demonstration: bool
    rejected: int = 0


class Partition(Section):
    """url: of its folder. edition: of the code that made the files. terms: digest of the national terms."""

    url: str
    edition: str
    terms: str
    forces: Annotated[tuple[Sent, ...], Field(min_length=1)]
    files: dict[str, File]

    @property
    def names(self) -> list[str]:
        return [sent.force for sent in self.forces]

    def small(self) -> "Partition":
        """Return what a worker needs of it: the days and tables of many forces would be most of a message."""
        forces = tuple(sent.model_copy(update={"days": sent.days[-1:], "tables": ()}) for sent in self.forces)
        return self.model_copy(update={"forces": forces})

    @property
    def rows(self) -> int:
        """Of the histories."""
        return sum(file.rows for name, file in self.files.items() if not name.startswith(CUBE))

    def __hash__(self) -> int:
        return hash((self.url, self.edition, self.terms, *(file.digest for file in self.files.values())))


class PartitionError(UserError):
    """What is missing of a nation, by the names of the forces."""

    def __init__(self, forces: Sequence[str], why: str) -> None:
        # By all its arguments, it is made anew where a worker has raised it.
        super().__init__(forces, why)
        self.forces, self.why = tuple(forces), why

    def __str__(self) -> str:
        return f"What was sent of {listed_words([*self.forces])} {self.why}."


def read_forces(path: Path) -> Forces:
    return fitted(Forces, read_toml(path), path.name)


@lru_cache(MOST_FILES)
def read_file(partition: Partition, name: str) -> bytes:
    """Return a file of a partition, checked against its digest; PartitionError: it is not what was sent."""
    expected = partition.files[name]
    path = Path(partition.url) / f"{name}.parquet"
    try:
        if not is_remote(partition.url) and path.stat().st_size < expected.size:
            raise PartitionError(partition.names, "is cut short")
        content = _content(f"{partition.url}/{name}.parquet")
    except OSError:
        raise PartitionError(partition.names, "is not there") from None
    if hashlib.sha256(content).hexdigest() != expected.digest:
        raise PartitionError(partition.names, "is not what was sent")
    return content


def fault_of(partition: Partition) -> str:
    """Return what is wrong with the files of a partition now, or nothing; one that is whole is read once."""
    stamps = list[tuple[int, int]]()
    for name in partition.files if not is_remote(partition.url) else ():
        path = Path(partition.url) / f"{name}.parquet"
        status = path.stat() if path.exists() else None
        stamps.append((status.st_size, status.st_mtime_ns) if status else (0, 0))
    try:
        _check(partition, tuple(stamps))
    except PartitionError as fault:
        return fault.why
    return ""


@lru_cache(MOST_PARTITIONS)
def _check(partition: Partition, stamps: tuple[tuple[int, int], ...]) -> None:
    """PartitionError, which is not remembered: what a network did not give now, it may give later."""
    del stamps
    for name in partition.files:
        # Past the files in memory: they may be what was there before.
        read_file.__wrapped__(partition, name)


def rows_of(partition: Partition, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(io.BytesIO(read_file(partition, name)))


def is_remote(url: str) -> bool:
    # On Windows a folder may begin with a letter and a colon.
    return len(urlsplit(url).scheme) > 1


def resolved(url: str, nation: Path) -> str:
    """Return a URL, or a folder as from the nation's own."""
    return url if is_remote(url) else str(nation / url)


def _content(url: str) -> bytes:
    if not is_remote(url):
        return Path(url).read_bytes()
    with _remote(url, "rb") as file:
        return file.read()


def _remote(url: str, mode: str) -> Any:  # noqa: ANN401  # a file of whatever system the URL names
    # Of the extra `cluster`: who has all partitions on this machine needs none of it.
    try:
        import fsspec
    except ImportError:
        raise UserError(f"{url} needs the extra candour[cluster]: requirements-cluster.txt.") from None
    return fsspec.open(url, mode)


def write_partition(about: Mapping[str, object], frames: Iterable[tuple[str, pl.DataFrame]]) -> Partition:
    """Write files, and say what they are. about: all but the files, `url` among it."""
    files, url = dict[str, File](), str(about["url"])
    for name, rows in frames:
        buffer = io.BytesIO()
        rows.write_parquet(buffer, compression="zstd")
        content = buffer.getvalue()
        _write(f"{url}/{name}.parquet", content)
        files[name] = File(digest=hashlib.sha256(content).hexdigest(), size=len(content), rows=rows.height)
    return fitted(Partition, {**about, "files": files}, url)


def _write(url: str, content: bytes) -> None:
    if is_remote(url):
        with _remote(url, "wb") as file:
            file.write(content)
        return
    path = Path(url)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, content)


def write_sent(folder: Path, partition: Partition) -> Path:
    return write_private(folder / MANIFEST, partition.model_dump_json(indent=1, exclude={"url"}).encode())


def read_sent(url: str, force: str) -> Partition:
    """Return what a force has sent in a folder or at a URL."""
    try:
        content = _content(f"{url}/{MANIFEST}")
    except OSError:
        raise PartitionError([force], f"is not there: no {MANIFEST} is in {url}") from None
    try:
        return Partition.model_validate({**json.loads(content), "url": url})
    except (ValueError, TypeError):
        raise PartitionError([force], f"cannot be read: {SEND}") from None


class Manifest(Section):
    partitions: tuple[Partition, ...]

    @property
    def sent(self) -> dict[str, Sent]:
        return {sent.force: sent for partition in self.partitions for sent in partition.forces}


def write_manifest(folder: Path, manifest: Manifest, keys: Keys) -> None:
    write_signed(folder / MANIFEST, manifest.model_dump_json(indent=1).encode(), keys)


def read_manifest(folder: Path, keys: Keys) -> Manifest:
    """UserError: there is none that this review's record vouches for."""
    content = read_signed(folder / MANIFEST, keys)
    if content is None:
        raise UserError(f"Nothing that the record vouches for is in {folder}: run python -m data gather.")
    manifest = fitted(Manifest, json.loads(content), MANIFEST)
    partitions = [
        one.model_copy(update={"url": resolved(one.url, folder.parent)}) for one in manifest.partitions
    ]
    return Manifest(partitions=tuple(partitions))
