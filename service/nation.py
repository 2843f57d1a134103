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
    MANIFEST,
    Manifest,
    Partition,
    fault_of,
    read_forces,
    read_manifest,
    rows_of,
)
from data.record import record_files
from data.record_files import Keys
from data.review import FORCES, TERMS
from data.snapshot import digest_of
from data.terms import Nouns, read_terms
from metrics.cube import BY, EDITION, together
from metrics.dimensions import FORCE
from metrics.metric import Subject
from metrics.questions import Question
from metrics.sums import Sums, merge
from service.cache import keep_last


class IncompleteError(UserError):
    """Some forces are missing: no total is shown unless a reader chooses those that are there.

    missing: how many are; 0 where there are no others.
    """

    def __init__(self, sentence: str, missing: int = 0) -> None:
        super().__init__(sentence)
        self.missing = missing


@dataclass(frozen=True)
class Nation:
    """names: of all its forces, whether or not they have sent anything. terms: digest of the nation's."""

    names: tuple[str, ...]
    manifest: Manifest
    terms: str

    @property
    def edition(self) -> str:
        """Return what changes with what the forces have sent, wherever it lies."""
        sent = [one.model_dump_json() for one in self.manifest.sent.values()]
        return hashlib.sha256("".join([EDITION, self.terms, *sorted(sent)]).encode()).hexdigest()[:12]

    def missing(self) -> dict[str, str]:
        """Return why nothing can be counted of a force, by its name."""
        missing = {name: "no return yet" for name in self.names if name not in self.manifest.sent}
        for partition in self.manifest.partitions:
            why = fault_of(partition)
            if partition.edition != EDITION:
                why = "made by another version of Candour, gather again"
            elif partition.terms != self.terms:
                why = "made with other terms, gather again"
            missing |= dict.fromkeys(partition.names, why) if why else {}
        return missing

    def partitions(self, forces: Sequence[str]) -> list[Partition]:
        return [one for one in self.manifest.partitions if not set(forces).isdisjoint(one.names)]

    def spoken(self, forces: Sequence[str], words: Nouns) -> str:
        """As "41 of 43 forces have sent returns", or, of fewer than those, "1 of 43 forces counted"."""
        sent = len(self.names) - len(self.missing())
        if len(forces) == sent:
            return f"{sent} of {len(self.names)} {words.forces} have sent returns"
        return f"{len(forces)} of {len(self.names)} {words.forces} counted"


def stamp(folder: Path) -> tuple[int, ...] | None:
    """Return what changes with a nation's files; None: the review in a folder is of one force."""
    if not (folder / FORCES).exists():
        return None
    files = (folder / FORCES, folder / TERMS, folder / FOLDER / MANIFEST)
    return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in files)


@keep_last(2)
def nation_of(folder: str, stamped: tuple[int, ...]) -> Nation:
    """stamped: see `stamp`."""
    del stamped
    path = Path(folder)
    keys = Keys(record_files(path)[0])
    names = tuple(read_forces(path / FORCES).names)
    return Nation(names, read_manifest(path / FOLDER, keys), digest_of(read_terms(path / TERMS)))


def choose(nation: Nation, visit: Visit, words: Nouns, *, without: int = 0) -> tuple[str, ...]:
    """Return the forces that are counted. without: how many missing ones the reader does without.

    IncompleteError: others are missing, or the reader may see none.
    """
    if unknown := {name for own in visit.only_forces.values() for name in own} - set(nation.names):
        raise UserError(f"The settings name {min(unknown)!r} in only_forces, which is no {words.force} here.")
    names = [name for name in nation.names if visit.forces is None or name in visit.forces]
    if not names:
        raise IncompleteError(f"There is no {words.force} of which you may see figures.")
    missing = {name: why for name, why in nation.missing().items() if name in names}
    there = tuple(name for name in names if name not in missing)
    # Who sees no figures sees what is published, which rests on every force.
    if missing and visit.may(Permission.FIGURES) and (len(missing) != without or not there):
        reasons = [
            f"{listed_words([name for name in missing if missing[name] == why])}: {why}"
            for why in dict.fromkeys(missing.values())
        ]
        count = counted(len(missing), words.force, words.forces)
        sentence = f"{count} of {len(names)} cannot be counted. {'; '.join(reasons)}."
        raise IncompleteError(sentence, len(missing) if there else 0)
    return there


def history(nation: Nation, forces: Sequence[str], subject: Subject) -> pl.LazyFrame:
    return pl.concat([_of(partition, subject, forces) for partition in nation.partitions(forces)])


def _of(partition: Partition, name: str, forces: Sequence[str]) -> pl.LazyFrame:
    rows = rows_of(partition, name)
    if set(partition.names) <= set(forces):
        return rows
    column = BY + FORCE.name if name.startswith(CUBE) else FORCE.name
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
