"""CPU, wall and memory of things done side by side on a machine that does other things too.

What is compared is run in turns, so that a busy minute falls on all alike; a ratio is the median of
the ratios of the turns, with the quarter below and above it as its spread. CPU is the process's
total, user and system, all threads, and that of the processes it has ended.
"""

import multiprocessing
import os
import resource
import signal
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from statistics import median, quantiles
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Timing:
    """What each turn of one contender cost, in seconds."""

    cpu: list[float]
    wall: list[float]

    def over(self, other: "Timing") -> "Ratio":
        return Ratio([mine / its for mine, its in zip(self.cpu, other.cpu, strict=True)])


@dataclass(frozen=True)
class Ratio:
    """One CPU time over another, turn by turn."""

    turns: list[float]

    @property
    def middle(self) -> float:
        return median(self.turns)

    def __str__(self) -> str:
        if len(self.turns) < 3:
            return f"{self.middle:.2f}"
        low, _, high = quantiles(self.turns, n=4)
        return f"{self.middle:.2f} ({low:.2f}-{high:.2f})"


def in_turns(
    contenders: Mapping[str, Callable[[], object]], turns: int, report: Callable[[str], None]
) -> dict[str, Timing]:
    """Run each contender once to warm up, then all of them `turns` times, one after another.

    report: prints what each turn cost, so that a run that is cut short has given something.
    """
    for run in contenders.values():
        run()
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for turn in range(turns):
        # Every other turn runs backwards: whoever follows a heavy neighbour is not always the same.
        order = list(contenders.items())[:: 1 if turn % 2 == 0 else -1]
        for name, run in order:
            spent[name].append(clocked(run))
        costs = ", ".join(f"{name} {times[-1][0]:.3f}" for name, times in spent.items())
        report(f"turn {turn + 1} of {turns}, CPU s: {costs}")
    return {
        name: Timing([cpu for cpu, _ in times], [wall for _, wall in times]) for name, times in spent.items()
    }


def clocked(run: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds of one run."""
    cpu, wall = _cpu(), time.perf_counter()
    run()
    return _cpu() - cpu, time.perf_counter() - wall


def _cpu() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def alone(work: Callable[..., object], *arguments: object) -> tuple[float, float, float]:
    """Run once in a process of its own: CPU s, wall s, and the peak of its memory above its start, MB."""
    return in_child(_watched, work, arguments)


def here(work: Callable[..., object], *arguments: object) -> tuple[float, float, float]:
    """Run once in this process, which is quick; the peak of its memory is that of all that it has done."""
    return *clocked(lambda: work(*arguments)), memory()[0]


class WorkerDied(Exception):
    """A worker ended without an answer; the message says how."""


def in_child(work: Callable[..., T], *arguments: object) -> T:
    """Run once in a process of its own, and return what it returns.

    Raises:
        WorkerDied: it was killed, or ran out of memory, or raised an exception.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_reply, args=(theirs, work, arguments))
    process.start()
    # Only the worker holds the other end now: when it ends, however it does, waiting here ends too.
    theirs.close()
    try:
        result, failure = ours.recv()
    except EOFError:
        process.join()
        raise WorkerDied(f"{_name(work, arguments)} {_ending(process.exitcode or 0)}") from None
    finally:
        ours.close()
        process.join(None if process.exitcode is not None else 30)
        process.kill()
    if failure:
        raise WorkerDied(f"{_name(work, arguments)} raised an exception:\n{failure}")
    return result


def _reply(theirs: Connection, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        reply = (work(*arguments), "")
    except Exception:  # noqa: BLE001  # whatever it was, the parent says so
        reply = (None, traceback.format_exc())
    theirs.send(reply)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _name(work: Callable[..., object], arguments: tuple[object, ...]) -> str:
    """Name the innermost function: what was handed on to be watched."""
    inner: Any = next((argument for argument in arguments if callable(argument)), work)
    return f"{inner.__module__}.{inner.__qualname__}" if hasattr(inner, "__qualname__") else str(inner)


def _ending(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}, perhaps for want of memory"
    return f"ended without an answer (exit code {code})"


def _watched(work: Callable[..., object], arguments: tuple[object, ...]) -> tuple[float, float, float]:
    before = _memory("VmRSS")
    cpu, wall = clocked(lambda: work(*arguments))
    own, children = memory()
    return cpu, wall, max(own - before / 1024, children)


def memory() -> tuple[float, float]:
    """Peak of this process, and of the largest process that it has ended, MB."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return _memory("VmHWM") / 1024, children / 1024


def _memory(field: str) -> int:
    """Kilobytes of this process; its own, where getrusage would tell the parent's too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))
