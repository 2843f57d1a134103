"""The page on failures, against what is counted by hand in the demonstration's rows."""

import itertools
import re

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from charts.control_chart import control
from charts.palette import LIGHT
from data.schema import STILL
from data.terms import USUAL_WORDS
from metrics.as_at import Clocks
from metrics.chance.bounds import THREE_SIGMA, count_limits
from pages.failures import FIRST, too_short, verdict_of
from service.sentences.failures import EVERY, WATCHED
from service.view import open_source
from tests.metrics.world import D
from tests.pages.reading import answer, captions, card, cards, headlines, pick, spec, tables
from tests.pages.test_exporting import asked_for, press

FOUND, SHARE = "Failures found", "Share of detailed reviews with a failure"
BETWEEN = "Detailed reviews between failures"
CHANCE = {"tab": "Change or chance"}
DAYS = [D(2023, 10, 12), D(2023, 11, 20), D(2024, 1, 31), D(2024, 3, 31), D(2024, 5, 30)]
TITLES = ["Failures found", "With harm", "Of applications", "Of detailed reviews", "Without a referral"]


def counts(demonstration, column):
    rows = demonstration.snapshot().scan("failures").filter(pl.col("recorded_to") == STILL, "in_scope")
    return dict(rows.group_by(pl.col(column).cast(pl.String)).len().collect().rows())


def titles(page):
    return headlines(page)


def listed(page):
    """The rows of failures under the charts."""
    return next(each for each in tables(page) if "Failure ref" in each.columns)


def chips(page):
    return [each.label for each in page.button if (each.key or "").startswith("narrowed_")]


def labels(page, key):
    return [each.replace("<b>", "").replace("</b>", "") for each in spec(page, key)["data"][0]["y"]]


def test_the_first_sentence_names_the_area_whose_rate_chance_does_not_explain(app):
    page = app("failures")
    assert answer(page) == (
        "▲ 33 failures found, 2 with harm. East: failure rate higher than chance explains."
    )
    assert [title for title, _ in cards(page)] == TITLES
    assert dict(cards(page)) | {"Failures found": "33", "With harm": "2"} == dict(cards(page))
    assert titles(page) == [
        "East: failure rate higher than chance explains",
        "One review in 25 finds a failure",
        "Should have disclosed: 9 failures",
        "East, record-keeping error: 6 failures",
    ]


def test_of_another_split_the_sentence_says_that_chance_explains_the_differences(app):
    page = app("failures", split="Year received")
    assert (
        answer(page)
        == "33 failures found, 2 with harm. Failure rate by year received: chance explains the differences."
    )
    assert titles(page)[0] == "Failure rate by year received: chance explains the differences"


def test_of_few_failures_the_sentence_compares_nothing(app):
    page = app("failures", area="headquarters", split="Route")
    assert answer(page) == "1 failure found, none with harm, as at 30 May 2024."


def test_before_any_failure_it_says_so(app):
    page = app("failures", as_at="2023-10-12", known="then")
    assert answer(page) == "No failure had been found by 12 October 2023 in this view."
    assert card(page, "Failures found") == "0"
    page = app("failures", as_at="2023-10-12", known="then", **CHANCE)
    assert any("too few failures to tell" in each.value for each in page.info)


def test_the_analysts_question_takes_six_actions(app, demonstration):
    """Which area has a high rate of service failures graded high, more than chance, the rows, exported."""
    page = app("failures")
    page.segmented_control(key="pick_part").set_value("service").run()  # 1
    page.get_by_key("pick_grade").set_value(["high"]).run()  # 2
    assert labels(page, "rate_by_area")[0] == "east"
    assert (
        answer(page)
        == "13 failures found, none with harm. Failure rate by area: chance explains the differences."
    )
    pick(page, "rate_by_area", 0)  # 3
    assert chips(page) == ["Area: east ✕", "Grade: high ✕", "Headline part: service ✕"]
    rows = listed(page)
    assert set(rows["Area"]) == {"east"}
    assert set(rows["Grade"]) == {"high"}
    assert set(rows["Part"]) == {"service"}
    assert f"**{rows.height} failures**" in [each.value for each in page.markdown]
    # 4: the menu of the download is opened, which runs nothing.
    page.text_input(key="all_failures_reason").set_value("To check the failures of East.")  # 5
    press(page, "all_failures_export")  # 6, by the key Enter
    asked = asked_for(demonstration)[-1]
    assert (asked.export, asked.figures) == ("cases", ("failures",))
    assert dict(asked.filters) == {"area": ("east",), "grade": ("high",), "part": ("service",)}
    assert len(page.get("link_button")) == 1


def test_pills_filters_and_the_address_agree(app):
    page = app("failures", part="service", grade=["high", "medium"])
    assert page.segmented_control(key="pick_part").value == "service"
    assert page.multiselect(key="part").value == ["service"]
    page.segmented_control(key="pick_part").set_value("All").run()
    assert page.multiselect(key="part").value == []
    assert page.query_params["part"] in ("all", ["all"])
    page.multiselect(key="part").set_value(["harm", "service"]).run()
    assert page.segmented_control(key="pick_part").value is None
    assert chips(page) == ["Grade: medium and high ✕", "Headline part: harm and service ✕"]


