"""Threads in which the gate asks and writes, so that its loop never waits for a database.

Whoever waits to write while a load has the ledger must not take the threads of those who only ask.
"""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

_ASKING = CapacityLimiter(8)
_WRITING = CapacityLimiter(8)

P = ParamSpec("P")
T = TypeVar("T")


async def asked(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a call that only reads returns."""
    return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=_ASKING)


async def written(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a call that writes returns; it may wait for a load to end."""
    return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=_WRITING)
