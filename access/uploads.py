"""The one thing that may be sent to the server: a document to be checked, by whoever may check one."""

import re

from starlette.requests import HTTPConnection
from starlette.types import Message, Receive

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
