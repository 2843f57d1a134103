from typing import get_args

import polars as pl
import pytest

from data.schema import SCHEMAS
from data.terms import USUAL_WORDS
from metrics import catalogue
from metrics.catalogue import CATALOGUE
from metrics.dimensions import DIMENSIONS, dimension
from metrics.metric import Subject, spoken
from reports.figures import broken_down, listed, of_dimensions, of_figures, over_time, workbook_tables
from tests.pages.conftest import NOT_THERE
from tests.reports.test_briefing_sections import DAY, view_of

SAID = "As at 11 January 2024."


def figure(name):
    return spoken(catalogue.metric(name), USUAL_WORDS)


def result(**columns):
    nothing = pl.lit(None, pl.Float64)
    given = pl.DataFrame(columns)
    return given.with_columns(
        *(nothing.alias(each) for each in ("value", "low", "high") if each not in columns)
    )


def test_a_count_leaves_by_its_dimension_with_what_it_counts():
    table = broken_down(
        figure("failures"), result(area=["east", None], numerator=[15, 2]), [dimension("area")], None, SAID
    )
    assert table.title == "Failures found by area"
    assert table.rows.rows(named=True) == [
        {"Area": "east", "Failures in scope": 15},
        {"Area": "not recorded", "Failures in scope": 2},
    ]


def test_a_share_leaves_as_a_number_with_both_its_parts_and_its_interval():
    shares = result(numerator=[1], denominator=[3], value=[1 / 3], low=[0.1], high=[0.7])
    table = broken_down(figure("failure_rate"), shares, [], None, SAID)
    assert table.rows.rows() == [(1, 3, 1 / 3, 0.1, 0.7)]
    assert dict(table.notes)["Low and high end"] == "the 95% Wilson interval of the share"
    assert dict(table.notes)["Definition"] == figure("failure_rate").definition


def test_work_done_leaves_without_an_interval():
    shares = result(numerator=[1], denominator=[4], value=[0.25])
    table = broken_down(figure("share_completed"), shares, [], None, SAID)
    assert table.rows.columns[-1] == "Share"
    assert table.rows.width == 3


def test_a_median_leaves_as_its_days():
    table = broken_down(
        figure("days_in_review"), result(numerator=[1], denominator=[2], value=[12.5]), [], None, SAID
    )
    assert table.rows.rows() == [(12.5, 1, 2)]


@pytest.mark.parametrize(("every", "words"), [("1w", "Week from"), ("1mo", "Month from")])
def test_periods_leave_as_days(every, words):
    days = pl.Series([1, 8]).cast(pl.Date)
    table = broken_down(figure("failures"), result(period=days, numerator=[1, 0]), [], every, SAID)
    assert table.rows.columns == [words, "Failures in scope"]
    assert table.rows[words].dtype == pl.Date
    assert table.title == f"Failures found by {words.split()[0].lower()}"


def test_lines_leave_side_by_side_with_the_definition_of_each():
    days = pl.Series([1, 2]).cast(pl.Date)
    courses = [
        pl.DataFrame({"day": days, "numerator": [1, 2]}),
        pl.DataFrame({"day": days, "numerator": [0, 1]}),
    ]
    metrics = [figure("population"), figure("completed")]
    table = over_time(metrics, courses, "Course over time", SAID)
    assert table.rows.columns == ["Day", *(each.title for each in metrics)]
    assert dict(table.notes)[f"{metrics[1].title}: definition"] == metrics[1].definition


def test_a_figure_leaves_with_the_codes_of_its_dimensions():
    areas = pl.Series(["east", None], dtype=pl.Enum(["north", "east"]))
    table = broken_down(
        figure("failures"),
        result(area=areas, year=[2020, 2021], numerator=[15, 2]),
        [dimension("area"), dimension("year")],
        None,
        SAID,
    )
    notes = dict(table.notes)
    assert notes["Area: values"] == "one of north and east; not recorded where there is none"
    assert notes["Year received: values"] == "here 2020 and 2021; not recorded where there is none"


def test_figures_leave_below_each_other_each_with_all_that_makes_it_one():
    count = result(numerator=[33], denominator=pl.Series([None], dtype=pl.Int64), value=[33.0])
    rate = result(numerator=[33], denominator=[3778], value=[33 / 3778], low=[0.006], high=[0.012])
    done = result(numerator=[5], denominator=[10], value=[0.5], low=[0.2], high=[0.8])
    metrics = [figure("failures"), figure("failure_rate"), figure("share_completed")]
    table = listed(metrics, [count, rate, done], SAID)
    numbers = table.rows.select("Numerator", "Denominator", "Value", "Low end", "High end").rows()
    assert numbers[0] == (33, None, 33.0, None, None)
    assert numbers[1] == (33, 3778, 33 / 3778, 0.006, 0.012)
    # A piece of work done bears no interval, whatever was computed.
    assert numbers[2] == (5, 10, 0.5, None, None)
    assert table.rows["Definition"].to_list() == [each.definition for each in metrics]


