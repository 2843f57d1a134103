"""Slips in the register's extracts: each holds a row back until a later extract has it right.

None touches a row that a published figure needs on its day.
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from data.schema import SCHEMAS

NEVER_FAILED = pl.col("outcome") == "no failure"


@dataclass(frozen=True, kw_only=True)
class Slip:
    """One wrong cell, in the first row that fits among those that are new or changed in an extract."""

    table: str
    on: dt.date
    fits: pl.Expr
    column: str
    cell: str


SLIPS = (
    Slip(
        table="applications",
        on=dt.date(2023, 10, 12),
        fits=pl.col("area") == "west",
        column="area",
        cell="NW",
    ),
    Slip(
        table="reviews",
        on=dt.date(2023, 11, 9),
        fits=NEVER_FAILED,
        column="completed_on",
        cell="08/11/2022",
    ),
    Slip(
        table="enquiries",
        on=dt.date(2023, 12, 14),
        fits=pl.col("answered_on").is_not_null(),
        column="answered_on",
        cell="12/10/2023",
    ),
    Slip(
        table="contact_states",
        on=dt.date(2024, 1, 25),
        fits=pl.col("state") == "not safe or appropriate",
        column="approved_by_ref",
        cell="",
    ),
    Slip(
        table="referral_events",
        on=dt.date(2024, 2, 1),
        fits=pl.col("status") == "mode decided",
        column="mode",
        cell="",
    ),
    Slip(
        table="risk_assessments",
        on=dt.date(2024, 2, 22),
        fits=pl.col("grade") == "standard",
        column="grade",
        cell="STANDRAD",
    ),
    # Its risk assessment, in the same extract, has to wait with it.
    Slip(
        table="applications",
        on=dt.date(2024, 3, 7),
        fits=pl.col("received_on").dt.month() == 2,  # noqa: PLR2004
        column="received_on",
        cell="31/02/2017",
    ),
    Slip(
        table="staffing",
        on=dt.date(2024, 3, 21),
        fits=pl.col("team") == "contact",
        column="headcount",
        cell="4.5",
    ),
    Slip(
        table="reviews",
        on=dt.date(2024, 4, 11),
        fits=NEVER_FAILED,
        column="outcome",
        cell="",
    ),
    Slip(
        table="reviews",
        on=dt.date(2024, 4, 25),
        fits=NEVER_FAILED,
        column="completed_on",
        cell="23/04/2025",
    ),
)


def slipped(
    table: str, day: dt.date, rows: pl.DataFrame, before: pl.DataFrame, cells: pl.DataFrame
) -> pl.DataFrame:
    """Cells of an extract with the slips of that day in them.

    rows: the register's rows that the cells were written from, one for one; before: those of the
    extract before it.
    """
    for slip in (slip for slip in SLIPS if (slip.table, slip.on) == (table, day)):
        place = _place(slip, rows, before)
        heading = cells.columns[SCHEMAS[table].column_names().index(slip.column)]
        here = pl.int_range(pl.len()) == place
        cells = cells.with_columns(pl.when(here).then(pl.lit(slip.cell)).otherwise(heading).alias(heading))
    return cells


def _place(slip: Slip, rows: pl.DataFrame, before: pl.DataFrame) -> int:
    stirred = rows.with_row_index("place").join(before, on=rows.columns, how="anti", nulls_equal=True)
    return stirred.filter(slip.fits).sort("place").item(0, "place")
