"""Estimates that are more than a division, by the libraries that are known for them."""

import numpy as np
import polars as pl
from scipy.stats import CensoredData, ecdf
from statsmodels.stats.proportion import proportion_confint

# The product of survival shares that make exactly one half may come out a hair above it.
HALF = 0.5 + 1e-12


def wilson(numerator: pl.Series, denominator: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the 95% Wilson score interval of each share; null where the denominator is 0."""
    some = denominator.to_numpy() > 0
    low, high = np.full(len(some), np.nan), np.full(len(some), np.nan)
    if some.any():
        low[some], high[some] = proportion_confint(
            numerator.to_numpy()[some], denominator.to_numpy()[some], alpha=0.05, method="wilson"
        )
    return (
        pl.Series("low", low, nan_to_null=True),
        pl.Series("high", high, nan_to_null=True),
    )


def median_days(spent: pl.DataFrame) -> float | None:
    """Median of durations some of which have not ended, by the Kaplan-Meier estimate.

    spent: `days` (whole days), `going_on` (whether they have not ended), `times` (how many rows).
    Returns None where fewer than half are estimated to have ended: the median is not reached yet.
    """
    times = spent["times"].to_numpy()
    days = np.repeat(spent["days"].to_numpy(), times)
    going_on = np.repeat(spent["going_on"].to_numpy(), times)
    if not len(days) or going_on.all():
        return None
    survival = ecdf(CensoredData(uncensored=days[~going_on], right=days[going_on])).sf
    reached = survival.quantiles[survival.probabilities <= HALF]
    return float(reached[0]) if len(reached) else None
