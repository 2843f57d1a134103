import datetime as dt

import polars as pl

from charts.palette import LIGHT
from charts.stacks import areas, areas_table

DAYS = [dt.date(2024, 1, 11) + dt.timedelta(days=each) for each in range(3)]
COUNTS = pl.DataFrame({"day": DAYS, "reached": [1, 2, 5], "waiting": [4, 3, 0]})
KINDS = ("reached", "unable", "waiting")


def drawn(kinds=KINDS):
    return areas("People", COUNTS, ["reached", "waiting"], LIGHT, kinds=kinds, unit="people")


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
    assert areas_table(COUNTS, ["reached", "waiting"]).rows() == [
        ("11 Jan 2024", 1, 4), ("12 Jan 2024", 2, 3), ("13 Jan 2024", 5, 0),
    ]  # fmt: skip
    assert drawn().table.equals(areas_table(COUNTS, ["reached", "waiting"]))
