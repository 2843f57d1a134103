"""A backup made into a review again, which is kept only where it is what it said of itself."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from data.backup import Archive, Manifest, backed_up_tables, head_of, open_archive, refuse_damage
from data.connection import bulk_insert, reading, writing
from data.errors import UserError
from data.formatting import counted, measured
from data.kinds import Kind
from data.ledger import Ledger, sqlite_url
from data.migration import NEWEST, REVISIONS, create
from data.notes import unsigned
from data.publishing.release_audit import guards_waiting, missteps
from data.record import Row, broken
from data.record_files import Keys
from data.review import LEDGER_FILE, LEDGER_ID, TERMS
from data.stable_file import refuse_filled, whole_folder, write_private
from data.tables import Tables


def imbalances(connection: sa.Connection, tables: Tables) -> list[str]:
    loads = list(connection.execute(sa.select(tables.loads.c.load).order_by("load")).scalars())
    receipts = connection.execute(sa.select(tables.receipts)).all()
    findings = [] if loads == list(range(1, len(loads) + 1)) else ["The loads are not numbered one by one."]
    lacking = sorted({*loads} - {receipt.load for receipt in receipts})
    findings += [f"Load {load} has no receipt." for load in lacking]
    held_back = sa.text("SELECT load, table_name, count(*) FROM quarantine GROUP BY load, table_name")
    there = {
        "opened": _by_load(connection, tables.versions, "opened_by"),
        "closed": _by_load(connection, tables.versions, "closed_by"),
        "held back": {(load, table): rows for load, table, rows in connection.execute(held_back)},
    }
    parts = {"opened": ("new", "changed"), "closed": ("changed", "removed"), "held back": ("quarantined",)}
    for what, stored in there.items():
        receipted = {
            (receipt.load, receipt.table_name): sum(getattr(receipt, part) for part in parts[what])
            for receipt in receipts
        }
        for load, table in sorted({*receipted, *stored}):
            expected, rows = receipted.get((load, table), 0), stored.get((load, table), 0)
            if expected != rows:
                findings.append(
                    f"The receipt of {table} in load {load} says {measured(expected, 'row', 'rows')} {what}; "
                    f"there {'is' if rows == 1 else 'are'} {rows:,}."
                )
    return [*findings, *_superseded_unfit(connection, tables)]


def _superseded_unfit(connection: sa.Connection, tables: Tables) -> Iterator[str]:
    if not sa.inspect(connection).has_table(tables.superseded.name):
        return
    record, superseded = tables.record.c, tables.superseded
    query = sa.select(record.scope).where(record.kind == Kind.ALTERATION, record.scope.contains("superseded"))
    written = [re.search(r"superseded by load (\d+):", scope) for scope in connection.scalars(query)]
    signed = {int(match[1]) for match in written if match}
    for mark in connection.execute(sa.select(superseded)):
        if mark.by_load not in signed:
            marked = f"Load {mark.load} is marked as superseded by load {mark.by_load}"
            yield f"{marked}, and the record does not say so."
    for name, versions in tables.versions.items():
        out = versions.c.opened_by.in_(sa.select(superseded.c.load))
        current = sa.select(sa.func.count()).where(versions.c.closed_by.is_(None), out)
        if rows := connection.scalar(current):
            yield f"Rows of {name} that a superseded load brought still stand: {rows:,}."


def _by_load(connection: sa.Connection, names: Iterable[str], column: str) -> dict[tuple[int, str], int]:
    # As text: to have SQLAlchemy write two queries for each table anew takes longer than to run them.
    return {
        (load, name): rows
        for name in names
        for load, rows in connection.execute(
            sa.text(f'SELECT {column}, count(*) FROM "{name}" WHERE {column} IS NOT NULL GROUP BY {column}')
        )
    }


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    signed: bool

    def __str__(self) -> str:
        rows = measured(sum(self.manifest.tables.values()), "row", "rows")
        tables = counted(len(self.manifest.tables), "table", "tables")
        entries = counted(self.manifest.record[0], "entry", "entries")
        signed = "every signature verified" if self.signed else "its signatures not verified for want of keys"
        return (
            f"The backup of {self.manifest.name!r} at load {self.manifest.version} is whole: {rows} in "
            f"{tables} as counted when it was made, receipts that add up, "
            f"references that hold, and a record of {entries}, {signed}."
        )


def restore(path: Path, folder: Path, *, url: str | None = None, keys: Path | None = None) -> Restored:
    """keys: the record's, to verify its signatures. UserError, and nothing kept, where anything is amiss."""
    refuse_filled(folder, "restore into a new folder")
    with open_archive(path) as archive:
        _refuse_another_version(archive.manifest.revision)
        known = Keys(keys).read() if keys is not None and keys.exists() else {}
        with whole_folder(folder) as making:
            for name in (TERMS, LEDGER_ID):
                write_private(making / name, archive.read(name))
            signed = _fill(archive, url or sqlite_url(making / LEDGER_FILE), known)
    return Restored(archive.manifest, signed)


