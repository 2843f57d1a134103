import datetime as dt
from types import SimpleNamespace

import polars as pl
import pytest

from charts.dots import by_period, dots, sentence, team_rates
from charts.palette import DARK, LIGHT
from data.terms import USUAL_WORDS
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.chance.groups import GroupRates
from metrics.chance.groups import group_rates as placed
from metrics.dimensions import AREA
from metrics.metric import spoken
from metrics.rates import limits, rates
from tests.charts.reading import plotted
from tests.metrics.chance.test_groups import AREAS, RATE, areas
from tests.metrics.world import D

DAY = dt.date(2024, 1, 11)


def result(*rows):
    """rows: area, numerator, denominator."""
    columns = {"area": pl.String, "numerator": pl.Int64, "denominator": pl.Int64}
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    share = pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator"))
    return frame.with_columns(value=share, low=share / 2, high=share * 2)


ROWS = result(("north", 1, 100), ("east", 8, 100), ("nowhere", 0, 0))


def drawn(rows=ROWS, groups=None):
    return dots(
        spoken(metric("failure_rate"), USUAL_WORDS),
        rows,
        groups,
        AREA,
        clocks=Clocks(DAY, DAY),
        palette=LIGHT,
    )


@pytest.fixture
def groups():
    points = ROWS.with_columns(odd=pl.Series([None, "higher", None]))
    return SimpleNamespace(points=points, rate=0.045, outcome="some differ", spec=GroupRates)


def test_each_group_is_a_dot_with_its_interval_the_highest_share_first():
    (trace,) = plotted(drawn()).data
    assert list(trace.y) == ["east", "north"]
    assert list(trace.x) == [0.08, 0.01]
    assert trace.error_x.array.tolist() == pytest.approx([0.08, 0.01])
    assert trace.error_x.arrayminus.tolist() == pytest.approx([0.04, 0.005])


def test_beside_each_dot_stands_its_share_and_what_it_is_of():
    assert [note.text for note in plotted(drawn()).layout.annotations] == [
        "<b>8.00%</b> 8 of 100", "<b>1.00%</b> 1 of 100",
    ]  # fmt: skip


def test_a_group_of_nothing_is_not_drawn_and_is_in_the_table():
    chart = drawn()
    assert chart.labels == ("east", "north")
    assert chart.table["Area"].to_list() == ["north", "east", "nowhere"]


def test_none_is_marked_where_nothing_is_known_of_chance():
    (trace,) = plotted(drawn()).data
    assert set(trace.marker.symbol) == {"circle"}
    assert set(trace.marker.color) == {LIGHT.other}


def test_one_that_chance_does_not_explain_has_another_colour_and_another_form(groups, monkeypatch):
    monkeypatch.setattr("charts.dots.sentence", lambda *_: "East differs.")
    chart = drawn(groups=groups)
    (trace,) = plotted(chart).data
    assert list(trace.marker.symbol) == ["diamond", "circle"]
    assert list(trace.marker.color) == [LIGHT.mark, LIGHT.other]
    assert chart.alt.endswith("East differs.")
    assert "all 4.50%" in [note.text for note in plotted(chart).layout.annotations]


def test_a_dot_at_nought_is_drawn_whole():
    low, _ = plotted(drawn(result(("north", 0, 9), ("east", 0, 8)))).layout.xaxis.range
    assert low < 0


TEAMS = pl.DataFrame({
    "team": ["one", "<b>two"], "done": [10, 4], "weeks": [2.5, 2.0], "rate": [4.0, 2.0],
    "low": [1.92, 0.54], "high": [7.36, 5.12],
})  # fmt: skip


def teams():
    return team_rates("Rates", TEAMS, LIGHT, done="Done", worked="Weeks", unit="done a week")


