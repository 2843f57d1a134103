"""What of a figure is drawn on paper, and what has no meaning there: whatever else one says is refused.

So nothing that a figure says of its numbers is left out of its picture unseen.
"""

from collections.abc import Iterable, Mapping

from reports.pictures.look import Part

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
    "scatter": _TRACE | {"connectgaps", "fill", "fillcolor", "fillpattern", "line", "mode", "stackgroup"},
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
        "fillcolor", "layer", "line", "name", "opacity", "showlegend", "type", "x0", "x1", "xref", "y0",
        "y1", "yref",
    },
    "line": {"color", "dash", "shape", "width"},
    "marker": {"color", "line", "opacity", "pattern", "size", "symbol"},
}  # fmt: skip


def refuse_unknown(figure: Part) -> None:
    """Refuse a figure that says what these modules do not draw.

    Raises:
        TypeError: it does.
    """
    for trace in figure.data:
        if trace.type not in _KNOWN:
            raise TypeError(f"a picture cannot draw a trace of the kind {trace.type}")
        held = trace.to_plotly_json()
        _refuse(trace.type, held)
        for part in ("line", "marker"):
            _refuse(part, held.get(part, {}))
    layout = figure.layout.to_plotly_json()
    _refuse("layout", (name for name in layout if "axis" not in name))
    for name, part in layout.items():
        if "axis" in name:
            _refuse("axis", part)
    for kind in ("annotation", "shape"):
        for each in layout.get(f"{kind}s", ()):
            _refuse(kind, each)


def _refuse(kind: str, said: Iterable[str]) -> None:
    if unknown := sorted(set(said) - _KNOWN[kind] - _HOVERED):
        raise TypeError(f"a picture cannot draw the {unknown[0]} of the {kind} of a figure")
