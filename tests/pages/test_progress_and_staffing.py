"""The pages on progress and staffing, as they are drawn."""

import polars as pl

from access.roles import Role
from tests.pages.reading import answer, captions, card, tables


def bold(page):
    return next(each.value for each in page.markdown if each.value.startswith("**Even chance"))


def test_progress_says_when_we_shall_finish_and_what_more_staff_would_change(app):
    page = app("progress", as_at="2024-02-15", known="then", staff="120", stages_by="Team")
    assert answer(page).endswith("Of 798 sent for detailed review, 361 have yet to be reviewed.")
    assert bold(page).endswith(" About 80% chance of finishing by 31 May.**")
    assert any(each.value.startswith("**With 20% more staff") for each in page.markdown)
    assert page.subheader[0].value.endswith("at a staffing level of 120%")
    teams = next(each for each in tables(page) if "Team" in each.columns)
    assert teams["Team"].to_list() == ["team 1", "team 2", "team 3", "team 4"]


def test_the_rows_outstanding_are_one_click_away(app):
    page = app("progress", as_at="2024-02-15", known="then", outstanding="true")
    rows = next(each for each in tables(page) if "Application ref" in each.columns)
    assert rows.height == 361 == int(card(page, "Detailed reviews outstanding"))


def test_staffing_shows_the_team_its_work_and_to_a_chief_officer_its_reviewers(app):
    page = app("staffing", role=Role.CHIEF_OFFICER, reviewers="true", weeks="true", area=["east"])
    assert card(page, "Staff in the review team") == "20"
    assert card(page, "Full-time equivalents in the review team") == "18.5"
    assert card(page, "Reviews of every kind completed") == "1,206"
    reviewers = next(each for each in tables(page) if "Reviewer ref" in each.columns)
    assert reviewers["Reviews completed"].sum() == 1_206
    weeks = next(each for each in tables(page) if "Week of" in each.columns and "Team" in each.columns)
    assert weeks.filter(pl.col("Week of") == "8 Jan 2024")["People"].sum() == 45
    assert any("no ranking" in each for each in captions(page))
    assert any("belong to no area" in each for each in captions(page))


def test_staffing_tells_an_analyst_nothing_of_a_reviewer(app):
    page = app("staffing", reviewers="true")
    assert all("Reviewer ref" not in each.columns for each in tables(page))
    assert "reviewers" not in [each.key for each in page.toggle]


def test_progress_on_a_sunday_before_any_work_says_that_there_is_no_pace_yet(app):
    page = app("progress", as_at="2023-10-01", known="then")
    assert "No working day of the review was over by 1 October 2023: choose a later day to see a pace." in [
        each.value for each in page.info
    ]
