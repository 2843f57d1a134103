"""What the check says of each number of a draft."""

from dataclasses import dataclass
from enum import StrEnum


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
    beside: tuple[Claim, ...] = ()  # what is wrong with more than one number, or with words

    def count(self, *marks: Mark) -> int:
        return sum(claim.mark in marks for claim in (*self.claims, *self.beside))

    @property
    def figures(self) -> int:
        return sum(claim.mark is not Mark.NO_FIGURE for claim in self.claims)


SENTENCES, NUMBERS = 195, 281
ALARMS_RIGHT, WRONG_CAUGHT = 0.64, 0.74
REAL_ALARMS, REAL_ALARMS_RIGHT = 13, 4  # alarms on real wording, and those of them that were right
WRONG_AFFIRMED = 4  # wrong numbers that were called "as published"
