"""The ledger: every version of every row of a review, and the load that brought it.

Append-only. A row version is recorded from the day of the load that opened it until the day of
the load that closed it; nothing is overwritten or deleted. The version of the ledger is its last
load, so whatever is keyed on the version is never stale.
"""

import datetime as dt
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import polars as pl
import sqlalchemy as sa

from data.connecting import bulk_insert, connect_engine, writing
from data.faults import Fault
from data.schema import SCHEMAS, identity, links
from data.tables import ledger_tables
from data.written import written_day


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Rows of one table as they came out of one file, checked and typed.

    rows: the accepted rows, in the schema's columns and types, one for each key.
    held_keys: keys that are in the file but in quarantine: present, so never closed as gone.
    quarantine: `row_number, column_name, shape, reason`, one for each row held back.
    whole: the file is the full register, so a current row that it lacks is gone.
    """

    table: str
    file: str
    fingerprint: str
    rows: pl.DataFrame
    held_keys: pl.DataFrame
    quarantine: pl.DataFrame
    whole: bool
    read: int
    ignored: int = 0
    repeated: int = 0
    dropped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What one load did to one table; the counts add up.

    read = accepted + quarantined + repeated + ignored; accepted = new + changed + unchanged.
    """

    load: int
    table_name: str
    file: str
    fingerprint: str
    whole: bool
    read: int
    ignored: int
    repeated: int
    quarantined: int
    accepted: int
    new: int
    changed: int
    unchanged: int
    removed: int
    dropped: str
    warnings: str

    @property
    def stirred(self) -> bool:
        """Whether the load changed anything in this table."""
        return bool(self.new or self.changed or self.removed)


class Ledger:
    """One review's ledger, in SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Connect to the ledger at a SQLAlchemy `url`; nothing is opened until it is needed."""
        self.engine = connect_engine(url)
        self.tables = ledger_tables(self.engine.dialect)

    def create(self, name: str, *, demonstration: bool) -> None:
        """Make the empty ledger of the review called `name`; one that is there is left alone."""
        with writing(self.engine) as connection:
            self.tables.metadata.create_all(connection)
            if connection.execute(sa.select(self.tables.review)).first() is None:
                row = {"one": 1, "name": name, "demonstration": demonstration}
                connection.execute(self.tables.review.insert(), row)

    def made(self) -> bool:
        """Whether the ledger has been created."""
        return sa.inspect(self.engine).has_table("review")

    def demonstration(self) -> bool:
        """Whether this ledger was made for demonstration data: it then takes no other."""
        with self.engine.begin() as connection:
            return bool(connection.scalar(sa.select(self.tables.review.c.demonstration)))

    def version(self) -> int:
        """Number of the last load; 0 before the first."""
        with self.engine.begin() as connection:
            return _version(connection, self.tables.loads)

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
    def loading(
        self, recorded_on: dt.date, *, note: str = "", rehearsal: bool = False
    ) -> Generator["Loading"]:
        """Open one load as one transaction: all of it is kept, or, on any error, none of it.

        A rehearsal does everything and keeps nothing. A load that changes nothing and holds back
        nothing new is not kept either, so the same file twice leaves the ledger as it was.

        Raises:
            Fault: the day is before the last load's: what was known on a day is never rewritten.
        """
        with writing(self.engine) as connection:
            loading = Loading(connection, self, recorded_on, note)
            yield loading
            loading.conclude()
            if rehearsal or not loading.stirred:
                connection.rollback()

    def _select(self, query: sa.Select[*tuple[Any, ...]]) -> pl.DataFrame:
        with self.engine.begin() as connection:
            return frame_of(connection, query)


