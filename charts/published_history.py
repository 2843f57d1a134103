import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from charts.chart import Chart, font, literals, picture, time_axis
from charts.palette import Palette
from data.formatting import listed_words, short_day, written_day

ROOM = 1.25


@dataclass(frozen=True)
class Saying:
    """One number of a release. number: None where it was withheld. words: how it was written.

    stands: whether the release does; standing: its status, in words.
    """

    day: dt.date
    release: str
    words: str
    number: float | None
    stands: bool
    standing: str
    as_at: dt.date


def history(title: str, sayings: Sequence[Saying], palette: Palette) -> Chart:
    """Draw the releases that stand as a stepped line from 0, and the others beside it; by day published."""
    known = [saying for saying in sayings if saying.number is not None]
    current = [saying for saying in known if saying.stands]
    line = {"color": palette.series[0], "width": 2, "shape": "hv"}
    steps = {"mode": "lines", "line": line, "hoverinfo": "skip"}
    symbols = ["circle" if saying.stands else "circle-open" for saying in known]
    texts = (saying.words if saying.stands else f"{saying.words} ({saying.standing})" for saying in known)
    points = {
        "mode": "markers+text",
        "marker": {"color": palette.series[0], "size": 11, "symbol": symbols, "line": {"width": 2}},
        "text": literals(texts),
        "textposition": "top center",
        "textfont": font(palette),
        "cliponaxis": False,
        "customdata": literals(f"{saying.release}, {written_day(saying.day)}" for saying in known),
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
    }
    traces = [
        {"type": "scatter", "x": [s.day.isoformat() for s in shown], "y": [s.number for s in shown], **how}
        for shown, how in ((current, steps), (known, points))
    ]
    most, x = max((saying.number or 0 for saying in known), default=0) or 1, dict[str, Any]()
    if known:
        first, last = known[0].day, max(saying.day for saying in known)
        room = dt.timedelta(days=max((last - first).days // 10, 7))
        x = time_axis(first - room, last + room)
    y = {"range": [0, most * ROOM], "tickformat": ",", "nticks": 5}
    figure = picture(palette, 250, traces, x, y)
    return Chart(f"{title}: published figures", figure, _message(title, sayings), _table(sayings))


def _message(title: str, sayings: Sequence[Saying]) -> str:
    parts = [
        f"{saying.words} on {written_day(saying.day)}" + ("" if saying.stands else f" ({saying.standing})")
        for saying in sayings
    ]
    return f"{title}, as published: {listed_words(parts)}."


def _table(sayings: Sequence[Saying]) -> pl.DataFrame:
    lines = [
        (saying.release, short_day(saying.day), short_day(saying.as_at), saying.words, saying.standing)
        for saying in sayings
    ]
    columns = ("Release", "Published", "As at", "Published figure", "Status")
    return pl.DataFrame(lines, schema=dict.fromkeys(columns, pl.String), orient="row")
