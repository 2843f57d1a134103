"""The gate: nothing behind it runs, and nothing leaves, for anyone whom the server does not know.

An ASGI middleware in front of everything that the dashboard serves. What is not named here is closed.
"""

import logging
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, quote, urlsplit

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access import headers, signing
from access.audit import Kind, Outcome
from access.desk import Desk
from access.notices import notice
from access.roles import Permission, permitted
from access.sessions import Session
from access.settings import Mode, loopback
from access.socket import SIGNED_OUT, Socket
from access.wire import Wire
from data.faults import Fault

HEALTH = "/healthz"
SIGN_IN = "/sign-in"
SIGN_OUT = "/auth/logout"
PROVIDER = ("/auth/login", "/oauth2callback")
EXPORT = "/export/"
SOCKET = "/_stcore/stream"
ASSETS = ("/static/", "/favicon.png", "/manifest.json")
SERVED = ("/_stcore/health", "/_stcore/host-config")

_log = logging.getLogger("candour")


class Gate:
    """Who may pass, by the server's own record of the visit."""

    def __init__(
        self,
        app: ASGIApp,
        desk: Callable[[], Desk],
        pages: Mapping[str, Permission | None],
        wire: Wire,
    ) -> None:
        """Stand in front of `app`; `pages` are the addresses of pages, and what each needs."""
        self._app = app
        self._desk = desk
        self._pages = pages
        self._wire = wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let pass."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == HEALTH:
            await PlainTextResponse("ok\n")(scope, receive, send)
            return
        try:
            desk = await to_thread.run_sync(self._desk)
        except Fault as fault:
            _log.error("%s", fault)
            await _say(503, "Candour is not ready", "Whoever runs it will find the reason in its log.")(
                scope, receive, send
            )
            return
        await _Passage(self._app, desk, self._pages, self._wire, HTTPConnection(scope)).go(receive, send)


