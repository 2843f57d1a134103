"""A chart as the pages show it: the picture, its message in words, and its numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl

from charts.palette import Palette

DAY = 86_400_000  # milliseconds, as Plotly counts time
ROW_HEIGHT = 34
FRAME_HEIGHT = 60
WORDS = 13
TIME: dict[str, Any] = {"type": "date", "showgrid": False, "tickformat": "%-d %b<br>%Y", "nticks": 6}


@dataclass(frozen=True, eq=False)
class Chart:
    """A Plotly figure with its text alternative (`alt`, which states the message) and its table.

    labels: what each bar is called, in order, where the bars can be clicked.
    """

    title: str
    figure: go.Figure
    alt: str
    table: pl.DataFrame
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Canvas:
    """Traces, words and lines across, gathered first and given to Plotly at once, as it takes them."""

    palette: Palette
    traces: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    notes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    shapes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def scatter(self, places: pl.Series, values: pl.Series, **how: Any) -> None:  # noqa: ANN401  # Plotly's
        """Draw values, as four bytes each, at places."""
        numbers = values.cast(pl.Float32).to_numpy()
        self.traces.append({"type": "scatter", "x": places.to_numpy(), "y": numbers, **how})

    def limit(self, places: pl.Series, values: pl.Series, dash: str, shape: str = "linear") -> None:
        """Draw a quiet line, never below nothing, that a touch passes over."""
        line = {**self._quiet(dash), "shape": shape}
        self.scatter(places, values.clip(0), mode="lines", line=line, hoverinfo="skip")

    def across(self, dash: str, **where: Any) -> None:  # noqa: ANN401  # what Plotly calls a place
        self.shapes.append({"type": "line", "line": self._quiet(dash), **where})

    def note(self, text: str, **where: Any) -> None:  # noqa: ANN401  # what Plotly calls a place
        """Write words right of the lines, so that none runs through them, unless it is said otherwise."""
        ends = {"x": 1, "xref": "paper", "xanchor": "left", "align": "left", "showarrow": False}
        self.notes.append({"text": text, "font": font(self.palette, WORDS), **ends, **where})

    def figure(self, height: int, margin: dict[str, int], **axes: dict[str, Any]) -> go.Figure:
        """The figure in the house style; axes are what they have beyond it."""
        whole = _layout(self.palette, height=height)
        whole["margin"] = {**whole["margin"], **margin}
        for name, how in axes.items():
            whole[name] = {**whole["yaxis"], **how} if name == "yaxis2" else {**whole[name], **how}
        return go.Figure(data=self.traces, layout={**whole, "annotations": self.notes, "shapes": self.shapes})

    def _quiet(self, dash: str) -> dict[str, Any]:
        return {"color": self.palette.quiet, "width": 1.5, "dash": dash}


def literal(words: str) -> str:
    """Words that Plotly draws as they are: it takes some HTML in every text for its own.

    They are for labels, names and notes. A `hovertemplate` holds none of them: it asks for them by `%{...}`.
    """
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literals(words: Iterable[str]) -> list[str]:
    return list(map(literal, words))


def font(palette: Palette, size: int = 14) -> dict[str, Any]:
    return {"color": palette.text, "size": size}


def legend(palette: Palette, **how: object) -> dict[str, Any]:
    """Above the picture: below, it would stand on the days wherever it takes more than one line."""
    return {"orientation": "h", "font": font(palette), "x": 0, "y": 1.02, "yanchor": "bottom", **how}


def whiskers(
    low: pl.Series, value: pl.Series, high: pl.Series, palette: Palette, width: int | None = None
) -> dict[str, Any]:
    """A line across the end of each bar, from the low to the high end of its interval."""
    middle = value.to_numpy()
    return {
        "type": "data",
        "symmetric": False,
        "array": high.to_numpy() - middle,
        "arrayminus": middle - low.to_numpy(),
        "color": palette.quiet,
        "thickness": 2,
        "width": width,
    }


def blank(palette: Palette, *, height: int) -> go.Figure:
    # Given at once: update_layout would take six times as long.
    return go.Figure(layout=_layout(palette, height=height))


def _layout(palette: Palette, *, height: int) -> dict[str, Any]:
    """The house style: dark text on every axis, no border, no legend, no zooming."""
    axis = {
        "color": palette.text,
        "tickfont": font(palette),
        "gridcolor": palette.grid,
        "zerolinecolor": palette.quiet,
        "automargin": True,
        "fixedrange": True,
    }
    return {
        "template": "none",
        "font": {"family": "Source Sans Pro, Source Sans, Arial, sans-serif", **font(palette)},
        "height": height,
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "xaxis": axis,
        "yaxis": axis,
        "hoverlabel": {"font": {"size": 14}},
        "dragmode": False,
        "bargap": 0.25,
    }


def packed(counts: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.number]]:
    """Counts in the fewest bytes that hold the largest: they travel to the browser as they are.

    Parts of one, such as full-time equivalents, take four bytes each; nothing, as NaN, is a gap.
    """
    numbers = counts.to_numpy()
    if counts.dtype.is_float():
        return numbers.astype(np.float32)
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))
