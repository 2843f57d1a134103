"""A chart as the pages show it: the picture, its message in words, and its numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl

from charts.palette import Palette

ROW_HEIGHT = 34
FRAME_HEIGHT = 60


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


def literal(words: str) -> str:
    """Return words that Plotly draws as they are: it takes some HTML in every text for its own.

    They are for labels, names and notes. A `hovertemplate` holds none of them: it asks for them by `%{...}`.
    """
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literals(words: Iterable[str]) -> list[str]:
    """Return each of them as `literal` does."""
    return [literal(each) for each in words]


def blank(palette: Palette, *, height: int) -> go.Figure:
    # Given at once: update_layout would take six times as long.
    return go.Figure(layout=layout(palette, height=height))


def layout(palette: Palette, *, height: int) -> dict[str, Any]:
    """Return the house style: dark text on every axis, no border, no legend, no zooming."""
    font = {"family": "Source Sans Pro, Source Sans, Arial, sans-serif", "size": 14, "color": palette.text}
    axis = {
        "color": palette.text,
        "tickfont": {"color": palette.text, "size": 14},
        "gridcolor": palette.grid,
        "zerolinecolor": palette.quiet,
        "automargin": True,
        "fixedrange": True,
    }
    return {
        "template": "none",
        "font": font,
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
