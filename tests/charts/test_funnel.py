"""Many groups are drawn against how many each is out of, within what chance gives."""

import datetime as dt
import random

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom

from charts.dots import MOST, dots
from charts.funnel import TAILS
from charts.palette import LIGHT
from data.terms import USUAL_WORDS
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.chance.groups import group_rates
from metrics.dimensions import FORCE
from metrics.intervals import shared
from metrics.metric import spoken
from tests.charts.reading import plotted

CLOCKS = Clocks(dt.date(2024, 2, 1), dt.date(2024, 2, 1))
RATE = spoken(metric("failure_rate"), USUAL_WORDS)


def result(count: int, *more: tuple[str, int, int]) -> pl.DataFrame:
    """Groups of many sizes at one rate of 5%, and others."""
    chance = random.Random(count)
    rows = []
    for number in range(count):
        size = chance.randrange(200, 3_000)
        rows.append((f"Force {number:02}", sum(chance.random() < 0.05 for _ in range(size)), size))
    schema = {"force": pl.String, "numerator": pl.Int64, "denominator": pl.Int64}
    return shared(pl.DataFrame([*rows, *more], schema=schema, orient="row"))


def drawn(rows: pl.DataFrame, lit=()):
    total = rows["numerator"].sum() / rows["denominator"].sum()
    return dots(RATE, rows, group_rates(rows, total), FORCE, clocks=CLOCKS, palette=LIGHT, lit=lit)


def names(chart) -> list[str]:
    return [note.text for note in plotted(chart).layout.annotations]


def test_past_so_many_groups_dots_are_drawn_as_a_funnel_with_every_group():
    few, many = result(MOST), result(MOST + 1)
    assert len(plotted(drawn(few)).data) == 1
    chart = drawn(many)
    assert len(plotted(chart).data[0].x) == len(chart.labels) == MOST + 1
    assert chart.table.height == MOST + 1


def test_a_point_is_at_its_share_and_what_it_is_out_of():
    rows = result(40)
    points = plotted(drawn(rows)).data[0]
    order = rows.sort("value", "force", descending=[True, False])
    assert points.x.tolist() == order["denominator"].to_list()
    assert points.y.tolist() == pytest.approx(order["value"].to_list(), rel=1e-6)
    assert points.hovertext[0].startswith(order["force"][0])


@pytest.mark.long
def test_a_group_that_chance_does_not_explain_is_marked_and_named():
    chart = drawn(result(40, ("Far out", 400, 2_000)))
    points = plotted(chart).data[0]
    assert points.marker.symbol[0] == "diamond"
    assert set(points.marker.symbol[1:]) == {"circle"}
    assert "Far out" in names(chart)
    assert "Far out" in chart.alt


def test_none_is_named_where_chance_explains_all():
    chart = drawn(result(40))
    assert not [text for text in names(chart) if text.startswith("Force")]
    assert "none lies beyond what chance gives" in chart.alt


@pytest.mark.parametrize("name", TAILS)
def test_a_limit_is_passed_by_chance_as_often_as_it_says(name):
    rows = result(40)
    rate = rows["numerator"].sum() / rows["denominator"].sum()
    (tail, dash), lines = TAILS[name], plotted(drawn(rows)).data[1:]
    low, high = (line for line in lines if line.line.dash == dash)
    for size, limit in zip(high.x, high.y, strict=True):
        if np.isfinite(limit):
            assert binom.sf(np.ceil(size * limit), round(size), rate) <= tail
    for size, limit in zip(low.x, low.y, strict=True):
        if np.isfinite(limit):
            assert binom.cdf(np.floor(size * limit) - 1, round(size), rate) <= tail


def test_a_group_of_nothing_is_left_out_and_one_that_is_meant_is_lit():
    chart = drawn(result(40, ("Empty", 0, 0)), lit=("Force 03",))
    assert "Empty" not in chart.labels
    points = plotted(chart).data[0]
    assert points.marker.color[chart.labels.index("Force 03")] == LIGHT.series[0]
