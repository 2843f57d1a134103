import datetime as dt
import math
import random

import numpy as np
import polars as pl
import pytest

from metrics.chance.bounds import THREE_SIGMA, limits
from metrics.chance.control import (
    MOST_BINS,
    Cause,
    any_marks,
    between,
    counts,
    marked,
    rare,
    shares,
    special_causes,
)

VECTOR = [10 * each for each in (1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1)]


def series(*values):
    return pl.DataFrame({"value": values})


def test_the_limits_of_the_known_series():
    found = counts(series(*VECTOR))
    assert found.points["centre"].unique().to_list() == [pytest.approx(19.4, abs=0.05)]
    assert found.points["upper"].unique().to_list() == [pytest.approx(46.0, abs=0.05)]
    assert found.points["lower"].unique().to_list() == [pytest.approx(-7.2, abs=0.05)]
    assert found.causes == [Cause("outside", "upper", 4, 4)]
    assert found.points["special"].arg_true().to_list() == [4]


def test_moving_ranges_and_their_limit_are_told():
    found = counts(series(*VECTOR))
    assert found.points["moving_range"].to_list()[:6] == [None, 10, 10, 10, 80, 90]
    assert found.range_limit == pytest.approx(32.67)


def test_limits_locked_to_the_first_points_do_not_move_with_what_follows():
    calm = [4, 5, 6, 5, 4, 5, 6, 5, 4, 5, 6, 5]
    locked = counts(series(*calm, 9, 9, 9, 9, 9, 9, 9), 12)
    alone = counts(series(*calm))
    assert locked.points["upper"][0] == alone.points["upper"][0]
    assert locked.points["centre"][-1] == 5
    assert locked.baseline == 12
    assert Cause("run", "upper", 12, 18) in locked.causes
    assert counts(series(*calm, 9, 9, 9, 9, 9, 9, 9)).points["centre"][0] > 5


@pytest.mark.parametrize(("points", "trial"), [(5, True), (11, True), (12, False)])
def test_limits_from_under_twelve_points_are_a_trial(points, trial):
    assert counts(series(*[1, 2] * 3, *[1, 2] * 3)[:points]).trial == trial
    assert counts(series(*[1, 2] * 9), points).trial == trial


def test_of_fewer_than_five_points_nothing_is_said():
    assert counts(series(1, 2, 3, 4)) is None
    assert counts(series(*VECTOR), 4) is None
    assert shares(found(*[(1, 10)] * 4)) is None


@pytest.mark.parametrize(
    ("values", "most"),
    [
        ([0] * 19 + [1], 0),
        ([0] * 6 + [1] + [0] * 13 + [1] + [0] * 9, 0),
        ([3, 4, 5, 4, 3, 5, 4, 3, 4, 500, 4, 3, 5, 4], 1),
        ([100] * 20 + [10_000], 1),
        ([3] * 20, 0),
        ([0] * 20, 0),
        ([1] * 5, 0),
    ],
)
def test_limits_never_collapse_upon_the_points(values, most):
    told = counts(series(*values))
    centre, lower, upper = (told.points[name][0] for name in ("centre", "lower", "upper"))
    assert upper > centre
    assert lower is None or lower < centre
    assert told.points["special"].sum() == most


@pytest.mark.parametrize(("share", "bound"), [(0, "upper"), (1, "lower")])
def test_a_rate_of_none_or_of_all_has_a_limit_that_a_change_passes(share, bound):
    rows = [(50 * share, 50)] * 12 + [(20 if share == 0 else 30, 50)]
    for first in (12, None):
        told = shares(found(*rows), first)
        assert told.points[bound].null_count() == 0
        assert Cause("outside", bound, 12, 12) in told.causes
        assert told.verdict.change
        assert (told.verdict.stretch.first, told.verdict.stretch.last) == (12, 12)


def test_counts_of_a_few_have_poissons_limits_and_others_a_moving_range():
    assert counts(series(*[0, 1, 0, 2, 1] * 4)).range_limit is None
    assert counts(series(*[9, 11, 10, 8] * 4)).range_limit is not None


