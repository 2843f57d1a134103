"""What a sample drawn without replacement says about a finite population: exactly, if drawn at random.

The number found follows the hypergeometric distribution, so a bound holds for few and for many.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from scipy.stats import hypergeom

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
    return float(hypergeom.cdf(found, population, failures, sample))


def last_that(holds: Callable[[int], bool], last: int) -> int:
    """Once it does not hold, it never does again."""
    return bisect_left(range(1, last + 1), 1, key=lambda number: not holds(number))


def growing(sampled: Bound, most: int, *, steps: int = 24) -> list[Bound]:
    """Bounds of samples of growing size, with as many found: from the first that leaves one in ten possible,
    or those found, to twice the larger of the sample and `most`; none where nobody can be drawn.
    """
    found, population = sampled.found, sampled.population
    if population == 0:
        return []
    first = sample_for(max(population // 10, found), population, found=found)
    last = min(population, max(2 * max(sampled.sample, most), first + 1))
    sizes = {first + (last - first) * step // steps for step in range(steps + 1)}
    return [bound(found, size, population) for size in sorted(sizes)]
