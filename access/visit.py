"""One reader's visit: what it may do is asked of the server's own record, at every call."""

import time
from dataclasses import dataclass, field
from threading import Lock

from access.audit import Kind, Outcome
from access.roles import Permission, Role, permitted
from access.sessions import Session, Sessions, digest_of
from data.faults import Fault
from data.record import Entry, Record

# A view that is redrawn with nothing changed is one consultation, not one for every click.
SAME_LOOK = 300.0
LOOKS_KEPT = 4_096


class Refused(Fault):
    """The reader may not do this, or is no longer signed in."""


@dataclass
class Looks:
    """What was looked at in the last minutes, by visit and scope."""

    seen: dict[tuple[str, ...], float] = field(default_factory=dict[tuple[str, ...], float])
    lock: Lock = field(default_factory=Lock)

    def new(self, *look: str) -> bool:
        """Whether nobody wrote this down in the last minutes; it counts as written from now on."""
        now = time.monotonic()
        with self.lock:
            last = self.seen.pop(look, None)
            fresh = last is None or now - last > SAME_LOOK
            self.seen[look] = now if fresh or last is None else last
            while len(self.seen) > LOOKS_KEPT:
                self.seen.pop(next(iter(self.seen)))
        return fresh

    def forget(self, *look: str) -> None:
        """Take a look back that could not be written down."""
        with self.lock:
            self.seen.pop(look, None)


@dataclass(frozen=True)
class Visit:
    """A visit by its token; nothing of it is kept here, so a change is met by the next call."""

    token: str
    sessions: Sessions
    record: Record
    looks: Looks

    @property
    def session(self) -> Session:
        """The visit as the server's record has it now.

        Raises:
            Refused: it has ended, run out, or never was.
        """
        found = self.sessions.find(self.token)
        if found is None:
            raise Refused("You are not signed in, or your visit has ended: sign in again.")
        return found

    @property
    def digest(self) -> str:
        """What the server knows the visit by."""
        return digest_of(self.token)

    def may(self, permission: Permission) -> bool:
        """Whether the role held now may do one thing."""
        return permitted(self.session.role, permission)

    def require(self, permission: Permission, scope: str) -> Session:
        """Go on only if the role held now may do one thing; a refusal is written down.

        Raises:
            Refused: it may not, or the visit has ended.
        """
        session = self.session
        if not permitted(session.role, permission):
            self._write(session, Kind.CONSULTATION, scope, f"needs {permission}", Outcome.REFUSED)
            raise Refused(f"A {session.role} may not see {permission} in Candour.")
        return session

    def consult(self, permission: Permission, scope: str) -> None:
        """Write down, before anything is shown, that the reader looks at `scope`.

        Raises:
            Refused: the role held now may not, or the visit has ended.
        """
        session = self.require(permission, scope)
        look = (session.digest, session.role, scope)
        if not self.looks.new(*look):
            return
        try:
            self._write(session, Kind.CONSULTATION, scope, "", Outcome.ALLOWED)
        except BaseException:
            self.looks.forget(*look)
            raise

    def note(self, kind: Kind, scope: str, *, reason: str = "", outcome: Outcome = Outcome.ALLOWED) -> None:
        """Write an entry of this reader's into the record.

        Raises:
            Refused: the visit has ended.
        """
        self._write(self.session, kind, scope, reason, outcome)

    def assume(self, role: Role) -> None:
        """Hold another of the roles that this reader was given.

        Raises:
            Refused: the reader was not given it, or the visit has ended.
        """
        session = self.session
        given = role in session.roles
        outcome = Outcome.ALLOWED if given else Outcome.REFUSED
        self._write(session, Kind.ADMINISTRATION, f"role {session.role} to {role}", "", outcome)
        if not given:
            raise Refused(f"You have not been given the role of {role}.")
        self.sessions.assume(session, role)

    def _write(self, session: Session, kind: Kind, scope: str, reason: str, outcome: Outcome) -> None:
        self.record.write(Entry(kind, session.who, session.role, scope, reason, outcome))