def test_a_period_without_a_denominator_has_no_value_and_ends_a_run():
    high = [(9, 20), (8, 20), (9, 20), (8, 20)]
    told = shares(found(*[(1, 20), (2, 20)] * 6, *high, (0, 0), *high))
    assert told.points.height == 21
    assert told.points.row(16, named=True) | {"special": None} == {
        "numerator": 0, "denominator": 0, "value": None, "whole": True, "centre": pytest.approx(86 / 400),
        "lower": None, "upper": None, "special": None,
    }  # fmt: skip
    assert [each for each in told.causes if each.rule == "run" and each.side == "upper"] == []
    joined = shares(found(*[(1, 20), (2, 20)] * 6, *high, *high))
    assert Cause("run", "upper", 12, 19) in joined.causes


def test_a_period_that_is_not_over_is_no_part_of_limits_marks_or_verdict():
    whole = [*[True] * 13, False]
    rows = found(*[(2, 50)] * 13, (40, 50))
    told, alone = shares(rows.with_columns(whole=pl.Series(whole))), shares(rows.head(13))
    assert told.points["upper"][0] == alone.points["upper"][0]
    assert told.causes == alone.causes
    assert told.verdict == alone.verdict
    assert not told.points["special"][-1]
    weekly = series(*[5, 6] * 6, 5, 0).with_columns(whole=pl.Series(whole))
    assert counts(weekly).points["centre"][0] == counts(weekly.head(13)).points["centre"][0]


def test_no_choice_of_limits_brings_another_verdict():
    rows = found(*[(0, 50)] * 12, *[(4, 50), (5, 50)] * 3)
    verdicts = {shares(rows, first).verdict for first in (None, 5, 8, 12, 17, 99)}
    assert len(verdicts) == 1
    assert verdicts.pop().change


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


NONE = float("nan")


def causes(*values, centre=5.0, lower=0.0, upper=10.0, **more):
    given = np.array(values, dtype=float)
    ones = np.ones(len(given))
    return special_causes(given, ones * centre, ones * lower, ones * upper, **more)


def test_a_point_on_the_limit_is_inside_and_one_beyond_is_outside():
    assert causes(5, 10, 5) == []
    assert causes(5, 10.1, 5) == [Cause("outside", "upper", 1, 1)]
    assert causes(5, -0.1, 5) == [Cause("outside", "lower", 1, 1)]


@pytest.mark.parametrize(("length", "found"), [(6, 0), (7, 1), (9, 1)])
def test_a_run_is_seven_or_more_on_one_side_of_the_mean(length, found):
    values = [6, 7] * 5
    told = causes(4, *values[:length], 4)
    assert told == [Cause("run", "upper", 1, length)] * found


def test_a_point_on_the_mean_ends_a_run():
    assert causes(6, 7, 6, 7, 5, 6, 7, 6) == []


@pytest.mark.parametrize(("length", "found"), [(5, 0), (6, 1), (7, 1)])
def test_a_trend_is_six_or_more_rising_or_falling(length, found):
    values = [3, 3.5, 4, 5.5, 6, 6.5, 6.6][:length]
    assert causes(3, *values) == [Cause("trend", "upper", 1, length)] * found
    falling = [10 - each for each in values]
    assert causes(7, *falling) == [Cause("trend", "lower", 1, length)] * found


def test_two_alike_end_a_trend():
    assert causes(3, 3.5, 4, 4, 4.5, 6, 6.5) == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((5, 9, 5, 9, 4), [Cause("near", "upper", 1, 3)]),
        ((5, 9, 9, 4), [Cause("near", "upper", 1, 2)]),
        ((5, 1, 5, 1, 6), [Cause("near", "lower", 1, 3)]),
        ((5, 9, 5, 4, 9), []),
        ((5, 9, 1, 5), []),
        ((5, 8.3, 8.3, 5), []),
    ],
)
def test_two_of_three_near_a_limit_are_in_its_outer_third_on_one_side(values, found):
    assert causes(*values) == found


