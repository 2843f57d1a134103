"""The websocket under guard: who may open one, what may be said over it, and how it ends."""

import asyncio
import base64
import os
import socket as network
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress

import pytest
import uvicorn
from websockets.frames import CloseCode

from access import socket, uploads
from access.roles import Role
from access.services import Services
from access.socket import GATHERED, LONGEST, MOST_GATHERED, MOST_PARTS, Gathering, bound_frames
from access.uploads import Issued
from tests.access.knocking import finished, stub_wire

FIGURES = b"figures"
LEAVE = b"leave /signed-out"


def signed_in(desk: Services) -> tuple[str, str]:
    token = desk.welcome("amina", (Role.ANALYST,), "test")
    return token, f"{desk.settings.cookie}={token}"


def heard(sent: list[dict]) -> list[bytes]:
    return [each["bytes"] for each in sent if each["type"] == "websocket.send"]


def refused(sent: list[dict]) -> bool:
    return [(each["type"], each.get("code")) for each in sent] == [("websocket.close", socket.REFUSED)]


@pytest.fixture
def knocker(knocker):
    """Somebody at the gate, whose browser comes by https."""
    listen, listening = knocker.listen, knocker.listening
    own = "https://candour.example"
    knocker.listen = lambda *said, **more: listen(*said, **{"origin": own} | more)
    knocker.listening = lambda *said, **more: listening(*said, **{"origin": own} | more)
    return knocker


def test_a_reader_speaks_with_the_pages(knocker, desk):
    sent = knocker.listen(b"rerun_script", b"app_heartbeat", cookie=signed_in(desk)[1])
    assert heard(sent)[:2] == [FIGURES, FIGURES]
    assert knocker.behind.heard == [b"rerun_script", b"app_heartbeat"]


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://candour.example",
        "https://evil.example",
        "https://candour.example.evil.example",
        "https://candour.example:8443",
        "https://evil@candour.example",
        "candour.example",
        "https://[",
    ],
)
def test_no_websocket_opens_from_another_place_or_from_nowhere(knocker, desk, origin):
    sent = knocker.listen(b"rerun_script", cookie=signed_in(desk)[1], origin=origin)
    assert refused(sent)
    assert knocker.behind.paths == []


@pytest.mark.parametrize(
    "origin", ["", "https://127.0.0.1:8501", "http://localhost:8501", "http://127.0.0.1"]
)
def test_no_websocket_opens_from_another_place_of_this_machine(visitor, origin):
    cookie = f"candour={visitor.ask('/').cookies['candour']}"
    assert heard(visitor.listen(b"rerun_script", cookie=cookie))[0] == FIGURES
    assert refused(visitor.listen(b"rerun_script", cookie=cookie, origin=origin))


def test_no_websocket_opens_without_a_visit(knocker, visitor, owner):
    for each in (knocker, visitor, owner):
        assert refused(each.listen(b"rerun_script"))
        assert refused(each.listen(b"rerun_script", cookie="candour=x; __Host-candour=x"))
        assert each.behind.paths == []


def test_no_websocket_opens_after_the_visit_ended_ran_out_or_was_replayed(knocker, desk, clock):
    token, cookie = signed_in(desk)
    desk.farewell(token)
    assert refused(knocker.listen(cookie=cookie))
    token, cookie = signed_in(desk)
    clock.now += 15 * 60
    assert refused(knocker.listen(cookie=cookie))
    clock.now -= 15 * 60
    desk.sessions.end_all("amina")
    assert refused(knocker.listen(cookie=cookie))


@pytest.mark.parametrize(
    "place", ["/", "/_stcore/stream/", "/_stcore/other", "/failures", "/_stcore//stream"]
)
def test_no_other_websocket_opens(knocker, desk, place):
    assert refused(knocker.listen(cookie=signed_in(desk)[1], place=place))


@pytest.mark.parametrize(
    "said",
    [
        b"clear_cache",
        b"load_git_info",
        b"set_run_on_save",
        b"debug_disconnect_websocket",
        b"debug_shutdown_runtime",
        b"something_new",
        b"",
        b"\xff\xfe\x00",
        "rerun_script",
        b"rerun_script" + b" " * socket.LONGEST,
    ],
    ids=lambda said: repr(said[:30]),
)
def test_what_a_page_has_no_need_to_say_is_dropped_and_the_socket_goes_on(knocker, desk, said):
    sent = knocker.listen(said, b"rerun_script", cookie=signed_in(desk)[1])
    assert knocker.behind.heard == [b"rerun_script"]
    assert heard(sent)[0] == FIGURES


