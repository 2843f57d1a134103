"""Exact limits of what chance alone gives at one rate, and of what a sample says about its population.

A sample drawn at random without replacement follows the hypergeometric distribution.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy  # which imports a part when it is first asked for

Numbers = npt.NDArray[np.float64]

# Chance passes a limit of three standard deviations of the normal distribution this often on either side.
THREE_SIGMA = 0.00135
HAIR = 1e-9


def limits(
    rate: float, sizes: Sequence[float] | Numbers, tail: float, *, seen: float | None = None
) -> tuple[Numbers, Numbers]:
    """The counts that chance goes below, and above, with a probability of at most `tail` each. A count of
    `sizes[i]` lies outside exactly when the one-sided binomial test gives it less than `tail`. Between whole
    numbers the limits follow the distribution's continuous form, so that they are smooth. The lower limit
    is NaN where chance gives none often enough, and so is the upper where it gives all. seen: number from
    which the rate comes, all of the sizes if not given. The limits of a rate of 0 or 1 are those of the rate
    that gives none, or all, of so many half of the time.
    """
    whole, none, every = np.asarray(sizes, dtype=np.float64), rate == 0, rate == 1
    if none or every:
        little = float(-np.expm1(np.log(0.5) / max(whole.sum() if seen is None else seen, 1)))
        rate = little if none else 1 - little
    low, high = scipy.special.bdtrik(tail, whole, rate), scipy.special.bdtrik(1 - tail, whole, rate) + 1
    # Where even one is more than chance gives, the limit lies between none and one.
    some = -np.expm1(whole * np.log1p(-rate)) / tail
    high = np.where(some < 1, some, high)
    return np.where((low > 0) & (not none), low, np.nan), np.where((high < whole) & (not every), high, np.nan)


def count_limits(mean: float, tail: float, *, periods: int) -> tuple[float, float]:
    """By Poisson's distribution; see `limits`. periods: number from which the mean comes."""
    mean = mean or float(np.log(2)) / periods
    low, high = float(scipy.special.pdtrik(tail, mean)), float(scipy.special.pdtrik(1 - tail, mean)) + 1
    some = -np.expm1(-mean) / tail
    return low if low > 0 else np.nan, some if some < 1 else high


def medians(rate: float, sizes: Numbers) -> Numbers:
    """Chance gives fewer, and more, at most half of the time each."""
    return np.ceil(np.nan_to_num(scipy.special.bdtrik(0.5, sizes, rate)).clip(0) - HAIR)


def count_median(mean: float) -> float:
    return float(np.ceil(np.nan_to_num(scipy.special.pdtrik(0.5, mean)).clip(0) - HAIR))


RARE: Final = 0.05
# A chance of exactly 5% may come out a hair below it; what is possible is not ruled out by a hair.
_RULED_OUT = RARE * (1 - 1e-9)


@dataclass(frozen=True)
class Bound:
    found: int  # failures in the sample
    sample: int  # how many were drawn
    population: int
    most: int  # failures in all, at most: more leave a chance under 5% to find so few

    @property
    def whole(self) -> bool:
        return self.sample == self.population


@lru_cache(maxsize=4_096)
def bound(found: int, sample: int, population: int) -> Bound:
    """The one-sided upper bound on the failures in a population; a ValueError for impossible numbers."""
    if not 0 <= found <= sample <= population:
        raise ValueError(f"{found} found in {sample} drawn from {population} cannot be")
    unchecked = population - sample
    # More failures make few in the sample less likely: the chance falls as they grow.
    most = found + last_that(
        lambda more: at_most(found, sample, population, found + more) >= _RULED_OUT, unchecked
    )
    return Bound(found, sample, population, most)


@lru_cache(maxsize=1_024)
def sample_for(most: int, population: int, *, found: int = 0) -> int:
    """The fewest to draw so that `found` failures allow at most `most`; a ValueError where none can."""
    if not 0 <= found <= most <= population:
        raise ValueError(f"no sample from {population} with {found} found can support at most {most}")
    if most == population:
        return found
    # One failure more than allowed must be unlikely to show itself so seldom: the more drawn, the less so.
    too_few = last_that(
        lambda more: at_most(found, found + more, population, most + 1) >= _RULED_OUT, population - found
    )
    return found + too_few + 1


def at_most(found: int, sample: int, population: int, failures: int) -> float:
    return float(scipy.stats.hypergeom.cdf(found, population, failures, sample))


def last_that(holds: Callable[[int], bool], last: int) -> int:
    """Once it does not hold, it never does again."""
    return bisect_left(range(1, last + 1), 1, key=lambda number: not holds(number))


STEPS = 24


def growing(sampled: Bound, most: int) -> list[Bound]:
    """Bounds of samples of growing size, with as many found; none where nobody can be drawn."""
    found, population = sampled.found, sampled.population
    if population == 0:
        return []
    first = sample_for(max(population // 10, found), population, found=found)
    last = min(population, max(2 * max(sampled.sample, most), first + 1))
    sizes = {first + (last - first) * step // STEPS for step in range(STEPS + 1)}
    return [bound(found, size, population) for size in sorted(sizes)]
