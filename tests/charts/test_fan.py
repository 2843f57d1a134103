import datetime as dt

import polars as pl

from charts.events import Event
from charts.fan import bounds, fan
from charts.palette import DARK, LIGHT
from data.terms import USUAL_WORDS, Case, Stages, words_of
from metrics.chance.bounds import bound, growing
from tests.charts.reading import plotted
from tests.metrics.world import D

DAYS = [D(2024, 1, 1) + dt.timedelta(days=number) for number in range(5)]
REMAINED = pl.DataFrame({"day": DAYS, "numerator": [0, 9, 8, 7, 6]})
BAND = pl.DataFrame({
    "day": [D(2024, 1, 8), D(2024, 1, 9), D(2024, 1, 10)],
    "low": [3.0, 0.0, 0.0], "middle": [4.0, 2.2, 0.0], "high": [5.0, 3.0, 1.0],
})  # fmt: skip
LONG = pl.DataFrame({
    "day": [D(2024, 1, 8) + dt.timedelta(days=number) for number in range(12)],
    "low": [5.0] * 12, "middle": [5.5] * 12, "high": [6.0] * 12,
})  # fmt: skip
FINISHES = (D(2024, 1, 10), D(2024, 1, 11))
DONE = REMAINED.with_columns(numerator=pl.Series([0, 9, 8, 2, 0]))


def drawn(band=BAND, **more):
    return fan("What remains", REMAINED, band, LIGHT, unit="cases outstanding", finishes=FINISHES, **more)


def days_of(trace):
    return [str(day)[:10] for day in trace.x]


def lines_of(figure):
    """The upright lines; holidays are bands."""
    return [shape for shape in figure.layout.shapes if shape.type == "line"]


def words(figure):
    return [note.text for note in figure.layout.annotations]


def test_the_band_begins_where_the_line_ends_and_reaches_its_last_day():
    high, low, middle, line, now = plotted(drawn(promised=D(2024, 1, 12))).data
    assert list(line.y) == [0, 9, 8, 7, 6]
    for trace, last in ((high, 1), (low, 0), (middle, 0)):
        assert days_of(trace) == ["2024-01-05", "2024-01-10"]
        assert list(trace.y) == [6, last]
    assert (low.fill, low.fillcolor) == ("tonexty", LIGHT.band)
    assert (days_of(now), list(now.y)) == (["2024-01-05"], [6])


def test_the_band_has_every_fifth_working_day_and_the_last():
    high, *_ = plotted(drawn(LONG)).data
    assert days_of(high) == ["2024-01-05", "2024-01-12", "2024-01-17", "2024-01-18"]


def test_the_band_ends_a_week_after_the_last_day_named_unless_a_finish_is_far_off():
    longer = pl.concat([LONG, LONG.with_columns(pl.col("day") + dt.timedelta(days=30))])
    near, _, _, *_ = plotted(drawn(longer)).data
    far, *_ = plotted(
        fan("What remains", REMAINED, longer, LIGHT, unit="cases", finishes=(FINISHES[0], None))
    ).data
    assert days_of(near)[-1] == "2024-01-18"
    assert days_of(far)[-1] == "2024-02-18"


def test_the_days_named_are_marked_and_the_promise_alone_stands_out():
    figure = plotted(drawn(promised=D(2024, 1, 12)))
    assert [(shape.x0, shape.line.color, shape.line.dash) for shape in lines_of(figure)] == [
        ("2024-01-10", LIGHT.series[0], "dot"),
        ("2024-01-12", LIGHT.mark, "solid"),
    ]
    assert not figure.layout.showlegend
    now, named = words(figure)
    assert now == "<b>6</b> now"
    promise, even = named.split("<br>")
    assert (">Promised 12 Jan<" in promise, LIGHT.alarm in promise) == (True, True)
    assert even == "Even chance by <b>10 Jan</b>"


def test_the_words_stand_beside_the_earlier_line_where_there_is_room():
    after, before = (
        plotted(drawn()).layout.annotations[1],
        plotted(drawn(promised=DAYS[1])).layout.annotations[1],
    )
    assert (after.x, after.xanchor, after.align) == (FINISHES[0], "right", "right")
    assert (before.x, before.xanchor, before.align) == (DAYS[1], "left", "left")


def test_without_a_promise_or_a_finish_nothing_is_named():
    figure = plotted(fan("What remains", REMAINED, None, LIGHT, unit="cases"))
    assert words(figure) == ["<b>6</b> now"]
    assert not lines_of(figure)


def test_events_are_marked_on_the_days_drawn():
    events = [Event(D(2024, 1, 3), "Statement", 1, "release"), Event(D(2025, 1, 3), "Later", 2, "release")]
    figure = plotted(drawn(events=events))
    assert [(note.text, note.hovertext) for note in figure.layout.annotations if note.hovertext] == [
        ("<b>1</b>", "3 Jan 2024: Statement")
    ]


def test_the_axis_ends_with_what_is_drawn():
    assert plotted(drawn(promised=D(2024, 3, 1))).layout.xaxis.range == ("2024-01-01", "2024-03-04")
    finished = plotted(fan("What remains", DONE, None, LIGHT, unit="cases")).layout
    assert finished.xaxis.range == ("2024-01-01", "2024-01-08")


def test_the_message_has_the_days_and_numbers_of_the_picture():
    assert drawn(promised=D(2024, 1, 12)).alt == (
        "What remains, in cases outstanding: 9 at the most, on 2 January 2024; 6 on 5 January 2024; even chance "
        "of none left by 10 January 2024, nine in ten by 11 January 2024; promised by 12 January 2024."
    )
    late = fan("What remains", REMAINED, BAND, DARK, unit="cases", finishes=(D(2024, 1, 10), None))
    assert "nine in ten only in over a year" in late.alt


def test_the_table_has_what_was_and_what_will_be_on_every_working_day():
    table = drawn().table
    assert table.columns == ["Day", "Outstanding", "10% chance: at most", "Even chance: at most", "90% chance: at most"]  # fmt: skip
    assert table.rows()[4] == ("5 Jan 2024", 6, None, None, None)
    assert table.rows()[6] == ("9 Jan 2024", None, 0, 2, 3)


def test_what_is_finished_has_no_band_and_is_labelled_at_its_most():
    chart = fan("What remains", DONE, None, LIGHT, unit="cases")
    line, top = plotted(chart).data
    assert list(line.y) == [0, 9, 8, 2, 0]
    assert (days_of(top), list(top.y)) == (["2024-01-02"], [9])
    assert words(plotted(chart)) == ["<b>9</b> on 2 Jan 2024"]
    assert chart.table.columns == ["Day", "Outstanding"]


def test_the_curve_says_what_its_table_says_and_marks_the_sample_there_is():
    own = bound(0, 300, 2954)
    chart = bounds(own, growing(own, 280), USUAL_WORDS, LIGHT)
    rows = dict(chart.table.select("Applications checked", "Most failures still possible").rows())
    assert rows[300] == 27
    line, mark = plotted(chart).data
    assert dict(zip(line.x.tolist(), line.y.tolist(), strict=True)).items() <= rows.items()
    assert (mark.x[0], mark.y[0]) == (300, 27)
    assert "the 300 checked so far leave up to 27" in chart.alt
    assert list(line.y) == sorted(line.y, reverse=True)


def test_without_a_sample_the_curve_stands_alone():
    own = bound(0, 0, 40)
    chart = bounds(own, growing(own, 20), words_of(Case(one="complaint", many="complaints"), Stages()), LIGHT)
    assert len(plotted(chart).data) == 1
    assert "so far" not in chart.alt
