from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
import pytest

from metrics.sample_bounds import bound, sample_for


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
