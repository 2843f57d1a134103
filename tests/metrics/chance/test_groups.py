import polars as pl
import pytest

from metrics.chance.groups import chance_alone


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


def test_large_groups_are_compared_at_once():
    """Pearson's chi-squared of 30 and 50 of 100 is 8.333 on one degree of freedom: 0.00389."""
    assert chance_alone(groups((30, 100), (50, 100))) == pytest.approx(0.00389, abs=1e-5)


def test_of_very_many_small_groups_nothing_is_said():
    assert chance_alone(groups(*[(1, 3), (0, 3)] * 40)) is None
