"""Who did what: entries each signed with the digest before, by a key that the database does not hold."""

import datetime as dt
import getpass
import hmac
import json
import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from data.connection import changing, reading, take_lock
from data.errors import UserError, refusal
from data.ledger import Ledger
from data.record_files import LOG, Anchor, Keys, read_signed, write_signed
from data.tables import ENTRY_LENGTHS

# Not the lock of a load: readers are written down while one runs.
RECORD_LOCK = 3778_0062
# A crash leaves the anchor behind by what was being written down; more than this is no crash.
MOST_BEHIND = 64
# Entries, of which a process that has checked them spares the next one the checking.
MARKED_AFTER = 5_000
SYSLOG = "syslog"
SHORTEST_REASON, LONGEST_REASON = 10, 400
WHY_ROWS = (
    "Say why these rows are needed outside Candour, in one line of {} to {} characters: the record keeps it, "
    "so name nobody in it."
)
# Whoever runs a command on the review's own machine does what a data steward does.
STEWARD = "data steward"


class Kind(StrEnum):
    """Those of section 62 of the Data Protection Act 2018, and the coming and going."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    ADMINISTRATION = "administration"


class Outcome(StrEnum):
    ALLOWED = "allowed"
    REFUSED = "refused"
    FAILED = "failed"


LOGGED = (Kind.COLLECTION, Kind.ALTERATION, Kind.ERASURE)
# Nearly all entries, which vouch for no row.
VISITS = (Kind.CONSULTATION, Kind.SIGN_IN, Kind.SIGN_OUT, Kind.DISCLOSURE)


@dataclass(frozen=True)
class Entry:
    kind: Kind
    who: str
    role: str
    scope: str
    reason: str
    outcome: Outcome

    def __post_init__(self) -> None:
        for name, longest in ENTRY_LENGTHS.items():
            text: str = getattr(self, name)
            shortest = int(name in {"kind", "who", "outcome"})
            if not shortest <= len(text) <= longest or not text.isprintable():
                raise refusal("unfit_entry", part=name, shortest=shortest, longest=longest)


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
    number: int
    digest: str
    logged: bool  # whether the system's journal is to have it too


_followed: dict[str, tuple[int, str, tuple[Row, ...]]] = {}
"""By the ledger's id the last entry that this process has checked, and those that vouch for rows."""


class Signed(NamedTuple):
    entries: Sequence[Row]  # those that vouch for rows, first to last
    fault: str | None = None  # why the record does not vouch for them


def signature(key: bytes, previous: str, row: Row) -> str:
    # JSON marks where each text begins and ends: no two rows have one form.
    return hmac.digest(key, json.dumps([previous, *row[:-1]]).encode(), "sha256").hex()


