import datetime as dt

import pytest

from metrics.as_at import Clocks
from metrics.catalogue import CATALOGUE, metric
from metrics.course import course
from metrics.dimensions import dimension
from metrics.evaluate import evaluate
from metrics.metric import Metric
from tests.metrics.test_evaluate import SAMPLED
from tests.metrics.world import D

DAYS = [D(2023, 9, 18) + dt.timedelta(days=each) for each in range(75)]
COUNTED = [each.name for each in CATALOGUE if isinstance(each, Metric)]


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_course_as_known_then_is_the_figure_of_each_day_as_known_on_it(seed, name):
    _, built = SAMPLED[seed]
    rows = built[metric(name).subject]
    found = course(metric(name), rows, DAYS).drop("day")
    for number, day in enumerate(DAYS):
        assert found[number].equals(evaluate(metric(name), rows, Clocks.then(day))), day


@pytest.mark.parametrize("name", COUNTED)
def test_a_course_as_known_on_one_day_is_the_figure_of_each_day_as_known_on_that_day(name):
    _, built = SAMPLED[3]
    rows = built[metric(name).subject]
    found = course(metric(name), rows, DAYS, known_at=D(2023, 11, 1)).drop("day")
    for number, day in enumerate(DAYS):
        assert found[number].equals(evaluate(metric(name), rows, Clocks(day, D(2023, 11, 1)))), day


def test_a_course_can_be_split_by_what_does_not_change_from_day_to_day():
    _, built = SAMPLED[1]
    area = dimension("area")
    found = course(metric("share_assessed"), built["cases"], DAYS, by=[area])
    last = found.filter(day=DAYS[-1]).drop("day")
    now = evaluate(metric("share_assessed"), built["cases"], Clocks.then(DAYS[-1]), by=[area])
    assert last.select("area", "numerator").equals(now.select("area", "numerator"))


def test_a_course_cannot_be_split_by_the_grade():
    with pytest.raises(ValueError, match="grade"):
        course(metric("population"), SAMPLED[1][1]["cases"], DAYS, by=[dimension("grade")])


def test_a_course_of_nothing_is_zero_on_every_day():
    _, built = SAMPLED[1]
    found = course(metric("population"), built["cases"].clear(), DAYS)
    assert found["numerator"].to_list() == [0] * len(DAYS)
