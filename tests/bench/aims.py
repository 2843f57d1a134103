"""What is held to and what is aimed at, and how far off it is."""

import datetime as dt
import json
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

LAST = Path(__file__).with_name("last.json")
PACKAGES = ("duckdb", "plotly", "polars", "streamlit")
Limits = tuple[float, float]


@dataclass(frozen=True)
class Aim:
    """limits: the most that holds and what is aimed at, by the least size they are for. least: both are the
    least instead of the most."""

    what: str
    limits: tuple[tuple[int, Limits], ...]
    least: bool = False

    def at(self, size: int) -> Limits | None:
        return next((limits for begins, limits in reversed(self.limits) if size >= begins), None)


def aim(what: str, hold: float, goal: float, *, begins: int = 0, least: bool = False) -> Aim:
    return Aim(what, ((begins, (hold, goal)),), least)


CLICK = aim("a click / an empty page as it comes", 1.5, 0.8)
GROWTH = aim("a page / the same page at the smallest size", 1.2, 1.05)
BYTES = aim("bytes of a page for a value drawn", 8, 3)
ALL_BYTES = aim("bytes for a value drawn, all pages together", 8, 3)
SNAPSHOT = aim("checking the snapshot / a first view", 0.05, 0.05)
READERS = aim("readers at once on one process with p95 <= 1 s", 40, 100, least=True)
BEHIND_PROXY = aim("readers at once on two processes with p95 <= 1 s", 40, 100, least=True)
FIRST_ANSWER = aim("first answer in the browser / an empty page's", 3.5, 2)
ALL_CHARTS = aim("all charts drawn in the browser / an empty page's first answer", 3.5, 2)
FILTERED = aim("filter to drawn in the browser, s", 0.5, 0.35)
IMPORT = aim("importing the app, s of CPU", 2, 1.2)
FIRST_PAGE = aim("the demonstration's first page after the start, s", 3, 3)
WHOLE_SET = Aim("whole set / L", ((0, (6, 3)), (100_000, (4, 2)), (1_000_000, (2, 1.2))))
DUCKDB = aim("whole set / DuckDB on the same histories", 0.5, 0.25)
KNOWN_AT = aim("any known-at day / L", 0.4, 0.15, begins=1_000_000)
KNOWN_AT_GROWTH = aim("any known-at day / at a tenth of the size", 1.2, 1.0, begins=1_000_000)
WEEKLY = aim("one more weekly load / building anew", 0.1, 0.1, begins=1_000_000)
LOADED = aim("memory of loading, GB", 0.6, 0.6, begins=1_000_000)


@dataclass(frozen=True)
class Measured:
    """where: which of several it was, the worst of them. size: number of applications; none: it has no size."""

    aim: Aim
    value: float
    size: int = 0
    where: str = ""

    @property
    def what(self) -> str:
        return f"{self.aim.what} at {self.size:,}" if self.size else self.aim.what

    @property
    def limits(self) -> Limits | None:
        return self.aim.at(self.size)

    @property
    def holds(self) -> bool:
        hold, _ = self.limits or (self.value, 0)
        return self.value >= hold if self.aim.least else self.value <= hold

    def distance(self) -> str:
        """How many times the aim it is, or the aim is it."""
        goal = (self.limits or (0, self.value))[1]
        times = goal / max(self.value, 1e-9) if self.aim.least else self.value / goal
        return "reached" if times <= 1 else f"{min(times, 1000):.1f} times"


def print_aims(console: Console, measured: Iterable[Measured]) -> None:
    rows = [row for row in measured if row.limits]
    if not rows:
        return
    before = read_last()
    table = Table(title="What is held to, and what is aimed at", title_justify="left")
    for column in ("what", "measured", "hold", "", "aim", "distance to the aim", "last time"):
        table.add_column(column, justify="left" if column in ("what", "") else "right")
    for row in rows:
        hold, goal = row.limits or (0, 0)
        last = before.get(row.what)
        table.add_row(
            f"{row.what}\n  {row.where}" if row.where else row.what, number(row.value), number(hold),
            "holds" if row.holds else "DOES NOT HOLD", number(goal), row.distance(),
            "" if last is None else number(last),
        )  # fmt: skip
    console.print(table)


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def read_last() -> dict[str, float]:
    return json.loads(LAST.read_text(encoding="utf-8"))["measured"] if LAST.exists() else {}


def write_last(measured: Iterable[Measured]) -> None:
    """Renew what was measured; what was not stays as it was."""
    rows = {row.what: float(f"{row.value:.3g}") for row in measured if row.limits}
    content = {
        "date": dt.date.today().isoformat(),  # noqa: DTZ011  # a day is enough
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "measured": dict(sorted({**read_last(), **rows}.items())),
    }
    LAST.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def worst(aim: Aim, values: dict[str, float], size: int = 0, *, of: str = "") -> list[Measured]:
    """Return the dearest of several values by where they were measured; none of none."""
    if not values:
        return []
    where = max(values, key=values.__getitem__)
    return [Measured(aim, values[where], size, f"{of}{where}, of {len(values)}")]
