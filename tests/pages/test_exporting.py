"""What is offered under a table, to whom, and on which terms."""

import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import services_of
from reports.export_request import Asked
from reports.exports import Format

WHY = "To check the failures of one area with its staff."


def offered(app: AppTest) -> set[str]:
    return {
        each.key.removesuffix("_format") for each in app.selectbox if (each.key or "").endswith("_format")
    }


def asked_for(demonstration) -> list[Asked]:
    return [request for _, request in services_of(demonstration.folder).tickets.requests.values()]


def press(app: AppTest, key: str) -> AppTest:
    return next(each for each in app.button if key in (each.key or "")).click().run()


@pytest.mark.parametrize(
    ("page", "query", "figures"),
    [
        ("", {}, {"fan", "rate", "work", "areas", "changed"}),
        (
            "",
            {"below": "Why a figure changed", "change": "Failures found", "as_at": "2024-01-11"},
            {"change_failures"},
        ),
        ("progress", {}, {"burn_up", "in_progress", "weekly", "stages"}),
        ("failures", {}, {"failures_by_reason", "cells", "rate_by_area", "over_time"}),
        ("failures", {"tab": "Change or chance"}, {"chance"}),
    ],
)
def test_every_table_of_a_page_is_offered_to_who_may_take_figures(app, page, query, figures):
    assert offered(app(page, **query)) >= figures
    assert not offered(app(page, role=Role.RELEASE_APPROVER, **query))


def test_rows_are_offered_to_an_analyst_and_not_to_a_chief_officer(app):
    assert "all_failures" in offered(app("failures", area="north"))
    assert "all_failures" not in offered(app("failures", area="north", role=Role.CHIEF_OFFICER))
    assert "lanes" in offered(app(""))
    assert "lanes" not in offered(app("", role=Role.CHIEF_OFFICER))


def test_a_reader_says_why_and_as_what_and_gets_a_link(app, demonstration):
    page = app("failures", area="north", as_at="2024-01-11")
    page.text_input(key="all_failures_reason").set_value(f"  {WHY} ")
    page.selectbox(key="all_failures_format").set_value(Format.CSV)
    page = press(page, "all_failures_export")
    asked = asked_for(demonstration)[-1]
    assert (asked.export, asked.format, asked.reason) == ("cases", Format.CSV, WHY)
    assert (asked.figures, asked.filters) == (("failures",), (("area", ("north",)),))
    assert str(asked.clocks.as_at) == "2024-01-11"
    links = [each.proto.url for each in page.get("link_button")]
    assert [url.startswith("/export/") for url in links] == [True]


@pytest.mark.parametrize("why", ["", "short", "          x"])
def test_without_a_reason_there_is_no_link(app, demonstration, why):
    page = app("failures", area="north")
    before = len(asked_for(demonstration))
    page.text_input(key="all_failures_reason").set_value(why)
    page = press(page, "all_failures_export")
    assert [each.value for each in page.error] == [
        (
            "Say why these rows are needed outside Candour, in one line of 10 to 400 characters: "
            "the record keeps it, so name nobody in it."
        )
    ]
    assert not page.get("link_button")
    assert len(asked_for(demonstration)) == before


def test_figures_need_no_reason(app, demonstration):
    page = press(app("progress"), "in_progress_export")
    assert asked_for(demonstration)[-1].figures == ("not_allocated", "in_hand")
    assert len(page.get("link_button")) == 1


def test_the_briefing_and_the_workbook_are_offered_on_the_overview_each_in_its_one_format(app, demonstration):
    page = app("", role=Role.CHIEF_OFFICER, as_at="2024-01-11", known="then")
    assert not {"briefing", "workbook"} & offered(page)
    for export_, format_ in (("briefing", Format.PDF), ("workbook", Format.XLSX)):
        page = press(page, f"{export_}_export")
        asked = asked_for(demonstration)[-1]
        assert (asked.export, asked.format, str(asked.clocks.as_at)) == (export_, format_, "2024-01-11")
