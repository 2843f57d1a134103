"""The pages on progress and staffing, as they are drawn."""

import polars as pl
import pytest

from access.roles import Role
from tests.pages.reading import answer, captions, card, cards, headlines, tables

LATE = {"as_at": "2024-02-15", "known": "then"}
STAFF_TABS = ["Weeks", "Reviewers", "Rows", "Method"]


def titles(page):
    return headlines(page)


def words(page):
    return " ".join(each.value for each in page.markdown)


def tabs(page):
    return [each.label for each in page.tabs]


def charts(page):
    return len(page.get("plotly_chart"))


def table_with(page, column):
    return next(each for each in tables(page) if column in each.columns)


def test_progress_begins_with_the_chance_of_the_promise_its_figures_and_four_pictures(app):
    page = app("progress", as_at="2024-01-11")
    assert answer(page).startswith("▲ At risk: ")
    assert "chance of finishing by 31 May. Even chance by 14 June." in answer(page)
    assert cards(page) == [
        ("In review", "3,778"), ("Assessed", "100%"), ("Sent for review", "816"), ("Reviewed", "31.1%"),
        ("Outstanding", "562"), ("Allocated", "305"),
    ]  # fmt: skip
    assert titles(page)[:2] == ["A late finish is likelier", "What if staffing changes?"]
    assert charts(page) == 4
    assert tabs(page) == ["Stages", "Areas over time", "Earlier forecasts", "Rows", "Method"]


def test_more_staff_move_the_picture_and_are_said_in_one_sentence(app):
    usual, more = app("progress", **LATE), app("progress", staff="120", **LATE)
    assert "**At the recent pace: 80% between " in words(usual)
    assert "**With 20% more staff: even chance of finishing by " in words(more)
    assert "The forecast with 120% of recent staff" in titles(more)
    assert "New staff are slower at first." in " ".join(captions(more))
    assert answer(more) == answer(usual)


def test_where_all_is_finished_nothing_is_asked_of_more_staff(app):
    page = app("progress", as_at="2024-05-30")
    assert not page.slider
    assert "The last detailed review was finished on 17 May 2024" in titles(page)
    assert charts(page) == 4


def test_before_the_first_work_no_finish_is_forecast_and_the_rest_is_drawn(app):
    page = app("progress", as_at="2023-10-01", known="then")
    none = "No working day of the review was over by 1 October 2023: choose a later day to see a pace."
    assert none in [each.value for each in page.info]
    assert not page.slider


def test_days_in_each_stage_are_split_by_team(app):
    page = app("progress", stages_by="Team", **LATE)
    assert table_with(page, "Team")["Team"].to_list() == ["team 1", "team 2", "team 3", "team 4"]


def test_the_share_completed_of_areas_is_drawn_where_they_differ_and_said_where_they_do_not(app):
    differ, alike = (
        app("progress", below="Areas over time", as_at=day) for day in ("2024-01-11", "2024-05-30")
    )
    assert any("Area" in each.columns and "Share" in each.columns for each in shown_as_table(differ))
    assert charts(alike) == charts(app("progress", as_at="2024-05-30")) + 1
    assert "Share of detailed reviews completed: 100% in every area." in words(alike)


def shown_as_table(page):
    """Turn every picture to its table."""
    for each in page.segmented_control:
        if (each.key or "").startswith("form_measure_by"):
            each.set_value("Table").run()
    return tables(page)


def test_the_earlier_forecasts_are_counted_in_one_sentence(app):
    page = app("progress", below="Earlier forecasts", as_at="2024-05-22", known="then")
    assert "All 3 forecasts covered the actual finish." in words(page)
    assert table_with(page, "80% range").height == 3


def test_the_rows_outstanding_are_one_click_away(app):
    page = app("progress", below="Rows", **LATE)
    assert table_with(page, "Application ref").height == 361 == int(card(page, "Outstanding"))


def test_the_method_of_the_forecast_is_listed(app):
    said = words(app("progress", below="Method", **LATE))
    assert "1,000 times" in said
    assert "Kaplan-Meier" in said


def test_staffing_shows_the_team_and_its_work_in_three_pictures(app):
    page = app("staffing", as_at="2024-01-11")
    assert answer(page) == "The review team has 45 people, 40 full-time equivalents: its peak so far."
    assert card(page, "Work waiting") == "562"
    assert titles(page)[0] == "Staff dipped to 15 in the week of Christmas Day"
    assert "With today's staff: even chance by " in words(page)
    assert charts(page) == 3


def test_staffing_shows_a_chief_officer_its_weeks_and_its_reviewers(app):
    page = app("staffing", role=Role.CHIEF_OFFICER, below="Reviewers")
    assert tabs(page) == STAFF_TABS
    assert answer(page).endswith("20 people, 18.5 full-time equivalents: 25 below the peak of 45.")
    assert dict(cards(page))["People"] == "20"
    assert card(page, "Full-time equivalents") == "18.5"
    assert card(page, "Reviews done") == "1,206"
    assert table_with(page, "Reviewer ref")["Reviews completed"].sum() == 1_206
    assert any("no ranking" in each for each in captions(page))
    assert card(app("staffing", area=["east"]), "Reviews done") == "1,206"
    weeks = table_with(app("staffing", below="Weeks"), "Week of")
    assert weeks.filter(pl.col("Week of") == "8 Jan 2024")["People"].sum() == 45


def test_staffing_shows_an_analyst_nothing_of_a_reviewer(app):
    page = app("staffing")
    assert tabs(page) == [tab for tab in STAFF_TABS if tab != "Reviewers"]
    assert all("Reviewer ref" not in each.columns for each in tables(page))


def test_the_staff_there_now_are_rows(app):
    assert table_with(app("staffing", below="Rows"), "Headcount")["Headcount"].sum() == 20


@pytest.mark.parametrize("team", ["team 1"])
def test_one_team_is_said_and_not_drawn_against_itself(app, team):
    page = app("staffing", team=team)
    assert "Reviews for each full-time equivalent and week" in titles(page)
    assert "team 1 " in words(page)


def test_how_teams_were_compared_is_said(app):
    page = app("staffing", below="Method")
    assert "No sign that the teams differ" in words(page)
    assert "This is no ranking" in words(page)
