import math

import polars as pl

from charts.pace import pace
from charts.palette import LIGHT
from charts.rates import rates
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


def test_a_rate_has_its_interval_in_the_picture_the_words_and_the_table():
    found = pl.DataFrame(
        {"team": ["one"], "done": [10], "weeks": [2.5], "rate": [4.0], "low": [1.92], "high": [7.36]}
    )
    chart = rates("Rates", found, LIGHT, of="team", done="Done", worked="Weeks", unit="done a week")
    (bar,) = chart.figure.data
    assert (bar.x[0], round(bar.error_x.array[0], 2), round(bar.error_x.arrayminus[0], 2)) == (
        4.0,
        3.36,
        2.08,
    )
    assert chart.alt == "Rates, in done a week: one 4.00 (1.92 to 7.36)."
    assert chart.table.rows() == [("one", 10, 2.5, 4.0, "1.92 to 7.36")]
