import polars as pl
import pytest

from metrics.chance.binomial import THREE_SIGMA, limits
from metrics.chance.control import individuals, shares
from metrics.chance.rules import Cause

VECTOR = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


def series(*values):
    return pl.DataFrame({"value": values})


@pytest.mark.parametrize(("screened", "upper", "lower"), [(True, 4.60, -0.72), (False, 6.95, -3.06)])
def test_the_limits_of_the_known_series_with_and_without_screening(screened, upper, lower):
    found = individuals(series(*VECTOR), screened=screened)
    assert found.points["centre"].unique().to_list() == [pytest.approx(1.94, abs=0.005)]
    assert found.points["upper"].unique().to_list() == [pytest.approx(upper, abs=0.005)]
    assert found.points["lower"].unique().to_list() == [pytest.approx(lower, abs=0.005)]
    assert found.causes == [Cause("outside", "upper", 4, 4)]
    assert found.points["special"].arg_true().to_list() == [4]


def test_moving_ranges_and_their_limit_are_told():
    found = individuals(series(*VECTOR))
    assert found.points["moving_range"].to_list()[:6] == [None, 1, 1, 1, 8, 9]
    assert found.range_limit == pytest.approx(3.267)


def test_limits_locked_to_the_first_points_do_not_move_with_what_follows():
    calm = [4, 5, 6, 5, 4, 5, 6, 5, 4, 5, 6, 5]
    locked = individuals(series(*calm, 9, 9, 9, 9, 9, 9, 9), 12)
    alone = individuals(series(*calm))
    assert locked.points["upper"][0] == alone.points["upper"][0]
    assert locked.points["centre"][-1] == 5
    assert locked.baseline == 12
    assert Cause("run", "upper", 12, 18) in locked.causes
    assert individuals(series(*calm, 9, 9, 9, 9, 9, 9, 9)).points["centre"][0] > 5


@pytest.mark.parametrize(("points", "trial"), [(5, True), (11, True), (12, False)])
def test_limits_from_under_twelve_points_are_a_trial(points, trial):
    assert individuals(series(*[1, 2] * 3, *[1, 2] * 3)[:points]).trial == trial
    assert individuals(series(*[1, 2] * 9), points).trial == trial


def test_of_fewer_than_five_points_nothing_is_said():
    assert individuals(series(1, 2, 3, 4)) is None
    assert individuals(series(*VECTOR), 4) is None
    assert shares(found(*[(1, 10)] * 4)) is None


def test_a_series_that_never_varies_has_limits_at_its_mean_and_no_special_cause():
    told = individuals(series(*[3] * 20))
    assert told.points["upper"][0] == told.points["lower"][0] == 3
    assert told.causes == []


def test_counts_of_a_few_are_said_to_be_sparse():
    assert individuals(series(*VECTOR)).sparse
    assert not individuals(series(*[20, 21] * 6)).sparse
    assert shares(found(*[(1, 100)] * 12)).sparse
    assert not shares(found(*[(6, 100)] * 12)).sparse


def found(*shares):
    rows = pl.DataFrame(shares, schema=["numerator", "denominator"], orient="row")
    return rows.with_columns(value=pl.col("numerator") / pl.col("denominator"))


def test_a_p_chart_has_the_exact_limits_of_each_size_around_the_share_of_all():
    told = shares(found((4, 50), (2, 100), (9, 120), (1, 30), (20, 100)))
    rate = 36 / 400
    assert told.points["centre"].unique().to_list() == [rate]
    for size, lower, upper in told.points.select("denominator", "lower", "upper").rows():
        low, high = limits(rate, [size], THREE_SIGMA)
        assert upper == pytest.approx(high[0] / size)
        assert (lower is None) if low[0] != low[0] else lower == pytest.approx(low[0] / size)
    assert told.causes == [Cause("outside", "upper", 4, 4)]


def test_a_p_chart_may_take_its_limits_from_the_first_periods():
    told = shares(found(*[(2, 50)] * 6, (20, 50)), 6)
    assert told.points["centre"][0] == 0.04
    assert told.baseline == 6
    assert told.causes == [Cause("outside", "upper", 6, 6)]
