"""CPU, wall and memory of things done side by side on a machine that does other things too.

What is compared is run in turns, so that a busy minute falls on all alike; a ratio is the median of
the ratios of the turns, with the quarter below and above it as its spread. CPU is the process's
total, user and system, all threads.
"""

import multiprocessing
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles


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


def in_turns(contenders: Mapping[str, Callable[[], object]], turns: int) -> dict[str, Timing]:
    """Run each contender once to warm up, then all of them `turns` times, one after another."""
    for run in contenders.values():
        run()
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for turn in range(turns):
        # Every other turn runs backwards: whoever follows a heavy neighbour is not always the same.
        order = list(contenders.items())[:: 1 if turn % 2 == 0 else -1]
        for name, run in order:
            spent[name].append(clocked(run))
    return {
        name: Timing([cpu for cpu, _ in each], [wall for _, wall in each]) for name, each in spent.items()
    }


def clocked(run: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds of one run."""
    cpu, wall = time.process_time(), time.perf_counter()
    run()
    return time.process_time() - cpu, time.perf_counter() - wall


def alone(work: Callable[..., object], *arguments: object) -> tuple[float, float, float]:
    """Run once in a process of its own: CPU s, wall s, and the peak of its memory above its start, MB."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_watched, (work, arguments))


def _watched(work: Callable[..., object], arguments: tuple[object, ...]) -> tuple[float, float, float]:
    before = _memory("VmRSS")
    cpu, wall = clocked(lambda: work(*arguments))
    return cpu, wall, (_memory("VmHWM") - before) / 1024


def _memory(field: str) -> int:
    """Kilobytes of this process; its own, where getrusage would tell the parent's too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))
