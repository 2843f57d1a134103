"""Whether groups differ by more than chance alone would make them, and which."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, cast

import numpy as np
import numpy.typing as npt
import polars as pl
import scipy  # which imports a part when it is first asked for

from metrics.chance.bounds import Numbers
from metrics.chance.steady_rate import LEAST_EVENTS

SEED: Final = 1
TRIALS: Final = 1_999
RARE: Final = 0.05  # a chance up to it is taken for more than chance
RARE_FOR_ANY: Final = 0.02
"""A chance up to it names a group; stated as 1 in 20 over all groups: naming one by mistake does harm."""
MOST: Final = 400  # past so many groups there is too little in each to shuffle, and too much to wait for
MOST_SHUFFLED: Final = 400_000
_HAIR = 1e-7  # tables as likely as the one found may come out a hair less so

Counts = npt.NDArray[np.int64]
Side = Literal["higher", "lower"]


def chance_alone(result: pl.DataFrame) -> float | None:
    """How often chance makes groups differ as much: by the Fisher-Freeman-Halton test, exact for two groups,
    on up to 1,999 seeded shufflings for more. None for fewer than two or more than 400, or all or none
    counted. result: a share by groups, as `evaluate` returns it.
    """
    some = result.filter(pl.col("denominator") > 0)
    return _chance(tuple(some["numerator"].to_list()), tuple(some["denominator"].to_list()))


@lru_cache(maxsize=1_024)
def rates_by_chance(counts: tuple[int, ...], exposures: tuple[float, ...]) -> float:
    """Pearson's statistic, on 1,999 seeded shufflings of the same total."""
    share = np.array(exposures) / sum(exposures)
    expected = sum(counts) * share
    shuffled = np.random.default_rng(SEED).multinomial(sum(counts), share, TRIALS)
    statistic, by_chance = (
        ((drawn - expected) ** 2 / expected).sum(axis=-1) for drawn in (np.array(counts), shuffled)
    )
    return float(((by_chance >= statistic - _HAIR).sum() + 1) / (TRIALS + 1))


@lru_cache(maxsize=1_024)
def odd_ones(counts: tuple[int, ...], wholes: tuple[int, ...]) -> dict[int, Side]:
    """Which groups' shares differ from those of the others, by their place. The group that differs most is
    compared with the most different of shuffled groups that are alike. If it differs more than they do but in
    1 of 50, it is named and the others are compared among themselves.
    """
    left, named = list(range(len(counts))), dict[int, Side]()
    while 2 <= len(left) <= MOST:  # noqa: PLR2004  # one has nothing to differ from
        some = np.array([counts[at] for at in left]), np.array([wholes[at] for at in left])
        chance, most = _most_different(*some)
        if chance > RARE_FOR_ANY:
            break
        place = left.pop(most)
        higher = some[0][most] * some[1].sum() > some[0].sum() * some[1][most]
        named[place] = "higher" if higher else "lower"
    return named


def _most_different(counts: Counts, wholes: Counts) -> tuple[float, int]:
    """How often any of alike groups differs so much as the most different one, and which that is."""
    total, everyone = int(counts.sum()), int(wholes.sum())
    if total in (0, everyone):
        return 1.0, 0
    shuffled = _shuffles(wholes, total)
    chances = np.ones(shuffled.shape[0])
    own = np.ones(len(counts))
    for place, whole in enumerate(wholes):
        known, at = np.unique(np.append(shuffled[:, place], counts[place]), return_inverse=True)
        fewer = scipy.stats.hypergeom.cdf(known, everyone, total, int(whole))
        more = scipy.stats.hypergeom.sf(known - 1, everyone, total, int(whole))
        both = np.minimum(2 * np.minimum(fewer, more), 1.0)[at]
        chances, own[place] = np.minimum(chances, both[:-1]), both[-1]
    most = int(np.argmin(own))
    return float(((chances <= own[most] * (1 + _HAIR)).sum() + 1) / (len(chances) + 1)), most


@lru_cache(maxsize=1_024)
def _chance(counts: tuple[int, ...], wholes: tuple[int, ...]) -> float | None:
    counted, whole = np.array(counts, dtype=np.int64), np.array(wholes, dtype=np.int64)
    if not 2 <= len(counts) <= MOST or sum(counts) in (0, sum(wholes)):  # noqa: PLR2004  # two can differ
        return None
    if len(counts) == 2:  # noqa: PLR2004
        _, chance = cast(
            "tuple[float, float]", scipy.stats.fisher_exact(np.array([counted, whole - counted]))
        )
        return float(chance)
    shuffled = _shuffles(whole, int(counted.sum()))
    as_rare = _log_ways(whole, shuffled) <= _log_ways(whole, counted[np.newaxis]) + _HAIR
    # The table found is one of those that chance could have made.
    return float((as_rare.sum() + 1) / (len(shuffled) + 1))


def _shuffles(whole: Counts, total: int) -> Counts:
    trials = min(TRIALS, MOST_SHUFFLED // len(whole))
    return np.random.default_rng(SEED).multivariate_hypergeometric(whole, total, trials, method="marginals")


def _log_ways(whole: Counts, counted: Counts) -> Numbers:
    ways: Numbers = (
        scipy.special.gammaln(whole + 1)
        - scipy.special.gammaln(counted + 1)
        - scipy.special.gammaln(whole - counted + 1)
    )
    return ways.sum(axis=1)


LEAST_GROUPS = 2


@dataclass(frozen=True, eq=False)
class GroupRates:
    rate: float  # share of the whole
    points: pl.DataFrame  # with `odd`: "higher" or "lower" than the others by more than chance, or null
    outcome: Literal["odd", "alike", "too few"]  # "too few" (then none is named): under five counted, or not

    @property
    def odd(self) -> pl.DataFrame:
        return self.points.filter(pl.col("odd").is_not_null())


def group_rates(groups: pl.DataFrame, rate: float | None) -> GroupRates | None:
    """groups: `numerator, denominator, value` and names. None for a rate of nothing or all, or one group."""
    some = groups.filter(pl.col("denominator") > 0)
    if rate is None or not 0 < rate < 1 or some.height < LEAST_GROUPS:
        return None
    counts, wholes = some["numerator"].to_list(), some["denominator"].to_list()
    few = min(sum(counts), sum(wholes) - sum(counts)) < LEAST_EVENTS
    odd = {} if few else odd_ones(tuple(counts), tuple(wholes))
    named = pl.Series("odd", [odd.get(place) for place in range(some.height)], pl.String)
    return GroupRates(rate, some.with_columns(named), "too few" if few else "odd" if odd else "alike")
