"""What a start costs: importing the app, and the first page of the demonstration."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from rich.table import Table

from data.demo import build
from tests.bench import aims
from tests.bench.aims import Measured
from tests.bench.measure import clocked
from tests.bench.parts import Options, Outcome, console, progress
from tests.bench.visitor import ROOT, Server

TURNS = 3
IMPORTED = ("streamlit", "polars", "plotly.graph_objects", "sqlalchemy", "dashboard")


def bench(size: int, options: Options) -> Outcome:
    """Of a demonstration, which has a size of its own."""
    del size
    out, turns = console(), options.turns or TURNS
    with tempfile.TemporaryDirectory() as folder:
        review = options.demonstration
        if review is None:
            progress(out, "building the demonstration")
            review = Path(folder) / "demonstration"
            build(review).ledger.engine.dispose()
        table = Table("", "CPU, s", "wall, s")
        spent: dict[str, float] = {}
        for module in IMPORTED:
            costs = [clocked(lambda: _import(module, review)) for _ in range(turns)]  # called at once
            spent[module] = median(cpu for cpu, _ in costs)
            table.add_row(
                f"importing {module}", f"{spent[module]:.2f}", f"{median(wall for _, wall in costs):.2f}"
            )
        walls: list[float] = []
        for words in ("first page, nothing built yet", "first page of a second start"):
            began = time.perf_counter()
            with Server("candour", "shipped", review) as server, server.visit(""):
                walls.append(time.perf_counter() - began)
                table.add_row(words, f"{server.cpu():.2f}", f"{walls[-1]:.2f}")
    out.print("\n[bold]A cold start[/bold]", table)
    return True, [Measured(aims.IMPORT, spent["dashboard"]), Measured(aims.FIRST_PAGE, walls[0])]


def _import(module: str, review: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", f"import {module}"], cwd=ROOT, check=True,
        env={**os.environ, "CANDOUR_REVIEW": str(review)},
    )  # fmt: skip
