"""An ASGI middleware: nothing runs or leaves for anyone whom the server does not know.

What is not named here is closed.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from threading import Semaphore
from urllib.parse import parse_qs, quote, unquote

from sqlalchemy.exc import OperationalError
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access import sign_in, uploads
from access.extracts import SEND, Sending
from access.responses import Protections, cookie, crossed, say
from access.roles import Permission, permitted
from access.services import Services, patiently, promptly
from access.sessions import Session
from access.settings import Mode, loopback
from access.socket import REFUSED, SIGNED_OUT, Protocol, Socket
from data.errors import UserError
from data.record import Kind, Outcome

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
MOST_EXTRACTS = 2  # that come at once
# What a proxy says of whom it speaks for: whoever is spoken for is not on this machine.
PROXIED = ("forwarded", "via", "x-real-ip", "x-client-ip", "x-forwarded-")

_log = logging.getLogger("candour")


class Gate:
    def __init__(
        self,
        app: ASGIApp,
        services: Callable[[], Services],
        pages: Mapping[str, Permission | None],
        protocol: Protocol,
    ) -> None:
        self.app = app
        self.pages = pages
        self.protocol = protocol
        self.documents = uploads.Uploads()
        self.extracts = Semaphore(MOST_EXTRACTS)
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            if scope["type"] == "http" and scope["path"] == HEALTH:
                await PlainTextResponse("ok\n")(scope, receive, Protections().over(noticed))
            else:
                services = await promptly(self._services)
                await _Passage(self, services, scope).go(receive, noticed)
        except Exception as error:
            # No more of the address than its first part: the rest may be a key, or end a line of the log.
            _log.exception("The gate could not let %r pass.", scope["path"].split("/")[1][:40])
            if begun:
                raise
            await _refuse(_excuse(error), scope, receive, Protections().over(send))


class _Passage:
    def __init__(self, gate: Gate, services: Services, scope: Scope) -> None:
        self._gate = gate
        self._services = services
        self._settings = services.settings
        self._scope = scope
        self._request = HTTPConnection(scope)
        self._path: str = scope["path"]
        self._token = self._request.cookies.get(services.settings.cookie, "")
        self._host = self._request.headers.get("host", "")
        host = services.settings.host or self._host
        self._protections = Protections(gate.protocol.scripts, host, services.settings.secure)

    async def go(self, receive: Receive, send: Send) -> None:
        if not self._from_here():
            response = say(403, "Not from here", "This dashboard does not answer to the address you came by.")
            await _refuse(response, self._scope, receive, Protections().over(send))
        elif self._scope["type"] == "websocket":
            await self._socket(receive, send)
        elif (response := await self._respond(receive, send)) is not None:
            await response(self._scope, receive, self._protections.over(send))

    @property
    def _origin(self) -> str:
        return self._settings.address or f"http://{self._host}"

    def _from_here(self) -> bool:
        if self._settings.mode is Mode.SIGN_IN:
            return self._host == self._settings.host
        address, _ = self._scope.get("client") or ("", 0)
        client = f"[{address}]" if ":" in address else address
        proxied = any(name.startswith(PROXIED) for name in self._request.headers)
        return loopback(self._host) and loopback(client) and not proxied

    async def _socket(self, receive: Receive, send: Send) -> None:
        ours = self._path == SOCKET and self._request.headers.get("origin") == self._origin
        session = await self._session() if ours else None
        issued = session and self._gate.documents.opened(session.digest)
        if issued is None:
            await _refuse(None, self._scope, receive, send)
            return
        try:
            channel = (receive, send)
            socket = Socket(self._services, self._gate.protocol, self._token, *channel, issued=issued)
            await socket.serve(self._gate.app, self._scope)
        finally:
            await self._gate.documents.closed(issued, self._gate.app)

    async def _respond(self, receive: Receive, send: Send) -> Response | None:
        """Let the request pass; otherwise return the response to it."""
        if uploads.sends(self._scope["method"], self._path):
            return await self._document(receive, send)
        if self._scope["method"] == "POST" and self._path == SEND:
            return await self._extract(receive)
        if self._scope["method"] not in ("GET", "HEAD"):
            return say(405, "Not taken", "Nothing can be sent here.")
        session = await self._session()
        response = await (self._to_stranger() if session is None else self._to_reader(session))
        if response is not None:
            return response
        if self._path == CALLBACK:
            return await self._signed_in(receive)
        added: list[tuple[bytes, bytes]] = []
        if session is None and self._path in self._gate.pages:
            added.append(self._cookie(await patiently(self._services.welcome_unknown)))
        lasting = self._path.startswith(ASSETS)
        await self._gate.app(self._scope, receive, self._protections.over(send, *added, lasting=lasting))
        return None

    async def _document(self, receive: Receive, send: Send) -> Response | None:
        session = await self._session()
        if session is None:
            return self._invitation()
        if not uploads.own(self._request, self._origin):
            return crossed()
        issued = self._gate.documents.issued(self._path, session.digest)
        if issued is None or not uploads.may_send(session.role):
            return await self._not_theirs(session)
        if status := uploads.too_much(self._request):
            sentence = "A statement to be checked is far smaller: paste its words instead."
            return say(status, "Too large", sentence)
        app, scope, over = self._gate.app, self._scope, self._protections.over(send)
        if scope["method"] == "DELETE":
            await self._gate.documents.give_back(app, scope, receive, over)
        elif self._gate.documents.busy(session.digest):
            sentence = "Wait until the documents that you sent have come, and send this one again."
            return say(429, "One at a time", sentence)
        else:
            await self._gate.documents.let_in(app, scope, receive, over, issued=issued)
        return None

    async def _extract(self, receive: Receive) -> Response:
        session = await self._session()
        if session is None:
            return self._invitation()
        if not uploads.own(self._request, self._origin):
            return crossed()
        sending = await self._sending(session)
        if isinstance(sending, Response):
            return sending
        if not self._gate.extracts.acquire(blocking=False):
            return say(429, "One at a time", "Other files are coming. Wait a minute, and send it again.")
        try:
            return await sending.take(self._scope, receive)
        finally:
            self._gate.extracts.release()

    async def _form(self, session: Session) -> Response:
        sending = await self._sending(session)
        return sending if isinstance(sending, Response) else sending.form()

    async def _sending(self, session: Session) -> Sending | Response:
        """Return what takes a file, or why this visit may not send one."""
        needed, spool = Permission.SEND_EXTRACTS, self._services.spool
        if spool is None:
            return say(404, "No inbox", "Nobody has set up an inbox for this review.", link=("/", "Go on"))
        if not permitted(session.role, needed):
            note = partial(self._note_refusal, "a file to load", f"needs {needed}")
            await patiently(self._services.recent.once, (session.digest, SEND), note)
            return say(403, "This is not for your role", "Data stewards send extracts.", link=("/", "Go on"))
        return Sending(self._services, self._token, spool)

    async def _not_theirs(self, session: Session) -> Response:
        given = uploads.may_send(session.role)
        reason = "an address that was not given to this visit" if given else f"needs {Permission.RELEASES}"
        # Anyone can send, or fail to sign in, as often as they like: the record need not hold each time.
        note = partial(self._note_refusal, "document to be checked", reason)
        await patiently(self._services.recent.once, (session.digest, "document", reason), note)
        return say(403, "Not taken", "Open the page again, and choose the document there.")

    def _note_refusal(self, what: str, reason: str) -> None:
        visit = self._services.visit(self._token)
        visit.note(Kind.CONSULTATION, what, reason=reason, outcome=Outcome.REFUSED)

    async def _session(self) -> Session | None:
        return await promptly(self._services.sessions.find, self._token) if self._token else None

    async def _to_stranger(self) -> Response | None:
        """Return None to let a request pass of somebody who is not signed in."""
        mode = self._settings.mode
        if self._path == SIGNED_OUT:
            return say(200, "You are signed out", "Nothing is shown any more.", link=("/", "Open Candour"))
        if mode is Mode.SIGN_IN and self._path == SIGN_IN:
            wanted = parse_qs(self._scope["query_string"].decode("latin-1")).get("to", ["/"])[0]
            back = self._cookie(self._quoted(wanted), sign_in.BACK, seconds=600)
            return self._sent_on(self._gate.protocol.sign_in(), back)
        if mode is Mode.SINGLE_USER and self._brings_key():
            return self._sent_on("/", self._cookie(await patiently(self._services.welcome_owner)))
        to_provider = mode is Mode.SIGN_IN and self._path in PROVIDER
        to_page = mode is Mode.DEMONSTRATION and self._path in self._gate.pages
        return None if to_provider or to_page else self._invitation()

    async def _to_reader(self, session: Session) -> Response | None:
        if self._path == SIGN_OUT:
            return await self._farewell()
        if self._path in (SIGN_IN, SIGNED_OUT, *PROVIDER) or self._path.startswith(ENTER):
            # Signing in again while signed in begins with the page: a second visit would end the first.
            # A tab of an earlier visit that is sent to the farewell must not end this one either.
            return RedirectResponse("/", 303)
        if self._path in self._gate.pages or self._path == SEND:
            return await (self._form(session) if self._path == SEND else self._page(session))
        if self._path.startswith(EXPORT):
            return crossed() if self._crosses() else None
        if self._path in SERVED or self._path.startswith(ASSETS):
            return None
        return say(404, "There is nothing here", "The address is not one of Candour's.", link=("/", "Go on"))

    async def _page(self, session: Session) -> Response | None:
        needed = self._gate.pages[self._path]
        if needed is None or permitted(session.role, needed):
            await promptly(self._services.sessions.touch, session)
            return None
        await patiently(self._note_refusal, f"page {self._path}", f"needs {needed}")
        return say(
            403,
            "This page is not for your role",
            f"It shows {needed}, which the role of {session.role} may not see. Nothing of it was opened.",
            link=("/", "Go to your own first page"),
        )

    async def _farewell(self) -> Response:
        if self._crosses():
            return crossed()
        await patiently(self._services.farewell, self._token)
        return self._sent_on(SIGNED_OUT, self._cookie("", seconds=0))

    def _brings_key(self) -> bool:
        brought = self._path.removeprefix(ENTER).encode()
        return self._path.startswith(ENTER) and secrets.compare_digest(brought, self._services.key.encode())

    def _crosses(self) -> bool:
        return self._request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none")

    def _invitation(self) -> Response:
        if self._settings.mode is Mode.SIGN_IN:
            query = self._scope["query_string"].decode("latin-1")
            back = self._quoted(f"{self._path}?{query}" if query else self._path)
            return say(
                403,
                "Sign in to Candour",
                "You sign in with your organisation's own account.",
                "This dashboard is for people who oversee the review. What you look at is recorded.",
                link=(f"{SIGN_IN}?to={back}", "Sign in"),
            )
        if self._settings.mode is Mode.SINGLE_USER:
            sentence = "Use the address that it printed when it was started: that address is the key."
            return say(403, "Open Candour from its own window", sentence)
        return say(403, "Begin at the first page", "A visit begins there.", link=("/", "Open Candour"))

    def _quoted(self, wanted: str) -> str:
        return quote(sign_in.own_address(wanted, self._gate.pages), safe="")

    async def _signed_in(self, receive: Receive) -> Response:
        identity, cookies = await sign_in.cookies_of(self._gate.app, self._scope, receive)
        reader = sign_in.reader_of(self._gate.protocol.claims(identity), self._settings)
        if isinstance(reader, sign_in.Stranger):
            turn_away = partial(self._services.turn_away, reader.who, "sign-in", reader.why)
            await patiently(self._services.recent.once, ("sign-in", reader.who, reader.why), turn_away)
            return say(403, "You are not signed in", reader.sentence, link=AGAIN)
        token = await patiently(self._services.welcome, reader.who, reader.roles, "sign-in")
        back = sign_in.own_address(unquote(self._request.cookies.get(sign_in.BACK, "")), self._gate.pages)
        response = self._sent_on(back, self._cookie(token))
        response.raw_headers += [*cookies, self._cookie("", sign_in.BACK, seconds=0)]
        return response

    def _sent_on(self, address: str, cookie: tuple[bytes, bytes]) -> Response:
        response = RedirectResponse(address, 303)
        response.raw_headers.append(cookie)
        return response

    def _cookie(self, value: str, name: str = "", *, seconds: int | None = None) -> tuple[bytes, bytes]:
        return cookie(name or self._settings.cookie, value, secure=self._settings.secure, seconds=seconds)


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
        sentence = "It may be taking in an extract. Wait a minute, and try again."
        return say(503, "Candour is busy", sentence, link=AGAIN)
    return say(500, "This did not work", "Nothing has been changed or lost. Try again.", link=AGAIN)
