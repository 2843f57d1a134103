"""Threads in which the gate asks and writes, so that its loop never waits for a database.

Whoever waits to write while a load has the ledger must not take the threads of those who do not wait.
"""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

_PROMPT = CapacityLimiter(8)
_PATIENT = CapacityLimiter(8)

P = ParamSpec("P")
T = TypeVar("T")


async def promptly(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a call returns that waits for no load: one that reads, or gives up at once."""
    return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=_PROMPT)


async def patiently(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a call returns that writes, and may wait for a load to end."""
    return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=_PATIENT)
