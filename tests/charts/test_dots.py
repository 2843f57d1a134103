import datetime as dt
from types import SimpleNamespace

import polars as pl
import pytest

from charts.dots import MOST, dots, sentence, team_rates
from charts.palette import LIGHT
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.chance.groups import GroupRates
from metrics.chance.groups import group_rates as placed
from metrics.dimensions import AREA
from tests.metrics.chance.test_groups import AREAS, RATE, areas

DAY = dt.date(2024, 1, 11)


def result(*rows):
    """rows: area, numerator, denominator."""
    columns = {"area": pl.String, "numerator": pl.Int64, "denominator": pl.Int64}
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    share = pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator"))
    return frame.with_columns(value=share, low=share / 2, high=share * 2)


ROWS = result(("north", 1, 100), ("east", 8, 100), ("nowhere", 0, 0))


def drawn(rows=ROWS, groups=None):
    return dots(metric("failure_rate"), rows, groups, AREA, clocks=Clocks(DAY, DAY), palette=LIGHT)


@pytest.fixture
def groups():
    points = ROWS.with_columns(odd=pl.Series([None, "higher", None]))
    return SimpleNamespace(points=points, rate=0.045, outcome="some differ", spec=GroupRates)


def test_each_group_is_a_dot_with_its_interval_the_highest_share_first():
    (trace,) = drawn().figure.data
    assert list(trace.y) == ["east", "north"]
    assert list(trace.x) == [0.08, 0.01]
    assert trace.error_x.array.tolist() == pytest.approx([0.08, 0.01])
    assert trace.error_x.arrayminus.tolist() == pytest.approx([0.04, 0.005])


def test_beside_each_dot_stands_its_share_and_what_it_is_of():
    assert [note.text for note in drawn().figure.layout.annotations] == [
        "<b>8.00%</b> 8 of 100", "<b>1.00%</b> 1 of 100",
    ]  # fmt: skip


def test_a_group_of_nothing_is_not_drawn_and_is_in_the_table():
    chart = drawn()
    assert chart.labels == ("east", "north")
    assert chart.table["Area"].to_list() == ["north", "east", "nowhere"]


def test_none_is_marked_where_nothing_is_known_of_chance():
    (trace,) = drawn().figure.data
    assert set(trace.marker.symbol) == {"circle"}
    assert set(trace.marker.color) == {LIGHT.other}


def test_one_that_chance_does_not_explain_has_another_colour_and_another_form(groups, monkeypatch):
    monkeypatch.setattr("charts.dots.sentence", lambda *_: "East differs.")
    chart = drawn(groups=groups)
    (trace,) = chart.figure.data
    assert list(trace.marker.symbol) == ["diamond", "circle"]
    assert list(trace.marker.color) == [LIGHT.mark, LIGHT.other]
    assert chart.alt.endswith("East differs.")
    assert "all 4.50%" in [note.text for note in chart.figure.layout.annotations]


def test_a_dot_at_nought_is_drawn_whole():
    low, _ = drawn(result(("north", 0, 9), ("east", 0, 8))).figure.layout.xaxis.range
    assert low < 0


def test_past_24_groups_the_lowest_are_in_the_table_alone():
    many = result(*((f"area {number:02}", number, 1_000) for number in range(30)))
    chart = drawn(many)
    assert len(chart.figure.data[0].y) == MOST
    assert chart.table.height == 30


TEAMS = pl.DataFrame({
    "team": ["one", "<b>two"], "done": [10, 4], "weeks": [2.5, 2.0], "rate": [4.0, 2.0],
    "low": [1.92, 0.54], "high": [7.36, 5.12],
})  # fmt: skip


def teams():
    return team_rates("Rates", TEAMS, LIGHT, done="Done", worked="Weeks", unit="done a week")


def test_a_rate_has_its_interval_in_the_picture_the_words_and_the_table():
    (trace,) = teams().figure.data
    assert (trace.mode, list(trace.x)) == ("markers", [4.0, 2.0])
    assert list(trace.error_x.array) == pytest.approx([3.36, 3.12])
    assert list(trace.error_x.arrayminus) == pytest.approx([2.08, 1.46])
    assert teams().alt == "Rates, in done a week: one 4.00 (1.92 to 7.36) and <b>two 2.00 (0.54 to 5.12)."
    assert teams().table.rows()[0] == ("one", 10, 2.5, 4.0, "1.92 to 7.36")


def test_teams_stay_in_their_order_and_their_names_are_no_markup():
    (trace,) = teams().figure.data
    assert list(trace.y) == ["one", "&lt;b&gt;two"]
    assert teams().labels == ("one", "<b>two")


def test_the_rate_of_all_teams_is_a_line():
    figure = teams().figure
    (line,) = figure.layout.shapes
    assert line.x0 == pytest.approx(14 / 4.5)
    assert figure.layout.annotations[-1].text == "all 3.11"
    assert [note.text for note in figure.layout.annotations[:2]] == ["<b>4.00</b>", "<b>2.00</b>"]


FOUND, TITLE = placed(AREAS, RATE), metric("failure_rate").title


def test_the_sentence_says_who_differs_and_that_chance_explains_the_rest():
    assert sentence(FOUND, AREA, TITLE) == (
        "East's rate (3.28%) is higher than chance explains. Chance explains the other 5."
    )
    chart = drawn(AREAS.with_columns(low="value", high="value"), FOUND)
    assert chart.alt.endswith(sentence(FOUND, AREA, TITLE))
    alike = placed(areas(("north", 5, 500), ("east", 4, 400)), 0.01)
    assert sentence(alike, AREA, TITLE) == ("Chance explains how the failure rate differs by area.")


def test_of_too_few_no_area_is_named():
    few = placed(areas(("north", 4, 500), ("east", 0, 4_000)), 0.001)
    words = "Too few were counted to compare the failure rate by area."
    assert sentence(few, AREA, TITLE) == sentence(FOUND, AREA, TITLE, few=True) == words


def test_of_many_that_differ_three_are_named_and_the_others_counted():
    many = placed(areas(*[(f"area {number}", 90 if number < 5 else 1, 100) for number in range(10)]), 0.455)
    words = sentence(many, AREA, TITLE)
    assert words.count("than chance explains") == 3
    assert f"{many.odd.height - 3} more differ: see the table." in words
