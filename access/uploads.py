import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access.roles import Permission, Role, permitted
from data.docx_reader import MOST_PACKED

METHODS = ("PUT", "DELETE")
FILES = "file_urls_request"  # the message by which a page asks where it may send a document
# Around a file a browser writes its name and kind.
AROUND = 16 << 10
MOST_SENT = MOST_PACKED + AROUND
_ONE = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PLACE = re.compile(rf"/_stcore/upload_file/{_ONE}/{_ONE}")
TOO_MUCH, NO_LENGTH = 413, 411
# How many documents of one visit, and of all visits together, are in memory at once.
MOST_OPEN, MOST_IN_ALL = 2, 50
# How many addresses one page may be given: it needs one for each document that is dropped on it.
MOST_ISSUED = 20
# One socket is one open tab. A tab that is reloaded may have two for a moment.
MOST_SOCKETS, MOST_SOCKETS_IN_ALL = 12, 300


def sends(method: str, path: str) -> bool:
    return method in METHODS and _PLACE.fullmatch(path) is not None


def may_send(role: Role) -> bool:
    return permitted(role, Permission.RELEASES)


def own(asked: HTTPConnection, origin: str) -> bool:
    """Whether a page of ours sends it: another site cannot, nor a form."""
    site = asked.headers.get("sec-fetch-site", "same-origin")
    return asked.headers.get("origin") == origin and site == "same-origin"


def too_much(asked: HTTPConnection, most: int = MOST_SENT) -> int:
    """Return the status by which a body is refused before any of it is read; 0 if it may come."""
    length = asked.headers.get("content-length", "")
    if asked.headers.get("transfer-encoding") or not (length.isascii() and length.isdecimal()):
        return 0 if asked.scope["method"] == "DELETE" and not length else NO_LENGTH
    # A number of many digits would take long to read as one.
    return TOO_MUCH if len(length) > len(str(most)) or int(length) > most else 0


def at_most(receive: Receive, most: int = MOST_SENT) -> Receive:
    """most: bytes."""
    come = 0

    async def received() -> Message:
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        return message if come <= most else {"type": "http.disconnect"}

    return received


@dataclass(eq=False)
class Issued:
    visit: str
    places: dict[str, None] = field(default_factory=dict[str, None])
    closed: bool = False

    def add(self, places: Iterable[str]) -> None:
        self.places |= dict.fromkeys(places)
        for place in [*self.places][:-MOST_ISSUED]:
            del self.places[place]


class Uploads:
    """Which sockets each visit has open, which addresses it was given over each, and which documents came.

    An address is one visit's own: the framework takes a document, and gives it up, for anyone who knows it.
    """

    def __init__(self) -> None:
        self._sockets: dict[str, list[Issued]] = {}
        self._documents: dict[str, tuple[Issued, Scope]] = {}
        self._coming: Counter[str] = Counter()

    def opened(self, visit: str) -> Issued | None:
        """Return what is issued over a new socket of a visit; None where it may have no more of them."""
        in_all = sum(map(len, self._sockets.values()))
        if len(self._sockets.get(visit, ())) >= MOST_SOCKETS or in_all >= MOST_SOCKETS_IN_ALL:
            return None
        issued = Issued(visit)
        self._sockets.setdefault(visit, []).append(issued)
        return issued

    async def closed(self, issued: Issued, app: ASGIApp) -> None:
        issued.closed = True
        self._sockets[issued.visit].remove(issued)
        if not self._sockets[issued.visit]:
            del self._sockets[issued.visit]
        for place in [place for place, (own, _) in self._documents.items() if own is issued]:
            await self._take_back(place, app)

    def issued(self, place: str, visit: str) -> Issued | None:
        return next((issued for issued in self._sockets.get(visit, []) if place in issued.places), None)

    def busy(self, visit: str) -> bool:
        replaces = len(self._own(visit)) >= MOST_OPEN
        in_all = len(self._documents) + self._coming.total() - replaces
        return self._coming[visit] >= MOST_OPEN or in_all >= MOST_IN_ALL

    async def let_in(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, issued: Issued
    ) -> None:
        place, one = scope["path"], Counter({issued.visit: 1})
        document = issued, dict(scope)
        self._coming += one
        try:
            await app(scope, at_most(receive), send)
        finally:
            self._coming -= one
            # Taken out first: it is the newest now.
            self._documents.pop(place, None)
            self._documents[place] = document
        for address in [place] if issued.closed else self._own(issued.visit)[:-MOST_OPEN]:
            await self._take_back(address, app)

    async def give_back(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, at_most(receive), send)
        self._documents.pop(scope["path"], None)

    def _own(self, visit: str) -> list[str]:
        return [place for place, (issued, _) in self._documents.items() if issued.visit == visit]

    async def _take_back(self, place: str, app: ASGIApp) -> None:
        if place not in self._documents:
            return
        _, asked = self._documents.pop(place)
        of_body = (b"content-", b"transfer-")
        headers = [line for line in asked["headers"] if not line[0].lower().startswith(of_body)]
        own = {"method": "DELETE", "path": place, "raw_path": place.encode(), "headers": headers}
        await app({**asked, **own}, _nothing_more, _unheard)


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _unheard(message: Message) -> None:
    """Drop the response: the browser did not ask for this."""
