"""What changed on the Overview: each line adds up, and has as many rows as it says."""

from access.roles import Role
from tests.pages.reading import tables

MARCH = {"as_at": "2024-03-28", "known": "then", "compared": "12 weeks before"}


def bridged(page):
    return next(each for each in tables(page) if "Figure" in each.columns)


def test_every_line_leads_from_the_day_compared_with_to_the_day_of_the_view(app):
    page = app(role=Role.CHIEF_OFFICER, change="Applications in the review", **MARCH)
    table = bridged(page)
    assert table.columns[0] == "Figure"
    assert (table.columns[1], table.columns[-1]) == ("4 January 2024", "28 March 2024")
    for figure, *numbers in table.rows():
        assert sum(numbers[:-1]) == numbers[-1], figure
    lines = {figure: numbers for figure, *numbers in table.rows()}
    assert (lines["Applications in the review"][0], lines["Applications in the review"][-1]) == (3_582, 3_778)
    assert "What changed since 4 January 2024, and why" in [each.value for each in page.subheader]
    assert any("3,778 on 28 March 2024." in each.value for each in page.markdown)


def test_the_picture_and_the_rows_of_one_figure_are_as_many_as_its_line_says(app):
    page = app(role=Role.CHIEF_OFFICER, change="Failures found", **MARCH)
    line = next(numbers for figure, *numbers in bridged(page).rows() if figure == "Failures found")
    steps = next(each for each in tables(page) if "Step" in each.columns)
    assert steps["Number"][0] == line[0]
    assert steps["Number"][-1] == line[-1]
    page.session_state["moved_failures"] = True
    page.run()
    rows = next(each for each in tables(page) if "Change" in each.columns)
    assert rows["Change"].sum() == line[-1] - line[0] > 0
    assert {"Failure ref", "Why", "Recorded on", "Note"} <= set(rows.columns)


def test_who_may_see_no_rows_is_shown_none_of_what_changed(app):
    page = app(role=Role.RELEASE_APPROVER, change="Failures found", **MARCH)
    assert not [each for each in page.expander if each.label.startswith("Rows: ")]
