import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

from cachetools import TTLCache

from access.roles import Permission, Role, permitted
from access.sessions import Session, Sessions, digest_of
from data.errors import UserError
from data.record import Entry, Kind, Outcome, Record

# A view that is redrawn with nothing changed is one entry, and not one for every click; so is one refused.
SAME_ENTRY = 300.0  # seconds
MOST_RECENT = 4_096


class Refused(UserError):
    """The reader may not do this, or is no longer signed in."""


class RecentEntries:
    def __init__(self) -> None:
        self.entries: TTLCache[tuple[str, ...], bool] = TTLCache(MOST_RECENT, SAME_ENTRY, time.monotonic)
        self._lock = Lock()

    def once(self, entry: tuple[str, ...], write: Callable[[], None]) -> None:
        # Two tabs that are opened in the same moment may both write it: rather twice than not at all.
        with self._lock:
            if entry in self.entries:
                return
        write()
        with self._lock:
            self.entries[entry] = True


@dataclass(eq=False)
class Visit:
    """A visit by its token; its session is looked up once in each run, so a changed role holds from the next.

    run: identifies the run of a page, a fragment or a callback; without one every call is a run of its own.
    only_forces: which forces of a nation a reader may see, by who they are; all, if they are not named.
    withheld: what no role may do here.
    Every method raises `Refused` where the role may not, or the visit has ended, run out, or never was.
    """

    token: str
    sessions: Sessions
    record: Record
    recent: RecentEntries
    run: Callable[[], object] = object
    only_forces: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    withheld: frozenset[Permission] = frozenset()
    _last: tuple[object, Session | None] | None = field(default=None, repr=False)

    @property
    def session(self) -> Session:
        run, last = self.run(), self._last
        if last is None or last[0] is not run:
            last = self._last = (run, self.sessions.find(self.token))
        session = last[1]
        if session is None or self.sessions.left(session) <= 0:
            raise Refused("You are not signed in, or your visit has ended: sign in again.")
        return session

    def refresh(self) -> None:
        """Have the next call of the same run read the table anew."""
        self._last = None

    @property
    def digest(self) -> str:
        return digest_of(self.token)

    @property
    def forces(self) -> tuple[str, ...] | None:
        """Return the forces of a nation that the reader may see; None: all of them."""
        return self.only_forces.get(self.session.who)

    def may(self, permission: Permission) -> bool:
        return self._gives(self.session, permission)

    def _gives(self, session: Session, permission: Permission) -> bool:
        return permitted(session.role, permission) and permission not in self.withheld

    def require(self, permission: Permission, scope: str) -> Session:
        """Raise `Refused`, and write it down, where the role may not."""
        session = self.session
        if not self._gives(session, permission):
            self._write_once(session, scope, f"needs {permission}", Outcome.REFUSED)
            raise Refused(f"The role of {session.role} may not see {permission} in Candour.")
        return session

    def consult(self, permission: Permission, scope: str) -> None:
        """Write down, before anything is shown, what the reader looks at."""
        self._write_once(self.require(permission, scope), scope, "", Outcome.ALLOWED)

    def disclose(self, permission: Permission, scope: str, reason: str) -> None:
        """Write down, before it is sent, what is about to leave."""
        self._write(self.require(permission, scope), Kind.DISCLOSURE, scope, reason, Outcome.ALLOWED)

    def note(self, kind: Kind, scope: str, *, reason: str = "", outcome: Outcome = Outcome.ALLOWED) -> None:
        """Write an entry of this reader's into the record, whatever the role may do."""
        self._write(self.session, kind, scope, reason, outcome)

    def assume(self, role: str) -> None:
        session = self.session
        given = role in session.roles
        outcome = Outcome.ALLOWED if given else Outcome.REFUSED
        wanted = role if role in set(Role) else "no role of ours"
        self._write(session, Kind.ADMINISTRATION, f"role {session.role} to {wanted}", "", outcome)
        if not given:
            raise Refused(f"You have not been given the role of {wanted}.")
        self.sessions.assume(session, Role(role))
        self.refresh()

    def _write_once(self, session: Session, scope: str, reason: str, outcome: Outcome) -> None:
        write = partial(self._write, session, Kind.CONSULTATION, scope, reason, outcome)
        self.recent.once((session.digest, session.role, scope, reason, outcome), write)

    def _write(self, session: Session, kind: Kind, scope: str, reason: str, outcome: Outcome) -> None:
        self.record.write(Entry(kind, session.who, session.role, scope, reason, outcome))
