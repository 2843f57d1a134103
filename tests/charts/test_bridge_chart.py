import datetime as dt

import polars as pl

from charts.bridge_chart import changes, message, steps_of
from charts.palette import LIGHT
from metrics.as_at import Clocks
from metrics.bridge import Bridge, Why
from metrics.catalogue import metric

OPENING, CLOSING = Clocks.then(dt.date(2024, 1, 11)), Clocks.then(dt.date(2024, 5, 22))
GREW = Bridge(3_582, ((Why.ADDED, 197), (Why.REMOVED, -1)), 3_778)
POPULATION = metric("population")


def drawn(bridge):
    return changes(POPULATION, bridge, OPENING, CLOSING, LIGHT)


def test_the_message_tells_opening_closing_and_every_step():
    assert message(POPULATION, GREW, OPENING, CLOSING).endswith(
        ": 3,582 on 11 January 2024, 3,778 on 22 May 2024. 197 added to the register; "
        "\N{MINUS SIGN}1 removed from the register."
    )
    assert drawn(GREW).alt == message(POPULATION, GREW, OPENING, CLOSING)


def test_the_table_adds_up_from_opening_to_closing():
    lines = steps_of(GREW, OPENING, CLOSING)
    assert lines.rows() == [
        ("As at 11 January 2024", 3_582),
        ("Added to the register", 197),
        ("Removed from the register", -1),
        ("As at 22 May 2024", 3_778),
    ]
    assert drawn(GREW).table.equals(lines)


def test_bars_begin_at_none_and_are_as_long_as_the_steps():
    (bar,) = drawn(GREW).figure.data
    assert list(bar.x) == [197, -1]
    assert list(bar.text) == ["+197", "\N{MINUS SIGN}1"]
    low, high = drawn(GREW).figure.layout.xaxis.range
    assert low < -1
    assert high > 197


def test_a_reason_that_both_adds_and_takes_away_has_two_bars():
    both = Bridge(45, ((Why.SINCE, 4), (Why.SINCE, -2)), 47)
    assert list(drawn(both).figure.data[0].y) == [0, 1]


def test_where_nothing_changed_that_is_said():
    assert message(POPULATION, Bridge(7, (), 7), OPENING, CLOSING).endswith(
        "no change between 11 January 2024 and 22 May 2024 (7)."
    )
    assert steps_of(Bridge(7, (), 7), OPENING, CLOSING)["Number"].to_list() == [7, 7]
    assert isinstance(drawn(Bridge(7, (), 7)).table, pl.DataFrame)
