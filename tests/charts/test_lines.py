import base64
import datetime as dt
import itertools
import re

import polars as pl
import pytest

from charts.events import Event
from charts.lines import (
    LINE,
    MOST_POINTS,
    SPANS,
    SPARK_EDGE,
    SPARK_HEIGHT,
    SPARK_WIDTH,
    areas,
    lines,
    lines_of,
    multiples,
    panels,
    small_multiples,
    sparkline,
)
from charts.palette import DARK, LIGHT
from metrics.catalogue import metric
from metrics.evaluate import course
from tests.charts.reading import plotted
from tests.metrics.test_evaluate import build
from tests.metrics.world import BY_HAND, D

BUILT = build(BY_HAND)
DAYS = [D(2023, 10, 1) + dt.timedelta(days=number) for number in range(80)]
MONTHS = [D(2023, 10, 1), D(2023, 11, 1), D(2023, 12, 1)]


def courses(*names):
    return {name: course(metric(name), BUILT["cases"], DAYS) for name in names}


def test_a_line_has_a_point_for_each_day_and_is_labelled_at_its_end():
    by_name = courses("population", "risk_assessed")
    chart = lines("Over time", by_name, "applications", LIGHT)
    for trace, (name, numbers) in zip(plotted(chart).data, by_name.items(), strict=True):
        assert list(trace.y) == numbers["numerator"].to_list()
        assert (trace.x0, trace.dx) == ("2023-10-01", 86_400_000)
        assert trace.name == name
    words = [note.text for note in plotted(chart).layout.annotations]
    assert sorted(words) == ["<b>population 8</b>", "<b>risk_assessed 7</b>"]


def test_labels_of_lines_that_end_together_do_not_lie_on_each_other():
    by_name = courses("population")
    chart = lines(
        "Over time", {"One": by_name["population"], "Two": by_name["population"]}, "applications", LIGHT
    )
    places = [note.y for note in plotted(chart).layout.annotations]
    assert abs(places[0] - places[1]) > 0.05 * max(places)
    # Both are over the ends of the lines, none across them.
    assert min(places) == plotted(chart).data[0].y[-1]


def test_the_axis_ends_with_the_days_drawn_and_not_with_the_words():
    figure = plotted(lines("Over time", courses("population"), "applications", LIGHT))
    assert figure.layout.xaxis.range == ("2023-10-01", "2023-12-19")
    one = lines("Over time", {"One": courses("population")["population"].head(1)}, "applications", LIGHT)
    assert plotted(one).layout.xaxis.range == ("2023-10-01", "2023-10-01")


def test_events_are_marked():
    figure = plotted(
        lines(
            "Over time",
            courses("population"),
            "applications",
            LIGHT,
            [Event(D(2023, 11, 1), "Statement", 1, "release")],
        )
    )
    assert [note.hovertext for note in figure.layout.annotations if note.hovertext] == [
        "1 Nov 2023: Statement"
    ]


def test_the_text_alternative_says_from_what_to_what_and_when():
    chart = lines("Over time", courses("population"), "applications", LIGHT)
    assert chart.alt == (
        "Over time, in applications, from 1 October 2023 to 19 December 2023: population from 0 to 8."
    )


def test_the_table_holds_every_day():
    chart = lines("Over time", courses("population", "risk_assessed"), "applications", LIGHT)
    assert chart.table.height == len(DAYS)
    assert chart.table.columns == ["Day", "population", "risk_assessed"]


def test_a_course_of_one_day_can_be_drawn():
    by_name = {"population": course(metric("population"), BUILT["cases"], DAYS[:1])}
    assert list(plotted(lines("Over time", by_name, "applications", LIGHT)).data[0].y) == [0]


THREE = [D(2024, 1, 1) + dt.timedelta(days=number) for number in range(3)]


def counted(*numbers):
    return pl.DataFrame({"day": THREE, "numerator": numbers})


WORK, PEOPLE = {"waiting": counted(0, 600, 500)}, {"people": counted(1, 4, 3)}
CASES = {"assessed": counted(0, 90, 100), "in review": counted(80, 100, 100)}


def panelled(above=WORK, below=PEOPLE, **more):
    return panels("Work and staff", above, below, LIGHT, unit="reviews and people", **more)


def test_each_panel_has_its_own_scale_from_zero_and_both_have_one_time_axis():
    figure = plotted(panelled())
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
    work, people = plotted(panelled()).layout.annotations
    assert (work.text, work.y, work.yref) == ("<b>500</b><br>waiting", 500, "y")
    assert (people.text, people.y, people.yref) == ("<b>3</b><br>people", 3, "y2")


