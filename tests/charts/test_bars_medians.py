import datetime as dt

import polars as pl

from charts.bars import medians, rates
from charts.palette import LIGHT
from metrics.as_at import Clocks
from metrics.catalogue.timeliness import DAYS_TO_ANSWER
from metrics.dimensions import TOPIC

CLOCKS = Clocks.then(dt.date(2024, 5, 30))
RESULT = pl.DataFrame(
    {
        "topic": ["complaint", "other", None],
        "numerator": [4, 1, 2],
        "denominator": [6, 1, 9],
        "value": [6.0, 1.0, None],
    }
)


def test_a_median_that_is_not_reached_says_so_and_has_no_bar():
    chart = medians(DAYS_TO_ANSWER, RESULT, TOPIC, CLOCKS, LIGHT)
    assert chart.figure.data[0].x.tolist() == [6.0, 1.0, 0.0]
    assert list(chart.figure.data[0].text) == ["6 days", "1 day", "not yet known"]
    assert chart.alt == (
        "Days to an answer by topic, median, as at 30 May 2024: complaint 6 days, other 1 day and not recorded "
        "not yet known."
    )
    assert chart.table.rows()[0] == ("complaint", "6 days", 4, 6)


def test_nothing_is_drawn_of_nothing():
    chart = medians(DAYS_TO_ANSWER, RESULT.clear(), TOPIC, CLOCKS, LIGHT)
    assert chart.table.is_empty()


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
