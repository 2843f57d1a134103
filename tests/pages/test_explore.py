"""Any figure by what a reader chooses, on the demonstration, counted from its tables."""

from collections import Counter

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from service.view import open_source
from tests.pages.reading import answer, captions, tables


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


def test_a_link_holds_a_figure_and_both_dimensions(app, failures):
    page = app("explore", **{"figure": "Failures found", "by": "Area", "and": "Reason"})
    assert answer(page).startswith(f"Failures found: {len(failures)}, as at")
    cells = Counter((row["area"], row["reason"]) for row in failures)
    shown = {row[:2]: row[2] for row in tables(page)[0].rows() if row[2]}
    assert shown == cells


def test_a_period_has_its_rows_behind_it(app, failures):
    page = app("explore", figure="Failures found", by="nothing", period="Quarter", behind_explored="2023 Q4")
    quarter = [row for row in failures if row["found_on"].year == 2023]
    assert dict(tables(page)[0].rows())["2023 Q4"] == len(quarter)
    assert set(tables(page)[1]["Failure ref"]) == {row["failure_ref"] for row in quarter}
    assert any("by the quarter of “found on”" in each for each in captions(page))


def test_only_what_fits_a_figure_is_offered(app):
    page = app("explore", figure="Days to an answer")
    assert "Period" not in labels(page)
    assert next(each for each in page.selectbox if each.label == "Split by").options == ["nothing", "Topic"]
    assert any("is a median, which has no periods" in each for each in captions(page))


def test_a_link_to_what_is_not_there_says_so_and_shows_no_other_figure(app):
    page = app("explore", figure="Failures foundd", by="Colour")
    assert "Figure “Failures foundd” is not there" in page.error[0].value
    assert not tables(page)
    page.button(key="show_without").click().run()
    assert "Split by “Colour” is not there" in page.error[0].value
    page.button(key="show_without").click().run()
    assert not page.error
    assert tables(page)


def test_a_grade_that_no_row_of_the_figure_has_is_shown_nowhere_and_leaves_in_no_file(app, demonstration):
    page = app("explore", figure="Failures found", by="Grade")
    shown = tables(page)[0]
    assert "not graded yet" not in shown["Grade"].to_list()
    assert shown["Failures in scope"].sum() == 33
    next(each for each in page.button if "explored" in (each.key or "")).click().run()
    desk = services_of(demonstration.folder)
    asked = list(desk.tickets.requests.values())[-1][1]
    visit = desk.visit(desk.welcome("reader", (Role.ANALYST,), "test"))
    table = asked.content(open_source(visit, "OFFICIAL-SENSITIVE")).table
    assert table.rows["Failures in scope"].to_list() == shown["Failures in scope"].to_list()


def test_what_is_explored_leaves_as_it_is_shown_with_its_dictionary(app, demonstration):
    page = app("explore", figure="Failure rate", by="Area", period="Year")
    next(each for each in page.button if "explored" in (each.key or "")).click().run()
    desk = services_of(demonstration.folder)
    asked = list(desk.tickets.requests.values())[-1][1]
    visit = desk.visit(desk.welcome("reader", (Role.ANALYST,), "test"))
    table = asked.content(open_source(visit, "OFFICIAL-SENSITIVE")).table
    shown = tables(page)[0]
    counts = ["Area", "Applications with a failure", "Applications risk assessed"]
    assert table.rows.select(counts).rows() == shown.select(counts).rows()
    assert table.rows["Year from"].dt.year().cast(pl.String).to_list() == shown["Year"].to_list()
    assert dict(table.notes).keys() >= {"Definition", "Unit", "Counts", "Out of", "Owner", "Area: values"}
