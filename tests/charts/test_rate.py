import polars as pl
import pytest

from charts.palette import DARK, LIGHT
from charts.rate import by_period
from metrics.rates import limits, rates
from tests.metrics.world import D


def monthly(*counts, whole=True):
    numerators, denominators = zip(*counts, strict=True) if counts else ((), ())
    months = [D(2023, 10, 1), *(D(2023 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(1, len(counts)))]
    schema = {"period": pl.Date, "whole": pl.Boolean, "numerator": pl.Int64, "denominator": pl.Int64}
    columns = [
        months[: len(counts)],
        [True] * max(len(counts) - 1, 0) + [whole] * bool(counts),
        numerators,
        denominators,
    ]
    return rates(pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema))


RATES = monthly((3, 16), (9, 84), (0, 0), (7, 63), whole=False)


def test_each_month_is_a_point_with_its_interval_and_a_month_of_nothing_is_none():
    chart = by_period("The rate", RATES, 25 / 254, LIGHT)
    points = chart.figure.data[0]
    shown = RATES.drop_nulls("value")
    assert points.y.tolist() == pytest.approx(shown["value"].to_list())
    assert (points.y + points.error_y.array).tolist() == pytest.approx(shown["high"].to_list())
    assert (points.y - points.error_y.arrayminus).tolist() == pytest.approx(shown["low"].to_list())
    assert [day.astype("datetime64[D]").astype(object).month for day in points.x] == [10, 11, 1]
    assert points.hovertext[0] == "Oct 2023: 18.8%, 3 of 16<br>95% interval 6.59% to 43.0%"


def test_the_share_of_all_is_a_dashed_line_with_its_words():
    figure = by_period("The rate", RATES, 25 / 254, LIGHT).figure
    (line,) = [shape for shape in figure.layout.shapes if shape.type == "line"]
    assert (line.y0, line.y1, line.line.dash) == (25 / 254, 25 / 254, "dash")
    assert [note.text for note in figure.layout.annotations] == ["all<br><b>9.84%</b>"]
    assert "line" not in [
        shape.type for shape in by_period("The rate", RATES, None, LIGHT).figure.layout.shapes
    ]


def test_a_month_that_is_not_over_is_hollow_and_says_so():
    chart = by_period("The rate", RATES, None, LIGHT)
    assert list(chart.figure.data[0].marker.symbol) == ["circle", "circle", "circle-open"]
    assert chart.table["Month"].to_list() == ["Oct 2023", "Nov 2023", "Dec 2023", "Jan 2024 (not over)"]


def test_the_words_and_the_table_have_the_numbers_of_the_picture():
    chart = by_period("The rate", RATES, 25 / 254, LIGHT)
    assert chart.alt == (
        "The rate, Oct 2023 to Jan 2024 (not over): the highest 18.8% in Oct 2023, 3 of 16; the last 11.1% in Jan 2024 "
        "(not over), 7 of 63; all together 9.84%."
    )
    assert chart.table.row(0) == ("Oct 2023", 3, 16, "18.8%", "6.59%", "43.0%", "9.84%")
    assert chart.table.row(2) == ("Dec 2023", 0, 0, "", "", "", "9.84%")


def test_limits_are_steps_and_what_passes_them_is_marked_by_colour_shape_and_word():
    result = monthly(*[(2, 60)] * 11, (30, 60))
    control = limits(result, 11)
    chart = by_period("The rate", result, 0.05, LIGHT, limits=control)
    steps = [trace for trace in chart.figure.data if trace.line.shape == "hvh"]
    assert control is not None
    assert steps[-1].y.tolist() == pytest.approx(control.points["upper"].to_list())
    points, words = chart.figure.data[-2:]
    assert list(points.marker.symbol)[-1] == "diamond"
    assert list(points.marker.color)[-1] == LIGHT.mark
    assert set(points.marker.color[:-1]) == {LIGHT.series[0]}
    assert words.text[-1] == "outside<br><b>50.0%</b>"
    assert set(words.text[:-1]) == {""}
    assert chart.alt.endswith("Outside the control limits: Sep 2024.")
    assert chart.table["Mark"].to_list() == [""] * 11 + ["outside the limits"]
    assert chart.table.columns[-3:] == ["Lower limit", "Upper limit", "Mark"]


def test_a_week_is_called_one():
    weeks = RATES.with_columns(period=pl.col("period").dt.truncate("1w"))
    chart = by_period("The rate", weeks, None, LIGHT, every="week")
    assert "in the week of 25 Sep 2023" in chart.alt
    assert chart.table.columns[0] == "Week"


def test_the_axis_holds_every_share_and_no_interval_so_wide_that_shares_look_alike():
    wide = monthly((1, 50), (2, 50), (0, 2))
    low, top = by_period("The rate", wide, 0.03, LIGHT).figure.layout.yaxis.range
    assert low == 0
    assert 0.04 < top < wide["high"].max()
    every = monthly((4, 4), (5, 5))
    assert by_period("The rate", every, 1.0, LIGHT).figure.layout.yaxis.range[1] >= 1


@pytest.mark.parametrize("counts", [(), ((0, 0),), ((0, 0), (1, 0))], ids=str)
def test_no_share_at_all_is_said_and_drawn_as_nothing(counts):
    chart = by_period("The rate", monthly(*counts), None, DARK)
    assert chart.alt == "The rate: no period has a share yet."
    assert chart.table.height == len(counts)


def test_the_months_that_are_meant_are_lit_and_those_with_a_share_can_be_clicked():
    chart = by_period("The rate", RATES, None, LIGHT, lit=["Nov 2023"])
    assert list(chart.figure.data[0].marker.color) == [LIGHT.other, LIGHT.series[0], LIGHT.other]
    assert chart.labels == ("Oct 2023", "Nov 2023", "Jan 2024")
