"""The front door refuses to open on what it may not show, and refuses what it could not hold."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.frames import CloseCode

from access.uploads import MOST_SOCKETS
from data.review import new_review
from tests.access.test_socket import BINARY, CONT, closing_code, header, opened, push
from tests.conftest import TERMS

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def real_review(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    terms = folder / "terms-to-be.toml"
    terms.write_text(TERMS)
    review = new_review(folder / "review", terms)
    review.ledger.engine.dispose()
    return review.folder


@pytest.mark.long
@pytest.mark.parametrize("how", [["dashboard.py"], ["-m", "uvicorn", "dashboard:app", "--port", "1"]])
def test_real_data_without_a_sign_in_does_not_start_and_says_why(real_review, how):
    ended = subprocess.run(
        [sys.executable, *how],
        check=False,
        cwd=ROOT,
        env=os.environ | {"CANDOUR_REVIEW": str(real_review)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    (said,) = ended.stderr.splitlines()
    assert said.startswith("This review holds real data and no sign-in is set up: set mode to 'sign-in'")


class Running:
    """Candour as it is started, and somebody who has begun a visit to it."""

    def __init__(self, folder: Path, port: int) -> None:
        environment = os.environ | {"CANDOUR_REVIEW": str(folder), "CANDOUR_PORT": str(port)}
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "dashboard.py"],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(600):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError), urllib.request.urlopen(self.address, timeout=5) as answer:
                self.cookie = answer.headers["set-cookie"].partition(";")[0]
                return
            time.sleep(0.1)
        raise RuntimeError("the dashboard did not start")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def socket(self):
        return opened(self.port, path="/_stcore/stream", Origin=self.address, Cookie=self.cookie)

    def most_memory(self) -> int:
        """Return the most memory that the process has had, in bytes."""
        (line,) = [
            line
            for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
            if "VmHWM" in line
        ]
        return int(line.split()[1]) << 10


@pytest.fixture(scope="module")
def running(demonstration) -> Iterator[Running]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Running(demonstration.folder, port)
    yield running
    running.process.terminate()
    running.process.wait(timeout=20)


def test_a_frame_that_says_it_is_long_is_refused_before_any_of_it_is_sent(running):
    connection, answer = running.socket()
    assert " 101 " in answer
    connection.sendall(header(BINARY, 100_000_000))
    assert closing_code(connection) == CloseCode.MESSAGE_TOO_BIG


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read as Linux tells it")
def test_fifty_megabytes_in_pieces_leave_no_trace_in_memory(running):
    connection, _ = running.socket()
    connection.close()
    before = running.most_memory()
    for opcode_of_rest in (CONT, BINARY):
        connection, _ = running.socket()
        piece = bytes(1_000_000)
        first = header(BINARY, len(piece), last=False) + piece
        rest = (header(opcode_of_rest, len(piece), last=False) + piece for _ in range(49))
        assert push(connection, iter([first, *rest]), 50_000_000) < 50_000_000
    assert running.most_memory() - before < 30_000_000


def test_a_visit_has_a_bounded_number_of_sockets(running):
    tabs = [running.socket() for _ in range(MOST_SOCKETS + 2)]
    assert [answer.split()[1] for _, answer in tabs] == ["101"] * MOST_SOCKETS + ["403"] * 2
    for connection, _ in tabs:
        connection.close()
    for _ in range(100):
        connection, answer = running.socket()
        connection.close()
        if " 101 " in answer:
            return
        time.sleep(0.1)
    raise AssertionError("no place was made by sockets that closed")
