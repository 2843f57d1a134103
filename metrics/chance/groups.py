"""Whether groups differ by more than chance alone would make them."""

from functools import lru_cache
from typing import Final, cast

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import gammaln
from scipy.stats import chi2_contingency, fisher_exact

SEED: Final = 1
TRIALS: Final = 1_999
RARE: Final = 0.05
"""A chance below it is taken for more than chance."""
MOST: Final = 60
"""Past so many small groups there is too little in each to shuffle, and too much to wait for."""
ENOUGH: Final = 5
"""Expected in every cell, from which the chi-squared test is as good as shuffling (Cochran's rule)."""
_HAIR = 1e-7  # tables as likely as the one found may come out a hair less so

Counts = npt.NDArray[np.int64]


def chance_alone(result: pl.DataFrame) -> float | None:
    """Return how often chance alone would make groups differ at least as much as they do.

    result: a share by groups, as `evaluate` returns it. By the chi-squared test where every group is large
    enough for it, else by the Fisher-Freeman-Halton test: exact for two groups, on 1,999 seeded shufflings
    for more. None where nothing can differ or be told: fewer than two groups with any rows, more than 60
    small ones, or all or none of the rows counted.
    """
    some = result.filter(pl.col("denominator") > 0)
    return _chance(tuple(some["numerator"].to_list()), tuple(some["denominator"].to_list()))


@lru_cache(maxsize=1_024)
def _chance(counts: tuple[int, ...], wholes: tuple[int, ...]) -> float | None:
    counted, whole = np.array(counts, dtype=np.int64), np.array(wholes, dtype=np.int64)
    total, everyone = sum(counts), sum(wholes)
    if len(counts) < 2 or total in (0, everyone):  # noqa: PLR2004  # two can differ
        return None
    table = np.array([counted, whole - counted])
    if min(wholes) * min(total, everyone - total) >= ENOUGH * everyone:
        return _second(chi2_contingency(table, correction=False))
    if len(counts) == 2:  # noqa: PLR2004
        return _second(fisher_exact(table))
    return _shuffled(counted, whole) if len(counts) <= MOST else None


def _shuffled(counted: Counts, whole: Counts) -> float:
    shuffled = np.random.default_rng(SEED).multivariate_hypergeometric(whole, int(counted.sum()), TRIALS)
    as_rare = _log_ways(whole, shuffled) <= _log_ways(whole, counted[np.newaxis]) + _HAIR
    # The table found is one of those that chance could have made.
    return float((as_rare.sum() + 1) / (TRIALS + 1))


def _log_ways(whole: Counts, counted: Counts) -> npt.NDArray[np.float64]:
    """Logarithm of the number of ways in which each row of counts can be drawn from the groups."""
    ways: npt.NDArray[np.float64] = gammaln(whole + 1) - gammaln(counted + 1) - gammaln(whole - counted + 1)
    return ways.sum(axis=1)


def _second(found: object) -> float:
    """Return the chance out of what a test of SciPy returned: its statistic, then the chance."""
    return float(cast("tuple[float, float]", found)[1])
