"""Any figure by what a reader chooses, on the demonstration, counted from its tables."""

import datetime as dt
from collections import Counter
from types import SimpleNamespace

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from pages import explore
from service.view import open_source
from tests.pages.reading import answer, tables

LAST = {"as_at": "2024-05-30"}


@pytest.fixture(scope="module")
def failures(demonstration):
    snapshot = demonstration.snapshot()
    rows = {
        name: snapshot.scan(name).filter(pl.col("closed_by").is_null()).collect().to_dicts()
        for name in ("failures", "applications")
    }
    of = {row["application_ref"]: row for row in rows["applications"]}
    return [
        row | {"area": of[row["application_ref"]]["area"]}
        for row in rows["failures"]
        if row["in_scope"] and of[row["application_ref"]]["in_scope"]
    ]


def labels(page) -> list[str]:
    return [each.label for each in page.selectbox if not (each.key or "").endswith("_format")]


def as_table(page, key: str = "explored"):
    """Show the table of a chart in its place."""
    return page.segmented_control(key=f"form_{key}").set_value("Table").run()


def file_of(demonstration, page, key: str = "explored"):
    """Ask for the file of a chart, and return its table."""
    next(each for each in page.button if f"{key}_export" in (each.key or each.form_id or "")).click().run()
    desk = services_of(demonstration.folder)
    asked = list(desk.tickets.requests.values())[-1][1]
    visit = desk.visit(desk.welcome("reader", (Role.ANALYST,), "test"))
    return asked.content(open_source(visit, "OFFICIAL-SENSITIVE")).table


def test_a_link_holds_a_figure_and_both_dimensions(app, failures):
    page = app(
        "explore", **LAST, **{"figure": "Failures found", "by": "Area", "and": "Reason", "form": "Table"}
    )
    assert answer(page) == f"Failures found: {len(failures)}, as at 30 May 2024, the last day loaded."
    cells = Counter((row["area"], row["reason"]) for row in failures)
    shown = {row[:2]: row[2] for row in tables(page)[0].rows() if row[2]}
    assert shown == cells


def test_lines_over_time_are_drawn_first_with_the_same_on_the_day_beside_them(app, failures):
    page = app("explore", **LAST, figure="Failures found", by="Area")
    assert len(page.get("plotly_chart")) == 2
    weeks = tables(as_table(page))[0]
    assert weeks.columns[0] == "Week"
    found = {area: weeks[area].replace("", "0").cast(pl.Int64).sum() for area in weeks.columns[1:]}
    assert found == Counter(row["area"] for row in failures)


def test_a_share_over_time_is_what_stood_at_the_end_of_each_week(app):
    page = as_table(app("explore", figure="Share of detailed reviews completed", by="nothing", **LAST))
    shares = tables(page)[0].to_series(1).to_list()
    assert len(set(shares)) > 5
    assert any("%" in share and share != "100.0%" for share in shares)


def test_two_areas_are_compared_over_time_in_three_actions(app):
    page = app("explore", **LAST, figure="Failures found")
    page.selectbox(key="compare").set_value("Area").run()  # after the menu is opened
    second = next(
        one for one in page.selectbox(key="that").options if one != page.selectbox(key="that").value
    )
    page.selectbox(key="that").set_value(second).run()
    assert page.query_params["that"] == second
    pair = [page.selectbox(key="this").value, second]
    assert sorted(tables(as_table(page))[0].columns[1:]) == sorted(pair)
    assert sorted(tables(as_table(page, "on_the_day"))[1]["Area"]) == sorted(pair)


def test_two_days_and_two_clocks_are_compared(app):
    page = app(
        "explore", as_at="2024-01-11", figure="Failures found", compare="Another day", other_day="2023-11-30"
    )
    weeks = tables(as_table(page))[0]
    assert weeks.columns[1:] == ["As at 11 Jan 2024", "As at 30 Nov 2023"]
    page = app(
        "explore",
        as_at="2024-01-11",
        figure="Applications in the review",
        compare="The other clock",
        form="Bar",
    )
    bars = tables(as_table(page))[0]
    assert bars["Compared"].to_list() == ["Known 30 May 2024", "Known 11 Jan 2024"]
    assert bars.to_series(1).to_list() == [3_778, 3_582]


