import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl

from charts.palette import Palette

Part = dict[str, Any]  # of a Plotly figure, which ships no types

DAY = 86_400_000  # milliseconds, as Plotly counts time
ROW_HEIGHT = 30
FRAME_HEIGHT = 60
WORDS = 12
MARGIN = dict.fromkeys("lrtb", 8)
COUNTS: Part = {"rangemode": "tozero", "tickformat": ",", "nticks": 5}
NAMES: Part = {"type": "category", "autorange": "reversed", "showgrid": False, "ticklabelstandoff": 6}


MONTHS = 16  # past so many a month has no room for its name


def time_axis(first: dt.date, last: dt.date) -> Part:
    """Months by their names, while there is room."""
    axis: Part = {"type": "date", "showgrid": False, "range": [first.isoformat(), last.isoformat()]}
    if (last - first).days <= MONTHS * 31:
        return {**axis, "tickformat": "%b", "dtick": "M1", "ticklabelmode": "period"}
    return {**axis, "tickformat": "%b<br>%Y", "nticks": 8}


@dataclass(frozen=True, eq=False)
class Chart:
    """A Plotly figure with its text alternative (`alt`, which states the message) and its table.

    labels: what each bar or point is called, in order, where it can be clicked; of a cell, both names.
    """

    title: str
    figure: go.Figure
    alt: str
    table: pl.DataFrame
    labels: tuple[str | tuple[str, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Canvas:
    """Traces, words and lines across, gathered first and given to Plotly at once, as it takes them."""

    palette: Palette
    traces: list[Part] = field(default_factory=list[Part])
    notes: list[Part] = field(default_factory=list[Part])
    shapes: list[Part] = field(default_factory=list[Part])

    def scatter(self, places: pl.Series, values: pl.Series, **how: Any) -> None:  # noqa: ANN401  # Plotly's
        # Four bytes each: they travel to the browser as they are.
        numbers = values.cast(pl.Float32).to_numpy()
        self.traces.append({"type": "scatter", "x": places.to_numpy(), "y": numbers, **how})

    def limit(self, places: pl.Series, values: pl.Series, dash: str, shape: str = "linear") -> None:
        line = {**self._quiet(dash), "shape": shape}
        self.scatter(places, values.clip(0), mode="lines", line=line, hoverinfo="skip")

    def across(self, dash: str, **where: Any) -> None:  # noqa: ANN401  # what Plotly calls a place
        self.shapes.append({"type": "line", "line": self._quiet(dash), **where})

    def upright(self, day: dt.date, colour: str, dash: str) -> None:
        place = {"x0": day.isoformat(), "x1": day.isoformat(), "y0": 0, "y1": 1, "yref": "paper"}
        self.shapes.append({"type": "line", "line": {"color": colour, "width": 2, "dash": dash}, **place})

    def note(self, text: str, **where: Any) -> None:  # noqa: ANN401  # what Plotly calls a place
        """Write words, right of the lines unless `where` says otherwise: none may run through them."""
        ends = {"x": 1, "xref": "paper", "xanchor": "left", "align": "left", "showarrow": False}
        self.notes.append({"text": text, "font": font(self.palette, WORDS), **ends, **where})

    def figure(
        self, height: int, margin: dict[str, int], xaxis: Part, yaxis: Part, **more: Part
    ) -> go.Figure:
        marks: Part = {"annotations": self.notes, "shapes": self.shapes, "margin": {**MARGIN, **margin}}
        # Further axes, as of small charts, are like the first.
        for name, axis in more.items():
            if name.startswith(("xaxis", "yaxis")):
                like = xaxis if name.startswith("xaxis") else yaxis
                more[name] = {**_axis(self.palette), **like, **axis}
        return picture(self.palette, height, self.traces, xaxis, yaxis, **marks, **more)

    def _quiet(self, dash: str) -> Part:
        return {"color": self.palette.quiet, "width": 1.5, "dash": dash}


def literal(words: str) -> str:
    """Escape a label, name or note, in which Plotly takes some HTML for its own: never a `hovertemplate`."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literals(words: Iterable[str]) -> list[str]:
    return list(map(literal, words))


def font(palette: Palette, size: int = WORDS) -> Part:
    return {"color": palette.text, "size": size}


def whiskers(
    low: pl.Series, value: pl.Series, high: pl.Series, palette: Palette, width: int | None = None
) -> Part:
    middle = value.to_numpy()
    ends = {"array": high.to_numpy() - middle, "arrayminus": middle - low.to_numpy(), "width": width}
    return {**ends, "type": "data", "symmetric": False, "color": palette.quiet, "thickness": 2}


def picture(
    palette: Palette,
    height: int,
    traces: Iterable[Part] = (),
    x: Part | None = None,
    y: Part | None = None,
    **more: object,
) -> go.Figure:
    """Draw in the house style; x, y, more: what the axes and the layout have beyond it.

    All is given to Plotly at once: an update takes six times as long.
    """
    axis = _axis(palette)
    layout = {
        "template": "none",
        "font": {"family": "Source Sans Pro, Source Sans, Arial, sans-serif", **font(palette)},
        "height": height,
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": MARGIN,
        "hoverlabel": {"font": {"size": 13}},
        "dragmode": False,
        "bargap": 0.25,
        "xaxis": {**axis, **(x or {})},
        "yaxis": {**axis, **(y or {})},
    }
    return go.Figure(data=list(traces), layout={**layout, **more})


def _axis(palette: Palette) -> Part:
    axis = {"color": palette.text, "tickfont": font(palette), "gridcolor": palette.grid}
    return {**axis, "zerolinecolor": palette.quiet, "automargin": True, "fixedrange": True}


def course(days: pl.Series, counts: pl.Series, line: Part, hover: str, **how: object) -> Part:
    """A stepped line of counts on even-spaced days, which travel as two numbers."""
    step = DAY * (1 if len(days) == 1 else (days[1] - days[0]).days)
    line, hover = {"shape": "hv", **line}, f"{hover}<extra></extra>"
    trace: Part = {"type": "scatter", "x0": days[0].isoformat(), "dx": step, "y": packed(counts)}
    return {**trace, "mode": "lines", "line": line, "hovertemplate": hover, **how}


def columns(places: object, counts: pl.Series, colour: object, hover: str, **how: object) -> Part:
    marker, hover = {"color": colour}, f"{hover}<extra></extra>"
    return {"type": "bar", "x": places, "y": packed(counts), "marker": marker, "hovertemplate": hover, **how}


def level_bars(names: Iterable[str], sizes: object, colour: object, hover: str, **how: object) -> Part:
    bar = {"type": "bar", "orientation": "h", "x": sizes, "y": literals(names), "marker": {"color": colour}}
    return {**bar, "hovertemplate": f"{hover}<extra></extra>", **how}


def at_ends(texts: Sequence[str] | None, palette: Palette) -> Part:
    return {"text": texts, "textposition": "outside", "textfont": font(palette), "cliponaxis": False}


def packed(counts: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.number]]:
    """Counts in the fewest bytes that hold the largest, fractions in four; nothing, as NaN, is a gap."""
    numbers = counts.to_numpy()
    if counts.dtype.is_float():
        return numbers.astype(np.float32)
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))