def test_a_rate_has_its_interval_in_the_picture_the_words_and_the_table():
    (trace,) = plotted(teams()).data
    assert (trace.mode, list(trace.x)) == ("markers", [4.0, 2.0])
    assert list(trace.error_x.array) == pytest.approx([3.36, 3.12])
    assert list(trace.error_x.arrayminus) == pytest.approx([2.08, 1.46])
    assert teams().alt == "Rates, in done a week: one 4.00 (1.92 to 7.36) and <b>two 2.00 (0.54 to 5.12)."
    assert teams().table.rows()[0] == ("one", 10, 2.5, 4.0, "1.92 to 7.36")


def test_teams_stay_in_their_order_and_their_names_are_no_markup():
    (trace,) = plotted(teams()).data
    assert list(trace.y) == ["one", "&lt;b&gt;two"]
    assert teams().labels == ("one", "<b>two")


def test_the_rate_of_all_teams_is_a_line():
    figure = plotted(teams())
    (line,) = figure.layout.shapes
    assert line.x0 == pytest.approx(14 / 4.5)
    assert figure.layout.annotations[-1].text == "all 3.11"
    assert [note.text for note in figure.layout.annotations[:2]] == ["<b>4.00</b>", "<b>2.00</b>"]


FOUND, TITLE = placed(AREAS, RATE), spoken(metric("failure_rate"), USUAL_WORDS).title


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
    points = plotted(chart).data[0]
    shown = RATES.drop_nulls("value")
    assert points.y.tolist() == pytest.approx(shown["value"].to_list())
    assert (points.y + points.error_y.array).tolist() == pytest.approx(shown["high"].to_list())
    assert (points.y - points.error_y.arrayminus).tolist() == pytest.approx(shown["low"].to_list())
    assert [day.astype("datetime64[D]").astype(object).month for day in points.x] == [10, 11, 1]
    assert points.hovertext[0] == "Oct 2023: 18.8%, 3 of 16<br>95% interval 6.59% to 43.0%"


def test_the_share_of_all_is_a_dashed_line_with_its_words():
    figure = plotted(by_period("The rate", RATES, 25 / 254, LIGHT))
    (line,) = [shape for shape in figure.layout.shapes if shape.type == "line"]
    assert (line.y0, line.y1, line.line.dash) == (25 / 254, 25 / 254, "dash")
    assert [note.text for note in figure.layout.annotations] == ["all<br><b>9.84%</b>"]
    assert "line" not in [
        shape.type for shape in plotted(by_period("The rate", RATES, None, LIGHT)).layout.shapes
    ]


def test_a_month_that_is_not_over_is_hollow_and_says_so():
    chart = by_period("The rate", RATES, None, LIGHT)
    assert list(plotted(chart).data[0].marker.symbol) == ["circle", "circle", "circle-open"]
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
    steps = [trace for trace in plotted(chart).data if trace.line.shape == "hvh"]
    assert control is not None
    assert steps[-1].y.tolist() == pytest.approx(control.points["upper"].to_list())
    points, words = plotted(chart).data[-2:]
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
    low, top = plotted(by_period("The rate", wide, 0.03, LIGHT)).layout.yaxis.range
    assert low == 0
    assert 0.04 < top < wide["high"].max()
    every = monthly((4, 4), (5, 5))
    assert plotted(by_period("The rate", every, 1.0, LIGHT)).layout.yaxis.range[1] >= 1


@pytest.mark.parametrize("counts", [(), ((0, 0),), ((0, 0), (1, 0))], ids=str)
def test_no_share_at_all_is_said_and_drawn_as_nothing(counts):
    chart = by_period("The rate", monthly(*counts), None, DARK)
    assert chart.alt == "The rate: no period has a share yet."
    assert chart.table.height == len(counts)


def test_the_months_that_are_meant_are_lit_and_those_with_a_share_can_be_clicked():
    chart = by_period("The rate", RATES, None, LIGHT, lit=["Nov 2023"])
    assert list(plotted(chart).data[0].marker.color) == [LIGHT.other, LIGHT.series[0], LIGHT.other]
    assert chart.labels == ("Oct 2023", "Nov 2023", "Jan 2024")
