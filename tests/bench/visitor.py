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
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from types import TracebackType

from streamlit.elements.lib.utils import user_key_from_element_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

ROOT = Path(__file__).parents[2]
TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 600
"""Seconds until a page that has not been drawn has failed: a first visit at a million builds the histories."""
CELL = re.compile(r'<dd class="value">([^<]*).*?<details>.*?<p>(.*?)</p></details>', re.DOTALL)
Asked = dict[str, tuple[str, ...]]


@dataclass
class Drawn:
    """What one run of a page sent: bytes of everything, and of its charts and its line charts, and the numbers in them.

    cards: the number of each figure in a strip, by the figure's title.
    """

    sent: int = 0
    charts: int = 0
    values: int = 0
    lines: int = 0
    line_values: int = 0
    errors: list[str] = field(default_factory=list)
    cards: dict[str, str] = field(default_factory=dict)


class ServerEnded(Exception):
    """The server of the pages ended before it could be visited."""


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
        """Seconds of CPU that the whole process has used: Streamlit's script threads end, and still count."""
        text = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        user, system = text.rsplit(") ", 1)[1].split()[11:13]
        return (int(user) + int(system)) / TICK

    def peak(self) -> float:
        """Return the peak of its memory, MB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

    @contextlib.contextmanager
    def visit(self, page: str) -> Iterator["Visitor"]:
        """Open a page as a new reader does, and wait until it is drawn."""
        with self._connected() as socket_:
            visitor = Visitor(socket_, page)
            visitor.ask({})
            yield visitor

    def _cookie(self) -> dict[str, str]:
        """Come in by the first page, as a browser does: an empty page hands out no cookie, and needs none."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=PATIENCE) as answer:
            given = SimpleCookie(answer.headers.get("set-cookie", ""))
        return {"Cookie": f"candour={given['candour'].value}"} if "candour" in given else {}

    def _connected(self) -> connect:
        until = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError, WebSocketException):
                return connect(
                    f"ws://127.0.0.1:{self.port}/_stcore/stream",
                    origin=Origin(f"http://127.0.0.1:{self.port}"), additional_headers=self._cookie(),
                    subprotocols=["streamlit"], max_size=None,
                )  # fmt: skip
            if (code := self.process.poll()) is not None:
                raise ServerEnded(f"The server ended (exit code {code}).")
            if time.monotonic() > until:
                raise TimeoutError("The server did not start.")
            time.sleep(0.1)


class Visitor:
    """One session on one page."""

    def __init__(self, connection: connect, page: str) -> None:
        self.connection, self.page, self.hash = connection, page, ""
        self.widgets: dict[str, str] = {}

    def ask(self, values: Asked) -> Drawn:
        """Set widgets by their keys, as a click does, and return what the run drew."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.page_script_hash = self.hash
        for key, chosen in values.items():
            state = message.rerun_script.widget_states.widgets.add(id=self.widgets[key])
            if key == "known":
                state.string_value = chosen[0]
            else:
                state.string_array_value.data.extend(chosen)
        self.connection.send(message.SerializeToString())
        return self._drawn()

    def _drawn(self) -> Drawn:
        drawn, told = Drawn(), ForwardMsg()
        while told.WhichOneof("type") != "script_finished":
            payload = self.connection.recv(timeout=PATIENCE)
            told.ParseFromString(payload)
            drawn.sent += len(payload)
            if told.HasField("navigation"):
                self.hash = told.navigation.page_script_hash
            elif told.HasField("delta") and told.delta.HasField("new_element"):
                self._see(told.delta.new_element, len(payload), drawn)
        return drawn

    def _see(self, element, size: int, drawn: Drawn) -> None:
        kind = element.WhichOneof("type")
        shown = getattr(element, kind)
        if kind in ("date_input", "radio", "multiselect"):
            self.widgets[str(user_key_from_element_id(shown.id))] = shown.id
        elif kind == "html":
            drawn.cards |= numbers_of_strip(shown.body)
        elif kind == "plotly_chart":
            traces = json.loads(shown.spec)["data"]
            drawn.charts += size
            drawn.values += numbers_in(traces)
            if traces and traces[0]["type"] == "scatter":
                drawn.lines += size
                drawn.line_values += numbers_in(traces)
        elif kind in ("exception", "alert") and "error" in str(shown).lower():
            drawn.errors.append(str(shown)[:300])


def numbers_of_strip(body: str) -> dict[str, str]:
    """Return the number of each figure, by its whole title, with which the words of what it counts begin."""
    return {unescape(words).partition(". ")[0]: unescape(number) for number, words in CELL.findall(body)}


def numbers_in(traces: list[dict]) -> int:
    """How many values the traces of a figure draw: the longest of each one's columns."""
    return sum(max((_length(trace.get(name)) for name in ("x", "y", "text")), default=0) for trace in traces)


def _length(column: object) -> int:
    if isinstance(column, dict) and "bdata" in column:
        width = int(column["dtype"].lstrip("uif")) if column["dtype"][-1].isdigit() else 8
        return len(column["bdata"].rstrip("=")) * 3 // 4 // width
    return len(column) if isinstance(column, list) else 0
