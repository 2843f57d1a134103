"""Who is signed in: a table of the digests of cookies, which are random numbers and nothing else."""

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from access.roles import Role
from access.settings import Limits
from data.connection import changing, connect_engine, locked
from data.ledger import Ledger

# A visit's last moment is written this many seconds late at most: not every click is a write.
GRAIN = 20.0
# While a load has the ledger, whoever reads goes on at once and is noted as present at a later click.
PATIENCE = 0.1
# What ran out longer ago than this is of no more use to anyone; the record says who came and when.
FORGOTTEN = 24 * 3600.0


@dataclass(frozen=True)
class Session:
    digest: str
    who: str
    role: Role
    roles: tuple[Role, ...]
    seen_at: float
    ends_at: float


class Sessions:
    """The visits in a ledger's database; `now` gives seconds since 1970."""

    def __init__(self, ledger: Ledger, limits: Limits, now: Callable[[], float] = time.time) -> None:
        self._engine = ledger.engine
        # Connections of its own: pages that wait to write must not keep anyone from being known.
        url = ledger.engine.url.render_as_string(hide_password=False)
        self._quick = quick = connect_engine(url, wait=PATIENCE)
        event.listen(ledger.engine, "engine_disposed", lambda *_: quick.dispose())
        self._table = ledger.tables.sessions
        # A cookie is anyone's to write: nothing but its digest reaches the database.
        self._by_digest = sa.select(self._table).where(self._table.c.digest == sa.bindparam("digest"))
        self._idle = limits.idle_minutes * 60
        self._longest = limits.longest_hours * 3600
        self._now = now

    def begin(self, who: str, roles: Sequence[Role]) -> str:
        token = secrets.token_urlsafe(32)
        now = self._now()
        row = {"digest": digest_of(token), "who": who, "role": roles[0], "roles": ",".join(roles)}
        forgotten = self._table.c.began_at < now - self._longest - FORGOTTEN
        with changing(self._engine) as connection:
            connection.execute(self._table.delete().where(forgotten))
            connection.execute(self._table.insert(), {**row, "began_at": now, "seen_at": now})
        return token

    def find(self, token: str) -> Session | None:
        """Return the live visit of a token; None if it never was, was ended, or has run out."""
        with self._quick.begin() as connection:
            row = connection.execute(self._by_digest, {"digest": digest_of(token)}).mappings().first()
        if row is None or row["ended_at"] is not None:
            return None
        session = self._of(row)
        return session if self._now() < session.ends_at else None

    def left(self, session: Session) -> float:
        return session.ends_at - self._now()

    def touch(self, session: Session) -> None:
        """Note that a visit is in use, or leave it to the next click while a load has the ledger."""
        now = self._now()
        if now - session.seen_at <= min(GRAIN, self._idle / 10):
            return
        try:
            self._change(session.digest, engine=self._quick, seen_at=now)
        except OperationalError as error:
            if not locked(error):
                raise

    def assume(self, session: Session, role: Role) -> None:
        if role not in session.roles:
            raise PermissionError(role)
        self._change(session.digest, role=role)

    def end(self, session: Session) -> None:
        self._change(session.digest, ended_at=self._now())

    def end_all(self, who: str) -> int:
        live = [session for session in self.live() if session.who == who]
        for session in live:
            self.end(session)
        return len(live)

    def live(self) -> list[Session]:
        now, columns = self._now(), self._table.c
        recent = (columns.seen_at > now - self._idle, columns.began_at > now - self._longest)
        query = sa.select(self._table).where(columns.ended_at.is_(None), *recent)
        with self._quick.begin() as connection:
            rows = connection.execute(query.order_by(columns.who, columns.began_at)).mappings().all()
        return [self._of(row) for row in rows]

    def _of(self, row: sa.RowMapping) -> Session:
        ends_at = min(row["seen_at"] + self._idle, row["began_at"] + self._longest)
        roles = tuple(Role(role) for role in row["roles"].split(","))
        return Session(row["digest"], row["who"], Role(row["role"]), roles, row["seen_at"], ends_at)

    def _change(self, digest: str, *, engine: sa.Engine | None = None, **values: object) -> None:
        columns = self._table.c
        live = self._table.update().where(columns.digest == digest, columns.ended_at.is_(None))
        with changing(engine or self._engine) as connection:
            connection.execute(live.values(**values))


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
