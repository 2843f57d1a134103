"""A ledger in one file, as of one moment, without the record's keys, to forge with, and the visits."""

import datetime as dt
import hashlib
import hmac
import io
import os
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import polars as pl
import psycopg
import sqlalchemy as sa
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import DBAPIError

from data.connection import bulk_insert, reading, writing
from data.errors import UserError, refusal
from data.formatting import counted, measured
from data.ledger import Ledger, sqlite_url
from data.ledger_checks import altered
from data.load_digests import WORDS
from data.migration import NEWEST, REVISIONS, create
from data.record import Chain, Kind, Row, Signed, done_here
from data.record_files import Keys
from data.review import LEDGER_FILE, LEDGER_ID, TERMS, Review
from data.stable_file import refuse_filled, whole_folder, write_private
from data.tables import Tables, rows_of

MANIFEST = "manifest.json"
# The ZIP's comment, in hexadecimal digits: a signature of all before it by the record's key, which backups of
# earlier versions lack, and the SHA-256 of all that stands before that.
DIGEST_LENGTH = 64
SEALED_SINCE = "0008"
CHUNK = 2**20
UNREADABLE = (
    zipfile.BadZipFile,
    KeyError,
    NotImplementedError,
    EOFError,
    zlib.error,
    pl.exceptions.PolarsError,
)


class Manifest(BaseModel, frozen=True, extra="forbid"):
    format: Literal[1] = 1
    made_at: str
    revision: str  # of the tables' shape
    ledger: str
    name: str
    version: int
    edition: str
    tables: dict[str, int]
    record: tuple[int, str]  # number and digest of the last entry; 0 and "" without one


class Archive(zipfile.ZipFile):
    manifest: Manifest
    content: bytes

    def signed_by(self, keys: Iterable[bytes]) -> bool:
        signature = self.comment[:-DIGEST_LENGTH]
        return any(hmac.compare_digest(_signature(key, self.content), signature) for key in keys)

    def add_table(self, name: str, rows: pl.DataFrame) -> None:
        buffer = io.BytesIO()
        rows.write_parquet(buffer, compression="zstd")
        self.writestr(f"tables/{name}.parquet", buffer.getbuffer())

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(io.BytesIO(self.read(f"tables/{name}.parquet")))


@contextmanager
def write_archive(path: Path, key: bytes) -> Generator[Archive]:
    taken = UserError(f"There is a file {path} already: a backup is never written over, so name another.")
    if path.exists():
        raise taken
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-making-", dir=path.parent)
    making = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            with Archive(file, "w", zipfile.ZIP_STORED) as archive:
                yield archive
                archive.comment = b"0" * 2 * DIGEST_LENGTH
            signature = _signature(key, _digest(file, 2 * DIGEST_LENGTH))
            file.seek(-2 * DIGEST_LENGTH, os.SEEK_END)
            file.write(signature)
            digest = _digest(file, DIGEST_LENGTH)
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
        if path.stat().st_size <= DIGEST_LENGTH or _digest(file, DIGEST_LENGTH) != file.read():
            raise UserError(f"{path} is not a whole backup: it was cut off or changed, so take another copy.")
        try:
            with Archive(file) as archive:
                archive.content = _digest(file, len(archive.comment))
                try:
                    archive.manifest = Manifest.model_validate_json(archive.read(MANIFEST))
                except (KeyError, ValidationError):
                    raise refusal("other_backup", path=path) from None
                yield archive
        except UNREADABLE as error:
            raise refusal("altered_backup", path=path) from error


def _signature(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, b"backup " + content, "sha256").hex().encode()


def _digest(file: IO[bytes], comment: int) -> bytes:
    left = file.seek(0, os.SEEK_END) - comment
    file.seek(0)
    digest = hashlib.sha256()
    while left:
        chunk = file.read(min(CHUNK, left))
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest().encode()


def backup(review: Review, path: Path) -> Manifest:
    """As of one moment; UserError where the file is there already or the database is damaged."""
    with write_archive(path, list(review.record.keys.read().values())[-1]) as archive:
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


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    signed: bool

    def __str__(self) -> str:
        rows = measured(sum(self.manifest.tables.values()), "row", "rows")
        tables = counted(len(self.manifest.tables), "table", "tables")
        entries = counted(self.manifest.record[0], "entry", "entries")
        signed = "every signature verified" if self.signed else "its signatures not verified for want of keys"
        signs_itself = self.signed and self.manifest.revision >= SEALED_SINCE
        own = "signed with the record's key" if signs_itself else "its own signature not verified"
        return (
            f"The backup of {self.manifest.name!r} at load {self.manifest.version} is whole: {rows} in "
            f"{tables} as counted when it was made and as the record has them, references that hold, "
            f"{own}, and a record of {entries}, {signed}."
        )


