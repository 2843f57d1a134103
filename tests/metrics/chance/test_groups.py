import polars as pl
import pytest

from metrics.chance.groups import chance_alone, odd_ones, rates_by_chance


def groups(*rows):
    return pl.DataFrame(rows, schema=["numerator", "denominator"], orient="row")


def test_two_groups_are_compared_exactly():
    """Fisher's own tea: of 4 and 4 cups, 3 and 1 are told apart; 34 of 70 ways are as uneven."""
    assert chance_alone(groups((3, 4), (1, 4))) == pytest.approx(34 / 70)


def test_more_groups_are_compared_by_the_same_seeded_shuffles_every_time():
    found = chance_alone(groups((9, 25), (0, 25), (0, 25)))
    assert found < 0.01
    assert chance_alone(groups((9, 25), (0, 25), (0, 25))) == found
    assert chance_alone(groups((3, 25), (3, 25), (3, 25))) == 1.0


@pytest.mark.parametrize("rows", [[], [(1, 9)], [(0, 9), (0, 9)], [(9, 9), (4, 4)], [(1, 9), (0, 0)]])
def test_nothing_is_said_where_nothing_can_differ(rows):
    assert chance_alone(groups(*rows)) is None


def test_two_large_groups_are_compared_exactly():
    assert chance_alone(groups((30, 100), (50, 100))) == pytest.approx(0.00594, abs=1e-5)


def test_of_very_many_groups_nothing_is_said():
    assert chance_alone(groups(*[(1, 3), (0, 3)] * 201)) is None
    assert chance_alone(groups(*[(1, 3), (0, 3)] * 40)) > 0.1


def test_the_group_that_differs_is_named_and_then_the_others_are_compared_without_it():
    assert odd_ones((2, 15, 5, 5, 5, 1), (869, 457, 676, 765, 819, 192)) == {1: "higher"}
    assert odd_ones((0, 30, 30, 30, 30, 90), (300,) * 6) == {0: "lower", 5: "higher"}
    assert odd_ones((5, 6, 4), (100, 100, 100)) == {}


@pytest.mark.parametrize("counts", [(0, 0), (9, 4), (3,), ()])
def test_no_group_is_named_where_nothing_can_differ(counts):
    assert odd_ones(counts, (9, 4)[: len(counts)]) == {}


def test_counts_of_one_rate_differ_by_chance_and_others_by_more():
    assert rates_by_chance((20, 41), (2.0, 4.0)) > 0.5
    assert rates_by_chance((60, 41), (2.0, 4.0)) < 0.001
