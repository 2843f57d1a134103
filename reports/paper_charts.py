"""Charts of the screen as SVG. Text stays text: a file with it is read again and compared word for word.

What is neither drawn nor meaningless on paper is refused: nothing that a chart says is lost unseen.
Matplotlib takes half a second to import: import this module where a picture is drawn.
"""

import datetime as dt
import html
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import AutoDateLocator, date2num, num2date
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from charts.chart import DAY, Chart

Part = dict[str, Any]  # a part of a Plotly figure, as plain data

WIDTH = 482.0  # points: the width of an A4 page between its margins
POINTS = 8 / 14  # points on paper for a pixel on the screen: text of 14 pixels is printed in 8 points
FAMILY = "DejaVu Sans"
# Of the process, and set to the same each time: nothing else in it draws with matplotlib.
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "candour",
    "text.parse_math": False,
    "font.family": [FAMILY],
    "font.size": 14 * POINTS,
    "axes.formatter.useoffset": False,
}
_UNDATED = {"Date": None, "Creator": None, "Type": None, "Format": None}
_DASHES: Part = {"solid": "solid", "dash": (0, (4, 3)), "dot": (0, (1, 2))}
_LETTER, _SAMPLE, _ACROSS = 4.8, 26.0, 440.0  # points: a letter, a sample of colour, all names in one line
_AIR = 1.1  # what is counted leaves air above it, for what is written there
_BREAK, _BOLD = re.compile("<br ?/?>"), re.compile("</?b>")
# What is drawn of each kind of part; of some of it, with which values; and what only a screen has.
_KNOWN = {
    "bar": "error_x marker orientation text textfont textposition type x y",
    "scatter": "dx fill fillcolor line mode name showlegend type x0 y",
    "layout": "annotations bargap font height legend margin paper_bgcolor plot_bgcolor shapes showlegend "
    "template xaxis yaxis",
    "axis": "automargin autorange color dtick fixedrange gridcolor nticks range rangemode showgrid tickangle "
    "tickfont tickformat ticklabelstandoff ticktext tickvals type visible zerolinecolor",
    "annotation": "font showarrow text x xanchor xshift y yanchor",
    "shape": "line name showlegend type x0 x1 y0 y1 yref",
    "line": "color dash shape width",
    "marker": "color",
}
_VALUES: dict[tuple[str, str], Sequence[object]] = {
    ("bar", "orientation"): ("h",),
    ("bar", "textposition"): ("outside",),
    ("scatter", "fill"): ("tonexty",),
    ("scatter", "mode"): ("lines",),
    ("axis", "type"): ("category", "date"),
    ("axis", "rangemode"): ("tozero",),
    ("annotation", "showarrow"): (False,),
    ("shape", "type"): ("line",),
    ("shape", "yref"): ("paper",),
    ("line", "dash"): tuple(_DASHES),
    ("line", "shape"): ("hv",),
}
_ON_SCREEN = {"cliponaxis", "customdata", "dragmode", "hoverinfo", "hoverlabel", "hovertemplate", "hovertext"}


