import math

import polars as pl

from charts.events import Event
from charts.lines import pace
from charts.palette import LIGHT
from tests.metrics.world import D

WEEKS = pl.DataFrame({
    "week_on": [D(2024, 1, 1), D(2024, 1, 8), D(2024, 1, 15)], "done": [8, 0, 11], "days": [4, 0, 5], "rate": [2.0, None, 2.2],
})  # fmt: skip


def test_a_week_without_work_is_a_gap_and_not_a_nought():
    chart = pace("Pace", WEEKS, LIGHT, unit="done a day", columns={"done": "Done", "days": "Days"})
    (trace,) = chart.figure.data
    assert math.isnan(trace.y[1])
    assert [round(float(each), 1) for each in (trace.y[0], trace.y[2])] == [2.0, 2.2]
    assert chart.table.rows()[2] == ("15 Jan 2024", 11, 5, 2.2)
    assert chart.alt == (
        "Pace: the most, 2.2 done a day, in the week of 15 January 2024; 2.2 in the last, the week of "
        "15 January 2024."
    )


def test_no_week_yet_is_said():
    chart = pace("Pace", WEEKS.clear(), LIGHT, unit="done a day", columns={})
    assert chart.alt == "Pace: no week has any yet."


def test_the_last_week_alone_bears_its_number():
    (trace,) = pace("Pace", WEEKS, LIGHT, unit="done a day", columns={}).figure.data
    assert list(trace.text) == ["", "", "<b>2.2</b>"]


def test_events_are_marked_and_the_axis_has_room_for_the_whole_weeks():
    events = [Event(D(2024, 1, 10), "Statement", 1, "release"), Event(D(2024, 2, 10), "Later", 2, "release")]
    figure = pace("Pace", WEEKS, LIGHT, unit="done a day", columns={}, events=events).figure
    assert [each.hovertext for each in figure.layout.annotations] == ["10 Jan 2024: Statement"]
    assert figure.layout.xaxis.range == ("2023-12-28", "2024-01-19")
