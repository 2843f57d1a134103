"""How a part of the benchmark is run: what was asked for, where it prints, and what it returns."""

import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from rich.console import Console

from tests.bench.aims import Measured
from tests.bench.measure import alone, here, memory


@dataclass(frozen=True)
class Options:
    """smallest: the size that pages at larger sizes are compared with. turns: how often each thing is timed; 1: a short run.
    pages: titles of those to visit; none: all. demonstration: one that is there; none: it is built."""

    smallest: int
    turns: int | None = None
    pages: tuple[str, ...] = ()
    demonstration: Path | None = None

    @property
    def short(self) -> bool:
        return self.turns == 1

    @property
    def once(self) -> Callable[..., tuple[float, float, float]]:
        """What runs a piece of work once, in a process of its own unless the run is to be short."""
        return here if self.short else alone


Outcome = tuple[bool, list[Measured]]
"""Whether all answers were equal, and what was measured."""
Bench = Callable[[int, Options], Outcome]


@dataclass(frozen=True)
class Part:
    """A function of a module that only the worker imports, so that each starts with few imports."""

    module: str
    function: str = "bench"

    def __call__(self, size: int, options: Options) -> Outcome:
        return getattr(import_module(f"tests.bench.{self.module}"), self.function)(size, options)

    def __str__(self) -> str:
        return f"{self.module}.{self.function}"


def run(bench: Bench, size: int, options: Options) -> Outcome:
    """Run a part at one size and print what memory it took; meant for a process of its own."""
    outcome = bench(size, options)
    own, children = memory()
    progress(console(), f"peak memory {own:,.0f} MB, the largest of its workers {children:,.0f} MB")
    return outcome


def console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 140)


def progress(out: Console, text: str) -> None:
    """Print a line with the time; rich flushes each, so a run that is cut short has printed it."""
    out.print(f"{dt.datetime.now().astimezone():%H:%M:%S} {text}", style="dim", markup=False, highlight=False)
