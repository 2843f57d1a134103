"""The one thing that may be sent to the server: a document to be checked, by whoever may check one."""

import re
from collections import Counter
from collections.abc import Iterator

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access.roles import Permission, Role, permitted
from data.manuscript import MOST_PACKED

METHODS = ("PUT", "DELETE")
FILES = "file_urls_request"
"""By which message a page asks where it may send a document."""
# Around the document a browser writes its name and kind.
MOST_SENT = MOST_PACKED + (16 << 10)
_ONE = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PLACE = re.compile(rf"/_stcore/upload_file/{_ONE}/{_ONE}")
TOO_MUCH, NO_LENGTH = 413, 411
# How many documents of one visit, and of all visits together, are in memory at once.
MOST_HELD, MOST_IN_ALL = 2, 50


def sends(method: str, path: str) -> bool:
    """Whether a request brings a document, or takes one back, by an address that a page was given for it."""
    return method in METHODS and _PLACE.fullmatch(path) is not None


def may_send(role: Role) -> bool:
    """Whether a role may bring a document."""
    return permitted(role, Permission.RELEASES)


def own(asked: HTTPConnection, origin: str) -> bool:
    """Whether a page of ours sends it: no other site can, and no form."""
    site = asked.headers.get("sec-fetch-site", "same-origin")
    return asked.headers.get("origin") == origin and site == "same-origin"


def too_much(asked: HTTPConnection) -> int:
    """Return the status by which a body is refused before any of it is read; 0 if it may come."""
    length = asked.headers.get("content-length", "")
    if asked.headers.get("transfer-encoding") or not (length.isascii() and length.isdecimal()):
        return 0 if asked.scope["method"] == "DELETE" and not length else NO_LENGTH
    # A number of many digits would take long to read as one.
    return TOO_MUCH if len(length) > len(str(MOST_SENT)) or int(length) > MOST_SENT else 0


def at_most(receive: Receive) -> Receive:
    """Return a `receive` that hangs up where more comes than was said."""
    come = 0

    async def received() -> Message:
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        return message if come <= MOST_SENT else {"type": "http.disconnect"}

    return received


class Held:
    """Which documents the server holds: one more of a visit takes the place of its oldest."""

    def __init__(self) -> None:
        """Begin with none."""
        self._places: dict[str, str] = {}
        self._coming: Counter[str] = Counter()

    def busy(self, visit: str) -> bool:
        """Whether as many documents as may be held are on their way already."""
        return self._coming[visit] >= MOST_HELD or self._coming.total() >= MOST_IN_ALL

    async def let_in(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, visit: str) -> None:
        """Let a document in, or take one back; then have `app` forget what is too many."""
        asked, place = dict(scope), scope["path"]
        self._coming[visit] += 1
        try:
            await app(scope, at_most(receive), send)
        finally:
            self._coming -= Counter({visit: 1})
            self._places.pop(place, None)
            if asked["method"] != "DELETE":
                self._places[place] = visit
        for one in [*self._too_many(visit)]:
            self._places.pop(one, None)
            await app(_taking_back(asked, one), _nothing_more, _unheard)

    def _too_many(self, visit: str) -> Iterator[str]:
        """Name the oldest of the visit's, and of all, that are more than may be held."""
        own = [place for place, whose in self._places.items() if whose == visit]
        yield from own[:-MOST_HELD]
        yield from [*self._places][:-MOST_IN_ALL]


def _taking_back(asked: Scope, place: str) -> Scope:
    """Return the request by which the browser itself would take a document back."""
    headers = [
        each for each in asked["headers"] if not each[0].lower().startswith((b"content-", b"transfer-"))
    ]
    return {**asked, "method": "DELETE", "path": place, "raw_path": place.encode(), "headers": headers}


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _unheard(message: Message) -> None:
    """Drop the answer: the browser did not ask for this."""
