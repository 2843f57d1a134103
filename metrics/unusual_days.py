"""Days on which a reader opened or took out far more than usual for that reader."""

import numpy as np
import polars as pl

LEAST_DAYS = 14  # other days of a reader; with fewer nothing is usual yet
FAR = 6.0
NORMAL = 1.4826  # median distance from the median, as a standard deviation of a normal law
ONE_IN = 500

Counts = np.ndarray[tuple[int], np.dtype[np.int64]]


def unusual_days(counts: pl.DataFrame) -> pl.DataFrame:
    """Return days far above a reader's usual: `day, who, kind, entries, usual`, the farthest first.

    counts: `day, who, kind, entries`. A day without an entry of a kind is one of none, if the reader has any
    entry on it; days on which the reader was not there are no part of what is usual.
    """
    kinds = counts.select("kind").unique()
    every = counts.select("day", "who").unique().join(kinds, how="cross")
    filled = every.join(counts, on=["day", "who", "kind"], how="left").with_columns(
        pl.col("entries").fill_null(0).cast(pl.Int64)
    )
    frames = [pl.DataFrame(schema={**filled.schema, "usual": pl.Float64(), "far": pl.Float64()})]
    for rows in filled.sort("day").partition_by("who", "kind", maintain_order=True):
        usual, far = distances(rows["entries"].to_numpy())
        frames.append(rows.with_columns(usual=pl.Series(usual), far=pl.Series(far)))
    days = pl.concat(frames)
    return (
        days.filter(pl.col("far") > FAR).sort("far", "day", "who", descending=[True, True, False]).drop("far")
    )


def distances(entries: Counts) -> tuple[list[float], list[float]]:
    """Return the median of all other days, and how far above it each day is.

    Counts are compared as twice their square roots, where chance moves small and large ones alike (by about
    1), in units of the median distance of the other days from their median, and never less than 1. Calibrated
    by simulation: of days drawn from one law, Poisson or three times as scattered, with means of 0.2 to 100 a
    day and 14 to 40 other days, at most 1 in 500 lies beyond `FAR`. See its test.
    """
    if len(entries) <= LEAST_DAYS:
        return [0.0] * len(entries), [0.0] * len(entries)
    roots = 2 * np.sqrt(entries + 3 / 8)
    usual, far = list[float](), list[float]()
    for place in range(len(entries)):
        others, rest = np.delete(roots, place), np.delete(entries, place)
        middle = float(np.median(others))
        scale = max(1.0, NORMAL * float(np.median(np.abs(others - middle))))
        usual.append(float(np.median(rest)))
        far.append((float(roots[place]) - middle) / scale)
    return usual, far