class Record:
    """places: where every head goes besides the anchor: files of other accounts, or "syslog"."""

    def __init__(self, ledger: Ledger, keys: Path, anchor: Path, places: Sequence[str] = ()) -> None:
        self.ledger = ledger
        self._table = ledger.tables.record
        self.keys = Keys(keys)
        self.anchor = Anchor(anchor)
        self._mark = anchor.with_name("record.checked")
        self.others = [Anchor(Path(place)) for place in places if place != SYSLOG]
        self._logs_all = SYSLOG in places

    def prepare(self) -> None:
        if self.keys.path.exists():
            return
        with reading(self.ledger.engine) as connection:
            begun = self._last(connection)[0] > 0
        if begun:
            self.keys.read()
        # In this order, so that keys without an anchor mean that it was taken away.
        self.anchor.make()
        self.keys.make()

    def write(self, entry: Entry) -> None:
        with changing(self.ledger.engine) as connection:
            head = self.append(connection, entry)
        self.committed([head])

    def append(self, connection: sa.Connection, entry: Entry) -> Head:
        """Add an entry, last in a transaction, as it locks others out; hand the head to `committed` after."""
        for anchor in (self.anchor, *self.others):
            anchor.expect()
        take_lock(connection, RECORD_LOCK)
        number, previous, last_at = self._last(connection)
        if not (isinstance(previous, str) and isinstance(last_at, str)):
            raise refusal("altered_end")
        # Read anew each time: a key that was replaced is not used once more by a process that kept it.
        name, key = list(self.keys.read().items())[-1]
        at = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
        row = Row(number + 1, at, *map(str, vars(entry).values()), key_id=name, digest="")
        row = row._replace(digest=signature(key, previous, row))
        connection.execute(self._table.insert(), row._asdict())
        return Head(row.number, row.digest, logged=at[:10] != last_at[:10] or row.kind in LOGGED)

    def committed(self, heads: Iterable[Head]) -> None:
        for head in heads:
            for anchor in (self.anchor, *self.others):
                for number, digest in self._unanchored(anchor, head.number):
                    anchor.add(number, digest)
                anchor.add(head.number, head.digest)
            if head.logged or self._logs_all:
                LOG.info("record %d %s", head.number, head.digest)

    def _unanchored(self, anchor: Anchor, head: int) -> list[tuple[int, str]]:
        """Return the entries before `head` whose lines a crash or a full disk kept from the anchor."""
        last = (anchor.last() or (head, ""))[0]
        if last + 1 >= head or (last and head - last > MOST_BEHIND):
            return []
        number = self._table.c.number
        query = sa.select(number, self._table.c.digest).where(number > last, number < head).order_by(number)
        with reading(self.ledger.engine) as connection:
            return [(row.number, row.digest) for row in connection.execute(query)]

    def renew_key(self, entry: Entry) -> str:
        self.keys.read()
        with changing(self.ledger.engine) as connection:
            self.anchor.expect()
            # Under the lock, so that no entry with the old key follows one with the new.
            take_lock(connection, RECORD_LOCK)
            name = self.keys.renew()
            head = self.append(connection, entry)
        self.committed([head])
        return name

    @contextmanager
    def reading(self) -> Generator[Iterator[Row]]:
        table = self._table
        query = sa.select(table).order_by(table.c.number)
        # Not all at once: a record grows for years.
        options = {"yield_per": 5_000}
        with (
            reading(self.ledger.engine) as connection,
            connection.execute(query, execution_options=options) as rows,
        ):
            yield map(Row._make, rows)

    def between(self, begins: dt.date, ends: dt.date) -> list[Row]:
        at, after = self._table.c.at, (ends + dt.timedelta(days=1)).isoformat()
        return self._where(at >= begins.isoformat(), at < after)

    def last(self, kind: str, scope: str = "") -> Row | None:
        return next(iter(self.about(kind, scope, last=True)), None)

    def failed_load(self) -> Row | None:
        last = self.last(Kind.COLLECTION)
        return None if last is None or last.outcome == Outcome.ALLOWED else last

    def about(self, kind: str, scope: str, *, last: bool = False) -> list[Row]:
        columns = self._table.c
        return self._where(columns.kind == kind, columns.scope.startswith(scope, autoescape=True), last=last)

    def signed(self, connection: sa.Connection) -> Signed:
        """Return the entries that vouch for rows, every signature checked, and what is amiss."""
        anchored, number = self.anchor.last(), self._table.c.number
        vouching, fault = self._follow(connection)
        ends = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(number), 0))
        count, last = connection.execute(ends.select_from(self._table)).one()
        # Read again: what this process has checked before may have been altered since.
        same = self._table.c.kind.in_([kind for kind in Kind if kind not in VISITS])
        here = set(map(Row._make, connection.execute(sa.select(self._table).where(same))))
        lost = [row for row in vouching if row not in here]
        if count != last:
            fault = "entries of the record are missing"
        elif lost:
            fault = f"row {lost[0].number} of the record was altered"
        elif anchored is None:
            fault = "the anchor of the record is missing"
        elif anchored[0] and anchored[1] != self._anchored(connection, anchored[0]):
            fault = "the record does not end as its anchor does"
        return Signed(vouching, fault)

    def _follow(self, connection: sa.Connection) -> tuple[Sequence[Row], str | None]:
        """Check each entry that this process has not checked, and return those that vouch for rows."""
        keys, begins = self.keys.read(), str(connection.scalar(sa.select(self.ledger.tables.review.c.id)))
        last, digest, known = _followed.get(begins) or self._checked(begins)
        if last and self._digest(connection, last) != digest:
            # Another copy of the ledger, which goes on otherwise.
            last, digest, known = 0, begins, ()
        number, vouching, chain = self._table.c.number, [*known], Chain(keys, digest, last)
        query = sa.select(self._table).where(number > last).order_by(number)
        with connection.execute(query, execution_options={"yield_per": 5_000}) as rows:
            for row in map(Row._make, rows):
                if any(chain.follow(row)):
                    return vouching, f"row {row.number} of the record was altered"
                if row.kind not in VISITS:
                    vouching.append(row)
        _followed[begins] = chain.last, chain.digest, tuple(vouching)
        if chain.rows >= MARKED_AFTER:
            # Where no file can be written, the next process checks all anew.
            with suppress(OSError):
                checked = json.dumps([begins, chain.last, chain.digest, vouching]).encode()
                write_signed(self._mark, checked, self.keys)
        return vouching, None

    def _checked(self, begins: str) -> tuple[int, str, tuple[Row, ...]]:
        """Return how far another process has checked, by the mark that it left; `verify` goes by none."""
        content = read_signed(self._mark, self.keys) or b'["", 0, "", []]'
        ledger, last, digest, vouching = json.loads(content)
        return (last, digest, tuple(map(Row._make, vouching))) if ledger == begins else (0, begins, ())

    def _anchored(self, connection: sa.Connection, number: int) -> str | None:
        if (digest := self._digest(connection, number)) is not None:
            return digest
        # Another process may have added it since this transaction began.
        with reading(self.ledger.engine) as later:
            return self._digest(later, number)

    def _digest(self, connection: sa.Connection, number: int) -> str | None:
        return connection.scalar(sa.select(self._table.c.digest).where(self._table.c.number == number))

    def _where(self, *conditions: sa.ColumnElement[bool], last: bool = False) -> list[Row]:
        number = self._table.c.number
        query = sa.select(self._table).where(*conditions)
        query = query.order_by(number.desc()).limit(1) if last else query.order_by(number)
        with reading(self.ledger.engine) as connection:
            return [Row._make(row) for row in connection.execute(query)]

    def _last(self, connection: sa.Connection) -> tuple[int, object, object]:
        """Return number, digest and moment of the last entry; before the first, 0 and the ledger's id."""
        columns = self._table.c
        query = sa.select(columns.number, columns.digest, columns.at).order_by(columns.number.desc()).limit(1)
        if (last := connection.execute(query).first()) is not None:
            return last[0], last[1], last[2]
        return 0, str(connection.scalar(sa.select(self.ledger.tables.review.c.id))), ""


