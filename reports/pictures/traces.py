"""What a figure draws: bars, lines, bands and points. Anything else is refused, and never left out."""

from matplotlib.axes import Axes

from reports.pictures import bars, lines
from reports.pictures.axes import Scales
from reports.pictures.look import Part, plain

KINDS = {"bar", "scatter"}


def refuse_unknown(figure: Part) -> None:
    """Refuse a figure with a trace of a kind that is not known here.

    Raises:
        TypeError: there is one.
    """
    if unknown := sorted({trace.type for trace in figure.data} - KINDS):
        raise TypeError(f"a picture cannot draw a trace of the kind {unknown[0]}")


def draw(plot: Axes, figure: Part, scales: Scales) -> None:
    """Draw every trace of a figure, in its order.

    Raises:
        TypeError: one is to be drawn in a manner that is not known here.
    """
    drawn = [trace for trace in figure.data if trace.visible is not False]
    stand = bars.Standing(figure, [trace for trace in drawn if trace.type == "bar"], scales)
    before = None
    for trace in drawn:
        if trace.type == "bar":
            bars.draw(plot, trace, stand)
        else:
            before = lines.draw(plot, trace, scales, before)


def name(plot: Axes, figure: Part) -> None:
    """Name the traces above the picture, where the figure does."""
    if not figure.layout.showlegend:
        return
    handles, labels = plot.get_legend_handles_labels()
    if not labels:
        return
    plot.legend(
        handles, [plain(each) for each in labels], ncols=min(len(labels), 4), loc="lower left",
        bbox_to_anchor=(0, 1), frameon=False, labelcolor=figure.layout.font.color, handlelength=1,
        borderaxespad=0.2, columnspacing=1.2,
    )  # fmt: skip
