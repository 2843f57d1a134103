"""What happened stands on a chart over time as numbered squares, hairlines and bands."""

import datetime as dt
from itertools import pairwise

import plotly.graph_objects as go

from charts.chart import Canvas
from charts.events import Event, bands, mark
from charts.palette import DARK, LIGHT

FIRST, LAST = dt.date(2024, 1, 1), dt.date(2024, 4, 10)  # 100 days


def event(number, days, words="Something happened"):
    return Event(FIRST + dt.timedelta(days=days), words, number, "note")


def hairlines(canvas):
    return [shape for shape in canvas.shapes if shape["type"] == "line"]


def marked(*events, palette=LIGHT):
    canvas = Canvas(palette)
    mark(canvas, events, FIRST, LAST)
    return canvas


def squares(canvas):
    return [note["text"] for note in canvas.notes]


def test_each_event_has_a_hairline_below_the_lines_and_its_number_above_the_plot():
    canvas = marked(event(1, 10), event(2, 50))
    assert squares(canvas) == ["<b>1</b>", "<b>2</b>"]
    assert [
        (shape["x0"], shape["x1"], shape["layer"], shape["line"]["dash"]) for shape in hairlines(canvas)
    ] == [
        (dt.date(2024, 1, 11), dt.date(2024, 1, 11), "below", "dot"),
        (dt.date(2024, 2, 20), dt.date(2024, 2, 20), "below", "dot"),
    ]
    square = canvas.notes[0]
    assert (square["x"], square["y"], square["yref"], square["yanchor"]) == (
        dt.date(2024, 1, 11),
        1,
        "paper",
        "bottom",
    )


def test_a_square_is_told_from_its_number_in_both_themes():
    for palette in (LIGHT, DARK):
        (square,) = marked(event(1, 10), palette=palette).notes
        assert (square["bgcolor"], square["font"]["color"], square["font"]["size"]) == (
            palette.quiet,
            palette.background,
            11,
        )


def test_what_happened_is_told_on_hover_as_words():
    (square,) = marked(event(1, 10, "<b>Team</b> & a <a href='x'>link</a>")).notes
    assert (
        square["hovertext"] == "11 Jan 2024: &lt;b&gt;Team&lt;/b&gt; &amp; a &lt;a href='x'&gt;link&lt;/a&gt;"
    )


def test_only_what_happened_on_the_days_of_the_chart_is_marked():
    canvas = marked(event(1, -1), event(2, 0), event(3, 100), event(4, 101))
    assert squares(canvas) == ["<b>2</b>", "<b>3</b>"]
    assert len(hairlines(canvas)) == 2
    assert marked().notes == []


def test_squares_that_would_overlap_are_one_that_tells_all_of_them():
    canvas = marked(
        event(1, 10), event(2, 20, "First"), event(3, 21, "Second"), event(4, 21, "Third"), event(5, 40)
    )
    assert squares(canvas) == ["<b>1</b>", "<b>2-4</b>", "<b>5</b>"]
    assert canvas.notes[1]["hovertext"] == "21 Jan 2024: First<br>22 Jan 2024: Second<br>22 Jan 2024: Third"
    # A line for each day.
    assert len(hairlines(canvas)) == 4


def test_numbers_that_do_not_follow_one_another_are_listed():
    assert squares(marked(event(2, 20), event(5, 21))) == ["<b>2,5</b>"]


def test_squares_never_stand_on_one_another_however_many_there_are():
    canvas = marked(*(event(number, number) for number in range(1, 91)))
    places = [(note["x"] - FIRST).days / 100 for note in canvas.notes]
    widths = [0.012 * (len(text) - len("<b></b>")) for text in squares(canvas)]
    ends = [(place - width / 2, place + width / 2) for place, width in zip(places, widths, strict=True)]
    assert all(one[1] <= other[0] for one, other in pairwise(ends))


def test_a_chart_of_one_day_is_marked_too():
    canvas = Canvas(LIGHT)
    mark(canvas, [Event(FIRST, "First", 1, "note"), Event(FIRST, "Second", 2, "release")], FIRST, FIRST)
    assert squares(canvas) == ["<b>1-2</b>"]


def test_days_off_are_shaded_from_their_first_to_the_end_of_their_last_as_far_as_the_chart_goes():
    canvas, day = Canvas(LIGHT), dt.timedelta(days=1)
    stretches = [
        (FIRST - 9 * day, FIRST - day),
        (FIRST - day, FIRST),
        (FIRST + 10 * day, FIRST + 12 * day),
        (LAST - day, LAST + day),
        (LAST + day, LAST + 3 * day),
    ]
    bands(canvas, stretches, FIRST, LAST)
    assert [(shape["x0"], shape["x1"]) for shape in canvas.shapes] == [
        (FIRST, FIRST + day),
        (FIRST + 10 * day, FIRST + 13 * day),
        (LAST - day, LAST),
    ]
    assert {(shape["type"], shape["layer"], shape["fillcolor"]) for shape in canvas.shapes} == {
        ("rect", "below", LIGHT.grid)
    }


def test_plotly_takes_what_is_marked():
    canvas = marked(event(1, 10))
    bands(canvas, [(FIRST, FIRST)], FIRST, LAST)
    figure = go.Figure(canvas.figure(240, {}, {"type": "date"}, {}))
    assert [shape.type for shape in figure.layout.shapes].count("line") == 1
    assert len(figure.layout.annotations) == 1


def test_a_square_on_the_last_day_stays_left_of_the_name_at_the_end_of_a_line():
    middle, last = (
        marked(event(1, (day - FIRST).days)).notes[0] for day in (FIRST + (LAST - FIRST) / 2, LAST)
    )
    assert (middle["xanchor"], last["xanchor"]) == ("center", "right")
