import datetime as dt

from charts.palette import LIGHT
from charts.published_history import Saying, history

D = dt.date
OCTOBER = Saying(D(2023, 10, 26), "Release 1", "more than 3,500", 3_500, True, "provisional", D(2023, 10, 26))
JANUARY = Saying(D(2024, 1, 11), "Release 3", "3,582", 3_582, False, "withdrawn", D(2024, 1, 10))
MAY = Saying(D(2024, 5, 22), "Release 4", "3,778", 3_778, True, "final", D(2024, 5, 22))
UNTOLD = Saying(D(2024, 6, 1), "Release 5", "withheld", None, True, "final", D(2024, 5, 31))
TITLE = "Applications in the review"


def test_every_saying_is_written_at_its_own_day_and_from_none():
    figure = history(TITLE, [OCTOBER, JANUARY, MAY], LIGHT).figure
    line, points = figure.data
    assert list(points.x) == ["2023-10-26", "2024-01-11", "2024-05-22"]
    assert list(points.y) == [3_500, 3_582, 3_778]
    assert list(points.text) == ["more than 3,500", "3,582 (withdrawn)", "3,778"]
    assert figure.layout.yaxis.range[0] == 0
    assert figure.layout.yaxis.range[1] > 3_778
    assert list(line.y) == [3_500, 3_778]


def test_what_no_longer_stands_is_hollow_and_off_the_line():
    _, points = history(TITLE, [OCTOBER, JANUARY, MAY], LIGHT).figure.data
    assert list(points.marker.symbol) == ["circle", "circle-open", "circle"]


def test_the_message_and_the_table_have_every_saying_one_that_is_not_told_too():
    chart = history(TITLE, [OCTOBER, JANUARY, MAY, UNTOLD], LIGHT)
    assert chart.alt == (
        "Applications in the review, as published: more than 3,500 on 26 October 2023, 3,582 on 11 January 2024 "
        "(withdrawn), 3,778 on 22 May 2024 and withheld on 1 June 2024."
    )
    assert chart.table.rows()[1] == ("Release 3", "11 Jan 2024", "10 Jan 2024", "3,582", "withdrawn")
    assert chart.table.height == 4
    assert len(chart.figure.data[1].x) == 3


def test_nothing_that_was_told_leaves_an_empty_picture():
    chart = history(TITLE, [UNTOLD], LIGHT)
    assert list(chart.figure.data[1].x) == []
    assert chart.table["Published figure"].to_list() == ["withheld"]
