"""What a chart with many lines and words is made of, gathered first and given to Plotly at once."""

from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go
import polars as pl

from charts.chart import layout
from charts.palette import Palette

WORDS = 13


@dataclass(frozen=True, eq=False)
class Canvas:
    """Traces, words and lines across, of one theme: each as Plotly takes it."""

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
        font = {"color": self.palette.text, "size": WORDS}
        ends = {"x": 1, "xref": "paper", "xanchor": "left", "align": "left", "showarrow": False}
        self.notes.append({"text": text, "font": font, **ends, **where})

    def figure(self, height: int, margin: dict[str, int], **axes: dict[str, Any]) -> go.Figure:
        """Return the figure in the house style; axes are what they have beyond it."""
        whole = layout(self.palette, height=height)
        whole["margin"] = {**whole["margin"], **margin}
        for name, how in axes.items():
            whole[name] = {**whole["yaxis"], **how} if name == "yaxis2" else {**whole[name], **how}
        return go.Figure(data=self.traces, layout={**whole, "annotations": self.notes, "shapes": self.shapes})

    def _quiet(self, dash: str) -> dict[str, Any]:
        return {"color": self.palette.quiet, "width": 1.5, "dash": dash}
