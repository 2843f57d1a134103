"""What a figure has besides its traces: words beside them, and lines and boxes across them."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Transform, blended_transform_factory

from reports.pictures.axes import Letter, Scale, Scales, within
from reports.pictures.look import DASHES, POINTS, Part, colour, plain, weight
from reports.pictures.panels import Panel

_SIDES = {"left": "left", "center": "center", "right": "right", "auto": "center", None: "center"}
_HEIGHTS = {"top": "top", "middle": "center", "bottom": "bottom", "auto": "center", None: "center"}


def draw(plot: Axes, panel: Panel, scales: Scales) -> None:
    """Draw the shapes and write the words of a panel.

    Raises:
        TypeError: one is of a kind that is not known here.
    """
    for shape in panel.shapes:
        _shape(plot, shape, panel, scales)
    for note in panel.notes:
        _note(plot, note, panel, scales)


def _on(plot: Axes, mark: Part) -> Transform:
    parts = [within(mark, letter) for letter in ("x", "y")]
    across, up = (plot.transAxes if part else plot.transData for part in parts)
    return blended_transform_factory(across, up)


def _place(mark: Part, name: str, panel: Panel, scale: Scale) -> float:
    """Return where the end called `name`, such as "x0", of a mark lies."""
    letter: Letter = "x" if name[0] == "x" else "y"
    value = mark[name]
    if not within(mark, letter):
        return float(scale.places([value])[0])
    return panel.share(float(value)) if name[0] == "y" and mark.yref == "paper" else float(value)


def _shape(plot: Axes, shape: Part, panel: Panel, scales: Scales) -> None:
    if shape.type not in ("line", "rect"):
        raise TypeError(f"a picture has no shape of the kind {shape.type}")
    (x0, x1), (y0, y1) = (
        [_place(shape, f"{letter}{end}", panel, scales[letter]) for end in (0, 1)] for letter in ("x", "y")
    )
    wide = 2.0 if shape.line.width is None else float(shape.line.width)
    look: dict[str, Any] = {
        "linewidth": wide * POINTS, "linestyle": DASHES[shape.line.dash], "transform": _on(plot, shape),
        "zorder": 0.5 if shape.layer == "below" else 2.5,
        "label": shape.name if shape.showlegend and shape.name else "_unnamed",
    }  # fmt: skip
    if shape.yref == "paper":
        y0, y1 = (min(max(end, 0), 1) for end in (y0, y1))
    if shape.type == "line":
        plot.add_line(Line2D([x0, x1], [y0, y1], color=shape.line.color, alpha=shape.opacity, **look))
    else:
        _box(plot, shape, (min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)), look)


def _box(plot: Axes, shape: Part, box: tuple[float, float, float, float], look: dict[str, Any]) -> None:
    inside: dict[str, Any] = colour(shape.fillcolor or "none")
    seen = inside.get("alpha", 1.0) * (1.0 if shape.opacity is None else shape.opacity)
    look |= {"edgecolor": shape.line.color or "none", "facecolor": inside["color"], "alpha": seen}
    x, y, wide, high = box
    plot.add_patch(Rectangle((x, y), wide, high, **look))


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
        multialignment=note.align or "center",
        color=ink, weight=weight(note.text), rotation=-(note.textangle or 0),
        arrowprops=line if arrow else None, annotation_clip=False,
    )  # fmt: skip
