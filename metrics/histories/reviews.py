"""What was known of each review of any kind: first, second, or a sample check."""

import polars as pl

from metrics.histories.periods_known import Tables


def reviews(tables: Tables) -> pl.LazyFrame:
    """Return what was known of each review, and from when to when: its row versions, as they are.

    Whether its application is in scope is not asked: the work was done either way.
    """
    rows = tables["reviews"].drop("opened_by", "closed_by")
    return rows.sort(pl.col("review_ref").str.len_bytes(), "review_ref", "recorded_from")
