"""Results in memory: bounded in bytes, each computed once however many readers ask for it at once."""

import datetime as dt
import os
import sys
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from functools import partial, wraps
from pathlib import Path
from threading import Condition
from types import CodeType, FunctionType
from typing import Any, Concatenate, NamedTuple, ParamSpec, Protocol, TypeVar, cast

import polars as pl
from cachetools import LRUCache, cached
from pydantic import BaseModel

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

MEGABYTE = 1_000_000
DEFAULT_MEGABYTES = 512
FRAME, COLUMN = 1_500, 600  # bytes
SEQUENCES = frozenset((tuple, list, set, frozenset))
LEAVES = frozenset((bool, bytes, dt.date, float, int, str, type(None), CodeType))
PATIENCE = 0.1  # seconds between two looks at whether a reader who waits has gone on to another view

_computing: ContextVar[bool] = ContextVar("computing", default=False)


class Usage(NamedTuple):
    """How the cache has been used since the process began; sizes in bytes."""

    hits: int
    misses: int
    limit: int
    size: int


def resident() -> int | None:
    """Return the bytes that this process has in memory; None where the system does not say."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if pages.exists() else None


def size_of(value: object) -> int:
    if type(value) in LEAVES:
        return sys.getsizeof(value)
    parts: Iterable[object] = ()
    # The kinds of which there are most come first: this takes a part of every click.
    if type(value) in SEQUENCES:
        parts = cast("Iterable[object]", value)
    elif type(value) is dict or isinstance(value, Mapping):
        parts = (*value.keys(), *value.values())
    elif isinstance(value, pl.DataFrame):
        # Measured: a small frame takes far more than its values.
        return int(value.estimated_size()) + FRAME + COLUMN * value.width
    elif isinstance(size := getattr(value, "cache_size", None), int):
        return size
    elif is_dataclass(value) and not isinstance(value, type):
        parts = (getattr(value, field.name) for field in fields(value))
    elif isinstance(value, tuple | list | set | frozenset):
        parts = value
    elif hasattr(value, "__dict__") and not callable(value):
        parts = (vars(value),)
    # Most parts are leaves, and a call of its own for each takes longer than to weigh it.
    weights = [sys.getsizeof(part) if type(part) in LEAVES else size_of(part) for part in parts]
    return sys.getsizeof(value) + sum(weights)


def key_of(value: object) -> Hashable:
    """Return what a value is known by in a key: a function by its code and what it closes over.

    TypeError: it is a frame, or another thing of which no key can be made.
    """
    if value is None or isinstance(value, bool | int | float | str | bytes | dt.date | CodeType):
        return type(value), value
    if isinstance(value, tuple | list | set | frozenset):
        return type(value), *map(key_of, value)
    if isinstance(value, Mapping):
        return type(value), *((key_of(name), key_of(part)) for name, part in value.items())
    if isinstance(value, type):
        return value
    if isinstance(value, pl.Expr):
        return pl.Expr, value.meta.serialize()
    return type(value), *map(key_of, _parts(value))


def _parts(value: object) -> Iterable[object]:
    """Return all that a value depends on."""
    if isinstance(value, partial):
        return value.func, value.args, value.keywords
    if isinstance(value, FunctionType):
        cells = tuple(cell.cell_contents for cell in value.__closure__ or ())
        return value.__module__, value.__code__, value.__defaults__, value.__kwdefaults__, cells
    if isinstance(key := getattr(value, "cache_key", None), tuple):
        return cast("tuple[object, ...]", key)
    if isinstance(value, BaseModel):
        return dict(value).values()
    if is_dataclass(value):
        return (getattr(value, field.name) for field in fields(value))
    raise TypeError(f"no key can be made of {type(value).__name__}")


def _first(key: Hashable, _make: Callable[[], object]) -> Hashable:
    return key


def _keyed(key: Hashable, make: Callable[[], object]) -> tuple[Hashable, object]:
    """Return a result with its key, so that both are weighed."""
    token = _computing.set(True)
    try:
        return key, make()
    finally:
        _computing.reset(token)


class _Patience(Condition):
    """Waits for another reader's computation, unless this reader's run is stopped meanwhile."""

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        notified = super().wait(PATIENCE)
        # What is half computed for others is not thrown away.
        if not _computing.get():
            _stop_check()
        return notified


_stop_check: Callable[[], None] = lambda: None  # noqa: E731


def stop_waiting_by(check: Callable[[], None]) -> None:
    """Have every wait for a computation call `check`, which raises where this thread's run was stopped."""
    global _stop_check  # noqa: PLW0603  # one for the process
    _stop_check = check


class Cache:
    """Results by key; the least recently used go when their estimated bytes pass the limit."""

    def __init__(self, megabytes: float) -> None:
        self.set_limit(megabytes)

    def set_limit(self, megabytes: float) -> None:
        """Begin anew, with nothing; called when the server starts."""
        store: LRUCache[Hashable, Any] = LRUCache(megabytes * MEGABYTE, getsizeof=size_of)
        self._compute = cached(store, key=_first, condition=_Patience(), info=True)(_keyed)

    def once(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """Return the result for a key; one that is larger than the limit is computed each time. key: a plain
        tuple that begins with a name of its own and holds all that the result depends on."""
        return cast("Result", self._compute(key, make)[1])

    def usage(self) -> Usage:
        info = self._compute.cache_info()
        return Usage(info.hits, info.misses, int(info.maxsize or 0), int(info.currsize))

    def clear(self) -> None:
        self._compute.cache_clear()


class OfOneView(Protocol):
    def once(self, name: str, make: Callable[[], Result], *of: object) -> Result: ...


Viewed = TypeVar("Viewed", bound=OfOneView)


def of_view(
    compute: Callable[Concatenate[Viewed, Arguments], Result],
) -> Callable[Concatenate[Viewed, Arguments], Result]:
    """Cache what is computed of a view and plain arguments, and of nothing else that may differ."""

    @wraps(compute)
    def once_a_view(view: Viewed, *args: Arguments.args, **named: Arguments.kwargs) -> Result:
        name = f"{compute.__module__}.{compute.__qualname__}"
        return view.once(name, lambda: compute(view, *args, **named), args, named)

    return once_a_view


_results = Cache(DEFAULT_MEGABYTES)  # one for the process
set_limit, usage, once = _results.set_limit, _results.usage, _results.once
_forgets: list[Callable[[], None]] = [_results.clear]


def clear() -> None:
    for forget in _forgets:
        forget()


def keep_last(most: int) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Keep so many last results of a function, whatever they weigh; each is computed once at a time."""

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        caching = cached(LRUCache[Hashable, Any](most), condition=_Patience())(function)
        _forgets.append(caching.cache_clear)
        return cast("Callable[Arguments, Result]", caching)

    return decorate
