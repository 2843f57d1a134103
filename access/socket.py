from asyncio import AbstractEventLoop, BaseTransport, Transport
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import WS_PROTOCOLS, Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import CloseCode, Frame

from access.services import Services, promptly
from access.uploads import FILES, Issued, may_send

# What a browser has to say. The rest would empty the caches of every reader, or stop the server.
TAKEN = frozenset({"rerun_script", "stop_script", "app_heartbeat"})
IN_USE = "rerun_script"
# The state of every widget of a page is some kilobytes.
LONGEST = 4_000_000
SIGNED_OUT = "/signed-out"
REFUSED = 4403
# A visit that ends while its reader does nothing is noticed within this many seconds.
WATCH = 10.0
ENDED: Message = {"type": "websocket.disconnect", "code": REFUSED}
PROTOCOLS = b"sec-websocket-protocol"


@dataclass(frozen=True)
class Protocol:
    """How the gate reads and writes what passes between the browser and the framework behind it.

    kind: of a message from the browser, empty if it cannot be read. uploads: the addresses, in a message to
    the browser, to which a document may be sent. leave: the message that sends the browser to an address.
    claims: the provider's, from the cookies that the framework would have set, or None. sign_in: where it
    begins. scripts: digests of the inline scripts of the framework's own page.
    """

    kind: Callable[[bytes], str]
    uploads: Callable[[bytes], tuple[str, ...]]
    leave: Callable[[str], bytes]
    claims: Callable[[Mapping[str, str]], dict[str, object] | None]
    sign_in: Callable[[], str]
    scripts: tuple[str, ...]


class Socket:
    def __init__(
        self,
        services: Services,
        protocol: Protocol,
        token: str,
        receive: Receive,
        send: Send,
        *,
        issued: Issued,
    ) -> None:
        self._services, self._protocol, self._token, self._issued = services, protocol, token, issued
        self._receive, self._send = receive, send
        self._asked_where = 0
        self._left = False
        self._waiting: anyio.CancelScope | None = None

    async def serve(self, application: ASGIApp, scope: Scope) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch)
            await application(unresumed(scope), self._taken, self._sent)
            tasks.cancel_scope.cancel()

    async def _taken(self) -> Message:
        while True:
            message = await self._next()
            if message["type"] != "websocket.receive":
                return message
            session = await promptly(self._services.sessions.find, self._token)
            if session is None:
                await self._leave()
                return ENDED
            content = message.get("bytes") or b""
            kind = self._protocol.kind(content) if len(content) <= LONGEST else ""
            if kind == IN_USE:
                await promptly(self._services.sessions.touch, session)
            asks = kind == FILES and may_send(session.role)
            self._asked_where += asks
            if asks or kind in TAKEN:
                return message

    async def _next(self) -> Message:
        if not self._left:
            with anyio.CancelScope() as self._waiting:
                message = await self._receive()
                return ENDED if self._left else message
        return ENDED

    async def _sent(self, message: Message) -> None:
        if self._left:
            return
        # Reading each message would cost more than all else here: only one that was asked for is read.
        if self._asked_where and (places := self._protocol.uploads(message.get("bytes") or b"")):
            self._asked_where -= 1
            self._issued.add(places)
        await self._send(message)

    async def _watch(self) -> None:
        sessions = self._services.sessions
        while (session := await promptly(sessions.find, self._token)) is not None:
            await anyio.sleep(min(WATCH, max(0.5, sessions.left(session))))
        await self._leave()

    async def _leave(self) -> None:
        if self._left:
            return
        self._left = True
        if self._waiting is not None:
            self._waiting.cancel()
        # The browser may have gone in this moment, or not have come in yet: there is nobody to tell then.
        with suppress(OSError, RuntimeError):
            await self._send({"type": "websocket.send", "bytes": self._protocol.leave(SIGNED_OUT)})
            await self._send({"type": "websocket.close", "code": REFUSED})


def unresumed(scope: Scope) -> Scope:
    """Return the scope without the third of the protocols that a browser offers.

    The framework takes it for the id of an earlier session of pages, and asks nobody whose it was.
    """
    headers = [
        (name, b",".join(value.split(b",")[:2]) if name == PROTOCOLS else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers, "subprotocols": list(scope.get("subprotocols", ()))[:2]}


# Chromium cuts a message into parts of 128 kB. A part of one byte costs the server about a hundred.
MOST_PARTS = 1_024
# Answers to pings that the other side does not read.
MOST_UNREAD = 1_000_000
GATHERED = 0.002  # seconds for which frames are gathered before they are written
# Bytes: more is written at once, so that the transport sees what the browser does not take.
MOST_GATHERED = 65_536


class Gathering:
    """A transport that writes what comes within a moment together: at every write the server's thread lets
    the runs of the pages go on, and waits until its next turn."""

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._waiting = bytearray()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # all that a transport can do
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if data and not self._waiting:
            self._loop.call_later(GATHERED, self._write)
        self._waiting += data
        if len(self._waiting) > MOST_GATHERED:
            self._write()

    def close(self) -> None:
        self._write()
        self._transport.close()

    def _write(self) -> None:
        if waiting := bytes(self._waiting):
            self._waiting.clear()
            self._transport.write(waiting)


class BoundedFrames(WebSocketsSansIOProtocol):
    """Uvicorn's websocket, closed at the header of a frame that would make a message too long.

    Streamlit has one limit (`server.maxMessageSize`) for what comes and for what a page sends.
    """

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any]) -> None:
        config.ws_max_size = LONGEST
        # A few packed bytes could stand for megabytes.
        config.ws_per_message_deflate = False
        super().__init__(config, server_state, app_state)

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.transport = cast("Transport", Gathering(self.transport, self.loop))

    def handle_cont(self, event: Frame) -> None:
        if self.close_sent:
            return
        if len(self.frames) < MOST_PARTS:
            super().handle_cont(event)
        else:
            self.frames = []
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, f"more than {MOST_PARTS} parts")
            self.handle_parser_exception()

    def handle_ping(self) -> None:
        if self.transport.get_write_buffer_size() > MOST_UNREAD:
            self.transport.abort()
        else:
            super().handle_ping()


def bound_frames() -> None:
    place = f"{BoundedFrames.__module__}:{BoundedFrames.__name__}"
    WS_PROTOCOLS.update(dict.fromkeys([name for name in WS_PROTOCOLS if name != "none"], place))