@pytest.mark.long
@pytest.mark.parametrize("split", ["Area", "Year received", "Reason", "Type", "Headline part", "Month found"])
def test_a_click_narrows_the_page_and_as_many_rows_stand_under_it_as_the_bar_says(app, split):
    first = "Reason" if split == "Area" else "Area"
    page = app("failures", split=first, and_by=split)
    key = next(
        each.proto.id for each in page.get("plotly_chart") if "failures_by_" in each.proto.id
    ).rsplit("-", 1)[-1] if split not in ("Type",) else ""  # fmt: skip
    if not key:  # a chart has three bars or more
        assert any("service: " in each.value for each in page.markdown)
        return
    bars = spec(page, key)["data"][0]
    for place, text in enumerate(bars["hovertext"]):
        pick(page, key, place)
        assert listed(page).height == int(text)
        assert card(page, "Failures found") == text
        assert len(chips(page)) == 1
        # All bars stay, with the one that was clicked lit.
        colours = spec(page, key)["data"][0]["marker"]["color"]
        assert [colour == LIGHT.series[0] for colour in colours] == [n == place for n in range(len(colours))]
    pick(page, key, place)
    assert chips(page) == []
    assert listed(page).height == 33


def test_dragging_over_areas_or_months_narrows_the_page_to_them(app):
    page = app("failures")
    pick(page, "rate_by_area", 0, 1)
    assert len(page.multiselect(key="area").value) == 2
    page.button(key="clear_filters").click().run()
    assert page.multiselect(key="area").value == []
    pick(page, "over_time", 1, 2)
    assert chips(page) == ["Month found: Nov 2023 and Dec 2023 ✕"]
    found = set(listed(page)["Found on"].dt.strftime("%b %Y"))
    assert found == {"Nov 2023", "Dec 2023"}
    page.button(key="narrowed_month_found").click().run()
    assert not chips(page)


@pytest.mark.long
def test_a_cell_narrows_the_page_by_both_and_has_as_many_rows_as_it_says(app):
    page = app("failures", split="Area", and_by="Headline part")
    cells = spec(page, "cells")["data"][0]
    assert sum(map(int, cells["text"])) == 33
    for place, text in enumerate(cells["text"]):
        pick(page, "cells", place)
        assert chips(page) == [f"Area: {cells['x'][place]} ✕", f"Headline part: {cells['y'][place]} ✕"]
        assert listed(page).height == int(text)


def test_reasons_are_counted_as_they_are_in_the_register(app, demonstration):
    bars = spec(app("failures"), "failures_by_reason")["data"][0]
    assert dict(zip(bars["y"], map(int, bars["hovertext"]), strict=True)) == counts(demonstration, "reason")


def test_rates_by_what_only_failures_have_are_out_of_all_applications(app):
    page = app("failures", split="Reason")
    page.segmented_control(key="form_rate_by_reason").set_value("Table").run()
    rates = next(each for each in tables(page) if "95% interval" in each.columns)
    assert set(rates[rates.columns[2]]) == {3778}
    assert rates[rates.columns[1]].sum() == 33


def test_the_rate_is_drawn_by_year_received_too(app):
    page = app("failures", over="Year")
    years = spec(page, "over_time")["data"][0]
    assert len(years["hovertext"]) > 5
    pick(page, "over_time", 0)
    assert chips(page) == [f"Year received: {years['hovertext'][0].partition(':')[0]} ✕"]


def test_limits_of_chance_are_drawn_over_time_once_there_are_enough_months(app):
    shapes = [trace.get("line", {}).get("shape") for trace in spec(app("failures"), "over_time")["data"]]
    assert shapes.count("hvh") == 2
    early = spec(app("failures", as_at="2024-01-11"), "over_time")["data"]
    assert not any(trace.get("line", {}).get("shape") == "hvh" for trace in early)


def test_the_rows_are_of_whichever_figure_is_asked_for(app):
    page = app("failures", area="east", list="Failure rate")
    assert "**15 applications**" in [each.value for each in page.markdown]
    page = app("failures", list="Failures outside the scope")
    assert listed(page).height == 1
    assert "1 application, 1 failure (1 with harm) and 3 referrals" in " ".join(captions(page))
    assert card(page, "Failures found") == "33"


def test_who_may_see_no_rows_sees_the_charts_alone(app):
    page = app("failures", role=Role.RELEASE_APPROVER)
    assert not tables(page)
    assert len(page.get("plotly_chart")) == 4


def test_a_case_is_asked_for_in_its_own_tab_and_is_not_in_the_address(app):
    page = app("failures", tab="Case history")
    chosen = page.selectbox(key="history_case")
    chosen.set_value(chosen.options[0]).run()
    assert f"Application {chosen.options[0]}: what was known when" in titles(page)
    assert chosen.options[0] not in str(dict(page.query_params))


def test_the_method_says_each_thing_in_a_short_sentence(app):
    page = app("failures", tab="Method")
    text = next(
        each.value for each in page.markdown if each.value.startswith("- Each failure is counted once")
    )
    assert "Wilson" in text
    assert "with harm, then administrative, then service" in text


