"""Where partitions are summed up: in this process, or by the workers that CANDOUR_ENGINE names.

Dask runs whatever reaches its scheduler, so that it is reached over mutual TLS alone.
"""

import os
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from data.errors import UserError
from data.partitions import Partition, PartitionError

Result = TypeVar("Result")
ENGINE, CERTIFICATES = "CANDOUR_ENGINE", "CANDOUR_ENGINE_CERTIFICATES"
AUTHORITY, CERTIFICATE, KEY = "authority.pem", "certificate.pem", "key.pem"
WORTH_IT = 10_000_000
"""Rows below which this process is quicker than asking others."""
RETRIES = 2
PATIENCE, TO_CONNECT, TO_CLOSE, POLL = 60.0, 5.0, 1.0, 0.02
"""Seconds that the engine may be silent, may take to be reached and left, and seconds between two polls."""
_lock = Lock()
_clients: dict[str, Any] = {}


def ask(work: Callable[[Partition], Result], partitions: Sequence[Partition]) -> list[Result]:
    """Return what `work` makes of each partition. UserError: one cannot be read, or no engine is reached."""
    address = os.environ.get(ENGINE, "")
    if not address or sum(partition.rows for partition in partitions) < WORTH_IT:
        return [work(partition) for partition in partitions]
    try:
        client = _client(address)
        # The name of a task stands in logs: one of these says nothing of what was asked.
        small = [partition.small() for partition in partitions]
        futures = client.map(work, small, pure=False, retries=RETRIES, key=f"candour-{uuid.uuid4().hex}")
        _wait(futures)
        statuses = {future.status for future in futures}
        if statuses == {"finished"}:
            # What a worker had that has ended since is made again.
            return [future.result(timeout=PATIENCE) for future in futures]
    except (OSError, TimeoutError, CancelledError) as fault:
        raise _not_reached(address, type(fault).__name__) from None
    if "error" not in statuses:
        raise _not_reached(address, "it went away, or has no worker that is free")
    raise _fault(futures, partitions)


def _fault(futures: Sequence[Any], partitions: Sequence[Partition]) -> PartitionError:
    """Return what is missing, by the names of the forces, and no word of an error: it may hold a value.

    What waited behind a partition that ends its worker may be blamed with it.
    """
    failed = [
        (partition, future.exception())
        for partition, future in zip(partitions, futures, strict=True)
        if future.status == "error"
    ]
    for future in futures:
        future.cancel()
    for _, fault in failed:
        if isinstance(fault, PartitionError):
            return PartitionError(fault.forces, fault.why)
    names = [name for partition, _ in failed for name in partition.names]
    return PartitionError(names, f"could not be summed up, though the engine tried {RETRIES + 1} times")


def _wait(futures: Sequence[Any]) -> None:
    """Wait while any of them is done now and then."""
    pending, silent_since = len(futures), time.monotonic()
    while pending and time.monotonic() - silent_since < PATIENCE:
        time.sleep(POLL)
        # What a worker had that has ended is lost, until another has made it again.
        still = sum(future.status in ("pending", "lost") for future in futures)
        if still != pending:
            pending, silent_since = still, time.monotonic()


def _not_reached(address: str, why: str) -> UserError:
    with _lock:
        client = _clients.pop(address, None)
    if client is not None:
        with suppress(TimeoutError):
            client.close(timeout=TO_CLOSE)
    return UserError(f"The engine at {address} does not give what is asked of it: {why}.")


def _client(address: str) -> Any:  # noqa: ANN401  # `distributed` is imported where it is wanted alone
    try:
        from distributed import Client
    except ImportError:
        raise UserError(f"{ENGINE} needs the extra candour[cluster]: requirements-cluster.txt.") from None
    if not address.startswith("tls://"):
        raise UserError(f"{ENGINE} begins with tls://, for others could have the workers run what they like.")
    with _lock:
        if address not in _clients or _clients[address].status != "running":
            _clients[address] = Client(address, security=security(), timeout=TO_CONNECT, set_as_default=False)
        return _clients[address]


def security() -> Any:  # noqa: ANN401  # as above
    """Return who this process is to the engine, and whom it trusts: those of one authority."""
    from distributed.security import Security

    folder = Path(os.environ.get(CERTIFICATES, "engine"))
    authority, certificate, key = (str(folder / name) for name in (AUTHORITY, CERTIFICATE, KEY))
    if not Path(key).exists():
        raise UserError(f"There are no certificates of the engine in {folder}: name them in {CERTIFICATES}.")
    parts = ("client", "worker", "scheduler")
    return Security(
        require_encryption=True,
        tls_ca_file=authority,
        **{f"tls_{part}_cert": certificate for part in parts},
        **{f"tls_{part}_key": key for part in parts},
    )
