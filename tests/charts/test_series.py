import itertools

import polars as pl
import pytest

from charts.palette import LIGHT
from charts.series import lines_of, small_multiples
from tests.metrics.world import D

MONTHS = [D(2023, 10, 1), D(2023, 11, 1), D(2023, 12, 1)]


def long(**values):
    rows = [
        (month, label.replace("_", " "), value)
        for label, numbers in values.items()
        for month, value in zip(MONTHS, numbers, strict=True)
    ]
    return pl.DataFrame(
        rows, schema={"period": pl.Date, "label": pl.String, "value": pl.Float64}, orient="row"
    )


TWO = long(east=(0.1, None, 0.4), west=(0.2, 0.3, 0.5))
MANY = pl.concat(long(**{f"area {n}": (n, n + 1, 2 * n)}) for n in range(30))


def lines(figure):
    return {trace.name: trace for trace in figure.data}


def test_each_value_has_a_line_with_its_name_and_last_value_at_its_end():
    figure = lines_of("Shares", TWO, LIGHT, share=True, every="month").figure
    assert set(lines(figure)) == {"east", "west"}
    assert lines(figure)["west"].y.tolist() == pytest.approx([0.2, 0.3, 0.5])
    assert {note.text for note in figure.layout.annotations} == {" <b>east 40.0%</b>", " west 50.0%"}
    assert {note.x for note in figure.layout.annotations} == {1}


def test_a_period_without_a_value_is_a_gap():
    line = lines(lines_of("Shares", TWO, LIGHT, share=True, every="month").figure)["east"]
    assert line.y[1] != line.y[1]
    assert not line.connectgaps
    assert line.hovertext[:2] == ("east, Oct 2023: 10.0%", "east, Nov 2023: none")


def test_the_first_line_is_in_colour_and_over_the_others_which_are_quiet():
    figure = lines_of("Shares", TWO, LIGHT, share=True, every="month").figure
    coloured = [name for name, line in lines(figure).items() if line.line.color == LIGHT.series[0]]
    assert coloured == ["east"]
    assert figure.data[-1].name == "east"
    assert {line.line.color for line in figure.data} == {LIGHT.series[0], LIGHT.other}


def test_names_of_lines_that_end_together_lie_apart_and_within_the_chart():
    together = long(**{f"area {n}": (1, 2, 0) for n in range(6)})
    figure = lines_of("Counts", together, LIGHT, share=False, every="month").figure
    top = figure.layout.yaxis.range[1]
    places = sorted(note.y / top for note in figure.layout.annotations)
    assert len(places) == 6
    assert all(later - early >= 0.07 for early, later in itertools.pairwise(places))
    assert places[0] >= 0
    assert places[-1] <= 1


def test_only_six_lines_are_drawn_and_the_others_are_in_the_table():
    chart = lines_of("Counts", MANY, LIGHT, share=False, every="month")
    assert len(chart.figure.data) == 6
    assert chart.alt.endswith("; 24 more are in the table.")
    assert chart.table.width == 31


def test_the_words_and_the_table_have_the_numbers_of_the_lines():
    chart = lines_of("Shares", TWO, LIGHT, share=True, every="month")
    assert chart.alt == "Shares: east from 10.0% to 40.0% and west from 20.0% to 50.0%."
    assert chart.table.columns == ["Month", "east", "west"]
    assert chart.table.rows() == [
        ("Oct 2023", "10.0%", "20.0%"), ("Nov 2023", "", "30.0%"), ("Dec 2023", "40.0%", "50.0%"),
    ]  # fmt: skip


@pytest.mark.parametrize("draw", [lines_of, small_multiples])
def test_words_of_the_data_are_drawn_as_words(draw):
    hostile = pl.concat(
        frame.with_columns(label=pl.lit(label))
        for label in ("<b>x</b>", "Month", "period", "a name far too long for the end of a line " * 2)
        for frame in [long(one=(1, 2, 3))]
    )
    chart = draw("Counts", hostile, LIGHT, share=False, every="month")
    assert "&lt;b&gt;x&lt;/b&gt;" in " ".join(note.text for note in chart.figure.layout.annotations)
    assert all(len(note.text) < 60 for note in chart.figure.layout.annotations)
    assert chart.table.columns[:4] == ["(Month)", "<b>x</b>", "Month", "period"]


@pytest.mark.parametrize("draw", [lines_of, small_multiples])
def test_nothing_is_said_to_be_nothing(draw):
    nothing = TWO.clear()
    assert draw("Shares", nothing, LIGHT, share=True, every="month").alt == "Shares: nothing yet."
    none = TWO.with_columns(value=pl.lit(None, pl.Float64))
    assert draw("Shares", none, LIGHT, share=True, every="month").alt == "Shares: nothing yet."
    one = draw("Shares", TWO.head(1), LIGHT, share=True, every="month").figure
    assert one.data[0].mode == "lines+markers"


def test_small_charts_have_one_scale_one_time_axis_and_a_name_each():
    values = long(**{f"area {n}": (n, n + 1, n + 2) for n in range(8)})
    figure = small_multiples("Counts", values, LIGHT, share=False, every="month").figure
    axes = [getattr(figure.layout, f"{side}axis{n or ''}") for side in "xy" for n in (0, *range(2, 9))]
    assert len({axis.range for axis in axes[:8]}) == 1
    assert {axis.range for axis in axes[8:]} == {(0, 9 * 1.08)}
    assert len({(trace.xaxis, trace.yaxis) for trace in figure.data}) == 8
    assert len({axis.domain for axis in axes[:8]}) == 2
    domains = sorted({axis.domain for axis in axes[8:]})
    assert all(lower[1] < upper[0] for lower, upper in itertools.pairwise(domains))
    assert figure.layout.annotations[0].text == "<b>area 7</b> 9"
    assert figure.layout.height == 440


def test_only_the_lowest_and_leftmost_small_charts_write_their_axes():
    values = long(**{f"area {n}": (n, n + 1, n + 2) for n in range(5)})
    layout = small_multiples("Counts", values, LIGHT, share=False, every="month").figure.layout
    assert [layout[f"xaxis{n or ''}"].showticklabels for n in (0, 2, 3, 4, 5)] == [False] * 3 + [True] * 2
    assert [layout[f"yaxis{n or ''}"].showticklabels for n in (0, 2, 3, 4, 5)] == [True, False] * 2 + [True]


def test_the_24_highest_are_drawn_small_and_the_table_has_them_all():
    chart = small_multiples("Counts", MANY, LIGHT, share=False, every="month")
    assert len(chart.figure.data) == 24
    assert chart.figure.data[0].name == "area 29"
    assert chart.alt.endswith("; 18 more are drawn; 6 more are in the table.")
    assert chart.table.width == 31