def drill(path: Path, keys: Path | None = None) -> Restored:
    with tempfile.TemporaryDirectory(prefix="candour-drill-") as place:
        return restore(path, Path(place) / "review", keys=keys)


def _refuse_another_version(revision: str) -> None:
    if revision not in REVISIONS:
        version = "a later" if revision > NEWEST else "an earlier"
        raise UserError(
            f"The backup was made by {version} version of Candour (revision {revision}): restore it with "
            "that one."
        )


def _fill(archive: Archive, url: str, known: Mapping[str, bytes]) -> bool:
    """Fill an empty database, all or none; return whether signatures were verified."""
    ledger = Ledger(url)
    try:
        with writing(ledger.engine) as connection:
            if sa.inspect(connection).get_table_names():
                raise UserError("The database holds tables already: restore into an empty one.")
            create(connection, ledger.tables.metadata)
            with guards_waiting(connection):
                for table in backed_up_tables(ledger.tables):
                    if table.name in archive.manifest.tables:
                        bulk_insert(connection, table, archive.table(table.name))
            # The keys at hand may be another review's.
            signers = set(connection.execute(sa.select(ledger.tables.record.c.key_id)).scalars())
            keys = known if signers & known.keys() else None
            _refuse_findings(connection, ledger, archive.manifest, keys)
        with reading(ledger.engine) as connection:
            refuse_damage(connection)
    finally:
        ledger.engine.dispose()
    return keys is not None


def _refuse_findings(
    connection: sa.Connection, ledger: Ledger, manifest: Manifest, keys: Mapping[str, bytes] | None
) -> None:
    findings = list(_findings(connection, ledger, manifest, keys))
    if findings:
        raise UserError(
            f"The backup is not what it says it is, and nothing was kept: {findings[0]} "
            f"({counted(len(findings), 'finding', 'findings')} in all.) Take another copy, and show this one "
            "to whoever looks after the ledger."
        )


def _findings(
    connection: sa.Connection, ledger: Ledger, manifest: Manifest, keys: Mapping[str, bytes] | None
) -> Iterator[str]:
    tables = ledger.tables
    for table in backed_up_tables(tables):
        there = connection.scalar(sa.text(f'SELECT count(*) FROM "{table.name}"')) or 0
        if there != (expected := manifest.tables.get(table.name, 0)):
            yield f"{table.name} has {measured(there, 'row', 'rows')}, and had {expected:,}."
    if ledger.stamp_in(connection) != (manifest.version, manifest.edition):
        yield "The last load is another."
    if connection.scalar(sa.select(tables.review.c.id)) != manifest.ledger:
        yield "The ledger is another."
    if connection.dialect.name == "sqlite":
        for table, _, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            yield f"{table} refers to {parent} that is not there."
    yield from imbalances(connection, tables)
    yield from missteps(connection, tables.publishing)
    yield from unsigned(connection, tables)
    rows = map(Row._make, connection.execute(sa.select(tables.record).order_by("number")))
    for sentence in broken(rows, keys, manifest.ledger):
        yield f"In the record: {sentence}"
    if head_of(connection, tables) != manifest.record:
        yield "The record ends with another entry."
