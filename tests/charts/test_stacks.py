"""Stacks: every count stands on its day in its part's colour, and nothing is left out."""

import datetime as dt

import polars as pl

from charts.palette import LIGHT
from charts.stacks import stacks

FIRST, SECOND = dt.date(2024, 1, 11), dt.date(2024, 1, 12)
COUNTS = pl.DataFrame(
    [(FIRST, "a", 2), (FIRST, "b", 1), (SECOND, "a", 1_000)], schema=["day", "part", "count"], orient="row"
)


def drawn(counts=COUNTS, parts=("a", "b")):
    return stacks("Entries by day", counts, parts, (FIRST, SECOND), LIGHT, unit="entries")


def test_each_part_is_a_stack_of_its_own_with_its_counts_on_their_days():
    figure = drawn().figure
    assert figure.layout.barmode == "stack"
    assert [(bar.name, list(bar.y)) for bar in figure.data] == [("a", [2, 1_000]), ("b", [1])]
    assert [str(day)[:10] for day in figure.data[0].x] == ["2024-01-11", "2024-01-12"]


def test_a_part_keeps_its_colour_when_another_has_nothing():
    (bar,) = drawn(COUNTS.filter(pl.col("part") == "b")).figure.data
    assert bar.marker.color == LIGHT.series[1]


def test_the_text_alternative_says_the_days_and_every_sum():
    chart = drawn()
    assert chart.alt == (
        "Entries by day, from 11 January 2024 to 12 January 2024, in entries: a 1,002 and b 1."
    )
    assert drawn(COUNTS.clear()).alt == "Entries by day, from 11 January 2024 to 12 January 2024: no entries."


def test_the_table_has_every_day_and_part_latest_first():
    assert drawn().table.rows() == [("12 Jan 2024", 1_000, 0), ("11 Jan 2024", 2, 1)]


def test_parts_past_the_colours_are_drawn_as_one_and_told_one_by_one():
    parts = tuple("abcdefgh")
    counts = pl.DataFrame({"day": [FIRST] * 8, "part": parts, "count": range(1, 9)})
    chart = drawn(counts, parts)
    assert [bar.name for bar in chart.figure.data] == ["a", "b", "c", "d", "e", "other"]
    assert list(chart.figure.data[-1].y) == [6 + 7 + 8]
    assert chart.table.columns == ["Day", *parts]
    assert sum(sum(bar.y) for bar in chart.figure.data) == counts["count"].sum()


def test_the_axis_shows_the_days_asked_for_whole_whatever_was_found():
    low, high = drawn(COUNTS.clear()).figure.layout.xaxis.range
    assert (str(low), str(high)) == ("2024-01-10T12:00:00", "2024-01-12T12:00:00")


def test_weeks_are_named_by_their_mondays_and_as_wide_as_weeks():
    monday = dt.date(2024, 1, 8)
    counts = pl.DataFrame([(monday, "a", 3)], schema=["day", "part", "count"], orient="row")
    chart = stacks("Enquiries", counts, ("a",), (monday, monday), LIGHT, unit="enquiries", period="week")
    assert chart.table.rows() == [("8 Jan 2024", 3)]
    assert chart.table.columns[0] == "Week of"
    (bar,) = chart.figure.data
    assert "week of" in bar.hovertemplate
    assert 6 * 86_400_000 > bar.width > 5 * 86_400_000
