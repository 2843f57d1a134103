"""Shares of each period, worked out on paper."""

import datetime as dt

import polars as pl
import pytest

from metrics.intervals import wilson
from metrics.rates import (
    added,
    by_chance,
    by_reviewer,
    by_week,
    dips,
    limits,
    per_person_week,
    periods,
    rates,
    weekly,
    whole_periods,
)
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


MONDAY = D(2024, 1, 8)
WEEK = [MONDAY + dt.timedelta(days=each) for each in range(7)]


def staff(**teams):
    rows = [(day, team, count) for team, count in teams.items() for day in WEEK]
    return pl.DataFrame(rows, schema=["day", "team", "numerator"], orient="row")


def done(**teams):
    return pl.DataFrame({"team": list(teams), "done": list(teams.values())})


def test_a_rate_is_divided_by_person_weeks_and_bears_its_exact_interval():
    (row,) = per_person_week(done(one=10), staff(one=2.5)).rows(named=True)
    assert (row["done"], row["weeks"], row["rate"]) == (10, 2.5, 4.0)
    # Garwood's interval of a count of ten, from the tables: 4.795 to 18.390.
    assert (row["low"], row["high"]) == pytest.approx((4.7954 / 2.5, 18.3904 / 2.5), abs=1e-4)


def test_a_team_with_nobody_or_nothing_done_has_no_rate():
    found = per_person_week(done(one=10, two=3, three=0), staff(one=2, two=0, three=4))
    assert found["team"].to_list() == ["one"]


def test_teams_that_work_alike_differ_by_chance_and_others_do_not():
    alike = per_person_week(done(one=20, two=41), staff(one=2, two=4))
    assert by_chance(alike) == pytest.approx(1.0, abs=0.05)
    apart = per_person_week(done(one=60, two=41), staff(one=2, two=4))
    assert by_chance(apart) < 0.001
    assert by_chance(alike.head(1)) is None


def test_the_rate_of_a_week_is_told_when_the_week_is_over():
    days = [MONDAY + dt.timedelta(days=each) for each in range(16)]
    total = pl.DataFrame({"day": days, "numerator": [2 * each for each in range(1, 17)]})
    people = pl.DataFrame({"day": days, "numerator": [4.0] * 7 + [0.0] * 9})
    weeks = weekly(total, people, days[-1])
    assert weeks.rows() == [(MONDAY, 14, 4.0, 3.5), (D(2024, 1, 15), 14, 0.0, None)]
    assert weekly(total, people, D(2024, 1, 21)).height == 2
    assert weekly(total, people, D(2024, 1, 20)).height == 1


def test_weeks_by_team_hold_staff_and_work_side_by_side():
    sundays = [D(2024, 1, 14), D(2024, 1, 21)]

    def course(one, two):
        rows = [
            (day, team, held[each])
            for team, held in (("one", one), ("two", two))
            for each, day in enumerate(sundays)
        ]
        return pl.DataFrame(rows, schema=["day", "team", "numerator"], orient="row")

    told = by_week(course([3, 4], [2, 0]), course([2.5, 3.5], [1.0, 0.0]), course([5, 12], [0, 0]))
    assert told.rows() == [
        (D(2024, 1, 15), "one", 4, 3.5, 7, 2.0),
        (MONDAY, "one", 3, 2.5, 5, 2.0),
        (MONDAY, "two", 2, 1.0, 0, 0.0),
    ]


def test_reviewers_are_in_the_order_of_their_pseudonyms_and_not_of_their_numbers():
    rows = pl.DataFrame(
        [
            ("one", "RV-2", MONDAY, None), ("one", "RV-1", MONDAY, D(2024, 1, 9)), ("one", "RV-2", MONDAY, D(2024, 1, 9)),
            ("one", "RV-2", MONDAY, D(2024, 1, 31)), ("one", "RV-3", D(2024, 1, 31), None),
        ],
        schema={"team": pl.String, "reviewer_ref": pl.String, "allocated_on": pl.Date, "completed_on": pl.Date},
        orient="row",
    )  # fmt: skip
    assert by_reviewer(rows, D(2024, 1, 10)).rows() == [("one", "RV-1", 1, 0), ("one", "RV-2", 1, 2)]


def test_a_week_is_a_dip_only_if_it_fell_by_more_than_a_third_against_both_its_neighbours():
    # By week from 1 January 2024: a fall of just a third, one of more, a lasting fall, and one not yet over.
    weeks = [30, 20, 30, 19.5, 30, 12, 12, 12, 5]
    days = [D(2024, 1, 1) + dt.timedelta(days=each) for each in range(7 * len(weeks))]
    staff = pl.DataFrame({"day": days, "numerator": [float(each) for each in weeks for _ in range(7)]})
    assert dips(staff).rows() == [(D(2024, 1, 22), 19.5)]


def by_period(**numerators):
    rows = [
        (D.fromisoformat(day.removeprefix("d").replace("_", "-")), count) for day, count in numerators.items()
    ]
    return pl.DataFrame(rows, schema={"period": pl.Date, "numerator": pl.Int64}, orient="row")


def test_a_period_in_which_nothing_happened_is_a_zero_and_one_that_is_not_over_is_told():
    weekly = by_period(d2023_10_09=2, d2023_10_23=1, d2023_11_06=5)
    found = whole_periods(weekly, D(2023, 10, 4), D(2023, 11, 8), "1w")
    assert found.rows() == [
        (D(2023, 10, 9), 2, True), (D(2023, 10, 16), 0, True), (D(2023, 10, 23), 1, True),
        (D(2023, 10, 30), 0, True), (D(2023, 11, 6), 5, False),
    ]  # fmt: skip


@pytest.mark.parametrize("every", ["1w", "1mo"])
def test_a_period_that_ends_on_the_day_is_over_and_one_that_began_on_it_is_not(every):
    for ahead in range(62):
        last = D(2023, 10, 16) + dt.timedelta(days=ahead)
        found = whole_periods(by_period(d2023_10_02=2), D(2023, 10, 1), last, every)
        tomorrow = last + dt.timedelta(days=1)
        over = tomorrow.day == 1 if every == "1mo" else tomorrow.weekday() == 0
        assert found["whole"][-1] == over
        assert found["whole"][:-1].all()
        assert found["period"][-1] <= last


def test_what_happened_before_the_first_day_by_period():
    found = whole_periods(by_period(d2023_10_02=2), D(2023, 10, 4), D(2023, 10, 22), "1w")
    assert found["value"].to_list() == [2, 0, 0]
    assert found["whole"].all()


def test_months_are_whole_months():
    monthly = by_period(d2023_10_01=3, d2023_12_01=1, d2024_02_01=9)
    found = whole_periods(monthly, D(2023, 10, 1), D(2024, 2, 28), "1mo")
    assert found.select("value", "whole").rows() == [(3, True), (0, True), (1, True), (0, True), (9, False)]


@pytest.mark.parametrize("last", [D(2023, 10, 3), D(2023, 10, 8), D(2023, 1, 1)])
def test_before_the_first_period_there_is_none(last):
    assert whole_periods(by_period(), D(2023, 10, 4), last, "1w").is_empty()
