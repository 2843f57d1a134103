import datetime as dt

import polars as pl

from metrics.catalogue import metric
from service.sentences.figure import chance_of, lines_title, measure, method

DAYS = [dt.date(2024, 1, 1), dt.date(2024, 2, 1)]


def lines(**values: list[float | None]) -> pl.DataFrame:
    rows = [
        (day, label, value)
        for label, numbers in values.items()
        for day, value in zip(DAYS, numbers, strict=True)
    ]
    schema = {"period": pl.Date, "label": pl.String, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_the_title_names_the_line_that_ends_highest():
    assert lines_title(lines(north=[1, 2], east=[0, 5]), metric("failures")) == "East ends highest, at 5"
    assert lines_title(lines(north=[0.5, None], east=[0, 0.25]), metric("failure_rate")) == (
        "North ends highest, at 50.0%"
    )


def test_one_line_is_said_by_its_ends_and_equal_or_no_lines_are_not_ranked():
    assert lines_title(lines(all=[1, 2]), metric("failures")) == "From 1 to 2"
    assert lines_title(lines(north=[1, 2], east=[3, 2]), metric("failures")) == ""
    assert lines_title(lines(), metric("failures")) == ""


def test_what_a_period_shows_is_said_of_what_adds_up_and_of_what_stands():
    assert measure(metric("failures"), "week") == "Added each week"
    assert measure(metric("share_completed"), "week") == "At each week's end"
    assert method(metric("failures"), "month").endswith("Each month shows what it added.")
    assert method(metric("backlog"), "month").endswith("shows the figure as it stood on its last day.")
    assert method(metric("backlog"), None) == metric("backlog").definition


def groups(*rows):
    return pl.DataFrame(rows, schema=["numerator", "denominator"], orient="row")


def test_groups_differ_by_chance_or_by_more():
    assert chance_of(groups((3, 4), (1, 4)), "the teams") == (
        "No sign that the teams differ: chance does as much about 49 times in 100."
    )
    assert chance_of(groups((20, 25), (0, 25)), "the teams") == (
        "The teams differ by more than chance explains (less than 1 time in 100). Groups that are alike are "
        "flagged in at most 1 in 20 cases."
    )
    assert chance_of(groups((1, 4)), "the teams") == "There is too little data to compare the teams."
