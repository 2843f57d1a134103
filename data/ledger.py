"""The ledger: every version of every row of a review, and the load that brought it.

Append-only. A row version is recorded from the day of the load that opened it until the day of
the load that closed it; nothing is overwritten or deleted, and the database itself refuses to. The
version of the ledger is its last load, so whatever is keyed on the version is never stale.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from data.connecting import connect_engine, writing
from data.faults import Fault
from data.loading import Loading, version_of
from data.migrating import migrate, revision_of
from data.rows import frame_of, stored
from data.schema import SCHEMAS
from data.tables import ledger_tables


class Ledger:
    """One review's ledger, in SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Connect to the ledger at a SQLAlchemy `url`; nothing is opened until it is needed."""
        self.engine = connect_engine(url)
        self.tables = ledger_tables(self.engine.dialect)

    def create(self, name: str, *, demonstration: bool) -> None:
        """Make the empty ledger of the review called `name`; one that is there is left alone."""
        with writing(self.engine) as connection:
            migrate(connection)
            if connection.execute(sa.select(self.tables.review)).first() is None:
                row = {"one": 1, "id": uuid.uuid4().hex, "name": name, "demonstration": demonstration}
                connection.execute(self.tables.review.insert(), row)

    def made(self) -> bool:
        """Whether the ledger has been created."""
        return sa.inspect(self.engine).has_table("review")

    def revision(self) -> str:
        """Revision of the shape of its tables, as `data.migrating` numbers them.

        Raises:
            Fault: the ledger was made before ledgers had an id.
        """
        with self.engine.begin() as connection:
            found = revision_of(connection)
        if found is None:
            raise Fault(
                "The ledger was made by an earlier version of Candour: make the review anew in another "
                "folder, and load its extracts again in their order."
            )
        return found

    def migrate(self) -> None:
        """Bring the shape of its tables up to date; what they hold is kept, row for row."""
        with writing(self.engine) as connection:
            migrate(connection)

    def id(self) -> str:
        """Random id that this ledger was given when it was made, and no other ledger has."""
        with self.engine.begin() as connection:
            return str(connection.scalar(sa.select(self.tables.review.c.id)))

    def name(self) -> str:
        """Name of the review that this ledger was made for."""
        with self.engine.begin() as connection:
            return str(connection.scalar(sa.select(self.tables.review.c.name)))

    def edition(self, version: int) -> str:
        """Digest of what this ledger is at a version, which no other ledger and no other load has."""
        review, loads = self.tables.review, self.tables.loads
        query = sa.select(review.c.id, loads.c.loaded_at).join_from(
            review, loads, loads.c.load == version, isouter=True
        )
        with self.engine.begin() as connection:
            made, loaded_at = connection.execute(query).one()
        return hashlib.sha256(f"{made} {version} {_utc(loaded_at)}".encode()).hexdigest()[:12]

    def demonstration(self) -> bool:
        """Whether this ledger was made for demonstration data: it then takes no other."""
        with self.engine.begin() as connection:
            return bool(connection.scalar(sa.select(self.tables.review.c.demonstration)))

    def version(self) -> int:
        """Number of the last load; 0 before the first."""
        with self.engine.begin() as connection:
            return version_of(connection, self.tables)

    def loads(self) -> pl.DataFrame:
        """Return every load, first to last: `load, recorded_on, loaded_at, note`."""
        return self._select(sa.select(self.tables.loads).order_by("load"))

    def receipts(self) -> pl.DataFrame:
        """Return every receipt, in load and table order, as the columns of `Receipt`."""
        return self._select(sa.select(self.tables.receipts).order_by("load", "table_name"))

    def quarantine(self) -> pl.DataFrame:
        """Return every row ever held back, in load, table and row order."""
        order = ("load", "table_name", "row_number")
        return self._select(sa.select(self.tables.quarantine).order_by(*order))

    def row_versions(self, table: str, version: int) -> pl.DataFrame:
        """Every version of every row of `table` that loads 1 to `version` brought, as SQL holds it."""
        held = self.tables.versions[table]
        query = sa.select(held).where(held.c.opened_by <= version)
        with self.engine.begin() as connection:
            return stored(connection, query.order_by(*SCHEMAS[table].primary_key(), "opened_by"))

    @contextmanager
    def loading(self, recorded_on: dt.date, *, note: str = "", rehearsal: bool = False) -> Generator[Loading]:
        """Open one load as one transaction: all of it is kept, or, on any error, none of it.

        A rehearsal does everything and keeps nothing. A load of the very files that were loaded last is
        not kept either. Another file that changes nothing is: what stands was confirmed on its day.

        Raises:
            Fault: the day is before the last load's: what was known on a day is never rewritten.
        """
        with writing(self.engine) as connection:
            loading = Loading(connection, self.tables, recorded_on, note)
            yield loading
            loading.conclude()
            if rehearsal or not loading.stirred:
                connection.rollback()

    def _select(self, query: sa.Select[*tuple[Any, ...]]) -> pl.DataFrame:
        with self.engine.begin() as connection:
            return frame_of(connection, query)


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    # SQLite forgets the time zone, PostgreSQL answers in the session's.
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


def sqlite_url(path: Path) -> str:
    """SQLAlchemy URL of the SQLite file at `path`."""
    return f"sqlite:///{path.resolve()}"
