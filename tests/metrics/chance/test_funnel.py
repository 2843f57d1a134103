import polars as pl
import pytest
from scipy.stats import binom

from metrics.chance.funnel import LIMITS, funnel


def groups(*rows):
    found = pl.DataFrame(rows, schema=["area", "numerator", "denominator"], orient="row")
    return found.with_columns(value=pl.col("numerator") / pl.col("denominator"))


# As at 30 May 2024 in the demonstration.
AREAS = groups(("north", 2, 869), ("east", 15, 457), ("south", 5, 676), ("west", 5, 765), ("central", 5, 819),
    ("headquarters", 1, 192))  # fmt: skip
RATE = 33 / 3778


def test_an_area_far_above_the_rest_is_above_the_outer_limit_and_the_rest_are_where_they_are():
    found = funnel(AREAS, RATE)
    assert dict(found.points.select("area", "place").rows()) == {
        "east": "above the outer", "north": "below the inner", "south": "within", "west": "within",
        "central": "within", "headquarters": "within",
    }  # fmt: skip
    assert binom.sf(14, 457, RATE) < 0.001
    assert 0.001 < binom.cdf(2, 869, RATE) < 0.025


def test_an_area_is_named_only_if_it_differs_over_all_areas_together():
    found = funnel(AREAS, RATE)
    assert (found.outcome, found.odd.select("area", "odd").rows()) == ("odd", [("east", "higher")])
    alike = funnel(groups(("north", 5, 500), ("east", 4, 400)), 0.01)
    assert (alike.outcome, alike.odd.height) == ("alike", 0)


def test_of_fewer_than_five_nothing_is_said_of_any_group():
    found = funnel(groups(("north", 4, 10), ("east", 0, 2_000)), 4 / 2010)
    assert (found.outcome, found.odd.height) == ("too few", 0)
    assert funnel(groups(("north", 6, 10), ("east", 2_000, 2_000)), 2006 / 2010).outcome == "too few"


def test_the_limits_are_shares_in_their_order_and_the_outer_hold_the_inner():
    found = funnel(AREAS, RATE)
    for frame in (found.points, found.curve):
        filled = frame.with_columns(pl.col(LIMITS[:2]).fill_null(0))
        assert (filled["outer_lower"] <= filled["inner_lower"]).all()
        assert (filled["inner_lower"] < RATE).all()
        assert (filled["inner_upper"] > RATE).all()
        assert (filled["inner_upper"] < filled["outer_upper"]).all()
    assert found.curve["size"].max() > 869


@pytest.mark.parametrize("rate", [None, 0.0, 1.0])
def test_around_no_rate_or_one_of_nothing_there_is_no_funnel(rate):
    assert funnel(AREAS, rate) is None


def test_a_group_of_nothing_is_left_out_and_one_alone_is_the_whole():
    assert funnel(groups(("north", 2, 100), ("east", 0, 0), ("west", 1, 50)), 0.02).points.height == 2
    assert funnel(groups(("north", 2, 100), ("east", 0, 0)), 0.02) is None
