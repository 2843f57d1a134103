import datetime as dt

import polars as pl

from charts.palette import LIGHT
from charts.turnover import turnover

WEEKS = pl.DataFrame(
    {"week": [dt.date(2024, 1, 1), dt.date(2024, 1, 8)], "Received": [5, 23], "Answered": [4, 0]}
)


def drawn():
    return turnover("By week", WEEKS, ("Received", "Answered"), LIGHT, unit="enquiries")


def test_each_week_has_a_column_for_what_came_and_one_for_what_was_done():
    received, answered = drawn().figure.data
    assert (received.name, list(received.y)) == ("Received", [5, 23])
    assert (answered.name, list(answered.y)) == ("Answered", [4, 0])
    assert (received.marker.color, answered.marker.color) == (LIGHT.other, LIGHT.series[0])


def test_the_columns_are_named_above_the_picture_and_not_in_a_legend():
    layout = drawn().figure.layout
    assert layout.showlegend is False
    assert [name in layout.annotations[0].text for name in ("Received", "Answered")] == [True, True]


def test_the_words_say_both_sums_and_the_table_has_every_week_latest_first():
    chart = drawn()
    assert chart.alt == (
        "By week, from 1 January 2024 to 8 January 2024, in enquiries: Received 28 and Answered 4."
    )
    assert chart.table.rows() == [("8 Jan 2024", 23, 0), ("1 Jan 2024", 5, 4)]
    assert chart.table.columns == ["Week of", "Received", "Answered"]
