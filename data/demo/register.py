"""The fictional register and its weekly extracts, with slips in rows that no published figure needs."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import polars as pl

from data.demo.dates import EXTRACTS, LAST_ON, MAY_ON, STATEMENTS
from data.intake.mapping import ColumnPlan, Plan, TablePlan
from data.schema import SCHEMAS

REGISTER = Path(__file__).parents[1] / "examples" / "demonstration" / "register"

# The contact team and the inbox send their lists every other week, and for each statement.
EVERY_OTHER_WEEK = frozenset({"people_to_contact", "contact_states", "contact_attempts", "enquiries"})
FORTNIGHTS = frozenset({*EXTRACTS[::2], *STATEMENTS})
WRITTEN = {"entered_on": pl.Date(), "left_on": pl.Date(), "filled_on": pl.Date()}
# What the analyst wrote beside the load of a day, where it was more than "Weekly extract".
NOTES = {
    **{
        day: f"Weekly extract, with {count} applications added following additional database checks"
        for day, count in ((dt.date(2024, 2, 8), 74), (dt.date(2024, 2, 22), 81), (dt.date(2024, 3, 7), 41))
    },
    MAY_ON: "Extract for the closing statement, a day early",
    LAST_ON: "Last extract",
}
# Dated notes on figures: when recorded, the day they speak of, words, figures.
REMARKS = (
    (
        dt.date(2024, 1, 4),
        dt.date(2023, 12, 25),
        "Christmas week: most staff were on leave",
        ("full_time_equivalents",),
    ),
    (dt.date(2024, 1, 18), dt.date(2024, 1, 15), "Most of the triage team moved to detailed reviews", ()),
)
FILLED_LATER = {
    "reviews": ("completed_on", "outcome"),
    "recommendations": ("responded_on",),
    "enquiries": ("answered_on",),
}
NEVER_FAILED = pl.col("outcome") == "no failure"


class Slip(NamedTuple):
    """One wrong cell, in the first row that fits among those that are new or changed in an extract."""

    table: str
    on: dt.date
    fits: pl.Expr
    column: str
    cell: str


ANSWERED = pl.col("answered_on").is_not_null()
UNSAFE = pl.col("state") == "not safe or appropriate"
MODE_DECIDED = pl.col("status") == "mode decided"
STANDARD = pl.col("grade") == "standard"
IN_FEBRUARY = pl.col("received_on").dt.month() == 2  # noqa: PLR2004
SLIPS = (
    Slip("applications", dt.date(2023, 10, 12), pl.col("area") == "west", "area", "NW"),
    Slip("reviews", dt.date(2023, 11, 9), NEVER_FAILED, "completed_on", "08/11/2022"),
    Slip("enquiries", dt.date(2023, 12, 14), ANSWERED, "answered_on", "12/10/2023"),
    Slip("contact_states", dt.date(2024, 1, 25), UNSAFE, "approved_by_ref", ""),
    Slip("referral_events", dt.date(2024, 2, 1), MODE_DECIDED, "mode", ""),
    Slip("risk_assessments", dt.date(2024, 2, 22), STANDARD, "grade", "STANDRAD"),
    # Its risk assessment, in the same extract, has to wait with it.
    Slip("applications", dt.date(2024, 3, 7), IN_FEBRUARY, "received_on", "31/02/2017"),
    Slip("staffing", dt.date(2024, 3, 21), pl.col("team") == "contact", "headcount", "4.5"),
    Slip("reviews", dt.date(2024, 4, 11), NEVER_FAILED, "outcome", ""),
    Slip("reviews", dt.date(2024, 4, 25), NEVER_FAILED, "completed_on", "23/04/2025"),
)


@dataclass
class Register:
    states: dict[str, pl.DataFrame]
    sent: dict[str, pl.DataFrame] = field(default_factory=dict[str, pl.DataFrame])

    def extracts(self, plan: Plan, folder: Path, day: dt.date, again: set[str]) -> Iterator[Path]:
        for table in plan.tables:
            asked = table.table in again
            if day not in FORTNIGHTS and table.table in EVERY_OTHER_WEEK and not asked:
                continue
            rows = _rows_on(self.states[table.table], table.table, day)
            last = self.sent.get(table.table, rows.clear())
            if rows.equals(last) and not asked:
                continue
            cells = _slipped(table.table, day, rows, last, _cells(rows, table))
            path = folder / (table.file or f"{table.table}*.csv").replace("*", f"-{day}")
            # Registers print columns of their own too, which nobody asked for: the intake drops them.
            cells.with_columns(pl.lit(f"{day:%d/%m/%Y}").alias("Extracted On")).write_csv(path)
            self.sent[table.table] = rows
            yield path


def fictional_register() -> Register:
    types = {table: {**pl.Schema(schema), **WRITTEN} for table, schema in SCHEMAS.items()}
    return Register({table: pl.read_csv(REGISTER / f"{table}.csv", schema=types[table]) for table in types})


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
        for name in FILLED_LATER.get(table, ())
    ]
    rows = states.filter(present).with_columns(written).select(SCHEMAS[table].column_names())
    return rows.sort(SCHEMAS[table].primary_key())


def _slipped(
    table: str, day: dt.date, rows: pl.DataFrame, before: pl.DataFrame, cells: pl.DataFrame
) -> pl.DataFrame:
    """rows: those that the cells were written from, one for one; before: those of the extract before it."""
    for slip in (slip for slip in SLIPS if (slip.table, slip.on) == (table, day)):
        changed = rows.with_row_index("place").join(before, on=rows.columns, how="anti", nulls_equal=True)
        place = changed.filter(slip.fits).sort("place").item(0, "place")
        heading = cells.columns[SCHEMAS[table].column_names().index(slip.column)]
        here = pl.int_range(pl.len()) == place
        cells = cells.with_columns(pl.when(here).then(pl.lit(slip.cell)).otherwise(heading).alias(heading))
    return cells
