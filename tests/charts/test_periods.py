import datetime as dt

import numpy as np
import polars as pl

from charts.palette import LIGHT
from charts.periods import periods
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.dimensions import period

CLOCKS = Clocks.then(dt.date(2024, 5, 30))
QUARTER = period("found_on", "quarter")
RESULT = pl.DataFrame(
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
    chart = periods(metric("failures"), RESULT, QUARTER, CLOCKS, LIGHT)
    assert list(chart.figure.data[0].x) == ["2023 Q4", "2024 Q1", "2024 Q2 (not over)"]
    assert chart.figure.data[0].y.tolist() == [12, 20, 0]
    assert chart.alt == (
        "Failures found by quarter, as at 30 May 2024, from 2023 Q4 to 2024 Q2 (not over): the most in 2024 Q1 (20), the "
        "least in 2024 Q2 (not over) (0)."
    )


def test_a_share_of_nothing_is_a_gap_and_not_a_zero():
    shares = RESULT.with_columns(
        value=pl.Series([0.6, 0.5, None]), low=pl.Series([0.4, 0.3, None]), high=pl.Series([0.8, 0.7, None])
    )
    chart = periods(metric("share_with_harm"), shares, QUARTER, CLOCKS, LIGHT)
    line = chart.figure.data[0]
    assert line.y[:2].tolist() == [0.6, 0.5]
    assert np.isnan(line.y[2])
    assert line.error_y.array[:2].tolist() == [0.8 - 0.6, 0.7 - 0.5]
    assert "the least in 2024 Q1 (50.0%)" in chart.alt
