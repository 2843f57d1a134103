"""The record of who did what: a chain of signed entries that can be added to and never changed.

Each entry is signed together with the digest of the one before it, and the first with the ledger's
own id, by a key that the database does not hold. The head of the chain is written down outside the
database. The record holds references, never values.
"""

import datetime as dt
import hmac
import json
import logging
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from data.anchor import Anchor
from data.connection import changing, reading
from data.errors import UserError
from data.keys import Keys
from data.kinds import Kind, Outcome
from data.ledger import Ledger
from data.tables import ENTRY_LENGTHS

# Not the lock of a load: readers are written down while one runs.
RECORD_LOCK = 3778_0062
# What the application itself cannot change keeps the lines of this logger: the system's journal.
LOG = logging.getLogger("candour.record")
LOGGED = (Kind.COLLECTION, Kind.ALTERATION, Kind.ERASURE)


@dataclass(frozen=True)
class Entry:
    kind: Kind
    who: str
    role: str
    scope: str
    reason: str
    outcome: Outcome

    def __post_init__(self) -> None:
        for field in fields(self):
            _refuse_unfit(field.name, getattr(self, field.name))


def _refuse_unfit(name: str, text: str) -> None:
    longest = ENTRY_LENGTHS[name]
    if len(text) > longest:
        raise UserError(
            f"The {name} has {len(text):,} characters, and the most is {longest:,}: make it shorter."
        )
    if not text.isprintable():
        raise UserError(
            f"The {name} holds a character that cannot be shown, such as a line break: take it out."
        )
    if not text and name in {"kind", "who", "outcome"}:
        raise UserError(f"The {name} of an entry in the record is empty: say what it is.")


class Row(NamedTuple):
    number: int
    at: str
    kind: str
    who: str
    role: str
    scope: str
    reason: str
    outcome: str
    key_id: str
    digest: str


class Head(NamedTuple):
    """Where the chain ended when an entry was added; `logged` if the system's journal is to have it too."""

    number: int
    digest: str
    logged: bool


def signature(key: bytes, previous: str, row: Row) -> str:
    """Digest of a row and of the digest before it; of a ledger's id before the first."""
    # JSON marks where each text begins and ends: no two rows have one form.
    return hmac.digest(key, json.dumps([previous, *row[:-1]]).encode(), "sha256").hex()


class Record:
    def __init__(self, ledger: Ledger, keys: Path, anchor: Path) -> None:
        self._ledger = ledger
        self._table = ledger.tables.record
        self.keys = Keys(keys)
        self.anchor = Anchor(anchor)

    def prepare(self) -> None:
        if self.keys.made():
            return
        if self._begun():
            self.keys.read()
        # In this order, so that keys without an anchor mean that it was taken away.
        self.anchor.make()
        self.keys.make()

    def write(self, entry: Entry) -> None:
        with changing(self._ledger.engine) as connection:
            head = self.append(connection, entry)
        self.committed([head])

    def append(self, connection: sa.Connection, entry: Entry) -> Head:
        """Add an entry to a transaction that writes; hand the head to `committed` once it is committed.

        On PostgreSQL nobody else can add one until then, so let it be the last thing to do.

        Raises:
            UserError: the keys or the anchor are missing or cannot be used.
        """
        self.anchor.expect()
        self._lock(connection)
        return self._append(connection, entry)

    def committed(self, heads: Iterable[Head]) -> None:
        for head in heads:
            self.anchor.add(head.number, head.digest)
            if head.logged:
                LOG.info("record %d %s", head.number, head.digest)

    def renew_key(self, entry: Entry) -> str:
        self.keys.read()
        with changing(self._ledger.engine) as connection:
            self.anchor.expect()
            # Under the lock, so that no entry with the old key follows one with the new.
            self._lock(connection)
            name = self.keys.renew()
            head = self._append(connection, entry)
        self.committed([head])
        return name

    @contextmanager
    def reading(self) -> Generator[Iterator[Row]]:
        held = self._table
        query = sa.select(held).order_by(held.c.number)
        # Not all at once: a record grows for years.
        options = {"yield_per": 5_000}
        with (
            reading(self._ledger.engine) as connection,
            connection.execute(query, execution_options=options) as found,
        ):
            yield map(Row._make, found)

    def between(self, begins: dt.date, ends: dt.date) -> list[Row]:
        held = self._table
        after = (ends + dt.timedelta(days=1)).isoformat()
        query = sa.select(held).where(held.c.at >= begins.isoformat(), held.c.at < after)
        with reading(self._ledger.engine) as connection:
            return [Row._make(row) for row in connection.execute(query.order_by(held.c.number))]

    def last(self, kind: str) -> Row | None:
        held = self._table
        query = sa.select(held).where(held.c.kind == kind).order_by(held.c.number.desc()).limit(1)
        with reading(self._ledger.engine) as connection:
            found = connection.execute(query).first()
        return None if found is None else Row._make(found)

    def about(self, kind: str, scope: str) -> list[Row]:
        held = self._table
        query = sa.select(held).where(held.c.kind == kind, held.c.scope.startswith(scope, autoescape=True))
        with reading(self._ledger.engine) as connection:
            return [Row._make(row) for row in connection.execute(query.order_by(held.c.number))]

    def ledger_id(self) -> str:
        return self._ledger.id()

    def _begun(self) -> bool:
        with reading(self._ledger.engine) as connection:
            return connection.execute(sa.select(self._table.c.number).limit(1)).first() is not None

    def _lock(self, connection: sa.Connection) -> None:
        # SQLite lets one transaction write at a time anyway.
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(RECORD_LOCK)))

    def _append(self, connection: sa.Connection, entry: Entry) -> Head:
        last = self._last(connection)
        # Read anew each time: a key that was replaced is not used once more by a process that kept it.
        name, key = list(self.keys.read().items())[-1]
        at = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
        whats = (str(entry.kind), entry.who, str(entry.role), entry.scope, entry.reason, str(entry.outcome))
        unsigned = Row(last.number + 1, at, *whats, key_id=name, digest="")
        row = unsigned._replace(digest=signature(key, last.digest, unsigned))
        connection.execute(self._table.insert(), row._asdict())
        return Head(row.number, row.digest, logged=at[:10] != last.at[:10] or row.kind in LOGGED)

    def _last(self, connection: sa.Connection) -> "_Last":
        held = self._table
        query = sa.select(held.c.number, held.c.digest, held.c.at).order_by(held.c.number.desc()).limit(1)
        found = connection.execute(query).first()
        if found is not None:
            return _Last(*found)
        return _Last(0, str(connection.scalar(sa.select(self._ledger.tables.review.c.id))), "")


class _Last(NamedTuple):
    number: int
    digest: str
    at: str


def record_of(ledger: Ledger, folder: Path) -> Record:
    return Record(ledger, *record_files(folder))


def record_files(folder: Path) -> tuple[Path, Path]:
    """Key file and anchor of a review's record: in its folder, unless settings say otherwise.

    CANDOUR_RECORD_KEYS and CANDOUR_RECORD_ANCHOR name them: whoever can write to the database should
    not be able to write to these.
    """
    return (
        Path(os.environ.get("CANDOUR_RECORD_KEYS") or folder / "record.keys"),
        Path(os.environ.get("CANDOUR_RECORD_ANCHOR") or folder / "record.anchor"),
    )
