"""Shares of many groups against how many each is out of, within the limits of what chance gives."""

from collections.abc import Collection, Sequence

import numpy as np
import polars as pl

from charts.bars import paired
from charts.chart import COUNTS, Canvas, Part, either, literal, literals
from charts.palette import Palette
from data.formatting import written_count, written_share
from metrics.chance.bounds import limits
from metrics.chance.groups import GroupRates

HEIGHT = 360
TAILS = {"95%": (0.025, "dot"), "99.8%": (0.001, "dash")}
ALONG = 60  # places at which a limit is drawn
ROOM = 1.15  # over the highest point
WIDE, HIGH = 0.2, 0.05  # of the chart: the room of a name


def funnel(
    canvas: Canvas, shown: pl.DataFrame, marker: Part, groups: GroupRates | None, out_of: str
) -> tuple[Part, str]:
    """Return the figure, and how its text alternative goes on. shown: the share by groups, the highest first,
    each with its `label`, its `text` and whether it is `odd`: whether it differs by more than chance."""
    hover = paired(literals(shown["label"] + ":"), shown["text"].to_list())
    # The points are the first trace: what is clicked is named by its place in it.
    canvas.scatter(
        shown["denominator"], shown["value"], "%{hovertext}", mode="markers", marker=marker, hovertext=hover
    )
    top = (max(shown["value"], default=0.0) or 1.0) * ROOM
    if groups is not None:
        _limits(canvas, groups.rate, shown["denominator"], top)
    odd = shown.filter("odd")
    _name(canvas, odd, top)
    x = {"title": {"text": out_of, "font": canvas.font()}, "tickformat": ",", "rangemode": "tozero"}
    figure = canvas.figure(
        HEIGHT, {"r": 64, "b": 40}, x, {**COUNTS, "range": [0, top], "tickformat": ",.1~%"}
    )
    named = ", ".join(paired(odd["label"].to_list(), odd["text"].to_list()))
    counts = written_count(shown.height)
    return figure, f", of {counts} groups by size: {named or 'none lies beyond what chance gives'}."


def marker_of(labels: Sequence[str], odd: Sequence[bool], lit: Collection[str], palette: Palette) -> Part:
    """Return how points are drawn: those that differ by their form too."""
    colours = [
        palette.mark if out else palette.series[0] if label in lit else palette.other
        for label, out in zip(labels, odd, strict=True)
    ]
    return {"size": either(odd, 12, 9), "symbol": either(odd, "diamond", "circle"), "color": colours}


def _name(canvas: Canvas, odd: pl.DataFrame, top: float) -> None:
    """Write the names of groups that differ, where they do not run into one another."""
    written = list[tuple[float, float]]()
    most = max(odd["denominator"], default=1)
    for label, size, value in odd.select("label", "denominator", "value").rows():
        place = size / most, value / top
        if all(abs(place[0] - x) > WIDE or abs(place[1] - y) > HIGH for x, y in written):
            written.append(place)
            where = {"x": size, "xref": "x", "y": value, "xshift": 8}
            canvas.note(literal(label), **where, font=canvas.font(canvas.palette.alarm))


def _limits(canvas: Canvas, rate: float, sizes: pl.Series, top: float) -> None:
    most = max(sizes, default=1)
    along = np.linspace(max(min(sizes, default=1) * 0.8, 1.0), most * 1.02, ALONG)
    for name, (tail, dash) in TAILS.items():
        sides = [np.where(side / along > top, np.nan, side / along) for side in limits(rate, along, tail)]
        for side in sides:
            canvas.limit(pl.Series(along), pl.Series(side, nan_to_null=True), dash)
        last = sides[1][-1]
        if np.isfinite(last):
            canvas.note(name, x=most * 1.02, xref="x", y=float(last), xshift=2, yshift=6)
    canvas.across(rate, "dash")
    canvas.note(f"all <b>{written_share(rate)}</b>", y=rate)
