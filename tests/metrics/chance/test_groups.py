import polars as pl
import pytest

from metrics.chance.groups import chance_alone, group_rates, odd_ones, rates_by_chance


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


def areas(*rows):
    found = pl.DataFrame(rows, schema=["area", "numerator", "denominator"], orient="row")
    return found.with_columns(value=pl.col("numerator") / pl.col("denominator"))


# As at 30 May 2024 in the demonstration.
AREAS = areas(("north", 2, 869), ("east", 15, 457), ("south", 5, 676), ("west", 5, 765), ("central", 5, 819),
    ("headquarters", 1, 192))  # fmt: skip
RATE = 33 / 3778


def test_an_area_is_named_only_if_it_differs_over_all_areas_together():
    found = group_rates(AREAS, RATE)
    assert (found.outcome, found.odd.select("area", "odd").rows()) == ("odd", [("east", "higher")])
    alike = group_rates(areas(("north", 5, 500), ("east", 4, 400)), 0.01)
    assert (alike.outcome, alike.odd.height) == ("alike", 0)


def test_of_fewer_than_five_nothing_is_said_of_any_group():
    found = group_rates(areas(("north", 4, 10), ("east", 0, 2_000)), 4 / 2010)
    assert (found.outcome, found.odd.height) == ("too few", 0)
    assert group_rates(areas(("north", 6, 10), ("east", 2_000, 2_000)), 2006 / 2010).outcome == "too few"


@pytest.mark.parametrize("rate", [None, 0.0, 1.0])
def test_around_no_rate_or_one_of_nothing_nothing_is_compared(rate):
    assert group_rates(AREAS, rate) is None


def test_a_group_of_nothing_is_left_out_and_one_alone_is_the_whole():
    assert group_rates(areas(("north", 2, 100), ("east", 0, 0), ("west", 1, 50)), 0.02).points.height == 2
    assert group_rates(areas(("north", 2, 100), ("east", 0, 0)), 0.02) is None