def test_the_first_line_of_a_panel_is_meant_and_the_others_are_grey():
    other, meant, _ = plotted(panelled(CASES)).data
    assert (meant.line.color, meant.fillcolor, list(meant.y)) == (LIGHT.series[0], LIGHT.band, [0, 90, 100])
    assert (other.line.color, other.fill, list(other.y)) == (LIGHT.quiet, None, [80, 100, 100])


def test_names_at_the_ends_of_lines_in_a_panel_do_not_lie_on_each_other():
    names = [note for note in plotted(panelled(CASES)).layout.annotations if note.yref == "y"]
    assert {note.text for note in names} == {"<b>100</b> assessed", "<b>100</b> in review"}
    places = sorted(note.y / 108 for note in names)
    assert places[1] - places[0] == pytest.approx(LINE / 0.5)
    assert places[1] <= 1.001


def test_words_of_a_register_are_no_markup():
    names = plotted(panelled({"<b>x": counted(1, 2, 3)})).layout.annotations
    assert names[0].text == "<b>3</b><br>&lt;b&gt;x"


def test_events_and_holidays_are_marked_across_both_panels():
    figure = plotted(panelled(events=[Event(THREE[1], "Statement", 1, "release")]))
    assert [(shape.x0, shape.type, shape.yref) for shape in figure.layout.shapes] == [
        (D(2024, 1, 1), "rect", "paper"),
        (D(2024, 1, 2), "line", "paper"),
    ]
    assert figure.layout.annotations[-1].hovertext == "2 Jan 2024: Statement"


def test_the_words_and_the_table_hold_every_line():
    chart = panelled(CASES)
    assert chart.alt == (
        "Work and staff, in reviews and people, from 1 January 2024 to 3 January 2024: assessed from 0 to 100, "
        "in review from 80 to 100 and people from 1 to 3."
    )
    assert chart.table.rows()[-1] == ("3 Jan 2024", 100, 100, 3)
    assert chart.table.columns == ["Day", "assessed", "in review", "people"]


def test_a_day_of_nothing_can_be_drawn():
    none = {"waiting": counted(0, 0, 0).head(1)}
    figure = plotted(panelled(none, none))
    assert figure.layout.yaxis.range == (0, 1)
    assert [note.text for note in figure.layout.annotations] == ["<b>0</b><br>waiting"] * 2


JANUARY = [dt.date(2024, 1, 11) + dt.timedelta(days=number) for number in range(3)]
PARTS = pl.DataFrame({"day": JANUARY, "reached": [1, 2, 5], "waiting": [4, 3, 0]})
KINDS = ("reached", "unable", "waiting")


def stacked(kinds=KINDS):
    return areas("People", PARTS, LIGHT, kinds=kinds, unit="people")


def test_each_part_is_a_step_on_the_one_below_with_its_counts_on_even_days():
    figure = plotted(stacked())
    assert [(line.name, list(line.y), line.x0, line.dx) for line in figure.data] == [
        ("reached", [1, 2, 5], "2024-01-11", 86_400_000),
        ("waiting", [4, 3, 0], "2024-01-11", 86_400_000),
    ]
    assert {(line.stackgroup, line.line.shape) for line in figure.data} == {("one", "hv")}


def test_a_part_keeps_its_colour_whichever_others_there_are():
    assert [line.fillcolor for line in plotted(stacked()).data] == [LIGHT.series[0], LIGHT.series[2]]


def test_the_text_alternative_says_where_each_part_began_and_ended():
    assert stacked().alt == (
        "People, in people, from 11 January 2024 to 13 January 2024: reached from 1 to 5 and waiting from 4 to 0."
    )


def test_the_table_has_every_day_and_part():
    assert stacked().table.rows() == [
        ("11 Jan 2024", 1, 4), ("12 Jan 2024", 2, 3), ("13 Jan 2024", 5, 0),
    ]  # fmt: skip
    assert stacked().table.columns == ["Day", "reached", "waiting"]


def test_each_part_is_named_at_its_end_with_its_colour_and_last_count():
    notes = [note.text for note in plotted(stacked()).layout.annotations]
    assert notes == [
        f'<span style="color:{LIGHT.series[0]}">■</span> <b>5</b> reached',
        f'<span style="color:{LIGHT.series[2]}">■</span> <b>0</b> waiting',
    ]
    assert plotted(stacked()).layout.showlegend is False


def small_panels(**how):
    return multiples("People", PARTS, LIGHT, unit="people", **{"meant": (), **how})


