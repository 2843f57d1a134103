"""The whole metric set against a bare read and against DuckDB; clocks against filters; building."""

import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from data.snapshot import Snapshot
from tests.bench import aims, figures, sql
from tests.bench.aims import Measured
from tests.bench.figures import CLOCKS
from tests.bench.measure import Ratio, alone, in_turns
from tests.bench.parts import Options, Outcome, console, progress
from tests.bench.register import make_register

TURNS = {3_778: 15, 100_000: 9, 1_000_000: 7}
EARLIER = dt.date(2024, 1, 11)
MOVED = {
    "the day it speaks of": replace(CLOCKS, as_at=EARLIER),
    "the day it was known on": replace(CLOCKS, known_at=EARLIER),
    "both": replace(CLOCKS, as_at=EARLIER, known_at=EARLIER),
}
AREA = "north"
FILTER = {"area": (AREA,)}

READ, TABLES_READ = "bare read of the columns it needs (L)", "bare read of the tables' columns"
OURS, HISTORIES, TABLES = "Candour", "DuckDB, the same histories", "DuckDB, the bare tables"


def bench(size: int, options: Options) -> Outcome:
    """Print the table of one size; return whether all answers were equal, and what is held to."""
    with tempfile.TemporaryDirectory() as folder:
        return bench_size(console(), size, Path(folder), options)


def bench_size(console: Console, size: int, folder: Path, options: Options) -> Outcome:
    progress(console, "making the register")
    snapshot = make_register(size).snapshot(folder)
    progress(console, "building the histories")
    building = alone(build, snapshot)
    progress(console, "built: CPU {:.1f} s, wall {:.1f} s, peak {:,.0f} MB".format(*building))
    scans = figures.derive(snapshot)
    unlike = compare(snapshot)
    numbers = len(figures.answers(figures.whole_set(scans)))
    verdict = "DIFF" if unlike else "EQUAL"
    console.print(
        f"\n[bold]{size:,} applications[/bold]: {numbers} numbers three ways, on four clocks and narrowed, {verdict}"
    )
    if unlike:
        console.print("\n".join(["No ratio is given of answers that differ.", *unlike[:20]]))
        return False, []
    return True, _time(console, size, snapshot, building, options.turns or TURNS.get(size, 5))


def build(snapshot: Snapshot) -> None:
    figures.derive(snapshot)


def compare(snapshot: Snapshot) -> list[str]:
    """Say where the three differ, on the clocks that are timed and on those that they are moved to."""
    scans, folder = figures.derive(snapshot), snapshot.folder
    others = (sql.over_histories(figures.derived_files(folder)), sql.over_tables(folder))
    unlike: list[str] = []
    for clocks in (CLOCKS, *MOVED.values()):
        ours = figures.answers(figures.whole_set(scans, clocks))
        for other in others:
            unlike += figures.differences(ours, other.whole_set(clocks))
    narrowed = figures.answers(figures.whole_set(scans, CLOCKS, FILTER))
    for other in others:
        unlike += figures.differences(narrowed, other.whole_set(CLOCKS, AREA))
    return unlike


def contenders(snapshot: Snapshot) -> dict[str, Callable[[], object]]:
    scans, folder = figures.derive(snapshot), snapshot.folder
    histories, tables = sql.over_histories(figures.derived_files(folder)), sql.over_tables(folder)
    return {
        READ: lambda: figures.bare_read(scans),
        TABLES_READ: lambda: figures.bare_raw_read(snapshot),
        OURS: lambda: figures.whole_set(scans),
        HISTORIES: lambda: histories.whole_set(CLOCKS),
        TABLES: lambda: tables.whole_set(CLOCKS),
    }


def run_one(snapshot: Snapshot, name: str) -> None:
    contenders(snapshot)[name]()


def _time(
    console: Console, size: int, snapshot: Snapshot, building: tuple[float, float, float], turns: int
) -> list[Measured]:
    timed = in_turns(contenders(snapshot), turns, lambda text: progress(console, text))
    table = Table("", "CPU, s", "wall, s", "peak, MB", "CPU / L", "Candour's CPU / its")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, timing in timed.items():
        peak = alone(run_one, snapshot, name)[2]
        progress(console, f"{name}: peak {peak:,.0f} MB")
        ours = "" if name == OURS else str(timed[OURS].over(timing))
        table.add_row(
            name, *_medians(timing.cpu, timing.wall), f"{peak:,.0f}", str(timing.over(timed[READ])), ours
        )
    cpu, wall, peak = building
    table.add_row("building the histories, once a load", f"{cpu:.3f}", f"{wall:.3f}", f"{peak:,.0f}", "", "")
    console.print(table)
    passes = cpu / _median(timed[TABLES].cpu)
    console.print(
        f"Building the histories costs {passes:.1f} times one pass of the set over the bare tables (DuckDB)."
    )
    _moves(console, snapshot, turns)
    return [
        Measured(aims.WHOLE_SET, timed[OURS].over(timed[READ]).middle, size),
        Measured(aims.DUCKDB, timed[OURS].over(timed[HISTORIES]).middle, size),
    ]


def _moves(console: Console, snapshot: Snapshot, turns: int) -> float:
    """Print what a change of each clock costs against a change of filter; return the dearest."""
    scans = figures.derive(snapshot)
    asked: dict[str, Callable[[], object]] = {
        name: lambda clocks=clocks: figures.whole_set(scans, clocks) for name, clocks in MOVED.items()
    }
    asked["filter"] = lambda: figures.whole_set(scans, CLOCKS, FILTER)
    timed = in_turns(asked, turns, lambda text: progress(console, text))
    ratios: dict[str, Ratio] = {name: timed[name].over(timed["filter"]) for name in MOVED}
    told = ", ".join(f"{name} {ratio}" for name, ratio in ratios.items())
    console.print(f"The whole set anew after a change of clock, against after a change of filter: {told}.")
    return max(ratio.middle for ratio in ratios.values())


def _medians(*columns: list[float]) -> list[str]:
    return [f"{_median(column):.4f}" for column in columns]


def _median(column: list[float]) -> float:
    return sorted(column)[len(column) // 2]