def test_figures_leave_side_by_side_of_one_dimension():
    by_area = result(area=["east", None], numerator=[15, 2], denominator=[100, 9], value=[0.15, 2 / 9])
    table = listed([figure("failure_rate")], [by_area], SAID, dimension("area"))
    assert table.title == "Figures by area"
    assert table.rows.select("Figure", "Area", "Numerator", "Denominator").rows() == [
        ("Failure rate", "east", 15, 100),
        ("Failure rate", "not recorded", 2, 9),
    ]


def test_the_dictionary_says_of_every_figure_what_its_definition_says():
    metrics = [spoken(each, USUAL_WORDS) for each in CATALOGUE]
    rows = of_figures(metrics).rows
    assert rows["Definition"].to_list() == [each.definition for each in metrics]
    kinds = dict(rows.select("Name", "Kind").rows())
    assert kinds["failures"] == "count"
    assert kinds["failure_rate"] == "share, with the 95% Wilson interval"
    assert kinds["share_completed"] == "share of a piece of work"
    assert kinds["days_in_review"].startswith("median days")


def test_the_dictionary_has_every_dimension_and_how_a_missing_value_is_called(demonstration, monkeypatch):
    view = view_of(demonstration, monkeypatch, DAY)
    rows = of_dimensions(view, get_args(Subject)).rows
    assert rows["Name"].to_list() == [
        each.name for each in DIMENSIONS if each.name not in ("standing", "force") and not each.staff
    ]
    assert rows.filter(pl.col("Name") == "grade")["Where nothing is recorded"].to_list() == ["not graded yet"]


def test_every_number_of_the_workbook_is_the_pages_own(demonstration, monkeypatch):
    view = view_of(demonstration, monkeypatch, DAY)
    held = {each.title: each for each in workbook_tables(view, "As at 11 January 2024.")}
    figures = held["Figures"].rows
    there = [metric for metric in CATALOGUE if metric.name not in NOT_THERE]
    assert figures.height == len(there)
    columns = ("numerator", "denominator", "value")
    for metric, row in zip(there, figures.select("Numerator", "Denominator", "Value").rows(), strict=True):
        assert row == view.result(metric.name).select(columns).row(0), metric.name
    by_area = held["Figures by area"].rows.filter(pl.col("Figure") == "Failures found")
    shown = view.result("failures", by=["area"])
    assert by_area["Numerator"].to_list() == shown["numerator"].to_list()
    by_grade = held["Figures by grade"].rows.filter(pl.col("Figure") == "Failure rate")
    assert by_grade["Low end"].to_list() == view.result("failure_rate", by=["grade"])["low"].to_list()
    assert held["Failures found by headline part"].rows.rows() == [
        ("harm", 2),
        ("administrative", 11),
        ("service", 12),
    ]
    weeks = held["Course by week"].rows
    assert weeks["Day"][-1] == DAY
    assert weeks["Day"].diff().drop_nulls().dt.total_days().unique().to_list() == [7]
    assert weeks["Failures found"][-1] == 25


def test_the_dictionary_tells_every_figure_and_every_column(demonstration, monkeypatch):
    view = view_of(demonstration, monkeypatch, DAY)
    held = {each.title: each.rows for each in workbook_tables(view, "")}
    there = [each.name for each in CATALOGUE if each.name not in NOT_THERE]
    assert held["Dictionary of figures"]["Name"].to_list() == there
    columns = held["Dictionary of columns"]
    lacking = {"allegations", "findings"}, {("applications", "closed_on"), ("applications", "status")}
    wanted = {(table, name) for table, schema in SCHEMAS.items() for name in schema.columns()}
    wanted = {(table, name) for table, name in wanted if table not in lacking[0]} - lacking[1]
    # Nothing has been withdrawn in it.
    wanted -= {("commitments", "withdrawn_on")}
    assert set(columns.select("Table", "Column").rows()) == wanted
    assert columns["Meaning"].null_count() == 0
    assert not columns.filter(pl.col("Meaning") == "").height
    area = columns.row(
        by_predicate=(pl.col("Table") == "applications") & (pl.col("Column") == "area"), named=True
    )
    assert area["Codes"].startswith("north, east, south")
