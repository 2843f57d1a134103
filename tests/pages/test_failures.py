"""What the page on failures says first, against what is counted by hand in the demonstration's rows."""

import itertools

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from charts.control_chart import control
from charts.palette import LIGHT
from data.interval import STILL
from metrics.as_at import Clocks
from metrics.chance.binomial import THREE_SIGMA, count_limits
from pages.failures import FIRST, too_short, verdict_of
from service.sentences.failures import EVERY, IN_ORDER, WATCHED
from service.view import open_source
from tests.metrics.world import D
from tests.pages.reading import answer, captions, cards, tables
from tests.pages.test_exporting import asked_for, press

FOUND, SHARE = "Failures found", "Share of detailed reviews with a failure"
BETWEEN = "Detailed reviews between failures"
DAYS = [D(2023, 10, 12), D(2023, 11, 20), D(2024, 1, 31), D(2024, 3, 31), D(2024, 5, 30)]


def told(page):
    """The line for each question."""
    text = next(each.value for each in page.markdown if each.value.startswith("- **Which**"))
    return dict(line.removeprefix("- **").split("**: ", 1) for line in text.splitlines())


def counts(demonstration, column):
    rows = demonstration.snapshot().scan("failures").filter(pl.col("recorded_to") == STILL, "in_scope")
    return dict(rows.group_by(pl.col(column).cast(pl.String)).len().collect().rows())


def test_the_first_screen_answers_the_analysts_questions(app, demonstration):
    page = app("failures")
    assert answer(page).startswith("33 failures have been found, 2 with harm")
    lines = told(page)
    reasons = counts(demonstration, "reason")
    assert lines["Which"] == "service (17), administrative (14) and with harm (2)."
    assert lines["Where"] == (
        "East's rate (3.28%) is higher than chance explains. Chance explains the other 5. "
        "Chance explains how the failure rate differs by year received."
    )
    most = sorted(reasons.values(), reverse=True)
    assert lines["Why"] == (
        f"should have disclosed ({reasons['should have disclosed']}), record-keeping error "
        f"({reasons['record-keeping error']}), incomplete system checks ({reasons['incomplete system checks']}), "
        f"and {sum(most[3:])} for {len(most) - 3} other reasons."
    )
    assert lines["Since when"] == "found from 13 October 2023 to 9 April 2024, most in November 2023 (9)."
    assert lines["Chance or change"].startswith("more than chance. Failures came more often")
    assert lines["Chance or change"].endswith(IN_ORDER)
    assert lines["Harm"] == (
        "2 failures with harm, after 21 detailed reviews, then after 9 more. 794 detailed reviews have found none "
        "since. Too few failures with harm to tell chance from change. It needs 5, and there are 2."
    )


def test_of_few_failures_it_says_what_can_be_said_and_no_more(app):
    lines = told(app("failures", area="headquarters"))
    assert lines["Which"] == "service (1)."
    assert lines["Since when"] == "found on 27 March 2024."
    assert lines["Chance or change"] == (
        "too few failures to tell chance from change. It needs 5, and there is 1."
    )
    assert "Harm" not in lines
    assert lines["Where"] == ("Too few were counted to compare the failure rate by year received.")


def test_before_any_failure_it_says_so_and_asks_nothing(app):
    page = app("failures", as_at="2023-10-12", known="then")
    assert answer(page).startswith("No failure has been found. 0 of 4 applications")
    assert not [each for each in page.markdown if each.value.startswith("- **Which**")]
    assert dict(cards(page))["Failures found"] == "0"
    assert any("too few failures to tell" in each.value for each in page.info)


def funnel(page):
    return next(each for each in tables(page) if "Where it lies" in each.columns)


def test_the_funnel_its_file_and_the_rows_behind_have_the_numbers_of_the_rate(app, demonstration):
    page = app("failures", rate_by="Area", rate_of="Failure rate of detailed reviews", behind_rate="east")
    found = funnel(page)
    assert dict(found.select("Area", "Where it lies").rows())["east"] == "above the 99.8% limit"
    assert found[found.columns[1]].sum() == 33
    assert found[found.columns[2]].sum() == 824
    rates = next(each for each in tables(page) if each.columns[0] == "Area" and "Where it lies" not in each.columns
        and "Share" in each.columns)  # fmt: skip
    assert rates.equals(found.select(rates.columns))
    assert "**15 applications** behind “east”." in [each.value for each in page.markdown]
    press(page, "funnel_by_area_export")
    desk = services_of(demonstration.folder)
    source = open_source(desk.visit(desk.welcome("reader", (Role.ANALYST,), "test")), "OFFICIAL-SENSITIVE")
    (table,) = asked_for(demonstration)[-1].content(source).tables
    assert table.rows.equals(found.cast(table.rows.schema))


def test_a_view_of_one_area_has_no_funnel_of_areas_and_says_why(app):
    page = app("failures", area="east")
    assert any("once there are two or more" in each.value for each in page.info)


def series(page):
    return next(each for each in tables(page) if "Mark" in each.columns)


def verdict(page):
    return next(
        each.value for each in page.markdown if each.value.startswith(("**More than", "**Chance explains"))
    )


def test_reviews_between_failures_are_watched_first_and_count_up_to_those_completed(app):
    page = app("failures")
    found = series(page)
    assert found.height == 33
    gaps = [int(each) for each in found["Reviews since the one before"]]
    assert sum(gaps) == 824 - 125
    assert verdict(page) == (
        "**More than chance**. Failures came more often from 18 Oct 2023 to 10 Jan 2024: 25 in 249 reviews, "
        "against 8 in 575."
    )


def test_failures_by_week_are_those_found_with_limits_of_few_from_the_weeks_that_are_over(app):
    page = app("failures", watch=FOUND)
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
    page = app("failures", watch=FOUND, limits="the first 12 points")
    first = [int(each) for each in series(page)["Failures"][:12]]
    assert set(series(page)["Mean"]) == {f"{sum(first) / 12:.2f}"}
    assert any(each.startswith("Limits from the first 12 points.") for each in captions(page))
    assert verdict(page) == verdict(app("failures", watch=FOUND))
    assert verdict(page) == (
        "**More than chance**. More failures from 2 Oct 2023 to 15 Jan 2024: 1.6 a week, against 0.4."
    )


def test_shares_by_month_have_the_figures_of_the_rate_and_are_told_to_be_a_trial(app, demonstration):
    page = app("failures", watch=SHARE, every="month")
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
    page = app("failures", watch=f"{BETWEEN} with harm")
    assert (
        f"{BETWEEN} with harm: too few failures with harm to tell chance from change. It needs 5, and there are 2."
        in [each.value for each in page.info]
    )


@pytest.mark.parametrize("watch", WATCHED)
@pytest.mark.parametrize(
    ("area", "as_at"), [("headquarters", "2024-05-30"), ("north", "2024-05-30"), ("west", "2023-11-20")]
)
def test_where_too_few_are_told_nothing_on_the_page_gives_a_verdict(app, area, as_at, watch):
    page = app("failures", area=area, as_at=as_at, watch=watch)
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
    page = app("failures", area="headquarters", as_at="2024-01-31", watch=SHARE)
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
    page = app("failures", **address)
    assert f"“{next(iter(address.values()))}”" in page.error[0].value
    assert not tables(page)
    page.button(key="show_without").click().run()
    assert series(page).height == 33
