import random

import numpy as np
import pytest

from metrics.chance.rules import Cause, any_marks, marked, special_causes

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
