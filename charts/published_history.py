"""What was said when: one figure in every release that told it, each number written beside its day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from charts.chart import Chart, blank, literals
from charts.palette import Palette
from data.formatting import listed_words, short_day, written_day

HEIGHT = 300
ROOM = 1.25


@dataclass(frozen=True)
class Saying:
    """One number as a release told it.

    number: None where it was not told. words: how it was written. stands: whether the release still does;
    standing: how it stands, in words.
    """

    day: dt.date
    release: str
    words: str
    number: float | None
    stands: bool
    standing: str
    as_at: dt.date


def said(title: str, sayings: Sequence[Saying], palette: Palette) -> Chart:
    """Draw the numbers of the releases that stand as a stepped line from none, and the others beside it.

    sayings: in the order of the days on which they were published.
    """
    figure = blank(palette, height=HEIGHT)
    told = [each for each in sayings if each.number is not None]
    _line(figure, [each for each in told if each.stands], palette)
    _points(figure, told, palette)
    most = max((each.number or 0 for each in told), default=0) or 1
    figure.update_yaxes(range=[0, most * ROOM], tickformat=",", nticks=5)
    figure.update_xaxes(type="date", showgrid=False, tickformat="%-d %b<br>%Y", nticks=6)
    if told:
        first, last = told[0].day, max(each.day for each in told)
        room = dt.timedelta(days=max((last - first).days // 10, 7))
        figure.update_xaxes(range=[first - room, last + room])
    return Chart(f"{title}: what we said when", figure, _message(title, sayings), _table(sayings))


def _line(figure: go.Figure, told: Sequence[Saying], palette: Palette) -> None:
    figure.add_scatter(
        x=[each.day.isoformat() for each in told],
        y=[each.number for each in told],
        mode="lines",
        line={"color": palette.series[0], "width": 2, "shape": "hv"},
        hoverinfo="skip",
    )


def _points(figure: go.Figure, told: Sequence[Saying], palette: Palette) -> None:
    symbols = ["circle" if each.stands else "circle-open" for each in told]
    figure.add_scatter(
        x=[each.day.isoformat() for each in told],
        y=[each.number for each in told],
        mode="markers+text",
        marker={"color": palette.series[0], "size": 11, "symbol": symbols, "line": {"width": 2}},
        text=literals(each.words if each.stands else f"{each.words} ({each.standing})" for each in told),
        textposition="top center",
        textfont={"color": palette.text, "size": 14},
        cliponaxis=False,
        customdata=literals(f"{each.release}, {written_day(each.day)}" for each in told),
        hovertemplate="%{customdata}: %{text}<extra></extra>",
    )


def _message(title: str, sayings: Sequence[Saying]) -> str:
    parts = [
        f"{each.words} on {written_day(each.day)}" + ("" if each.stands else f" ({each.standing})")
        for each in sayings
    ]
    return f"{title}, as it was told: {listed_words(parts)}."


def _table(sayings: Sequence[Saying]) -> pl.DataFrame:
    lines = [
        (each.release, short_day(each.day), short_day(each.as_at), each.words, each.standing)
        for each in sayings
    ]
    columns = ("Release", "Published", "As at", "We said", "Status")
    return pl.DataFrame(lines, schema=dict.fromkeys(columns, pl.String), orient="row")
