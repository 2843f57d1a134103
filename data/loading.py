import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import polars as pl
import sqlalchemy as sa

from data.connection import bulk_insert
from data.errors import refusal
from data.formatting import written_day
from data.schema import SCHEMAS, identity, links
from data.tables import Tables, frame_of, typed


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """rows: accepted, one for each key. rejected_keys: in quarantine, so never closed as gone.

    quarantine: `row_number, column_name, shape, reason`. whole: a current row that the file lacks is gone.
    """

    table: str
    file: str
    fingerprint: str
    rows: pl.DataFrame
    rejected_keys: pl.DataFrame
    quarantine: pl.DataFrame
    whole: bool
    read: int
    ignored: int = 0
    repeated: int = 0
    left_out: int = 0
    combined: int = 0
    dropped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """read = accepted + quarantined + repeated + ignored + left_out + combined; accepted = new + changed +
    unchanged. left_out, combined: None where there are none."""

    load: int
    table_name: str
    file: str
    fingerprint: str = ""
    whole: bool = False
    read: int
    ignored: int = 0
    repeated: int = 0
    left_out: int | None = None
    combined: int | None = None
    quarantined: int = 0
    accepted: int
    new: int
    changed: int
    unchanged: int = 0
    removed: int
    dropped: str = ""
    warnings: str = ""

    @property
    def stirred(self) -> bool:
        return bool(self.new or self.changed or self.removed)


@dataclass(frozen=True)
class Difference:
    new: pl.DataFrame
    changed: pl.DataFrame
    removed: pl.DataFrame


def difference(current: pl.DataFrame, arrival: Arrival, key: Sequence[str]) -> Difference:
    unlike = arrival.rows.join(current, on=arrival.rows.columns, how="anti", nulls_equal=True)
    gone = current.clear()
    if arrival.whole:
        gone = current.join(arrival.rows, on=key, how="anti").join(arrival.rejected_keys, on=key, how="anti")
    return Difference(
        new=unlike.join(current, on=key, how="anti"),
        changed=unlike.join(current, on=key, how="semi"),
        removed=gone,
    )


def changes(versions: pl.LazyFrame, table: str, load: int) -> pl.DataFrame:
    """The key's columns, `change` (new, removed, or changed for each column), `column`, `before`, `after`."""
    key = SCHEMAS[table].primary_key()
    columns = SCHEMAS[table].column_names()
    text = [pl.col(column).cast(pl.String) for column in columns]
    opened = versions.filter(pl.col("opened_by") == load).select(text).collect()
    closed = versions.filter(pl.col("closed_by") == load).select(text).collect()
    came = opened.join(closed, on=key, how="anti").select(*key, change=pl.lit("new"))
    went = closed.join(opened, on=key, how="anti").select(*key, change=pl.lit("removed"))
    return pl.concat([_differences(closed, opened, key), went, came], how="diagonal")


