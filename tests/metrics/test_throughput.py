import datetime as dt

import polars as pl
import pytest

from metrics.throughput import by_chance, by_reviewer, by_week, dips, per_person_week, weekly
from tests.metrics.world import D

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