def restore(path: Path, folder: Path, *, url: str | None = None, keys: Path | None = None) -> Restored:
    """keys: the record's, to verify its signatures. UserError, and nothing kept, where anything is amiss."""
    refuse_filled(folder, "restore into a new folder")
    with open_archive(path) as archive:
        if (revision := archive.manifest.revision) not in REVISIONS:
            version = "a later" if revision > NEWEST else "an earlier"
            raise refusal("backup_of_another_version", version=version, revision=revision)
        known, own = dict[str, bytes](), False
        if keys is not None and keys.exists():
            known, beside = Keys(keys).read(), keys.with_name(LEDGER_ID)
            own = beside.exists() and beside.read_text(encoding="utf-8").strip() == archive.manifest.ledger
        with whole_folder(folder) as making:
            for name in (TERMS, LEDGER_ID):
                write_private(making / name, archive.read(name))
            signed = _fill(archive, url or sqlite_url(making / LEDGER_FILE), known, own=own)
    return Restored(archive.manifest, signed)


def drill(path: Path, keys: Path | None = None) -> Restored:
    with tempfile.TemporaryDirectory(prefix="candour-drill-") as place:
        return restore(path, Path(place) / "review", keys=keys)


def _fill(archive: Archive, url: str, known: Mapping[str, bytes], *, own: bool) -> bool:
    """own: whether the keys lie beside the id of this very ledger."""
    ledger = Ledger(url)
    try:
        with writing(ledger.engine) as connection:
            if sa.inspect(connection).get_table_names():
                raise UserError("The database holds tables already: restore into an empty one.")
            create(connection, ledger.tables.metadata)
            for table in backed_up_tables(ledger.tables):
                if (expected := archive.manifest.tables.get(table.name)) is not None:
                    _put_back(connection, table, archive.table(table.name), expected)
            # The keys at hand may be another review's.
            signers = set(connection.execute(sa.select(ledger.tables.record.c.key_id)).scalars())
            keys = known if known and (own or signers & known.keys()) else None
            # What the manifest says of its version, whoever made it says; of loads, the record.
            scope = ledger.tables.record.c.scope
            sealed = connection.scalar(sa.select(scope).where(scope.contains(WORDS)).limit(1)) is not None
            older = archive.manifest.revision < SEALED_SINCE and not sealed
            if keys and not older and not archive.signed_by(keys.values()):
                raise refusal("forged_backup")
            _refuse(list(_findings(connection, ledger, archive.manifest, keys, older=older)))
    finally:
        ledger.engine.dispose()
    return keys is not None


def _put_back(connection: sa.Connection, table: sa.Table, rows: pl.DataFrame, expected: int) -> None:
    if rows.height != expected:
        _refuse([f"{table.name} has {measured(rows.height, 'row', 'rows')}, and had {expected:,}."])
    try:
        bulk_insert(connection, table, rows)
    except (DBAPIError, psycopg.Error, sqlite3.Error):
        _refuse([f"{table.name} holds rows that no ledger has."])


def _refuse(findings: list[str]) -> None:
    if findings:
        count = counted(len(findings), "finding", "findings")
        raise refusal("false_backup", finding=findings[0], findings=count)


def _findings(
    connection: sa.Connection,
    ledger: Ledger,
    manifest: Manifest,
    keys: Mapping[str, bytes] | None,
    *,
    older: bool,
) -> Iterator[str]:
    tables = ledger.tables
    if ledger.stamp_in(connection) != (manifest.version, manifest.edition):
        yield "The last load is another."
    if connection.dialect.name == "sqlite":
        for table, _, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            yield f"{table} refers to {parent} that is not there."
    rows = [Row._make(row) for row in connection.execute(sa.select(tables.record).order_by("number"))]
    chain = Chain(keys, manifest.ledger)
    yield from (f"In the record: {finding}" for row in rows for finding in chain.follow(row))
    yield from altered(connection, tables, Signed(rows), older=older)
    if head_of(connection, tables) != manifest.record:
        yield "The record ends with another entry."
