"""Rates and their funnel on the page: the sentence, both tables, the file and the rows tell one number."""

from access.roles import Role
from access.services import services_of
from service.view import open_source
from tests.pages.reading import tables
from tests.pages.test_exporting import asked_for, press


def funnel(page):
    return next(each for each in tables(page) if "Where it lies" in each.columns)


def test_the_funnel_its_file_and_the_rows_behind_have_the_numbers_of_the_rate(app, demonstration):
    page = app("failures.py", rate_by="Area", rate_of="Failure rate of detailed reviews", behind_rate="east")
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
    page = app("failures.py", area="east")
    assert any("once there are two or more" in each.value for each in page.info)