def svg(chart: Chart) -> str:
    """Return the same text for the same chart; a TypeError where it has something that cannot be drawn."""
    mpl.rcParams.update(_SETTINGS)
    layout: Part = chart.figure.layout.to_plotly_json()
    traces: list[Part] = [trace.to_plotly_json() for trace in chart.figure.data]
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
        if unknown := sorted(part.keys() - {*_KNOWN[kind].split()} - _ON_SCREEN):
            raise TypeError(f"a picture cannot draw the {unknown[0]} of the {kind} of a figure")
        for name, value in part.items():
            if value is not None and (kind, name) in _VALUES and value not in _VALUES[kind, name]:
                raise TypeError(f"a picture cannot draw {value!r} as the {name} of the {kind} of a figure")
    kinds = [trace["type"] for trace in traces]
    if len(set(kinds)) > 1 or kinds.count("bar") > 1:
        raise TypeError("a picture has bars of one figure, or courses over days")


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
        look: Part = {"elinewidth": error["thickness"] * POINTS, "capthick": error["thickness"] * POINTS}
        look |= {"ecolor": error["color"], "capsize": error["width"] * POINTS, "xerr": reach}
        plot.errorbar(sizes[known], places[known], fmt="none", **look)
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
    x, y, ink = layout["xaxis"], layout["yaxis"], layout["font"]["color"]
    spans, before = list[float](), np.zeros(0)
    for trace in traces:
        line, counts = trace["line"], np.asarray(trace["y"], dtype=np.float64)
        days = _number_of(trace["x0"]) + trace["dx"] / DAY * np.arange(len(counts))
        spans += [days[0], days[-1]]
        if trace.get("fill") is not None:
            plot.fill_between(days, counts, before, step="post", linewidth=0, **_colour(trace["fillcolor"]))
        if line["width"]:
            name = None if trace.get("showlegend") is False else trace.get("name")
            _draw(plot.plot, (days, counts), line, name, drawstyle="steps-post", solid_capstyle="butt")
        before = counts
    low, high = map(_number_of, x["range"]) if "range" in x else (min(spans), max(spans))
    notes = layout.get("annotations", ())
    top = max([plot.dataLim.ymax, *(note["y"] for note in notes)]) or 1
    for shape in layout.get("shapes", ()):
        _draw(plot.axvline, (_number_of(shape["x0"]),), shape["line"], shape["name"])
    for note in notes:
        look: Part = {"xytext": (note.get("xshift", 0) * POINTS, 0), "textcoords": "offset points"}
        look |= {"ha": note["xanchor"], "va": note["yanchor"], "color": note["font"]["color"]}
        look |= {"weight": "bold" if _BOLD.search(note["text"]) else "normal", "annotation_clip": False}
        plot.annotate(_plain(note["text"]), (_number_of(note["x"]), note["y"]), **look)
    plot.set_xlim(low, high if high > low else low + 1)
    plot.set_ylim(0, top * _AIR)
    locator = AutoDateLocator(minticks=3, maxticks=x["nticks"])
    ticks = [tick for tick in locator.tick_values(num2date(low), num2date(high)) if low <= tick <= high]
    _mark(plot.xaxis, ticks, _days(ticks, x["tickformat"]), x)
    counts = MaxNLocator(nbins=y["nticks"], steps=[1, 2, 2.5, 5, 10], integer=True, min_n_ticks=1)
    ticks = [tick for tick in counts.tick_values(0, top * _AIR) if tick <= top * _AIR]
    _mark(plot.yaxis, ticks, [f"{round(tick):,}" for tick in ticks], y)
    plot.axhline(0, color=y["zerolinecolor"], linewidth=0.8)
    if layout["showlegend"]:
        _legend(plot, ink)


def _draw(draw: Any, places: tuple[Any, ...], line: Part, name: str | None, **look: object) -> None:  # noqa: ANN401
    # A name that begins so is left out of the legend.
    dash, width = _DASHES[line.get("dash", "solid")], line["width"] * POINTS
    draw(*places, color=line["color"], linestyle=dash, linewidth=width, label=name or "_unnamed", **look)


def _mark(axis: Any, ticks: Sequence[float], labels: Sequence[str], given: Part) -> None:  # noqa: ANN401
    axis.set_ticks(ticks, labels, color=given["color"])
    if given.get("showgrid") is not False:
        axis.grid(visible=True, color=given["gridcolor"], linewidth=0.6)


def _legend(plot: Axes, ink: str) -> None:
    handles, labels = plot.get_legend_handles_labels()
    if labels:
        abreast = max(int(_ACROSS // (max(map(len, labels)) * _LETTER + _SAMPLE)), 1)
        look: Part = {"loc": "lower left", "bbox_to_anchor": (0, 1), "frameon": False, "labelcolor": ink}
        look |= {"handlelength": 1, "borderaxespad": 0.2, "columnspacing": 1.2}
        plot.legend(handles, list(map(_plain, labels)), ncols=min(len(labels), abreast), **look)


def _number_of(day: dt.date | str) -> float:
    return float(date2num(np.datetime64(day, "D")))


def _days(ticks: Sequence[float], form: str) -> list[str]:
    """Write days, the year only where it changes."""
    labels, before = list[str](), ""
    for tick in ticks:
        day, _, year = _plain(num2date(tick).strftime(form)).partition("\n")
        labels.append(day if year == before else f"{day}\n{year}")
        before = year
    return labels


def _plain(text: object) -> str:
    return html.unescape(_BOLD.sub("", _BREAK.sub("\n", str(text))))


def _colour(words: str) -> Part:
    """Take apart a colour such as "rgba(1, 2, 3, 0.5)"."""
    *parts, alpha = map(float, words.partition("(")[2].rstrip(")").split(","))
    return {"color": tuple(part / 255 for part in parts), "alpha": alpha}