def test_a_period_has_its_rows_behind_it(app, failures):
    page = app(
        "explore", figure="Failures found", by="nothing", period="Quarter", form="Bar",
        behind_explored="2023 Q4", **LAST,
    )  # fmt: skip
    quarter = [row for row in failures if row["found_on"].year == 2023]
    behind = next(each for each in tables(page) if "Failure ref" in each.columns)
    assert set(behind["Failure ref"]) == {row["failure_ref"] for row in quarter}
    assert dict(tables(as_table(page))[0].rows())["2023 Q4"] == len(quarter)


def test_the_periods_dragged_over_are_drawn_and_reset_brings_back_the_rest(app):
    page = app(
        "explore", figure="Failures found", by="nothing", period="Month", begins="Nov 2023", ends="Jan 2024"
    )
    assert tables(as_table(page))[0]["Month"].to_list() == ["Nov 2023", "Dec 2023", "Jan 2024"]
    page.button(key="reset_dates").click().run()
    assert tables(page)[0].height > 3
    assert "begins" not in page.query_params


def test_dragging_over_a_chart_chooses_the_whole_periods_inside(monkeypatch):
    boxes = [{"x": ["2023-10-20", "2024-02-03"]}]
    month = SimpleNamespace(period="month")
    starts = [dt.date(2023, 10, 1), dt.date(2023, 11, 1), dt.date(2023, 12, 1)]
    dragged = dict[str, str]()
    monkeypatch.setattr(explore.st, "session_state", dragged)
    explore._brush(month, starts, boxes)
    assert dragged == {"begins": "Nov 2023", "ends": "Dec 2023"}


def test_only_what_fits_a_figure_is_offered(app):
    page = app("explore", figure="Days to an answer", **LAST)
    assert "Period" not in labels(page)
    assert page.segmented_control(key="form").options == ["Bar", "Table"]
    assert page.selectbox(key="by").options == ["nothing", "Topic"]


def test_a_link_to_what_is_not_there_says_so_and_shows_no_other_figure(app):
    page = app("explore", figure="Failures foundd", by="Colour")
    assert "Figure “Failures foundd” is not there" in page.error[0].value
    assert not page.get("plotly_chart")
    page.button(key="show_without").click().run()
    assert "Split by “Colour” is not there" in page.error[0].value
    page.button(key="show_without").click().run()
    assert not page.error
    assert page.get("plotly_chart")


def test_a_grade_that_no_row_of_the_figure_has_is_shown_nowhere_and_leaves_in_no_file(app, demonstration):
    page = app("explore", figure="Failures found", by="Grade", form="Table", **LAST)
    shown = tables(page)[0].filter(pl.col("Grade") != "")
    assert "not graded yet" not in shown["Grade"].to_list()
    page = app("explore", figure="Failures found", by="Grade", form="Bar", **LAST)
    shown = tables(as_table(page))[0]
    assert shown["Failures in scope"].sum() == 33
    table = file_of(demonstration, page)
    assert table.rows["Failures in scope"].to_list() == shown["Failures in scope"].to_list()


def test_what_is_explored_leaves_as_it_is_shown_with_its_dictionary(app, demonstration):
    page = app("explore", figure="Failure rate", by="Area", form="Bar", **LAST)
    table = file_of(demonstration, page)
    shown = tables(as_table(page))[0]
    counts = ["Area", "Applications with a failure", "Applications risk assessed"]
    assert table.rows.select(counts).rows() == shown.select(counts).rows()
    assert dict(table.notes).keys() >= {"Definition", "Unit", "Counts", "Out of", "Owner", "Area: values"}


def test_lines_leave_with_the_same_choices(app, demonstration):
    page = app("explore", figure="Failure rate", by="Area", period="Month", begins="Nov 2023", **LAST)
    table = file_of(demonstration, page)
    shown = tables(as_table(page))[0]
    assert table.rows.rows() == shown.rows()
    assert shown["Month"][0] == "Nov 2023"
