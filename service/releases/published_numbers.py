"""Every number that was published, with the release that it may be quoted from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from charts.releases import Slope
from data.formatting import capitalised, written_count
from data.publishing.content import Published, PublishedCell, PublishedFigure
from data.publishing.states import State
from metrics.clauses import dated, spoken
from service.releases.comparison import Bridged, in_order
from service.releases.current_release import OTHERWISE, Public, latest_first

SHORT = {
    "population": "In review",
    "risk_assessed": "Assessed",
    "failures": "Failures",
    "failures_with_harm": "With harm",
    "referrals": "Referrals",
    "headcount": "Staff",
}
COMPARABLE = ("", "about")
"""Qualifiers of numbers between which a line may be drawn; another is a bound."""

Key = tuple[str, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Number:
    """One cell of a published figure. quoted: whether it is current and may be sent."""

    name: str
    public: Public
    figure: PublishedFigure
    cell: PublishedCell
    quoted: bool

    @property
    def key(self) -> Key:
        return _key(self.figure, self.cell)

    @property
    def line(self) -> str:
        return f"{dated(self.public.published, self.figure, self.cell)}."


def numbers(public: Sequence[Public], last: Public | None) -> list[Number]:
    """Return each number once: those of the last release, then what only others have, the latest first."""
    own = {(figure.figure, figure.by) for figure in last.published.figures} if last else set()
    first = [last] if last else []
    standing = [one for one in latest_first(public) if one.state is State.PUBLISHED and one is not last]
    rest = [one for one in latest_first(public) if one.state is not State.PUBLISHED]
    keys, wholes, names = set[Key](), set[str](), set[str]()
    every = list[Number]()
    for release in (*first, *standing, *rest):
        for figure in release.published.figures:
            quoted = release is last or ((figure.figure, figure.by) not in own and release in standing)
            for cell in figure.cells:
                number = Number(_name(figure, cell, names), release, figure, cell, quoted)
                # A part that is a figure of its own makes the same sentence twice.
                if number.key not in keys and number.line not in wholes:
                    every.append(number)
                    names.add(number.name)
                keys.add(number.key)
                if not figure.by:
                    wholes.add(number.line)
    return every


def _name(figure: PublishedFigure, cell: PublishedCell, taken: set[str]) -> str:
    where = capitalised(" and ".join(cell.where))
    short = where or SHORT.get(figure.figure, figure.title)
    title = f"{figure.title}, {where}" if where else figure.title
    if short not in taken:
        return short
    return title if title not in taken else f"{title} ({' and '.join(figure.by) or figure.figure})"


def _key(figure: PublishedFigure, cell: PublishedCell) -> Key:
    return figure.figure, figure.by, cell.where


def compared(
    every: Sequence[Number], last: Public, earlier: Public | None, bridged: Sequence[Bridged]
) -> list[Slope]:
    """Return the numbers of the last release beside those of an earlier one, as both were published."""
    own = [number for number in every if number.public is last]
    if earlier is None:
        return [Slope(number.name, "", spoken(number.cell), "") for number in own]
    then, now = (_cells(release) for release in in_order(earlier.published, last.published))
    pairs = {(pair.figure, pair.by, pair.where): pair for pair in bridged}
    return [
        _slope(number.name, then[number.key], now[number.key], pairs[number.key])
        if number.key in pairs
        else Slope(number.name, "", spoken(number.cell), f"not in {earlier.published.name}")
        for number in own
    ]


def _cells(release: Published) -> dict[Key, PublishedCell]:
    return {_key(figure, cell): cell for figure in release.figures for cell in figure.cells}


def _slope(name: str, before: PublishedCell, after: PublishedCell, pair: Bridged) -> Slope:
    words = name, spoken(before), spoken(after)
    kind = pair.revision.kind
    if kind in OTHERWISE - {"the same"} or not _comparable(before, after):
        return Slope(*words, "not comparable")
    return Slope(*words, "".join(_change(before, after, pair)), before.number, after.number)


def _comparable(before: PublishedCell, after: PublishedCell) -> bool:
    return None not in (before.number, after.number) and {before.qualifier, after.qualifier} <= {*COMPARABLE}


def _change(before: PublishedCell, after: PublishedCell, pair: Bridged) -> Iterator[str]:
    scale, apart = pair.revision.scale, (after.number or 0) - (before.number or 0)
    if not pair.revision.changed:
        yield "no change"
    elif not scale:
        yield "up" if apart > 0 else "down"
    else:
        yield "about " if " about " in scale else ""
        yield f"{'+' if apart > 0 else MINUS}{written_count(abs(apart))}"


MINUS = "\N{MINUS SIGN}"
