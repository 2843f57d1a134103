"""What the Headlines page says of all published numbers at once, and of one over time."""

from collections.abc import Sequence

from charts.releases import Publication, Slope
from data.formatting import capitalised
from metrics.clauses import Revision

_UP_TO = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
UNKNOWN = "Reason not known"
SHORT = {"update", "revision", "correction", "the same"}


def slopes_title(numbers: Sequence[Slope]) -> str:
    """Say how many rose, fell and did neither: "Six numbers rose, two unchanged"."""
    if not any(slope.before for slope in numbers):
        return "Published for the first time"
    apart = [(slope.now or 0) - (slope.then or 0) for slope in numbers if slope.drawn]
    counts = {
        "rose": sum(change > 0 for change in apart),
        "fell": sum(change < 0 for change in apart),
        "unchanged": apart.count(0),
        "not comparable": sum(bool(slope.before) and not slope.drawn for slope in numbers),
        "new": sum(not slope.before for slope in numbers),
    }
    (first, count), *rest = [(words, count) for words, count in counts.items() if count]
    words = [f"{capitalised(_spelled(count))} {'number' if count == 1 else 'numbers'} {first}"]
    return ", ".join([*words, *(f"{_spelled(count)} {word}" for word, count in rest)])


def _spelled(count: int) -> str:
    return _UP_TO[count] if count < len(_UP_TO) else f"{count:,}"


def history_title(name: str, publications: Sequence[Publication]) -> str:
    """Say what was published of a number first and last, of what is current if any is."""
    current = [one for one in publications if one.current] or publications
    words = [one.words for one in current]
    return f"{name}: {words[0]}" if len({*words}) == 1 else f"{name}: {words[0]} to {words[-1]}"


def badge(revision: Revision) -> str:
    """Say in a few words what kind of change it is; where no reason may be told, none is made up."""
    if revision.changed and not revision.reasoned:
        return UNKNOWN
    return revision.means.removesuffix(".") if revision.kind in SHORT else "May be unchanged"
