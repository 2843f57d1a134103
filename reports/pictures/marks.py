"""What a figure has besides its traces: words beside them, and lines and boxes across them."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Transform, blended_transform_factory

from reports.pictures.axes import Letter, Scale, Scales, within
from reports.pictures.look import DASHES, POINTS, Part, colour, plain, weight

_SIDES = {"left": "left", "center": "center", "right": "right", "auto": "center", None: "center"}
_HEIGHTS = {"top": "top", "middle": "center", "bottom": "bottom", "auto": "center", None: "center"}


def draw(plot: Axes, figure: Part, scales: Scales) -> None:
    """Draw the shapes and write the words of a figure.

    Raises:
        TypeError: one is of a kind that is not known here.
    """
    for shape in figure.layout.shapes:
        _shape(plot, shape, scales)
    for note in figure.layout.annotations:
        _note(plot, note, scales)


def _on(plot: Axes, mark: Part) -> Transform:
    """Return where a mark's numbers lie: on the axes, or as parts of the picture."""
    parts = [within(mark, letter) for letter in ("x", "y")]
    across, up = (plot.transAxes if part else plot.transData for part in parts)
    return blended_transform_factory(across, up)


def _place(mark: Part, name: str, scale: Scale) -> float:
    """Return where the end called `name`, such as "x0", of a mark lies."""
    letter: Letter = "x" if name[0] == "x" else "y"
    value = mark[name]
    return float(value) if within(mark, letter) else float(scale.places([value])[0])


def _shape(plot: Axes, shape: Part, scales: Scales) -> None:
    if shape.type not in ("line", "rect"):
        raise TypeError(f"a picture has no shape of the kind {shape.type}")
    (x0, x1), (y0, y1) = (
        [_place(shape, f"{letter}{end}", scales[letter]) for end in (0, 1)] for letter in ("x", "y")
    )
    wide = 2.0 if shape.line.width is None else float(shape.line.width)
    look: dict[str, Any] = {
        "linewidth": wide * POINTS, "linestyle": DASHES[shape.line.dash], "transform": _on(plot, shape),
        "zorder": 0.5 if shape.layer == "below" else 2.5,
    }  # fmt: skip
    if shape.type == "line":
        plot.add_line(Line2D([x0, x1], [y0, y1], color=shape.line.color, alpha=shape.opacity, **look))
    else:
        _box(plot, shape, (min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)), look)
    if shape.label.text:
        raise TypeError("a picture writes beside a shape by a note, and not by the shape's own words")


def _box(plot: Axes, shape: Part, box: tuple[float, float, float, float], look: dict[str, Any]) -> None:
    inside: dict[str, Any] = colour(shape.fillcolor or "none")
    seen = inside.get("alpha", 1.0) * (1.0 if shape.opacity is None else shape.opacity)
    look |= {"edgecolor": shape.line.color or "none", "facecolor": inside["color"], "alpha": seen}
    x, y, wide, high = box
    plot.add_patch(Rectangle((x, y), wide, high, **look))


def _note(plot: Axes, note: Part, scales: Scales) -> None:
    """Write words at a place; where they have an arrow, a thin line from them to it."""
    if note.visible is False or not note.text:
        return
    at = (_place(note, "x", scales["x"]), _place(note, "y", scales["y"]))
    arrow = note.showarrow is not False
    beside, above = (note.ax or 0, -(note.ay or 0)) if arrow else (note.xshift or 0, note.yshift or 0)
    line: Any = {"arrowstyle": "-", "color": note.arrowcolor or note.font.color, "linewidth": 0.6}
    plot.annotate(
        plain(note.text), at, xycoords=_on(plot, note), xytext=(beside * POINTS, above * POINTS),
        textcoords="offset points", ha=_SIDES[note.xanchor], va=_HEIGHTS[note.yanchor],
        multialignment=note.align or "center",
        color=note.font.color, weight=weight(note.text), rotation=-(note.textangle or 0),
        arrowprops=line if arrow else None, annotation_clip=False,
    )  # fmt: skip
