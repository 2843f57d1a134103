"""Figures over time on the demonstration, against the figure of each day."""

import datetime as dt
import itertools
from dataclasses import replace

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from metrics.as_at import Clocks
from metrics.catalogue import CATALOGUE
from metrics.metric import Metric
from service import over_time
from service.view import open_source
from tests.metrics.world import D

RATE, LAST = "failure_rate_reviewed", D(2024, 5, 30)
MONTHS = [D(2023, 9, 30), D(2023, 10, 31), D(2023, 11, 30), D(2023, 12, 31), D(2024, 1, 11)]


@pytest.fixture
def source(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    services = services_of(demonstration.folder)
    return open_source(services.visit(services.welcome("reader", (Role.ANALYST,), "test")), "OFFICIAL")


@pytest.fixture
def view(source):
    return source.view(Clocks(D(2024, 1, 11), LAST), {})


def on(view, day):
    return replace(view, clocks=Clocks(day, view.clocks.known_at))


@pytest.mark.parametrize("narrowing", [{}, {"type": ("service",)}, {"area": ("east", "west")}], ids=str)
def test_the_rate_of_a_month_is_what_it_found_over_what_it_reviewed(source, view, narrowing):
    view = source.view(view.clocks, narrowing)
    told = over_time.rate_by_period(view, RATE)
    ends = [on(view, day).figure(RATE) for day in MONTHS]
    found = [late.numerator - early.numerator for early, late in itertools.pairwise(ends)]
    reviewed = [late.denominator - early.denominator for early, late in itertools.pairwise(ends)]
    assert told["numerator"].to_list() == found
    assert told["denominator"].to_list() == reviewed
    assert told["value"].to_list() == [one / of for one, of in zip(found, reviewed, strict=True)]
    assert told["period"].to_list() == [D(2023, 10, 1), D(2023, 11, 1), D(2023, 12, 1), D(2024, 1, 1)]
    assert told["whole"].to_list() == [True, True, True, False]
    assert ((told["low"] <= told["value"]) & (told["value"] <= told["high"])).all()


def test_the_months_add_up_to_the_figure_in_weeks_and_months(view):
    for every in ("1w", "1mo", "1q"):
        told = over_time.rate_by_period(view, RATE, every)
        figure = view.figure(RATE)
        assert (told["numerator"].sum(), told["denominator"].sum()) == (figure.numerator, figure.denominator)


def test_a_rate_by_year_received_is_that_of_the_applications_of_the_year(view):
    told = view.result("failure_rate", by=["year"])
    assert told["denominator"].sum() == view.figure("failure_rate").denominator
    assert told["low"].null_count() == 0


@pytest.mark.parametrize("every", ["1w", "1mo"])
def test_a_share_over_time_is_the_state_at_the_end_of_each_period(view, every):
    told = over_time.over_time(view, "share_completed", every)
    assert told["value"][-1] == view.figure("share_completed").value
    assert told["value"].max() < 1
    step = dt.timedelta(days=1)
    for row in told.head(-1).iter_rows(named=True):
        (after,) = pl.Series([row["period"]]).dt.offset_by(every)
        figure = on(view, after - step).figure("share_completed")
        assert (row["numerator"], row["denominator"]) == (figure.numerator, figure.denominator)
        assert (row["value"], row["low"], row["high"]) == (figure.value, figure.low, figure.high)


@pytest.mark.parametrize("by", ["area", "year", "grade"])
@pytest.mark.parametrize("name", ["share_completed", "backlog"])
def test_what_stood_at_the_end_of_each_period_by_group_is_the_breakdown_of_its_day(view, name, by):
    told = over_time.over_time(view, name, "1mo", by)
    for period, day in zip(told["period"].unique().sort(), MONTHS[1:], strict=True):
        rows = told.filter(
            pl.col("period") == period, pl.col("denominator").fill_null(pl.col("numerator")) > 0
        )
        result = on(view, day).result(name, by=[by])
        result = result.filter(pl.col("denominator").fill_null(pl.col("numerator")) > 0)
        shown = ["numerator", "denominator", "value", "low", "high"]
        assert rows.select(by, *shown).sort(by, nulls_last=True).equals(result.select(by, *shown))


def test_failures_over_time_are_those_found_in_each_month_by_group(view):
    told = over_time.over_time(view, "failures", "1mo", "type")
    found = view.result("failures", by=["type"], every="1mo")
    keys = ["period", "type"]
    assert told.select(*keys, "numerator").sort(keys).equals(found.select(*keys, "numerator").sort(keys))
    assert told["numerator"].sum() == view.figure("failures").numerator


def test_what_has_an_end_is_a_state_and_what_only_happens_is_added_up(view):
    for metric in CATALOGUE:
        if isinstance(metric, Metric) and not metric.share:
            told = over_time.over_time(view, metric.name, "1mo")["numerator"]
            figure = view.figure(metric.name).numerator
            if told.is_empty():
                assert figure == 0
            else:
                assert (told.sum() if metric.numerator.ends is None else told[-1]) == figure, metric.name


def test_what_moves_from_grade_to_grade_is_never_added_up(view):
    told = over_time.over_time(view, "risk_assessed", "1mo", "grade")
    assert (
        told.filter(pl.col("period") == told["period"].max())["numerator"].sum()
        == view.figure("risk_assessed").numerator
    )


def test_a_line_for_each_value_is_named_in_words(view):
    told = over_time.lines_by(view, "failures", "1mo", "harm")
    assert told.columns == ["period", "label", "value"]
    assert set(told["label"]) == {"yes", "no"}
    assert told.filter(label="yes")["value"].sum() == view.figure("failures_with_harm").numerator


def test_two_views_are_compared_line_by_line(source, view):
    views = {"East": source.view(view.clocks, {"area": ("east",)}), "All": view}
    told = over_time.compared(views, "share_completed", "1mo")
    for label, one in views.items():
        assert told.filter(label=label)["value"][-1] == one.figure("share_completed").value


@pytest.mark.parametrize("day", [D(2015, 4, 1), D(2023, 10, 1)])
def test_before_anything_counts_nothing_is_over_time(source, day):
    view = source.view(Clocks(day, LAST), {})
    for frame in (
        over_time.rate_by_period(view, RATE),
        over_time.over_time(view, RATE, "1w", "area"), over_time.over_time(view, "failures", "1mo", "type"),
        over_time.over_time(view, "backlog", "1mo", "grade"), over_time.lines_by(view, "backlog", "1mo", "area"),
    ):  # fmt: skip
        assert frame.is_empty()


def test_what_is_not_known_yet_has_no_period(source):
    told = over_time.rate_by_period(source.view(Clocks(LAST, D(2024, 1, 11)), {}), RATE)
    assert told["period"][-1] == D(2024, 1, 1)
    assert not told["whole"][-1]
