"""The websocket under guard: every message of the browser meets the server's own record of the visit."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import anyio
from anyio import to_thread

from access.desk import Desk
from access.wire import Wire

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# What a browser has to say. The rest would empty the caches of every reader, or stop the server.
TAKEN = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
IN_USE = "rerun_script"
SIGNED_OUT = "/signed-out"
REFUSED = 4403
# A visit that ends while its reader does nothing is noticed within this many seconds.
WATCH = 10.0


class Socket:
    """One websocket of one visit."""

    def __init__(self, desk: Desk, wire: Wire, token: str, receive: Receive, send: Send) -> None:
        """Stand between the browser (`receive`, `send`) and the pages."""
        self._desk = desk
        self._wire = wire
        self._token = token
        self._receive = receive
        self._send = send
        self._left = False

    async def serve(self, application: Application, scope: MutableMapping[str, Any]) -> None:
        """Serve the pages over it until either side leaves or the visit ends."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch)
            await application(scope, self._taken, self._sent)
            tasks.cancel_scope.cancel()

    async def _taken(self) -> Message:
        """Return the next message that a browser may send, or the end of the visit."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            session = await to_thread.run_sync(self._desk.sessions.find, self._token)
            if session is None:
                await self._leave()
                return {"type": "websocket.disconnect", "code": REFUSED}
            kind = self._wire.kind(message.get("bytes") or b"")
            if kind == IN_USE:
                await to_thread.run_sync(self._desk.sessions.touch, session)
            if kind in TAKEN:
                return message

    async def _sent(self, message: Message) -> None:
        if not self._left:
            await self._send(message)

    async def _watch(self) -> None:
        """Take the figures off the screen of a visit that has run out or was ended in another tab."""
        while (session := await to_thread.run_sync(self._desk.sessions.find, self._token)) is not None:
            await anyio.sleep(min(WATCH, max(0.5, session.ends_at - time.time())))
        await self._leave()

    async def _leave(self) -> None:
        if self._left:
            return
        self._left = True
        await self._send({"type": "websocket.send", "bytes": self._wire.leave(SIGNED_OUT)})
        await self._send({"type": "websocket.close", "code": REFUSED})
