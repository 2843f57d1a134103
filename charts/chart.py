import base64
import datetime as dt
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from charts.palette import Palette

Part = dict[str, Any]  # of a Plotly figure, which ships no types
Map = Mapping[str, Any]

DAY = 86_400_000  # milliseconds, as Plotly counts time
LEAST_HEIGHT = 236
WORDS = 12
MARGIN = dict.fromkeys("lrtb", 8)
NONE: Map = MappingProxyType({})
COUNTS: Part = {"rangemode": "tozero", "tickformat": ",", "nticks": 5}
NAMES: Part = {"type": "category", "autorange": "reversed", "showgrid": False, "ticklabelstandoff": 6}
AS_OBJECTS = 6  # bytes in memory for a byte of its text, as measured on the charts of the Overview
MONTHS = 16  # past so many a month has no room for its name


@dataclass(frozen=True, eq=False)
class Chart:
    title: str
    spec: Part  # a Plotly figure: its data and layout
    alt: str  # its text alternative, which states the message
    table: pl.DataFrame
    # What each bar or point is called, in order, where it can be clicked; of a cell, both names.
    labels: tuple[str | tuple[str, ...], ...] = ()

    @cached_property
    def sent(self) -> Part:
        return for_browser(self.spec)

    @property
    def cache_size(self) -> int:
        """Return about how many bytes it takes: its parts in memory are several times their text."""
        return AS_OBJECTS * len(json.dumps(self.sent)) + int(self.table.estimated_size()) + len(self.alt)


@dataclass(frozen=True, eq=False)
class Canvas:
    """Traces, words and lines across, gathered first and given to Plotly at once, as it takes them."""

    palette: Palette
    traces: list[Part] = field(default_factory=list[Part])
    notes: list[Part] = field(default_factory=list[Part])
    shapes: list[Part] = field(default_factory=list[Part])

    def add(self, kind: str, hover: str = "", **how: object) -> None:
        """hover: Plotly's template; without one a pointer finds nothing."""
        pointer = {"hovertemplate": f"{hover}<extra></extra>"} if hover else {"hoverinfo": "skip"}
        self.traces.append({"type": kind, **pointer, **how})

    def scatter(self, places: pl.Series, values: pl.Series, hover: str = "", **how: object) -> None:
        # Four bytes each: they travel to the browser as they are.
        self.add("scatter", hover, x=places.to_numpy(), y=values.cast(pl.Float32).to_numpy(), **how)

    def course(self, days: pl.Series, counts: pl.Series, line: Part, hover: str, **how: object) -> None:
        """Add a stepped line of counts on even-spaced days, which travel as two numbers."""
        step = DAY * (1 if len(days) == 1 else (days[1] - days[0]).days)
        how = {"x0": days[0].isoformat(), "dx": step, "y": packed(counts), "mode": "lines", **how}
        self.add("scatter", hover, line={"shape": "hv", **line}, **how)

    def columns(self, places: object, counts: pl.Series, colour: object, hover: str, **how: object) -> None:
        self.add("bar", hover, x=places, y=packed(counts), marker={"color": colour}, **how)

    def level_bars(
        self, names: Iterable[str], sizes: object, colour: object, hover: str, **how: object
    ) -> None:
        how = {"x": sizes, "y": literals(names), "marker": {"color": colour}, **how}
        self.add("bar", hover, orientation="h", **how)

    def limit(self, places: pl.Series, values: pl.Series, dash: str, shape: str = "linear") -> None:
        self.scatter(places, values.clip(0), mode="lines", line={**self._quiet(dash), "shape": shape})

    def across(self, value: float, dash: str, yref: str = "y") -> None:
        ends = {"xref": "paper", "x0": 0, "x1": 1, "yref": yref, "y0": value, "y1": value}
        self.shapes.append({"type": "line", "line": self._quiet(dash), **ends})

    def upright(self, place: object, dash: str, layer: str | None = None, **line: object) -> None:
        ends = {"x0": place, "x1": place, "yref": "paper", "y0": 0, "y1": 1, "layer": layer}
        self.shapes.append({"type": "line", "line": {**self._quiet(dash), **line}, **ends})

    def note(self, text: str, **where: object) -> None:
        """Write words, right of the lines unless `where` says otherwise: none may run through them."""
        ends = {"x": 1, "xref": "paper", "xanchor": "left", "align": "left", "showarrow": False}
        self.notes.append({"text": text, "font": self.font(), **ends, **where})

    def figure(
        self, height: int, margin: Map = NONE, x: Map = NONE, y: Map = NONE, axes: Map = NONE, **more: object
    ) -> Part:
        """Draw in the house style; axes: further ones, which are like the first. more: of the layout."""
        ink, quiet = self.palette.text, self.palette.quiet
        axis = {"color": ink, "tickfont": self.font(), "gridcolor": self.palette.grid}
        axis |= {"zerolinecolor": quiet, "automargin": True, "fixedrange": True}
        axes = {"xaxis": x, "yaxis": y, **axes}
        layout = {
            "template": {},
            "font": {"family": "Source Sans Pro, Source Sans, Arial, sans-serif", **self.font()},
            "height": height,
            "showlegend": False,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {**MARGIN, **margin},
            "hoverlabel": {"font": {"size": 13}},
            "dragmode": False,
            "bargap": 0.25,
            "annotations": self.notes,
            "shapes": self.shapes,
            **{name: {**axis, **axes[name[:5]], **part} for name, part in axes.items()},
        }
        return {"data": self.traces, "layout": {**layout, **more}}

    def font(self, colour: str = "", size: int = WORDS) -> Part:
        return {"color": colour or self.palette.text, "size": size}

    def at_ends(self, texts: Sequence[str] | None) -> Part:
        return {"text": texts, "textposition": "outside", "textfont": self.font(), "cliponaxis": False}

    def whiskers(self, rows: pl.DataFrame, width: int | None = None) -> Part:
        """rows: `low, value, high`."""
        low, value, high = (rows[name].to_numpy() for name in ("low", "value", "high"))
        ends = {"array": high - value, "arrayminus": value - low, "width": width, "thickness": 2}
        return {**ends, "type": "data", "symmetric": False, "color": self.palette.quiet}

    def _quiet(self, dash: str) -> Part:
        return {"color": self.palette.quiet, "width": 1.5, "dash": dash}


