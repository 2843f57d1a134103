"""Every version of every row, and the load that brought it; the ledger's version is its last load."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import sqlalchemy as sa

from data.connection import connect_engine, reading, writing
from data.errors import refusal
from data.loading import Loading, stands, version_of
from data.migration import REVISIONS, create, migrate, revision_of
from data.tables import frame_of, ledger_tables, legible


class Stamp(NamedTuple):
    version: int
    edition: str


class Ledger:
    def __init__(self, url: str) -> None:
        self.engine = connect_engine(url)
        self.tables = ledger_tables(self.engine.dialect)

    def create(self, name: str, *, demonstration: bool) -> None:
        with writing(self.engine) as connection:
            if revision_of(connection) is None:
                create(connection, self.tables.metadata)
            if connection.execute(sa.select(self.tables.review)).first() is None:
                row = {"one": 1, "id": uuid.uuid4().hex, "name": name, "demonstration": demonstration}
                connection.execute(self.tables.review.insert(), row)

    def exists(self) -> bool:
        return sa.inspect(self.engine).has_table("review")

    def revision(self) -> str:
        with reading(self.engine) as connection:
            revision = revision_of(connection)
        if revision is None or revision < REVISIONS[0]:
            raise refusal("too_old")
        return revision

    def migrate(self) -> None:
        with writing(self.engine) as connection:
            migrate(connection)

    def id(self) -> str:
        return str(self._of_review("id"))

    def name(self) -> str:
        return str(self._of_review("name"))

    def demonstration(self) -> bool:
        return bool(self._of_review("demonstration"))

    def _of_review(self, column: str) -> object:
        with reading(self.engine) as connection:
            return connection.scalar(sa.select(self.tables.review.c[column]))

    def stamp(self, version: int | None = None) -> Stamp:
        with reading(self.engine) as connection:
            return self.stamp_in(connection, version)

    @legible()
    def stamp_in(self, connection: sa.Connection, version: int | None = None) -> Stamp:
        review, loads = self.tables.review, self.tables.loads
        newest = sa.select(sa.func.max(loads.c.load)).scalar_subquery()
        same = loads.c.load == (newest if version is None else version)
        # After an erasure the same load has other rows.
        record = self.tables.record.c
        last = sa.select(sa.func.max(record.number)).where(record.kind == "erasure").scalar_subquery()
        columns = sa.select(review.c.id, loads.c.load, loads.c.loaded_at, last)
        query = columns.join_from(review, loads, same, isouter=True)
        ledger_id, load, loaded_at, erased = connection.execute(query).one()
        text = f"{ledger_id} {load or 0} {loaded_at and loaded_at.replace(tzinfo=None)}"
        text += f" {erased}" if erased else ""
        return Stamp(load or 0, hashlib.sha256(text.encode()).hexdigest()[:12])

    def version(self) -> int:
        with reading(self.engine) as connection:
            return version_of(connection, self.tables)

    def loads(self) -> pl.DataFrame:
        """Return the loads that stand, first to last: `load, recorded_on, loaded_at, note`."""
        loads = self.tables.loads
        return self._select(sa.select(loads).where(stands(self.tables, loads)).order_by("load"))

    def all_loads(self) -> pl.DataFrame:
        """As `loads`, with `superseded_by` and `supersedes` (the earliest), null where there is none."""
        loads, superseded = self.tables.loads, self.tables.superseded
        out = superseded.c.by_load.label("superseded_by")
        earliest = sa.select(superseded.c.by_load, sa.func.min(superseded.c.load).label("supersedes"))
        first = earliest.group_by(superseded.c.by_load).subquery()
        query = (
            sa.select(loads, out, first.c.supersedes)
            .join_from(loads, superseded, superseded.c.load == loads.c.load, isouter=True)
            .join(first, first.c.by_load == loads.c.load, isouter=True)
            .order_by(loads.c.load)
        )
        return self._select(query)

    def superseded(self) -> pl.DataFrame:
        """Return the loads that no longer count, first to last: `load, by_load, who, reason`."""
        return self._select(sa.select(self.tables.superseded).order_by("load"))

    def receipts(self, *, superseded: bool = False) -> pl.DataFrame:
        """superseded: those of loads that no longer stand too."""
        return self._of_loads(self.tables.receipts, superseded=superseded)

    def quarantine(self, *, superseded: bool = False) -> pl.DataFrame:
        return self._of_loads(self.tables.quarantine, superseded=superseded)

    def _of_loads(self, table: sa.Table, *, superseded: bool) -> pl.DataFrame:
        query = sa.select(table).order_by(*table.primary_key)
        return self._select(query if superseded else query.where(stands(self.tables, table)))

    @contextmanager
    def loading(self, recorded_on: dt.date, *, note: str = "", rehearsal: bool = False) -> Generator[Loading]:
        """A rehearsal, or the files loaded last, are not kept; UserError before the last load's day."""
        with writing(self.engine) as connection:
            loading = Loading(connection, self.tables, recorded_on, note)
            yield loading
            loading.conclude()
            if rehearsal or not loading.stirred:
                connection.rollback()

    def _select(self, query: sa.Select[*tuple[Any, ...]]) -> pl.DataFrame:
        with reading(self.engine) as connection:
            return frame_of(connection, query)


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path.resolve()}"
