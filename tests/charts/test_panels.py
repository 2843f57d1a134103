import datetime as dt

import polars as pl
import pytest

from charts.events import Event
from charts.palette import LIGHT
from charts.panels import LINE, SPANS, panels
from tests.metrics.world import D

DAYS = [D(2024, 1, 1) + dt.timedelta(days=each) for each in range(3)]


def course(*numbers):
    return pl.DataFrame({"day": DAYS, "numerator": numbers})


WORK, PEOPLE = {"waiting": course(0, 600, 500)}, {"people": course(1, 4, 3)}
CASES = {"assessed": course(0, 90, 100), "in review": course(80, 100, 100)}


def drawn(above=WORK, below=PEOPLE, **more):
    return panels("Work and staff", above, below, LIGHT, unit="reviews and people", **more)


def test_each_panel_has_its_own_scale_from_zero_and_both_have_one_time_axis():
    figure = drawn().figure
    work, people = figure.data
    assert (work.yaxis, list(work.y)) == ("y", [0, 600, 500])
    assert (people.yaxis, list(people.y)) == ("y2", [1, 4, 3])
    layout = figure.layout
    assert (layout.yaxis.domain, layout.yaxis2.domain) == (tuple(SPANS["y"]), tuple(SPANS["y2"]))
    assert layout.yaxis.range == pytest.approx((0, 648))
    assert layout.yaxis2.range == pytest.approx((0, 4.32))
    assert layout.xaxis.range == ("2024-01-01", "2024-01-03")
    assert layout.xaxis.anchor == "y2"


def test_a_line_is_named_at_its_end_with_its_last_number():
    work, people = drawn().figure.layout.annotations
    assert (work.text, work.y, work.yref) == ("<b>500</b><br>waiting", 500, "y")
    assert (people.text, people.y, people.yref) == ("<b>3</b><br>people", 3, "y2")


def test_the_first_line_of_a_panel_is_meant_and_the_others_are_grey():
    other, meant, _ = drawn(CASES).figure.data
    assert (meant.line.color, meant.fillcolor, list(meant.y)) == (LIGHT.series[0], LIGHT.band, [0, 90, 100])
    assert (other.line.color, other.fill, list(other.y)) == (LIGHT.quiet, None, [80, 100, 100])


def test_names_of_lines_that_end_together_do_not_lie_on_each_other():
    names = [each for each in drawn(CASES).figure.layout.annotations if each.yref == "y"]
    assert {each.text for each in names} == {"<b>100</b> assessed", "<b>100</b> in review"}
    places = sorted(each.y / 108 for each in names)
    assert places[1] - places[0] == pytest.approx(LINE / 0.5)
    assert places[1] <= 1.001


def test_words_of_a_register_are_no_markup():
    names = drawn({"<b>x": course(1, 2, 3)}).figure.layout.annotations
    assert names[0].text == "<b>3</b><br>&lt;b&gt;x"


def test_events_and_holidays_are_marked_across_both_panels():
    figure = drawn(events=[Event(DAYS[1], "Statement", 1, "release")]).figure
    assert [(each.x0, each.type, each.yref) for each in figure.layout.shapes] == [
        (D(2024, 1, 1), "rect", "paper"),
        (D(2024, 1, 2), "line", "paper"),
    ]
    assert figure.layout.annotations[-1].hovertext == "2 Jan 2024: Statement"


def test_the_words_and_the_table_hold_every_line():
    chart = drawn(CASES)
    assert chart.alt == (
        "Work and staff, in reviews and people, from 1 January 2024 to 3 January 2024: assessed from 0 to 100, "
        "in review from 80 to 100 and people from 1 to 3."
    )
    assert chart.table.rows()[-1] == ("3 Jan 2024", 100, 100, 3)
    assert chart.table.columns == ["Day", "assessed", "in review", "people"]


def test_a_day_of_nothing_can_be_drawn():
    none = {"waiting": course(0, 0, 0).head(1)}
    figure = drawn(none, none).figure
    assert figure.layout.yaxis.range == (0, 1)
    assert [each.text for each in figure.layout.annotations] == ["<b>0</b><br>waiting"] * 2
