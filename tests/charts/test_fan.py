import datetime as dt

import polars as pl

from charts.fan import fan
from charts.palette import DARK, LIGHT
from tests.metrics.world import D

DAYS = [D(2024, 1, 1) + dt.timedelta(days=each) for each in range(5)]
REMAINED = pl.DataFrame({"day": DAYS, "numerator": [0, 9, 8, 7, 6]})
BAND = pl.DataFrame({
    "day": [D(2024, 1, 8), D(2024, 1, 9), D(2024, 1, 10)],
    "low": [3.0, 0.0, 0.0], "middle": [4.0, 2.2, 0.0], "high": [5.0, 3.0, 1.0],
})  # fmt: skip
FINISHES = (D(2024, 1, 10), D(2024, 1, 11))


def drawn(**more):
    return fan("What remains", REMAINED, BAND, LIGHT, unit="cases outstanding", finishes=FINISHES, **more)


def test_the_band_begins_where_the_line_ends_and_goes_on_every_day():
    high, low, middle, line = drawn(promised=D(2024, 1, 12)).figure.data
    assert list(line.y) == [0, 9, 8, 7, 6]
    # From Friday the 5th, over the weekend, to the week after the last day named.
    assert high.x0 == "2024-01-05"
    assert list(high.y) == [6, 6, 6, 5, 3, 1]
    assert list(low.y) == [6, 6, 6, 3, 0, 0]
    assert list(middle.y) == [6, 6, 6, 4, 2, 0]


def test_the_days_named_are_marked_and_no_words_lie_on_the_lines():
    figure = drawn(promised=D(2024, 1, 12)).figure
    assert [(each.name, each.x0) for each in figure.layout.shapes] == [
        ("even chance by <b>10 Jan 2024</b>", D(2024, 1, 10)),
        ("promised <b>12 Jan 2024</b>", D(2024, 1, 12)),
    ]
    assert figure.layout.showlegend
    assert all(not each.showlegend for each in figure.data)
    assert [each.text for each in figure.layout.annotations] == ["<b>6</b> left"]


def test_the_axis_ends_with_what_is_drawn():
    assert drawn(promised=D(2024, 3, 1)).figure.layout.xaxis.range == (DAYS[0], D(2024, 3, 4))
    done = REMAINED.with_columns(numerator=pl.Series([0, 9, 8, 2, 0]))
    finished = fan("What remains", done, None, LIGHT, unit="cases").figure.layout
    assert finished.xaxis.range == (DAYS[0], D(2024, 1, 8))
    assert not finished.showlegend


def test_the_message_has_the_days_and_numbers_of_the_picture():
    assert drawn(promised=D(2024, 1, 12)).alt == (
        "What remains, in cases outstanding: 9 at the most, on 2 January 2024; 6 on 5 January 2024; even chance "
        "of none left by 10 January 2024, nine in ten by 11 January 2024; promised by 12 January 2024."
    )
    late = fan("What remains", REMAINED, BAND, DARK, unit="cases", finishes=(D(2024, 1, 10), None))
    assert "nine in ten only in over a year" in late.alt


def test_the_table_has_what_was_and_what_will_be():
    table = drawn().table
    assert table.columns == ["Day", "Outstanding", "10% chance: at most", "Even chance: at most", "90% chance: at most"]  # fmt: skip
    assert table.rows()[4] == ("5 Jan 2024", 6, None, None, None)
    assert table.rows()[6] == ("9 Jan 2024", None, 0, 2, 3)


def test_what_is_finished_has_no_band_and_is_labelled_at_its_most():
    done = REMAINED.with_columns(numerator=pl.Series([0, 9, 8, 2, 0]))
    chart = fan("What remains", done, None, LIGHT, unit="cases")
    assert len(chart.figure.data) == 1
    (label,) = chart.figure.layout.annotations
    assert label.text == "<b>9</b> on 2 Jan 2024"
    assert chart.table.columns == ["Day", "Outstanding"]
