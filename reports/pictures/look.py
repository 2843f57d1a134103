"""How things look on paper: Plotly's words for lines, points, colours and texts, in matplotlib's."""

import html
import re
from typing import Any

Part = Any  # a part of a Plotly figure, which ships no types

POINTS = 8 / 14  # points on paper for a pixel on the screen: text of 14 pixels is printed in 8 points
ARRAY = (list, tuple)
STEPS = {None: "default", "linear": "default", "hv": "steps-post", "vh": "steps-pre", "hvh": "steps-mid"}
DASHES: dict[str | None, Any] = {
    None: "solid", "solid": "solid", "dash": (0, (4, 3)), "dot": (0, (1, 2)), "dashdot": (0, (4, 2, 1, 2)),
    "longdash": (0, (7, 3)),
}  # fmt: skip
SYMBOLS = {
    None: "o", "circle": "o", "circle-open": "o", "square": "s", "square-open": "s", "diamond": "D",
    "diamond-open": "D", "triangle-up": "^", "triangle-down": "v", "x": "X", "line-ns": "|", "line-ew": "_",
}  # fmt: skip

_BREAK = re.compile("<br ?/?>")
_BOLD = re.compile("</?b>")
_SEEN_THROUGH = 4


def plain(text: str) -> str:
    return html.unescape(_BOLD.sub("", _BREAK.sub("\n", str(text))))


def weight(text: str) -> str:
    """Return how heavy a text is written: a text in part bold is bold as a whole."""
    return "bold" if _BOLD.search(str(text)) else "normal"


def colour(words: str) -> dict[str, Any]:
    """Return a colour and how much shows through it, from "rgba(1, 2, 3, 0.5)" or any other words."""
    if not words.startswith("rgb"):
        return {"color": words}
    parts = [float(each) for each in words.partition("(")[2].rstrip(") ").split(",")]
    seen = {"alpha": parts[-1]} if len(parts) == _SEEN_THROUGH else {}
    return {"color": tuple(each / 255 for each in parts[:3]), **seen}


def hatch(pattern: Part) -> dict[str, Any]:
    """Return how a fill is hatched: not at all, or with slanting lines."""
    if not pattern.shape:
        return {}
    if pattern.shape != "/":
        raise TypeError(f"a picture has no pattern {pattern.shape}")
    return {"hatch": "////", "edgecolor": pattern.fgcolor}


def each_of(value: Part, count: int) -> list[Any]:
    """Return a value of every point: Plotly takes one for all, or one for each."""
    if value is None or isinstance(value, str | int | float):
        return [value] * count
    return list(value)
