"""A scheduler and workers on this machine, for `python -m data workers`; the dashboard never imports it."""

import asyncio
import os
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# Set before `distributed` is imported, here and in each worker: its logs would show what is asked.
os.environ["DASK_LOGGING__DISTRIBUTED"] = "critical"
os.environ["DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"] = "2"
# A worker that is starting again when this has passed would be given up for good.
os.environ["DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT"] = "3650 days"

from distributed import Nanny, Scheduler, SpecCluster, Worker
from distributed.security import Security

from data.cli_output import say
from data.engine import AUTHORITY, CERTIFICATE, CERTIFICATES, KEY, security
from data.stable_file import write_private


class _NoPages:
    """A server of the engine without its pages: they would show what is asked, and to anyone."""

    def start_http_server(self, *_: object, **__: object) -> None:
        self.http_server = SimpleNamespace(stop=lambda: None)


class QuietScheduler(_NoPages, Scheduler):
    pass


class QuietWorker(_NoPages, Worker):
    pass


def make_certificates(folder: Path) -> None:
    """Write a certificate that is its own authority, for every part of one engine; valid for a year."""
    temporary: Any = Security.temporary()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    certificate = temporary.tls_client_cert.encode()
    write_private(folder / AUTHORITY, certificate)
    write_private(folder / CERTIFICATE, certificate)
    write_private(folder / KEY, temporary.tls_client_key.encode())


def serve(count: int, folder: Path, *, port: int) -> None:
    """Run until the process is asked to end. folder: of the certificates, made if there are none."""
    if not (folder / KEY).exists():
        make_certificates(folder)
    os.environ[CERTIFICATES] = str(folder)
    asyncio.run(_serve(count, port))


async def _serve(count: int, port: int) -> None:
    who = security()
    common = {"security": who, "protocol": "tls", "host": "127.0.0.1", "dashboard_address": None}
    worker = {"cls": Nanny, "options": {**common, "nthreads": 1, "worker_class": QuietWorker}}
    ended = asyncio.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(ending, ended.set)
    async with SpecCluster(
        workers=dict.fromkeys(range(count), worker),
        scheduler={"cls": QuietScheduler, "options": {**common, "port": port}},
        security=who,
        asynchronous=True,
    ) as cluster:
        while len(cluster.scheduler_info["workers"]) < count:
            await asyncio.sleep(0.1)
        say(f"{count} workers are ready: set CANDOUR_ENGINE={cluster.scheduler_address}")
        await ended.wait()
