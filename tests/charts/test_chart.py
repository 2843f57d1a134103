import numpy as np
import polars as pl

from charts.chart import Canvas, picture
from charts.palette import DARK, LIGHT


def test_a_canvas_gives_what_was_drawn_in_the_house_style():
    canvas = Canvas(LIGHT)
    canvas.limit(pl.Series([1, 2]), pl.Series([-0.5, 3.0]), "dash")
    canvas.note("upper", y=3)
    canvas.across("solid", x0=0, x1=1, y0=2, y1=2)
    figure = canvas.figure(300, {"r": 50}, xaxis={"showgrid": False}, yaxis={}, yaxis2={"nticks": 3})
    house = picture(LIGHT, 300).layout
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
