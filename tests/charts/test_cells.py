import datetime as dt

import numpy as np
import polars as pl

from charts.cells import bubbles, by_size, heat
from charts.palette import LIGHT
from data.terms import USUAL_WORDS
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.dimensions import AREA, MONTH_FOUND, REASON, dimension
from metrics.metric import spoken
from tests.charts.reading import plotted
from tests.metrics.world import D

CLOCKS = Clocks.then(dt.date(2024, 5, 30))
SPLIT = [dimension("area"), dimension("reason")]
RESULT = pl.DataFrame(
    {
        "area": ["north", "north", "east"],
        "reason": ["late", "record-keeping error", "late"],
        "numerator": [2, 0, 15],
        "value": [2.0, 0.0, 15.0],
    }
)


def test_each_cell_has_its_number_and_what_never_occurred_is_blank():
    chart = heat(spoken(metric("failures"), USUAL_WORDS), RESULT, SPLIT, CLOCKS, LIGHT)
    (cells,) = plotted(chart).data
    # The longer names stand down the side.
    assert (list(cells.y), list(cells.x)) == (["late", "record-keeping error"], ["east", "north"])
    assert cells.z[0].tolist() == [15, 2]
    assert np.isnan(cells.z[1][0])
    assert cells.z[1][1] == 0
    assert [list(row) for row in cells.text] == [["15", "2"], ["", "0"]]
    assert (cells.zmin, cells.zmax) == (0, 15)
    assert list(plotted(chart).layout.yaxis.ticktext) == ["late", "record-keeping<br>error"]


def test_the_message_names_the_fullest_cell():
    assert heat(spoken(metric("failures"), USUAL_WORDS), RESULT, SPLIT, CLOCKS, LIGHT).alt == (
        "Failures found by area and reason, as at 30 May 2024, in 3 cells: the most in east and late, 15."
    )


def test_a_share_of_nothing_is_blank_and_said_to_be_none():
    shares = RESULT.with_columns(
        denominator=pl.Series([4, 0, 20]), value=pl.Series([0.5, None, 0.75]), low=0.1, high=0.9
    )
    cells = plotted(heat(spoken(metric("share_with_harm"), USUAL_WORDS), shares, SPLIT, CLOCKS, LIGHT)).data[
        0
    ]
    assert np.isnan(cells.z[1][1])
    assert cells.text[1][1] == "none"


JANUARY = Clocks.then(D(2024, 1, 11))
COUNTS = pl.DataFrame({
    "reason": ["late", "late", "wrong", "wrong", "lost"],
    "area": ["east", "west", "east", "west", "east"],
    "numerator": [1, 0, 5, 2, 1],
})  # fmt: skip


def drawn(cells=COUNTS):
    return bubbles(spoken(metric("failures"), USUAL_WORDS), cells, (REASON, AREA), JANUARY, LIGHT)


def test_each_cell_that_counts_something_is_a_bubble_with_its_number():
    chart = drawn()
    (trace,) = plotted(chart).data
    assert list(trace.text) == ["1", "5", "2", "1"]
    assert chart.labels == (("late", "east"), ("wrong", "east"), ("wrong", "west"), ("lost", "east"))
    assert chart.table.columns == ["Reason", "Area", "Failures in scope"]
    assert chart.table["Failures in scope"].to_list() == [1, 5, 2, 1]
    assert chart.alt == (
        "Failures found by reason and area, as at 11 January 2024: late and east 1, wrong and east 5, wrong and west "
        "2 and lost and east 1."
    )


def test_the_largest_is_lit_if_there_is_one():
    assert list(plotted(drawn()).data[0].marker.color).count(LIGHT.series[0]) == 1
    alike = drawn(COUNTS.with_columns(numerator=pl.lit(2)))
    assert LIGHT.series[0] not in plotted(alike).data[0].marker.color


def test_the_longest_rows_come_first_but_months_keep_their_order():
    assert next(iter(plotted(drawn()).layout.yaxis.categoryarray)) == "wrong"
    months = pl.DataFrame({"month_found": [D(2023, 10, 1), D(2023, 11, 1)], "numerator": [1, 4]})
    assert by_size(months, MONTH_FOUND)["numerator"].to_list() == [1, 4]
    assert by_size(COUNTS, REASON)["numerator"].to_list() == [5, 2, 1, 1]


def test_no_bubble_is_drawn_of_nothing_and_that_is_said():
    chart = drawn(COUNTS.clear())
    assert not len(plotted(chart).data[0].x)
    assert chart.alt == "Failures found by reason and area: nothing by 11 January 2024."


def test_words_of_the_data_are_drawn_as_words():
    chart = drawn(COUNTS.with_columns(area=pl.lit("<b>east</b>")))
    assert set(plotted(chart).data[0].x) == {"&lt;b&gt;east&lt;/b&gt;"}
