"""What a release holds: a draft, what was counted for it, and what of that the public is told.

A draft names figures and days, and no number. What was counted is for those who may see figures; what
is said has been through disclosure control and is all that the press and the public ever see. Both are
written once, as canonical JSON, and read again from the very same bytes.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Final, Literal, Self, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from data.errors import UserError
from data.terms import Public

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

LONGEST_TITLE, LONGEST_NOTE = 120, 2_000
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, pattern=r"^[^\r\n]+$")]

P = TypeVar("P", bound="_Part")


class _Part(BaseModel):
    # Strict: what is read again is what was written, and never something that could be taken for it.
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def written(self) -> str:
        """Write this as canonical JSON: the same content is always the same text, in plain ASCII."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Self:
        try:
            json.loads(text, object_pairs_hook=_each_once)
            return cls.model_validate_json(text)
        except ValueError as error:
            raise _unreadable(error) from None


def _unreadable(error: ValueError) -> UserError:
    why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
    return UserError(f"A release holds what this version of Candour cannot read ({why}).")


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # Of a name that is there twice, the database would take the first value and Python the last.
    if len(read := dict(pairs)) < len(pairs):
        raise ValueError("a name is there twice")
    return read


class Bound(_Part):
    figure: Annotated[str, Field(min_length=1, max_length=80)]
    by: Annotated[tuple[str, ...], Field(max_length=2)] = ()


class Draft(_Part):
    """What an author writes: which figures, on which days, and in words what changed and why; no number.

    known_at: by which day facts had been recorded. embargo: the moment before which nothing is public; at
    once on approval where there is none. note: the nature and scale of what changed since the release
    before, in public words; empty only for a first release.
    """

    title: Line
    as_at: dt.date
    known_at: dt.date
    status: Status
    nature: Nature
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""
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
    """One small number that is to be told exactly, because somebody answers for it by name and reason.

    where: the value of each dimension by which the figure is split; None where none was recorded.
    """

    figure: str
    by: tuple[str, ...] = ()
    where: tuple[str | None, ...] = ()
    who: str
    role: str
    reason: str
    at: str


class Overruled(_Part):
    alarm: str
    reason: str


class Cell(_Part):
    """One number as it was counted: never for the public.

    where: the value of each dimension of its figure; None where none was recorded. A count has no
    denominator, a share of nothing has no value; a median's are those that left and that entered the stage.
    """

    where: tuple[str | None, ...] = ()
    numerator: int | float
    denominator: int | None = None
    value: float | None = None


class _Figure(_Part):
    """One figure and its words as they were when it was frozen.

    by: names of the dimensions that it is split by. out_of: what a share is of. kind: a count, a share of one
    count in another, or a median of days.
    """

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
    """One number as the public is told it.

    where: the label of each dimension's value. shown: how it is written, without its unit: "3,780", "*",
    "0.9%". number: the number that is written, a share as a part of 1; None where it is suppressed or there
    is none. low, high: all that can be concluded of the true number from how it is written, both included;
    None where nothing can be.
    """

    where: tuple[str, ...] = ()
    shown: str
    number: int | float | None
    low: float | None = None
    high: float | None = None
    qualifier: Qualifier = ""
    treatment: Treatment


class PublishedFigure(_Figure):
    """One figure as the public is told it.

    titles: how a reader calls its dimensions. rule: how its small numbers are protected, in one sentence;
    empty where it is as the release says.
    """

    titles: tuple[str, ...] = ()
    rule: str = ""
    cells: tuple[PublishedCell, ...]

    @property
    def whole(self) -> PublishedCell:
        """The one number of a figure that is not split.

        Raises:
            ValueError: it is split.
        """
        (cell,) = self.cells
        return cell


class Changed(_Part):
    figure: str
    before: str
    after: str
    sentence: str


class Published(_Part):
    """What the public is told: all of it has been through disclosure control.

    number, version: of the release. precedence: how a failure's headline part is decided. compared_with:
    the release that `changes` speak of, as a reader calls it; empty where there is none. where_from: where
    a statement made before Candour was read. rule: how small numbers are protected, in one sentence.
    help: what it tells whoever may be in danger, and whom the press may ask. time_zone: by whose clocks its
    moments are told.
    """

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
    precedence: str = ""
    rule: str = ""
    where_from: str = ""
    compared_with: str = ""
    help: Public = Public()
    time_zone: str = "Europe/London"
    changes: tuple[Changed, ...] = ()
    figures: Annotated[tuple[PublishedFigure, ...], Field(min_length=1)]

    @property
    def name(self) -> str:
        """What a reader calls it: "Release 5", or "Release 5, version 2"."""
        name = f"Release {self.number}"
        return name if self.version == 1 else f"{name}, version {self.version}"

    def told(self, figure: str, by: tuple[str, ...] = ()) -> PublishedFigure | None:
        return next((entry for entry in self.figures if (entry.figure, entry.by) == (figure, by)), None)


class ReleaseInputs(_Part):
    """Everything that a release was made from, as it was in that moment: never for the public.

    ledger, edition: version and digest of the ledger. terms: SHA-256 of the terms of reference.
    precedence: the parts of the headline partition in their order. against: digests of all that had been
    published or approved by then, which disclosure control was held against. alarms: what the statement
    check objects to in the title and the note, each as a sentence, for the approver to decide on.
    """

    as_at: dt.date
    known_at: dt.date
    ledger: int
    edition: str
    terms: str
    precedence: tuple[str, ...]
    figures: tuple[Counted, ...]
    overrides: tuple[Override, ...] = ()
    against: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()

    def counted(self, figure: str, by: tuple[str, ...] = ()) -> Counted | None:
        return next((entry for entry in self.figures if (entry.figure, entry.by) == (figure, by)), None)


def digest_of(frozen: str, public: str) -> str:
    return hashlib.sha256(json.dumps([frozen, public]).encode()).hexdigest()


def written_overruled(decided: Sequence[Overruled]) -> str | None:
    if not decided:
        return None
    return json.dumps([decision.model_dump() for decision in decided], ensure_ascii=False, sort_keys=True)


def read_overruled(text: str | None) -> tuple[Overruled, ...]:
    try:
        return TypeAdapter(tuple[Overruled, ...]).validate_json(text) if text else ()
    except ValidationError as error:
        raise _unreadable(error) from None
