"""A nation: the figures of several forces at once, from the partitions that they have sent."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from access.roles import Permission
from access.visit import Visit
from data.engine import ask
from data.errors import UserError
from data.formatting import counted, listed_words
from data.partitions import (
    CUBE,
    FOLDER,
    FORCES,
    MANIFEST,
    Manifest,
    Partition,
    PartitionError,
    is_remote,
    read_file,
    read_forces,
    read_manifest,
    rows_of,
)
from data.record import record_files
from data.record_files import Keys
from data.terms import Nouns
from metrics.cube import BY, together
from metrics.dimensions import FORCE
from metrics.metric import Subject
from metrics.questions import Question
from metrics.sums import Sums, merge
from service.cache import keep_last


class IncompleteError(UserError):
    """Some forces are missing: no total is shown unless a reader chooses those that are there."""


@dataclass(frozen=True)
class Nation:
    """names: of all its forces, whether or not they have sent anything. edition: of what they have sent."""

    names: tuple[str, ...]
    manifest: Manifest

    @property
    def edition(self) -> str:
        return hashlib.sha256(self.manifest.model_dump_json().encode()).hexdigest()[:12]

    def missing(self) -> dict[str, str]:
        """Return why nothing can be counted of a force, by its name."""
        missing = {name: "no return yet" for name in self.names if name not in self.manifest.sent}
        for partition in self.manifest.partitions:
            if why := _fault(partition):
                missing |= dict.fromkeys(partition.names, why)
        return missing

    def partitions(self, forces: Sequence[str]) -> list[Partition]:
        return [one for one in self.manifest.partitions if not set(forces).isdisjoint(one.names)]

    def spoken(self, counted_forces: Sequence[str], words: Nouns) -> str:
        """As "41 of 43 forces have sent returns"."""
        return f"{len(counted_forces)} of {len(self.names)} {words.forces} have sent returns"


def stamp(folder: Path) -> tuple[int, int] | None:
    """Return what changes with a nation's files; None: the review in a folder is of one force."""
    if not (folder / FORCES).exists():
        return None
    manifest = folder / FOLDER / MANIFEST
    return (folder / FORCES).stat().st_mtime_ns, manifest.stat().st_mtime_ns if manifest.exists() else 0


@keep_last(2)
def nation_of(folder: str, stamped: tuple[int, int]) -> Nation:
    """stamped: see `stamp`."""
    del stamped
    path = Path(folder)
    keys = Keys(record_files(path)[0])
    return Nation(tuple(read_forces(path / FORCES).names), read_manifest(path / FOLDER, keys))


def choose(nation: Nation, visit: Visit, words: Nouns, *, partial_total: bool) -> tuple[str, ...]:
    """Return the forces that are counted. IncompleteError: some are missing, and the reader has not chosen to
    do without them, or may see none."""
    names = [name for name in nation.names if visit.forces is None or name in visit.forces]
    if not names:
        raise IncompleteError(f"There is no {words.force} of which you may see figures.")
    missing = {name: why for name, why in nation.missing().items() if name in names}
    there = tuple(name for name in names if name not in missing)
    # Who sees no figures sees what is published, which rests on every force.
    if missing and not (partial_total and there) and visit.may(Permission.FIGURES):
        reasons = [
            f"{listed_words([name for name in missing if missing[name] == why])}: {why}"
            for why in dict.fromkeys(missing.values())
        ]
        count = counted(len(missing), words.force, words.forces)
        raise IncompleteError(f"{count} of {len(names)} cannot be counted. {'; '.join(reasons)}.")
    return there


def _fault(partition: Partition) -> str:
    """Return what is wrong with the files of a partition, or nothing; each is read once."""
    try:
        for name, file in partition.files.items():
            if is_remote(partition.url):
                continue
            path = Path(partition.url) / f"{name}.parquet"
            if not path.exists() or path.stat().st_size != file.size:
                read_file.cache_clear()
            read_file(partition, name)
    except PartitionError as fault:
        return fault.why
    return ""


def history(nation: Nation, forces: Sequence[str], subject: Subject) -> pl.LazyFrame:
    return pl.concat([_of(partition, subject, forces) for partition in nation.partitions(forces)])


def _of(partition: Partition, name: str, forces: Sequence[str]) -> pl.LazyFrame:
    rows = rows_of(partition, name)
    column = FORCE.name if FORCE.name in rows.collect_schema() else BY + FORCE.name
    if set(partition.names) <= set(forces):
        return rows
    return rows.filter(pl.col(column).cast(pl.String).is_in(list(forces)))


def steps(nation: Nation, forces: Sequence[str], subject: Subject) -> pl.DataFrame:
    """As `metrics.cube.cells`, of all these forces together."""
    return together([_of(partition, f"{CUBE}{subject}", forces) for partition in nation.partitions(forces)])


def sums(nation: Nation, forces: Sequence[str], question: Question) -> list[Sums]:
    partitions = nation.partitions(forces)
    return merge(ask(partial(_sums, question, tuple(forces)), partitions))


def _sums(question: Question, forces: tuple[str, ...], partition: Partition) -> list[Sums]:
    # Runs in a worker too, which is given names, days and codes, and reads the rows itself.
    return question.sums(lambda subject: _of(partition, subject, forces))
