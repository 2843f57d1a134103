"""Whether groups differ by more than chance alone would make them."""

from typing import Final, cast

import polars as pl
from scipy.stats import MonteCarloMethod, fisher_exact

SEED: Final = 1
TRIALS: Final = 9_999
RARE: Final = 0.05
"""A chance below it is taken for more than chance."""


def chance_alone(result: pl.DataFrame) -> float | None:
    """Return how often chance alone would make groups differ at least as much as they do.

    result: a share by groups, as `evaluate` returns it. By the Fisher-Freeman-Halton test: exact for two
    groups, from 9,999 seeded shufflings for more. None where nothing can differ: fewer than two groups with
    any rows, or all or none of the rows counted.
    """
    some = result.filter(pl.col("denominator") > 0)
    counted = some["numerator"]
    others = some["denominator"] - counted
    if some.height < 2 or counted.sum() == 0 or others.sum() == 0:  # noqa: PLR2004  # two can differ
        return None
    table = [counted.to_list(), others.to_list()]
    exact = some.height == 2  # noqa: PLR2004
    found = fisher_exact(table) if exact else fisher_exact(table, method=_shuffled())
    _, chance = cast("tuple[float, float]", found)
    return float(chance)


def _shuffled() -> MonteCarloMethod:
    return MonteCarloMethod(n_resamples=TRIALS, rng=SEED)