def record_files(folder: Path) -> tuple[Path, Path]:
    """Key file and anchor: who can write to the database should not be able to write to these."""
    return (
        Path(os.environ.get("CANDOUR_RECORD_KEYS") or folder / "record.keys"),
        Path(os.environ.get("CANDOUR_RECORD_ANCHOR") or folder / "record.anchor"),
    )


@dataclass
class Chain:
    keys: Mapping[str, bytes] | None  # by id, first to last; None where no signature can be verified
    digest: str
    last: int = 0
    rows: int = 0
    key: int = -1

    def follow(self, row: Row) -> Iterator[str]:
        expected, previous = self.last + 1, self.digest
        self.rows += 1
        self.last, self.digest = row.number, str(row.digest)
        # SQLite keeps whatever is put into a column, whatever the column is for.
        if not all(isinstance(cell, str) for cell in list[object](row[1:])):
            yield f"Row {row.number} holds something that is not text."
            return
        if row.number > expected:
            yield f"{spanned(expected, row.number - 1)} missing."
        elif row.number < expected:
            yield f"Row {row.number} is there twice or out of order: it stands after row {expected - 1}."
        if self.keys is not None:
            yield from self._signed(self.keys, row, previous, follows=row.number == expected)

    def _signed(self, keys: Mapping[str, bytes], row: Row, previous: str, *, follows: bool) -> Iterator[str]:
        if row.key_id not in keys:
            yield f"Row {row.number} is signed with a key, {row.key_id!r}, that the key file does not have."
            return
        place = list(keys).index(row.key_id)
        if place < self.key:
            yield f"Row {row.number} is signed with the key {row.key_id}, which had been replaced by then."
        self.key = max(self.key, place)
        right = signature(keys[row.key_id], previous, row)
        # Where the row before it is missing, no row could be right: that has been said.
        if follows and not hmac.compare_digest(right.encode(), row.digest.encode()):
            other = ", or the record is another ledger's" if row.number == 1 else ""
            yield f"Row {row.number} was altered or put in, or the row before it was{other}."


def spanned(first: int, last: int) -> str:
    return f"Row {first} is" if first == last else f"Rows {first} to {last} are"


def fitting(reason: str, request: str = WHY_ROWS) -> str:
    """Return a reason without the space around it; request: what is asked for where it does not fit."""
    why = reason.strip()
    if not SHORTEST_REASON <= len(why) <= LONGEST_REASON or not why.isprintable():
        raise UserError(request.format(SHORTEST_REASON, LONGEST_REASON))
    return why


def at_the_keyboard() -> str:
    if os.name != "posix":
        return getpass.getuser()
    import pwd

    # Not from the environment, where anybody may write another's name.
    number = os.getuid()
    try:
        account = pwd.getpwuid(number).pw_name
    except KeyError:
        account = f"account {number}"
    behind = os.environ.get("SUDO_USER", "")
    return f"{account}, for {behind}" if behind.isprintable() and behind not in {"", account} else account


def done_here(kind: Kind, scope: str, *, reason: str = "", outcome: Outcome = Outcome.ALLOWED) -> Entry:
    return Entry(kind, at_the_keyboard(), STEWARD, scope, reason, outcome)
