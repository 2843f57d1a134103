"""What was published, and when; and the marks that a draft gets by it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from data.formatting import written_day
from data.publishing.content import Published, PublishedCell, PublishedFigure
from metrics.bridge import plain
from metrics.clauses import clause, spoken
from metrics.statement.mentions import Quantity
from metrics.statement.text import Figure

Fit = Literal["right", "rounder", "hidden", "wrong"]


@dataclass(frozen=True)
class PublishedAt:
    published: Published
    day: dt.date
    withdrawn: bool = False  # it no longer stands
    embargoed: bool = False  # approved, and not public yet
    at: dt.datetime | None = None  # the moment of that day, where it is known

    @property
    def name(self) -> str:
        state = ", since withdrawn" if self.withdrawn else ", under embargo" if self.embargoed else ""
        return f"{self.published.name} of {written_day(self.day)}{state}"


@dataclass(frozen=True)
class ReleasedNumber:
    release: PublishedAt
    figure: Figure
    published: PublishedFigure
    cell: PublishedCell

    @property
    def shown(self) -> str:
        return spoken(self.cell)

    @property
    def clause(self) -> str:
        """As in "33 failures had been found"."""
        if self.published.by:
            return f"{self.shown} {self.figure.words} had been found"
        return clause(self.release.published, self.published, self.cell)

    @property
    def sentence(self) -> str:
        """As in "Release 4 of 22 May 2024 said that ..."."""
        if self.cell.number is None:
            return f"{self.release.name} does not tell the number of {self.figure.words}"
        return f"{self.release.name} said that {self.clause}"

    @property
    def line(self) -> str:
        """Empty where no number is given."""
        if self.cell.number is None:
            return ""
        return f"As published on {written_day(self.release.day)}, {self.clause}."

    @property
    def exact(self) -> float | None:
        return float(self.cell.number or 0) if plain(self.cell) else None

    def fit(self, quantity: Quantity) -> Fit:
        """How what a sentence says stands to this; "rounder" is what says less than this does."""
        number, low, high = self.cell.number, self.cell.low, self.cell.high
        value, firm, qualifier = quantity.value, quantity.firm, self.cell.qualifier
        if number is None:
            outside = (low is not None and value < low) or (high is not None and value > high)
            return "wrong" if outside and not firm else "hidden"
        if qualifier:
            return _qualified(quantity, float(number), qualifier)
        rounded = self.cell.treatment in ("rounded", "from rounded numbers")
        if rounded and firm:
            ends = [quantity.agrees(end) for end in (low, number, high) if end is not None]
            return "right" if all(ends) else "hidden" if any(ends) else "wrong"
        if quantity.agrees(float(number)):
            return "right"
        least, most = number if low is None else low, number if high is None else high
        return "hidden" if rounded and least <= value <= most else "wrong"


def _qualified(quantity: Quantity, number: float, qualifier: str) -> Fit:
    """Of a number published with a word such as "about" or "more than"."""
    value, firm = quantity.value, quantity.firm
    if firm == "exactly":
        return "hidden" if value == number else "wrong"
    agrees = quantity.agrees(number)
    match qualifier:
        case "about":
            near = agrees or abs(value - number) <= 0.05 * number
            return "right" if near and firm else "rounder" if value == number else "wrong"
        case "more than" | "at least":
            if firm in ("more than", "at least"):
                same = firm == qualifier and value == number
                return "right" if same or agrees else "hidden" if value > number else "wrong"
            return "right" if firm in ("about", "just over") and agrees else "wrong"
        case _:
            if firm in ("less than", "at most"):
                return "right" if value == number or agrees else "hidden"
            return "hidden" if value < number and not firm else "wrong"


class Corpus:
    def __init__(self, releases: Sequence[PublishedAt], day: dt.date) -> None:
        # By when each was published, whatever its number: what is entered late is not the last word.
        self.releases = sorted((release for release in releases if release.day <= day), key=_moment)
        self.day = day
        self._numbers: dict[str, list[ReleasedNumber]] = {}

    def numbers(self, figure: Figure) -> list[ReleasedNumber]:
        if figure.name not in self._numbers:
            numbers = (_number_of(release, figure) for release in self.releases)
            self._numbers[figure.name] = [number for number in numbers if number]
        return self._numbers[figure.name]

    def last(self, figure: Figure, day: dt.date) -> ReleasedNumber | None:
        valid = (number for number in self.numbers(figure)[::-1] if not number.release.withdrawn)
        return next((number for number in valid if number.release.day <= day), None)

    def newest(self, figure: Figure) -> ReleasedNumber | None:
        return self.last(figure, self.day)

    def within(self, figure: Figure, begins: dt.date, ends: dt.date) -> list[ReleasedNumber]:
        """The last first; where nothing was published between, as it stood by then."""
        inside = [number for number in self.numbers(figure) if begins <= number.release.day <= ends]
        last = self.last(figure, ends)
        return inside[::-1] or ([last] if last else [])

    def earlier(self, number: ReleasedNumber) -> list[ReleasedNumber]:
        """Other versions of the same release left out."""
        moment, same = _moment(number.release), number.release.published.number
        before = (other for other in self.numbers(number.figure) if _moment(other.release) < moment)
        return [other for other in before if other.release.published.number != same]

    def lately(self, figure: Figure) -> list[ReleasedNumber]:
        """By the last statement before the day, and by the one before it, last first. On the day of a release
        itself, "our last update" is the one before.
        """
        days = sorted({release.day for release in self.releases if release.day < self.day})
        since = days[-2:] if days and days[-1] == self.releases[-1].day else days[-1:]
        return [number for day in reversed(since) if (number := self.last(figure, day))]


def _moment(release: PublishedAt) -> tuple[dt.date, float, dt.date, int, int]:
    at = release.at.timestamp() if release.at else 0.0
    published = release.published
    return release.day, at, published.as_at, published.number, published.version


def _number_of(release: PublishedAt, figure: Figure) -> ReleasedNumber | None:
    for place in figure.places:
        published = release.published.figure_of(place.figure, place.by)
        for cell in published.cells if published else ():
            if published and tuple(label.casefold() for label in cell.where) == place.labels:
                return ReleasedNumber(release, figure, published, cell)
    return None


class Mark(StrEnum):
    MATCHES = "matches"
    ANOTHER_DAY = "another day"
    DIFFERS = "differs"
    UNPUBLISHED = "not published"
    SMALL = "small"
    UNCLEAR = "cannot tell"
    NO_FIGURE = "not a figure"
    SUM = "does not add up"
    OPPOSITE = "opposite"


WRONG = frozenset({Mark.ANOTHER_DAY, Mark.DIFFERS, Mark.UNPUBLISHED, Mark.SMALL, Mark.SUM, Mark.OPPOSITE})
"""Marks that ask for the draft to be changed, or for somebody to answer for it."""


@dataclass(frozen=True)
class Claim:
    start: int  # in the draft
    end: int
    text: str
    mark: Mark
    sentence: str  # what was found
    releases: tuple[str, ...] = ()  # names of those that it was compared with
    instead: str = ""  # what could be said, if anything

    @property
    def wrong(self) -> bool:
        return self.mark in WRONG


@dataclass(frozen=True)
class Checked:
    draft: str
    claims: tuple[Claim, ...]  # one for every number, in their order; no two share a character
    cross_checks: tuple[Claim, ...] = ()  # what is wrong with more than one number, or with words

    def count(self, *marks: Mark) -> int:
        return sum(claim.mark in marks for claim in (*self.claims, *self.cross_checks))

    @property
    def figures(self) -> int:
        return sum(claim.mark is not Mark.NO_FIGURE for claim in self.claims)


SENTENCES, NUMBERS = 195, 281
ALARMS_RIGHT, WRONG_CAUGHT = 0.64, 0.74
REAL_ALARMS, REAL_ALARMS_RIGHT = 13, 4  # alarms on real wording, and those of them that were right
WRONG_AFFIRMED = 4  # wrong numbers that were called "as published"
