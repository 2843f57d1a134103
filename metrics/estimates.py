"""Estimates that are more than a division, by the libraries that are known for them."""

import numpy as np
import polars as pl
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

# The product of survival shares that make exactly one half may come out a hair above it.
HALF = 0.5 + 1e-12


def wilson(numerator: pl.Series, denominator: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the 95% Wilson score interval of each share; null where the denominator is 0."""
    some = denominator.to_numpy() > 0
    low, high = np.full(len(some), np.nan), np.full(len(some), np.nan)
    if some.any():
        count, whole = numerator.to_numpy()[some], denominator.to_numpy()[some]
        low[some], high[some] = proportion_confint(count, whole, alpha=0.05, method="wilson")
        # Of none it begins at 0 and of all it ends at 1; the arithmetic leaves a hair between.
        low[some], high[some] = (
            np.where(count == 0, 0.0, low[some]),
            np.where(count == whole, 1.0, high[some]),
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
    if spent["going_on"].all():
        return None
    # Rows alike are told apart by no estimate: each distinct one goes in once, with its number.
    survival = SurvfuncRight(
        spent["days"].to_numpy(),
        (~spent["going_on"]).to_numpy().astype(float),
        freq_weights=spent["times"].to_numpy().astype(float),
    )
    reached = survival.surv_times[survival.surv_prob <= HALF]
    return float(reached[0]) if len(reached) else None