def test_in_small_panels_each_part_has_axes_of_its_own_that_all_reach_as_far():
    figure = plotted(small_panels())
    assert [(line.name, list(line.y), line.xaxis, line.yaxis) for line in figure.data] == [
        ("reached", [1, 2, 5], "x", "y"),
        ("waiting", [4, 3, 0], "x2", "y2"),
    ]
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]
    assert [note.text for note in figure.layout.annotations] == ["<b>5</b> reached", "<b>0</b> waiting"]


def test_a_part_that_is_meant_has_the_colour_of_the_series():
    colours = [line.line.color for line in plotted(small_panels(meant=["waiting"])).data]
    assert colours == [LIGHT.quiet, LIGHT.series[0]]


def test_an_event_is_marked_in_every_panel():
    figure = plotted(small_panels(events=[Event(JANUARY[1], "Statement", 1, "release")]))
    assert [shape.xref for shape in figure.layout.shapes] == ["x", "x2"]


def test_small_panels_say_and_list_what_stacked_steps_do():
    assert small_panels().alt == stacked().alt
    assert small_panels().table.equals(stacked().table)


def svg_of(values, palette=LIGHT):
    kind, text = sparkline(values, palette).split(",")
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(text).decode()


def points_of(svg):
    line = re.search(r'<polyline points="([^"]*)"', svg)[1]
    return [tuple(map(float, point.split(","))) for point in line.split()]


def test_the_course_starts_at_zero_and_reaches_from_edge_to_edge():
    assert points_of(svg_of([0, 5, 10])) == [
        (SPARK_EDGE, SPARK_HEIGHT - SPARK_EDGE),
        (SPARK_WIDTH / 2, SPARK_HEIGHT / 2),
        (SPARK_WIDTH - SPARK_EDGE, SPARK_EDGE),
    ]
    assert points_of(svg_of([5, 10]))[0] == (SPARK_EDGE, SPARK_HEIGHT / 2)


def test_the_day_is_marked_at_the_end_of_the_course():
    svg = svg_of([0, 10, 5])
    x, y = points_of(svg)[-1]
    assert f'<circle cx="{x}" cy="{y}"' in svg


def test_a_long_course_is_thinned_and_keeps_its_last_day():
    drawn = points_of(svg_of([*range(400), 1_000]))
    assert len(drawn) <= MOST_POINTS
    assert drawn[-1] == (SPARK_WIDTH - SPARK_EDGE, SPARK_EDGE)


@pytest.mark.parametrize("values", [[0, 0, 0], [0], [7]])
def test_nothing_and_one_day_can_be_drawn(values):
    assert len(points_of(svg_of(values))) == len(values)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_it_has_the_colour_of_the_theme(palette):
    assert svg_of([1, 2], palette).count(palette.series[0]) == 3


def long(**values):
    rows = [
        (month, label.replace("_", " "), value)
        for label, numbers in values.items()
        for month, value in zip(MONTHS, numbers, strict=True)
    ]
    return pl.DataFrame(
        rows, schema={"period": pl.Date, "label": pl.String, "value": pl.Float64}, orient="row"
    )


TWO = long(east=(0.1, None, 0.4), west=(0.2, 0.3, 0.5))
MANY = pl.concat(long(**{f"area {n}": (n, n + 1, 2 * n)}) for n in range(30))


def lines_in(figure):
    return {trace.name: trace for trace in figure.data}


def test_each_value_has_a_line_with_its_name_and_last_value_at_its_end():
    figure = plotted(lines_of("Shares", TWO, LIGHT, share=True, every="month"))
    assert set(lines_in(figure)) == {"east", "west"}
    assert lines_in(figure)["west"].y.tolist() == pytest.approx([0.2, 0.3, 0.5])
    assert {note.text for note in figure.layout.annotations} == {" <b>east 40.0%</b>", " west 50.0%"}
    assert {note.x for note in figure.layout.annotations} == {1}


def test_a_period_without_a_value_is_a_gap():
    line = lines_in(plotted(lines_of("Shares", TWO, LIGHT, share=True, every="month")))["east"]
    assert line.y[1] != line.y[1]
    assert not line.connectgaps
    assert line.hovertext[:2] == ("east, Oct 2023: 10.0%", "east, Nov 2023: none")


def test_the_first_line_is_in_colour_and_over_the_others_which_are_quiet():
    figure = plotted(lines_of("Shares", TWO, LIGHT, share=True, every="month"))
    coloured = [name for name, line in lines_in(figure).items() if line.line.color == LIGHT.series[0]]
    assert coloured == ["east"]
    assert figure.data[-1].name == "east"
    assert {line.line.color for line in figure.data} == {LIGHT.series[0], LIGHT.other}


