"""Extracts that come in typed columns: Parquet files, and tables in other databases."""

import datetime as dt
import hashlib
import io
import pickle
import uuid
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy import exc

from data.errors import UserError
from data.intake.extract import BLANK, Extract, numbered, safe_name
from data.intake.isolation import Parsing, spool
from data.intake.typed_values import KIND
from data.stable_file import StableFile

MOST_PACKED = 4 << 30
# What the text of a table may take in memory, unless the mapping says otherwise.
MOST_BYTES = 1 << 30
ROWS_IN_A_BATCH = 10_000
PLAIN = {
    type(None), bool, int, float, str, bytes, Decimal, uuid.UUID,
    dt.date, dt.datetime, dt.time, dt.timedelta,
}  # fmt: skip


class Columns:
    """Typed columns, given as text; their "header" counts as row 1, as in a spreadsheet."""

    limited = False
    _task: str
    _damaged: str
    _too_much: str

    def __init__(self, name: str, most_bytes: int) -> None:
        self.name = name
        self.fingerprint = ""
        self._most_bytes = most_bytes
        self._file = spool(self)
        self._parsing = Parsing(name, self._file, damaged=self._damaged, too_much=self._too_much)

    def heads(self) -> dict[str, list[list[str]]]:
        return {"": [self._names]}

    def extract(self, part: str, header_row: int, places: list[int], width: int) -> Extract:
        del part, header_row, width
        remarks, columns = self._parsing.rows(self._task, ",".join(map(str, places)), str(self._most_bytes))
        frame = numbered(columns.select(str(place) for place in places), 2)
        blank = frame.select(blank=BLANK)["blank"]
        return Extract(
            rows=frame.filter(~blank),
            odd=frame.select("row_number", *_kinds(columns, places)),
            read=frame.height,
            ignored=int(blank.sum()),
            warnings=self._warnings(remarks),
        )

    def refuse_change(self) -> None:
        """A table is copied whole when it is opened: it cannot change afterwards."""

    @cached_property
    def _names(self) -> list[str]:
        raise NotImplementedError

    def _warnings(self, remarks: dict[str, Any]) -> tuple[str, ...]:
        del remarks
        return ()


class ParquetFile(Columns):
    """A Parquet file, parsed by a child; only the columns asked for are read."""

    _task = "parquet_rows"
    _damaged = "is cut short or damaged, and no Parquet file: export it again"
    _too_much = (
        "asks for more memory or time than a register does: export it anew with smaller row groups, or as CSV"
    )

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(safe_name(path.name), most_bytes)
        if (size := path.stat().st_size) > MOST_PACKED:
            raise UserError(
                f"{self.name} has {size >> 20:,} MB, and a Parquet file may have {MOST_PACKED >> 20:,}: "
                "leave out the columns that the mapping does not name, or load it in parts."
            )
        self._given = StableFile(path, self.name)
        self._given.copy(self._file)
        self.fingerprint = self._given.digest

    def refuse_change(self) -> None:
        self._given.refuse_change()

    @cached_property
    def _names(self) -> list[str]:
        return self._parsing.ask("parquet_names")["names"]

    def _warnings(self, remarks: dict[str, Any]) -> tuple[str, ...]:
        if remarks["checksums"]:
            return ()
        return (
            f"{self.name} carries no checksums, so damage to it may go unseen: write it with page checksums.",
        )


