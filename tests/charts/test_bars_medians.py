import datetime as dt

import polars as pl

from charts.bars import medians
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
