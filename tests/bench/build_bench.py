"""Building what the pages read after a load: the histories and the cube."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.table import Table

from data.snapshot import Snapshot
from tests.bench import aims, figures
from tests.bench.aims import Measured
from tests.bench.cube import build
from tests.bench.parts import Options, Outcome, console, progress
from tests.bench.register import VERSION, make_register


def bench(size: int, options: Options) -> Outcome:
    """At one load before the last, which is anew, and then at the last, which is one more weekly load."""
    out = console()
    with tempfile.TemporaryDirectory() as name:
        progress(out, "making the register")
        register = make_register(size)
        snapshots = [register.snapshot(Path(name), version=version) for version in (VERSION - 1, VERSION)]
        works: dict[str, Callable[..., object]] = {
            "histories": histories,
            "cube, from the histories": build_cube,
        }
        table = Table("", "CPU, s", "wall, s", "peak, MB", "one more weekly load, CPU s", "of building anew")
        anew = weekly = 0.0
        for what, work in works.items():
            costs = [options.once(work, snapshot) for snapshot in snapshots]
            (cpu, wall, peak), (more, _, _) = costs
            anew, weekly = anew + cpu, weekly + more
            table.add_row(
                what, f"{cpu:.2f}", f"{wall:.2f}", f"{peak:,.0f}", f"{more:.2f}", f"{more / cpu:.2f}"
            )
        missing = [subject for subject in figures.SUBJECTS if not _derived(snapshots[-1], subject)]
    out.print(f"\n[bold]Building, {size:,} applications[/bold], once for each load")
    out.print(table)
    out.print(f"Every history is there: {'DIFF, without ' + ', '.join(missing) if missing else 'EQUAL'}")
    return not missing, [Measured(aims.WEEKLY, weekly / anew, size)]


def histories(snapshot: Snapshot) -> None:
    figures.build(snapshot)


def _derived(snapshot: Snapshot, subject: str) -> bool:
    return any(snapshot.folder.glob(f"derived-{subject}-*"))


def build_cube(snapshot: Snapshot) -> None:
    build(figures.build(snapshot))
