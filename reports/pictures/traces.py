"""What a figure draws: bars, lines, bands and points. Anything else is refused, and never left out."""

from matplotlib.axes import Axes

from reports.pictures import bars, lines
from reports.pictures.axes import Scales
from reports.pictures.look import plain
from reports.pictures.panels import Panel

_LETTER, _SAMPLE, _ACROSS = (
    4.8,
    26.0,
    440.0,
)  # points: of a letter, of a sample of colour, of all names abreast


def draw(plot: Axes, panel: Panel, scales: Scales) -> None:
    """Draw every trace of a panel, in its order.

    Raises:
        TypeError: one is to be drawn in a manner that is not known here.
    """
    stand = bars.Standing(panel, scales)
    below = lines.Below()
    for trace in panel.traces:
        if trace.type == "bar":
            bars.draw(plot, trace, stand)
        else:
            lines.draw(plot, trace, scales, below)


def name(plot: Axes, panel: Panel) -> None:
    if not panel.layout.showlegend:
        return
    handles, labels = plot.get_legend_handles_labels()
    if not labels:
        return
    longest = max(len(each) for each in labels)
    abreast = max(int(_ACROSS // (longest * _LETTER + _SAMPLE)), 1)
    plot.legend(
        handles, [plain(each) for each in labels], ncols=min(len(labels), abreast), loc="lower left",
        bbox_to_anchor=(0, 1), frameon=False, labelcolor=panel.layout.font.color, handlelength=1,
        borderaxespad=0.2, columnspacing=1.2,
    )  # fmt: skip
