"""The interval in which a row version was known: from a day until another, or still."""

import datetime as dt

import polars as pl

STILL = dt.date(9999, 12, 31)


def known_on(day: dt.date | pl.Expr) -> pl.Expr:
    """Whether a row version was known at the end of a day, over `recorded_from` and `recorded_to`."""
    return (pl.col("recorded_from") <= day) & (pl.col("recorded_to") > day)


def known_now() -> pl.Expr:
    return pl.col("recorded_to") == STILL
