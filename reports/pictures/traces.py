"""The bars, lines, bands and points of a figure, and the words at them. Anything else is refused."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from reports.pictures.axes import MILLISECONDS, Letter, Places, Scales, along
from reports.pictures.figure import (
    DASHES,
    POINTS,
    STEPS,
    SYMBOLS,
    Panel,
    Part,
    colour,
    for_each,
    hatch,
    label_of,
    plain,
    weight,
)

_BAR_MODES = (None, "stack", "overlay")
_MODES = {"lines", "markers", "text", "none"}
_HORIZONTAL = {"left": ("right", -5), "center": ("center", 0), "right": ("left", 5)}
_VERTICAL = {"top": ("bottom", 4), "middle": ("center", 0), "bottom": ("top", -4)}
_LETTER, _ACROSS = 5.0, 380.0  # points: the width of a letter, and about that of the room for bars
_GAP = 0.2  # of the room between two bars, as Plotly leaves it


@dataclass
class Drawing:
    """A panel while its traces are drawn.

    heights: of stacked bars, how high those below reach, by their place. stacks: the same of areas. before:
    the line that the next may be filled down to.
    """

    plot: Axes
    panel: Panel
    scales: Scales
    heights: dict[float, float] = field(default_factory=dict[float, float])
    stacks: dict[str, Places] = field(default_factory=dict[str, Places])
    before: Places | None = None


def draw(plot: Axes, panel: Panel, scales: Scales) -> None:
    drawing = Drawing(plot, panel, scales)
    for trace in panel.traces:
        if trace.type == "bar":
            _bars(drawing, trace)
        else:
            _curve(drawing, trace)


def _bars(drawing: Drawing, bar: Part) -> None:
    if bar.marker.color is None or drawing.panel.layout.barmode not in _BAR_MODES:
        raise TypeError("a picture draws bars only in a colour that is said, stacked or over each other")
    flat, (across, up) = bar.orientation == "h", _letters(bar)
    wide = _width(drawing, bar)
    places = along(bar, across, drawing.scales[across])
    sizes = np.nan_to_num(along(bar, up, drawing.scales[up]))
    begins = _begins(drawing, bar, places, sizes)
    look: dict[str, Any] = {"color": for_each(bar.marker.color, len(places)), "alpha": bar.marker.opacity}
    if bar.marker.line.width:
        look |= {"edgecolor": bar.marker.line.color, "linewidth": bar.marker.line.width * POINTS}
    look |= hatch(bar.marker.pattern) | {"label": label_of(bar)}
    if flat:
        drawing.plot.barh(places, sizes, wide, left=begins, **look)
    else:
        drawing.plot.bar(places, sizes, wide, bottom=begins, **look)
    _whiskers(drawing.plot, bar.error_x if flat else bar.error_y, places, begins + sizes, flat=flat)
    if bar.text is not None:
        _bar_words(drawing, bar, places, begins, begins + sizes)


def _letters(bar: Part) -> tuple[Letter, Letter]:
    """Return the axis along which bars stand side by side, and that along which they rise."""
    return ("y", "x") if bar.orientation == "h" else ("x", "y")


def _width(drawing: Drawing, bar: Part) -> float:
    across, _ = _letters(bar)
    scale = drawing.scales[across]
    if bar.width is not None:
        return float(bar.width) / (MILLISECONDS if scale.kind == "date" else 1)
    bars = [trace for trace in drawing.panel.traces if trace.type == "bar"]
    places = np.unique(np.concatenate([along(trace, across, scale) for trace in bars]))
    gap = _GAP if drawing.panel.layout.bargap is None else float(drawing.panel.layout.bargap)
    return (float(np.diff(places).min()) if len(places) > 1 else 1.0) * (1 - gap)


def _begins(drawing: Drawing, bar: Part, places: Places, sizes: Places) -> Places:
    """Return from where bars rise: from those below them, where they are stacked."""
    if bar.base is not None:
        _, up = _letters(bar)
        return np.nan_to_num(drawing.scales[up].places(for_each(bar.base, len(places))))
    if drawing.panel.layout.barmode != "stack":
        return np.zeros(len(places))
    begins = np.array([drawing.heights.get(place, 0.0) for place in places.tolist()])
    drawing.heights.update(zip(places.tolist(), (begins + sizes).tolist(), strict=True))
    return begins


def _whiskers(plot: Axes, error: Part, places: Places, ends: Places, *, flat: bool) -> None:
    if error.array is None:
        return
    up = np.asarray(error.array, dtype=np.float64)
    down = up if error.arrayminus is None else np.asarray(error.arrayminus, dtype=np.float64)
    known = np.isfinite(up) & np.isfinite(down)
    reach = np.clip([down[known], up[known]], 0, None)
    line, cap = (error.thickness or 2) * POINTS, (error.width or 4) * POINTS
    look: dict[str, Any] = {"fmt": "none", "ecolor": error.color, "elinewidth": line, "capthick": line}
    look |= {"capsize": cap, "xerr" if flat else "yerr": reach}
    x, y = (ends[known], places[known]) if flat else (places[known], ends[known])
    plot.errorbar(x, y, **look)


def _bar_words(drawing: Drawing, bar: Part, places: Places, begins: Places, ends: Places) -> None:
    if bar.textposition not in ("outside", "inside"):
        raise TypeError(f"a picture cannot write at the position {bar.textposition} of a bar")
    outside, flat = bar.textposition == "outside", bar.orientation == "h"
    font = bar.outsidetextfont if outside else bar.insidetextfont
    side = ("left", "center", (3, 0)) if flat else ("center", "bottom", (0, 2))
    beside, upright, shift = side if outside else ("center", "center", (0, 0))
    middles = ends if outside else (begins + ends) / 2
    rooms, texts = np.abs(ends - begins), for_each(bar.text, len(places))
    for place, middle, text, room in zip(places, middles, texts, rooms, strict=True):
        if outside or _fits(drawing, bar, str(text), room):
            at = (float(middle), float(place)) if flat else (float(place), float(middle))
            drawing.plot.annotate(
                plain(text), at, weight=weight(text), color=font.color or bar.textfont.color, clip_on=False,
                textcoords="offset points", xytext=shift, ha=beside, va=upright,
            )  # fmt: skip


def _fits(drawing: Drawing, bar: Part, text: str, room: float) -> bool:
    """Whether words have room in a level bar, where the figure hides those that have not."""
    layout, reach = drawing.panel.layout, drawing.panel.x.range
    if layout.uniformtext.mode != "hide" or bar.orientation != "h" or reach is None:
        return True
    low, high = drawing.scales["x"].places(reach)
    return len(plain(text)) * _LETTER < room / float(high - low) * _ACROSS


def _curve(drawing: Drawing, trace: Part) -> None:
    plot, scales, mode = drawing.plot, drawing.scales, set((trace.mode or "lines+markers").split("+"))
    if mode - _MODES or trace.line.shape not in STEPS or trace.line.dash not in DASHES:
        raise TypeError(f"a picture cannot draw {trace.mode}, {trace.line.shape} and {trace.line.dash}")
    across, up = along(trace, "x", scales["x"]), along(trace, "y", scales["y"])
    label = label_of(trace)
    if trace.stackgroup:
        up, label = _stacked(drawing, trace, across, up), "_unnamed"
    elif trace.fill not in (None, "none"):
        _fill(drawing, trace, across, up)
    wide = 2.0 if trace.line.width is None else float(trace.line.width)
    if "lines" in mode and wide:
        plot.plot(
            across, up, drawstyle=STEPS[trace.line.shape], color=trace.line.color, label=label,
            linewidth=wide * POINTS, linestyle=DASHES[trace.line.dash], alpha=trace.opacity,
            solid_capstyle="butt",
        )  # fmt: skip
    if "markers" in mode:
        _points(plot, trace, across, up, "_unnamed" if "lines" in mode else label)
    if "text" in mode:
        _words(plot, trace, across, up)
    drawing.before = up


def _stacked(drawing: Drawing, trace: Part, across: Places, up: Places) -> Places:
    if trace.fillcolor is None or trace.fill not in (None, "tonexty"):
        raise TypeError("a picture stacks areas only in a colour that is said")
    foot = drawing.stacks.get(trace.stackgroup, np.zeros(len(up)))
    head = foot + np.nan_to_num(up)
    drawing.stacks[trace.stackgroup] = head
    look: dict[str, Any] = {**colour(trace.fillcolor), "label": label_of(trace), "linewidth": 0}
    drawing.plot.fill_between(across, foot, head, step=_step(trace), **look, **hatch(trace.fillpattern))
    return head


def _fill(drawing: Drawing, trace: Part, across: Places, up: Places) -> None:
    if trace.fillcolor is None or trace.fill != "tonexty" or drawing.before is None:
        raise TypeError(f"a picture fills only down to the line before, and cannot fill {trace.fill}")
    look: dict[str, Any] = {**colour(trace.fillcolor), "linewidth": 0}
    drawing.plot.fill_between(across, up, drawing.before, step=_step(trace), **look)


def _step(trace: Part) -> Any:  # noqa: ANN401  # one of matplotlib's own words
    step = STEPS[trace.line.shape].removeprefix("steps-")
    return None if step == "default" else step


def _points(plot: Axes, trace: Part, across: Places, up: Places, label: str) -> None:
    marker, count = trace.marker, len(across)
    looks = (for_each(look, count) for look in (marker.symbol, marker.color, marker.size, marker.opacity))
    for number, (symbol, ink, size, opacity) in enumerate(zip(*looks, strict=True)):
        if symbol not in SYMBOLS:
            raise TypeError(f"a picture has no points of the kind {symbol}")
        filled = ink or trace.line.color
        plot.plot(
            across[number : number + 1], up[number : number + 1], linestyle="none", marker=SYMBOLS[symbol],
            color=filled, markersize=(size or 6) * POINTS, alpha=opacity, label="_more" if number else label,
            markerfacecolor="none" if str(symbol).endswith("-open") else filled,
        )  # fmt: skip


def _words(plot: Axes, trace: Part, across: Places, up: Places) -> None:
    count = len(across)
    places = for_each(trace.textposition or "middle center", count)
    for x, y, text, place in zip(across, up, for_each(trace.text, count), places, strict=True):
        (upright, above), (beside, right) = _VERTICAL[place.split()[0]], _HORIZONTAL[place.split()[1]]
        if text:
            plot.annotate(
                plain(text), (float(x), float(y)), xytext=(right, above), textcoords="offset points",
                ha=beside, va=upright, color=trace.textfont.color, weight=weight(text), clip_on=False,
            )  # fmt: skip
