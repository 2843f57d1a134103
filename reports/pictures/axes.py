"""Both axes of a chart: where a value lies on them, and what is written along them."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, MonthLocator, num2date
from matplotlib.ticker import MaxNLocator

from reports.pictures.figure import Panel, Part, plain, within

Letter = Literal["x", "y"]
Places = npt.NDArray[np.float64]

DAY = np.timedelta64(1, "D")
MILLISECONDS = 86_400_000  # of a day
EPOCH = dt.date(1970, 1, 1)
MARGIN = 0.05
MOST_TICKS, MOST_MONTHS = 6, 13
MONTH = 30.4
_KINDS = ("linear", "date", "category")
_WHOLE = (",", ",d", "d")
_FITTED = (None, "normal", "nonnegative", "tozero")


@dataclass(frozen=True)
class Scale:
    """Where the values of one axis lie: numbers as they are, days from 1970, names by their order."""

    kind: str
    names: tuple[str, ...] = ()

    def places(self, values: Iterable[Any]) -> Places:
        """Return where values lie; a missing one lies nowhere (not a number)."""
        if self.kind == "date":
            days = np.array([_moment(value) for value in values], dtype="datetime64[ms]")
            return np.where(np.isnat(days), np.nan, (days - np.datetime64(0, "ms")) / DAY)
        order = {name: float(place) for place, name in enumerate(self.names)}
        numbers = (order[value] if isinstance(value, str) else value for value in values)
        return np.array([np.nan if number is None else float(number) for number in numbers])


def _moment(value: Part) -> np.datetime64:
    if value is None:
        return np.datetime64("NaT")
    if isinstance(value, int | float | np.integer | np.floating):  # milliseconds, as in a browser
        return np.datetime64(int(value), "ms")
    return np.datetime64(value, "ms")


Scales = dict[Letter, Scale]


def scales_of(panel: Panel, figure: Part) -> Scales:
    """Return the scales of a panel; that of the level axis is the whole figure's."""
    return {"x": _scale(panel.x, figure.data, "x"), "y": _scale(panel.y, panel.traces, "y")}


def _scale(axis: Part, traces: Sequence[Part], letter: Letter) -> Scale:
    columns = (trace[letter] if trace[letter] is not None else [trace[f"{letter}0"]] for trace in traces)
    values = [value for column in columns for value in column if value is not None]
    kind = axis.type or _kind_of(values)
    if kind not in _KINDS:
        raise TypeError(f"a picture has no axis of the kind {kind}")
    names = (
        [*(() if axis.categoryarray is None else axis.categoryarray), *values] if kind == "category" else []
    )
    return Scale(kind, tuple(dict.fromkeys(str(name) for name in names)))


def _kind_of(values: Sequence[Any]) -> str:
    if any(isinstance(value, str) for value in values):
        return "category"
    return "date" if any(isinstance(value, dt.date | np.datetime64) for value in values) else "linear"


def along(trace: Part, letter: Letter, scale: Scale) -> Places:
    """Return where a trace's values lie on an axis; evenly spaced ones are given by their first."""
    if trace[letter] is not None:
        return scale.places(trace[letter])
    other, first, step = trace["y" if letter == "x" else "x"], trace[f"{letter}0"], trace[f"d{letter}"]
    begins = scale.places([0 if first is None else first])
    every = 1.0 if step is None else float(step)
    every = every / MILLISECONDS if scale.kind == "date" else every
    return begins + every * np.arange(0 if other is None else len(other), dtype=np.float64)


def lay_out(plots: Sequence[Axes], panels: Sequence[Panel], scales: Sequence[Scales]) -> None:
    """Set how far the axes reach, the level one alike in every panel, and write along them."""
    for plot, panel, scale in zip(plots, panels, scales, strict=True):
        for side in plot.spines.values():
            side.set_visible(False)
        plot.tick_params(length=0, pad=4)
        plot.set_axisbelow(True)
        _lay_out(plot, panel, "x", scale["x"], [other.dataLim.intervalx for other in plots])
        _lay_out(plot, panel, "y", scale["y"], [plot.dataLim.intervaly])


