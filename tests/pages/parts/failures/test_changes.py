"""Chance or change on the page: what is asked in the address, drawn, said and taken away is one series."""

import itertools

import pytest

from access.roles import Role
from access.services import services_of
from charts.control import control
from charts.palette import LIGHT
from metrics.as_at import Clocks
from metrics.chance.binomial import THREE_SIGMA, count_limits
from pages.parts.failures.changes import FIRST, too_short
from pages.parts.failures.changes import verdict as verdict_of
from service.failure_series import EVERY, WATCHED
from service.view import open_source
from tests.metrics.world import D
from tests.pages.reading import captions, tables
from tests.pages.test_exporting import asked_for, press

FOUND, SHARE = "Failures found", "Share of detailed reviews with a failure"
BETWEEN = "Detailed reviews between failures"


def series(page):
    return next(each for each in tables(page) if "Mark" in each.columns)


def verdict(page):
    return next(
        each.value for each in page.markdown if each.value.startswith(("**More than", "**Chance explains"))
    )


def test_reviews_between_failures_are_watched_first_and_count_up_to_those_completed(app):
    page = app("failures.py")
    found = series(page)
    assert found.height == 33
    gaps = [int(each) for each in found["Reviews since the one before"]]
    assert sum(gaps) == 824 - 125
    assert verdict(page) == (
        "**More than chance**. Failures came more often from 18 Oct 2023 to 10 Jan 2024: 25 in 249 reviews, "
        "against 8 in 575."
    )


def test_failures_by_week_are_those_found_with_limits_of_few_from_the_weeks_that_are_over(app):
    page = app("failures.py", watch=FOUND)
    found = series(page)
    assert found["Week of"][0] == "2 Oct 2023"
    assert found["Week of"][-1] == "27 May 2024 (not over)"
    counts = [int(each) for each in found["Failures"]]
    assert sum(counts) == 33
    mean = sum(counts[:-1]) / len(counts[:-1])
    _, upper = count_limits(mean, THREE_SIGMA, periods=len(counts) - 1)
    assert set(found["Upper limit"]) == {f"{upper:.2f}"}
    assert "Failures found by week" in [each.value for each in page.subheader]
    assert any(
        "The last week is not over: it is drawn hollow and not judged." in each for each in captions(page)
    )


def test_limits_are_locked_by_the_address_and_say_from_which_points_and_the_verdict_stays(app):
    page = app("failures.py", watch=FOUND, limits="the first 12 points")
    first = [int(each) for each in series(page)["Failures"][:12]]
    assert set(series(page)["Mean"]) == {f"{sum(first) / 12:.2f}"}
    assert any(each.startswith("Limits from the first 12 points.") for each in captions(page))
    assert verdict(page) == verdict(app("failures.py", watch=FOUND))
    assert verdict(page) == (
        "**More than chance**. More failures from 2 Oct 2023 to 15 Jan 2024: 1.6 a week, against 0.4."
    )


def test_shares_by_month_have_the_figures_of_the_rate_and_are_told_to_be_a_trial(app, demonstration):
    page = app("failures.py", watch=SHARE, every="month")
    found = series(page)
    assert found["With a failure"].sum() == 33
    assert found["Reviewed"].sum() == 824
    assert verdict(page) == (
        "**More than chance**. Higher from Oct 2023 to Jan 2024: 7.65% (27 of 353), against 1.36% (6 of 440)."
    )
    assert any("Trial limits: under 12 points." in each for each in captions(page))
    press(page, "chance_export")
    asked = asked_for(demonstration)[-1]
    desk = services_of(demonstration.folder)
    source = open_source(desk.visit(desk.welcome("reader", (Role.ANALYST,), "test")), "OFFICIAL-SENSITIVE")
    (table,) = asked.content(source).tables
    assert table.title == "Failure rate of detailed reviews by month of review"
    assert table.rows.equals(found.cast(table.rows.schema))


def test_of_too_few_failures_it_says_how_many_are_needed(app):
    page = app("failures.py", watch=f"{BETWEEN} with harm")
    assert (
        f"{BETWEEN} with harm: too few failures with harm to tell chance from change: that needs 5, and there are 2."
        in [each.value for each in page.info]
    )


@pytest.mark.parametrize("watch", WATCHED)
@pytest.mark.parametrize(
    ("area", "as_at"), [("headquarters", "2024-05-30"), ("north", "2024-05-30"), ("west", "2023-11-20")]
)
def test_where_too_few_are_told_nothing_on_the_page_gives_a_verdict(app, area, as_at, watch):
    page = app("failures.py", area=area, as_at=as_at, watch=watch)
    said = [each.value for each in (*page.markdown, *page.info, *page.caption)]
    assert any("too few failures to tell" in each for each in said)
    for words in (
        "More than chance",
        "more than chance:",
        "Chance explains",
        "chance explains",
        "stands out",
        "of the time",
    ):
        assert not [each for each in said if words in each], words


def test_the_address_that_broke_the_page_shows_its_chart_and_says_too_few(app):
    page = app("failures.py", area="headquarters", as_at="2024-01-31", watch=SHARE)
    assert not page.exception
    assert series(page)["Upper limit"].str.contains("%").any()
    assert any(each.value.startswith("Too few failures to tell") for each in page.markdown)


def every_choice(view):
    """Each series that can be watched, by each period and limits that may stand in an address."""
    for watched in WATCHED.values():
        for every in EVERY if watched.by_period else ["week"]:
            for first in (None, *FIRST):
                yield watched, every, watched.make(view, every, first)


def walked(demonstration, areas, days):
    desk = services_of(demonstration.folder)
    source = open_source(desk.visit(desk.welcome("reader", (Role.ANALYST,), "test")), "OFFICIAL-SENSITIVE")
    for area, day in itertools.product(areas, days):
        view = source.view(Clocks.then(day), {} if area is None else {"area": [area]})
        for watched, every, found in every_choice(view):
            if found is None:
                assert too_short(view, "This", watched)
                continue
            subject = watched.subject(view, every)
            assert control(found, subject, day, LIGHT).alt
            assert verdict_of(view, watched, found, subject)
            yield found


DAYS = [D(2023, 10, 12), D(2023, 11, 20), D(2024, 1, 31), D(2024, 3, 31), D(2024, 5, 30)]


def test_no_choice_in_an_address_breaks_the_chart_or_the_words(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    assert len(list(walked(demonstration, ["headquarters"], [D(2024, 1, 31)]))) > 8


@pytest.mark.soak
def test_no_choice_of_area_and_day_breaks_the_chart_or_the_words(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    areas = [None, "north", "east", "south", "west", "central", "headquarters", "nowhere"]
    assert len(list(walked(demonstration, areas, DAYS))) > 700


@pytest.mark.parametrize(
    "address", [{"watch": "nothing"}, {"limits": "the first 99 points"}, {"every": "day"}]
)
def test_what_cannot_be_asked_for_in_the_address_is_named_and_no_series_is_drawn(app, address):
    page = app("failures.py", **address)
    assert f"“{next(iter(address.values()))}”" in page.error[0].value
    assert not tables(page)
    page.button(key="show_without").click().run()
    assert series(page).height == 33
