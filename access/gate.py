"""The gate: nothing behind it runs, and nothing leaves, for anyone whom the server does not know.

An ASGI middleware in front of everything that the dashboard serves. What is not named here is closed.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote

from sqlalchemy.exc import OperationalError
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access import sign_in, uploads
from access.protocol import Protocol
from access.responses import Protections, cookie, crossed, say
from access.roles import Permission, permitted
from access.services import Services, patiently, promptly
from access.sessions import Session
from access.settings import Mode, loopback
from access.socket import REFUSED, SIGNED_OUT, Socket, Sockets
from data.errors import UserError
from data.kinds import Kind, Outcome

HEALTH = "/healthz"
SIGN_IN = "/sign-in"
SIGN_OUT = "/auth/logout"
CALLBACK = "/oauth2callback"
PROVIDER = ("/auth/login", CALLBACK)
ENTER = "/enter/"
EXPORT = "/export/"
SOCKET = "/_stcore/stream"
ASSETS = "/static/"
SERVED = ("/_stcore/health", "/_stcore/host-config", "/favicon.png", "/manifest.json")
AGAIN = ("/", "Try again")
# What a proxy says of whom it speaks for: whoever is spoken for is not on this machine.
PROXIED = ("forwarded", "via", "x-real-ip", "x-client-ip", "x-forwarded-")

_log = logging.getLogger("candour")


class Gate:
    def __init__(
        self,
        app: ASGIApp,
        desk: Callable[[], Services],
        pages: Mapping[str, Permission | None],
        wire: Protocol,
    ) -> None:
        self._app = app
        self._desk = desk
        self._pages = pages
        self._wire = wire
        self._limits = _Limits(Sockets(), uploads.Uploads())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._admit(scope, receive, noticed)
        except Exception as error:
            # No more of the address than its first part: the rest may be a key, or end a line of the log.
            _log.exception("The gate could not let %r pass.", scope["path"].split("/")[1][:40])
            if begun:
                raise
            await _refuse(_excuse(error), scope, receive, Protections().over(send))

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == HEALTH:
            await PlainTextResponse("ok\n")(scope, receive, Protections().over(send))
            return
        desk = await promptly(self._desk)
        asked = HTTPConnection(scope)
        passage = _Passage(self._app, desk, self._pages, self._wire, asked, limits=self._limits)
        await passage.go(receive, send)


class _Limits(NamedTuple):
    sockets: Sockets
    documents: uploads.Uploads


class _Passage:
    def __init__(
        self,
        app: ASGIApp,
        desk: Services,
        pages: Mapping[str, Permission | None],
        wire: Protocol,
        asked: HTTPConnection,
        *,
        limits: _Limits,
    ) -> None:
        self._app = app
        self._desk = desk
        self._pages = pages
        self._wire = wire
        self._limits = limits
        self._asked = asked
        self._scope = asked.scope
        self._path: str = asked.scope["path"]
        self._token = asked.cookies.get(desk.settings.cookie, "")
        self._host = asked.headers.get("host", "")
        secure = desk.settings.secure
        self._protections = Protections(wire.scripts, desk.settings.host or self._host, secure)

    async def go(self, receive: Receive, send: Send) -> None:
        if not self._from_here():
            answer = say(403, "Not from here", "This dashboard does not answer to the address you came by.")
            await _refuse(answer, self._scope, receive, Protections().over(send))
        elif self._scope["type"] == "websocket":
            await self._socket(receive, send)
        else:
            await self._request(receive, send)

    @property
    def _origin(self) -> str:
        return self._desk.settings.address or f"http://{self._host}"

    def _from_here(self) -> bool:
        settings = self._desk.settings
        if settings.mode is Mode.SIGN_IN:
            return self._host == settings.host
        address, _ = self._scope.get("client") or ("", 0)
        client = f"[{address}]" if ":" in address else address
        proxied = any(name.startswith(PROXIED) for name in self._asked.headers)
        return loopback(self._host) and loopback(client) and not proxied

    async def _socket(self, receive: Receive, send: Send) -> None:
        ours = self._path == SOCKET and self._asked.headers.get("origin") == self._origin
        session = await self._session() if ours else None
        if session is None:
            await _refuse(None, self._scope, receive, send)
            return
        with self._limits.sockets.place(session.digest) as free:
            if not free:
                await _refuse(None, self._scope, receive, send)
                return
            issued = self._limits.documents.opened(session.digest)
            try:
                socket = Socket(self._desk, self._wire, self._token, receive, send, issued=issued)
                await socket.serve(self._app, self._scope)
            finally:
                await self._limits.documents.closed(issued, self._app)

    async def _request(self, receive: Receive, send: Send) -> None:
        if uploads.sends(self._scope["method"], self._path):
            await self._document(receive, send)
            return
        if self._scope["method"] not in ("GET", "HEAD"):
            await self._answer(say(405, "Not taken", "Nothing can be sent here."), receive, send)
            return
        session = await self._session()
        answer = await (self._to_stranger() if session is None else self._to_reader(session))
        if answer is not None:
            await self._answer(answer, receive, send)
        elif self._path == CALLBACK:
            await self._answer(await self._signed_in(receive), receive, send)
        elif session is None and self._path in self._pages:
            token = await patiently(self._desk.welcome_unknown)
            await self._app(self._scope, receive, self._protections.over(send, self._cookie(token)))
        else:
            lasting = self._path.startswith(ASSETS)
            await self._app(self._scope, receive, self._protections.over(send, lasting=lasting))

    async def _document(self, receive: Receive, send: Send) -> None:
        session = await self._session()
        if session is None:
            await self._answer(self._asked_in(), receive, send)
        elif not uploads.own(self._asked, self._origin):
            await self._answer(crossed(), receive, send)
        elif not uploads.may_send(session.role):
            await self._note_refusal(session, f"needs {Permission.RELEASES}")
            sentence = "Only who may see releases has drafts checked."
            await self._answer(say(403, "Nothing can be sent by your role", sentence), receive, send)
        elif (issued := self._limits.documents.issued(self._path, session.digest)) is None:
            await self._note_refusal(session, "an address that was not given to this visit")
            sentence = "Open the page again, and choose the document there."
            await self._answer(say(403, "Not an address of yours", sentence), receive, send)
        else:
            await self._own_document(session, issued, receive, send)

    async def _own_document(
        self, session: Session, issued: uploads.Issued, receive: Receive, send: Send
    ) -> None:
        over, documents = self._protections.over(send), self._limits.documents
        if status := uploads.too_much(self._asked):
            sentence = "A statement to be checked is far smaller: paste its words instead."
            await self._answer(say(status, "Too large", sentence), receive, send)
        elif self._scope["method"] == "DELETE":
            await documents.give_back(self._app, self._scope, receive, over)
        elif documents.busy(session.digest):
            sentence = "Wait until the documents that you sent have come, and send this one again."
            await self._answer(say(429, "One at a time", sentence), receive, send)
        else:
            await documents.let_in(self._app, self._scope, receive, over, issued=issued)

    async def _note_refusal(self, session: Session, reason: str) -> None:
        # Anyone can send as often as they like: the record need not hold each time.
        look = (session.digest, "document", reason)
        if not self._desk.looks.recent(*look):
            note, what = self._desk.visit(self._token).note, "document to be checked"
            await patiently(note, Kind.CONSULTATION, what, reason=reason, outcome=Outcome.REFUSED)
            self._desk.looks.written(*look)

    async def _session(self) -> Session | None:
        if not self._token:
            return None
        return await promptly(self._desk.sessions.find, self._token)

    async def _to_stranger(self) -> Response | None:
        """Answer whoever is not signed in; None lets the request pass."""
        mode = self._desk.settings.mode
        if self._path == SIGNED_OUT:
            return say(200, "You are signed out", "Nothing is shown any more.", link=("/", "Open Candour"))
        if mode is Mode.SIGN_IN and self._path == SIGN_IN:
            return self._to_provider()
        if mode is Mode.SIGN_IN and self._path in PROVIDER:
            return None
        if mode is Mode.SINGLE_USER and self._brings_key():
            return self._welcomed(await patiently(self._desk.welcome_owner), "/")
        if mode is Mode.DEMONSTRATION and self._path in self._pages:
            return None
        return self._asked_in()

    async def _to_reader(self, session: Session) -> Response | None:
        if self._path == SIGN_OUT:
            return await self._farewell()
        if self._path in (SIGN_IN, SIGNED_OUT, *PROVIDER) or self._path.startswith(ENTER):
            # Signing in again while signed in begins with the page: a second visit would end the first.
            # A tab of an earlier visit that is sent to the farewell must not end this one either.
            return RedirectResponse("/", 303)
        if self._path in self._pages:
            return await self._page(session)
        if self._path.startswith(EXPORT):
            return crossed() if self._crosses() else None
        if self._path in SERVED or self._path.startswith(ASSETS):
            return None
        return say(404, "There is nothing here", "The address is not one of Candour's.", link=("/", "Go on"))

    async def _page(self, session: Session) -> Response | None:
        needed = self._pages[self._path]
        if needed is None or permitted(session.role, needed):
            await promptly(self._desk.sessions.touch, session)
            return None
        note = self._desk.visit(self._token).note
        reason = f"needs {needed}"
        scope = f"page {self._path}"
        await patiently(note, Kind.CONSULTATION, scope, reason=reason, outcome=Outcome.REFUSED)
        return say(
            403,
            "This page is not for your role",
            f"It shows {needed}, which the role of {session.role} may not see. Nothing of it was opened.",
            link=("/", "Go to your own first page"),
        )

    async def _farewell(self) -> Response:
        if self._crosses():
            return crossed()
        await patiently(self._desk.farewell, self._token)
        response = RedirectResponse(SIGNED_OUT, 303)
        response.raw_headers.append(self._cookie("", seconds=0))
        return response

    def _brings_key(self) -> bool:
        brought = self._path.removeprefix(ENTER).encode()
        return self._path.startswith(ENTER) and secrets.compare_digest(brought, self._desk.key.encode())

    def _crosses(self) -> bool:
        return self._asked.headers.get("sec-fetch-site", "none") not in ("same-origin", "none")

    def _asked_in(self) -> Response:
        mode = self._desk.settings.mode
        if mode is Mode.SIGN_IN:
            query = self._scope["query_string"].decode("latin-1")
            wanted = f"{self._path}?{query}" if query else self._path
            back = quote(sign_in.own_address(wanted, self._pages), safe="")
            return say(
                403,
                "Sign in to Candour",
                "You sign in with your organisation's own account.",
                "This dashboard is for people who oversee the review. What you look at is recorded.",
                link=(f"{SIGN_IN}?to={back}", "Sign in"),
            )
        if mode is Mode.SINGLE_USER:
            return say(
                403,
                "Open Candour from its own window",
                "Use the address that it printed when it was started: that address is the key.",
            )
        return say(403, "Begin at the first page", "A visit begins there.", link=("/", "Open Candour"))

    def _to_provider(self) -> Response:
        wanted = parse_qs(self._scope["query_string"].decode("latin-1")).get("to", ["/"])[0]
        response = RedirectResponse(self._wire.sign_in(), 303)
        back = quote(sign_in.own_address(wanted, self._pages), safe="")
        response.raw_headers.append(self._cookie(back, sign_in.BACK, seconds=600))
        return response

    async def _signed_in(self, receive: Receive) -> Response:
        answered = await sign_in.answer_of(self._app, self._scope, receive)
        claims = self._wire.claims(answered.cookies)
        reader = sign_in.reader_of(claims, self._desk.settings)
        if isinstance(reader, sign_in.Stranger):
            # Anyone can fail to sign in, as often as they like: the record need not hold each time.
            look = ("sign-in", reader.who, reader.why)
            if not self._desk.looks.recent(*look):
                await patiently(self._desk.turn_away, reader.who, "sign-in", reader.why)
                self._desk.looks.written(*look)
            return say(403, "You are not signed in", reader.told, link=AGAIN)
        token = await patiently(self._desk.welcome, reader.who, reader.roles, "sign-in")
        back = unquote(self._asked.cookies.get(sign_in.BACK, ""))
        response = self._welcomed(token, sign_in.own_address(back, self._pages))
        response.raw_headers += [*answered.kept, self._cookie("", sign_in.BACK, seconds=0)]
        return response

    def _welcomed(self, token: str, back: str) -> Response:
        response = RedirectResponse(back, 303)
        response.raw_headers.append(self._cookie(token))
        return response

    def _cookie(self, value: str, name: str = "", *, seconds: int | None = None) -> tuple[bytes, bytes]:
        settings = self._desk.settings
        return cookie(name or settings.cookie, value, secure=settings.secure, seconds=seconds)

    async def _answer(self, response: Response, receive: Receive, send: Send) -> None:
        await response(self._scope, receive, self._protections.over(send))


async def _refuse(response: Response | None, scope: Scope, receive: Receive, send: Send) -> None:
    if response is None or scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": REFUSED})
    else:
        await response(scope, receive, send)


def _excuse(error: Exception) -> Response:
    if isinstance(error, UserError):
        return say(503, "Candour is not ready", "Whoever runs it will find the reason in its log.")
    if isinstance(error, OperationalError):
        return say(
            503,
            "Candour is busy",
            "It may be taking in an extract. Wait a minute, and try again.",
            link=AGAIN,
        )
    return say(500, "This did not work", "Nothing has been changed or lost. Try again.", link=AGAIN)
