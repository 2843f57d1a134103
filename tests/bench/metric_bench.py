"""The whole metric set against a bare read and against DuckDB; clocks against filters."""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from data.snapshot import Snapshot
from tests.bench import aims, figures, sql
from tests.bench.aims import Measured
from tests.bench.cube import answers, build
from tests.bench.figures import CLOCKS
from tests.bench.measure import in_turns
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
    turns = options.turns or TURNS.get(size, 5)
    measured = _time(console, size, snapshot, turns, options)
    _moves(console, snapshot, turns)
    return True, [*measured, *_known_at(console, size, snapshot, folder / "tenth", turns)]


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
    return [*unlike, *_unlike_cube(scans)]


def _unlike_cube(scans: figures.Scans) -> Iterator[str]:
    cubes = build(scans)
    for clocks in (CLOCKS, *MOVED.values()):
        ours = figures.answers(figures.whole_set(scans, clocks))
        counted = {(name, ""): tuple(numbers.values()) for name, numbers in answers(cubes, clocks).items()}
        yield from figures.differences(
            {key: ours[key] for key in ours.keys() & counted.keys()},
            {key: counted[key] for key in ours.keys() & counted.keys()},
        )


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


def _time(console: Console, size: int, snapshot: Snapshot, turns: int, options: Options) -> list[Measured]:
    timed = in_turns(contenders(snapshot), turns, lambda text: progress(console, text))
    table = Table("", "CPU, s", "wall, s", "peak, MB", "CPU / L", "Candour's CPU / its")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, timing in timed.items():
        peak = options.once(run_one, snapshot, name)[2]
        progress(console, f"{name}: peak {peak:,.0f} MB")
        ours = "" if name == OURS else str(timed[OURS].over(timing))
        table.add_row(
            name, *_medians(timing.cpu, timing.wall), f"{peak:,.0f}", str(timing.over(timed[READ])), ours
        )
    console.print(table)
    return [
        Measured(aims.WHOLE_SET, timed[OURS].over(timed[READ]).middle, size),
        Measured(aims.DUCKDB, timed[OURS].over(timed[HISTORIES]).middle, size),
    ]


def _known_at(console: Console, size: int, snapshot: Snapshot, folder: Path, turns: int) -> list[Measured]:
    """Any known-at day of the cube against L, and against a tenth of the size."""
    clocks = MOVED["the day it was known on"]
    tenth = make_register(max(size // 10, 30)).snapshot(folder)
    asked: dict[str, Callable[[], object]] = {READ: lambda: figures.bare_read(figures.derive(snapshot))}
    for name, rows in (("a tenth", figures.derive(tenth)), ("all", figures.derive(snapshot))):
        asked[name] = partial(answers, build(rows), clocks)
    timed = in_turns(asked, turns, lambda text: progress(console, text))
    against, growth = timed["all"].over(timed[READ]), timed["all"].over(timed["a tenth"])
    console.print(f"Any known-at day from the cube: {against} L; {growth} times a tenth of the applications.")
    return [
        Measured(aims.KNOWN_AT, against.middle, size),
        Measured(aims.KNOWN_AT_GROWTH, growth.middle, size),
    ]


def _moves(console: Console, snapshot: Snapshot, turns: int) -> None:
    """Print what a change of each clock costs against a change of filter."""
    scans = figures.derive(snapshot)
    asked: dict[str, Callable[[], object]] = {
        name: partial(figures.whole_set, scans, clocks) for name, clocks in MOVED.items()
    }
    asked["filter"] = lambda: figures.whole_set(scans, CLOCKS, FILTER)
    timed = in_turns(asked, turns, lambda text: progress(console, text))
    ratios = ", ".join(f"{name} {timed[name].over(timed['filter'])}" for name in MOVED)
    console.print(f"The whole set anew after a change of clock, against after a change of filter: {ratios}.")


def _medians(*columns: list[float]) -> list[str]:
    return [f"{_median(column):.4f}" for column in columns]


def _median(column: list[float]) -> float:
    return sorted(column)[len(column) // 2]
