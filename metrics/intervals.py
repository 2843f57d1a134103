"""Shares with their intervals, and medians: every figure of Candour is divided here and nowhere else."""

import numpy as np
import polars as pl


def shared(counts: pl.DataFrame) -> pl.DataFrame:
    """Return counts (`numerator, denominator`) with the share that they are: `value, low, high`."""
    numerator, denominator = counts["numerator"], counts["denominator"]
    value = pl.Series("value", numerator.to_numpy() / _wholes(denominator), nan_to_null=True)
    return counts.hstack([value, *wilson(numerator, denominator)])


def _wholes(denominator: pl.Series) -> np.ndarray:
    """A 0 is no number: nothing is a share of it."""
    wholes = denominator.cast(pl.Float64).to_numpy()
    return np.where(wholes > 0, wholes, np.nan)


def quantile_days(spent: pl.DataFrame, share: float) -> float | None:
    """Return the fewest days that at least a share of the rows have spent; of a half, the mean of the two in
    the middle, as `ages` has it. spent: as for `median_days`."""
    if spent.is_empty():
        return None
    ordered = spent.sort("days")
    days, so_far = ordered["days"].to_numpy(), ordered["times"].to_numpy().cumsum()
    least = share * int(so_far[-1])
    at_least = float(days[np.searchsorted(so_far, least)])
    if share != MIDDLE:
        return at_least
    return (at_least + float(days[np.searchsorted(so_far, least, side="right")])) / 2


Z = 1.9599639845400545  # 95% of a normal distribution lie within so many standard deviations
MIDDLE = 0.5
HALF = 0.5 + 1e-12  # the product of survival shares that make exactly one half may come out a hair above it


def wilson(numerator: pl.Series, denominator: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The 95% score interval of each share; null where the denominator is 0."""
    count, whole = numerator.to_numpy(), _wholes(denominator)
    share, squared = count / whole, Z**2
    around = 1 + squared / whole
    middle = (share + squared / (2 * whole)) / around
    reach = Z * np.sqrt(share * (1.0 - share) / whole + squared / (4.0 * whole**2)) / around
    low, high = middle - reach, middle + reach
    # Of none it begins at 0 and of all it ends at 1; the arithmetic leaves a hair between.
    low, high = np.where(count == 0, 0 * whole, low), np.where(count == whole, 1.0, high)
    return pl.Series("low", low, nan_to_null=True), pl.Series("high", high, nan_to_null=True)


def median_days(spent: pl.DataFrame) -> float | None:
    """spent: `days` (whole days), `going_on` (whether they have not ended), `times` (how many rows).
    None where fewer than half are estimated to have ended: the median is not reached yet.
    """
    if spent["going_on"].all():
        return None
    # With pandas behind it, a second of CPU, which a server need not spend before it starts.
    from statsmodels.duration.survfunc import SurvfuncRight

    # Rows alike are told apart by no estimate: each distinct one goes in once, with its number.
    survival = SurvfuncRight(
        spent["days"].to_numpy(),
        (~spent["going_on"]).to_numpy().astype(float),
        freq_weights=spent["times"].to_numpy().astype(float),
    )
    reached = survival.surv_times[survival.surv_prob <= HALF]
    return float(reached[0]) if len(reached) else None
