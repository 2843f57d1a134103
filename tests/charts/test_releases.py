import datetime as dt

import polars as pl
import pytest

from charts.palette import LIGHT
from charts.releases import MOST, SYMBOLS, Course, Publication, Slope, history, release_strip, slopes
from tests.charts.reading import plotted

D = dt.date
OCTOBER = Publication(
    D(2023, 10, 26), "Release 1", "more than 3,500", 3_500, True, "provisional", D(2023, 10, 26)
)
JANUARY = Publication(D(2024, 1, 11), "Release 3", "3,582", 3_582, False, "withdrawn", D(2024, 1, 10))
MAY = Publication(D(2024, 5, 22), "Release 4", "3,778", 3_778, True, "final", D(2024, 5, 22))
WITHHELD = Publication(D(2024, 6, 1), "Release 5", "withheld", None, True, "final", D(2024, 5, 31))
TITLE = "Applications in the review"


def test_every_saying_is_written_at_its_own_day_and_from_none():
    figure = plotted(history(TITLE, [OCTOBER, JANUARY, MAY], LIGHT))
    line, points = figure.data
    assert list(points.x) == ["2023-10-26", "2024-01-11", "2024-05-22"]
    assert list(points.y) == [3_500, 3_582, 3_778]
    assert list(points.text) == ["more than 3,500", "3,582 (withdrawn)", "3,778"]
    assert figure.layout.yaxis.range[0] == 0
    assert figure.layout.yaxis.range[1] > 3_778
    assert list(line.y) == [3_500, 3_778]


def test_what_no_longer_stands_is_hollow_and_off_the_line():
    _, points = plotted(history(TITLE, [OCTOBER, JANUARY, MAY], LIGHT)).data
    assert list(points.marker.symbol) == ["circle", "circle-open", "circle"]


def test_the_message_and_the_table_have_every_saying_one_that_is_not_told_too():
    chart = history(TITLE, [OCTOBER, JANUARY, MAY, WITHHELD], LIGHT)
    assert chart.alt == (
        "Applications in the review, as published: more than 3,500 on 26 October 2023, 3,582 on 11 January 2024 "
        "(withdrawn), 3,778 on 22 May 2024 and withheld on 1 June 2024."
    )
    assert chart.table.rows()[1] == ("Release 3", "11 Jan 2024", "10 Jan 2024", "3,582", "withdrawn")
    assert chart.table.height == 4
    assert len(plotted(chart).data[1].x) == 3


def test_nothing_that_was_told_leaves_an_empty_picture():
    chart = history(TITLE, [WITHHELD], LIGHT)
    assert list(plotted(chart).data[1].x) == []
    assert chart.table["Published figure"].to_list() == ["withheld"]


def test_labels_are_above_and_below_in_turn_the_last_above():
    _, points = plotted(history(TITLE, [OCTOBER, JANUARY, MAY], LIGHT)).data
    assert list(points.textposition) == ["top center", "bottom center", "top center"]
    _, points = plotted(history(TITLE, [JANUARY, MAY], LIGHT)).data
    assert list(points.textposition) == ["bottom center", "top center"]


def test_only_the_last_that_stands_has_the_colour_of_what_is_meant():
    _, points = plotted(history(TITLE, [OCTOBER, JANUARY, MAY], LIGHT)).data
    assert list(points.marker.color) == [LIGHT.other, LIGHT.other, LIGHT.series[0]]


ROSE = Slope("Failures", "25", "33", "+8", 25, 33)
SAME = Slope("Staff", "about 45", "about 45", "no change", 45, 45)
BOUND = Slope("In <review>", "more than 3,500", "3,778", "not comparable")
NEW = Slope("With harm", "", "2", "not in Release 3")
NAMES = ("Release 3", "Release 4")


def pairs(*numbers):
    return slopes("Published numbers", numbers, LIGHT, NAMES)


def notes(chart) -> list[str]:
    return [note.text for note in plotted(chart).layout.annotations]


