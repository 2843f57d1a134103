"""From text to values: one parser for each kind of column, each saying why when it fails.

A parser is called once for each distinct text of a column, not once for each row: even in a
million rows the distinct days, codes and flags are few. References are mostly distinct, so they
are made plain by a Polars expression instead.
"""

import datetime as dt
import difflib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import dataframely as dy
import polars as pl

from data.faults import Fault
from data.intake.extract import EXCEL_EPOCH, EXCEL_EPOCH_1904, INVISIBLE, folded, plain
from data.intake.mapping import ColumnPlan
from data.schema import SCHEMAS, listed_columns
from data.terms import Terms

DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")
FLAGS = {"yes": True, "y": True, "true": True, "t": True, "1": True} | {
    "no": False, "n": False, "false": False, "f": False, "0": False,
}  # fmt: skip
SHEET_ERRORS = ("#ERROR!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
PLACEHOLDERS = (*SHEET_ERRORS, "-", "N/A", "NA", "NONE", "NULL", "TBC", "TBA", "UNKNOWN", "UNK", "?")
MOST_SUGGESTED = 500
MONTHS = 12
# Of any five days, all fall on the twelfth or before by chance in one column of a hundred.
FEWEST_IN_DOUBT = 5

_TIME = re.compile(r"^(.{6,}?)[T ]\s*(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(?:Z|[+-]\d{2}:?\d{2})?$")
_THREE_NUMBERS = re.compile(r"^(\d{1,2})([/.-])(\d{1,2})\2(\d{2}|\d{4})$")
_SERIAL = re.compile(r"^[2-6]\d{4}(\.0+)?$")

Outcome = tuple[Any, str]
"""A value and no reason, or no value and the reason why; both are empty for a blank cell."""
Parser = Callable[[str], Outcome]


@dataclass
class Days:
    """Parser of days: ISO always, then the mapping's formats, or day first where it gives none."""

    formats: tuple[str, ...] = ()
    epoch: dt.date = EXCEL_EPOCH
    timed: bool = False
    serial: bool = False
    settled: bool = False
    either: int = 0
    contrary: list[str] = field(default_factory=list[str])

    def __call__(self, text: str) -> Outcome:
        """Day in `text`, or why there is none."""
        bare = self._without_time(" ".join(plain(text).split()))
        if not bare:
            return None, ""
        found = self._day(bare)
        if found is None:
            return None, self._reason(text, bare)
        # What a spreadsheet writes for an empty date falls into the first year that it can count.
        first = self.epoch.year + (1 if self.epoch == EXCEL_EPOCH_1904 else 2)
        if found.year < first:
            return None, f"is before the year {first}"
        return found, ""

    def remarks(self, column: str) -> Iterator[str]:
        """Warn of what was not plainly a day in the column so called."""
        if self.timed:
            yield f"Times of day in {column!r} were left out."
        if self.serial:
            begins = "1904" if self.epoch == EXCEL_EPOCH_1904 else "1900"
            yield f"Numbers in {column!r} were read as a spreadsheet's days from {begins} on."
        if self.either >= FEWEST_IN_DOUBT and not self.settled:
            yield (
                f"Every day in {column!r} was read with the day first, and would also be one with the month "
                "first: make sure, and give its format in the mapping."
            )

    def _without_time(self, text: str) -> str:
        if ":" not in text or not (split := _TIME.match(text)):
            return text
        self.timed = self.timed or not re.fullmatch(r"0?0:00(:00(\.0+)?)?", split[2])
        return split[1]

    def _day(self, text: str) -> dt.date | None:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return _real_day(text, "%Y-%m-%d")
        if _SERIAL.match(text):
            self.serial = True
            return self.epoch + dt.timedelta(days=int(float(text)))
        days = (_real_day(text, each) for each in self.formats or DAY_FIRST)
        found = next((day for day in days if day), None)
        if found and not self.formats:
            self._weigh(text, found)
        return found

    def _weigh(self, text: str, found: dt.date) -> None:
        """Take note of whether a day says which of its numbers is the month."""
        if _THREE_NUMBERS.match(text):
            self.settled = self.settled or found.day > MONTHS
            self.either += found.day <= MONTHS and found.day != found.month

    def _reason(self, text: str, bare: str) -> str:
        numbers = _THREE_NUMBERS.match(bare)
        if numbers is None:
            return "is not a day that exists" if re.match(r"\d+[-/.]\d+[-/.]\d+$", bare) else "is not a date"
        first, mark, second, year = numbers.groups()
        if self._day(f"{second}{mark}{first}{mark}{year}"):
            self.contrary.append(text)
        if len(year) == 2 and not any("%y" in each for each in self.formats):  # noqa: PLR2004
            return "has a year of two digits: name its format in the mapping"
        return "is not a day that exists"


# One day is written on many rows, and again in every week's extract.
@lru_cache(maxsize=1 << 16)
def _real_day(text: str, form: str) -> dt.date | None:
    try:
        return dt.date(*time.strptime(text, form)[:3])
    except ValueError:
        return None


@dataclass
class Codes:
    """Parser of codes: ours in any case and spacing, or the register's as the mapping translates them."""

    closed: tuple[str, ...]
    noun: str
    translations: dict[str, str]
    suggested: int = 0

    def __post_init__(self) -> None:
        self._known: dict[str, Any] = {folded(code): code for code in self.closed}
        for given, ours in self.translations.items():
            if folded(ours) not in self._known:
                near = self._nearest(folded(ours)) or f"; they are {', '.join(self.closed[:20]) or 'none'}"
                raise Fault(
                    f"The mapping translates {given!r} to {ours!r}, not one of the {self.noun}{near}."
                )
        self._known |= {folded(given): self._known[folded(ours)] for given, ours in self.translations.items()}

    def __call__(self, text: str) -> Outcome:
        """Code in `text`, or why there is none; never a guess."""
        wanted = folded(text)
        if wanted in self._known:
            return self._known[wanted], ""
        if wanted and not self.closed:
            return None, f"is a code, and the terms of reference allow no {self.noun}"
        return None, f"is not one of the {self.noun}{self._nearest(wanted)}" if wanted else ""

    def _nearest(self, wanted: str) -> str:
        # Each search compares with every code: a column of a million unknown codes must end too.
        self.suggested += 1
        if self.suggested > MOST_SUGGESTED or len(wanted) > 80:  # noqa: PLR2004
            return ""
        near = difflib.get_close_matches(wanted, self._known, n=1)
        return f"; the nearest is {self._known[near[0]]!r}" if near else ""


@dataclass
class Flags:
    """Parser of yes and no."""

    translations: dict[str, str]

    def __post_init__(self) -> None:
        self._known = dict(FLAGS)
        for given, ours in self.translations.items():
            if folded(ours) not in FLAGS:
                raise Fault(f"The mapping translates {given!r} to {ours!r}, which is neither 'yes' nor 'no'.")
            self._known[folded(given)] = FLAGS[folded(ours)]

    def __call__(self, text: str) -> Outcome:
        """True or false, or why it is neither."""
        wanted = folded(text)
        found = self._known.get(wanted)
        return found, "is neither yes nor no" if wanted and found is None else ""


def whole_number(text: str) -> Outcome:
    """Whole number in `text`, or why there is none."""
    bare = plain(text)
    if not bare:
        return None, ""
    if not re.fullmatch(r"-?\d{1,9}(\.0+)?", bare):
        return None, "is not a whole number"
    return int(float(bare)), ""


def number(text: str) -> Outcome:
    """Number in `text`, or why there is none."""
    bare = plain(text)
    if not bare:
        return None, ""
    return (float(bare), "") if re.fullmatch(r"-?\d{1,15}(\.\d+)?", bare) else (None, "is not a number")


def prose(text: str) -> Outcome:
    """Wording as it stands, without the spaces around it."""
    if "\0" in text:
        return None, "holds a NUL byte: the file was damaged on its way"
    if plain(text) in SHEET_ERRORS:
        return None, "is the error of a formula: mend the formula, or leave the cell empty"
    return plain(text) or None, ""


def is_reference(column: dy.Column) -> bool:
    """Whether a column of a schema holds references."""
    return isinstance(column, dy.String) and column.regex is not None


def is_prose(column: dy.Column) -> bool:
    """Whether a column of a schema holds free text that the schema asks for."""
    return "prose" in (column.metadata or {})


def reference(cells: pl.Expr) -> pl.Expr:
    """References in plain upper case, leading zeros kept; null where blank."""
    bare = cells.str.normalize("NFKC").str.replace_all(f"[{INVISIBLE}]", "")
    return bare.str.strip_chars().str.to_uppercase().replace("", None)


def parser_of(name: str, table: str, plan: ColumnPlan, terms: Terms) -> Parser:
    """Parser for the column `name` of a table, as the mapping and the terms have it."""
    schema = SCHEMAS[table]
    column = schema.columns()[name]
    if isinstance(column, dy.Date):
        return Days(plan.formats)
    if isinstance(column, dy.Enum):
        return Codes(tuple(column.categories), f"codes of {name}", plan.codes)
    if closed := listed_columns(schema).get(name):
        if closed not in terms.lists:
            raise Fault(
                f"The terms of reference have no list of {closed}, which {table} need: add one to [lists]."
            )
        return Codes(terms.codes(closed), closed.replace("_", " "), plan.codes)
    if isinstance(column, dy.Bool):
        return Flags(plan.codes)
    if isinstance(column, dy.Int32):
        return whole_number
    return number if isinstance(column, dy.Float64) else prose


def parsed(cells: pl.Series, parse: Parser, dtype: pl.DataType) -> tuple[pl.Series, pl.Series | None]:
    """Values of a column of text, row by row, and the reasons of those that failed, if any did."""
    if cells.is_empty():
        # Polars gives an empty column back as it was, whatever type is asked for.
        return pl.Series(cells.name, dtype=dtype), None
    distinct = cells.unique()
    outcomes = [parse(text) for text in distinct.to_list()]
    values = pl.Series([value for value, _ in outcomes], dtype=dtype)
    told = cells.replace_strict(distinct, values, return_dtype=dtype)
    if not any(reason for _, reason in outcomes):
        return told, None
    reasons = pl.Series([reason or None for _, reason in outcomes], dtype=pl.String)
    return told, cells.replace_strict(distinct, reasons, return_dtype=pl.String)
