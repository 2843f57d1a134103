import datetime as dt
import itertools
import math

import polars as pl
import pytest

from metrics.chance.between import between, rare

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
    assert found.chance is None
    assert between(daily(), daily()).reviewed == 0


def test_the_chance_of_the_stretch_since_the_last_is_counted_out():
    reviewed = daily((2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 1))
    found = between(daily((2, 1), (4, 1)), reviewed)
    every = list(itertools.combinations(range(6), 2))
    assert found.since == 3
    assert found.chance == pytest.approx(sum(max(each) < 3 for each in every) / len(every))


def test_of_more_failures_than_there_were_reviews_for_no_chance_is_told():
    assert between(daily((1, 1)), REVIEWED).chance is None


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


def test_too_few_failures_or_all_at_once_have_no_limit():
    assert rare(between(daily((2, 4)), REVIEWED)) is None
    assert rare(between(daily((1, 6)), daily((9, 3))), 5) is None
