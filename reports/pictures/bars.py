"""Bars of a figure: where each stands, how far it reaches, and what is written at its end."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from reports.pictures.axes import MILLISECONDS, Letter, Places, Scales, along
from reports.pictures.look import POINTS, Part, each_of, hatch, plain, weight
from reports.pictures.panels import Panel

_MODES = (None, "stack", "group", "overlay", "relative")
_LETTER, _ACROSS = 5.0, 380.0  # points: the width of a letter, and about that of the room for bars
_GAP = 0.2  # of the room between two bars, as Plotly leaves it


class Standing:
    """How the bars of a figure stand beside and upon each other."""

    def __init__(self, panel: Panel, scales: Scales) -> None:
        self.scales, self.panel = scales, panel
        self.mode = panel.layout.barmode
        if self.mode not in _MODES:
            raise TypeError(f"a picture has no bars in the mode {self.mode}")
        self._bars = [trace for trace in panel.traces if trace.type == "bar"]
        self._gap = _GAP if panel.layout.bargap is None else float(panel.layout.bargap)
        self._heights: dict[float, float] = {}

    def room(self, bar: Part) -> tuple[float, float]:
        """Return how wide a bar is, and how far beside its place it stands."""
        letter = across(bar)
        if bar.width is not None:
            milliseconds = self.scales[letter].kind == "date"
            return float(bar.width) / (MILLISECONDS if milliseconds else 1), 0
        every = np.unique(np.concatenate([along(each, letter, self.scales[letter]) for each in self._bars]))
        whole = (float(np.diff(every).min()) if len(every) > 1 else 1.0) * (1 - self._gap)
        if self.mode != "group":
            return whole, 0
        one = whole / len(self._bars)
        return one, one * (self._bars.index(bar) - (len(self._bars) - 1) / 2)

    def begins(self, bar: Part, places: Places, sizes: Places) -> Places:
        """Return from where bars rise: from those below them, where they are stacked."""
        if bar.base is not None:
            upon = self.scales["x" if across(bar) == "y" else "y"]
            return np.nan_to_num(upon.places(each_of(bar.base, len(places))))
        if self.mode not in ("stack", "relative"):
            return np.zeros(len(places))
        found = np.array([self._heights.get(place, 0.0) for place in places.tolist()])
        self._heights.update(zip(places.tolist(), (found + sizes).tolist(), strict=True))
        return found

    def fits(self, bar: Part, text: str, room: float) -> bool:
        """Whether words have room in a level bar, where the figure hides those that have not."""
        reach = self.panel.x.range
        if self.panel.layout.uniformtext.mode != "hide" or across(bar) != "y" or reach is None:
            return True
        low, high = self.scales["x"].places(reach)
        return len(plain(text)) * _LETTER < room / float(high - low) * _ACROSS


def across(bar: Part) -> Letter:
    return "y" if bar.orientation == "h" else "x"


def draw(plot: Axes, bar: Part, stand: Standing) -> None:
    """Draw the bars of one trace.

    Raises:
        TypeError: they are to be drawn in a manner that is not known here.
    """
    if bar.marker.color is None:
        raise TypeError("a picture draws bars only in a colour that is said")
    flat = across(bar) == "y"
    wide, beside = stand.room(bar)
    places = along(bar, "y" if flat else "x", stand.scales["y" if flat else "x"]) + beside
    sizes = np.nan_to_num(along(bar, "x" if flat else "y", stand.scales["x" if flat else "y"]))
    begins = stand.begins(bar, places, sizes)
    look: dict[str, Any] = {"color": each_of(bar.marker.color, len(places)), "alpha": bar.marker.opacity}
    if bar.marker.line.width:
        look |= {"edgecolor": bar.marker.line.color, "linewidth": bar.marker.line.width * POINTS}
    look |= hatch(bar.marker.pattern)
    look["label"] = "_unnamed" if bar.showlegend is False or not bar.name else bar.name
    if flat:
        plot.barh(places, sizes, wide, left=begins, **look)
    else:
        plot.bar(places, sizes, wide, bottom=begins, **look)
    _whiskers(plot, bar.error_x if flat else bar.error_y, places, begins + sizes, flat=flat)
    _write(plot, bar, stand, places, (begins, begins + sizes))


def _whiskers(plot: Axes, error: Part, places: Places, ends: Places, *, flat: bool) -> None:
    if error.array is None:
        return
    up = np.asarray(error.array, dtype=np.float64)
    down = up if error.arrayminus is None else np.asarray(error.arrayminus, dtype=np.float64)
    told = np.isfinite(up) & np.isfinite(down)
    reach = np.clip([down[told], up[told]], 0, None)
    line, cap = error.thickness or 2, error.width or 4
    look: dict[str, Any] = {"fmt": "none", "ecolor": error.color, "elinewidth": line * POINTS}
    look |= {"capsize": cap * POINTS, "capthick": line * POINTS}
    if flat:
        plot.errorbar(ends[told], places[told], xerr=reach, **look)
    else:
        plot.errorbar(places[told], ends[told], yerr=reach, **look)


def _write(plot: Axes, bar: Part, stand: Standing, places: Places, span: tuple[Places, Places]) -> None:
    if bar.text is None:
        return
    begins, ends = span
    if bar.textposition not in ("outside", "inside"):
        raise TypeError(f"a picture cannot write at the position {bar.textposition} of a bar")
    outside, flat = bar.textposition == "outside", across(bar) == "y"
    colour = (bar.outsidetextfont if outside else bar.insidetextfont).color or bar.textfont.color
    beside, upright = ("left", "center") if flat else ("center", "bottom")
    look: dict[str, Any] = {"color": colour, "clip_on": False, "textcoords": "offset points"}
    look |= {"ha": beside, "va": upright} if outside else {"ha": "center", "va": "center"}
    look["xytext"] = ((3, 0) if flat else (0, 2)) if outside else (0, 0)
    middles = ends if outside else (begins + ends) / 2
    rooms = np.abs(ends - begins)
    texts = each_of(bar.text, len(places))
    for place, end, text, room in zip(places, middles, texts, rooms, strict=True):
        if not outside and not stand.fits(bar, str(text), room):
            continue
        at = (float(end), float(place)) if flat else (float(place), float(end))
        plot.annotate(plain(text), at, weight=weight(text), **look)
