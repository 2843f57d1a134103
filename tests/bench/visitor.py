"""A reader without a browser: the same messages over the same websocket, and the server's CPU beside them."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from streamlit.elements.lib.utils import user_key_from_element_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parents[2]
PATIENCE = 600
"""Seconds until a page that has not been drawn has failed: a first visit at a million builds the histories."""
QUIET = 0.03
"""Seconds without work by which a run has ended: Streamlit collects garbage after its last message."""
CELL = re.compile(r'<dd class="value">([^<]*).*?<details>.*?<p>(.*?)</p></details>', re.DOTALL)
T = TypeVar("T")
Asked = dict[str, tuple[str, ...]]


@dataclass
class Drawn:
    """What one run of a page sent, bytes, and how many values its charts drew.

    cards: the number of each figure in a strip, by the figure's title.
    """

    sent: int = 0
    values: int = 0
    errors: list[str] = field(default_factory=list)
    cards: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Widget:
    key: str
    id: str
    kind: str
    options: tuple[str, ...]


class ServerEnded(Exception):
    """The server of the pages ended before it could be visited."""


def cpu_of(process: int) -> float:
    """Seconds of CPU of a whole process, its threads that have ended too."""
    # Linux's number of the CPU clock of another process.
    return time.clock_gettime((~process << 3) | 2)


class Server:
    """A Streamlit server in a process of its own."""

    def __init__(self, what: str, settings: str, review: Path | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = {**os.environ, **({"CANDOUR_REVIEW": str(review)} if review else {})}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.serve", what, str(self.port), settings],
            env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind: type | None, error: Exception | None, trace: TracebackType | None) -> None:
        self.process.terminate()
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu(self) -> float:
        return cpu_of(self.process.pid)

    def spent(self, work: Callable[[], T]) -> tuple[float, T]:
        """Return the CPU seconds of this server for some work, until it is idle again, and what came of it."""
        before = self.cpu()
        result, now = work(), self.cpu()
        while True:
            time.sleep(QUIET)
            last, now = now, self.cpu()
            if now - last < QUIET / 10:
                return now - before, result

    def peak(self) -> float:
        """Return the peak of its memory, MB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

    def visit(self, page: str, token: str = "") -> "Visitor":
        """Open a page as a new reader does, and wait until it is drawn. token: of a visit that was begun before."""
        stack = contextlib.ExitStack()
        visitor = Visitor(self._connected(token, stack), page, stack)
        visitor.ask({})
        return visitor

    def cookie(self, token: str = "") -> dict[str, str]:
        """Come in by the first page, as a browser does: an empty page hands out no cookie, and needs none."""
        if token:
            return {"Cookie": f"candour={token}"}
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=PATIENCE) as response:
            given = SimpleCookie(response.headers.get("set-cookie", ""))
        return {"Cookie": f"candour={given['candour'].value}"} if "candour" in given else {}

    def _connected(self, token: str, stack: contextlib.ExitStack) -> ClientConnection:
        until = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError, WebSocketException):
                opened = connect(
                    f"ws://127.0.0.1:{self.port}/_stcore/stream",
                    origin=Origin(f"http://127.0.0.1:{self.port}"), additional_headers=self.cookie(token),
                    subprotocols=["streamlit"], max_size=None,
                )  # fmt: skip
                return stack.enter_context(opened)
            if (code := self.process.poll()) is not None:
                raise ServerEnded(f"The server ended (exit code {code}).")
            if time.monotonic() > until:
                raise TimeoutError("The server did not start.")
            time.sleep(0.1)


class Visitor:
    """One session, on one page at a time."""

    def __init__(self, connection: ClientConnection, page: str, closing: contextlib.ExitStack) -> None:
        self.connection, self.closing = connection, closing
        self.page, self.hash, self.query = page, "", ""
        self.widgets: dict[str, Widget] = {}

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, kind: type | None, error: Exception | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.closing.close()

    def turn(self, page: str) -> Drawn:
        """Go to another page, as its link does."""
        self.page, self.hash, self.query, self.widgets = page, "", "", {}
        return self.ask({})

    def ask(self, values: Asked) -> Drawn:
        """Set widgets by their keys, as a click does, and return what the run drew."""
        self.connection.send(self.message(values))
        return self._drawn()

    def message(self, values: Asked) -> bytes:
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.page_script_hash = self.hash
        message.rerun_script.query_string = self.query
        for key, chosen in values.items():
            state = message.rerun_script.widget_states.widgets.add(id=self.widgets[key].id)
            if self.widgets[key].kind == "radio":
                state.string_value = chosen[0]
            else:
                state.string_array_value.data.extend(chosen)
        return message.SerializeToString()

    def _drawn(self) -> Drawn:
        drawn, message = Drawn(), ForwardMsg()
        while message.WhichOneof("type") != "script_finished":
            payload = self.connection.recv(timeout=PATIENCE)
            message.ParseFromString(payload)
            drawn.sent += len(payload)
            if message.HasField("navigation"):
                self.hash = message.navigation.page_script_hash
            elif message.HasField("page_info_changed"):
                self.query = message.page_info_changed.query_string
            elif message.HasField("delta") and message.delta.HasField("new_element"):
                self._see(message.delta.new_element, drawn)
        return drawn

    def _see(self, element: Element, drawn: Drawn) -> None:
        kind = element.WhichOneof("type")
        shown = getattr(element, kind)
        if kind in ("date_input", "radio", "multiselect"):
            key = str(user_key_from_element_id(shown.id))
            self.widgets[key] = Widget(key, shown.id, kind, tuple(getattr(shown, "options", ())))
        elif kind == "html":
            drawn.cards |= numbers_of_strip(shown.body)
        elif kind == "plotly_chart":
            drawn.values += numbers_in(json.loads(shown.spec)["data"])
        elif kind in ("exception", "alert") and "error" in str(shown).lower():
            drawn.errors.append(str(shown)[:300])


def numbers_of_strip(body: str) -> dict[str, str]:
    """Return the number of each figure, by its whole title, with which the words of what it counts begin."""
    return {unescape(words).partition(". ")[0]: unescape(number) for number, words in CELL.findall(body)}


def numbers_in(traces: list[dict[str, object]]) -> int:
    """How many values the traces of a figure draw: the longest of the columns of each."""
    columns = ("x", "y", "z", "text")
    return sum(max(_length(trace.get(name)) for name in columns) for trace in traces)


def _length(column: object) -> int:
    match column:
        case {"bdata": str(packed), "dtype": str(kind)}:
            width = int(kind.lstrip("uif")) if kind[-1].isdigit() else 8
            return len(packed.rstrip("=")) * 3 // 4 // width
        case list():
            return sum(_length(part) if isinstance(part, list) else 1 for part in column)
        case _:
            return 0
