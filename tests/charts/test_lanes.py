import datetime as dt

import polars as pl

from charts.events import Event
from charts.lanes import SILENT, lanes
from charts.palette import LIGHT
from tests.charts.reading import plotted

AS_AT = dt.date(2024, 2, 10)
ROWS = pl.DataFrame(
    [
        ("R-1", dt.date(2024, 1, 1), "referred"),
        ("R-1", dt.date(2024, 1, 5), "being assessed"),
        ("R-2", dt.date(2023, 10, 1), "referred"),
        ("R-2", dt.date(2023, 12, 1), "under investigation"),
        ("R-2", dt.date(2024, 2, 1), "closed"),
        ("R-<3>", dt.date(2024, 2, 1), "referred"),
    ],
    schema=["matter", "day", "status"],
    orient="row",
)


def drawn(rows=ROWS, **how):
    return lanes("Lives", rows, AS_AT, LIGHT, **how)


def spans(trace):
    """Pairs of days between which a trace draws a line, each with its lane."""
    places = list(zip(trace.x, trace.y, strict=True))
    return [(places[n][0], places[n + 1][0], places[n][1]) for n in range(0, len(places), 3)]


def test_a_lane_is_solid_between_events_and_dotted_where_none_came_for_28_days():
    active, quiet, now = plotted(drawn()).data[:3]
    assert [trace.line.dash for trace in (active, quiet, now)] == ["solid", "dot", "dot"]
    assert spans(active) == [
        (dt.date(2024, 1, 1), dt.date(2024, 1, 5), "R-1"),
        (dt.date(2024, 2, 1), AS_AT, "R-&lt;3&gt;"),
    ]
    assert spans(quiet) == [
        (dt.date(2023, 10, 1), dt.date(2023, 12, 1), "R-2"),
        (dt.date(2023, 12, 1), dt.date(2024, 2, 1), "R-2"),
    ]
    assert spans(now) == [(dt.date(2024, 1, 5), AS_AT, "R-1")]
    assert now.line.color == LIGHT.mark


def test_only_one_that_is_open_and_quiet_now_is_marked_in_words():
    notes = [note.text for note in plotted(drawn()).layout.annotations]
    assert notes == ["<b>36 d</b> quiet"]


def test_each_status_is_written_on_its_stretch_and_hidden_where_it_has_no_room():
    figure = plotted(drawn())
    words = figure.data[3]
    assert list(words.text) == ROWS["status"].to_list()
    assert list(words.base)[:2] == ["2024-01-01", "2024-01-05"]
    assert list(words.x)[:2] == [4 * 86_400_000, 36 * 86_400_000]
    assert figure.layout.uniformtext.mode == "hide"


def test_an_end_is_a_filled_square_and_every_other_event_an_open_circle():
    marks = plotted(drawn()).data[4]
    assert list(marks.marker.symbol) == ["circle"] * 4 + ["square", "circle"]
    assert marks.marker.color[4] == LIGHT.series[0]


def test_what_is_written_below_a_name_makes_room_for_it():
    figure = plotted(drawn(below={"R-1": "40 days · F-1"}))
    assert list(figure.layout.yaxis.ticktext) == [
        "<b>R-1</b><br>40 days · F-1",
        "<b>R-2</b><br>",
        "<b>R-&lt;3&gt;</b><br>",
    ]
    assert figure.layout.height >= plotted(drawn()).layout.height


def test_the_table_has_each_event_and_how_long_nothing_came_after_it():
    table = drawn().table
    assert table.columns == ["Referral", "Day", "Status", SILENT]
    assert table.rows()[:2] == [
        ("R-1", "1 Jan 2024", "referred", 4),
        ("R-1", "5 Jan 2024", "being assessed", 36),
    ]
    assert table[SILENT].to_list() == [4, 36, 61, 62, None, 9]


def test_the_text_alternative_says_how_each_stands():
    assert drawn().alt == (
        "Lives, as at 10 February 2024: R-1 being assessed, last event 36 days ago; R-2 closed; "
        "R-<3> referred, last event 9 days ago."
    )
    assert drawn(ROWS.clear()).alt == "Lives: none by 10 February 2024."


def test_events_of_the_review_are_numbered_on_their_days():
    figure = plotted(drawn(events=[Event(dt.date(2024, 1, 3), "Statement", 1, "release")]))
    assert [note.text for note in figure.layout.annotations if note.hovertext] == ["<b>1</b>"]
