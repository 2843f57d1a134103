import itertools

import numpy as np
import plotly.graph_objects as go
import polars as pl
import pytest

from charts.chart import Canvas, spread
from charts.palette import DARK, LIGHT


def test_a_canvas_gives_what_was_drawn_in_the_house_style():
    canvas = Canvas(LIGHT)
    canvas.limit(pl.Series([1, 2]), pl.Series([-0.5, 3.0]), "dash")
    canvas.note("upper", y=3)
    canvas.across(2, "solid")
    figure = go.Figure(canvas.figure(300, {"r": 50}, {"showgrid": False}, axes={"yaxis2": {"nticks": 3}}))
    house = go.Figure(Canvas(LIGHT).figure(300)).layout
    assert list(figure.data[0].y) == [0.0, 3.0]
    assert figure.data[0].y.dtype == np.float32
    assert figure.layout.annotations[0].font.color == LIGHT.text
    assert (figure.layout.margin.r, figure.layout.margin.l) == (50, house.margin.l)
    assert figure.layout.yaxis == house.yaxis
    assert figure.layout.yaxis2.tickfont == house.yaxis.tickfont
    assert len(figure.layout.shapes) == 1


def test_two_canvases_share_nothing():
    one, other = Canvas(LIGHT), Canvas(DARK)
    one.note("here", y=1)
    assert other.notes == []


@pytest.mark.parametrize("places", [[0.5] * 6, [1.0] * 6, [0.0] * 6, [0.9, 0.1, 0.95, 1.0], []], ids=str)
def test_places_are_moved_apart_and_keep_their_order_and_stay_in_the_chart(places):
    moved = spread(places, 0.075, 1)
    order = sorted(range(len(places)), key=lambda n: (places[n], n))
    assert sorted(range(len(places)), key=moved.__getitem__) == order
    assert all(b - a > 0.0749 for a, b in itertools.pairwise(sorted(moved)))
    assert all(-1e-9 <= place <= 1 for place in moved)


def test_places_that_are_apart_stay_where_they_are():
    assert spread([0.1, 0.9, 0.5], 0.075) == [0.1, 0.9, 0.5]


def test_names_that_would_run_into_each_other_are_moved_apart_and_stay_below_the_top():
    assert spread([1, 1, 5], 2, 10) == [1, 3, 5]
    assert spread([9, 9.5, 10], 2, 10) == [6, 8, 10]
    assert spread([], 2, 10) == []
