"""Exact binomial limits: how few or how many of a number chance alone gives at one rate."""

import numpy as np
import numpy.typing as npt
from scipy.special import bdtrik

Numbers = npt.NDArray[np.float64]

# Chance passes a limit of three standard deviations of the normal distribution this often on either side.
THREE_SIGMA = 0.00135


def limits(rate: float, sizes: npt.ArrayLike, tail: float) -> tuple[Numbers, Numbers]:
    """Return the counts that chance goes below, and above, with a probability of at most `tail` each.

    A count of `sizes[i]` lies outside exactly when the one-sided binomial test gives it less than `tail`.
    Between whole numbers the limits follow the distribution's continuous form, so that a funnel is smooth.
    The lower limit is NaN where chance gives none often enough, and so is the upper where it gives all.
    """
    whole = np.asarray(sizes, dtype=np.float64)
    if not 0 < rate < 1:
        nothing = np.full(whole.shape, np.nan)
        return nothing, nothing
    low, high = bdtrik(tail, whole, rate), bdtrik(1 - tail, whole, rate) + 1
    # Where even one is more than chance gives, the limit lies between none and one.
    some = -np.expm1(whole * np.log1p(-rate)) / tail
    high = np.where(some < 1, some, high)
    return np.where(low > 0, low, np.nan), np.where(high < whole, high, np.nan)
