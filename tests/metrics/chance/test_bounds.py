from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
import pytest
from scipy.stats import binom, poisson

from metrics.chance.bounds import THREE_SIGMA, bound, count_limits, count_median, limits, medians, sample_for


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


def chance_of_at_most(found, sample, population, failures):
    """Count every sample that could be drawn: no formula of the code is used."""
    draws = list(combinations(range(population), sample))
    few = sum(1 for draw in draws if sum(each < failures for each in draw) <= found)
    return Fraction(few, len(draws))


@pytest.mark.parametrize("population", [1, 2, 5, 9])
def test_the_bound_is_the_largest_number_that_counting_every_draw_leaves_possible(population):
    for sample in range(population + 1):
        for found in range(sample + 1):
            possible = [
                failures
                for failures in range(found, population - (sample - found) + 1)
                if chance_of_at_most(found, sample, population, failures) >= Fraction(1, 20)
            ]
            assert bound(found, sample, population).most == max(possible), (found, sample)


@pytest.mark.parametrize(("sample", "population", "found"), [(300, 3062, 0), (300, 3062, 3), (59, 1000, 0)])
def test_the_bound_is_exact_in_whole_numbers(sample, population, found):
    def chance(failures):
        ways = sum(comb(failures, i) * comb(population - failures, sample - i) for i in range(found + 1))
        return Fraction(ways, comb(population, sample))

    most = bound(found, sample, population).most
    assert chance(most) >= Fraction(1, 20) > chance(most + 1)


def test_drawing_without_replacement_says_more_than_drawing_with_it():
    """Of 400, 300 have been seen for certain: drawn with replacement, many would be the same."""
    assert bound(0, 300, 400).most == 2
    assert round(400 * (1 - 0.05 ** (1 / 300))) == 4
    assert bound(0, 300, 1_000_000).most == pytest.approx(1_000_000 * (1 - 0.05 ** (1 / 300)), rel=1e-3)


def test_a_whole_population_leaves_nothing_to_chance_and_no_sample_leaves_everything_open():
    assert (bound(2, 50, 50).most, bound(2, 50, 50).whole) == (2, True)
    assert (bound(0, 0, 50).most, bound(0, 0, 50).whole) == (50, False)
    assert bound(0, 0, 0).most == 0


def test_in_simulated_samples_the_bound_holds_at_least_nineteen_times_in_twenty():
    chance = np.random.default_rng(20240531)
    population, sample = 400, 60
    most = np.array([bound(found, sample, population).most for found in range(sample + 1)])
    for failures in (1, 4, 19, 60, 200):
        found = chance.hypergeometric(failures, population - failures, sample, 20_000)
        assert (most[found] >= failures).mean() >= 0.95 - 0.005, failures


@pytest.mark.parametrize(("most", "population", "found"), [(0, 20, 0), (2, 20, 0), (3, 40, 1), (30, 3062, 0)])
def test_the_sample_that_supports_a_claim_is_the_smallest_that_does(most, population, found):
    needed = sample_for(most, population, found=found)
    assert bound(found, needed, population).most <= most
    assert needed == found or bound(found, needed - 1, population).most > most


def test_that_there_is_none_is_supported_by_nearly_all():
    """One failure hides from a sample of 95% of the cases one time in twenty."""
    assert sample_for(0, 1000) == 951
    assert sample_for(1000, 1000) == 0


def test_what_cannot_have_been_found_is_refused():
    with pytest.raises(ValueError, match="cannot be"):
        bound(3, 2, 10)
    with pytest.raises(ValueError, match="cannot be"):
        bound(0, 11, 10)
    with pytest.raises(ValueError, match="can support"):
        sample_for(11, 10)