def test_every_number_is_written_as_it_was_published_with_its_change():
    chart = pairs(ROSE, SAME, BOUND, NEW)
    assert notes(chart) == [
        "<b>Failures</b>", "25", "<b>33</b>", "+8",
        "<b>Staff</b>", "about 45", "<b>about 45</b>", "no change",
        "<b>In &lt;review&gt;</b>", "more than 3,500", "<b>3,778</b>", "not comparable",
        "<b>With harm</b>", "<b>2</b>", "not in Release 3",
    ]  # fmt: skip
    assert chart.table.rows() == [
        ("Failures", "25", "33", "+8"),
        ("Staff", "about 45", "about 45", "no change"),
        ("In <review>", "more than 3,500", "3,778", "not comparable"),
        ("With harm", "", "2", "not in Release 3"),
    ]
    assert chart.table.columns == ["Figure", *NAMES, "Change"]
    assert chart.alt == (
        "Published numbers: Failures 25, then 33, Staff about 45, then about 45, In <review> more than 3,500, "
        "then 3,778 and With harm 2."
    )


def test_what_cannot_be_compared_has_no_line():
    assert len(plotted(pairs(ROSE, SAME, BOUND, NEW)).data) == 2


def test_lines_are_on_one_scale_from_zero_relative_to_the_larger_of_the_two():
    fell, none = Slope("Backlog", "100", "50", "-50", 100, 50), Slope("Open", "0", "0", "no change", 0, 0)
    rose, flat, down, zero = (list(trace.y) for trace in plotted(pairs(ROSE, SAME, fell, none)).data)
    base = zero[0]
    assert (rose[0] - base) / (rose[1] - base) == pytest.approx(25 / 33)
    assert flat == [down[0], rose[1]]
    assert (down[1] - base) / (down[0] - base) == pytest.approx(0.5)


def test_only_what_changed_has_the_colour_of_what_is_meant():
    rose, same = plotted(pairs(ROSE, SAME)).data
    assert (rose.line.color, same.line.color) == (LIGHT.series[0], LIGHT.other)


def test_more_than_nine_numbers_take_another_row():
    one, two = plotted(pairs(*[ROSE] * 9)), plotted(pairs(*[ROSE] * 10))
    assert (one.layout.yaxis.range[1], two.layout.yaxis.range[1]) == (1, 2)
    assert two.layout.height > one.layout.height
    assert two.data[9].x[0] == two.data[0].x[0]
    assert two.data[9].y[0] == pytest.approx(two.data[0].y[0] - 1)


GONE = Course(
    "Release <2>", "withdrawn", ((D(2024, 1, 2), "drafted"), (D(2024, 1, 9), "published"), (D(2024, 2, 1), "withdrawn"))
)  # fmt: skip
FIRST = Course("Release 1", "published", ((D(2023, 12, 1), "published"),))


def strip(*courses):
    return release_strip("Releases", courses, pl.DataFrame({"Release": ["Release 1"]}), LIGHT)


def test_each_release_has_a_line_with_a_mark_on_each_day_that_something_happened():
    gone, first = plotted(strip(GONE, FIRST)).data
    assert list(gone.x) == ["2024-01-02", "2024-01-09", "2024-02-01"]
    assert list(gone.marker.symbol) == [SYMBOLS["drafted"], SYMBOLS["published"], SYMBOLS["withdrawn"]]
    assert list(gone.customdata) == [
        "Release &lt;2&gt;: drafted 2 January 2024",
        "Release &lt;2&gt;: published 9 January 2024",
        "Release &lt;2&gt;: withdrawn 1 February 2024",
    ]
    assert list(first.y) == ["Release 1"]


def test_only_what_was_corrected_or_withdrawn_has_the_colour_of_attention():
    gone, _ = plotted(strip(GONE, FIRST)).data
    assert list(gone.marker.color) == [LIGHT.series[0], LIGHT.series[0], LIGHT.mark]


def test_its_state_and_day_are_written_at_its_end():
    notes = [note.text for note in plotted(strip(GONE, FIRST)).layout.annotations]
    assert notes == ["Withdrawn, 1 Feb 2024", "Published, 1 Dec 2023"]


def test_the_message_has_every_day_and_the_picture_the_latest_releases():
    chart = strip(*[GONE] * MOST, FIRST)
    assert len(plotted(chart).data) == MOST
    assert chart.alt.startswith(
        "Releases: Release <2> drafted on 2 January 2024, published on 9 January 2024 and withdrawn on 1 February 2024; "
    )
    assert chart.alt.endswith("; Release 1 published on 1 December 2023.")


def test_each_happening_has_a_symbol_of_its_own():
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)
