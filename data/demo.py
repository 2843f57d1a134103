"""The demonstration: a fictional register loaded week by week, through the same intake as any other."""

import datetime as dt
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

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
LAST_ON = dt.date(2024, 5, 30)
STATEMENTS = (ANNOUNCED_ON, NOVEMBER_ON, JANUARY_ON, MAY_ON)

_WEEKLY = [dt.date(2023, 10, 5) + dt.timedelta(weeks=week) for week in range(35)]
# The extract of MAY_ON's week was brought forward a day, for the closing statement.
EXTRACTS = tuple(MAY_ON if day == MAY_ON + dt.timedelta(days=1) else day for day in _WEEKLY)

ABANDONED_SECONDS = 15 * 60
TYPIST = Person("demonstration press officer", "press officer")
ANALYST = Person("demonstration analyst", "analyst")
CONFIRMS = Person("demonstration release approver", "release approver")

EXAMPLE = Path(__file__).parent / "examples" / "demonstration"
REGISTER = EXAMPLE / "register"

FORTNIGHTS = frozenset({*EXTRACTS[::2], *STATEMENTS})
WRITTEN = {"entered_on": pl.Date(), "left_on": pl.Date(), "filled_on": pl.Date()}


class Slip(NamedTuple):
    """A wrong cell in an extract. key: of its row, its parts with a space between."""

    table: str
    on: dt.date
    key: str
    column: str
    cell: str


_LOADS = read_toml(EXAMPLE / "loads.toml")
SLIPS = [Slip(*slip) for slip in _LOADS["slips"]]


@dataclass
class Register:
    states: dict[str, pl.DataFrame]
    sent: dict[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])

    def extracts(self, plan: Plan, folder: Path, day: dt.date, again: set[str]) -> Iterator[Path]:
        for table in plan.tables:
            asked = table.table in again
            if day not in FORTNIGHTS and table.table in _LOADS["every_other_week"] and not asked:
                continue
            rows = _rows_on(self.states[table.table], table.table, day)
            if rows.equals(self.sent.get(table.table, rows.clear())) and not asked:
                continue
            cells = _slipped(table.table, day, rows, _cells(rows, table))
            path = folder / (table.file or f"{table.table}*.csv").replace("*", f"-{day}")
            # Registers print columns of their own too, which nobody asked for: the intake drops them.
            cells.with_columns(pl.lit(f"{day:%d/%m/%Y}").alias("Extracted On")).write_csv(path)
            self.sent[table.table] = rows
            yield path


def _cells(rows: pl.DataFrame, plan: TablePlan) -> pl.DataFrame:
    return rows.select(
        _written(column, given).alias(given.column or name)
        for name, column in plan.schema_columns.items()
        if (given := plan.columns.get(name))
    )


def _written(column: dy.Column, plan: ColumnPlan) -> pl.Expr:
    values = column.col
    if plan.formats:
        return values.dt.to_string(plan.formats[0])
    if isinstance(column, dy.Bool):
        values = pl.when(values).then(pl.lit("yes")).otherwise(pl.lit("no"))
    codes = {ours: given for given, ours in plan.codes.items()}
    return values.cast(pl.String).replace(codes)


def _rows_on(states: pl.DataFrame, table: str, day: dt.date) -> pl.DataFrame:
    present = (pl.col("entered_on") <= day) & (pl.col("left_on").is_null() | (pl.col("left_on") > day))
    written = [
        pl.when(pl.col("filled_on") <= day).then(pl.col(name)).otherwise(None).alias(name)
        for name in _LOADS["filled_later"].get(table, ())
    ]
    rows = states.filter(present).with_columns(written).select(SCHEMAS[table].column_names())
    return rows.sort(SCHEMAS[table].primary_key())


def _slipped(table: str, day: dt.date, rows: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    keys = rows.select(pl.concat_str(SCHEMAS[table].primary_key(), separator=" ")).to_series()
    for slip in (slip for slip in SLIPS if (slip.table, slip.on) == (table, day)):
        heading = cells.columns[SCHEMAS[table].column_names().index(slip.column)]
        slipped = pl.when(keys == slip.key).then(pl.lit(slip.cell)).otherwise(heading)
        cells = cells.with_columns(slipped.alias(heading))
    return cells


def build(folder: Path, *, progress: Progress = silent) -> Review:
    """Build it in an empty `folder`, whole or not at all."""
    if os.environ.get("CANDOUR_LEDGER"):
        raise refusal("ledger_named")
    refuse_filled(folder, "choose another folder for the demonstration")
    # A build that was killed cannot clear up; one that is under way is younger than this.
    for abandoned in folder.parent.glob(f".{folder.name}-making-*"):
        if time.time() - abandoned.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(abandoned, ignore_errors=True)
    try:
        with whole_folder(folder) as unfinished:
            _play(unfinished, progress)
    except OSError:
        # Another process may have just built it; every build is the same.
        if not (folder / TERMS).exists():
            raise
    return open_review(folder)


def _play(folder: Path, progress: Progress) -> None:
    review = new_review(folder, EXAMPLE / TERMS)
    plan = read_mapping(EXAMPLE / "mapping.toml")
    types = {table: {**pl.Schema(schema), **WRITTEN} for table, schema in SCHEMAS.items()}
    register = Register(
        {table: pl.read_csv(REGISTER / f"{table}.csv", schema=types[table]) for table in SCHEMAS}
    )
    again: set[str] = set()
    with tempfile.TemporaryDirectory(dir=folder) as mail:
        for done, day in enumerate(EXTRACTS):
            progress(f"Loading the extract of {written_day(day)}", done, len(EXTRACTS))
            files = [str(path) for path in register.extracts(plan, Path(mail), day, again)]
            note = dict(_LOADS["notes"]).get(day, "Weekly extract")
            outcome = load(review, files, plan, recorded_on=day, note=note, demonstration=True)
            # A rejected row is sent again, mended or no longer alone, a week later.
            again = {receipt.table_name for receipt in outcome.receipts if receipt.quarantined}
    releases = Releases(review.ledger, review.record)
    for statement, published_at in read_statements(EXAMPLE / "statements.toml", review.terms):
        release = releases.entered(TYPIST, statement, published_at)
        releases.step(release.id, Step.CONFIRMED, CONFIRMS, seen=release.seen)
    for recorded_from, happened_on, words, figures in _LOADS["remarks"]:
        Notes(review, lambda day=recorded_from: day).add(ANALYST, happened_on, words, figures)
    progress("Taking a snapshot", len(EXTRACTS), len(EXTRACTS))
    review.snapshot()
    # The last connection to go folds the ledger's journal into the ledger.
    review.ledger.engine.dispose()