def _lay_out(plot: Axes, panel: Panel, letter: Letter, scale: Scale, spans: Sequence[Any]) -> None:
    axis = panel.x if letter == "x" else panel.y
    low, high = _reach(axis, scale, spans, _marked(panel, letter, scale))
    reach, grid = (plot.set_xlim, plot.xaxis) if letter == "x" else (plot.set_ylim, plot.yaxis)
    reach(*((high, low) if axis.autorange == "reversed" else (low, high)))
    if axis.visible is False:
        grid.set_visible(False)
        return
    ticks = _ticks(axis, scale, low, high)
    labelled = axis.showticklabels is not False and (letter == "y" or panel.lowest)
    colour = axis.tickfont.color or axis.color
    grid.set_ticks(ticks, _labels(axis, scale, ticks) if labelled else [""] * len(ticks), color=colour)
    if axis.title.text:
        grid.set_label_text(plain(axis.title.text), color=colour)
    if axis.showgrid is not False:
        grid.grid(visible=True, color=axis.gridcolor, linewidth=0.6)
    if scale.kind == "linear" and axis.zeroline is not False and low <= 0 <= high:
        (plot.axhline if letter == "y" else plot.axvline)(0, color=axis.zerolinecolor, linewidth=0.8)


def _marked(panel: Panel, letter: Letter, scale: Scale) -> list[float]:
    marks = [mark for mark in (*panel.shapes, *panel.notes) if not within(mark, letter)]
    names = (letter, f"{letter}0", f"{letter}1")
    return scale.places(
        [mark[name] for mark in marks for name in names if name in mark and mark[name] is not None]
    ).tolist()


def _reach(axis: Part, scale: Scale, spans: Sequence[Any], marked: Sequence[float]) -> tuple[float, float]:
    if axis.rangemode not in _FITTED:
        raise TypeError(f"a picture has no axis fitted as {axis.rangemode}")
    if axis.range is not None:
        low, high = scale.places(axis.range)
        return float(low), float(high)
    if scale.kind == "category":
        return -0.5, max(len(scale.names), 1) - 0.5
    low, high = float(min(span[0] for span in spans)), float(max(span[1] for span in spans))
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    low, high = min(low, *marked, low), max(high, *marked, high)
    if axis.rangemode in ("tozero", "nonnegative"):
        low, high = min(low, 0), max(high, 0)
    # A line of days fills its width; what is counted leaves air above it, for what is written there.
    room = 0 if scale.kind == "date" else MARGIN * 2 * ((high - low) or 1)
    return low - (0 if low == 0 or not room else room / 2), high + room if high > low else low + (room or 1)


def _ticks(axis: Part, scale: Scale, low: float, high: float) -> list[float]:
    if axis.tickvals is not None:
        return scale.places(axis.tickvals).tolist()
    if scale.kind == "category":
        return [float(place) for place in range(len(scale.names))]
    most = axis.nticks or MOST_TICKS
    if scale.kind == "date":
        months = MonthLocator(interval=math.ceil((high - low) / MONTH / MOST_MONTHS))
        locator = months if axis.dtick == "M1" else AutoDateLocator(minticks=3, maxticks=most)
        ticks = locator.tick_values(num2date(low), num2date(high))
    else:
        whole = axis.tickformat in _WHOLE
        locator = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10], integer=whole, min_n_ticks=1)
        ticks = locator.tick_values(low, high)
    slack = 1e-9 * (high - low)
    return [float(tick) for tick in ticks if low - slack <= tick <= high + slack]


def _labels(axis: Part, scale: Scale, ticks: Sequence[float]) -> list[str]:
    if axis.ticktext is not None:
        return [plain(text) for text in axis.ticktext]
    if scale.kind == "category":
        return [plain(name) for name in scale.names]
    # What stands below a day, its year, is written where it changes.
    labels, before = list[str](), ""
    for label in (_written(axis, scale, tick) for tick in ticks):
        day, _, year = label.partition("\n")
        labels.append(day if year == before else label)
        before = year
    return labels


def _written(axis: Part, scale: Scale, tick: float) -> str:
    form = axis.tickformat
    if scale.kind == "date":
        return plain((EPOCH + dt.timedelta(days=tick)).strftime(form or "%-d %b<br>%Y"))
    if form is None:
        return f"{tick:g}"
    return format(round(tick) if form in _WHOLE else tick, form)