class DatabaseTable(Columns):
    """A table or view in another database, at a SQLAlchemy URL: fetched here, and parsed by a child."""

    _task = "database_rows"
    _damaged = "holds what cannot be read: export it as CSV"
    _too_much = "asks for more memory or time than a register does: export it as CSV"

    def __init__(self, url: str, source_table: str | None, *, most_bytes: int = MOST_BYTES) -> None:
        try:
            parsed = sa.make_url(url)
        except exc.ArgumentError:
            raise UserError("That is no database URL; write it like sqlite:///register.db.") from None
        shown = safe_name(parsed.database or "database")
        self._engine = _engine(parsed, shown)
        if source_table is None:
            raise UserError(f"The mapping does not say which table of {shown} to read: set source_table.")
        self.source_table = source_table
        super().__init__(f"{shown}:{source_table}", most_bytes)
        self._shown = shown
        self.fingerprint = self._fetch()

    @cached_property
    def _located(self) -> tuple[str | None, str]:
        return located(self._engine, self.source_table, self._shown)

    @cached_property
    def _names(self) -> list[str]:
        schema, table = self._located
        return [column["name"] for column in sa.inspect(self._engine).get_columns(table, schema=schema)]

    def _fetch(self) -> str:
        schema, table = self._located
        source = sa.table(table, *(sa.column(name) for name in self._names), schema=schema)
        digest = hashlib.sha256()
        with self._engine.connect() as connection:
            streamed = connection.execution_options(yield_per=ROWS_IN_A_BATCH)
            for rows in streamed.execute(sa.select(source)).partitions():
                digest.update(self._keep([tuple(map(_plain, row)) for row in rows]))
                if self._file.tell() > 2 * self._most_bytes:
                    raise UserError(
                        f"{self.name} has over {2 * self._most_bytes >> 20:,} MB, and the mapping allows no "
                        "more: raise most_megabytes in the mapping, or read a view that has fewer columns."
                    )
            self._keep([])
        return digest.hexdigest()

    def _keep(self, rows: list[tuple[object, ...]]) -> bytes:
        out = io.BytesIO()
        pickler = pickle.Pickler(out, protocol=5)
        # Without a memory of what it wrote before, equal rows are always equal bytes.
        pickler.fast = True
        pickler.dump(rows)
        self._file.write(out.getbuffer())
        return out.getvalue()


def _kinds(columns: pl.DataFrame, places: list[int]) -> Iterator[pl.Series]:
    for place in places:
        kinds = columns.get_column(f"{place} odd", default=None)
        if kinds is not None and kinds.null_count() < kinds.len():
            yield KIND.categories.gather(kinds).cast(KIND).alias(str(place))


def _plain(cell: object) -> object:
    """A cell as one of the few kinds that may go to the child; text of any other."""
    if isinstance(cell, dt.datetime) and cell.tzinfo is not None:
        # A zone by its name would be looked up anew.
        return cell.replace(tzinfo=dt.timezone(cell.utcoffset() or dt.timedelta()))
    if type(cell) in PLAIN:
        return cell
    if isinstance(cell, list | tuple | dict | set | frozenset):
        # It is never read: that there is one is enough to reject its row.
        return ()
    return bytes(cell) if isinstance(cell, bytearray | memoryview) else str(cell)


def _engine(url: sa.URL, shown: str) -> sa.Engine:
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        # SQLite would make an empty database here, and nobody would know.
        raise UserError(f"There is no database file {shown}; check the path in its URL.")
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        return sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    except (exc.NoSuchModuleError, ModuleNotFoundError):
        raise UserError(
            f"No driver for {url.drivername} is installed: install it, or export the table as CSV or Parquet."
        ) from None


def located(engine: sa.Engine, source_table: str, shown: str) -> tuple[str | None, str]:
    """Schema and name of the table or view that `source_table` names.

    A name with a dot may be a schema and a table, or a table whose own name has a dot.

    Raises:
        UserError: there is none; it says what is there.
    """
    inspector = sa.inspect(engine)
    if inspector.has_table(source_table):
        return None, source_table
    schema, _, table = source_table.rpartition(".")
    known = bool(schema) and schema in inspector.get_schema_names()
    if known and inspector.has_table(table, schema=schema):
        return schema, table
    if known:
        there = (
            f"the schema {schema} of {shown} has no table {table!r}; it has: {_listed(inspector, schema)}."
        )
        raise UserError(f"Of {source_table!r}, {there}")
    raise UserError(f"{shown} has no table {source_table!r}; it has: {_listed(inspector, None)}.")


def _listed(inspector: sa.Inspector, schema: str | None) -> str:
    return ", ".join(inspector.get_table_names(schema) + inspector.get_view_names(schema)) or "none"
