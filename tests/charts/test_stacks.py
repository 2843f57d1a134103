import datetime as dt

import polars as pl

from charts.events import Event
from charts.palette import LIGHT
from charts.stacks import areas, multiples

DAYS = [dt.date(2024, 1, 11) + dt.timedelta(days=each) for each in range(3)]
COUNTS = pl.DataFrame({"day": DAYS, "reached": [1, 2, 5], "waiting": [4, 3, 0]})
KINDS = ("reached", "unable", "waiting")


def drawn(kinds=KINDS):
    return areas("People", COUNTS, LIGHT, kinds=kinds, unit="people")


def test_each_part_is_a_step_on_the_one_below_with_its_counts_on_even_days():
    figure = drawn().figure
    assert [(line.name, list(line.y), line.x0, line.dx) for line in figure.data] == [
        ("reached", [1, 2, 5], "2024-01-11", 86_400_000),
        ("waiting", [4, 3, 0], "2024-01-11", 86_400_000),
    ]
    assert {(line.stackgroup, line.line.shape) for line in figure.data} == {("one", "hv")}


def test_a_part_keeps_its_colour_whichever_others_there_are():
    assert [line.fillcolor for line in drawn().figure.data] == [LIGHT.series[0], LIGHT.series[2]]


def test_past_the_colours_of_the_palette_a_part_is_hatched():
    many = ("a", "b", "c", "d", "e", "reached", "waiting")
    reached, waiting = drawn(many).figure.data
    assert reached.fillpattern.shape is None
    assert (waiting.fillcolor, waiting.fillpattern.shape) == (LIGHT.series[0], "/")


def test_the_text_alternative_says_where_each_part_began_and_ended():
    assert drawn().alt == (
        "People, in people, from 11 January 2024 to 13 January 2024: reached from 1 to 5 and waiting from 4 to 0."
    )


def test_the_table_has_every_day_and_part():
    assert drawn().table.rows() == [
        ("11 Jan 2024", 1, 4), ("12 Jan 2024", 2, 3), ("13 Jan 2024", 5, 0),
    ]  # fmt: skip
    assert drawn().table.columns == ["Day", "reached", "waiting"]


def test_each_part_is_named_at_its_end_with_its_colour_and_last_count():
    notes = [note.text for note in drawn().figure.layout.annotations]
    assert notes == [
        f'<span style="color:{LIGHT.series[0]}">■</span> <b>5</b> reached',
        f'<span style="color:{LIGHT.series[2]}">■</span> <b>0</b> waiting',
    ]
    assert drawn().figure.layout.showlegend is False


def panels(**how):
    return multiples("People", COUNTS, LIGHT, unit="people", **how)


def test_in_small_panels_each_part_has_axes_of_its_own_that_all_reach_as_far():
    figure = panels().figure
    assert [(line.name, list(line.y), line.xaxis, line.yaxis) for line in figure.data] == [
        ("reached", [1, 2, 5], "x", "y"),
        ("waiting", [4, 3, 0], "x2", "y2"),
    ]
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]
    assert [note.text for note in figure.layout.annotations] == ["<b>5</b> reached", "<b>0</b> waiting"]


def test_a_part_that_is_meant_has_the_colour_of_the_series():
    colours = [line.line.color for line in panels(meant=["waiting"]).figure.data]
    assert colours == [LIGHT.quiet, LIGHT.series[0]]


def test_an_event_is_marked_in_every_panel():
    figure = panels(events=[Event(DAYS[1], "Statement", 1, "release")]).figure
    assert [shape.xref for shape in figure.layout.shapes] == ["x", "x2"]


def test_small_panels_say_and_list_what_stacked_steps_do():
    assert panels().alt == drawn().alt
    assert panels().table.equals(drawn().table)
