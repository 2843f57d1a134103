"""What comes over a websocket is refused before it is kept: by a server of its own, and bytes written by hand."""

import asyncio
import base64
import os
import socket
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress

import pytest
import uvicorn
from websockets.frames import CloseCode

from access.frames import MOST_PARTS, bound_frames
from access.socket import LONGEST

TEXT, BINARY, CONT, CLOSE, PING = 1, 2, 0, 8, 9
MASK = bytes(4)


class Listener:
    """An application that takes every message, and a server that stands before it."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        bound_frames()
        # The names and limits under which Streamlit asks for its websockets.
        config = uvicorn.Config(
            self, port=0, ws="websockets-sansio", ws_max_size=200_000_000, ws_per_message_deflate=True,
            log_level="critical", lifespan="off",
        )  # fmt: skip
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=lambda: asyncio.run(self.server.serve()))
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    async def __call__(self, _scope, receive, send):
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(len(message.get("bytes") or message.get("text")))

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()


@pytest.fixture(scope="module")
def listening() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.stop()


@pytest.fixture
def listener(listening: Listener) -> Listener:
    listening.heard.clear()
    return listening


def header(opcode: int, length: int, *, last: bool = True, packed: bool = False) -> bytes:
    first = (0x80 if last else 0) | (0x40 if packed else 0) | opcode
    if length < 126:
        return struct.pack("!BB", first, 0x80 | length) + MASK
    if length < 1 << 16:
        return struct.pack("!BBH", first, 0x80 | 126, length) + MASK
    return struct.pack("!BBQ", first, 0x80 | 127, length) + MASK


def opened(port: int, *, path: str = "/", extensions: str = "", **headers: str) -> tuple[socket.socket, str]:
    """Open a websocket by hand, and return it with the server's answer."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    asked = {
        "Host": f"127.0.0.1:{port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Extensions": extensions,
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in asked.items() if value)
    connection.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(1)
    return connection, answer.decode()


def closing_code(connection: socket.socket) -> int:
    """Read to the end of a connection that the server closes, and return the code that it gave."""
    said = b""
    with connection:
        while part := connection.recv(4_096):
            said += part
    found = said.rpartition(b"\x88")[2]
    return int.from_bytes(found[1:3], "big")


def push(connection: socket.socket, parts: Iterator[bytes], most: int) -> int:
    """Send parts until the server hangs up, and return how many bytes it took."""
    sent = 0
    with connection, suppress(OSError):
        for part in parts:
            connection.sendall(part)
            sent += len(part)
            if sent >= most:
                break
    return sent


def test_a_frame_is_refused_at_its_header_and_none_of_its_bytes_are_awaited(listener):
    for length in (LONGEST + 1, 100_000_000, 1 << 40):
        for opcode in (TEXT, BINARY):
            connection, _ = opened(listener.port)
            connection.sendall(header(opcode, length))
            assert closing_code(connection) == CloseCode.MESSAGE_TOO_BIG
    assert listener.heard == []


def test_a_message_as_long_as_may_be_is_taken_whole_or_in_parts(listener):
    connection, _ = opened(listener.port)
    connection.sendall(header(BINARY, LONGEST) + bytes(LONGEST))
    half = LONGEST // 2
    connection.sendall(header(BINARY, half, last=False) + bytes(half) + header(CONT, half) + bytes(half))
    connection.sendall(header(CLOSE, 2) + struct.pack("!H", 1000))
    closing_code(connection)
    assert listener.heard == [LONGEST, LONGEST]


def test_the_parts_of_a_message_are_refused_where_together_they_are_too_long(listener):
    connection, _ = opened(listener.port)
    connection.sendall(header(BINARY, LONGEST, last=False) + bytes(LONGEST))
    connection.sendall(header(CONT, 1))
    assert closing_code(connection) == CloseCode.MESSAGE_TOO_BIG
    assert listener.heard == []


@pytest.mark.parametrize("size", [0, 1])
def test_a_message_in_very_many_parts_is_refused(listener, size):
    connection, _ = opened(listener.port)
    connection.sendall(header(BINARY, size, last=False) + bytes(size))
    parts = (header(CONT, size, last=False) + bytes(size)) * MOST_PARTS
    connection.sendall(parts)
    assert closing_code(connection) == CloseCode.MESSAGE_TOO_BIG
    assert listener.heard == []


def test_nothing_packed_is_unpacked(listener):
    connection, answer = opened(listener.port, extensions="permessage-deflate; client_max_window_bits")
    assert "permessage-deflate" not in answer.lower()
    bomb = zlib.compressobj(wbits=-15)
    packed = bomb.compress(bytes(50_000_000)) + bomb.flush(zlib.Z_SYNC_FLUSH)
    connection.sendall(header(BINARY, len(packed), packed=True) + packed)
    assert closing_code(connection) == CloseCode.PROTOCOL_ERROR
    assert listener.heard == []


def test_answers_that_nobody_reads_are_not_gathered(listener):
    connection, _ = opened(listener.port)
    # The kernel takes some megabytes of answers itself.
    pings = (header(PING, 125) + bytes(125)) * 500
    assert push(connection, iter(lambda: pings, None), 100_000_000) < 50_000_000
