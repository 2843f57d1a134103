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

from charts.chart import Chart
from reports.pictures import axes, known, marks, traces
from reports.pictures.look import POINTS, Part
from reports.pictures.panels import panels_of

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
    known.refuse_unknown(drawn)
    panels = panels_of(drawn)
    heights = [each.domain[1] - each.domain[0] for each in panels]
    plots: list[Axes] = figure.subplots(len(panels), squeeze=False, height_ratios=heights)[:, 0].tolist()
    scales = [axes.scales_of(each, drawn) for each in panels]
    for plot, panel, scale in zip(plots, panels, scales, strict=True):
        traces.draw(plot, panel, scale)
    axes.lay_out(plots, panels, scales)
    for plot, panel, scale in zip(plots, panels, scales, strict=True):
        marks.draw(plot, panel, scale)
        traces.name(plot, panel)
    written = io.StringIO()
    FigureCanvasSVG(figure).print_svg(written, metadata=_UNDATED)
    return written.getvalue()


def fonts() -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@cache
def _set() -> None:
    settings: dict[Any, Any] = _SETTINGS
    mpl.rcParams.update(settings)
