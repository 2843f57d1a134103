import re

import numpy as np
import polars as pl
import pytest

from charts.bars import bars, columns, labels_of, table
from charts.palette import LIGHT
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.dimensions import dimension
from metrics.evaluate import evaluate
from tests.metrics.test_evaluate import SAMPLED, build
from tests.metrics.world import BY_HAND, THIRD, D

CLOCKS = Clocks.then(THIRD)
BUILT = build(BY_HAND)


def drawn(name, split):
    asked, by = metric(name), dimension(split)
    result = evaluate(asked, BUILT[asked.subject], CLOCKS, by=[by])
    return bars(asked, result, by, CLOCKS, LIGHT), result


def test_a_bar_is_as_long_as_its_figure_and_bears_its_number():
    chart, result = drawn("failures", "type")
    (bar,) = chart.figure.data
    assert list(bar.x) == result["value"].to_list() == [1.0, 3.0] or list(bar.x) == result["value"].to_list()
    assert list(bar.text) == [str(count) for count in result["numerator"]]
    assert list(bar.y) == list(chart.labels)


def test_the_text_alternative_says_every_number_and_the_day():
    chart, result = drawn("failures", "area")
    assert "as at 7 December 2023" in chart.alt
    for label, count in zip(chart.labels, result["numerator"], strict=True):
        assert f"{label} {count}" in chart.alt


def test_the_table_holds_what_the_picture_shows():
    chart, result = drawn("failure_rate", "area")
    assert chart.table["Area"].to_list() == list(chart.labels)
    assert chart.table.columns[-2:] == ["Share", "95% interval"]
    assert chart.table[:, 1].to_list() == result["numerator"].to_list()
    assert chart.table[:, 2].to_list() == result["denominator"].to_list()


def test_a_rate_bears_its_interval_and_a_share_of_work_done_does_not():
    rate, result = drawn("failure_rate", "area")
    whiskers = rate.figure.data[0].error_x
    assert np.allclose(whiskers.array, (result["high"] - result["value"]).to_numpy(), equal_nan=True)
    assert np.allclose(whiskers.arrayminus, (result["value"] - result["low"]).to_numpy(), equal_nan=True)
    done, _ = drawn("share_assessed", "area")
    assert done.figure.data[0].error_x.array is None


def test_the_axis_of_a_share_starts_at_zero_and_marks_nothing_past_the_longest_bar():
    chart, _ = drawn("share_assessed", "area")
    assert chart.figure.layout.xaxis.range[0] == 0
    assert max(chart.figure.layout.xaxis.tickvals) <= 1


def test_a_missing_value_is_named():
    asked, split = metric("risk_assessed"), dimension("grade")
    result = evaluate(asked, BUILT["cases"], CLOCKS, by=[split])
    assert labels_of(result, split)[-1] == "not graded yet"


def test_a_missing_value_is_never_called_as_a_code_is():
    """A register may have the code "not recorded" and rows without one: two bars, two names."""
    split = dimension("category")
    result = pl.DataFrame({"category": ["not recorded", None], "numerator": [1, 2]})
    assert labels_of(result, split) == ["not recorded", "(not recorded)"]


def test_areas_that_are_numbers_are_names_all_the_same():
    """A register's district 9 stands beside its district 12, with nothing in between."""
    chart, _ = drawn("failures", "area")
    assert chart.figure.layout.yaxis.type == "category"
    assert chart.figure.layout.yaxis.dtick == 1


def test_nothing_to_show_is_said_in_words():
    asked, split = metric("failures"), dimension("area")
    result = evaluate(asked, BUILT["failures"].clear(), CLOCKS, by=[split])
    chart = bars(asked, result, split, CLOCKS, LIGHT)
    assert chart.alt == "Failures found by area: nothing by 7 December 2023."


def test_a_column_stands_for_each_period():
    asked = metric("failures")
    result = evaluate(asked, BUILT["failures"], CLOCKS, every="1mo")
    chart = columns(asked, result, CLOCKS, LIGHT, every="month")
    assert chart.labels == ("Oct 2023", "Nov 2023", "Dec 2023")
    assert list(chart.figure.data[0].y) == [1, 2, 0]
    assert "3 failures in all, the most (2) in the month of 1 November 2023" in chart.alt


def test_two_dimensions_make_a_table_of_cells():
    asked, split = metric("failures"), [dimension("area"), dimension("type")]
    result = evaluate(asked, BUILT["failures"], CLOCKS, by=split)
    cells = table(asked, result, split)
    assert cells.columns == ["Area", "Type", "Failures in scope"]
    assert cells.height == result.height


@pytest.mark.parametrize("seed", SAMPLED)
def test_no_number_of_a_chart_is_text_on_the_wire(seed):
    """Typed arrays travel as base64: a tenth of the bytes of a list."""
    asked, split = metric("failure_rate"), dimension("area")
    _, built = SAMPLED[seed]
    result = evaluate(asked, built["cases"], CLOCKS, by=[split])
    sent = bars(asked, result, split, CLOCKS, LIGHT).figure.to_json()
    assert re.search(r'"x":\s?\{"dtype":"f8","bdata"', sent)


@pytest.mark.parametrize(("day", "over"), [(30, [True, False]), (31, [True, True])])
def test_a_month_that_is_not_over_is_paler_and_called_so(day, over):
    result = pl.DataFrame({"period": [D(2024, 4, 1), D(2024, 5, 1)], "numerator": [3, 1]})
    chart = columns(metric("failures"), result, Clocks.then(D(2024, 5, day)), LIGHT, every="month")
    colours = [LIGHT.series[0] if each else LIGHT.quiet for each in over]
    assert list(chart.figure.data[0].marker.color) == colours
    assert chart.table["Month of"].to_list() == ["Apr 2024", "May 2024" if over[1] else "May 2024 (not over)"]
    assert ("The last month is not over." in chart.alt) == (not over[1])
    assert chart.labels == ("Apr 2024", "May 2024")
