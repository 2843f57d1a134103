"""A small nation for tests: forces with drawn registers, each a partition, or several packed together."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl

from data.partitions import Force, Forces, Manifest, Partition, Sent
from data.schema import SCHEMAS, listed_columns
from data.snapshot import digest_of
from data.terms import Terms
from metrics.histories.subjects import HISTORIES
from service.nation import Nation
from service.returns import Return, national, pack, written
from tests.metrics.world import TERMS, frames, sampled

NAMES = ("Ashdown", "Bedlow", "Calder")
DAY = dt.date(2024, 2, 1)


def codes_of(*registers: dict) -> Terms:
    """Terms with every code that is in these registers."""
    lists: dict[str, set[str]] = {}
    for tables in registers:
        for table, rows in tables.items():
            for column, name in listed_columns(SCHEMAS[table]).items():
                values = rows.select(pl.col(column).cast(pl.String)).collect().to_series()
                lists.setdefault(name, set()).update(values.drop_nulls())
    return TERMS.model_copy(update={"lists": {name: tuple(sorted(codes)) for name, codes in lists.items()}})


def register(number: int) -> dict:
    return frames(sampled(number + 1))


NATIONAL = codes_of(*map(register, range(len(NAMES))))


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


def tables_of(name: str, number: int) -> dict:
    return dict(national(Return(sent(name, number), register(number)), Force(name=name), NATIONAL).tables)


def partition_of(folder: Path, name: str, number: int) -> Partition:
    return written(folder / name, Return(sent(name, number), tables_of(name, number)), NATIONAL)


def nation_in(folder: Path, names: tuple[str, ...] = NAMES) -> Nation:
    """Each force is a partition of its own."""
    forces, review = Forces(forces=tuple(Force(name=name) for name in names)), review_of(folder)
    partitions = []
    for number, name in enumerate(names):
        own = partition_of(folder / "sent", name, number)
        packed = pack(name, [own], forces, review)
        partitions.append(packed.model_copy(update={"url": str(folder / name)}))
    return Nation(names, Manifest(partitions=tuple(partitions)), digest_of(NATIONAL))


def review_of(folder: Path) -> Any:
    """Stands for a nation's review, of which packing needs no more."""
    return SimpleNamespace(folder=folder, terms=NATIONAL)


def histories_of(number: int, name: str) -> dict:
    terms, tables = NATIONAL.model_copy(update={"body": name}), tables_of(name, number)
    return {subject: history.of(terms)(tables).collect() for subject, history in HISTORIES.items()}
