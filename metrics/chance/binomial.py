"""Exact limits: how few or how many of a number chance alone gives at one rate."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import bdtrik, pdtrik

Numbers = npt.NDArray[np.float64]

# Chance passes a limit of three standard deviations of the normal distribution this often on either side.
THREE_SIGMA = 0.00135
HAIR = 1e-9


def limits(
    rate: float, sizes: Sequence[float] | Numbers, tail: float, *, seen: float | None = None
) -> tuple[Numbers, Numbers]:
    """Return the counts that chance goes below, and above, with a probability of at most `tail` each.

    A count of `sizes[i]` lies outside exactly when the one-sided binomial test gives it less than `tail`.
    Between whole numbers the limits follow the distribution's continuous form, so that a funnel is smooth.
    The lower limit is NaN where chance gives none often enough, and so is the upper where it gives all.
    seen: number from which the rate comes, all of the sizes if not given. The limits of a rate of 0 or 1 are
        those of the rate that gives none, or all, of so many half of the time.
    """
    whole, none, every = np.asarray(sizes, dtype=np.float64), rate == 0, rate == 1
    rate = _open(rate, float(whole.sum()) if seen is None else seen)
    low, high = bdtrik(tail, whole, rate), bdtrik(1 - tail, whole, rate) + 1
    # Where even one is more than chance gives, the limit lies between none and one.
    some = -np.expm1(whole * np.log1p(-rate)) / tail
    high = np.where(some < 1, some, high)
    return np.where((low > 0) & (not none), low, np.nan), np.where((high < whole) & (not every), high, np.nan)


def count_limits(mean: float, tail: float, *, periods: int) -> tuple[float, float]:
    """By Poisson's distribution; see `limits`. periods: number from which the mean comes."""
    mean = mean or float(np.log(2)) / periods
    low, high = float(pdtrik(tail, mean)), float(pdtrik(1 - tail, mean)) + 1
    some = -np.expm1(-mean) / tail
    return low if low > 0 else np.nan, some if some < 1 else high


def medians(rate: float, sizes: Numbers) -> Numbers:
    """Chance gives fewer, and more, at most half of the time each."""
    return np.ceil(np.nan_to_num(bdtrik(0.5, sizes, rate)).clip(0) - HAIR)


def count_median(mean: float) -> float:
    return float(np.ceil(np.nan_to_num(pdtrik(0.5, mean)).clip(0) - HAIR))


def _open(rate: float, seen: float) -> float:
    if rate not in (0, 1):
        return rate
    little = float(-np.expm1(np.log(0.5) / max(seen, 1)))
    return little if rate == 0 else 1 - little
