import base64
import re

import pytest

from charts.palette import DARK, LIGHT
from charts.sparkline import EDGE, HEIGHT, MOST_POINTS, WIDTH, sparkline


def svg_of(values, palette=LIGHT):
    kind, text = sparkline(values, palette).split(",")
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(text).decode()


def points(svg):
    line = re.search(r'<polyline points="([^"]*)"', svg)[1]
    return [tuple(map(float, point.split(","))) for point in line.split()]


def test_the_course_starts_at_zero_and_reaches_from_edge_to_edge():
    assert points(svg_of([0, 5, 10])) == [
        (EDGE, HEIGHT - EDGE),
        (WIDTH / 2, HEIGHT / 2),
        (WIDTH - EDGE, EDGE),
    ]
    assert points(svg_of([5, 10]))[0] == (EDGE, HEIGHT / 2)


def test_the_day_is_marked_at_the_end_of_the_course():
    svg = svg_of([0, 10, 5])
    x, y = points(svg)[-1]
    assert f'<circle cx="{x}" cy="{y}"' in svg


def test_a_long_course_is_thinned_and_keeps_its_last_day():
    drawn = points(svg_of([*range(400), 1_000]))
    assert len(drawn) <= MOST_POINTS
    assert drawn[-1] == (WIDTH - EDGE, EDGE)


@pytest.mark.parametrize("values", [[0, 0, 0], [0], [7]])
def test_nothing_and_one_day_can_be_drawn(values):
    assert len(points(svg_of(values))) == len(values)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_it_has_the_colour_of_the_theme(palette):
    assert svg_of([1, 2], palette).count(palette.series[0]) == 3