def test_the_first_message_after_the_visit_ended_gets_nothing_but_the_way_out(knocker, desk):
    token, cookie = signed_in(desk)
    sent = knocker.listen(b"rerun_script", lambda: desk.farewell(token), b"rerun_script", cookie=cookie)
    assert heard(sent) == [FIGURES, LEAVE]
    assert sent[-1] == {"type": "websocket.close", "code": socket.REFUSED}
    assert knocker.behind.heard == [b"rerun_script"]


def test_a_visit_that_runs_out_meets_it_at_the_next_message(knocker, desk, clock):
    def wait():
        clock.now += 15 * 60

    sent = knocker.listen(b"rerun_script", wait, b"rerun_script", cookie=signed_in(desk)[1])
    assert heard(sent) == [FIGURES, LEAVE]


def test_only_what_a_reader_does_keeps_the_visit_alive(knocker, desk, clock):
    def later():
        clock.now += 8 * 60

    cookie = signed_in(desk)[1]
    sent = knocker.listen(*(later, b"rerun_script") * 3, cookie=cookie)
    assert heard(sent)[:3] == [FIGURES] * 3
    sent = knocker.listen(*(later, b"app_heartbeat", b"clear_cache") * 3, cookie=cookie)
    assert heard(sent) == [FIGURES, LEAVE]


def test_the_figures_of_every_tab_leave_the_screen_when_the_visit_is_ended(knocker, desk, monkeypatch):
    monkeypatch.setattr(socket, "WATCH", 0.01)
    token, cookie = signed_in(desk)

    async def idle():
        """Say nothing for as long as the gate lets the socket be."""
        await asyncio.sleep(60)

    async def tabs():
        open_tabs = [
            asyncio.create_task(knocker.listening(b"rerun_script", idle, cookie=cookie)) for _ in range(3)
        ]
        while len(knocker.behind.heard) < 3:
            await asyncio.sleep(0.01)
        desk.farewell(token)
        return await asyncio.gather(*open_tabs)

    for sent in finished(tabs()):
        assert heard(sent) == [FIGURES, LEAVE]
        assert sent[-1]["type"] == "websocket.close"


def test_a_reader_who_does_nothing_is_shown_out_when_the_time_is_up(knocker, desk, clock, monkeypatch):
    monkeypatch.setattr(socket, "WATCH", 0.01)

    async def idle():
        clock.now += 15 * 60
        await asyncio.sleep(60)

    sent = knocker.listen(b"rerun_script", idle, cookie=signed_in(desk)[1])
    assert heard(sent) == [FIGURES, LEAVE]


def test_no_earlier_session_of_pages_is_taken_up_whoever_it_belonged_to(knocker, desk):
    offered = "streamlit, an-xsrf-token, the-id-of-another-readers-session"
    knocker.listen(cookie=signed_in(desk)[1], sec_websocket_protocol=offered)
    assert knocker.behind.offered == [b"streamlit, an-xsrf-token"]


def test_a_browser_that_has_gone_when_it_is_shown_out_troubles_nobody(desk):
    said = []

    async def gone(message):
        said.append(message)
        raise OSError("the browser has gone")

    async def receive():
        return {"type": "websocket.receive", "bytes": b"rerun_script"}

    async def pages(_scope, receive, _send):
        said.append(await receive())

    guarded = socket.Socket(desk, stub_wire(), "ended", receive, gone, issued=Issued("ended"))
    finished(guarded.serve(pages, {"headers": []}))
    assert [each["type"] for each in said] == ["websocket.send", "websocket.disconnect"]


@pytest.mark.parametrize(("role", "taken"), [(Role.PRESS_OFFICER, True), (Role.DATA_STEWARD, False)])
def test_a_page_may_ask_where_to_send_a_document_only_for_whoever_may_have_one_checked(
    knocker, desk, role, taken
):
    cookie = f"{desk.settings.cookie}={desk.welcome('amina', (role,), 'test')}"
    knocker.listen(b"file_urls_request", b"rerun_script", cookie=cookie)
    assert (b"file_urls_request" in knocker.behind.heard) is taken


