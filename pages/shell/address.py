"""The choices that an address holds, as text and as values: a code in other capitals is another code."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_ASKED = 60
EVERY = "all"
IS_NOT_THERE = "is not there"

NARROWED_BY = (
    "area", "route", "grade", "year", "category", "part", "type", "reason", "harm", "month_found", "team",
    "standing", "allegation", "recommended", "final", "officer", "investigator", "force",
)  # fmt: skip
RETURNS = "returns"
SHARED = ("as_at", "known", "known_on", "compared", "against", *NARROWED_BY, RETURNS)
"""What every page's address holds, for a reader who may see figures."""

OF_PAGES: Mapping[str, tuple[str, ...]] = {
    "Overview": ("below", "change"),
    "Progress": (
        "lines", "staff", "flow_of", "flow_every", "below", "ages_by", "stages_by", "by", "behind_measure",
    ),
    "Findings": ("split", "behind_matrix", "tab", "list"),
    "Failures": ("split", "and_by", "rate_of", "over", "tab", "list", "watch", "every", "limits"),
    "Referrals": ("tab", "behind_mode", "behind_days_open"),
    "Staffing": ("below",),
    "Contact": ("tab", "behind_state", "behind_waiting", "behind_came_of_it", "behind_method"),
    "Assurance": ("tab", "claim", "drawn_by", "behind_team"),
    "Enquiries": ("tab", "behind_in_time"),
    "Explore": (
        "figure", "by", "and", "period", "form", "compare", "this", "that", "other_day", "begins", "ends",
        "behind_explored",
    ),
    "Headlines": ("since", "of"),
    "Releases": ("release", "tab"),
    "Data": ("load", "load_part", "table"),
    "Definitions": ("search", "term"),
    "Audit": ("audit_from", "audit_to", "audit_who", "audit_kind", "audit_outcome", "audit_list"),
}  # fmt: skip
"""What the address of each page holds besides; a case's reference is never among it."""


class NotThereError(Exception):
    """What an address asks for and cannot get; rest: what else was asked of the choice, and is there."""

    def __init__(self, name: str, title: str, asked: str, why: str, rest: Sequence[str] = ()) -> None:
        super().__init__(name, title, asked, why)
        self.name, self.title, self.why, self.rest = name, title, why, tuple(rest)
        self.asked = asked if len(asked) <= LONGEST_ASKED else f"{asked[:LONGEST_ASKED]}…"


@dataclass(frozen=True)
class Single:
    """A choice that an address writes as one text; `parse` raises a ValueError that says why it cannot be."""

    name: str
    title: str

    def read(self, texts: Sequence[str]) -> Any:  # noqa: ANN401  # what the choice holds
        """Return the value that texts of an address stand for; NotThereError: they stand for none."""
        asked = ", ".join(texts)
        if len(texts) != 1:
            raise NotThereError(self.name, self.title, asked, "is more than one, where one is allowed")
        try:
            return self.parse(asked)
        except ValueError as why:
            raise NotThereError(self.name, self.title, asked, str(why)) from None

    def parse(self, text: str) -> Any:  # noqa: ANN401  # what the choice holds
        raise NotImplementedError

    def write(self, value: Any) -> list[str]:  # noqa: ANN401  # what the choice holds
        return [str(value)]


@dataclass(frozen=True)
class Option(Single):
    """optional: whether nothing may be chosen, which an address leaves out. widget: what asks for it."""

    texts: Mapping[str, Any]
    optional: bool = False
    widget: str = "selectbox"

    def parse(self, text: str) -> Any:  # noqa: ANN401  # any option
        if text not in self.texts:
            raise ValueError(IS_NOT_THERE)
        return self.texts[text]

    def write(self, value: object) -> list[str]:
        return [text for text, option in self.texts.items() if option == value and value is not None][:1]

    def has(self, value: object) -> bool:
        return value in self.texts.values() or (value is None and self.optional)


@dataclass(frozen=True)
class Search(Single):
    """Words of the reader's own; an address leaves them out where there are none."""

    def parse(self, text: str) -> str:
        if not self.has(text):
            raise ValueError(f"is longer than {LONGEST_ASKED} characters")
        return text

    def write(self, value: str) -> list[str]:
        return [value] if value else []

    def has(self, value: object) -> bool:
        return isinstance(value, str) and len(value) <= LONGEST_ASKED


@dataclass(frozen=True)
class Several:
    name: str
    title: str
    options: Sequence[str]

    @property
    def every(self) -> str:
        return unlike(EVERY, self.options)

    def read(self, texts: Sequence[str]) -> list[str]:
        if list(texts) == [self.every]:
            return []
        unknown = [text for text in texts if text not in self.options]
        if unknown or not texts or len(set(texts)) < len(texts):
            why = "is asked for twice" if texts and not unknown else IS_NOT_THERE
            rest = list(dict.fromkeys(text for text in texts if text in self.options))
            raise NotThereError(self.name, self.title, ", ".join(unknown or texts), why, rest)
        return [value for value in self.options if value in texts]

    def write(self, value: Sequence[str]) -> list[str]:
        return [item for item in self.options if item in value] or [self.every]

    def has(self, value: object) -> bool:
        return isinstance(value, list | tuple) and all(item in self.options for item in value)


@dataclass(frozen=True)
class Day(Single):
    first: dt.date
    last: dt.date

    def parse(self, text: str) -> dt.date:
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or day.isoformat() != text:
            raise ValueError("is no day, as 2024-01-11 is")
        if not self.has(day):
            raise ValueError(f"is not a day from {self.first} to {self.last}")
        return day

    def has(self, value: object) -> bool:
        return isinstance(value, dt.date) and self.first <= value <= self.last


@dataclass(frozen=True)
class Number(Single):
    least: int
    most: int
    step: int = 1
    widget: str = "number_input"

    def parse(self, text: str) -> int:
        plain = text.isascii() and text.isdigit() and len(text) <= len(str(self.most))
        if not plain or str(int(text)) != text or not self.has(int(text)):
            steps = f" in steps of {self.step}" if self.step > 1 else ""
            raise ValueError(f"is not a number from {self.least} to {self.most}{steps}")
        return int(text)

    def has(self, value: object) -> bool:
        return isinstance(value, int) and value in range(self.least, self.most + 1, self.step)


Choice = Option | Several | Search | Day | Number


def option(name: str, title: str, options: Sequence[Any], **how: Any) -> Option:  # noqa: ANN401  # any options
    return Option(name, title, {str(one): one for one in options}, **how)


def unlike(text: str, options: Sequence[str]) -> str:
    """Return a text that is none of the options: the one given, in brackets if it must be."""
    while text in options:
        text = f"({text})"
    return text
