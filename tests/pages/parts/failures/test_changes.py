"""Chance or change on the page: what is asked in the address, drawn, said and taken away is one series."""

import itertools

import pytest

from access.desk import desk_of
from access.roles import Role
from pages.parts.source import open_source
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
        "**More than chance**: above the upper limit (28, found 7 Mar 2024) and a run of 12 failures below the "
        "median (1, found 13 Oct 2023 to 12, found 27 Nov 2023)."
    )


def test_failures_by_week_are_those_found_in_whole_weeks_with_their_own_limits(app):
    page = app("failures.py", watch=FOUND)
    found = series(page)
    assert found["Week of"][0] == "2 Oct 2023"
    assert found["Week of"][-1] == "20 May 2024"
    counts = [int(each) for each in found["Failures"]]
    assert sum(counts) == 33
    ranges = [abs(after - before) for before, after in itertools.pairwise(counts)]
    mean = sum(ranges) / len(ranges)
    kept = [each for each in ranges if each <= 3.267 * mean]
    upper = sum(counts) / len(counts) + 2.66 * sum(kept) / len(kept)
    assert set(found["Upper limit"]) == {f"{upper:.2f}"}
    assert "Failures found by week" in [each.value for each in page.subheader]
    assert any("Only 1.0 failures a point on average" in each for each in captions(page))


def test_limits_are_locked_by_the_address_and_say_from_which_points(app):
    page = app("failures.py", watch=FOUND, limits="the first 12 points")
    first = [int(each) for each in series(page)["Failures"][:12]]
    assert set(series(page)["Mean"]) == {f"{sum(first) / 12:.2f}"}
    assert any(each.startswith("Limits from the first 12 points.") for each in captions(page))
    assert "a run of 8 weeks below the mean (1 Apr 2024 to 20 May 2024)" in verdict(page)


def test_shares_by_month_have_the_figures_of_the_rate_and_are_told_to_be_a_trial(app, demonstration):
    page = app("failures.py", watch=SHARE, every="month")
    found = series(page)
    assert found["With a failure"].sum() == 33
    assert found["Reviewed"].sum() == 824
    assert verdict(page) == "**Chance explains it**: no special cause."
    assert any("Trial limits: under 12 points." in each for each in captions(page))
    press(page, "chance_export")
    asked = asked_for(demonstration)[-1]
    desk = desk_of(demonstration.folder)
    source = open_source(desk.visit(desk.welcome("reader", (Role.ANALYST,), "test")), "OFFICIAL-SENSITIVE")
    (table,) = asked.content(source).tables
    assert table.title == "Failure rate of detailed reviews by month of review"
    assert table.rows.equals(found.cast(table.rows.schema))


def test_of_too_few_failures_it_says_how_many_are_needed(app):
    page = app("failures.py", watch=f"{BETWEEN} with harm")
    assert f"{BETWEEN} with harm: limits need 5 points, and there are fewer so far." in [
        each.value for each in page.info
    ]


@pytest.mark.parametrize(
    "address", [{"watch": "nothing"}, {"limits": "the first 99 points"}, {"every": "day"}]
)
def test_what_cannot_be_asked_for_in_the_address_is_passed_over(app, address):
    assert series(app("failures.py", **address)).height == 33
