"""What was published, and when: which release spoke last of a figure on a day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from data.formatting import written_day
from data.publishing.content import EXACTLY, Published, PublishedCell, PublishedFigure
from metrics.clauses import clause, spoken
from metrics.statement.quantities import Quantity
from metrics.statement.vocabulary import Figure

Fit = Literal["right", "rounder", "hidden", "wrong"]


@dataclass(frozen=True)
class PublishedAt:
    """A release, and the day from which it was public, where the public is.

    withdrawn: whether it no longer stands. embargoed: whether it is approved, and not public yet. at: the
    moment of that day, where it is known.
    """

    published: Published
    day: dt.date
    withdrawn: bool = False
    embargoed: bool = False
    at: dt.datetime | None = None

    @property
    def name(self) -> str:
        """What a reader calls it, with its day."""
        state = ", since withdrawn" if self.withdrawn else ", under embargo" if self.embargoed else ""
        return f"{self.published.name} of {written_day(self.day)}{state}"


@dataclass(frozen=True)
class Telling:
    release: PublishedAt
    figure: Figure
    published: PublishedFigure
    cell: PublishedCell

    @property
    def shown(self) -> str:
        return spoken(self.cell)

    @property
    def clause(self) -> str:
        """The number as a clause: "33 failures had been found"."""
        if self.published.by:
            return f"{self.shown} {self.figure.words} had been found"
        return clause(self.release.published, self.published, self.cell)

    @property
    def sentence(self) -> str:
        """What the release said, without the full stop: "Release 4 of 22 May 2024 said that ..."."""
        if self.cell.number is None:
            return f"{self.release.name} does not tell the number of {self.figure.words}"
        return f"{self.release.name} said that {self.clause}"

    @property
    def line(self) -> str:
        """What may be said of it; nothing where no number was told."""
        if self.cell.number is None:
            return ""
        return f"As published on {written_day(self.release.day)}, {self.clause}."

    @property
    def exact(self) -> float | None:
        given = self.cell.number is not None and not self.cell.qualifier
        firm = self.cell.treatment in ("as counted", *EXACTLY)
        return float(self.cell.number) if given and firm and self.cell.number is not None else None

    def fit(self, quantity: Quantity) -> Fit:
        """How what a sentence says stands to this: right, rounder than it says, not to be told, or wrong."""
        number = self.cell.number
        if number is None:
            return self._unseen(quantity)
        if self.cell.qualifier and quantity.firm == "exactly":
            return "hidden" if quantity.value == number else "wrong"
        if self.cell.qualifier:
            return _beside(quantity, float(number), self.cell.qualifier)
        if self.cell.treatment in ("rounded", "from rounded numbers"):
            return self._rounded(quantity, float(number))
        return "right" if quantity.agrees(float(number)) else "wrong"

    def _unseen(self, quantity: Quantity) -> Fit:
        low, high = self.cell.low, self.cell.high
        outside = (low is not None and quantity.value < low) or (high is not None and quantity.value > high)
        return "wrong" if outside and not quantity.firm else "hidden"

    def _rounded(self, quantity: Quantity, number: float) -> Fit:
        low = number if self.cell.low is None else self.cell.low
        high = number if self.cell.high is None else self.cell.high
        if quantity.firm:
            ends = [quantity.agrees(low), quantity.agrees(number), quantity.agrees(high)]
            return "right" if all(ends) else "hidden" if any(ends) else "wrong"
        if quantity.agrees(number):
            return "right"
        return "hidden" if low <= quantity.value <= high else "wrong"


def _beside(quantity: Quantity, number: float, qualifier: str) -> Fit:
    value, same = quantity.value, quantity.firm == qualifier
    match qualifier:
        case "about":
            near = quantity.agrees(number) or abs(value - number) <= 0.05 * number
            return "right" if near and quantity.firm else "rounder" if value == number else "wrong"
        case "more than" | "at least":
            if same and value == number:
                return "right"
            if quantity.firm in ("more than", "at least"):
                return "right" if quantity.agrees(number) else "hidden" if value > number else "wrong"
            return "right" if quantity.firm in ("about", "just over") and quantity.agrees(number) else "wrong"
        case _:
            if quantity.firm in ("less than", "at most"):
                return "right" if value == number or quantity.agrees(number) else "hidden"
            return "hidden" if value < number and not quantity.firm else "wrong"


class Corpus:
    """Every release that was public by the day of a statement."""

    def __init__(self, releases: Sequence[PublishedAt], day: dt.date) -> None:
        known = [release for release in releases if release.day <= day]
        # By when each was published, whatever its number: what is entered late is not the last word.
        self._all = sorted(known, key=_moment)
        self._tellings: dict[str, list[Telling]] = {}
        self.day = day

    @property
    def empty(self) -> bool:
        return not self._all

    def tellings(self, figure: Figure) -> list[Telling]:
        if figure.name not in self._tellings:
            tellings = [_told(release, figure) for release in self._all]
            self._tellings[figure.name] = [telling for telling in tellings if telling is not None]
        return self._tellings[figure.name]

    def last(self, figure: Figure, day: dt.date) -> Telling | None:
        standing = [telling for telling in self.tellings(figure) if not telling.release.withdrawn]
        known = [each for each in standing if each.release.day <= day]
        return known[-1] if known else None

    def newest(self, figure: Figure) -> Telling | None:
        return self.last(figure, self.day)

    def within(self, figure: Figure, begins: dt.date, ends: dt.date) -> list[Telling]:
        """Return a figure as it was told between two days, the last first; else as it stood by then."""
        inside = [telling for telling in self.tellings(figure) if begins <= telling.release.day <= ends]
        if inside:
            return inside[::-1]
        standing = self.last(figure, ends)
        return [] if standing is None else [standing]

    def by(self, day: dt.date) -> bool:
        return any(release.day <= day for release in self._all)

    def before(self, telling: Telling) -> list[Telling]:
        release = telling.release
        return [
            other
            for other in self.tellings(telling.figure)
            if _moment(other.release) < _moment(release)
            and other.release.published.number != release.published.number
        ]

    def lately(self, figure: Figure) -> list[Telling]:
        """Return what the last statement before the day told of a figure, and the one before it, last first.

        On the day of a release itself, "our last update" is the one before.
        """
        days = sorted({release.day for release in self._all if release.day < self.day})
        since = days[-2:] if days and days[-1] == self._all[-1].day else days[-1:]
        standing = [telling for telling in self.tellings(figure) if not telling.release.withdrawn]
        last = [next((one for one in standing[::-1] if one.release.day <= each), None) for each in since]
        return [each for each in last[::-1] if each is not None]

    def spoke(self, begins: dt.date, ends: dt.date) -> bool:
        return any(begins <= release.day <= ends for release in self._all)


def _moment(release: PublishedAt) -> tuple[dt.date, float, dt.date, int, int]:
    at = release.at.timestamp() if release.at else 0.0
    published = release.published
    return release.day, at, published.as_at, published.number, published.version


def _told(release: PublishedAt, figure: Figure) -> Telling | None:
    for place in figure.places:
        published = release.published.told(place.figure, place.by)
        if published is None:
            continue
        for cell in published.cells:
            if tuple(label.casefold() for label in cell.where) == place.labels:
                return Telling(release, figure, published, cell)
    return None
