import datetime as dt
import math
import re

import numpy as np
import polars as pl
import pytest

from charts.bars import (
    MOST,
    bars,
    changes,
    changes_message,
    changes_table,
    counts,
    labels_of,
    pace,
    periods,
    table,
    turnover,
)
from charts.events import Event
from charts.palette import DARK, LIGHT
from data.terms import USUAL_WORDS
from metrics.as_at import Clocks
from metrics.bridge import Bridge, Step, Why
from metrics.catalogue import metric
from metrics.catalogue.timeliness import DAYS_TO_ANSWER
from metrics.dimensions import TOPIC, dimension
from metrics.evaluate import evaluate
from metrics.metric import spoken
from tests.charts.reading import plotted
from tests.metrics.test_evaluate import SEEDS, build, world_of
from tests.metrics.world import BY_HAND, THIRD, D

CLOCKS = Clocks.then(THIRD)
BUILT = build(BY_HAND)
MAY = Clocks.then(dt.date(2024, 5, 30))
QUARTER = dimension("quarter of found_on")
QUARTERS = pl.DataFrame(
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


def drawn(name, split):
    asked, by = spoken(metric(name), USUAL_WORDS), dimension(split)
    result = evaluate(asked, BUILT[asked.subject], CLOCKS, by=[by])
    return bars(asked, result, by, CLOCKS, LIGHT), result


def test_a_bar_is_as_long_as_its_figure_and_bears_its_number():
    chart, result = drawn("failures", "type")
    (bar,) = plotted(chart).data
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
    whiskers = plotted(rate).data[0].error_x
    assert np.allclose(whiskers.array, (result["high"] - result["value"]).to_numpy(), equal_nan=True)
    assert np.allclose(whiskers.arrayminus, (result["value"] - result["low"]).to_numpy(), equal_nan=True)
    done, _ = drawn("share_assessed", "area")
    assert plotted(done).data[0].error_x.array is None


def test_the_axis_of_a_share_starts_at_zero_and_marks_nothing_past_the_longest_bar():
    chart, _ = drawn("share_assessed", "area")
    assert plotted(chart).layout.xaxis.range[0] == 0
    assert max(plotted(chart).layout.xaxis.tickvals) <= 1


def test_a_missing_value_is_named():
    asked, split = spoken(metric("risk_assessed"), USUAL_WORDS), dimension("grade")
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
    assert plotted(chart).layout.yaxis.type == "category"
    assert plotted(chart).layout.yaxis.dtick == 1


def test_nothing_to_show_is_said_in_words():
    asked, split = spoken(metric("failures"), USUAL_WORDS), dimension("area")
    result = evaluate(asked, BUILT["failures"].clear(), CLOCKS, by=[split])
    chart = bars(asked, result, split, CLOCKS, LIGHT)
    assert chart.alt == "Failures found by area: nothing by 7 December 2023."


def test_two_dimensions_make_a_table_of_cells():
    asked, split = spoken(metric("failures"), USUAL_WORDS), [dimension("area"), dimension("type")]
    result = evaluate(asked, BUILT["failures"], CLOCKS, by=split)
    cells = table(asked, result, split)
    assert cells.columns == ["Area", "Type", "Failures in scope"]
    assert cells.height == result.height


@pytest.mark.parametrize("seed", SEEDS)
def test_no_number_of_a_chart_is_text_on_the_wire(seed):
    """Typed arrays travel as base64: a tenth of the bytes of a list."""
    asked, split = spoken(metric("failure_rate"), USUAL_WORDS), dimension("area")
    _, built = world_of(seed)
    result = evaluate(asked, built["cases"], CLOCKS, by=[split])
    sent = plotted(bars(asked, result, split, CLOCKS, LIGHT)).to_json()
    assert re.search(r'"x":\s?\{"dtype":"f8","bdata"', sent)


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
    assert plotted(chart).data[0].x.tolist() == [6.0, 1.0, 0.0]
    assert list(plotted(chart).data[0].text) == ["6 days", "1 day", "not yet known"]
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
    rest, part = plotted(chart).data
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
    assert len(plotted(chart).data[0].y) == MOST
    assert chart.table.height == 30


def test_nothing_is_said_to_be_nothing():
    assert counts("Entries", ROWS.clear(), LIGHT, level=True, **HOW).alt == "Entries: no entries."


OPENING, CLOSING = Clocks.then(dt.date(2024, 1, 11)), Clocks.then(dt.date(2024, 5, 22))
GREW = Bridge(3_582, (Step(Why.ADDED, 197, 197), Step(Why.REMOVED, -1, 1)), 3_778)
POPULATION = spoken(metric("population"), USUAL_WORDS)


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
    (bar,) = plotted(bridged(GREW)).data
    assert list(bar.x) == [197, -1]
    assert list(bar.text) == ["+197", "\N{MINUS SIGN}1"]
    low, high = plotted(bridged(GREW)).layout.xaxis.range
    assert low < -1
    assert high > 197


def test_a_reason_that_both_adds_and_takes_away_has_two_bars():
    both = Bridge(45, (Step(Why.SINCE, 4, 4), Step(Why.SINCE, -2, 2)), 47)
    assert list(plotted(bridged(both)).data[0].y) == [0, 1]


def test_where_nothing_changed_that_is_said():
    assert changes_message(POPULATION, Bridge(7, (), 7), OPENING, CLOSING).endswith(
        "no change between 11 January 2024 and 22 May 2024 (7)."
    )
    assert changes_table(Bridge(7, (), 7), OPENING, CLOSING)["Number"].to_list() == [7, 7]
    assert isinstance(bridged(Bridge(7, (), 7)).table, pl.DataFrame)


def test_counts_are_columns_in_order_and_a_period_of_none_is_there():
    chart = periods(spoken(metric("failures"), USUAL_WORDS), QUARTERS, QUARTER, MAY, LIGHT)
    assert list(plotted(chart).data[0].x) == ["2023 Q4", "2024 Q1", "2024 Q2 (not over)"]
    assert plotted(chart).data[0].y.tolist() == [12, 20, 0]
    assert chart.alt == (
        "Failures found by quarter, as at 30 May 2024, from 2023 Q4 to 2024 Q2 (not over): the most in 2024 Q1 (20), the "
        "least in 2024 Q2 (not over) (0)."
    )


def test_a_share_of_nothing_is_a_gap_and_not_a_zero():
    shares = QUARTERS.with_columns(
        value=pl.Series([0.6, 0.5, None]), low=pl.Series([0.4, 0.3, None]), high=pl.Series([0.8, 0.7, None])
    )
    chart = periods(spoken(metric("share_with_harm"), USUAL_WORDS), shares, QUARTER, MAY, LIGHT)
    line = plotted(chart).data[0]
    assert line.y[:2].tolist() == [0.6, 0.5]
    assert np.isnan(line.y[2])
    assert line.error_y.array[:2].tolist() == [0.8 - 0.6, 0.7 - 0.5]
    assert "the least in 2024 Q1 (50.0%)" in chart.alt


RATES = pl.DataFrame({
    "week_on": [D(2024, 1, 1), D(2024, 1, 8), D(2024, 1, 15)], "done": [8, 0, 11], "days": [4, 0, 5], "rate": [2.0, None, 2.2],
})  # fmt: skip


def test_a_week_without_work_is_a_gap_and_not_a_nought():
    chart = pace("Pace", RATES, LIGHT, unit="done a day", columns={"done": "Done", "days": "Days"})
    (trace,) = plotted(chart).data
    assert math.isnan(trace.y[1])
    assert [round(float(value), 1) for value in (trace.y[0], trace.y[2])] == [2.0, 2.2]
    assert chart.table.rows()[2] == ("15 Jan 2024", 11, 5, 2.2)
    assert chart.alt == (
        "Pace: the most, 2.2 done a day, in the week of 15 January 2024; 2.2 in the last, the week of "
        "15 January 2024."
    )


def test_no_week_yet_is_said():
    chart = pace("Pace", RATES.clear(), LIGHT, unit="done a day", columns={})
    assert chart.alt == "Pace: no week has any yet."


def test_the_last_week_alone_bears_its_number():
    (trace,) = plotted(pace("Pace", RATES, LIGHT, unit="done a day", columns={})).data
    assert list(trace.text) == ["", "", "<b>2.2</b>"]


def test_events_are_marked_and_the_axis_has_room_for_the_whole_weeks():
    events = [Event(D(2024, 1, 10), "Statement", 1, "release"), Event(D(2024, 2, 10), "Later", 2, "release")]
    figure = plotted(pace("Pace", RATES, LIGHT, unit="done a day", columns={}, events=events))
    assert [note.hovertext for note in figure.layout.annotations] == ["10 Jan 2024: Statement"]
    assert figure.layout.xaxis.range == ("2023-12-28", "2024-01-19")


WEEKS = pl.DataFrame(
    {"week": [dt.date(2024, 1, 1), dt.date(2024, 1, 8)], "Received": [5, 23], "Answered": [4, 0]}
)


def by_week():
    return turnover("By week", WEEKS, LIGHT, unit="enquiries")


def test_each_week_has_a_column_for_what_came_and_one_for_what_was_done():
    received, answered = plotted(by_week()).data
    assert (received.name, list(received.y)) == ("Received", [5, 23])
    assert (answered.name, list(answered.y)) == ("Answered", [4, 0])
    assert (received.marker.color, answered.marker.color) == (LIGHT.other, LIGHT.series[0])


def test_the_columns_are_named_above_the_picture_and_not_in_a_legend():
    layout = plotted(by_week()).layout
    assert layout.showlegend is False
    assert [name in layout.annotations[0].text for name in ("Received", "Answered")] == [True, True]


def test_the_words_say_both_sums_and_the_table_has_every_week_latest_first():
    chart = by_week()
    assert chart.alt == (
        "By week, from 1 January 2024 to 8 January 2024, in enquiries: Received 28 and Answered 4."
    )
    assert chart.table.rows() == [("8 Jan 2024", 23, 0), ("1 Jan 2024", 5, 4)]
    assert chart.table.columns == ["Week of", "Received", "Answered"]
