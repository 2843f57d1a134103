"""Charts of the screen as SVG. Text stays text: a file with it is read again and compared word for word.

What is neither drawn nor meaningless on paper is refused: nothing that a chart says is lost unseen.
Matplotlib takes half a second to import: import this module where a picture is drawn.
"""

import datetime as dt
import html
import io
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_rgba
from matplotlib.dates import AutoDateLocator, MonthLocator, date2num, num2date
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from charts.chart import DAY, WORDS, Chart, Part

Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]

WIDTH = 482.0  # points: the width of an A4 page between its margins
POINTS = 8 / WORDS  # points on paper for a pixel on the screen: words are printed in 8 points
FAMILY = "DejaVu Sans"
# Of the process, and set to the same each time: nothing else in it draws with matplotlib.
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "candour",
    "text.parse_math": False,
    "font.family": [FAMILY],
    "font.size": WORDS * POINTS,
    "axes.formatter.useoffset": False,
}
_UNDATED = {"Date": None, "Creator": None, "Type": None, "Format": None}
_DASHES: Part = {"solid": "solid", "dash": (0, (4, 3)), "dot": (0, (1, 2))}
_LINE = WORDS * 1.2  # pixels: a line of a note
_NAMES = 24  # of months that fit beside each other
_AIR = 1.1  # what is counted leaves air above it, for what is written there
_BREAK, _MARKUP = re.compile("<br ?/?>"), re.compile("</?(?:b|span)(?: [^>]*)?>")
_INK = re.compile("<span style='color:(#[0-9a-fA-F]{6})'>")
# What is drawn of each kind of part; of some of it, with which values; and what only a screen has.
_KNOWN = {
    "bar": "error_x marker orientation=h text textfont textposition=outside type x y",
    "scatter": "dx fill=tonexty fillcolor line marker mode=lines|markers name type x x0 y",
    "layout": "annotations bargap font height margin paper_bgcolor plot_bgcolor shapes showlegend=False "
    "template xaxis yaxis",
    "axis": "automargin autorange color dtick=1|M1 fixedrange gridcolor nticks range rangemode=tozero "
    "showgrid tickangle tickfont tickformat ticklabelmode=period ticklabelstandoff ticktext tickvals "
    "type=category|date visible zerolinecolor",
    "annotation": "align bgcolor font showarrow=False text x xanchor xref=x|paper xshift y yanchor "
    "yref=y|paper",
    "shape": "fillcolor layer=above|below line opacity type=line|rect x0 x1 y0 y1 yref=paper",
    "line": "color dash=solid|dash|dot shape=hv|linear width",
    "marker": "color size",
}
_ON_SCREEN = {"cliponaxis", "customdata", "dragmode", "hoverinfo", "hoverlabel", "hovertemplate", "hovertext"}


def svg(chart: Chart) -> str:
    """Return the same text for the same chart; a TypeError where it has something that cannot be drawn."""
    mpl.rcParams.update(_SETTINGS)
    layout, traces = chart.spec["layout"], chart.spec["data"]
    _refuse_unknown(layout, traces)
    figure = Figure(figsize=(WIDTH / 72, layout["height"] * POINTS / 72))
    figure.set_layout_engine("constrained", w_pad=0.02, h_pad=0.03)
    figure.patch.set_visible(False)
    plot: Axes = figure.subplots(squeeze=False)[0, 0]
    plot.set_frame_on(b=False)
    plot.tick_params(length=0, pad=4)
    plot.set_axisbelow(True)
    if {trace["type"] for trace in traces} == {"bar"}:
        _bars(plot, traces[0], layout)
    else:
        _courses(plot, traces, layout)
    text = io.StringIO()
    FigureCanvasSVG(figure).print_svg(text, metadata=_UNDATED)
    return text.getvalue()


def fonts() -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


