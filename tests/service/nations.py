"""A small nation for tests: forces with drawn registers, each a partition, or several packed together."""

import datetime as dt
from pathlib import Path

from data.partitions import Force, Forces, Manifest, Partition, Sent
from metrics.histories.subjects import HISTORIES
from service.nation import Nation
from service.returns import Return, pack, written
from tests.metrics.world import TERMS, frames, sampled

NAMES = ("Ashdown", "Bedlow", "Calder")
DAY = dt.date(2024, 2, 1)


def register(number: int) -> dict:
    return frames(sampled(number + 1))


def sent(name: str, number: int, **changes: object) -> Sent:
    about = {
        "force": name,
        "ledger": f"ledger of {name}",
        "version": 3,
        "days": (dt.date(2023, 11, 1), DAY),
        "tables": tuple(sorted(register(number))),
        "demonstration": True,
    }
    return Sent.model_validate({**about, **changes})


def partition_of(folder: Path, name: str, number: int) -> Partition:
    return written(folder / name, Return(sent(name, number), register(number)), TERMS)


def nation_in(folder: Path, names: tuple[str, ...] = NAMES) -> Nation:
    """Each force is a partition of its own."""
    forces = Forces(forces=tuple(Force(name=name) for name in names))
    partitions = []
    for number, name in enumerate(names):
        own = partition_of(folder / "sent", name, number)
        partitions.append(pack(str(folder / name), [own], forces, folder))
    return Nation(names, Manifest(partitions=tuple(partitions)))


def histories_of(number: int, name: str) -> dict:
    terms = TERMS.model_copy(update={"body": name})
    return {subject: history.of(terms)(register(number)).collect() for subject, history in HISTORIES.items()}