class _Passage:
    """One request or websocket on its way through the gate."""

    def __init__(
        self,
        app: ASGIApp,
        desk: Desk,
        pages: Mapping[str, Permission | None],
        wire: Wire,
        asked: HTTPConnection,
    ) -> None:
        self._app = app
        self._desk = desk
        self._pages = pages
        self._wire = wire
        self._asked = asked
        self._scope = asked.scope
        self._path: str = asked.scope["path"]
        self._token = asked.cookies.get(desk.settings.cookie, "")
        self._host = asked.headers.get("host", "")

    async def go(self, receive: Receive, send: Send) -> None:
        if (stranger := self._stranger()) is not None:
            await self._answer(stranger, receive, send)
        elif self._scope["type"] == "websocket":
            await self._socket(receive, send)
        else:
            await self._request(receive, send)

    def _stranger(self) -> Response | None:
        """Refuse who comes by another name than this server's, or from outside where there is no sign-in."""
        settings = self._desk.settings
        if settings.mode is Mode.SIGN_IN:
            known = self._host == settings.host
        else:
            client = self._scope.get("client") or ("", 0)
            proxied = {"forwarded", "x-forwarded-for", "x-real-ip"} & set(self._asked.headers)
            known = loopback(self._host) and loopback(client[0]) and not proxied
        if known:
            return None
        return _say(403, "Not from here", "This dashboard does not answer to the address you came by.")

    async def _socket(self, receive: Receive, send: Send) -> None:
        origin = urlsplit(self._asked.headers.get("origin", ""))
        session = await self._session()
        if session is None or self._path != SOCKET or origin.netloc != self._host:
            # Closed before it was opened: the browser is told 403.
            await receive()
            await send({"type": "websocket.close", "code": 4403})
            return
        socket = Socket(self._desk, self._wire, self._token, receive, send)
        await socket.serve(self._app, self._scope)

    async def _request(self, receive: Receive, send: Send) -> None:
        if self._scope["method"] not in ("GET", "HEAD"):
            await self._answer(_say(405, "Not taken", "Nothing can be sent here."), receive, send)
            return
        session = await self._session()
        answer = await (self._to_stranger() if session is None else self._to_reader(session))
        if answer is not None:
            await self._answer(answer, receive, send)
        elif self._path == "/oauth2callback":
            await self._answer(await self._signed_in(receive), receive, send)
        elif session is None and self._path in self._pages:
            token = await to_thread.run_sync(self._desk.welcome_unknown)
            await self._app(self._scope, receive, self._protected(send, self._cookie(token)))
        else:
            await self._app(self._scope, receive, self._protected(send))

    async def _session(self) -> Session | None:
        if not self._token:
            return None
        return await to_thread.run_sync(self._desk.sessions.find, self._token)

    async def _to_stranger(self) -> Response | None:
        """Answer whoever is not signed in; None lets the request pass."""
        mode = self._desk.settings.mode
        if self._path == SIGNED_OUT:
            return _say(200, "You are signed out", "Nothing is shown any more.", link=("/", "Open Candour"))
        if mode is Mode.SIGN_IN and self._path == SIGN_IN:
            return self._to_provider()
        if mode is Mode.SIGN_IN and self._path in PROVIDER:
            return None
        if mode is Mode.SINGLE_USER and self._path == f"/enter/{self._desk.key}":
            token = await to_thread.run_sync(self._desk.welcome_owner)
            return self._welcomed(token, "/")
        if mode is Mode.DEMONSTRATION and self._path in self._pages:
            return None
        return self._asked_in()

    async def _to_reader(self, session: Session) -> Response | None:
        """Answer a reader; None lets the request pass."""
        if self._path in (SIGN_OUT, SIGNED_OUT):
            return await self._farewell()
        if self._path in (SIGN_IN, *PROVIDER) or self._path.startswith("/enter/"):
            # Signing in again while signed in begins with the page: a second visit would end the first.
            return RedirectResponse("/", 303)
        if self._path in self._pages:
            return await self._page(session)
        if self._path.startswith(EXPORT):
            return _crossed() if self._crosses() else None
        if self._path in SERVED or self._path.startswith(ASSETS):
            return None
        return _say(404, "There is nothing here", "The address is not one of Candour's.", link=("/", "Go on"))

    async def _page(self, session: Session) -> Response | None:
        needed = self._pages[self._path]
        if needed is None or permitted(session.role, needed):
            await to_thread.run_sync(self._desk.sessions.touch, session)
            return None
        visit = self._desk.visit(self._token)
        await to_thread.run_sync(
            lambda: visit.note(
                Kind.CONSULTATION, f"page {self._path}", reason=f"needs {needed}", outcome=Outcome.REFUSED
            )
        )
        return _say(
            403,
            "This page is not for your role",
            f"It shows {needed}, which a {session.role} may not see. Nothing of it was opened.",
            link=("/", "Go to your own first page"),
        )

    async def _farewell(self) -> Response:
        if self._crosses():
            return _crossed()
        await to_thread.run_sync(self._desk.farewell, self._token)
        response = RedirectResponse(SIGNED_OUT, 303)
        response.raw_headers.append(
            headers.cookie(self._desk.settings.cookie, "", secure=self._desk.settings.secure, seconds=0)
        )
        return response

    def _crosses(self) -> bool:
        """Whether another site sent the browser here: it may open pages, but end or fetch nothing."""
        return self._asked.headers.get("sec-fetch-site", "same-origin") == "cross-site"

    def _asked_in(self) -> Response:
        """Say 403 to whoever is not known, with the way in."""
        mode = self._desk.settings.mode
        if mode is Mode.SIGN_IN:
            query = f"?{self._asked.url.query}" if self._asked.url.query else ""
            back = quote(self._path + query if self._path in self._pages else "/", safe="")
            return _say(
                403,
                "Sign in to Candour",
                "This dashboard is for people who oversee the review. What you look at is recorded.",
                link=(f"{SIGN_IN}?to={back}", "Sign in"),
            )
        if mode is Mode.SINGLE_USER:
            return _say(
                403,
                "Open Candour from its own window",
                "Use the address that it printed when it was started: that address is the key.",
            )
        return _say(403, "Begin at the first page", "A visit begins there.", link=("/", "Open Candour"))

    def _to_provider(self) -> Response:
        wanted = parse_qs(self._asked.url.query).get("to", ["/"])[0]
        response = RedirectResponse(self._wire.sign_in(), 303)
        back = quote(signing.own_address(wanted, self._pages), safe="")
        response.raw_headers.append(
            headers.cookie(signing.BACK, back, secure=self._desk.settings.secure, seconds=600)
        )
        return response

    async def _signed_in(self, receive: Receive) -> Response:
        """Let the framework finish with the provider, and begin the visit in its place."""
        answered = await signing.answer_of(self._app, self._scope, receive)
        claims = self._wire.claims(answered.cookies)
        reader = signing.reader_of(claims, self._desk.settings)
        if isinstance(reader, signing.Stranger):
            await to_thread.run_sync(self._desk.turn_away, reader.who, "sign-in", reader.why)
            return _say(403, "You are not signed in", reader.told, link=("/", "Try again"))
        token = await to_thread.run_sync(self._desk.welcome, reader.who, reader.roles, "sign-in")
        back = signing.own_address(self._asked.cookies.get(signing.BACK, "/"), self._pages)
        response = self._welcomed(token, back)
        response.raw_headers += answered.kept
        response.raw_headers.append(
            headers.cookie(signing.BACK, "", secure=self._desk.settings.secure, seconds=0)
        )
        return response

    def _welcomed(self, token: str, back: str) -> Response:
        response = RedirectResponse(back, 303)
        response.raw_headers.append(self._cookie(token))
        return response

    def _cookie(self, token: str) -> tuple[bytes, bytes]:
        settings = self._desk.settings
        return headers.cookie(settings.cookie, token, secure=settings.secure)

    async def _answer(self, response: Response, receive: Receive, send: Send) -> None:
        if self._scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403})
            return
        await response(self._scope, receive, self._protected(send))

    def _protected(self, send: Send, *more: tuple[bytes, bytes]) -> Send:
        """Send with the protections of every answer."""
        settings = self._desk.settings
        lasting = self._path.startswith(ASSETS)
        added = headers.protections(
            settings.host or self._host, self._wire.scripts, secure=settings.secure, lasting=lasting
        )

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [*message.get("headers", ()), *more]
                message = {**message, "headers": headers.secured(own, added, secure=settings.secure)}
            await send(message)

        return sent


def _crossed() -> Response:
    return _say(403, "Not from another site", "Open Candour itself, and do this there.", link=("/", "Open"))


def _say(status: int, title: str, *sentences: str, link: tuple[str, str] | None = None) -> Response:
    return Response(notice(title, *sentences, link=link), status, media_type="text/html; charset=utf-8")
