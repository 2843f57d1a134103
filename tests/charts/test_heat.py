import datetime as dt

import numpy as np
import polars as pl

from charts.heat import heat
from charts.palette import LIGHT
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.dimensions import dimension

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
    chart = heat(metric("failures"), RESULT, SPLIT, CLOCKS, LIGHT)
    (cells,) = chart.figure.data
    # The longer names stand down the side.
    assert (list(cells.y), list(cells.x)) == (["late", "record-keeping error"], ["east", "north"])
    assert cells.z[0].tolist() == [15, 2]
    assert np.isnan(cells.z[1][0])
    assert cells.z[1][1] == 0
    assert [list(row) for row in cells.text] == [["15", "2"], ["", "0"]]
    assert (cells.zmin, cells.zmax) == (0, 15)
    assert list(chart.figure.layout.yaxis.ticktext) == ["late", "record-keeping<br>error"]


def test_the_message_names_the_fullest_cell():
    assert heat(metric("failures"), RESULT, SPLIT, CLOCKS, LIGHT).alt == (
        "Failures found by area and reason, as at 30 May 2024, in 3 cells: the most in east and late, 15."
    )


def test_a_share_of_nothing_is_blank_and_said_to_be_none():
    shares = RESULT.with_columns(
        denominator=pl.Series([4, 0, 20]), value=pl.Series([0.5, None, 0.75]), low=0.1, high=0.9
    )
    cells = heat(metric("share_with_harm"), shares, SPLIT, CLOCKS, LIGHT).figure.data[0]
    assert np.isnan(cells.z[1][1])
    assert cells.text[1][1] == "none"
