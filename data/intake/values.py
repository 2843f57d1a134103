"""From text to values: a parser is called once for each distinct text, of which there are few."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import dataframely as dy
import polars as pl

from data.errors import UserError
from data.intake.date_formats import Days, Outcome
from data.intake.extract import INVISIBLE, folded, plain
from data.intake.mapping import ColumnPlan
from data.schema import SCHEMAS, listed_columns
from data.terms import Terms

FLAGS = {"yes": True, "y": True, "true": True, "t": True, "1": True} | {
    "no": False, "n": False, "false": False, "f": False, "0": False,
}  # fmt: skip
SHEET_ERRORS = ("#ERROR!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
PLACEHOLDERS = (*SHEET_ERRORS, "-", "N/A", "NA", "NONE", "NULL", "TBC", "TBA", "UNKNOWN", "UNK", "?")
NO_NUMBERS = r"^([+-]?(NAN|INF|INFINITY)|<NA>|NAT|[+-]?1\.#(INF|IND|QNAN|SNAN))(\(IND\))?$"
MOST_SUGGESTED = 500
MOST_DIGITS = 9

Parser = Callable[[str], Outcome]


@dataclass
class Codes:
    closed: tuple[str, ...]
    noun: str
    translations: dict[str, str]
    suggested: int = 0

    def __post_init__(self) -> None:
        self._known: dict[str, Any] = {folded(code): code for code in self.closed}
        for given, ours in self.translations.items():
            if folded(ours) not in self._known:
                near = self._nearest(folded(ours)) or f"; they are {', '.join(self.closed[:20]) or 'none'}"
                raise UserError(
                    f"The mapping translates {given!r} to {ours!r}, not one of the {self.noun}{near}."
                )
        self._known |= {folded(given): self._known[folded(ours)] for given, ours in self.translations.items()}

    def __call__(self, text: str) -> Outcome:
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
    translations: dict[str, str]

    def __post_init__(self) -> None:
        self._known = dict(FLAGS)
        for given, ours in self.translations.items():
            if folded(ours) not in FLAGS:
                raise UserError(
                    f"The mapping translates {given!r} to {ours!r}, which is neither 'yes' nor 'no'."
                )
            self._known[folded(given)] = FLAGS[folded(ours)]

    def __call__(self, text: str) -> Outcome:
        wanted = folded(text)
        flag = self._known.get(wanted)
        return flag, "is neither yes nor no" if wanted and flag is None else ""


def whole_number(text: str) -> Outcome:
    if not (bare := plain(text)):
        return None, ""
    if not re.fullmatch(r"-?\d+(\.0+)?", bare):
        return None, "is not a whole number"
    if len(bare.lstrip("-0").partition(".")[0]) > MOST_DIGITS:
        return None, f"is a number of more than {MOST_DIGITS} digits"
    return int(float(bare)), ""


def number(text: str) -> Outcome:
    if not (bare := plain(text)):
        return None, ""
    return (float(bare), "") if re.fullmatch(r"-?\d{1,15}(\.\d+)?", bare) else (None, "is not a number")


def prose(text: str) -> Outcome:
    if "\0" in text:
        return None, "holds a NUL byte: the file was damaged on its way"
    if plain(text) in SHEET_ERRORS:
        return None, "is the error of a formula: mend the formula, or leave the cell empty"
    return plain(text) or None, ""


def is_prose(column: dy.Column) -> bool:
    return "prose" in (column.metadata or {})


def reference(cells: pl.Expr) -> pl.Expr:
    """References in plain upper case, leading zeros kept; null where blank."""
    bare = cells.str.normalize("NFKC").str.replace_all(f"[{INVISIBLE}]", "")
    return bare.str.strip_chars().str.to_uppercase().replace("", None)


def parser_of(name: str, table: str, plan: ColumnPlan, terms: Terms) -> Parser:
    schema = SCHEMAS[table]
    column = schema.columns()[name]
    if isinstance(column, dy.Date):
        return Days(plan.formats, zone=ZoneInfo(terms.time_zone))
    if isinstance(column, dy.Enum):
        return Codes(tuple(column.categories), f"codes of {name}", plan.codes)
    if closed := listed_columns(schema).get(name):
        if closed not in terms.lists:
            raise UserError(
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
    texts, known = distinct.clear(), pl.Series(dtype=dtype)
    if isinstance(parse, Days):
        days = parse.iso_moments(distinct)
        read = days.is_not_null()
        texts, known, distinct = distinct.filter(read), days.filter(read), distinct.filter(~read)
    outcomes = [parse(text) for text in distinct.to_list()]
    parsed_values = pl.Series([value for value, _ in outcomes], dtype=dtype)
    values = cells.replace_strict(texts.append(distinct), known.append(parsed_values), return_dtype=dtype)
    if not any(reason for _, reason in outcomes):
        return values, None
    reasons = pl.Series([reason or None for _, reason in outcomes], dtype=pl.String)
    return values, cells.replace_strict(distinct, reasons, default=None, return_dtype=pl.String)
