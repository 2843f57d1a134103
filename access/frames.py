"""The server's own limits on what comes over a websocket, before any of it is kept."""

from typing import Any

from uvicorn.config import WS_PROTOCOLS, Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import CloseCode, Frame

from access.socket import LONGEST

# Chromium cuts a message into parts of 128 kB. A part of one byte costs the server about a hundred.
MOST_PARTS = 1_024
# Answers to pings that the other side does not read.
MOST_UNREAD = 1_000_000


class BoundedFrames(WebSocketsSansIOProtocol):
    """Uvicorn's websocket, closed at the header of a frame that would make a message too long.

    Streamlit gives Uvicorn one limit (`server.maxMessageSize`) for what comes and for what a page sends.
    """

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any]) -> None:
        config.ws_max_size = LONGEST
        # A few packed bytes could stand for megabytes.
        config.ws_per_message_deflate = False
        super().__init__(config, server_state, app_state)

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
