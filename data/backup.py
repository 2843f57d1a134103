"""A ledger in one file, as of one moment, without the record's keys, to forge with, and the visits."""

import datetime as dt
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

import polars as pl
import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, ValidationError

from data.connection import reading
from data.errors import UserError
from data.kinds import Kind
from data.migration import NEWEST
from data.operator import done_here
from data.review import LEDGER_ID, TERMS, Review
from data.tables import Tables, stored

MANIFEST = "manifest.json"
# The ZIP's comment: hexadecimal digits of the SHA-256 of every byte that stands before them.
DIGEST_LENGTH = 64
CHUNK = 2**20


class Manifest(BaseModel):
    """revision: of the tables' shape. record: number and digest of the last entry; 0 and "" without one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: str
    revision: str
    ledger: str
    name: str
    version: int
    edition: str
    tables: dict[str, int]
    record: tuple[int, str]


class Archive(zipfile.ZipFile):
    manifest: Manifest

    def add_table(self, name: str, rows: pl.DataFrame) -> None:
        buffer = io.BytesIO()
        rows.write_parquet(buffer, compression="zstd")
        self.writestr(_member(name), buffer.getbuffer())

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(io.BytesIO(self.read(_member(name))))


@contextmanager
def write_archive(path: Path) -> Generator[Archive]:
    taken = UserError(f"There is a file {path} already: a backup is never written over, so name another.")
    if path.exists():
        raise taken
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-making-", dir=path.parent)
    making = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            with Archive(file, "w", zipfile.ZIP_STORED) as archive:
                yield archive
                archive.comment = b"0" * DIGEST_LENGTH
            digest = _digest(file)
            file.seek(-DIGEST_LENGTH, os.SEEK_END)
            file.write(digest)
            file.flush()
            os.fsync(file.fileno())
        with open_archive(making):
            try:
                # Taken first, so that of two backups to one name only one is written.
                path.touch(mode=0o600, exist_ok=False)
            except FileExistsError:
                raise taken from None
            making.replace(path)
        _settle(path.parent)
    finally:
        making.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    if os.name == "posix":
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


@contextmanager
def open_archive(path: Path) -> Generator[Archive]:
    with path.open("rb") as file:
        if path.stat().st_size <= DIGEST_LENGTH or _digest(file) != file.read():
            raise UserError(f"{path} is not a whole backup: it was cut off or changed, so take another copy.")
        with Archive(file) as archive:
            try:
                archive.manifest = Manifest.model_validate_json(archive.read(MANIFEST))
            except (KeyError, ValidationError):
                raise UserError(
                    f"{path} is not a backup that this version of Candour can read: use the version that "
                    "made it."
                ) from None
            yield archive


def _digest(file: IO[bytes]) -> bytes:
    left = file.seek(0, os.SEEK_END) - DIGEST_LENGTH
    file.seek(0)
    digest = hashlib.sha256()
    while left:
        chunk = file.read(min(CHUNK, left))
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest().encode()


def _member(table: str) -> str:
    return f"tables/{table}.parquet"


TYPES: dict[type, type[pl.DataType]] = {
    str: pl.String,
    int: pl.Int64,
    float: pl.Float64,
    bool: pl.Boolean,
    dt.date: pl.Date,
    dt.datetime: pl.Datetime,
}


def backup(review: Review, path: Path) -> Manifest:
    """As of one moment; UserError where the file is there already or the database is damaged."""
    with write_archive(path) as archive:
        review.record.write(done_here(Kind.ADMINISTRATION, f"backup to {path.name}"))
        with reading(review.ledger.engine) as connection:
            refuse_damage(connection)
            return _write(archive, connection, review)


def backed_up_tables(tables: Tables) -> list[sa.Table]:
    """Tables that a backup holds, those first that others refer to."""
    return [table for table in tables.metadata.sorted_tables if table.name != tables.sessions.name]


def refuse_damage(connection: sa.Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    results = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    if results != ["ok"]:
        raise UserError("The ledger's file is damaged: take no backup of it, and restore the last one.")


def _write(archive: Archive, connection: sa.Connection, review: Review) -> Manifest:
    tables = review.ledger.tables
    counts: dict[str, int] = {}
    for table in backed_up_tables(tables):
        rows = rows_of(connection, table)
        archive.add_table(table.name, rows)
        counts[table.name] = rows.height
    version, edition = review.ledger.stamp_in(connection)
    ledger, name = connection.execute(sa.select(tables.review.c.id, tables.review.c.name)).one()
    manifest = Manifest(
        made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        revision=NEWEST,
        ledger=ledger,
        name=name,
        version=version,
        edition=edition,
        tables=counts,
        record=head_of(connection, tables),
    )
    for member in (TERMS, LEDGER_ID):
        archive.writestr(member, (review.folder / member).read_bytes())
    archive.writestr(MANIFEST, manifest.model_dump_json(indent=1).encode())
    return manifest


def head_of(connection: sa.Connection, tables: Tables) -> tuple[int, str]:
    columns = tables.record.c
    query = sa.select(columns.number, columns.digest).order_by(columns.number.desc()).limit(1)
    last = connection.execute(query).first()
    return (last.number, last.digest) if last else (0, "")


def rows_of(connection: sa.Connection, table: sa.Table) -> pl.DataFrame:
    """Every row of a table in the order of its key, in types that do not depend on the database."""
    query = sa.select(*(_in_utc(connection, column) for column in table.columns))
    rows = stored(connection, query.order_by(*table.primary_key.columns))
    return rows.with_columns(
        _canonical(pl.col(column.name), rows.schema[column.name], TYPES[column.type.python_type])
        for column in table.columns
    )


def _in_utc(connection: sa.Connection, column: sa.Column[object]) -> sa.ColumnElement[object]:
    # PostgreSQL would answer in the session's time zone; SQLite keeps UTC and forgets that it does.
    if column.type.python_type is dt.datetime and connection.dialect.name == "postgresql":
        return sa.func.timezone("UTC", column).label(column.name)
    return column


def _canonical(column: pl.Expr, stored_as: pl.DataType, wanted: type[pl.DataType]) -> pl.Expr:
    if stored_as == pl.String and wanted is pl.Datetime:
        column = column.str.to_datetime("%Y-%m-%d %H:%M:%S%.f")
    if stored_as == pl.String and wanted is pl.Date:
        column = column.str.to_date("%Y-%m-%d")
    return column.cast(pl.Datetime("us") if wanted is pl.Datetime else wanted)
