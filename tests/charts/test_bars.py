import datetime as dt
import re

import numpy as np
import polars as pl
import pytest

from charts.bars import MOST, bars, changes, changes_message, changes_table, counts, labels_of, table
from charts.palette import DARK, LIGHT
from metrics.as_at import Clocks
from metrics.bridge import Bridge, Step, Why
from metrics.catalogue import metric
from metrics.catalogue.timeliness import DAYS_TO_ANSWER
from metrics.dimensions import TOPIC, dimension
from metrics.evaluate import evaluate
from tests.metrics.test_evaluate import SAMPLED, build
from tests.metrics.world import BY_HAND, THIRD

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


MAY = Clocks.then(dt.date(2024, 5, 30))
MEDIANS = pl.DataFrame(
    {
        "topic": ["complaint", "other", None],
        "numerator": [4, 1, 2],
        "denominator": [6, 1, 9],
        "value": [6.0, 1.0, None],
    }
)


def test_a_median_that_is_not_reached_says_so_and_has_no_bar():
    chart = bars(DAYS_TO_ANSWER, MEDIANS, TOPIC, MAY, LIGHT)
    assert chart.figure.data[0].x.tolist() == [6.0, 1.0, 0.0]
    assert list(chart.figure.data[0].text) == ["6 days", "1 day", "not yet known"]
    assert chart.alt == (
        "Days to an answer by topic, median, as at 30 May 2024: complaint 6 days, other 1 day and not recorded "
        "not yet known."
    )
    assert chart.table.rows()[0] == ("complaint", "6 days", 4, 6)


def test_nothing_is_drawn_of_nothing():
    chart = bars(DAYS_TO_ANSWER, MEDIANS.clear(), TOPIC, MAY, LIGHT)
    assert chart.table.is_empty()


ROWS = pl.DataFrame({"label": ["<b>amina</b>", "ben"], "count": [5, 3], "marked": [0, 2]})
HOW = {"named": "reader", "unit": "entries", "word": "refused"}


@pytest.mark.parametrize("level", [False, True])
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_marked_part_has_its_colour_and_its_word(palette, level):
    chart = counts("Entries", ROWS, palette, level=level, **HOW)
    rest, part = chart.figure.data
    sizes = [(bar.x if level else bar.y).tolist() for bar in (rest, part)]
    assert sizes == [[5, 1], [0, 2]]
    assert (rest.marker.color, part.marker.color) == (palette.other, palette.mark)
    assert list(part.text) == ["", "2 refused"]
    assert "&lt;b&gt;" in str(rest.y if level else rest.x)


def test_the_message_and_the_table_have_the_numbers_of_the_picture():
    chart = counts("Entries", ROWS, LIGHT, **HOW)
    assert chart.alt == "Entries: 8 entries, 2 refused; the most, 5, for <b>amina</b>."
    assert chart.table.columns == ["Reader", "Entries", "Refused"]
    assert chart.table.rows() == ROWS.rows()


def test_level_bars_are_the_first_twelve_and_the_table_has_all():
    rows = pl.DataFrame({"label": [str(number) for number in range(30)], "count": 1, "marked": 0})
    chart = counts("Entries", rows, LIGHT, level=True, **HOW)
    assert len(chart.figure.data[0].y) == MOST
    assert chart.table.height == 30


def test_nothing_is_said_to_be_nothing():
    assert counts("Entries", ROWS.clear(), LIGHT, level=True, **HOW).alt == "Entries: no entries."


OPENING, CLOSING = Clocks.then(dt.date(2024, 1, 11)), Clocks.then(dt.date(2024, 5, 22))
GREW = Bridge(3_582, (Step(Why.ADDED, 197, 197), Step(Why.REMOVED, -1, 1)), 3_778)
POPULATION = metric("population")


def bridged(bridge):
    return changes(POPULATION, bridge, OPENING, CLOSING, LIGHT)


def test_the_message_tells_opening_closing_and_every_step():
    assert changes_message(POPULATION, GREW, OPENING, CLOSING).endswith(
        ": 3,582 on 11 January 2024, 3,778 on 22 May 2024. 197 added to the register; "
        "\N{MINUS SIGN}1 removed from the register."
    )
    assert bridged(GREW).alt == changes_message(POPULATION, GREW, OPENING, CLOSING)


def test_the_table_adds_up_from_opening_to_closing():
    lines = changes_table(GREW, OPENING, CLOSING)
    assert lines.rows() == [
        ("As at 11 January 2024", 3_582),
        ("Added to the register", 197),
        ("Removed from the register", -1),
        ("As at 22 May 2024", 3_778),
    ]
    assert bridged(GREW).table.equals(lines)


def test_bars_begin_at_none_and_are_as_long_as_the_steps():
    (bar,) = bridged(GREW).figure.data
    assert list(bar.x) == [197, -1]
    assert list(bar.text) == ["+197", "\N{MINUS SIGN}1"]
    low, high = bridged(GREW).figure.layout.xaxis.range
    assert low < -1
    assert high > 197


def test_a_reason_that_both_adds_and_takes_away_has_two_bars():
    both = Bridge(45, (Step(Why.SINCE, 4, 4), Step(Why.SINCE, -2, 2)), 47)
    assert list(bridged(both).figure.data[0].y) == [0, 1]


def test_where_nothing_changed_that_is_said():
    assert changes_message(POPULATION, Bridge(7, (), 7), OPENING, CLOSING).endswith(
        "no change between 11 January 2024 and 22 May 2024 (7)."
    )
    assert changes_table(Bridge(7, (), 7), OPENING, CLOSING)["Number"].to_list() == [7, 7]
    assert isinstance(bridged(Bridge(7, (), 7)).table, pl.DataFrame)
