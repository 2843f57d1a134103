import datetime as dt
import math

import numpy as np
import polars as pl

from charts.columns import pace, periods, turnover
from charts.events import Event
from charts.palette import LIGHT
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.dimensions import dimension
from tests.metrics.world import D

MAY = Clocks.then(dt.date(2024, 5, 30))
QUARTER = dimension("quarter of found_on")
QUARTERS = pl.DataFrame(
    {
        QUARTER.name: [dt.date(2023, 10, 1), dt.date(2024, 1, 1), dt.date(2024, 4, 1)],
        "numerator": [12, 20, 0],
        "denominator": [20, 40, 0],
        "value": [12.0, 20.0, 0.0],
        "low": [None, None, None],
        "high": [None, None, None],
    },
    schema_overrides={"low": pl.Float64, "high": pl.Float64},
)


def test_counts_are_columns_in_order_and_a_period_of_none_is_there():
    chart = periods(metric("failures"), QUARTERS, QUARTER, MAY, LIGHT)
    assert list(chart.figure.data[0].x) == ["2023 Q4", "2024 Q1", "2024 Q2 (not over)"]
    assert chart.figure.data[0].y.tolist() == [12, 20, 0]
    assert chart.alt == (
        "Failures found by quarter, as at 30 May 2024, from 2023 Q4 to 2024 Q2 (not over): the most in 2024 Q1 (20), the "
        "least in 2024 Q2 (not over) (0)."
    )


def test_a_share_of_nothing_is_a_gap_and_not_a_zero():
    shares = QUARTERS.with_columns(
        value=pl.Series([0.6, 0.5, None]), low=pl.Series([0.4, 0.3, None]), high=pl.Series([0.8, 0.7, None])
    )
    chart = periods(metric("share_with_harm"), shares, QUARTER, MAY, LIGHT)
    line = chart.figure.data[0]
    assert line.y[:2].tolist() == [0.6, 0.5]
    assert np.isnan(line.y[2])
    assert line.error_y.array[:2].tolist() == [0.8 - 0.6, 0.7 - 0.5]
    assert "the least in 2024 Q1 (50.0%)" in chart.alt


RATES = pl.DataFrame({
    "week_on": [D(2024, 1, 1), D(2024, 1, 8), D(2024, 1, 15)], "done": [8, 0, 11], "days": [4, 0, 5], "rate": [2.0, None, 2.2],
})  # fmt: skip


def test_a_week_without_work_is_a_gap_and_not_a_nought():
    chart = pace("Pace", RATES, LIGHT, unit="done a day", columns={"done": "Done", "days": "Days"})
    (trace,) = chart.figure.data
    assert math.isnan(trace.y[1])
    assert [round(float(value), 1) for value in (trace.y[0], trace.y[2])] == [2.0, 2.2]
    assert chart.table.rows()[2] == ("15 Jan 2024", 11, 5, 2.2)
    assert chart.alt == (
        "Pace: the most, 2.2 done a day, in the week of 15 January 2024; 2.2 in the last, the week of "
        "15 January 2024."
    )


def test_no_week_yet_is_said():
    chart = pace("Pace", RATES.clear(), LIGHT, unit="done a day", columns={})
    assert chart.alt == "Pace: no week has any yet."


def test_the_last_week_alone_bears_its_number():
    (trace,) = pace("Pace", RATES, LIGHT, unit="done a day", columns={}).figure.data
    assert list(trace.text) == ["", "", "<b>2.2</b>"]


def test_events_are_marked_and_the_axis_has_room_for_the_whole_weeks():
    events = [Event(D(2024, 1, 10), "Statement", 1, "release"), Event(D(2024, 2, 10), "Later", 2, "release")]
    figure = pace("Pace", RATES, LIGHT, unit="done a day", columns={}, events=events).figure
    assert [note.hovertext for note in figure.layout.annotations] == ["10 Jan 2024: Statement"]
    assert figure.layout.xaxis.range == ("2023-12-28", "2024-01-19")


WEEKS = pl.DataFrame(
    {"week": [dt.date(2024, 1, 1), dt.date(2024, 1, 8)], "Received": [5, 23], "Answered": [4, 0]}
)


def by_week():
    return turnover("By week", WEEKS, LIGHT, unit="enquiries")


def test_each_week_has_a_column_for_what_came_and_one_for_what_was_done():
    received, answered = by_week().figure.data
    assert (received.name, list(received.y)) == ("Received", [5, 23])
    assert (answered.name, list(answered.y)) == ("Answered", [4, 0])
    assert (received.marker.color, answered.marker.color) == (LIGHT.other, LIGHT.series[0])


def test_the_columns_are_named_above_the_picture_and_not_in_a_legend():
    layout = by_week().figure.layout
    assert layout.showlegend is False
    assert [name in layout.annotations[0].text for name in ("Received", "Answered")] == [True, True]


def test_the_words_say_both_sums_and_the_table_has_every_week_latest_first():
    chart = by_week()
    assert chart.alt == (
        "By week, from 1 January 2024 to 8 January 2024, in enquiries: Received 28 and Answered 4."
    )
    assert chart.table.rows() == [("8 Jan 2024", 23, 0), ("1 Jan 2024", 5, 4)]
    assert chart.table.columns == ["Week of", "Received", "Answered"]
