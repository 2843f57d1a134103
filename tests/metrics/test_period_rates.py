"""Shares of each period, worked out on paper."""

import polars as pl
import pytest

from metrics.evaluate import wilson
from metrics.period_rates import added, limits, periods, rates
from tests.metrics.world import D


def counts(*pairs):
    numerators, denominators = zip(*pairs, strict=True)
    return pl.DataFrame({"numerator": numerators, "denominator": denominators})


def test_a_period_ends_on_its_last_day_and_the_last_one_on_the_day_of_the_figures():
    assert periods(D(2023, 10, 12), D(2023, 12, 7), "1mo").rows() == [
        (D(2023, 10, 1), D(2023, 10, 31), True),
        (D(2023, 11, 1), D(2023, 11, 30), True),
        (D(2023, 12, 1), D(2023, 12, 7), False),
    ]
    assert periods(D(2023, 12, 6), D(2023, 12, 10), "1w").rows() == [(D(2023, 12, 4), D(2023, 12, 10), True)]


def test_what_a_period_added_is_what_its_end_has_more_than_the_end_of_the_one_before():
    days = [D(2023, 9, 30), D(2023, 10, 31), D(2023, 11, 30)]
    states = counts((1, 10), (4, 30), (4, 80)).with_columns(day=pl.Series(days))
    assert added(states).select("day", "numerator", "denominator").rows() == [
        (days[1], 3, 20),
        (days[2], 0, 50),
    ]


def test_what_a_period_added_is_told_apart_by_group_and_one_group_may_be_of_none_recorded():
    days = [D(2023, 9, 30)] * 2 + [D(2023, 10, 31)] * 2
    states = counts((1, 10), (0, 5), (4, 30), (2, 6)).with_columns(
        day=pl.Series(days), area=pl.Series(["east", None] * 2)
    )
    assert added(states, ["area"]).select("area", "numerator", "denominator").rows() == [
        ("east", 3, 20), (None, 2, 1),
    ]  # fmt: skip


def test_the_rate_of_a_period_has_its_interval():
    told = rates(counts((3, 16), (9, 84)))
    assert told["value"].to_list() == [3 / 16, 9 / 84]
    low, high = wilson(told["numerator"], told["denominator"])
    assert told["low"].equals(low)
    assert told["high"].equals(high)


@pytest.mark.parametrize(
    "pair",
    [(0, 0), (2, 0), (-1, 20), (3, -5), (-3, -5), (5, 4)],
    ids=[
        "none",
        "none reviewed",
        "one taken back",
        "reviews taken back",
        "both taken back",
        "found of earlier work",
    ],
)
def test_a_period_that_can_have_no_share_has_its_counts_and_none(pair):
    told = rates(counts((3, 16), pair, (1, 10)))
    assert told.row(1) == (*pair, None, None, None)
    assert told["value"].to_list() == [3 / 16, None, 0.1]


def test_limits_are_those_of_a_p_chart_and_leave_out_a_period_that_can_have_no_share():
    pairs = [(n % 3 + 1, 40 + n) for n in range(8)]
    firm, corrected = rates(counts(*pairs)), rates(counts(*pairs[:4], (-2, -30), *pairs[4:]))
    one, other = limits(firm), limits(corrected)
    assert one is not None
    assert other is not None
    rest = other.points.with_row_index().filter(pl.col("index") != 4).drop("index")
    assert rest["upper"].equals(one.points["upper"])
    assert one.points["centre"][0] == pytest.approx(sum(n for n, _ in pairs) / sum(of for _, of in pairs))
    assert not other.points["special"][4]


def test_too_few_periods_have_no_limits():
    assert limits(rates(counts((1, 10), (2, 12)))) is None


def test_a_wild_period_is_marked_and_one_that_is_not_over_is_not_judged():
    pairs = [(2, 50)] * 10 + [(20, 50)]
    result = rates(counts(*pairs))
    told = limits(result, 10)
    assert told is not None
    assert told.points["special"].to_list() == [False] * 10 + [True]
    unfinished = limits(result.with_columns(whole=pl.Series([True] * 10 + [False])), 10)
    assert unfinished is not None
    assert not unfinished.points["special"].any()
