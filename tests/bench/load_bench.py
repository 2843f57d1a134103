"""A large extract into a fresh ledger, against what must be done at least: reading and inserting it."""

import csv
import sqlite3
import tempfile
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from data.intake.load import load
from data.intake.mapping import read_mapping
from data.review import new_review
from tests.bench import aims
from tests.bench.aims import Measured
from tests.bench.parts import Options, Outcome, console, progress
from tests.bench.register import EXAMPLE, EXTRACTS, make_register

HEADINGS = {
    "application_ref": "Application No",
    "received_on": "Date Received",
    "opened_on": "Review Opened",
    "area": "Area",
    "route": "Route",
    "category": "Made By",
    "decision": "Decision",
    "decided_on": "Decision Date",
    "disclosed_on": "Disclosure Date",
    "in_scope": "In Scope",
}
CODES = {
    "area": {"north": "N", "east": "E", "south": "S", "west": "W", "central": "C", "headquarters": "HQ"},
    "route": {"right to ask": "RTA", "right to know": "RTK"},
    "decision": {"no disclosure": "NDISC"},
    "category": {"person asks": "SELF", "third party asks": "3RD", "police": "POL", "partner agency": "AGY"},
}
CANDOUR, READ, FLOOR = "Candour's intake", "polars.read_csv", "csv and sqlite3.executemany"


def bench(rows: int, options: Options) -> Outcome:
    """Print what loading costs beside the floors; return whether every row arrived in each."""
    out = console()
    # The floors twice: they are quick, and the first reads the file from disk.
    turns = min(options.turns or 2, 2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        progress(out, "writing the extract")
        file = write_extract(folder, rows)
        review = _empty_review(folder)
        progress(out, "the floors")
        spent = {
            READ: min(options.once(read, file) for _ in range(turns)),
            FLOOR: min(options.once(insert, file, folder / f"floor-{turn}.sqlite") for turn in range(turns)),
        }
        progress(out, "Candour's intake")
        spent[CANDOUR] = options.once(take_in, review, file)
        arrived = {
            READ: read(file),
            FLOOR: _count(folder / "floor-0.sqlite", "SELECT count(*) FROM applications"),
            CANDOUR: _count(
                review / "ledger.sqlite", "SELECT count(*) FROM applications WHERE closed_by IS NULL"
            ),
        }
        whole = all(count == rows for count in arrived.values())
        size = file.stat().st_size / 1e6
        out.print(
            f"\n[bold]Loading {rows:,} applications[/bold], {size:.0f} MB of CSV, into a fresh SQLite ledger"
        )
        out.print(f"Rows that arrived: {arrived}, {'EQUAL' if whole else 'DIFF, so no ratio is given'}")
        if whole:
            _print(out, spent, rows)
    return whole, [Measured(aims.LOADED, spent[CANDOUR][2] / 1000, rows)]


def write_extract(folder: Path, rows: int) -> Path:
    """Write the applications as a register would: its own headings and codes, days the British way."""
    path = folder / "applications.csv"
    current = (
        make_register(rows)
        .versions["applications"]
        .unique("application_ref", keep="first", maintain_order=True)
    )
    decided = {
        "decision": pl.lit("no disclosure"),
        "decided_on": pl.col("received_on") + pl.duration(days=28),
    }
    current.with_columns(disclosed_on=pl.lit(None, pl.Date), **decided).select(
        pl.col(name).replace_strict(CODES[name]) if name in CODES
        else pl.col(name).dt.strftime("%d/%m/%Y") if name.endswith("_on")
        else pl.when(name).then(pl.lit("Y")).otherwise(pl.lit("N")).alias(name) if name == "in_scope"
        else pl.col(name)
        for name in HEADINGS
    ).rename(HEADINGS).write_csv(path)  # fmt: skip
    return path


def read(file: Path) -> int:
    return pl.read_csv(file).height


def insert(file: Path, database: Path) -> None:
    """Put the file's text into one bare table: no checks, no types, no versions."""
    with sqlite3.connect(database) as connection, file.open(encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        columns = ", ".join(f'"{heading}"' for heading in next(rows))
        connection.execute(f"CREATE TABLE applications ({columns})")
        connection.executemany(f"INSERT INTO applications VALUES ({', '.join('?' * len(HEADINGS))})", rows)
    connection.close()


def take_in(folder: Path, file: Path) -> None:
    from data.review import open_review

    mapping = read_mapping(EXAMPLE.with_name("mapping.toml"))
    load(open_review(folder), [str(file)], mapping, recorded_on=EXTRACTS[-1])


def _empty_review(folder: Path) -> Path:
    terms = folder / "terms.toml"
    terms.write_text(
        EXAMPLE.read_text(encoding="utf-8").replace("demonstration = true", ""), encoding="utf-8"
    )
    return new_review(folder / "review", terms).folder


def _count(database: Path, query: str) -> int:
    with sqlite3.connect(database) as connection:
        count = connection.execute(query).fetchone()[0]
    connection.close()
    return count


def _print(console: Console, spent: dict[str, tuple[float, float, float]], rows: int) -> None:
    table = Table("", "rows/s", "CPU, s", "wall, s", "peak, MB", "Candour's CPU / its")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, (cpu, wall, peak) in spent.items():
        ratio = "" if name == CANDOUR else f"{spent[CANDOUR][0] / cpu:.1f}"
        table.add_row(name, f"{rows / wall:,.0f}", f"{cpu:.2f}", f"{wall:.2f}", f"{peak:,.0f}", ratio)
    console.print(table)
