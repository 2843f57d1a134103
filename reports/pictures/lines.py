"""Lines of a figure: the line itself, its points, the words at them, and what it fills."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from reports.pictures.axes import Places, Scales, along
from reports.pictures.look import DASHES, POINTS, STEPS, SYMBOLS, Part, colour, each_of, hatch, plain, weight

_MODES = {"lines", "markers", "text", "none"}
_HORIZONTAL = {"left": ("right", -5), "center": ("center", 0), "right": ("left", 5)}
_VERTICAL = {"top": ("bottom", 4), "middle": ("center", 0), "bottom": ("top", -4)}


@dataclass
class Below:
    """What the next line may be filled down to: the one before it, or the sum of those it stands upon."""

    before: Places | None = None
    stacks: dict[str, Places] = field(default_factory=dict[str, Places])


def draw(plot: Axes, trace: Part, scales: Scales, below: Below) -> None:
    """Draw one trace.

    Raises:
        TypeError: it is to be drawn in a manner that is not known here.
    """
    across, up = along(trace, "x", scales["x"]), along(trace, "y", scales["y"])
    mode = set((trace.mode or "lines+markers").split("+"))
    if mode - _MODES or trace.line.shape not in STEPS or trace.line.dash not in DASHES:
        raise TypeError(f"a picture cannot draw {trace.mode}, {trace.line.shape} and {trace.line.dash}")
    label = _named(trace)
    if trace.stackgroup:
        up = _stack(plot, trace, across, up, below)
        label = "_unnamed"
    _fill(plot, trace, across, up, below.before)
    if "lines" in mode:
        _line(plot, trace, across, up, label)
    if "markers" in mode:
        _points(plot, trace, across, up, "_unnamed" if "lines" in mode else label)
    if "text" in mode:
        _words(plot, trace, across, up)
    below.before = up


def _stack(plot: Axes, trace: Part, across: Places, up: Places, below: Below) -> Places:
    if trace.fillcolor is None or trace.fill not in (None, "tonexty"):
        raise TypeError("a picture stacks areas only in a colour that is said")
    foot = below.stacks.get(trace.stackgroup, np.zeros(len(up)))
    head = foot + np.nan_to_num(up)
    below.stacks[trace.stackgroup] = head
    look: dict[str, Any] = {**colour(trace.fillcolor), "label": _named(trace), "linewidth": 0}
    plot.fill_between(across, foot, head, step=_step(trace), **look, **hatch(trace.fillpattern))
    return head


def _named(trace: Part) -> str:
    return "_unnamed" if trace.showlegend is False or not trace.name else trace.name


def _step(trace: Part) -> Any:  # noqa: ANN401  # one of matplotlib's own words
    step = STEPS[trace.line.shape].removeprefix("steps-")
    return None if step == "default" else step


def _line(plot: Axes, trace: Part, across: Places, up: Places, label: str) -> None:
    wide = 2.0 if trace.line.width is None else float(trace.line.width)
    if not wide:
        return
    kept = np.isfinite(up) if trace.connectgaps else np.full(len(up), fill_value=True)
    plot.plot(
        across[kept], up[kept], drawstyle=STEPS[trace.line.shape], color=trace.line.color, label=label,
        linewidth=wide * POINTS, linestyle=DASHES[trace.line.dash], alpha=trace.opacity,
        solid_capstyle="butt",
    )  # fmt: skip


def _fill(plot: Axes, trace: Part, across: Places, up: Places, before: Places | None) -> None:
    if trace.fill in (None, "none") or trace.stackgroup:
        return
    if trace.fillcolor is None:
        raise TypeError("a picture fills only with a colour that is said")
    look: dict[str, Any] = {**colour(trace.fillcolor), "linewidth": 0}
    if trace.fill == "toself":
        plot.fill(across, up, **look)
    elif trace.fill == "tozeroy" or (trace.fill == "tonexty" and before is not None):
        under: Any = 0 if trace.fill == "tozeroy" else before
        plot.fill_between(across, up, under, step=_step(trace), **look)
    else:
        raise TypeError(f"a picture cannot fill {trace.fill}")


def _points(plot: Axes, trace: Part, across: Places, up: Places, label: str) -> None:
    marker, count = trace.marker, len(across)
    looks = (each_of(each, count) for each in (marker.symbol, marker.color, marker.size, marker.opacity))
    for number, (symbol, hue, size, seen) in enumerate(zip(*looks, strict=True)):
        if symbol not in SYMBOLS:
            raise TypeError(f"a picture has no points of the kind {symbol}")
        filled = hue or trace.line.color
        plot.plot(
            across[number : number + 1], up[number : number + 1], linestyle="none", marker=SYMBOLS[symbol],
            color=filled, markersize=(size or 6) * POINTS, alpha=seen, label="_more" if number else label,
            markerfacecolor="none" if str(symbol).endswith("-open") else filled,
        )  # fmt: skip


def _words(plot: Axes, trace: Part, across: Places, up: Places) -> None:
    count = len(across)
    places = each_of(trace.textposition or "middle center", count)
    for x, y, text, place in zip(across, up, each_of(trace.text, count), places, strict=True):
        if not text:
            continue
        (upright, above), (beside, right) = _VERTICAL[place.split()[0]], _HORIZONTAL[place.split()[1]]
        plot.annotate(
            plain(text), (float(x), float(y)), xytext=(right, above), textcoords="offset points", ha=beside,
            va=upright, color=trace.textfont.color, weight=weight(text), clip_on=False,
        )  # fmt: skip
