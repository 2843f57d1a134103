import polars as pl

from charts.bubbles import bubbles, by_size
from charts.palette import LIGHT
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.dimensions import AREA, MONTH_FOUND, REASON
from tests.metrics.world import D

CLOCKS = Clocks.then(D(2024, 1, 11))
CELLS = pl.DataFrame({
    "reason": ["late", "late", "wrong", "wrong", "lost"],
    "area": ["east", "west", "east", "west", "east"],
    "numerator": [1, 0, 5, 2, 1],
})  # fmt: skip


def drawn(cells=CELLS):
    return bubbles(metric("failures"), cells, REASON, AREA, clocks=CLOCKS, palette=LIGHT)


def test_each_cell_that_counts_something_is_a_bubble_with_its_number():
    chart = drawn()
    (trace,) = chart.figure.data
    assert list(trace.text) == ["1", "5", "2", "1"]
    assert chart.labels == (("late", "east"), ("wrong", "east"), ("wrong", "west"), ("lost", "east"))
    assert chart.table.columns == ["Reason", "Area", "Failures in scope"]
    assert chart.table["Failures in scope"].to_list() == [1, 5, 2, 1]
    assert chart.alt == (
        "Failures found by reason and area, as at 11 January 2024: late and east 1, wrong and east 5, wrong and west "
        "2 and lost and east 1."
    )


def test_the_largest_is_lit_if_there_is_one():
    assert list(drawn().figure.data[0].marker.color).count(LIGHT.series[0]) == 1
    alike = drawn(CELLS.with_columns(numerator=pl.lit(2)))
    assert LIGHT.series[0] not in alike.figure.data[0].marker.color


def test_the_longest_rows_come_first_but_months_keep_their_order():
    assert next(iter(drawn().figure.layout.yaxis.categoryarray)) == "wrong"
    months = pl.DataFrame({"month_found": [D(2023, 10, 1), D(2023, 11, 1)], "numerator": [1, 4]})
    assert by_size(months, MONTH_FOUND)["numerator"].to_list() == [1, 4]
    assert by_size(CELLS, REASON)["numerator"].to_list() == [5, 2, 1, 1]


def test_nothing_is_drawn_of_nothing_and_said_so():
    chart = drawn(CELLS.clear())
    assert not len(chart.figure.data[0].x)
    assert chart.alt == "Failures found by reason and area: nothing by 11 January 2024."


def test_words_of_the_data_are_drawn_as_words():
    chart = drawn(CELLS.with_columns(area=pl.lit("<b>east</b>")))
    assert set(chart.figure.data[0].x) == {"&lt;b&gt;east&lt;/b&gt;"}
