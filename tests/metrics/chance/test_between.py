import datetime as dt
import math

import polars as pl
import pytest

from metrics.chance.between import MOST_BINS, between, rare

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