def test_where_there_is_no_limit_no_point_is_outside_or_near_it():
    assert causes(0, 0, 5, 0, lower=NONE) == []
    assert causes(9, 9, 5, upper=NONE) == []
    assert causes(9, 9, 5, near=False) == []


@pytest.mark.parametrize(
    "values",
    [(6, 7, 6, 7, NONE, 6, 7, 6, 7), (3, 3.5, 4, NONE, 5.5, 6, 6.5), (5, 9, NONE, 9, 5)],
)
def test_a_period_without_a_value_ends_a_run_a_trend_and_two_of_three(values):
    assert causes(*values) == []
    assert causes(*np.array(values)[~np.isnan(values)]) != []


def test_a_run_is_about_the_middle_where_the_mean_is_none():
    assert causes(*[0] * 12, centre=0.4, lower=NONE, upper=3.0, middle=np.zeros(12)) == []
    assert causes(*[1] * 7, 0, centre=0.4, lower=NONE, upper=3.0, middle=np.zeros(8)) == [
        Cause("run", "upper", 0, 6)
    ]


@pytest.mark.parametrize("near", [True, False])
def test_many_series_at_once_are_marked_as_each_of_them_is(near):
    rng = np.random.default_rng(3)
    for points in (5, 6, 7, 12, 30):
        rows = rng.integers(-1, 12, (200, points)).astype(float)
        centre, upper = rng.uniform(4, 6, (200, 1)), np.full((200, 1), 10.0)
        lower, middle = np.where(centre > 5, 0.0, NONE), np.round(centre)
        found = any_marks(rows, centre, lower, upper, middle=middle, near=near)
        ones = np.ones(points)
        one_by_one = [
            bool(special_causes(row, ones * c, ones * low, ones * up, middle=ones * mid, near=near))
            for row, c, low, up, mid in zip(rows, centre, lower, upper, middle, strict=True)
        ]
        assert found.tolist() == one_by_one
        assert 0 < sum(one_by_one) < 200 or points > 12


def test_every_point_of_a_cause_is_marked():
    found = causes(5, 11, 5, *[6, 7] * 4)
    assert marked(found, 11).tolist() == [False, True, False, *[True] * 8]


@pytest.mark.parametrize("seed", range(40))
def test_the_rules_are_those_of_plain_loops(seed):
    chance = random.Random(seed)
    values = [chance.randint(-1, 11) for _ in range(30)]
    found = {(each.rule, each.side, place) for each in causes(*values) for place in span(each)}
    assert found == set(loops(values, 5, 0, 10))


def span(cause):
    return range(cause.first, cause.last + 1)


def loops(values, centre, lower, upper):
    """Every point of every rule, by plain loops over windows."""
    for side, flip in (("upper", 1), ("lower", -1)):
        far = [flip * (value - centre) for value in values]
        reach = flip * ((upper if flip > 0 else lower) - centre)
        for first in range(len(far)):
            if far[first] > reach:
                yield "outside", side, first
            if len(far[first : first + 7]) == 7 and all(each > 0 for each in far[first : first + 7]):
                yield from (("run", side, place) for place in range(first, first + 7))
            six = far[first : first + 6]
            if len(six) == 6 and all(six[place] < six[place + 1] for place in range(5)):
                yield from (("trend", side, place) for place in range(first, first + 6))
            near = [
                place
                for place in range(first, min(first + 3, len(far)))
                if reach * 2 / 3 < far[place] <= reach
            ]
            if len(near) >= 2:
                yield from (("near", side, place) for place in range(near[0], near[-1] + 1))


D = dt.date


def daily(*rows):
    days = [(D(2024, 1, day), count) for day, count in rows]
    return pl.DataFrame(days, schema={"period": pl.Date, "numerator": pl.Int64}, orient="row")


REVIEWED = daily((2, 10), (3, 5), (4, 0), (5, 20), (9, 15))


def test_between_failures_are_the_reviews_completed_from_one_to_the_next():
    found = between(daily((3, 1), (5, 2), (6, 1)), REVIEWED)
    assert found.gaps.rows() == [
        (1, D(2024, 1, 3), 15),
        (2, D(2024, 1, 5), 20),
        (3, D(2024, 1, 5), 0),
        (4, D(2024, 1, 6), 0),
    ]
    assert (found.reviewed, found.since) == (50, 15)