async def held_open(knocker, cookie: str, count: int, during) -> list[list[dict]]:
    """Open so many sockets, do something while all are open, and close them."""
    done, before = asyncio.Event(), len(knocker.behind.heard)
    tabs = [
        asyncio.create_task(knocker.listening(b"rerun_script", done.wait, cookie=cookie))
        for _ in range(count)
    ]
    while len(knocker.behind.heard) - before < count:
        await asyncio.sleep(0.01)
    await during()
    done.set()
    return await asyncio.gather(*tabs)


def test_a_visit_has_a_bounded_number_of_sockets_and_one_that_closes_makes_room(knocker, desk):
    cookie, another = signed_in(desk)[1], signed_in(desk)[1]

    async def one_more():
        assert refused(await knocker.listening(b"rerun_script", cookie=cookie))
        assert heard(await knocker.listening(b"rerun_script", cookie=another))[0] == FIGURES

    for _ in range(2):
        tabs = finished(held_open(knocker, cookie, uploads.MOST_SOCKETS, one_more))
        assert all(heard(each)[0] == FIGURES for each in tabs)


def test_sockets_that_come_at_once_are_no_more_than_may_be_open(knocker, desk):
    cookie = signed_in(desk)[1]

    async def rush():
        wait = asyncio.Event()
        tabs = [asyncio.create_task(knocker.listening(wait.wait, cookie=cookie)) for _ in range(60)]
        while sum(task.done() for task in tabs) < 60 - uploads.MOST_SOCKETS:
            await asyncio.sleep(0.01)
        wait.set()
        return await asyncio.gather(*tabs)

    assert sum(refused(sent) for sent in finished(rush())) == 60 - uploads.MOST_SOCKETS


def test_all_visits_together_have_a_bounded_number_of_sockets(knocker, desk, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_SOCKETS_IN_ALL", 3)

    async def one_more():
        assert refused(await knocker.listening(b"rerun_script", cookie=signed_in(desk)[1]))

    finished(held_open(knocker, signed_in(desk)[1], 3, one_more))
    assert heard(knocker.listen(b"rerun_script", cookie=signed_in(desk)[1]))[0] == FIGURES


def test_a_socket_whose_page_failed_makes_room_too(knocker, desk):
    cookie = signed_in(desk)[1]
    knocker.behind.error = RuntimeError("a page failed")
    for _ in range(uploads.MOST_SOCKETS):
        assert knocker.listen(b"rerun_script", cookie=cookie)[-1]["type"] == "websocket.close"
    knocker.behind.error = None
    assert heard(knocker.listen(b"rerun_script", cookie=cookie))[0] == FIGURES


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


def opened(port: int, *, path: str = "/", extensions: str = "", **headers: str) -> tuple[network.socket, str]:
    """Open a websocket by hand, and return it with the server's answer."""
    connection = network.create_connection(("127.0.0.1", port), timeout=20)
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


def closing_code(connection: network.socket) -> int:
    """Read to the end of a connection that the server closes, and return the code that it gave."""
    said = b""
    with connection:
        while part := connection.recv(4_096):
            said += part
    found = said.rpartition(b"\x88")[2]
    return int.from_bytes(found[1:3], "big")


def push(connection: network.socket, parts: Iterator[bytes], most: int) -> int:
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


class Written:
    def __init__(self) -> None:
        self.writes, self.closed = [], False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.writes.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def written_by(use) -> list[bytes]:
    async def write() -> list[bytes]:
        transport = Written()
        use(Gathering(transport, asyncio.get_running_loop()))
        await asyncio.sleep(20 * GATHERED)
        return transport.writes

    return asyncio.run(write())


def test_frames_of_one_moment_are_written_together_and_in_order():
    assert written_by(lambda gathering: [gathering.write(b"%d " % number) for number in range(9)]) == [
        b"0 1 2 3 4 5 6 7 8 "
    ]


def test_nothing_is_written_where_there_is_nothing_to_write():
    assert written_by(lambda gathering: gathering.write(b"")) == []


def test_a_long_frame_is_written_at_once():
    def write(gathering):
        gathering.write(b"x")
        gathering.write(b"y" * MOST_GATHERED)
        assert len(gathering._transport.writes) == 1

    assert written_by(write) == [b"x" + b"y" * MOST_GATHERED]


def test_what_waits_is_written_before_the_transport_closes():
    def close(gathering):
        gathering.write(b"the last")
        gathering.close()
        assert gathering.is_closing()

    assert written_by(close) == [b"the last"]
