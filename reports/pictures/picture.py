"""Draw a chart of the pages as SVG: what the screen shows, in the colours of paper.

Text stays text, so that a file with the picture in it can be read again and compared word for word.
This package imports matplotlib, which takes half a second: import it where a picture is drawn.
"""

import io
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Transform, blended_transform_factory

from charts.chart import Chart
from reports.pictures import axes, traces
from reports.pictures.axes import Scale, Scales
from reports.pictures.figure import DASHES, POINTS, Panel, Part, panels_of, plain, weight, within

WIDTH = 482.0  # points: the width of an A4 page between its margins
FAMILY = "DejaVu Sans"
# Of the process, and set to the same each time: nothing else in it draws with matplotlib.
_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "candour",
    "text.parse_math": False,
    "font.family": [FAMILY],
    "font.size": 14 * POINTS,
    "axes.formatter.useoffset": False,
}
_UNDATED = {"Date": None, "Creator": None, "Type": None, "Format": None}
_SIDES = {"left": "left", "center": "center", "right": "right", "auto": "center", None: "center"}
_HEIGHTS = {"top": "top", "middle": "center", "bottom": "bottom", "auto": "center", None: "center"}
_LETTER, _SAMPLE, _ACROSS = 4.8, 26.0, 440.0  # points: a letter, a sample of colour, all names abreast


def svg(chart: Chart, *, width: float = WIDTH) -> str:
    """Return a chart as SVG; the same chart gives the same text.

    width: in points; the height is the chart's own.

    Raises:
        TypeError: the chart has something that this module cannot draw.
    """
    _set()
    drawn: Part = chart.figure
    height = float(drawn.layout.height) * POINTS
    figure = Figure(figsize=(width / 72, height / 72))
    figure.set_layout_engine("constrained", w_pad=0.02, h_pad=0.03)
    figure.patch.set_visible(False)
    panels = panels_of(drawn)
    heights = [panel.domain[1] - panel.domain[0] for panel in panels]
    plots: list[Axes] = figure.subplots(len(panels), squeeze=False, height_ratios=heights)[:, 0].tolist()
    scales = [axes.scales_of(panel, drawn) for panel in panels]
    for plot, panel, scale in zip(plots, panels, scales, strict=True):
        traces.draw(plot, panel, scale)
    axes.lay_out(plots, panels, scales)
    for plot, panel, scale in zip(plots, panels, scales, strict=True):
        _marks(plot, panel, scale)
    written = io.StringIO()
    FigureCanvasSVG(figure).print_svg(written, metadata=_UNDATED)
    return written.getvalue()


def fonts() -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@cache
def _set() -> None:
    settings: dict[Any, Any] = _SETTINGS
    mpl.rcParams.update(settings)


def _marks(plot: Axes, panel: Panel, scales: Scales) -> None:
    for shape in panel.shapes:
        _line(plot, shape, panel, scales)
    for note in panel.notes:
        _note(plot, note, panel, scales)
    if panel.layout.showlegend:
        _legend(plot, panel)


def _on(plot: Axes, mark: Part) -> Transform:
    across = plot.transAxes if within(mark, "x") else plot.transData
    return blended_transform_factory(across, plot.transAxes if within(mark, "y") else plot.transData)


def _place(mark: Part, name: str, panel: Panel, scale: Scale) -> float:
    """Return where the end called `name`, such as "x0", of a mark lies."""
    value = mark[name]
    if not within(mark, name[0]):
        return float(scale.places([value])[0])
    return panel.share(float(value)) if name[0] == "y" and mark.yref == "paper" else float(value)


def _line(plot: Axes, shape: Part, panel: Panel, scales: Scales) -> None:
    if shape.type != "line" or shape.line.dash not in DASHES:
        raise TypeError(f"a picture has no shape of the kind {shape.type}, {shape.line.dash}")
    x = [_place(shape, name, panel, scales["x"]) for name in ("x0", "x1")]
    y = [_place(shape, name, panel, scales["y"]) for name in ("y0", "y1")]
    if shape.yref == "paper":
        y = [min(max(end, 0), 1) for end in y]
    line = Line2D(
        x, y, color=shape.line.color, alpha=shape.opacity, linestyle=DASHES[shape.line.dash],
        linewidth=(2.0 if shape.line.width is None else float(shape.line.width)) * POINTS,
        transform=_on(plot, shape), zorder=0.5 if shape.layer == "below" else 2.5,
        label=shape.name if shape.showlegend and shape.name else "_unnamed",
    )  # fmt: skip
    plot.add_line(line)


def _note(plot: Axes, note: Part, panel: Panel, scales: Scales) -> None:
    """Write words at a place; where they have an arrow, a thin line from them to it."""
    if note.visible is False or not note.text:
        return
    at = (_place(note, "x", panel, scales["x"]), _place(note, "y", panel, scales["y"]))
    arrow, ink = note.showarrow is not False, note.font.color or panel.layout.font.color
    beside, above = (note.ax or 0, -(note.ay or 0)) if arrow else (note.xshift or 0, note.yshift or 0)
    line: Any = {"arrowstyle": "-", "color": note.arrowcolor or ink, "linewidth": 0.6}
    plot.annotate(
        plain(note.text), at, xycoords=_on(plot, note), xytext=(beside * POINTS, above * POINTS),
        textcoords="offset points", ha=_SIDES[note.xanchor], va=_HEIGHTS[note.yanchor],
        multialignment=note.align or "center", color=ink, weight=weight(note.text),
        rotation=-(note.textangle or 0), arrowprops=line if arrow else None, annotation_clip=False,
    )  # fmt: skip


def _legend(plot: Axes, panel: Panel) -> None:
    handles, labels = plot.get_legend_handles_labels()
    if not labels:
        return
    abreast = max(int(_ACROSS // (max(map(len, labels)) * _LETTER + _SAMPLE)), 1)
    plot.legend(
        handles, [plain(label) for label in labels], ncols=min(len(labels), abreast), loc="lower left",
        bbox_to_anchor=(0, 1), frameon=False, labelcolor=panel.layout.font.color, handlelength=1,
        borderaxespad=0.2, columnspacing=1.2,
    )  # fmt: skip
