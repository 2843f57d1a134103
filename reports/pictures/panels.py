"""The panels of a figure: one for each of its upright axes, all over the same level one."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.pictures.look import Part

WHOLE = (0.0, 1.0)


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
    domain: tuple[float, float]
    lowest: bool

    def axis(self, letter: str) -> Part:
        return self.x if letter == "x" else self.y

    def share(self, height: float) -> float:
        """Return where a part of the figure's height lies in the panel's: 0 at its foot, 1 at its head."""
        low, high = self.domain
        return (height - low) / (high - low)


def panels_of(figure: Part) -> list[Panel]:
    """Return the panels of a figure, from the head to the foot.

    Raises:
        TypeError: it has more than one level axis.
    """
    named = [name for name in figure.layout.to_plotly_json() if name[1:].startswith("axis")]
    if more := sorted(name for name in named if name.startswith("xaxis") and name != "xaxis"):
        raise TypeError(f"a picture has one level axis, and this figure has {more[0]}")
    upright: list[str] = sorted({"yaxis", *(name for name in named if name.startswith("yaxis"))})
    domains = {name: _domain(figure.layout[name]) for name in upright}
    if any(domains[one] == domains[other] for one in upright for other in upright if one < other):
        raise TypeError("a picture has no two upright axes beside each other")
    lowest = min(upright, key=lambda name: domains[name])
    drawn = [trace for trace in figure.data if trace.visible is not False]
    return [
        Panel(
            layout=figure.layout,
            x=figure.layout.xaxis,
            y=figure.layout[name],
            traces=[trace for trace in drawn if (trace.yaxis or "y") == _called(name)],
            shapes=[each for each in figure.layout.shapes if _stands(each, name)],
            notes=[each for each in figure.layout.annotations if _written(each, name, domains)],
            domain=domains[name],
            lowest=name == lowest,
        )
        for name in sorted(upright, key=lambda name: domains[name], reverse=True)
    ]


def _domain(axis: Part) -> tuple[float, float]:
    low, high = axis.domain or WHOLE
    return float(low), float(high)


def _called(name: str) -> str:
    return name.replace("axis", "")


def _stands(shape: Part, name: str) -> bool:
    return str(shape.yref or "y").split()[0] in (_called(name), "paper")


def _written(note: Part, name: str, domains: dict[str, tuple[float, float]]) -> bool:
    upon = str(note.yref or "y").split()[0]
    if upon != "paper":
        return upon == _called(name)
    nearest = min(domains, key=lambda each: max(domains[each][0] - note.y, note.y - domains[each][1], 0))
    return nearest == name
