import datetime as dt
import hashlib
import io
import pickle
import uuid
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from data.errors import UserError
from data.intake.extract import BLANK, Extract, Heads, numbered, safe_name
from data.intake.isolation import ParsedSource

MOST_PACKED = 4 << 30
# What the text of a table may take in memory, unless the mapping says otherwise.
MOST_BYTES = 1 << 30
ROWS_IN_A_BATCH = 10_000
PLAIN = {
    type(None), bool, int, float, str, bytes, Decimal, uuid.UUID,
    dt.date, dt.datetime, dt.time, dt.timedelta,
}  # fmt: skip


class Columns(ParsedSource):
    """Typed columns, given as text; their "header" counts as row 1, as in a spreadsheet."""

    limited = False
    task: str

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self._most_bytes = most_bytes

    def extract(self, part: str, header_row: int, places: list[int], width: int) -> Extract:
        del part, header_row, width
        remarks, texts, odd = self.rows(self.task, ",".join(map(str, places)), str(self._most_bytes))
        frame = numbered(texts.select(str(place) for place in places), 2)
        blank = frame.select(blank=BLANK)["blank"]
        unseen = (
            f"{self.name} carries no checksums, so damage to it may go unseen: write it with page checksums."
        )
        return Extract(
            rows=frame.filter(~blank),
            odd=numbered(odd, 2),
            read=frame.height,
            ignored=int(blank.sum()),
            warnings=() if remarks.get("checksums", True) else (unseen,),
        )


class ParquetFile(Columns):
    task = "parquet_rows"
    damaged = "is cut short or damaged, and no Parquet file: export it again"
    too_much = (
        "asks for more memory or time than a register does: export it anew with smaller row groups, or as CSV"
    )

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(most_bytes)
        advice = "leave out the columns that the mapping does not name, or load it in parts"
        self._copy(path, self.file, "Parquet file", MOST_PACKED, advice)

    def heads(self) -> Heads:
        return {"": [self.ask("parquet_names")["names"]]}


class DatabaseTable(Columns):
    task = "database_rows"
    damaged = "holds what cannot be read: export it as CSV"
    too_much = "asks for more memory or time than a register does: export it as CSV"

    def __init__(self, url: str, source_table: str | None, *, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(most_bytes)
        try:
            parsed = sa.make_url(url)
        except exc.ArgumentError:
            raise UserError("That is no database URL; write it like sqlite:///register.db.") from None
        shown = safe_name(parsed.database or "database")
        engine = _engine(parsed, shown)
        if source_table is None:
            raise UserError(f"The mapping does not say which table of {shown} to read: set source_table.")
        self.source_table = source_table
        self.name = f"{shown}:{source_table}"
        schema, table = located(engine, source_table, shown)
        self._names = [column["name"] for column in sa.inspect(engine).get_columns(table, schema=schema)]
        self._fetch(engine, sa.table(table, *map(sa.column, self._names), schema=schema))

    def heads(self) -> Heads:
        return {"": [self._names]}

    def _fetch(self, engine: sa.Engine, source: sa.TableClause) -> None:
        digest = hashlib.sha256()
        with engine.connect() as connection:
            streamed = connection.execution_options(yield_per=ROWS_IN_A_BATCH)
            for rows in streamed.execute(sa.select(source)).partitions():
                digest.update(self._keep([tuple(map(_plain, row)) for row in rows]))
                if self.file.tell() > 2 * self._most_bytes:
                    raise UserError(
                        f"{self.name} has over {2 * self._most_bytes >> 20:,} MB, and the mapping allows no "
                        "more: raise most_megabytes in the mapping, or read a view that has fewer columns."
                    )
            self._keep([])
        self.fingerprint = digest.hexdigest()

    def _keep(self, rows: list[tuple[object, ...]]) -> bytes:
        out = io.BytesIO()
        pickler = pickle.Pickler(out, protocol=5)
        # Without a memory of what it wrote before, equal rows are always equal bytes.
        pickler.fast = True
        pickler.dump(rows)
        self.file.write(out.getbuffer())
        return out.getvalue()


def _plain(cell: object) -> object:
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
    """Schema and name of `source_table`, which may itself hold a dot; UserError that says what is there."""
    inspector = sa.inspect(engine)
    if inspector.has_table(source_table):
        return None, source_table
    schema, _, table = source_table.rpartition(".")
    known = bool(schema) and schema in inspector.get_schema_names()
    if known and inspector.has_table(table, schema=schema):
        return schema, table
    names = inspector.get_table_names(schema if known else None)
    names += inspector.get_view_names(schema if known else None)
    lacking = f"{shown} has no table {source_table!r}"
    if known:
        lacking = f"Of {source_table!r}, the schema {schema} of {shown} has no table {table!r}"
    raise UserError(f"{lacking}; it has: {', '.join(names) or 'none'}.")
