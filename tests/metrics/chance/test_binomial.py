import numpy as np
import pytest
from scipy.stats import binom, poisson

from metrics.chance.binomial import THREE_SIGMA, count_limits, count_median, limits, medians


@pytest.mark.parametrize("rate", [0.001, 0.0087, 0.04, 0.3, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("tail", [0.025, 0.001, THREE_SIGMA])
def test_a_count_is_outside_exactly_when_the_binomial_test_gives_it_less_than_the_tail(rate, tail):
    for size in (1, 2, 8, 22, 101, 192, 457, 869):
        low, high = limits(rate, [size], tail)
        counts = np.arange(size + 1)
        below, above = counts < np.nan_to_num(low, nan=-1), counts > np.nan_to_num(high, nan=size + 1)
        assert (below == (binom.cdf(counts, size, rate) < tail)).all(), size
        assert (above == (binom.sf(counts - 1, size, rate) < tail)).all(), size


def test_the_limits_of_a_funnel_are_smooth_and_close_in_as_groups_grow():
    sizes = np.linspace(40, 900, 500)
    low, high = limits(0.0087, sizes, 0.025)
    shares = high / sizes
    assert (np.diff(shares) < 0).all()
    assert np.abs(np.diff(shares)).max() < 0.002
    assert (np.diff(np.nan_to_num(low / sizes)) >= 0).all()
    assert ((np.nan_to_num(low) < 0.0087 * sizes) & (high > 0.0087 * sizes)).all()


@pytest.mark.parametrize("seen", [12, 50, 600, 1_000_000])
def test_a_rate_of_none_has_an_upper_limit_and_one_of_all_a_lower(seen):
    sizes = np.array([20.0, 50.0, 1_000.0])
    low, high = limits(0.0, sizes, THREE_SIGMA, seen=seen)
    assert np.isnan(low).all()
    assert ((high > 0) & (high < sizes)).all()
    few, many = limits(1.0, sizes, THREE_SIGMA, seen=seen)
    assert np.isnan(many).all()
    assert ((few > 0) & (few < sizes)).all()


def test_a_rate_of_none_is_taken_from_all_of_the_sizes_if_nothing_else_is_said():
    assert limits(0.0, [300, 300], 0.025)[1] == pytest.approx(limits(0.0, [300, 300], 0.025, seen=600)[1])


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.05, 0.3, 1.0, 3.0, 4.0, 20.0, 50.0])
def test_a_count_of_a_period_is_outside_exactly_when_poissons_test_gives_it_less_than_the_tail(mean):
    low, high = count_limits(mean, THREE_SIGMA, periods=20)
    counts, at = np.arange(200), mean or np.log(2) / 20
    assert ((counts < np.nan_to_num(low, nan=-1)) == (poisson.cdf(counts, at) < THREE_SIGMA)).all()
    assert ((counts > high) == (poisson.sf(counts - 1, at) < THREE_SIGMA)).all()


HALF = 0.5 + 1e-9


@pytest.mark.parametrize("rate", [0.001, 0.02, 0.04, 0.2, 0.5, 0.9])
def test_chance_gives_fewer_than_the_middle_and_more_at_most_half_of_the_time(rate):
    sizes = np.arange(1.0, 200.0)
    middle = medians(rate, sizes)
    assert (binom.cdf(middle - 1, sizes, rate) <= HALF).all()
    assert (binom.sf(middle, sizes, rate) <= HALF).all()
    mean = 100 * rate
    assert poisson.cdf(count_median(mean) - 1, mean) <= 0.5
    assert poisson.sf(count_median(mean), mean) <= 0.5
