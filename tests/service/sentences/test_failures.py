import datetime as dt
import sys
from types import SimpleNamespace

import polars as pl
import pytest

from charts.control_chart import MOST_DRAWN, control
from charts.palette import LIGHT
from data.terms import USUAL_WORDS
from metrics.chance.control import rare
from service.sentences.failures import BETWEEN, WATCHED, _one_by_one, change, gaps
from tests.charts.reading import plotted


@pytest.mark.parametrize(
    ("stretches", "said"),
    [
        ([21], "1 failure with harm, after 21 detailed reviews"),
        ([21, 9], "2 failures with harm, after 21 detailed reviews, then after 9 more"),
        ([21, 9, 40], "3 failures with harm, after 21 detailed reviews, then after 9 and 40 more"),
        ([1] * 7, "7 failures with harm"),
    ],
)
def test_stretches_are_told_one_by_one_while_they_are_few(stretches, said):
    assert _one_by_one(USUAL_WORDS, stretches) == said


class LongReview:
    """A view of so many failures that come in many clusters, each a mark on the chart."""

    words = USUAL_WORDS

    def __init__(self, failures):
        days = [dt.date(2000, 1, 1) + dt.timedelta(days=each) for each in range(failures // 10)]
        clustered = [20 if each // 5 % 2 else 0 for each in range(len(days))]
        self.frames = {"failures": clustered, "completed": [100] * len(days)}
        self.days = days

    def loaded(self, names):
        return list(names)

    def once(self, _name, make, *_of):
        return make()

    def figure(self, name):
        return SimpleNamespace(numerator=sum(self.frames[name]))

    def counts(self, *names):
        return [sum(self.frames[name]) for name in names]

    def result(self, name, *, every):
        assert every == "1d"
        return pl.DataFrame({"period": self.days, "numerator": self.frames[name]})


def steps_of(work):
    """Number of calls, of Python or of C, that some work makes."""
    steps = 0

    def count(_, event, __):
        nonlocal steps
        steps += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return steps


def test_the_work_of_the_sentence_grows_no_faster_than_the_failures_and_its_length_not_at_all():
    small, large = LongReview(2_000), LongReview(16_000)
    for view in (small, large):
        assert len(rare(gaps(view, "failures")).causes) > 50
        assert len(change(view)) < 400
    # What is simulated is simulated by now: this is the work of a rerun.
    assert steps_of(lambda: change(large)) < 10 * steps_of(lambda: change(small))


def test_of_very_many_failures_the_chart_draws_the_last():
    view = LongReview(16_000)
    chart = control(
        rare(gaps(view, "failures")), WATCHED[BETWEEN].subject(view, "week"), dt.date(2024, 1, 1), LIGHT
    )
    assert {len(each.x) for each in plotted(chart).data} == {MOST_DRAWN}
    assert len(chart.alt) < 900
    assert chart.table.height == 16_000