def test_names_of_lines_that_end_together_lie_apart_and_within_the_chart():
    together = long(**{f"area {n}": (1, 2, 0) for n in range(6)})
    figure = plotted(lines_of("Counts", together, LIGHT, share=False, every="month"))
    top = figure.layout.yaxis.range[1]
    places = sorted(note.y / top for note in figure.layout.annotations)
    assert len(places) == 6
    assert all(later - early >= 0.07 for early, later in itertools.pairwise(places))
    assert places[0] >= 0
    assert places[-1] <= 1


def test_only_six_lines_are_drawn_and_the_others_are_in_the_table():
    chart = lines_of("Counts", MANY, LIGHT, share=False, every="month")
    assert len(plotted(chart).data) == 6
    assert chart.alt.endswith("; 24 more are in the table.")
    assert chart.table.width == 31


def test_the_words_and_the_table_have_the_numbers_of_the_lines():
    chart = lines_of("Shares", TWO, LIGHT, share=True, every="month")
    assert chart.alt == "Shares: east from 10.0% to 40.0% and west from 20.0% to 50.0%."
    assert chart.table.columns == ["Month", "east", "west"]
    assert chart.table.rows() == [
        ("Oct 2023", "10.0%", "20.0%"), ("Nov 2023", "", "30.0%"), ("Dec 2023", "40.0%", "50.0%"),
    ]  # fmt: skip


@pytest.mark.parametrize("draw", [lines_of, small_multiples])
def test_words_of_the_data_are_drawn_as_words(draw):
    hostile = pl.concat(
        frame.with_columns(label=pl.lit(label))
        for label in ("<b>x</b>", "Month", "period", "a name far too long for the end of a line " * 2)
        for frame in [long(one=(1, 2, 3))]
    )
    chart = draw("Counts", hostile, LIGHT, share=False, every="month")
    assert "&lt;b&gt;x&lt;/b&gt;" in " ".join(note.text for note in plotted(chart).layout.annotations)
    assert all(len(note.text) < 60 for note in plotted(chart).layout.annotations)
    assert chart.table.columns[:4] == ["(Month)", "<b>x</b>", "Month", "period"]


@pytest.mark.parametrize("draw", [lines_of, small_multiples])
def test_nothing_is_said_to_be_nothing(draw):
    nothing = TWO.clear()
    assert draw("Shares", nothing, LIGHT, share=True, every="month").alt == "Shares: nothing yet."
    none = TWO.with_columns(value=pl.lit(None, pl.Float64))
    assert draw("Shares", none, LIGHT, share=True, every="month").alt == "Shares: nothing yet."
    one = plotted(draw("Shares", TWO.head(1), LIGHT, share=True, every="month"))
    assert one.data[0].mode == "lines+markers"


def test_small_charts_have_one_scale_one_time_axis_and_a_name_each():
    values = long(**{f"area {n}": (n, n + 1, n + 2) for n in range(8)})
    figure = plotted(small_multiples("Counts", values, LIGHT, share=False, every="month"))
    axes = [getattr(figure.layout, f"{side}axis{n or ''}") for side in "xy" for n in (0, *range(2, 9))]
    assert len({axis.range for axis in axes[:8]}) == 1
    assert {axis.range for axis in axes[8:]} == {(0, 9 * 1.08)}
    assert len({(trace.xaxis, trace.yaxis) for trace in figure.data}) == 8
    assert len({axis.domain for axis in axes[:8]}) == 2
    domains = sorted({axis.domain for axis in axes[8:]})
    assert all(lower[1] < upper[0] for lower, upper in itertools.pairwise(domains))
    assert figure.layout.annotations[0].text == "<b>area 7</b> 9"
    assert figure.layout.height == 440


def test_only_the_lowest_and_leftmost_small_charts_write_their_axes():
    values = long(**{f"area {n}": (n, n + 1, n + 2) for n in range(5)})
    layout = plotted(small_multiples("Counts", values, LIGHT, share=False, every="month")).layout
    assert [layout[f"xaxis{n or ''}"].showticklabels for n in (0, 2, 3, 4, 5)] == [False] * 3 + [True] * 2
    assert [layout[f"yaxis{n or ''}"].showticklabels for n in (0, 2, 3, 4, 5)] == [True, False] * 2 + [True]


def test_the_24_highest_are_drawn_small_and_the_table_has_them_all():
    chart = small_multiples("Counts", MANY, LIGHT, share=False, every="month")
    assert len(plotted(chart).data) == 24
    assert plotted(chart).data[0].name == "area 29"
    assert chart.alt.endswith("; 18 more are drawn; 6 more are in the table.")
    assert chart.table.width == 31
