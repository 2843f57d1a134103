import random

import polars as pl
import pytest
from scipy.stats import CensoredData, ecdf

from metrics.estimates import median_days, wilson
from tests.metrics import oracle


@pytest.mark.parametrize(
    ("numerator", "denominator"), [(0, 1), (1, 1), (33, 3778), (2, 33), (0, 300), (5, 10)]
)
def test_a_wilson_interval_is_the_one_of_the_formula(numerator, denominator):
    low, high = wilson(pl.Series([numerator]), pl.Series([denominator]))
    assert (low[0], high[0]) == pytest.approx(oracle.wilson(numerator, denominator), abs=1e-12)


@pytest.mark.parametrize("denominator", [1, 7, 170, 399, 3778])
def test_an_interval_of_none_begins_at_zero_and_of_all_ends_at_one(denominator):
    low, _ = wilson(pl.Series([0]), pl.Series([denominator]))
    _, high = wilson(pl.Series([denominator]), pl.Series([denominator]))
    assert (low[0], high[0]) == (0.0, 1.0)


@pytest.mark.parametrize(
    "seeds",
    [pytest.param(range(20), id="few"), pytest.param(range(2_000), id="many", marks=pytest.mark.soak)],
)
def test_a_median_is_the_one_of_scipys_censored_distribution(seeds):
    for seed in seeds:
        rows = sampled_spells(seed)
        assert median_days(spent(*rows)) == scipys_median(rows), seed


def sampled_spells(seed):
    chance = random.Random(seed)
    return [
        (chance.randint(0, 12), chance.random() < 0.4, chance.randint(1, 5))
        for _ in range(chance.randint(1, 12))
    ]


def scipys_median(rows):
    ended = [days for days, going_on, times in rows for _ in range(times) if not going_on]
    still = [days for days, going_on, times in rows for _ in range(times) if going_on]
    if not ended:
        return None
    survival = ecdf(CensoredData(uncensored=ended, right=still)).sf
    reached = survival.quantiles[survival.probabilities <= 0.5 + 1e-12]
    return float(reached[0]) if len(reached) else None


def test_the_interval_of_33_in_3778_is_the_published_rate_give_or_take():
    low, high = wilson(pl.Series([33]), pl.Series([3778]))
    assert low[0] == pytest.approx(0.00623, abs=5e-6)
    assert high[0] == pytest.approx(0.01224, abs=5e-6)


def test_an_interval_of_nothing_is_null():
    low, high = wilson(pl.Series([0, 1]), pl.Series([0, 2]))
    assert low[0] is None
    assert high[0] is None
    assert low[1] is not None


def spent(*rows):
    return pl.DataFrame(
        rows, schema={"days": pl.Int32, "going_on": pl.Boolean, "times": pl.UInt32}, orient="row"
    )


def test_a_median_is_of_those_that_ended_where_all_did():
    assert median_days(spent((1, False, 1), (5, False, 1), (9, False, 1))) == 5.0


def test_those_still_going_on_push_the_median_up():
    ended = [(1, False, 2), (10, False, 2)]
    assert median_days(spent(*ended)) == 1.0
    assert median_days(spent(*ended, (4, True, 2))) == 10.0


def test_a_median_is_not_reached_where_most_are_still_going_on():
    assert median_days(spent((1, False, 1), (4, True, 9))) is None
    assert median_days(spent((4, True, 9))) is None
    assert median_days(spent()) is None
