import getpass
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from cachetools import TTLCache

from access.roles import Role
from access.saved_views import SavedViews
from access.sessions import Sessions
from access.settings import Mode, Settings, read_settings
from access.visit import RecentEntries, Refused, Visit
from data.record import Entry, Kind, Outcome
from data.review import FORCES, TERMS, Review, open_review
from data.spool import Spool

_PROMPT = CapacityLimiter(8)
_PATIENT = CapacityLimiter(8)

P = ParamSpec("P")
T = TypeVar("T")


async def promptly(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a call that waits for no load: one that reads, or gives up at once."""
    return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=_PROMPT)


async def patiently(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a call that writes, and may wait for a load to end."""
    return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=_PATIENT)


LASTS = 600.0
MOST = 1_000


class Tickets:
    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        # The oldest make way for the newest: a reader who asks too often troubles nobody else for long.
        self.requests: TTLCache[str, tuple[str, object]] = TTLCache(MOST, LASTS, timer=now)
        self._lock = Lock()

    def issue(self, digest: str, request: object) -> str:
        """Store a request of the visit with this digest, and return the id that fetches it."""
        ticket = secrets.token_urlsafe(24)
        with self._lock:
            self.requests[ticket] = (digest, request)
        return ticket

    def find(self, ticket: str, digest: str) -> object | None:
        with self._lock:
            owner, request = self.requests.get(ticket, ("", None))
        return request if secrets.compare_digest(owner, digest) else None


VISITOR = "demonstration visitor"
# One for the life of the process: terms that are edited meanwhile make new services, and print nothing.
KEY = secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Services:
    """key: what opens a single user's visit; printed when the server starts, and nowhere else."""

    review: Review
    settings: Settings
    sessions: Sessions
    tickets: Tickets = field(default_factory=Tickets)
    recent: RecentEntries = field(default_factory=RecentEntries)
    key: str = field(default=KEY, repr=False)

    @property
    def spool(self) -> Spool | None:
        if (self.review.folder / FORCES).exists():
            # What a nation counts is loaded by its forces.
            return None
        demonstration = self.review.terms.demonstration
        folder = self.settings.inbox_of(self.review.folder, demonstration=demonstration)
        return folder and Spool(folder)

    @property
    def saved_views(self) -> SavedViews:
        return SavedViews(self.review.ledger)

    def visit(self, token: str, run: Callable[[], object] = object) -> Visit:
        forces = self.settings.only_forces
        return Visit(token, self.sessions, self.review.record, self.recent, run, forces)

    def welcome(self, who: str, roles: tuple[Role, ...], how: str) -> str:
        self.review.record.write(Entry(Kind.SIGN_IN, who, roles[0], how, "", Outcome.ALLOWED))
        return self.sessions.begin(who, roles)

    def welcome_unknown(self) -> str:
        if self.settings.mode is not Mode.DEMONSTRATION or not self.review.terms.demonstration:
            raise PermissionError("only a demonstration takes visitors who do not say who they are")
        return self.welcome(VISITOR, tuple(Role), "demonstration")

    def welcome_owner(self) -> str:
        if self.settings.mode is not Mode.SINGLE_USER:
            raise PermissionError("this is not in single-user mode")
        return self.welcome(getpass.getuser(), tuple(Role), "single user")

    def turn_away(self, who: str, how: str, why: str) -> None:
        self.review.record.write(Entry(Kind.SIGN_IN, who, "none", how, why, Outcome.REFUSED))

    def farewell(self, token: str) -> None:
        visit = self.visit(token)
        with suppress(Refused):
            visit.note(Kind.SIGN_OUT, "this browser")
            self.sessions.end(visit.session)


def services_of(folder: Path) -> Services:
    terms = folder / TERMS
    return _opened(str(folder.resolve()), terms.stat().st_mtime_ns if terms.exists() else 0)


@lru_cache(maxsize=8)
def _opened(folder: str, modified: int) -> Services:
    del modified  # a review made anew in the same folder is another one
    review = open_review(Path(folder))
    settings = read_settings(Path(folder))
    settings.suit(demonstration=review.terms.demonstration)
    return Services(review, settings, Sessions(review.ledger, settings.sessions))