def test_a_failure_found_before_any_review_comes_after_none():
    assert between(daily((1, 1)), REVIEWED).gaps["value"].to_list() == [0]


def test_where_none_was_found_every_review_is_since():
    found = between(daily((1, 0)), REVIEWED)
    assert (found.gaps.height, found.reviewed, found.since) == (0, 50, 50)
    assert rare(found) is None
    assert between(daily(), daily()).reviewed == 0


def test_what_is_judged_are_the_failures_by_the_work_of_each_day():
    found = between(daily((1, 1), (3, 2), (4, 1), (9, 1)), REVIEWED)
    assert found.work.rows() == [
        (D(2024, 1, 2), D(2024, 1, 2), 10, 1),
        (D(2024, 1, 3), D(2024, 1, 3), 5, 3),
        (D(2024, 1, 5), D(2024, 1, 5), 20, 0),
        (D(2024, 1, 9), D(2024, 1, 9), 15, 1),
    ]


@pytest.mark.parametrize("days", [3, 200, 900, 4_000])
def test_the_days_of_a_long_review_are_put_together_and_nothing_is_lost(days):
    span = [D(2012, 1, 1) + dt.timedelta(days=each) for each in range(days)]
    reviewed = pl.DataFrame({"period": span, "numerator": [1 + each % 7 for each in range(days)]})
    failures = pl.DataFrame({"period": span, "numerator": [each % 3 for each in range(days)]})
    work = between(failures, reviewed).work
    assert work.height <= min(days, MOST_BINS + 1)
    assert work["reviews"].sum() == reviewed["numerator"].sum()
    assert work["failures"].sum() == failures["numerator"].sum()
    assert (work["begins"][1:] > work["ends"][:-1]).all()


def test_a_stretch_is_compared_with_what_chance_gives_at_the_share_of_all():
    stretches = [10, 12, 30, 4, 8, 0, 11, 9, 200]
    days = [(day, 1) for day in range(1, len(stretches) + 1)]
    reviewed = daily(*zip(range(1, len(stretches) + 1), stretches, strict=True), (20, 16))
    told = rare(between(daily(*days), reviewed))
    share = 9 / (300 + 9)
    # Half of all stretches are longer than the median, and 135 in 100,000 than the limit.
    assert (1 - share) ** told.points["centre"][0] == pytest.approx(0.5)
    assert (1 - share) ** told.points["upper"][0] == pytest.approx(0.00135)
    assert told.points["lower"].null_count() == 9
    assert [(each.rule, each.first) for each in told.causes if each.rule == "outside"] == []
    locked = rare(between(daily(*days), reviewed), 8)
    assert (1 - 8 / 92) ** locked.points["upper"][0] == pytest.approx(0.00135)
    assert [(each.rule, each.first) for each in locked.causes if each.rule == "outside"] == [("outside", 8)]
    assert math.isclose(locked.points["upper"][0], told.points["upper"][0]) is False


def test_too_few_failures_or_no_review_have_no_limit():
    assert rare(between(daily((2, 4)), REVIEWED)) is None
    assert rare(between(daily((1, 6)), daily())) is None


def test_failures_all_at_once_have_limits_of_some_width():
    for first in (None, 5):
        found = rare(between(daily((1, 6)), daily((9, 3))), first)
        assert found.points["upper"][0] > found.points["centre"][0] > 0


def test_failures_that_come_in_a_cluster_are_a_change_and_its_days_are_told():
    days = [(day, 20) for day in range(1, 29)]
    found = rare(between(daily((3, 1), (9, 1), (20, 4), (21, 4), (22, 4)), daily(*days)))
    stretch = found.verdict.stretch
    assert found.verdict.change
    assert stretch.higher
    assert (stretch.inside, stretch.outside) == ((12, 60), (2, 500))
    assert found.work.row(stretch.first)[0] == D(2024, 1, 20)
    assert found.work.row(stretch.last)[1] == D(2024, 1, 22)