def test_groups_are_compared_in_words(app):
    page = app("failures", rate_of="of applications reviewed in detail", **CHANCE)
    assert any(each.value.startswith("East's rate (") for each in page.markdown)


def test_a_split_of_failures_alone_compares_no_groups_and_says_why(app):
    page = app("failures", split="Reason", **CHANCE)
    assert any("once there are two or more" in each.value for each in page.markdown)


def chance(app, **query):
    page = app("failures", **CHANCE, **query)
    return page.segmented_control(key="form_chance").set_value("Table").run()


def series(page):
    return next(each for each in tables(page) if "Mark" in each.columns)


def notes(page):
    return " ".join(each.value for each in page.markdown)


def verdict(page):
    return next(
        each.value for each in page.markdown if each.value.startswith(("**More than", "**Chance explains"))
    )


def test_reviews_between_failures_are_watched_first_and_count_up_to_those_completed(app):
    page = chance(app)
    found = series(page)
    assert found.height == 33
    gaps = [int(each) for each in found["Reviews since the one before"]]
    assert sum(gaps) == 824 - 125
    assert verdict(page) == (
        "**More than chance**. Failures came more often from 18 Oct 2023 to 10 Jan 2024: 25 in 249 reviews, "
        "against 8 in 575."
    )
    assert any(
        each.value.startswith(
            "2 failures with harm, after 21 detailed reviews, then after 9 more. 794 detailed reviews have found "
            "none since. Too few failures with harm to tell chance from change. It needs 5, and there are 2."
        )
        for each in page.markdown
    )


def test_failures_by_week_are_those_found_with_limits_of_few_from_the_weeks_that_are_over(app):
    page = chance(app, watch=FOUND)
    found = series(page)
    assert found["Week of"][0] == "2 Oct 2023"
    assert found["Week of"][-1] == "27 May 2024 (not over)"
    counted = [int(each) for each in found["Failures"]]
    assert sum(counted) == 33
    mean = sum(counted[:-1]) / len(counted[:-1])
    _, upper = count_limits(mean, THREE_SIGMA, periods=len(counted) - 1)
    assert set(found["Upper limit"]) == {f"{upper:.2f}"}
    assert "Failures found by week" in titles(page)
    assert "The last week is not over: it is drawn hollow and not judged." in notes(page)


def test_limits_are_locked_by_the_address_and_say_from_which_points_and_the_verdict_stays(app):
    page = chance(app, watch=FOUND, limits="the first 12 points")
    first = [int(each) for each in series(page)["Failures"][:12]]
    assert set(series(page)["Mean"]) == {f"{sum(first) / 12:.2f}"}
    assert "Limits from the first 12 points." in notes(page)
    assert verdict(page) == verdict(chance(app, watch=FOUND))
    assert verdict(page) == (
        "**More than chance**. More failures from 2 Oct 2023 to 15 Jan 2024: 1.6 a week, against 0.4."
    )


def test_shares_by_month_have_the_figures_of_the_rate_and_are_told_to_be_a_trial(app, demonstration):
    page = chance(app, watch=SHARE, every="month")
    found = series(page)
    assert found["With a failure"].sum() == 33
    assert found["Reviewed"].sum() == 824
    assert verdict(page) == (
        "**More than chance**. Higher from Oct 2023 to Jan 2024: 7.65% (27 of 353), against 1.36% (6 of 440)."
    )
    assert "Trial limits: under 12 points." in notes(page)
    press(page, "chance_export")
    asked = asked_for(demonstration)[-1]
    desk = services_of(demonstration.folder)
    source = open_source(desk.visit(desk.welcome("reader", (Role.ANALYST,), "test")), "OFFICIAL-SENSITIVE")
    (table,) = asked.content(source).tables
    assert table.title == "Failure rate of detailed reviews by month of review"
    assert table.rows.equals(found.cast(table.rows.schema))


def test_of_too_few_failures_it_says_how_many_are_needed(app):
    page = app("failures", watch=f"{USUAL_WORDS(BETWEEN)} with harm")
    assert (
        f"{USUAL_WORDS(BETWEEN)} with harm: too few failures with harm to tell chance from change. It needs 5, and there are 2."
        in [each.value for each in page.info]
    )


@pytest.mark.parametrize("watch", [*map(USUAL_WORDS, WATCHED)])
@pytest.mark.parametrize(
    ("area", "as_at"), [("headquarters", "2024-05-30"), ("north", "2024-05-30"), ("west", "2023-11-20")]
)
def test_where_too_few_are_told_the_control_chart_gives_no_verdict(app, area, as_at, watch):
    page = app("failures", area=area, as_at=as_at, watch=watch, split="Route")
    said = [each.value for each in (*page.markdown, *page.info, *page.caption, *page.header, *page.subheader)]
    assert any(re.search("too few failures( with harm)? to tell", each.lower()) for each in said)
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
    page = chance(app, area="headquarters", as_at="2024-01-31", watch=SHARE)
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
    page.segmented_control(key="form_chance").set_value("Table").run()
    assert series(page).height == 33
