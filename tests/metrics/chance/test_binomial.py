import numpy as np
import pytest
from scipy.stats import binom

from metrics.chance.binomial import THREE_SIGMA, limits


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


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_a_rate_of_nothing_or_of_all_has_no_limits(rate):
    assert np.isnan(limits(rate, [10, 20], 0.025)).all()