def _differences(before: pl.DataFrame, after: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    rest = [column for column in before.columns if column not in key]
    left = before.unpivot(rest, index=key, variable_name="column", value_name="before")
    right = after.unpivot(rest, index=key, variable_name="column", value_name="after")
    return (
        left.join(right, on=[*key, "column"])
        .filter(pl.col("before").ne_missing(pl.col("after")))
        .with_columns(change=pl.lit("changed"))
        .select(*key, "change", "column", "before", "after")
        .sort(*key, "column")
    )


ALTERATIONS = pl.DataFrame(
    schema=dict.fromkeys(("table_name", "row", "change", "column", "before", "after"), pl.String)
)


def version_of(connection: sa.Connection, tables: Tables) -> int:
    return connection.scalar(sa.select(sa.func.coalesce(sa.func.max(tables.loads.c.load), 0))) or 0


def last_load(connection: sa.Connection, tables: Tables) -> sa.Row[int, dt.date] | None:
    """Return `load, recorded_on` of the last load that stands."""
    loads = tables.loads.c
    query = sa.select(loads.load, loads.recorded_on).where(stands(tables, tables.loads))
    return connection.execute(query.order_by(loads.load.desc()).limit(1)).first()


def stands(tables: Tables, table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether a row of `table` is of a load that brought an extract and was not superseded."""
    superseded = tables.superseded.c
    return table.c.load.not_in(sa.union_all(sa.select(superseded.load), sa.select(superseded.by_load)))


def row_versions(connection: sa.Connection, tables: Tables, table: str, version: int) -> pl.DataFrame:
    versions, superseded = tables.versions[table], tables.superseded.c
    out = sa.select(superseded.load).where(superseded.by_load <= version)
    # What a superseded load had closed was opened again, in a copy, by the load that superseded it.
    counts = versions.c.opened_by.not_in(out) & sa.func.coalesce(versions.c.closed_by, 0).not_in(out)
    query = sa.select(versions).where(versions.c.opened_by <= version, counts)
    return frame_of(connection, query.order_by(*SCHEMAS[table].primary_key(), "opened_by"))


class Loading:
    def __init__(self, connection: sa.Connection, tables: Tables, recorded_on: dt.date, note: str) -> None:
        self.connection = connection
        self.tables = tables
        self.recorded_on = recorded_on
        self.before = version_of(connection, tables)
        self.load = self.before + 1
        last = last_load(connection, tables)
        self.last: int = last.load if last else 0
        self.receipts: list[Receipt] = []
        self.stirred = self._concluded = False
        self._parents: dict[str, pl.DataFrame] = {}
        if last and recorded_on < last.recorded_on:
            raise refusal("earlier_day", last=written_day(last.recorded_on), day=written_day(recorded_on))
        row = {"load": self.load, "recorded_on": recorded_on, "note": note}
        connection.execute(tables.loads.insert(), {**row, "loaded_at": dt.datetime.now(dt.UTC)})

    def current(self, table: str) -> pl.DataFrame:
        versions = self.tables.versions[table]
        columns = [versions.c[name] for name in SCHEMAS[table].column_names()]
        query = sa.select(*columns).where(versions.c.closed_by.is_(None))
        return typed(frame_of(self.connection, query), table)

    def row_versions(self, table: str, version: int) -> pl.DataFrame:
        return row_versions(self.connection, self.tables, table, version)

    def parents(self, table: str) -> pl.DataFrame:
        if table not in self._parents:
            versions = self.tables.versions[table]
            names = (identity(table), "received_on", "referred_on")
            columns = [versions.c[name] for name in names if name in versions.c]
            query = sa.select(*columns).where(versions.c.closed_by.is_(None)).distinct()
            self._parents[table] = frame_of(self.connection, query)
        return self._parents[table]

    def count(self, table: str) -> int:
        query = sa.select(sa.func.count()).where(self.tables.versions[table].c.closed_by.is_(None))
        return self.connection.scalar(query) or 0

    def last_receipt(self, table: str) -> Receipt | None:
        receipts = self.tables.receipts
        query = sa.select(receipts).where(receipts.c.table_name == table, self._counted_before(receipts))
        row = self.connection.execute(query.order_by(receipts.c.load.desc())).mappings().first()
        return Receipt(**row) if row else None

    def first_taken(self) -> int | None:
        receipts = self.tables.receipts
        own = [(receipt.table_name, receipt.fingerprint) for receipt in self.receipts]
        same = sa.tuple_(receipts.c.table_name, receipts.c.fingerprint).in_(own)
        query = sa.select(sa.func.min(receipts.c.load)).where(same, self._counted_before(receipts))
        return self.connection.scalar(query)

    def loads_of(self, table: str) -> pl.DataFrame:
        """Columns `load, fingerprint, recorded_on`, first load to last."""
        receipts, loads = self.tables.receipts, self.tables.loads
        columns = receipts.c.load, receipts.c.fingerprint, loads.c.recorded_on
        query = sa.select(*columns).join_from(receipts, loads, receipts.c.load == loads.c.load)
        mine = query.where(receipts.c.table_name == table, self._counted_before(receipts))
        return frame_of(self.connection, mine.order_by(receipts.c.load))

    def receipts_of(self, load: int | None) -> tuple[Receipt, ...]:
        receipts = self.tables.receipts
        query = sa.select(receipts).where(receipts.c.load == load).order_by(receipts.c.table_name)
        return tuple(Receipt(**row) for row in self.connection.execute(query).mappings())

    def alterations(self) -> pl.DataFrame:
        """What this load altered of what stood: `table_name, row, change, column, before, after`."""
        tables = [receipt.table_name for receipt in self.receipts if receipt.changed or receipt.removed]
        return pl.concat([ALTERATIONS, *map(self._alterations, tables)])

    def _alterations(self, table: str) -> pl.DataFrame:
        versions = self.tables.versions[table]
        mine = sa.or_(versions.c.opened_by == self.load, versions.c.closed_by == self.load)
        rows = frame_of(self.connection, sa.select(versions).where(mine))
        altered = changes(rows.lazy(), table, self.load).filter(pl.col("change") != "new")
        row = pl.concat_str(SCHEMAS[table].primary_key(), separator=" ")
        return altered.select(pl.lit(table).alias("table_name"), row.alias("row"), *ALTERATIONS.columns[2:])

    def store(self, arrival: Arrival) -> Receipt:
        key = SCHEMAS[arrival.table].primary_key()
        change = difference(self.current(arrival.table), arrival, key)
        self._close(arrival.table, pl.concat([change.changed.select(key), change.removed.select(key)]))
        self._add_keys(arrival.table, change.new)
        opened = {"recorded_from": pl.lit(self.recorded_on), "opened_by": pl.lit(self.load, pl.Int64)}
        rows = pl.concat([change.new, change.changed]).with_columns(**opened)
        bulk_insert(self.connection, self.tables.versions[arrival.table], rows)
        self._parents.pop(arrival.table, None)
        receipt = self._receipt(arrival, change)
        own = {"load": pl.lit(self.load, pl.Int64), "table_name": pl.lit(arrival.table)}
        rejected = arrival.quarantine.with_columns(**own, file=pl.lit(arrival.file))
        bulk_insert(self.connection, self.tables.quarantine, rejected)
        self.receipts.append(receipt)
        last, same = self.last_receipt(arrival.table), (receipt.fingerprint, receipt.quarantined)
        is_new = last is None or (last.fingerprint, last.quarantined) != same
        self.stirred = self.stirred or receipt.stirred or is_new
        return receipt

    def conclude(self) -> None:
        """Write the receipts, once all is stored: rows that refer to it may be gone with the same load."""
        if self._concluded:
            return
        self._concluded = True
        self.receipts = [replace(receipt, warnings=self._warnings(receipt)) for receipt in self.receipts]
        if self.receipts:
            rows = [vars(receipt) for receipt in self.receipts]
            self.connection.execute(self.tables.receipts.insert(), rows)

    def _warnings(self, receipt: Receipt) -> str:
        warnings = [receipt.warnings] if receipt.warnings else []
        referring = (
            (table, column)
            for table, schema in SCHEMAS.items()
            for column, target in links(schema).items()
            if receipt.removed and target == receipt.table_name
        )
        for table, column in referring:
            if left := self._left_behind(table, column, receipt.table_name):
                warnings.append(
                    f"Current {table} that still refer to removed {receipt.table_name}: {left:,}."
                )
        return " ".join(warnings)

    def _left_behind(self, table: str, column: str, target: str) -> int:
        children, parents = self.tables.versions[table].c, self.tables.versions[target].c
        current = sa.select(parents[identity(target)]).where(parents.closed_by.is_(None))
        lost = children[column].is_not(None) & children[column].not_in(current)
        query = sa.select(sa.func.count()).where(children.closed_by.is_(None), lost)
        return self.connection.scalar(query) or 0

    def _receipt(self, arrival: Arrival, change: Difference) -> Receipt:
        own = ("file", "fingerprint", "whole", "read", "ignored", "repeated")
        accepted, new, changed = arrival.rows.height, change.new.height, change.changed.height
        return Receipt(
            load=self.load,
            table_name=arrival.table,
            **{name: getattr(arrival, name) for name in own},
            left_out=arrival.left_out or None,
            combined=arrival.combined or None,
            quarantined=arrival.quarantine.height,
            accepted=accepted,
            new=new,
            changed=changed,
            unchanged=accepted - new - changed,
            removed=change.removed.height,
            dropped=", ".join(arrival.dropped),
            warnings=" ".join(arrival.warnings),
        )

    def _add_keys(self, table: str, new: pl.DataFrame) -> None:
        if table not in self.tables.keys or new.is_empty():
            return
        keys = self.tables.keys[table]
        column = identity(table)
        known = frame_of(self.connection, sa.select(keys))
        fresh = new.select(pl.col(column).cast(pl.String)).unique(maintain_order=True)
        bulk_insert(self.connection, keys, fresh.join(known, on=column, how="anti", maintain_order="left"))

    def _close(self, table: str, keys: pl.DataFrame) -> None:
        if keys.is_empty():
            return
        versions = self.tables.versions[table]
        matched = [versions.c[name] == sa.bindparam(f"key_{name}") for name in keys.columns]
        statement = versions.update().where(versions.c.closed_by.is_(None), *matched)
        closed = statement.values(recorded_to=self.recorded_on, closed_by=self.load)
        self.connection.execute(closed, keys.rename(lambda name: f"key_{name}").to_dicts())

    def _counted_before(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return (table.c.load <= self.before) & stands(self.tables, table)


class Quarantined(NamedTuple):
    table: str
    rows: int
    load: int


def quarantined_tables(receipts: pl.DataFrame) -> list[Quarantined]:
    """Return the tables of which rows are held back and not loaded since; receipts: as `Ledger.receipts`.

    A full extract closes what was held back before it; without one, the next extract does.
    """
    tables: list[Quarantined] = []
    for (table,), own in receipts.sort("load").group_by("table_name", maintain_order=True):
        whole = own.filter("whole")["load"].max()
        since = own.tail(1) if whole is None else own.filter(pl.col("load") >= whole)
        rows = since.filter(pl.col("quarantined") > 0)
        if rows.height:
            tables.append(Quarantined(str(table), int(rows["quarantined"].sum()), int(rows["load"][-1])))
    return tables
