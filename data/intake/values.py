"""From text to values: a parser is called once for each distinct text, of which there are few."""

import datetime as dt
import difflib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import dataframely as dy
import polars as pl

from data.errors import refusal, sentence
from data.intake.extract import EXCEL_EPOCH, EXCEL_EPOCH_1904, INVISIBLE, folded, plain
from data.intake.mapping import ColumnPlan
from data.schema import SCHEMAS, USUAL, listed_columns
from data.terms import Terms

DAY_FIRST = (
    *("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y"),
    # With the year first the month is second everywhere.
    *("%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d", "%d %B, %Y", "%d %b, %Y"),
)
# None of these is read unasked: each is another day by another format, or one in another language's order.
OTHER_FORMATS = (
    *("%d/%m/%y", "%m/%d/%Y", "%m/%d/%y", "%Y%m%d", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y"),
    *("%A, %B %d, %Y", "%a, %b %d, %Y", "%d%b%Y", "%m-%d-%Y", "%m.%d.%Y", "%d.%m.%y", "%d-%m-%y", "%m-%d-%y"),
    *("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y %I:%M %p"),
)
MONTHS = 12
# Of any five days, all fall on the twelfth or before by chance in one column of a hundred.
FEWEST_IN_DOUBT = 5
MINUS = "\u2212"
_TIMED = re.compile(
    r"(?P<day>.{6,}?)[T ] ?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<part>[.,]\d+)?)?"
    r" ?(?P<zone>Z|(?:UTC|GMT)?(?:(?P<sign>[+-])(?P<hours>\d{2})(?::?(?P<minutes>\d{2})(?::?\d{2})?)?)?)",
    re.IGNORECASE,
)
_ZONE_IN_LETTERS = re.compile(
    r".{6,}[T ] ?\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\S* ?(?!AM$|PM$)\[?[A-Z/_]{2,}\]?", re.IGNORECASE
)
_TIME_IN_FORMAT = re.compile("%[HIMSfpzXcT]")
_WEEKDAY = re.compile(
    r"((?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)[.,]? (.+)", re.IGNORECASE
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_THREE_NUMBERS = re.compile(r"^(\d{1,2})([/.-])(\d{1,2})\2(\d{2}|\d{4})$")
_SERIAL = re.compile(r"^[2-6]\d{4}(\.0+)?$")

Outcome = tuple[Any, str]
"""A value and no reason, or no value and the reason why; both are empty for a blank cell."""
FLAGS = {"yes": True, "y": True, "true": True, "t": True, "1": True} | {
    "no": False, "n": False, "false": False, "f": False, "0": False,
}  # fmt: skip
SHEET_ERRORS = ("#ERROR!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
_NOTHING = ("-", "--", "?", "N/A", "N.A.", "NA", "N/K", "NONE", "NULL", "TBC", "TBA", "UNKNOWN", "UNK")
PLACEHOLDERS = (*SHEET_ERRORS, *_NOTHING, "NOT KNOWN", "NOT RECORDED", "NOT STATED")
NO_NUMBERS = r"^([+-]?(NAN|INF|INFINITY)|<NA>|NAT|[+-]?1\.#(INF|IND|QNAN|SNAN))(\(IND\))?$"
MOST_SUGGESTED = 500
MOST_DIGITS = 9
Parser = Callable[[str], Outcome]


class _NoDay(Exception):
    """Why there is no day in a text."""


@dataclass
class Days:
    """ISO is always read. A moment with an offset is its day in `zone`; one without is that day already."""

    formats: tuple[str, ...] = ()
    epoch: dt.date = EXCEL_EPOCH
    zone: ZoneInfo = ZoneInfo("UTC")
    timed: bool = False
    moved: bool = False
    serial: bool = False
    settled: bool = False
    either: int = 0
    unread: int = 0
    contrary: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self._timed_formats = [form for form in self.formats if _TIME_IN_FORMAT.search(form)]
        self._day_formats = [form for form in self.formats or DAY_FIRST if form not in self._timed_formats]

    def __call__(self, text: str) -> Outcome:
        bare = " ".join(plain(text).replace(MINUS, "-").split())
        if not bare:
            return None, ""
        try:
            timed = ":" in bare or self._timed_formats
            day = self._timed_day(text, bare) if timed else self._plain_day(text, bare)
        except _NoDay as reason:
            return None, str(reason)
        # What a spreadsheet writes for an empty date falls into the first year that it can count.
        first = self.epoch.year + (1 if self.epoch == EXCEL_EPOCH_1904 else 2)
        if day.year < first:
            return None, f"is before the year {first}"
        return day, ""

    def remarks(self, column: str) -> Iterator[str]:
        if self.timed:
            yield f"Times of day in {column!r} were left out."
        if self.serial:
            begins = "1904" if self.epoch == EXCEL_EPOCH_1904 else "1900"
            yield f"Numbers in {column!r} were read as a spreadsheet's days from {begins} on."
        if self.either >= FEWEST_IN_DOUBT and not self.settled:
            yield sentence("day_or_month_first", column=column)
        if self.moved:
            yield sentence("moved_days", column=column, zone=self.zone.key)

    def _timed_day(self, text: str, bare: str) -> dt.date:
        for form in self._timed_formats:
            if (moment := _moment(bare, form)) is not None:
                return self._local(moment)
        split = _TIMED.fullmatch(bare)
        if split is None:
            if _ZONE_IN_LETTERS.fullmatch(bare):
                raise _NoDay("has a time zone in letters: write its offset, like +01:00")
            return self._plain_day(text, bare)
        day = self._plain_day(text, split["day"])
        try:
            # A leap second belongs to the minute that it ends.
            time = dt.time(int(split["hour"]), int(split["minute"]), min(int(split["second"] or 0), 59))
            zone = _offset(split) if split["zone"] else None
        except ValueError:
            raise _NoDay("has a time of day or an offset that does not exist") from None
        day = self._local(dt.datetime.combine(day, time, zone))
        self.timed |= bool((split["part"] or "").strip("0.,"))
        return day

    def _local(self, moment: dt.datetime) -> dt.date:
        try:
            local = moment.astimezone(self.zone) if moment.tzinfo else moment
        except OverflowError:
            raise _NoDay("is not a day that exists") from None
        self.moved |= local.date() != moment.date()
        self.timed |= local.time() != dt.time()
        return local.date()

    def _plain_day(self, text: str, bare: str) -> dt.date:
        if (day := self._day(bare)) is None:
            raise _NoDay(self._reason(text, bare))
        return day

    def _day(self, text: str) -> dt.date | None:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return _real_day(text, "%Y-%m-%d")
        if _SERIAL.match(text):
            self.serial = True
            return self.epoch + dt.timedelta(days=int(float(text)))
        day = next(filter(None, (_real_day(text, form) for form in self._day_formats)), None)
        if self.formats:
            return day
        if day is None:
            named = _WEEKDAY.fullmatch(text)
            day = self._day(named[2]) if named else None
            if named and day and named[1][:3].casefold() != _WEEKDAYS[day.weekday()]:
                raise _NoDay("names another day of the week than the one on which it fell")
        elif _THREE_NUMBERS.match(text):
            self.settled |= day.day > MONTHS
            self.either += day.day <= MONTHS and day.day != day.month
        return day

    def _reason(self, text: str, bare: str) -> str:
        numbers = _THREE_NUMBERS.match(bare)
        if numbers is not None:
            first, mark, second, year = numbers.groups()
            if self._day(f"{second}{mark}{first}{mark}{year}"):
                self.contrary.append(text)
            if len(year) == 2 and not any("%y" in form for form in self.formats):  # noqa: PLR2004
                return f"has a year of two digits: name its format in the mapping{self._hint(bare, ', ')}"
        many = f"format{'s' if len(self.formats) > 1 else ''} {', '.join(self.formats)}"
        if self.formats and Days(epoch=self.epoch)._day(bare):
            return f"is not in the mapping's {many}"
        if numbers or re.match(r"\d+[-/.]\d+[-/.]\d+$", bare):
            return "is not a day that exists"
        if not (hint := self._hint(bare, "; ", " would read it")):
            return "is not a date"
        unread = f"in the mapping's {many}" if self.formats else "a date that is read without a format"
        return f"is not {unread}{hint}"

    def _hint(self, bare: str, before: str, after: str = "") -> str:
        """Formats that would read a text; empty where none would, and once many texts were asked for."""
        self.unread += 1
        forms = formats_for([bare]) if self.unread <= MOST_SUGGESTED else []
        return before + " or ".join(f'"{form}"' for form in forms[:2]) + after if forms else ""


def formats_for(texts: list[str]) -> list[str]:
    """Formats that read every one of the texts."""
    return [
        form for form in (*OTHER_FORMATS, *DAY_FIRST) if all(would_read(form, plain(text)) for text in texts)
    ]


def would_read(form: str, text: str) -> bool:
    # Without marks between them, fewer digits than eight are several days.
    return _real_day(text, form) is not None and (form != "%Y%m%d" or len(text) == len("20240131"))


def _moment(text: str, form: str) -> dt.datetime | None:
    """Moment in a format with a time of day; hours alone are a whole offset here too."""
    if form.endswith("%z") and re.search(r"[+-]\d{2}$", text):
        text += "00"
    with suppress(ValueError):
        return dt.datetime.strptime(text, form)  # noqa: DTZ007 (without an offset: the review's own time)
    return None


def _offset(split: re.Match[str]) -> dt.timezone:
    """ValueError where no clock on earth has the offset."""
    minutes = dt.time(minute=int(split["minutes"] or 0)).minute
    offset = dt.timedelta(hours=int(split["hours"] or 0), minutes=minutes)
    return dt.timezone(-offset if split["sign"] == "-" else offset)


# One day is written on many rows, and again in every week's extract.
@lru_cache(maxsize=1 << 16)
def _real_day(text: str, form: str) -> dt.date | None:
    with suppress(ValueError):
        return dt.date(*time.strptime(text, form)[:3])
    return None


@dataclass
class Codes:
    closed: tuple[str, ...]
    noun: str
    translations: dict[str, str]
    suggested: int = 0
    otherwise: str | None = None  # our code for all that are neither

    def __post_init__(self) -> None:
        self._known: dict[str, Any] = {folded(code): code for code in self.closed}
        others = {} if self.otherwise is None else {"any other code": self.otherwise}
        for given, ours in (self.translations | others).items():
            if not folded(ours):
                raise refusal("translated_to_nothing", given=given)
            if folded(ours) not in self._known:
                near = self._nearest(folded(ours)) or f"; they are {', '.join(self.closed[:20]) or 'none'}"
                raise refusal("no_such_code", given=given, ours=ours, noun=self.noun, near=near)
        self._known |= {folded(given): self._known[folded(ours)] for given, ours in self.translations.items()}

    def __call__(self, text: str) -> Outcome:
        wanted = folded(text)
        if wanted in self._known:
            return self._known[wanted], ""
        if wanted and self.otherwise is not None:
            return self._known[folded(self.otherwise)], ""
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
                raise refusal("no_flag", given=given, ours=ours)
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
        return Codes(tuple(column.categories), f"codes of {name}", plan.codes, otherwise=plan.otherwise)
    if closed := listed_columns(schema).get(name):
        if closed not in terms.lists and closed not in USUAL:
            raise refusal("no_list", closed=closed, table=table)
        noun = f"codes of {name}" if closed in USUAL else closed.replace("_", " ")
        return Codes(terms.codes(closed), noun, plan.codes, otherwise=plan.otherwise)
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
    parsed_values = pl.Series([value for value, _ in outcomes], dtype=dtype)
    values = cells.replace_strict(distinct, parsed_values, return_dtype=dtype)
    if not any(reason for _, reason in outcomes):
        return values, None
    reasons = pl.Series([reason or None for _, reason in outcomes], dtype=pl.String)
    return values, cells.replace_strict(distinct, reasons, default=None, return_dtype=pl.String)