class Loading:
    """One load under way, inside its transaction and under the ledger's lock."""

    def __init__(self, connection: sa.Connection, ledger: Ledger, recorded_on: dt.date, note: str) -> None:
        self._connection = connection
        self._tables = ledger.tables
        self.recorded_on = recorded_on
        self.before = _version(connection, ledger.tables.loads)
        self.load = self.before + 1
        self.receipts: list[Receipt] = []
        self.stirred = False
        self._parents: dict[str, pl.DataFrame] = {}
        self._refuse_the_past()
        row = {
            "load": self.load,
            "recorded_on": recorded_on,
            "loaded_at": dt.datetime.now(dt.UTC),
            "note": note,
        }
        connection.execute(self._tables.loads.insert(), row)

    def current(self, table: str) -> pl.DataFrame:
        """Rows of `table` as they stand at this moment of the load, in the schema's types."""
        held = self._tables.versions[table]
        columns = [held.c[name] for name in SCHEMAS[table].column_names()]
        query = sa.select(*columns).where(held.c.closed_by.is_(None))
        return SCHEMAS[table].cast(typed(stored(self._connection, query), table))

    def parents(self, table: str) -> pl.DataFrame:
        """Rows of `table` to which others may refer at this moment: their key, and day received if any."""
        if table not in self._parents:
            held = self._tables.versions[table]
            columns = [held.c[name] for name in (identity(table), "received_on") if name in held.c]
            query = sa.select(*columns).where(held.c.closed_by.is_(None)).distinct()
            rows = typed(stored(self._connection, query), table)
            self._parents[table] = rows.with_columns(pl.col(identity(table)).cast(pl.String))
        return self._parents[table]

    def count(self, table: str) -> int:
        """How many rows of `table` are current at this moment of the load."""
        held = self._tables.versions[table]
        query = sa.select(sa.func.count()).select_from(held).where(held.c.closed_by.is_(None))
        return self._connection.scalar(query) or 0

    def last_receipt(self, table: str) -> Receipt | None:
        """Receipt of the last kept load of `table`."""
        receipts = self._tables.receipts
        query = sa.select(receipts).where(receipts.c.table_name == table, receipts.c.load <= self.before)
        row = self._connection.execute(query.order_by(receipts.c.load.desc())).mappings().first()
        return Receipt(**row) if row else None

    def loads_of(self, table: str) -> pl.DataFrame:
        """Kept loads that brought rows of `table`, first to last: `load, fingerprint`."""
        receipts = self._tables.receipts
        query = sa.select(receipts.c.load, receipts.c.fingerprint).where(
            receipts.c.table_name == table, receipts.c.load <= self.before
        )
        return frame_of(self._connection, query.order_by(receipts.c.load))

    def store(self, arrival: Arrival) -> Receipt:
        """Write what is new, changed or gone, and say what it came to."""
        key = SCHEMAS[arrival.table].primary_key()
        change = difference(self.current(arrival.table), arrival, key)
        self._close(arrival.table, pl.concat([change.changed.select(key), change.removed.select(key)]))
        self._know(arrival.table, change.new)
        self._open(arrival.table, pl.concat([change.new, change.changed]))
        self._parents.pop(arrival.table, None)
        receipt = self._receipt(arrival, change)
        self._hold_back(arrival)
        self.receipts.append(receipt)
        self.stirred = self.stirred or receipt.stirred or self._holds_back_anew(arrival)
        return receipt

    def conclude(self) -> None:
        """Write the receipts, with a warning where a row that is gone is still referred to."""
        # Only when all is stored: the rows that refer to it may be gone with the same load.
        self.receipts = [replace(each, warnings=self._warnings(each)) for each in self.receipts]
        if self.receipts:
            self._connection.execute(self._tables.receipts.insert(), [vars(each) for each in self.receipts])

    def _warnings(self, receipt: Receipt) -> str:
        warnings = [receipt.warnings] if receipt.warnings else []
        if receipt.removed:
            for table, schema in SCHEMAS.items():
                for column, target in links(schema).items():
                    if target == receipt.table_name and (left := self._left_behind(table, column, target)):
                        warnings.append(f"{left:,} current {table} still refer to removed {target}.")
        return " ".join(warnings)

    def _left_behind(self, table: str, column: str, target: str) -> int:
        children, parents = self._tables.versions[table], self._tables.versions[target]
        current = sa.select(parents.c[identity(target)]).where(parents.c.closed_by.is_(None))
        lost = children.c[column].is_not(None) & children.c[column].not_in(current)
        query = sa.select(sa.func.count()).where(children.c.closed_by.is_(None), lost)
        return self._connection.scalar(query) or 0

    def _receipt(self, arrival: Arrival, change: "Difference") -> Receipt:
        return Receipt(
            load=self.load,
            table_name=arrival.table,
            file=arrival.file,
            fingerprint=arrival.fingerprint,
            whole=arrival.whole,
            read=arrival.read,
            ignored=arrival.ignored,
            repeated=arrival.repeated,
            quarantined=arrival.quarantine.height,
            accepted=arrival.rows.height,
            new=change.new.height,
            changed=change.changed.height,
            unchanged=arrival.rows.height - change.new.height - change.changed.height,
            removed=change.removed.height,
            dropped=", ".join(arrival.dropped),
            warnings=" ".join(arrival.warnings),
        )

    def _holds_back_anew(self, arrival: Arrival) -> bool:
        last = self.last_receipt(arrival.table)
        if arrival.quarantine.is_empty():
            return last is not None and last.quarantined > 0
        return (
            last is None
            or last.fingerprint != arrival.fingerprint
            or (last.quarantined != arrival.quarantine.height)
        )

    def _open(self, table: str, rows: pl.DataFrame) -> None:
        opened = rows.with_columns(
            recorded_from=pl.lit(self.recorded_on), opened_by=pl.lit(self.load, pl.Int64)
        )
        bulk_insert(self._connection, self._tables.versions[table], opened)

    def _know(self, table: str, new: pl.DataFrame) -> None:
        if table not in self._tables.keys or new.is_empty():
            return
        held = self._tables.keys[table]
        column = identity(table)
        known = stored(self._connection, sa.select(held)).cast(pl.String)
        fresh = new.select(pl.col(column).cast(pl.String)).unique(maintain_order=True)
        bulk_insert(self._connection, held, fresh.join(known, on=column, how="anti", maintain_order="left"))

    def _close(self, table: str, keys: pl.DataFrame) -> None:
        if keys.is_empty():
            return
        held = self._tables.versions[table]
        matched = [held.c[name] == sa.bindparam(f"key_{name}") for name in keys.columns]
        statement = (
            held.update()
            .where(held.c.closed_by.is_(None), *matched)
            .values(recorded_to=self.recorded_on, closed_by=self.load)
        )
        self._connection.execute(statement, keys.rename(lambda name: f"key_{name}").to_dicts())

    def _hold_back(self, arrival: Arrival) -> None:
        rows = arrival.quarantine.with_columns(
            load=pl.lit(self.load, pl.Int64),
            table_name=pl.lit(arrival.table),
            file=pl.lit(arrival.file),
        )
        bulk_insert(self._connection, self._tables.quarantine, rows)

    def _refuse_the_past(self) -> None:
        loads = self._tables.loads
        last = self._connection.scalar(sa.select(sa.func.max(loads.c.recorded_on)))
        if last is not None and self.recorded_on < last:
            raise Fault(
                f"The last load was recorded on {written_day(last)}, and this one says "
                f"{written_day(self.recorded_on)}: what was known on a day is never rewritten, so load the "
                "older extract into a new review first, or record this one on a later day."
            )


