import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope

from access.roles import Role
from access.settings import Settings
from data.tables import ENTRY_LENGTHS

BACK = "candour-back"
# The framework's own cookies of identity last a month and can be replayed: they never reach a browser.
IDENTITY = "_streamlit_user"
# Longer than any view's address; a longer one would not fit into a cookie.
LONGEST = 2_000


@dataclass(frozen=True)
class Reader:
    who: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Stranger:
    who: str
    why: str
    sentence: str


async def cookies_of(
    app: ASGIApp, scope: Scope, receive: Receive
) -> tuple[dict[str, str], list[tuple[bytes, bytes]]]:
    """Return the framework's cookies of identity, and the headers that set its other cookies."""
    started: list[Message] = []

    async def hold(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)

    await app(scope, receive, hold)
    identity: dict[str, str] = {}
    headers: list[tuple[bytes, bytes]] = []
    for name, value in (header for header in started[0]["headers"] if header[0].lower() == b"set-cookie"):
        for key, morsel in SimpleCookie(value.decode("latin-1")).items():
            if key.startswith(IDENTITY):
                identity[key] = morsel.value
            else:
                headers.append((name, value))
    return identity, headers


def reader_of(claims: Mapping[str, object] | None, settings: Settings) -> Reader | Stranger:
    if settings.sign_in is None or claims is None:
        why = "the provider did not vouch for anyone"
        return Stranger("unknown", why, "Signing in did not succeed. Try again.")
    named: Any = claims.get(settings.sign_in.who)
    # One name that can be spelled in two ways is one reader.
    who = unicodedata.normalize("NFC", named).strip() if isinstance(named, str) else ""
    if not who or len(who) > ENTRY_LENGTHS["who"] or not who.isprintable():
        why = f"no usable claim {settings.sign_in.who}"
        advice = "ask whoever runs it to send your name."
        return Stranger("unknown", why, f"Your organisation's sign-in did not say who you are: {advice}")
    roles = settings.sign_in.roles_of(dict(claims))
    if not roles:
        return Stranger(who, "no role", "You have no role in Candour: ask whoever runs it to give you one.")
    return Reader(who, roles)


def own_address(wanted: str, pages: Mapping[str, object]) -> str:
    """Return an address of a page here, else the first page: never another site's."""
    # Python and browsers read slashes, backslashes and control characters differently: none comes through.
    if len(wanted) > LONGEST or not wanted.isascii() or not wanted.isprintable() or "\\" in wanted:
        return "/"
    path, mark, query = wanted.partition("#")[0].partition("?")
    return path + mark + query if path in pages else "/"
