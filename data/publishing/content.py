"""What a release holds: a draft, what was counted for it, and what of that the public is told."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError, model_validator

from data.errors import UserError
from data.formatting import written_day
from data.terms import Public, Section

Status = Literal["provisional", "revised", "final"]
Nature = Literal["first release", "update", "revision", "correction"]
Origin = Literal["candour", "elsewhere"]
Qualifier = Literal["", "more than", "at least", "about", "less than", "at most"]
Treatment = Literal[
    "as counted",
    "exact in the public interest",
    "exact, as it was before",
    "rounded",
    "from rounded numbers",
    "suppressed",
    "typed",
]
EXACTLY: Final[tuple[Treatment, ...]] = ("exact in the public interest", "exact, as it was before", "typed")
"""Treatments of a number that is told as it is, although it may be small."""

ALREADY: Final = "already public"
"""Who stands for a number's being told exactly where nobody needed to decide it: it was told before."""

LONGEST_TITLE, LONGEST_NOTE, MOST_DATED_NOTES = 120, 2_000, 20
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, pattern=r"^[^\r\n]+$")]


class _Part(Section):
    def written(self) -> str:
        """Canonical JSON: the same content is always the same text, in plain ASCII."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Self:
        try:
            return cls.model_validate_json(text)
        except ValueError as error:
            raise _unreadable(error) from None


def _unreadable(error: ValueError) -> UserError:
    why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
    return UserError(f"A release holds what this version of Candour cannot read ({why}).")


class Bound(_Part):
    figure: Annotated[str, Field(min_length=1, max_length=80)]
    by: Annotated[tuple[str, ...], Field(max_length=2)] = ()


class DatedNote(_Part):
    """An analyst's note that a release repeats."""

    day: dt.date  # the one that it speaks of
    words: Line

    def __str__(self) -> str:
        return f"{written_day(self.day)}: {self.words}"


class Draft(_Part):
    title: Line
    as_at: dt.date
    known_at: dt.date  # by which day facts had been recorded
    status: Status
    nature: Nature
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""  # empty only for a first release
    dated_notes: Annotated[tuple[DatedNote, ...], Field(max_length=MOST_DATED_NOTES)] = ()
    embargo: AwareDatetime | None = None
    figures: Annotated[tuple[Bound, ...], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _fits(self) -> "Draft":
        if self.known_at < self.as_at:
            raise ValueError(
                f"the figures speak of {self.as_at} and cannot be as known on {self.known_at}, before it"
            )
        if len(set(self.figures)) != len(self.figures):
            raise ValueError("a figure is named twice, split in the same way")
        if self.embargo is not None and self.embargo.microsecond:
            raise ValueError("an embargo is to the second")
        return self


class Override(_Part):
    figure: str
    by: tuple[str, ...] = ()
    where: tuple[str | None, ...] = ()  # the value of each dimension of `by`; None where none was recorded
    who: str
    role: str
    reason: str
    at: str


class Overruled(_Part):
    alarm: str
    reason: str


class Cell(_Part):
    """A median's numbers are those that left and that entered the stage."""

    where: tuple[str | None, ...] = ()
    numerator: int | float
    denominator: int | None = None  # None of a count
    value: float | None = None


class _Figure(_Part):
    figure: str
    by: tuple[str, ...] = ()
    title: str
    definition: str
    counts: str
    out_of: str | None = None
    unit: str
    kind: Literal["count", "share", "median"]


class Counted(_Figure):
    cells: tuple[Cell, ...]
    rows: str


class PublishedCell(_Part):
    where: tuple[str, ...] = ()
    shown: str
    number: int | float | None  # a share as a part of 1
    # What can be concluded of the true number, both included.
    low: float | None = None
    high: float | None = None
    qualifier: Qualifier = ""
    treatment: Treatment


class PublishedFigure(_Figure):
    titles: tuple[str, ...] = ()
    rule: str = ""  # how its small numbers are protected, in a sentence, if not as the release says
    cells: tuple[PublishedCell, ...]

    @property
    def whole(self) -> PublishedCell:
        """The one number of a figure; ValueError where it is split."""
        (cell,) = self.cells
        return cell


class Changed(_Part):
    figure: str
    before: str
    after: str
    sentence: str


class Published(_Part):
    number: int
    version: int
    origin: Origin = "candour"
    title: Line
    review: str
    body: str
    oversight_body: str
    scheme: str = ""
    demonstration: bool
    as_at: dt.date
    known_at: dt.date
    status: Status
    nature: Nature
    note: str = ""
    dated_notes: tuple[DatedNote, ...] = ()
    precedence: str = ""
    rule: str = ""
    where_from: str = ""
    compared_with: str = ""  # the release that `changes` speak of, by name, if there is one
    help: Public = Public()
    time_zone: str = "Europe/London"
    changes: tuple[Changed, ...] = ()
    figures: Annotated[tuple[PublishedFigure, ...], Field(min_length=1)]

    @property
    def name(self) -> str:
        return release_name(self.number, self.version)

    def figure_of(self, figure: str, by: tuple[str, ...] = ()) -> PublishedFigure | None:
        return next((entry for entry in self.figures if (entry.figure, entry.by) == (figure, by)), None)


class ReleaseInputs(_Part):
    as_at: dt.date
    known_at: dt.date
    ledger: int
    edition: str
    terms: str
    precedence: tuple[str, ...]
    figures: tuple[Counted, ...]
    overrides: tuple[Override, ...] = ()
    against: tuple[str, ...] = ()  # digests of all that was approved by then
    alarms: tuple[str, ...] = ()  # the statement check's, each a sentence

    def counted(self, figure: str, by: tuple[str, ...] = ()) -> Counted | None:
        return next((entry for entry in self.figures if (entry.figure, entry.by) == (figure, by)), None)


def release_name(number: int, version: int) -> str:
    name = f"Release {number}"
    return name if version == 1 else f"{name}, version {version}"


def digest_of(frozen: str, public: str) -> str:
    return hashlib.sha256(json.dumps([frozen, public]).encode()).hexdigest()


def alarms_json(decided: Sequence[Overruled]) -> str | None:
    if not decided:
        return None
    return json.dumps([decision.model_dump() for decision in decided], ensure_ascii=False, sort_keys=True)


def read_overruled(text: str | None) -> tuple[Overruled, ...]:
    try:
        return TypeAdapter(tuple[Overruled, ...]).validate_json(text) if text else ()
    except ValidationError as error:
        raise _unreadable(error) from None
