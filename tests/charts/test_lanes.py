import polars as pl

from charts.events import Event
from charts.lanes import lanes
from charts.palette import LIGHT
from tests.metrics.world import D

AS_AT = D(2024, 2, 1)
ROWS = pl.DataFrame(
    [
        ("R-1", D(2024, 1, 1), "referred"),
        ("R-1", D(2024, 1, 4), "under investigation"),
        ("R-2", D(2024, 1, 5), "referred"),
    ],
    schema=["matter", "day", "status"],
    orient="row",
)


def drawn(rows=ROWS, **more):
    return lanes("Open referrals", rows, AS_AT, LIGHT, **more)


def test_each_matter_has_its_events_and_its_time_since_the_last():
    quiet, events, still, one = drawn().figure.data
    assert (list(quiet.y), list(quiet.x)) == (["R-1", "R-1"], [D(2024, 1, 4), AS_AT])
    assert (list(events.y), list(events.x)) == (["R-1", "R-1"], [D(2024, 1, 1), D(2024, 1, 4)])
    assert list(events.text) == ["referred", "under investigation"]
    assert list(still.x) == [D(2024, 1, 5), AS_AT]
    assert list(one.text) == ["referred"]


def test_28_days_without_an_event_stand_out_and_27_do_not():
    quiet, _, still, _ = drawn().figure.data
    assert (quiet.line.color, quiet.line.dash) == (LIGHT.mark, "dot")
    assert still.line.color == LIGHT.other
    (note,) = drawn().figure.layout.annotations
    assert (note.text, note.y, note.font.color) == ("<b>28 d</b> quiet", "R-1", LIGHT.alarm)


def test_the_words_and_the_table_hold_every_matter_and_event():
    assert drawn().alt == (
        "Open referrals, as at 1 February 2024: R-1 under investigation, last event 28 days ago; "
        "R-2 referred, last event 27 days ago."
    )
    assert drawn().table.rows() == [
        ("R-1", "1 Jan 2024", "referred"),
        ("R-1", "4 Jan 2024", "under investigation"),
        ("R-2", "5 Jan 2024", "referred"),
    ]


def test_the_axis_begins_before_the_first_event_and_ends_with_the_day():
    begins, ends = drawn().figure.layout.xaxis.range
    assert begins == "2023-12-30"
    assert ends == "2024-02-01"


def test_words_of_a_register_are_no_markup():
    rows = ROWS.head(1).with_columns(matter=pl.lit("<b>x</b>"), status=pl.lit("<i>"))
    _, events = drawn(rows).figure.data
    assert (list(events.y), list(events.text)) == (["&lt;b&gt;x&lt;/b&gt;"], ["&lt;i&gt;"])


def test_many_matters_make_a_higher_picture():
    many = pl.concat([ROWS.head(1).with_columns(matter=pl.lit(f"R-{each}")) for each in range(8)])
    assert (drawn().figure.layout.height, drawn(many).figure.layout.height) == (240, 348)


def test_events_of_the_review_are_marked():
    figure = drawn(events=[Event(D(2024, 1, 10), "Statement", 1, "release")]).figure
    assert [each.hovertext for each in figure.layout.annotations if each.hovertext] == [
        "10 Jan 2024: Statement"
    ]
