"""Special causes in words: on a chart, in its table, in its text alternative and above it."""

from collections.abc import Sequence

from data.written import listed_words
from metrics.chance.control import Control
from metrics.chance.rules import NEAR, OF, Cause

NONE = "no special cause: chance explains it"


def told(control: Control, names: Sequence[str], unit: str, centre: str) -> str:
    """Say which special causes a series shows, each with where it begins and ends, or that it shows none.

    names: what each point is called. unit: what a point is, such as "week". centre: "mean" or "median".
    """
    return (
        listed_words([_told(each, names, unit, centre) for each in control.causes])
        if control.causes
        else NONE
    )


def marks(control: Control, centre: str) -> list[str]:
    """Name for each point the special causes it is part of; empty for most."""
    found: list[list[str]] = [[] for _ in range(control.points.height)]
    for each in control.causes:
        for place in range(each.first, each.last + 1):
            found[place].append(_mark(each, centre))
    return ["; ".join(each) for each in found]


def _told(cause: Cause, names: Sequence[str], unit: str, centre: str) -> str:
    first, last = names[cause.first], names[cause.last]
    span = first if cause.first == cause.last else f"{first} to {last}"
    length = f"{cause.points} {unit}s"
    match cause.rule:
        case "outside":
            return f"{_mark(cause, centre)} ({span})"
        case "run":
            return f"a run of {length} {_beside(cause)} the {centre} ({span})"
        case "trend":
            return f"{length} {'rising' if cause.side == 'upper' else 'falling'} one after the other ({span})"
        case "near":
            return f"{_mark(cause, centre)} ({span})"


def _mark(cause: Cause, centre: str) -> str:
    match cause.rule:
        case "outside":
            return f"{_beside(cause)} the {cause.side} limit"
        case "run":
            return f"in a run {_beside(cause)} the {centre}"
        case "trend":
            return f"in a trend, {'rising' if cause.side == 'upper' else 'falling'}"
        case "near":
            return f"{NEAR} of {OF} near the {cause.side} limit"


def _beside(cause: Cause) -> str:
    return "above" if cause.side == "upper" else "below"
