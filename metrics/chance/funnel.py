"""A funnel: which of several groups of different size differ from the others by more than chance."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from metrics.chance.binomial import limits
from metrics.chance.groups import odd_ones
from metrics.chance.steady import LEAST_EVENTS

# Chance goes outside the inner limits once in 20 times, and outside the outer ones once in 500.
INNER, OUTER = 0.05, 0.002
PLACES = ("below the outer", "below the inner", "within", "above the inner", "above the outer")
LIMITS = ("outer_lower", "inner_lower", "inner_upper", "outer_upper")
STEPS = 80
LEAST_GROUPS = 2


@dataclass(frozen=True, eq=False)
class Funnel:
    """The groups of a share, each with the limits at its size.

    rate: share of the whole, which is the centre of the funnel.
    points: what was given, then the limits as shares (null: none), `place`, where the group lies, and `odd`:
        "higher" or "lower" if it differs by more than chance, over all groups together; else null.
    curve: `size` and the limits at even steps of it, to draw.
    outcome: "too few" where fewer than five were counted, or not counted: then no group is named.
    """

    rate: float
    points: pl.DataFrame
    curve: pl.DataFrame
    outcome: Literal["odd", "alike", "too few"]

    @property
    def odd(self) -> pl.DataFrame:
        return self.points.filter(pl.col("odd").is_not_null())


def funnel(groups: pl.DataFrame, rate: float | None) -> Funnel | None:
    """Return where each group of a share lies around the rate of the whole.

    groups: `numerator, denominator, value` and whatever names each; a group of nothing is left out.
    Returns None where there is no rate, or one of nothing or all, around which nothing can differ, and for a
    single group, which is the whole.
    """
    some = groups.filter(pl.col("denominator") > 0)
    if rate is None or not 0 < rate < 1 or some.height < LEAST_GROUPS:
        return None
    sizes = some["denominator"].to_numpy().astype(np.float64)
    bounds = _bounds(rate, sizes)
    place = pl.lit(PLACES[2])
    for name, words in zip(("inner_lower", "outer_lower"), (PLACES[1], PLACES[0]), strict=True):
        place = pl.when(pl.col("numerator") < pl.col(f"{name}.count")).then(pl.lit(words)).otherwise(place)
    for name, words in zip(("inner_upper", "outer_upper"), (PLACES[3], PLACES[4]), strict=True):
        place = pl.when(pl.col("numerator") > pl.col(f"{name}.count")).then(pl.lit(words)).otherwise(place)
    counted = some.with_columns(each.alias(f"{each.name}.count") for each in bounds)
    points = counted.with_columns(
        place.cast(pl.Enum(PLACES)).alias("place"),
        *((pl.col(f"{name}.count") / sizes).alias(name) for name in LIMITS),
    ).drop(f"{name}.count" for name in LIMITS)
    steps = np.linspace(sizes.max() / STEPS, sizes.max() * 1.05, STEPS)
    curve = pl.DataFrame([pl.Series("size", steps), *(each / steps for each in _bounds(rate, steps))])
    counts, wholes = some["numerator"].to_list(), some["denominator"].to_list()
    few = min(sum(counts), sum(wholes) - sum(counts)) < LEAST_EVENTS
    odd = {} if few else odd_ones(tuple(counts), tuple(wholes))
    named = pl.Series("odd", [odd.get(place) for place in range(some.height)], pl.String)
    return Funnel(rate, points.with_columns(named), curve, "too few" if few else "odd" if odd else "alike")


def _bounds(rate: float, sizes: np.ndarray) -> list[pl.Series]:
    """Counts at the limits for each size, in the order of `LIMITS`."""
    outer, inner = limits(rate, sizes, OUTER / 2), limits(rate, sizes, INNER / 2)
    bounds = (outer[0], inner[0], inner[1], outer[1])
    return [pl.Series(name, each, nan_to_null=True) for name, each in zip(LIMITS, bounds, strict=True)]
