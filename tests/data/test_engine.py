"""The engine gives the numbers that one process gives, or one sentence that names what is missing."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from data import engine
from data.engine import CERTIFICATES, ENGINE, ask
from data.errors import UserError
from data.partitions import File, Partition, PartitionError, Sent

ROOT = Path(__file__).parents[2]
READY = re.compile(r"CANDOUR_ENGINE=(tls://\S+)")


def partition(number: int, rows: int = 1) -> Partition:
    sent = Sent(
        force=f"Force {number}", ledger="l", version=1, days=("2024-01-01",), tables=(), demonstration=True
    )
    file = File(digest=f"{number}", size=1, rows=rows)
    return Partition(url=str(number), edition="e", terms="t", forces=(sent,), files={"cases": file})


PARTITIONS = [partition(number) for number in range(4)]


def number_of(one: Partition) -> int:
    return int(one.url)


def killed_first(marks: str, one: Partition) -> int:
    """End the worker that is given the second partition, the first time."""
    mark = Path(marks) / "killed"
    if one.url == "1" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return int(one.url)


def always_killed(one: Partition) -> int:
    if one.url == "2":
        os.kill(os.getpid(), signal.SIGKILL)
    return int(one.url)


def missing(one: Partition) -> int:
    if one.url == "3":
        raise PartitionError(one.names, "is not there: export it again")
    return int(one.url)


def failing(one: Partition) -> int:
    raise ValueError(f"DV/16/00215 of {one.url}")


class Workers:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "data", "workers", "2", "--port", "0"]
        command += ["--certificates", str(folder / "certificates")]
        self.log = (folder / "log").open("wb")
        # The functions that workers run here are those of this module.
        known = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=self.log, text=True, env=known
        )
        assert self.process.stdout is not None
        line = next((line for line in self.process.stdout if READY.search(line)), "")
        ready = READY.search(line)
        assert ready, (folder / "log").read_text()
        self.address = ready[1]

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()
        self.log.close()


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    running = Workers(tmp_path_factory.mktemp("engine"))
    yield running
    running.end()


@pytest.fixture
def asking(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> Workers:
    monkeypatch.setenv(ENGINE, workers.address)
    monkeypatch.setenv(CERTIFICATES, str(workers.folder / "certificates"))
    monkeypatch.setattr(engine, "WORTH_IT", 0)
    return workers


@pytest.mark.usefixtures("asking")
def test_the_engine_gives_what_one_process_gives_in_the_same_order():
    assert ask(number_of, PARTITIONS) == [0, 1, 2, 3]


@pytest.mark.usefixtures("asking")
def test_what_a_killed_worker_was_doing_is_done_again(tmp_path: Path):
    assert ask(partial(killed_first, str(tmp_path)), PARTITIONS) == [0, 1, 2, 3]
    assert (tmp_path / "killed").exists()


class Redone:
    """A future whose result was lost with its worker, and is made again."""

    def __init__(self) -> None:
        self._statuses = ["lost", "pending", "finished"]

    @property
    def status(self) -> str:
        return self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]


def test_what_was_lost_with_a_worker_is_waited_for():
    future = Redone()
    engine._wait([future])  # which of its futures Dask loses is chance
    assert future.status == "finished"


def killed_once_each(marks: str, ending: tuple[str, ...], one: Partition) -> int:
    mark = Path(marks) / one.url
    if one.url in ending and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return int(one.url)


@pytest.mark.soak
@pytest.mark.usefixtures("asking")
def test_the_numbers_are_the_same_after_50_kills(tmp_path: Path):
    chance = random.Random(50)
    for turn in range(25):
        marks = tmp_path / str(turn)
        marks.mkdir()
        ending = tuple(chance.sample([one.url for one in PARTITIONS], 2))
        assert ask(partial(killed_once_each, str(marks), ending), PARTITIONS) == [0, 1, 2, 3]
        assert {path.name for path in marks.iterdir()} == set(ending)


@pytest.mark.long
@pytest.mark.usefixtures("asking")
def test_a_partition_that_ends_every_worker_is_named_after_two_more_tries():
    with pytest.raises(PartitionError, match=r"Force 2.* could not be summed up, though the engine") as fault:
        ask(always_killed, PARTITIONS)
    # One that waited behind it may be named too: it was not summed up either.
    assert "Force 2" in fault.value.forces


@pytest.mark.long
@pytest.mark.usefixtures("asking")
def test_a_partition_that_a_worker_cannot_read_is_named():
    with pytest.raises(PartitionError, match="What was sent of Force 3 is not there: export it again"):
        ask(missing, PARTITIONS)


def test_neither_the_sentence_nor_the_logs_show_what_a_row_holds(asking: Workers):
    with pytest.raises(PartitionError) as fault:
        ask(failing, PARTITIONS)
    assert "DV/16" not in str(fault.value)
    asking.log.flush()
    assert "DV/16" not in (asking.folder / "log").read_text()


def test_a_client_without_a_certificate_is_refused(asking: Workers, tmp_path: Path, monkeypatch):
    from data.workers import make_certificates

    make_certificates(tmp_path)
    monkeypatch.setenv(CERTIFICATES, str(tmp_path))
    monkeypatch.setattr(engine, "TO_CONNECT", 3.0)
    engine._clients.clear()
    with pytest.raises(UserError, match=r"The engine at .* does not give what is asked of it"):
        ask(number_of, PARTITIONS)
    monkeypatch.setenv(CERTIFICATES, str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="There are no certificates of the engine"):
        ask(number_of, PARTITIONS)
    monkeypatch.setenv(CERTIFICATES, str(asking.folder / "certificates"))
    assert ask(number_of, PARTITIONS) == [0, 1, 2, 3]


def test_an_engine_without_encryption_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(ENGINE, "tcp://127.0.0.1:8786")
    monkeypatch.setattr(engine, "WORTH_IT", 0)
    with pytest.raises(UserError, match="begins with tls://"):
        ask(number_of, PARTITIONS)


def test_every_port_of_the_engine_is_on_loopback_and_speaks_tls(workers: Workers):
    import ssl

    own = psutil.Process(workers.process.pid)
    ports = [
        place.laddr
        for process in (own, *own.children(recursive=True))
        for place in process.net_connections()
        if place.status == psutil.CONN_LISTEN
    ]
    assert len(ports) >= 3
    for host, port in ports:
        assert host == "127.0.0.1"
        # It gives a certificate; a page in the clear, as of a dashboard, would not.
        assert "BEGIN CERTIFICATE" in ssl.get_server_certificate((host, port))


def test_the_key_of_the_engine_is_its_owners_alone(workers: Workers):
    for path in (workers.folder / "certificates").iterdir():
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.long
def test_a_scheduler_that_has_gone_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    running = Workers(tmp_path)
    monkeypatch.setenv(ENGINE, running.address)
    monkeypatch.setenv(CERTIFICATES, str(tmp_path / "certificates"))
    monkeypatch.setattr(engine, "WORTH_IT", 0)
    monkeypatch.setattr(engine, "TO_CONNECT", 3.0)
    assert ask(number_of, PARTITIONS) == [0, 1, 2, 3]
    running.end()
    began = time.monotonic()
    with pytest.raises(UserError, match=r"The engine at .* does not give what is asked of it"):
        ask(number_of, PARTITIONS)
    assert time.monotonic() - began < engine.PATIENCE


def test_below_ten_million_rows_nobody_else_is_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(ENGINE, "tls://127.0.0.1:1")
    assert ask(number_of, [partition(0, rows=engine.WORTH_IT - 1)]) == [0]
    with pytest.raises(UserError, match="certificates"):
        ask(number_of, [partition(0, rows=engine.WORTH_IT)])


LATE = {
    "distributed",
    "fsspec",
    "holidays",
    "jinja2",
    "psycopg",
    "scipy.special",
    "scipy.stats",
    "xlsxwriter",
}
"""What takes long to import, and what a start need not wait for."""


@pytest.mark.long
def test_neither_the_engine_without_its_setting_nor_what_only_some_pages_need_is_imported_at_the_start():
    program = (
        "import sys; from data.engine import ask; import pages.shell.app_setup; "
        "import service.returns; assert ask(len, []) == []; "
        f"sys.exit(' '.join({LATE} & sys.modules.keys()) or 0)"
    )
    known = {name: value for name, value in os.environ.items() if name != ENGINE}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, env=known)