def time_axis(first: dt.date, last: dt.date) -> Part:
    axis: Part = {"type": "date", "showgrid": False, "range": [first.isoformat(), last.isoformat()]}
    if (last - first).days <= MONTHS * 31:
        return {**axis, "tickformat": "%b", "dtick": "M1", "ticklabelmode": "period"}
    return {**axis, "tickformat": "%b<br>%Y", "nticks": 8}


def small_panel(
    number: int, count: int, across: int, room: tuple[float, float, float], *, x: Part, y: Part
) -> tuple[Part, Part, Part]:
    """Return the axes of one of several small panels, the axes of its traces, and where its name goes. Only
    the lowest and leftmost panels write on their axes. room: how wide a plot is, and where it begins and ends
    from the top, each as a part of what its panel has."""
    (row, column), down, of = divmod(number, across), -(-count // across), str(number + 1) if number else ""
    wide, begins, ends = room
    left, upper, lower = column / across, 1 - row / down - begins / down, 1 - row / down - ends / down
    x = x | {"domain": [left, left + wide / across], "anchor": f"y{of}"}
    y = y | {"domain": [lower, upper], "anchor": f"x{of}", "showticklabels": column == 0}
    x["showticklabels"] = number + across >= count
    name = {"x": left, "y": upper, "yref": "paper", "yanchor": "bottom"}
    return {f"xaxis{of}": x, f"yaxis{of}": y}, {"xaxis": f"x{of}", "yaxis": f"y{of}"}, name


def rows_height(rows: int, *, row: int = 30, frame: int = 60, least: int = 0) -> int:
    return max(least, frame + row * rows)


def spread(places: Sequence[float], gap: float, top: float = math.inf) -> list[float]:
    """Move places, which are not below 0, as little up as keeps them a gap apart, and down from the top."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved, below = list(places), -gap
    for number in order:
        moved[number] = below = max(places[number], below + gap)
    for above, number in enumerate(reversed(order)):
        moved[number] = min(moved[number], top - gap * above)
    return moved


def literal(words: str) -> str:
    """Escape a label, name or note, in which Plotly takes some HTML for its own: never a `hovertemplate`."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literals(words: Iterable[str]) -> list[str]:
    return list(map(literal, words))


def either(flags: Iterable[bool], yes: Any, no: Any) -> list[Any]:  # noqa: ANN401  # colours, sizes, symbols
    return [yes if flag else no for flag in flags]


def packed(counts: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.number]]:
    """Counts in the fewest bytes that hold the largest, fractions in four; nothing, as NaN, is a gap."""
    numbers = counts.to_numpy()
    if counts.dtype.is_float():
        return numbers.astype(np.float32)
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def for_browser(part: Any) -> Any:  # noqa: ANN401  # any part of a figure
    """Return what the browser is sent: numbers as typed arrays, days as text, what is None left out."""
    if isinstance(part, dict):
        return {name: for_browser(value) for name, value in part.items() if value is not None}
    if isinstance(part, np.ndarray):
        if part.dtype.kind == "M":
            return np.datetime_as_string(part).tolist()
        if part.dtype.kind not in "iuf" or not part.size:
            return for_browser(part.tolist())
        # Plotly reads no whole number of eight bytes: the least kind that holds both signs of the largest.
        if part.dtype == np.int64:
            part = part.astype(np.min_scalar_type(-1 - int(np.abs(part).max())))
        shape = {"shape": str(part.shape)[1:-1]} if part.ndim > 1 else {}
        dtype = f"{part.dtype.kind}{part.dtype.itemsize}"
        return {"dtype": dtype, "bdata": base64.b64encode(part.tobytes()).decode(), **shape}
    if isinstance(part, list | tuple | pl.Series):
        return [for_browser(value) for value in part]
    return part.isoformat() if isinstance(part, dt.date) else part


def in_words(name: str, values: Iterable[Any], write: Callable[[Any], str] = str) -> pl.Series:
    return pl.Series(name, list(map(write, values)), pl.String)
