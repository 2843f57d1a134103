"""The demonstration: a fictional register loaded week by week, through the same intake as any other."""

import datetime as dt
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import dataframely as dy
import polars as pl

from data.errors import refusal
from data.formatting import written_day
from data.intake.load import Progress, load, silent
from data.intake.mapping import ColumnPlan, Plan, TablePlan, read_mapping
from data.notes import Notes
from data.publishing.release import Person
from data.publishing.states import Step
from data.releases import Releases, read_statements
from data.review import TERMS, Review, new_review, open_review
from data.schema import SCHEMAS
from data.stable_file import refuse_filled, whole_folder
from data.terms import read_toml

ANNOUNCED_ON = dt.date(2023, 10, 26)
NOVEMBER_ON = dt.date(2023, 11, 30)
JANUARY_ON = dt.date(2024, 1, 11)
MAY_ON = dt.date(2024, 5, 22)
STATEMENTS = (ANNOUNCED_ON, NOVEMBER_ON, JANUARY_ON, MAY_ON)

ABANDONED_SECONDS = 15 * 60
TYPIST = Person("demonstration press officer", "press officer")
ANALYST = Person("demonstration analyst", "analyst")
CONFIRMS = Person("demonstration release approver", "release approver")

EXAMPLES = Path(__file__).parent / "examples"
EXAMPLE = EXAMPLES / "demonstration"
DEMONSTRATIONS = tuple(sorted(path.parent.name for path in EXAMPLES.glob("*/loads.toml")))
WRITTEN = {"entered_on": pl.Date(), "left_on": pl.Date(), "filled_on": pl.Date()}


class Slip(NamedTuple):
    """A wrong cell in an extract. key: of its row, its parts with a space between."""

    table: str
    on: dt.date
    key: str
    column: str
    cell: str


def loads_of(example: Path) -> dict[str, Any]:
    loads = read_toml(example / "loads.toml")
    return {**loads, "slips": [Slip(*slip) for slip in loads["slips"]]}


@dataclass
class Register:
    states: dict[str, pl.DataFrame]
    loads: dict[str, Any]
    sent: dict[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])

    def extracts(self, plan: Plan, folder: Path, day: dt.date, again: set[str]) -> Iterator[Path]:
        fortnight = day in self.loads["extracts"][::2] or day in STATEMENTS
        for table in plan.tables:
            asked = table.table in again
            if not fortnight and table.table in self.loads["every_other_week"] and not asked:
                continue
            rows = self._rows_on(table.table, day)
            if rows.equals(self.sent.get(table.table, rows.clear())) and not asked:
                continue
            cells = self._slipped(table.table, day, rows, _cells(rows, table))
            path = folder / (table.file or f"{table.table}*.csv").replace("*", f"-{day}")
            # Registers print columns of their own too, which nobody asked for: the intake drops them.
            cells.with_columns(pl.lit(f"{day:%d/%m/%Y}").alias("Extracted On")).write_csv(path)
            self.sent[table.table] = rows
            yield path

    def _rows_on(self, table: str, day: dt.date) -> pl.DataFrame:
        present = (pl.col("entered_on") <= day) & (pl.col("left_on").is_null() | (pl.col("left_on") > day))
        written = [
            pl.when(pl.col("filled_on") <= day).then(pl.col(name)).otherwise(None).alias(name)
            for name in self.loads["filled_later"].get(table, ())
        ]
        names = [name for name in SCHEMAS[table].column_names() if name in self.states[table].columns]
        rows = self.states[table].filter(present).with_columns(written).select(names)
        return rows.sort(SCHEMAS[table].primary_key())

    def _slipped(self, table: str, day: dt.date, rows: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
        keys = rows.select(pl.concat_str(SCHEMAS[table].primary_key(), separator=" ")).to_series()
        for slip in (slip for slip in self.loads["slips"] if (slip.table, slip.on) == (table, day)):
            heading = cells.columns[rows.columns.index(slip.column)]
            slipped = pl.when(keys == slip.key).then(pl.lit(slip.cell)).otherwise(heading)
            cells = cells.with_columns(slipped.alias(heading))
        return cells


def _cells(rows: pl.DataFrame, plan: TablePlan) -> pl.DataFrame:
    return rows.select(
        _written(column, given).alias(given.label or name)
        for name, column in plan.schema_columns.items()
        if (given := plan.columns.get(name)) and name in rows.columns
    )


def _written(column: dy.Column, plan: ColumnPlan) -> pl.Expr:
    values = column.col
    if plan.formats:
        return values.dt.to_string(plan.formats[0])
    if isinstance(column, dy.Bool):
        values = pl.when(values).then(pl.lit("yes")).otherwise(pl.lit("no"))
    codes = {ours: given for given, ours in plan.codes.items()}
    return values.cast(pl.String).replace(codes)


def build(folder: Path, *, example: str = "demonstration", progress: Progress = silent) -> Review:
    """Build it in an empty `folder`, whole or not at all. example: one of DEMONSTRATIONS."""
    if os.environ.get("CANDOUR_LEDGER"):
        raise refusal("ledger_named")
    refuse_filled(folder, "choose another folder for the demonstration")
    # A build that was killed cannot clear up; one that is under way is younger than this.
    for abandoned in folder.parent.glob(f".{folder.name}-making-*"):
        if time.time() - abandoned.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(abandoned, ignore_errors=True)
    try:
        with whole_folder(folder) as unfinished:
            _play(unfinished, EXAMPLES / example, progress)
    except OSError:
        # Another process may have just built it; every build is the same.
        if not (folder / TERMS).exists():
            raise
    return open_review(folder)


def _play(folder: Path, example: Path, progress: Progress) -> None:
    review = new_review(folder, example / TERMS)
    plan, loads = read_mapping(example / "mapping.toml"), loads_of(example)
    register = Register({table.table: _states(example, table.table) for table in plan.tables}, loads)
    again: set[str] = set()
    extracts = loads["extracts"]
    with tempfile.TemporaryDirectory(dir=folder) as mail:
        for done, day in enumerate(extracts):
            progress(f"Loading the extract of {written_day(day)}", done, len(extracts))
            files = [str(path) for path in register.extracts(plan, Path(mail), day, again)]
            note = dict(loads["notes"]).get(day, loads["note"])
            outcome = load(review, files, plan, recorded_on=day, note=note, demonstration=True)
            # A rejected row is sent again, mended or no longer alone, a week later.
            again = {receipt.table_name for receipt in outcome.receipts if receipt.quarantined}
    releases = Releases(review.ledger, review.record)
    statements = example / "statements.toml"
    for statement, published_at in read_statements(statements, review.terms) if statements.exists() else ():
        release = releases.entered(TYPIST, statement, published_at)
        releases.step(release.id, Step.CONFIRMED, CONFIRMS, seen=release.seen)
    for recorded_from, happened_on, words, figures in loads["remarks"]:
        Notes(review, lambda day=recorded_from: day).add(ANALYST, happened_on, words, figures)
    progress("Taking a snapshot", len(extracts), len(extracts))
    review.snapshot()
    # The last connection to go folds the ledger's journal into the ledger.
    review.close()


def _states(example: Path, table: str) -> pl.DataFrame:
    types = {**pl.Schema(SCHEMAS[table]), **WRITTEN}
    path = example / "register" / f"{table}.csv"
    names = pl.read_csv(path, n_rows=0).columns
    return pl.read_csv(path, schema={name: types[name] for name in names})
