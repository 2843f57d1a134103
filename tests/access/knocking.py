"""A gate with a stub behind it, and somebody who knocks: plain ASGI, no server and no framework."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from access.gate import Gate
from access.roles import Permission
from access.services import Services
from access.socket import Protocol

PAGES = {
    "/": None,
    "/failures": Permission.FIGURES,
    "/data": Permission.LOADS,
    "/record": Permission.RECORD,
}
BEHIND = b"behind the gate"


def stub_wire(claims=lambda cookies: None) -> Protocol:
    """A framework whose messages are their own names."""
    return Protocol(
        kind=lambda message: message.decode("ascii", "ignore"),
        uploads=lambda message: tuple(message.decode().split()[1:]) if message.startswith(b"send") else (),
        leave=lambda address: f"leave {address}".encode(),
        claims=claims,
        sign_in=lambda: "/auth/login?provider=x",
        scripts=("sha256-x",),
    )


def finished(work: Coroutine):
    """Run to the end in a thread of its own: a browser under test keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@dataclass
class Behind:
    """What stands behind the gate, and what reached it."""

    paths: list[str] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    headers: list[tuple[bytes, bytes]] = field(default_factory=lambda: [(b"cache-control", b"public")])
    status: int = 200
    error: Exception | None = None
    offered: list[bytes] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    after: Callable[[], object] = lambda: None

    async def __call__(self, scope, receive, send):
        if self.error is not None:
            raise self.error
        if scope["type"] == "websocket":
            await self._listen(scope, receive, send)
            return
        self.paths.append(scope["path"])
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": BEHIND})

    async def _listen(self, scope, receive, send):
        self.paths.append(scope["path"])
        self.offered = [value for name, value in scope["headers"] if name == b"sec-websocket-protocol"]
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(message["bytes"])
            wanted = message["bytes"] == b"file_urls_request"
            said = " ".join(["send", *self.uploads]) if wanted else "figures"
            await send({"type": "websocket.send", "bytes": said.encode()})
        # A page that is still being drawn when its reader has left sends into the void.
        await send({"type": "websocket.send", "bytes": b"late figures"})


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: str

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    @property
    def cookies(self) -> dict[str, str]:
        found = [value for key, value in self.headers if key == "set-cookie"]
        return dict(each.split(";")[0].split("=", 1) for each in found)


@dataclass
class Knocker:
    """Somebody at one gate."""

    desk: Callable[[], Services]
    behind: Behind = field(default_factory=Behind)
    wire: Protocol = field(default_factory=stub_wire)
    host: str = "127.0.0.1:8501"
    client: tuple[str, int] | None = ("127.0.0.1", 50_000)
    pages: Mapping[str, Permission | None] = field(default_factory=lambda: PAGES)

    gates: list[tuple[tuple, Gate]] = field(default_factory=list)

    @property
    def gate(self) -> Gate:
        """One gate for all that is asked, as long as it is told the same."""
        parts = (self.behind, self.desk, self.pages, self.wire)
        if not self.gates or any(a is not b for a, b in zip(self.gates[-1][0], parts, strict=True)):
            self.gates.append((parts, Gate(*parts)))
        return self.gates[-1][1]

    def ask(self, place: str, *, method: str = "GET", cookie: str = "", **headers: str) -> Answer:
        return finished(self.asking(place, method=method, cookie=cookie, **headers))

    async def asking(self, place: str, *, method: str = "GET", cookie: str = "", **headers: str) -> Answer:
        sent = []

        async def receive():
            return {"type": "http.request", "body": b""}

        async def send(message):
            sent.append(message)

        await self.gate(self._scope("http", place, cookie, headers) | {"method": method}, receive, send)
        start, *rest = sent
        body = b"".join(each.get("body", b"") for each in rest)
        told = [(name.decode().lower(), value.decode("latin-1")) for name, value in start["headers"]]
        return Answer(start["status"], told, body.decode())

    def listen(self, *messages: bytes | str | Callable, cookie: str = "", place="/_stcore/stream", **headers):
        """Open a websocket, say each message (or do it, where it is a call), and return what was heard."""
        return finished(self.listening(*messages, cookie=cookie, place=place, **headers))

    async def listening(self, *messages, cookie: str = "", place="/_stcore/stream", **headers):
        waiting, sent = list(messages), []
        browser_gone = asyncio.Event()
        first = True

        async def receive():
            nonlocal first
            if first:
                first = False
                return {"type": "websocket.connect"}
            while waiting:
                said = waiting.pop(0)
                if callable(said):
                    done = said()
                    if isinstance(done, Awaitable):
                        await done
                    continue
                kind = "text" if isinstance(said, str) else "bytes"
                return {"type": "websocket.receive", kind: said}
            browser_gone.set()
            return {"type": "websocket.disconnect", "code": 1001}

        async def send(message):
            sent.append(message)

        headers = {"origin": f"http://{self.host}"} | headers
        scope = self._scope("websocket", place, cookie, {k: v for k, v in headers.items() if v})
        async with asyncio.timeout(20):
            await self.gate(scope, receive, send)
        return sent

    def _scope(self, kind: str, place: str, cookie: str, headers: dict[str, str]):
        path, _, query = place.partition("?")
        told = {"host": self.host} | ({"cookie": cookie} if cookie else {})
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        return {
            "type": kind,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in told.items()],
            "client": self.client,
            "subprotocols": [],
            "scheme": "http",
            "server": ("127.0.0.1", 8501),
        }
