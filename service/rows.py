"""Rows as a reader sees them, on a page or in a file."""

from collections.abc import Sequence

import polars as pl

from data.formatting import capitalised
from metrics.dimensions import PART

MOST_ROWS = 1_000
HIDDEN = (
    "recorded_from", "recorded_to", "earlier_grades", "graded_on", "in_scope", "year", "month_found", "first",
    "from_on", "until_on", "failed_on", "overdue_from",
)  # fmt: skip


def shown(rows: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in rows.columns if name not in HIDDEN and rows[name].null_count() < rows.height]
    return rows.select(names).rename(lambda name: capitalised(name.replace("_ref", " ref").replace("_", " ")))


def occurring(result: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return the groups in which anything counts in any period; the headline parts stay whole."""
    if not by or tuple(by) == (PART.name,):
        return result
    counts = pl.col("numerator") + pl.col("denominator").fill_null(0)
    return result.filter(counts.sum().over(by) > 0)
