"""Groups of a breakdown that there are: one made only by rows that never count is none."""

from collections.abc import Sequence

import polars as pl

from metrics.dimensions import PART


def occurring(result: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return the rows of the groups in which anything counts, in any period, above or below the line.

    The headline parts, which are told whole, are left as they are: none of one is news.
    """
    if not by or tuple(by) == (PART.name,):
        return result
    counts = pl.col("numerator") + pl.col("denominator").fill_null(0)
    return result.filter(counts.sum().over(by) > 0)
