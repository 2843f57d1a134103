"""The analyst's workbook holds the figures of the pages, and says what each means."""

import polars as pl

from data.schema import SCHEMAS
from metrics.catalogue import CATALOGUE
from reports.workbook_tables import tables
from tests.reports.test_briefing_sections import DAY, view_of


def test_every_number_of_the_workbook_is_the_pages_own(demonstration, monkeypatch):
    view = view_of(demonstration, monkeypatch, DAY)
    held = {each.title: each for each in tables(view, "As at 11 January 2024.")}
    figures = held["Figures"].rows
    assert figures.height == len(CATALOGUE)
    columns = ("numerator", "denominator", "value")
    for metric, row in zip(
        CATALOGUE, figures.select("Numerator", "Denominator", "Value").rows(), strict=True
    ):
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
    held = {each.title: each.rows for each in tables(view, "")}
    assert held["Dictionary of figures"]["Name"].to_list() == [each.name for each in CATALOGUE]
    columns = held["Dictionary of columns"]
    assert columns.height == sum(len(schema.columns()) for schema in SCHEMAS.values())
    assert columns["Meaning"].null_count() == 0
    assert not columns.filter(pl.col("Meaning") == "").height
    area = columns.row(
        by_predicate=(pl.col("Table") == "applications") & (pl.col("Column") == "area"), named=True
    )
    assert area["Codes"].startswith("north, east, south")