def _refuse_unknown(layout: Part, traces: Sequence[Part]) -> None:
    parts = [("layout", layout), ("axis", layout["xaxis"]), ("axis", layout["yaxis"])]
    parts += [(kind, part) for kind in ("annotation", "shape") for part in layout.get(f"{kind}s", ())]
    parts += [(trace["type"], trace) for trace in traces]
    parts += [(kind, part[kind]) for _, part in tuple(parts) for kind in ("line", "marker") if kind in part]
    for kind, part in parts:
        if kind not in _KNOWN:
            raise TypeError(f"a picture cannot draw a trace of the kind {kind}")
        known = {name: values for name, _, values in (words.partition("=") for words in _KNOWN[kind].split())}
        if unknown := sorted(part.keys() - known.keys() - _ON_SCREEN):
            raise TypeError(f"a picture cannot draw the {unknown[0]} of the {kind} of a figure")
        for name, value in part.items():
            if value is not None and known.get(name) and str(value) not in known[name].split("|"):
                raise TypeError(f"a picture cannot draw {value!r} as the {name} of the {kind} of a figure")
    kinds = [trace["type"] for trace in traces]
    if len(set(kinds)) > 1 or kinds.count("bar") > 1:
        raise TypeError("a picture has bars of one figure, or courses over days")
    for trace in traces:
        look = trace.get("marker", {}) if trace.get("mode") == "markers" else trace.get("line", {})
        if trace["type"] == "scatter" and not (look.keys() >= {"color", "size"} or "width" in look):
            raise TypeError("a picture draws points of a given colour and size, and lines of a given width")


def _bars(plot: Axes, bar: Part, layout: Part) -> None:
    x, y = layout["xaxis"], layout["yaxis"]
    if bar.get("orientation") is None or "marker" not in bar or "range" not in x:
        raise TypeError("a picture draws level bars in one colour, as far as a range that is given")
    sizes, places = np.asarray(bar["x"], dtype=np.float64), np.arange(len(bar["y"]))
    plot.barh(places, sizes, 1 - layout["bargap"], color=bar["marker"]["color"])
    error = bar.get("error_x") or {}
    if error.get("array") is not None:
        known = np.isfinite(error["array"]) & np.isfinite(error["arrayminus"])
        reach = np.clip([error["arrayminus"][known], error["array"][known]], 0, None)
        thick, cap = error["thickness"] * POINTS, error["width"] * POINTS
        look: Part = {"elinewidth": thick, "capthick": thick, "capsize": cap, "ecolor": error["color"]}
        plot.errorbar(sizes[known], places[known], xerr=reach, fmt="none", **look)
    for place, size, text in zip(places, sizes, bar.get("text") or [], strict=False):
        look = {"textcoords": "offset points", "xytext": (3, 0), "ha": "left", "va": "center"}
        plot.annotate(_plain(text), (size, place), color=bar["textfont"]["color"], clip_on=False, **look)
    plot.set_xlim(*x["range"])
    plot.set_ylim(max(len(places), 1) - 0.5, -0.5)
    names = bar["y"] if y.get("ticktext") is None else y["ticktext"]
    plot.yaxis.set_ticks(places, list(map(_plain, names)), color=y["color"])
    plot.xaxis.set_visible(x["visible"])
    if x["visible"]:
        _mark(plot.xaxis, x["tickvals"], [format(share, x["tickformat"]) for share in x["tickvals"]], x)
        plot.axvline(0, color=x["zerolinecolor"], linewidth=0.8)


def _courses(plot: Axes, traces: Sequence[Part], layout: Part) -> None:
    x, y = layout["xaxis"], layout["yaxis"]
    spans, before = list[float](), np.zeros(0)
    for trace in traces:
        counts = np.asarray(trace["y"], dtype=np.float64)
        days = _days_of(trace, len(counts))
        spans += [days[0], days[-1]]
        _course(plot, trace, days, counts, before)
        before = counts
    low, high = map(_number_of, x["range"]) if "range" in x else (min(spans), max(spans))
    notes = layout.get("annotations", ())
    top = max([plot.dataLim.ymax, *(note["y"] for note in notes if note.get("yref") != "paper")]) or 1
    for shape in layout.get("shapes", ()):
        _shape(plot, shape)
    plot.set_xlim(low, high if high > low else low + 1)
    plot.set_ylim(0, top * _AIR)
    for note in notes:
        _note(plot, note)
    _mark(plot.xaxis, *_days(x, low, high), x)
    counts = MaxNLocator(nbins=y["nticks"], steps=[1, 2, 2.5, 5, 10], integer=True, min_n_ticks=1)
    ticks = [tick for tick in counts.tick_values(0, top * _AIR) if tick <= top * _AIR]
    _mark(plot.yaxis, ticks, [f"{round(tick):,}" for tick in ticks], y)
    plot.axhline(0, color=y["zerolinecolor"], linewidth=0.8)


def _course(plot: Axes, trace: Part, days: Numbers, counts: Numbers, before: Numbers) -> None:
    if trace["mode"] == "markers":
        marker = trace["marker"]
        look: Part = {"markersize": marker["size"] * POINTS, "markeredgewidth": 0, "clip_on": False}
        plot.plot(days, counts, "o", color=marker["color"], **look)
        return
    line = trace["line"]
    step = "post" if line.get("shape") == "hv" else None
    if trace.get("fill") is not None:
        plot.fill_between(days, counts, before, step=step, linewidth=0, **_colour(trace["fillcolor"]))
    if line["width"]:
        look = {"drawstyle": f"steps-{step}" if step else "default", "solid_capstyle": "butt"}
        plot.plot(days, counts, **_stroke(line), **look)


