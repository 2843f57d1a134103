"""What changed on the Overview: each line adds up, and has as many rows as it says."""

import datetime as dt

from access.roles import Role
from tests.pages.reading import cards, changes, days, headlines, tables

MARCH = {"as_at": "2024-03-28", "known": "then", "compared": "12 weeks before"}


def numbers(page) -> dict[str, list[int]]:
    """Return before, added, removed and now of each figure, as whole numbers."""
    return {
        title: [
            0 if text == "-" else int(text.replace(",", "").replace("\N{MINUS SIGN}", "-")) for text in texts
        ]
        for title, texts in changes(page).items()
    }


def test_every_line_leads_from_the_day_compared_with_to_the_day_of_the_view(app):
    page = app(role=Role.CHIEF_OFFICER, change="Applications in the review", **MARCH)
    for figure, (before, added, removed, now) in numbers(page).items():
        assert before + added + removed == now, figure
    line = numbers(page)["Applications in the review"]
    assert (line[0], line[-1]) == (3_582, 3_778)
    assert "What changed since 4 January 2024" in headlines(page)
    alts = [chart.proto.alt for chart in page.get("plotly_chart")]
    assert any(
        alt.startswith("Applications in the review") and "3,582" in alt and "3,778" in alt for alt in alts
    )


def test_the_picture_and_the_rows_of_one_figure_are_as_many_as_its_line_says(app):
    page = app(role=Role.CHIEF_OFFICER, change="Failures found", **MARCH)
    line = numbers(page)["Failures found"]
    page.segmented_control(key="form_change_failures").set_value("Table").run()
    steps = next(table for table in tables(page) if "Step" in table.columns)
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


def test_the_work_waiting_on_a_day_as_known_then_takes_a_menu_and_two_choices(app):
    page = app(role=Role.CHIEF_OFFICER)
    assert days(page).startswith("As at ")
    page.date_input(key="as_at").set_value(dt.date(2024, 2, 1)).run()
    page.radio(key="known").set_value("then").run()
    asked = app(role=Role.CHIEF_OFFICER, as_at="2024-02-01", known="then")
    assert (
        dict(cards(page))["Outstanding"]
        == dict(cards(asked))["Outstanding"]
        != dict(cards(app()))["Outstanding"]
    )
    assert days(page) == "As at 1 Feb 2024, as known then"