@dataclass(frozen=True)
class Difference:
    """How an arrival differs from what is current: rows to open and rows to close."""

    new: pl.DataFrame
    changed: pl.DataFrame
    removed: pl.DataFrame


def difference(current: pl.DataFrame, arrival: Arrival, key: Sequence[str]) -> Difference:
    """Compare an arrival with the current rows of its table, row by row on `key`."""
    unlike = arrival.rows.join(current, on=arrival.rows.columns, how="anti", nulls_equal=True)
    gone = current.clear()
    if arrival.whole:
        gone = current.join(arrival.rows, on=key, how="anti").join(arrival.held_keys, on=key, how="anti")
    return Difference(
        new=unlike.join(current, on=key, how="anti"),
        changed=unlike.join(current, on=key, how="semi"),
        removed=gone,
    )


def typed(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """Rows as a database gives them, with dates and flags in the schema's types."""
    wanted = {**pl.Schema(SCHEMAS[table]), "recorded_from": pl.Date(), "recorded_to": pl.Date()}
    return rows.with_columns(
        _as_type(pl.col(name), rows.schema[name], wanted[name]) for name in rows.columns if name in wanted
    )


def _as_type(column: pl.Expr, found: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    if wanted == pl.Date and found == pl.String:
        return column.str.to_date("%Y-%m-%d")
    return column.cast(wanted)


def frame_of(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> pl.DataFrame:
    """Result of a query as a frame, in columns that the first rows' values cannot mislead."""
    result = connection.execute(query)
    return pl.DataFrame(
        [tuple(row) for row in result], schema=list(result.keys()), orient="row", infer_schema_length=None
    )


def stored(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> pl.DataFrame:
    """Result of a query of row versions, cells as the driver gives them: `typed` gives them their types."""
    # Converting each cell in Python, as SQLAlchemy does, would cost more than all the rest.
    result = connection.execute(query)
    rows = cast("sa.engine.interfaces.DBAPICursor", result.cursor).fetchall()
    return pl.DataFrame(rows, schema=list(result.keys()), orient="row", infer_schema_length=None)


def _version(connection: sa.Connection, loads: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.coalesce(sa.func.max(loads.c.load), 0))) or 0


def sqlite_url(path: Path) -> str:
    """SQLAlchemy URL of the SQLite file at `path`."""
    return f"sqlite:///{path.resolve()}"
