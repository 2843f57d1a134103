"""Read a Plotly figure: its panels, and its words for lines, points, colours and texts in matplotlib's.

There is a panel for each of its upright axes, all over the same level one. A figure that says anything that
is neither drawn on paper nor meaningless there is refused: so nothing that it says of its numbers is left out
of its picture unseen.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Part = Any  # a part of a Plotly figure, which ships no types

POINTS = 8 / 14  # points on paper for a pixel on the screen: text of 14 pixels is printed in 8 points
STEPS = {None: "default", "linear": "default", "hv": "steps-post", "hvh": "steps-mid"}
DASHES: dict[str | None, Any] = {None: "solid", "solid": "solid", "dash": (0, (4, 3)), "dot": (0, (1, 2))}
SYMBOLS = {None: "o", "circle": "o", "circle-open": "o", "diamond": "D"}
_BREAK = re.compile("<br ?/?>")
_BOLD = re.compile("</?b>")
_WITH_ALPHA = 4
WHOLE = (0.0, 1.0)
_HOVERED = {
    "clickmode", "cliponaxis", "customdata", "dragmode", "hoverdistance", "hoverinfo", "hoverlabel",
    "hovermode", "hovertemplate", "hovertext", "ids", "meta", "selected", "selectedpoints", "uid",
    "uirevision", "unselected",
}  # fmt: skip
_TRACE = {
    "dx", "dy", "marker", "name", "opacity", "showlegend", "text", "textfont", "textposition", "type",
    "visible", "x", "x0", "y", "y0", "yaxis",
}  # fmt: skip
_KNOWN: Mapping[str, set[str]] = {
    "bar": _TRACE | {
        "base", "error_x", "error_y", "insidetextanchor", "insidetextfont", "orientation", "outsidetextfont",
        "textangle", "width",
    },
    "scatter": _TRACE | {"fill", "fillcolor", "fillpattern", "line", "mode", "stackgroup"},
    "layout": {
        "annotations", "bargap", "barmode", "font", "height", "legend", "margin", "paper_bgcolor",
        "plot_bgcolor", "shapes", "showlegend", "template", "uniformtext",
    },
    "axis": {
        "anchor", "automargin", "autorange", "categoryarray", "categoryorder", "color", "domain", "dtick",
        "fixedrange", "gridcolor", "nticks", "range", "rangemode", "showgrid", "showticklabels", "tickangle",
        "tickfont", "tickformat", "ticklabelstandoff", "ticktext", "tickvals", "title", "type", "visible",
        "zeroline", "zerolinecolor",
    },
    "annotation": {
        "align", "arrowcolor", "arrowhead", "arrowwidth", "ax", "ay", "font", "showarrow", "text",
        "textangle", "visible", "x", "xanchor", "xref", "xshift", "y", "yanchor", "yref", "yshift",
        "standoff",
    },
    "shape": {
        "layer", "line", "name", "opacity", "showlegend", "type", "x0", "x1", "xref", "y0",
        "y1", "yref",
    },
    "line": {"color", "dash", "shape", "width"},
    "marker": {"color", "line", "opacity", "pattern", "size", "symbol"},
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Panel:
    """One pair of axes of a figure, with what is drawn on it.

    domain: the part of the figure's height that it takes, from below. lowest: whether its level axis is
    written upon.
    """

    layout: Part
    x: Part
    y: Part
    traces: Sequence[Part]
    shapes: Sequence[Part]
    notes: Sequence[Part]
    domain: tuple[float, ...]
    lowest: bool

    def share(self, height: float) -> float:
        """Return where a part of the figure's height lies in the panel's: 0 at its foot, 1 at its head."""
        low, high = self.domain
        return (height - low) / (high - low)


def panels_of(figure: Part) -> list[Panel]:
    """Return the panels of a figure, from the head to the foot.

    Raises:
        TypeError: it has more than one level axis, or says what these modules do not draw.
    """
    _refuse_unknown(figure)
    named = [name for name in figure.layout.to_plotly_json() if name[1:].startswith("axis")]
    if more := sorted(name for name in named if name.startswith("xaxis") and name != "xaxis"):
        raise TypeError(f"a picture has one level axis, and this figure has {more[0]}")
    upright: list[str] = sorted({"yaxis", *(name for name in named if name.startswith("yaxis"))})
    domains = {name: tuple(map(float, figure.layout[name].domain or WHOLE)) for name in upright}
    if len(set(domains.values())) < len(domains):
        raise TypeError("a picture has no two upright axes beside each other")
    drawn = [trace for trace in figure.data if trace.visible is not False]
    return [
        Panel(
            layout=figure.layout,
            x=figure.layout.xaxis,
            y=figure.layout[name],
            traces=[trace for trace in drawn if (trace.yaxis or "y") == _called(name)],
            shapes=[shape for shape in figure.layout.shapes if _upon(shape) in (_called(name), "paper")],
            notes=[note for note in figure.layout.annotations if _is_near(note, name, domains)],
            domain=domains[name],
            lowest=domains[name] == min(domains.values()),
        )
        for name in sorted(upright, key=lambda name: domains[name], reverse=True)
    ]


def within(mark: Part, letter: str) -> bool:
    """Whether a mark's place is a part of the picture's width or height, and not a value of its axis."""
    return str(mark[f"{letter}ref"] or letter).endswith(("paper", "domain"))


def _called(name: str) -> str:
    return name.replace("axis", "")


def _upon(mark: Part) -> str:
    return str(mark.yref or "y").split()[0]


def _is_near(note: Part, name: str, domains: dict[str, tuple[float, ...]]) -> bool:
    """Whether a note is of this panel; one that lies on the whole picture is of the nearest."""
    if _upon(note) != "paper":
        return _upon(note) == _called(name)
    nearest = min(domains, key=lambda other: max(domains[other][0] - note.y, note.y - domains[other][1], 0))
    return nearest == name


def _refuse_unknown(figure: Part) -> None:
    layout = figure.layout.to_plotly_json()
    _refuse("layout", (name for name in layout if "axis" not in name))
    parts = [("axis", part) for name, part in layout.items() if "axis" in name]
    parts += [(kind, part) for kind in ("annotation", "shape") for part in layout.get(f"{kind}s", ())]
    for trace in figure.data:
        if trace.type not in _KNOWN:
            raise TypeError(f"a picture cannot draw a trace of the kind {trace.type}")
        fields = trace.to_plotly_json()
        parts += [
            (trace.type, fields),
            ("line", fields.get("line", {})),
            ("marker", fields.get("marker", {})),
        ]
    for kind, fields in parts:
        _refuse(kind, fields)


def _refuse(kind: str, fields: Iterable[str]) -> None:
    if unknown := sorted(set(fields) - _KNOWN[kind] - _HOVERED):
        raise TypeError(f"a picture cannot draw the {unknown[0]} of the {kind} of a figure")


def plain(text: str) -> str:
    return html.unescape(_BOLD.sub("", _BREAK.sub("\n", str(text))))


def weight(text: str) -> str:
    """Return how heavy a text is written: a text in part bold is bold as a whole."""
    return "bold" if _BOLD.search(str(text)) else "normal"


def colour(words: str) -> dict[str, Any]:
    """Return a colour and how much shows through it, from "rgba(1, 2, 3, 0.5)" or any other words."""
    if not words.startswith("rgb"):
        return {"color": words}
    parts = [float(part) for part in words.partition("(")[2].rstrip(") ").split(",")]
    alpha = {"alpha": parts[-1]} if len(parts) == _WITH_ALPHA else {}
    return {"color": tuple(part / 255 for part in parts[:3]), **alpha}


def hatch(pattern: Part) -> dict[str, Any]:
    """Return how a fill is hatched: not at all, or with slanting lines."""
    if pattern.shape not in (None, "", "/"):
        raise TypeError(f"a picture has no pattern {pattern.shape}")
    return {"hatch": "////", "edgecolor": pattern.fgcolor} if pattern.shape else {}


def label_of(trace: Part) -> str:
    """Return the name of a trace in the legend; matplotlib leaves out what begins with a line."""
    return "_unnamed" if trace.showlegend is False or not trace.name else trace.name


def for_each(value: Part, count: int) -> list[Any]:
    """Return a value of every point: Plotly takes one for all, or one for each."""
    return [value] * count if value is None or isinstance(value, str | int | float) else list(value)