def _shape(plot: Axes, shape: Part) -> None:
    order = 0.5 if shape.get("layer") == "below" else 3
    if shape["type"] == "rect":
        ends = map(_number_of, (shape["x0"], shape["x1"]))
        # A colour that is thin of its own, as a thin shape would be a page of its own in the PDF.
        plot.axvspan(*ends, fc=to_rgba(shape["fillcolor"], shape.get("opacity")), lw=0, zorder=order)
    else:
        plot.axvline(_number_of(shape["x0"]), **_stroke(shape["line"]), zorder=order)


def _note(plot: Axes, note: Part) -> None:
    """Write a note line by line: each is of one colour, and bold where it begins so."""
    on_paper = [note.get(f"{axis}ref") == "paper" for axis in "xy"]
    at = (note["x"] if on_paper[0] else _number_of(note["x"]), note["y"])
    where = tuple("axes fraction" if paper else "data" for paper in on_paper)
    lines, upright = _BREAK.split(note["text"]), note["yanchor"]
    first = {"top": 0.0, "bottom": len(lines) - 1.0}.get(upright, (len(lines) - 1) / 2)
    for number, line in enumerate(lines):
        ink = _INK.search(line)
        look: Part = {"xytext": (note.get("xshift", 0) * POINTS, (first - number) * _LINE * POINTS)}
        look |= {"textcoords": "offset points", "xycoords": where, "ha": note["xanchor"], "va": upright}
        look |= {"color": ink[1] if ink else note["font"]["color"], "fontsize": note["font"]["size"] * POINTS}
        look |= {"weight": "bold" if line.startswith("<b>") else "normal", "annotation_clip": False}
        if "bgcolor" in note:
            look["bbox"] = {"facecolor": note["bgcolor"], "linewidth": 0, "pad": 1.5}
        plot.annotate(_plain(line), at, **look)


def _stroke(line: Part) -> Part:
    dash, width = _DASHES[line.get("dash", "solid")], line["width"] * POINTS
    return {"color": line["color"], "linestyle": dash, "linewidth": width}


def _mark(axis: Any, ticks: Sequence[float], labels: Sequence[str], given: Part) -> None:  # noqa: ANN401
    axis.set_ticks(ticks, labels, color=given["color"])
    if given.get("showgrid") is not False:
        axis.grid(visible=True, color=given["gridcolor"], linewidth=0.6)


def _days_of(trace: Part, count: int) -> Numbers:
    if "x" in trace:
        return np.asarray(date2num(trace["x"]), dtype=np.float64)
    return _number_of(trace["x0"]) + trace["dx"] / DAY * np.arange(count)


def _number_of(day: dt.date | str) -> float:
    return float(date2num(np.datetime64(day, "D")))


def _days(axis: Part, low: float, high: float) -> tuple[list[float], list[str]]:
    """Return places on the axis and what is written there, the year only where it changes."""
    form = axis["tickformat"] if "%Y" in axis["tickformat"] else f"{axis['tickformat']}<br>%Y"
    if axis.get("dtick") == "M1":
        begins = MonthLocator().tick_values(num2date(low), num2date(high))
        months = list(pairwise([low, *(day for day in begins if low < day < high), high]))
        # The name of a month is at its middle, if the axis has room for it there.
        least = (high - low) / _NAMES if len(months) > 1 else 0
        ticks = [(first + last) / 2 for first, last in months if last - first > least or not least]
    else:
        locator = AutoDateLocator(minticks=3, maxticks=axis["nticks"])
        ticks = [tick for tick in locator.tick_values(num2date(low), num2date(high)) if low <= tick <= high]
    labels, before = list[str](), ""
    for tick in ticks:
        day, _, year = _plain(num2date(tick).strftime(form)).partition("\n")
        labels.append(day if year == before else f"{day}\n{year}")
        before = year
    return ticks, labels


def _plain(text: object) -> str:
    return html.unescape(_MARKUP.sub("", _BREAK.sub("\n", str(text))))


def _colour(words: str) -> Part:
    """Take apart a colour such as "rgba(1, 2, 3, 0.5)"."""
    *parts, alpha = map(float, words.partition("(")[2].rstrip(")").split(","))
    return {"color": tuple(part / 255 for part in parts), "alpha": alpha}
