"""Guess which columns of a file feed which columns of a review, by their names and their values."""

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

import dataframely as dy

from data.intake.days import Days
from data.intake.extract import Source, folded, plain
from data.intake.header import SEARCHED_ROWS
from data.intake.privacy import DATE, EMAIL, PERSONAL, personal
from data.intake.values import Codes, Flags, Parser, number, whole_number
from data.schema import SCHEMAS, default_of

SAMPLE_ROWS = 5_000
# Below this two names have little in common.
ALIKE = 0.62
MOSTLY = 0.8
# All words of our name are in theirs, which says something more.
HELD = 0.75

# Words that registers use for one thing, as the schema says it.
_SAME: dict[str, str] = {
    **dict.fromkeys(("date", "day", "dt"), "on"),
    **dict.fromkeys(("no", "number", "num", "id", "reference"), "ref"),
    **dict.fromkeys(("district", "division", "region"), "area"),
    **dict.fromkeys(("classification", "class"), "category"),
    **dict.fromkeys(("case", "complaint", "request"), "application"),
    **dict.fromkeys(("decision", "outcome", "result"), "decided"),
    **dict.fromkeys(("how", "made", "method", "source"), "route"),
    "receipt": "received",
    "allocation": "allocated",
    "completion": "completed",
    "assessment": "assessed",
    "referral": "referred",
}
_EMPTY = {"of", "the", "was", "by"}
_FORMATS = (
    ("%d/%m/%y",),
    ("%m/%d/%Y",),
    ("%m/%d/%y",),
    ("%Y/%m/%d",),
    ("%Y%m%d",),
    ("%d-%b-%y",),
    ("%b %d, %Y",),
    ("%B %d, %Y",),
)
FEW_CODES = 2
LONGEST_CODE = 60
_DATA = (DATE, *PERSONAL, r"-?[\d,]+(\.\d+)?")
_PARSERS = tuple(Days(formats) for formats in ((), *_FORMATS))


@dataclass(frozen=True)
class Sample:
    """Columns of a file under their header: the name of each and some of its values."""

    part: str
    columns: dict[str, list[str]]


@dataclass(frozen=True)
class Guess:
    """One table, and for each of its columns that was recognised the column that feeds it."""

    table: str
    columns: dict[str, str]
    missing: tuple[str, ...]

    @property
    def merit(self) -> tuple[float, int]:
        """How good the guess is: share of the needed columns found, then how many in all."""
        needed = needed_columns(self.table)
        return 1 - len(self.missing) / len(needed), len(self.columns)


def samples(source: Source) -> list[Sample]:
    """Every part of the source that looks like a table, under its likeliest header."""
    found: list[Sample] = []
    for part, records in source.heads().items():
        row, cells = max(enumerate(records[:SEARCHED_ROWS], start=1), key=_fullness, default=(0, []))
        names = {plain(cell): place for place, cell in enumerate(cells) if plain(cell)}
        if len(names) > 1:
            rows = source.extract(part, row, list(names.values()), len(cells)).rows.head(SAMPLE_ROWS)
            columns = {name: rows[str(place)].to_list() for name, place in names.items()}
            found.append(Sample(part, columns))
    return found


def _fullness(numbered: tuple[int, list[str]]) -> tuple[int, int]:
    row, cells = numbered
    return len({folded(cell) for cell in cells} - {""}), -row


def needed_columns(table: str) -> list[str]:
    """Columns that a mapping of `table` cannot leave out."""
    columns = SCHEMAS[table].columns()
    return [name for name, column in columns.items() if not column.nullable and default_of(column) is None]


def best_guess(sample: Sample, tables: list[str]) -> Guess:
    return max((_guess(sample, table) for table in tables), key=lambda guess: guess.merit)


def _guess(sample: Sample, table: str) -> Guess:
    scores = [
        (_score(table, name, column, given, values), name, given)
        for name, column in SCHEMAS[table].columns().items()
        for given, values in sample.columns.items()
    ]
    columns: dict[str, str] = {}
    for score, name, given in sorted(scores, key=lambda each: -each[0]):
        if score >= ALIKE and name not in columns and given not in columns.values():
            columns[name] = given
    missing = tuple(name for name in needed_columns(table) if name not in columns)
    return Guess(
        table, {name: columns[name] for name in SCHEMAS[table].column_names() if name in columns}, missing
    )


def _score(table: str, name: str, column: dy.Column, given: str, values: list[str]) -> float:
    alike = _likeness(name, given)
    filled = [text for text in values if plain(text)]
    if parse := _parser(name, column):
        fits = share_read(filled, parse)
        if isinstance(column, dy.Enum):
            return max(alike, 0.7 * fits + 0.3 * alike)
        return alike if not filled or fits >= MOSTLY else 0
    if share_read(filled, _any_day) >= MOSTLY:
        return 0
    if SCHEMAS[table].primary_key() == [name] and len(set(filled)) < MOSTLY * len(filled):
        return 0
    only = SCHEMAS[table].primary_key() == [name] and len(set(filled)) == len(values) > 1
    named_so = "ref" in _words(given).split()
    return max(alike, ALIKE + 0.05) if only and named_so else alike


def _likeness(name: str, given: str) -> float:
    ours, theirs = _words(name), _words(given)
    if set(ours.split()) <= set(theirs.split()):
        return max(difflib.SequenceMatcher(None, ours, theirs).ratio(), HELD)
    ratio = difflib.SequenceMatcher(None, ours, theirs).ratio()
    # Single words sound alike by chance: "route" and "outcome", "mouth" and "month".
    return ratio if " " in ours or ratio >= MOSTLY else 0


def _words(name: str) -> str:
    words: list[str] = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold())
    return " ".join(sorted(_SAME.get(word, word) for word in words if word not in _EMPTY))


def _parser(name: str, column: dy.Column) -> Parser | None:
    if isinstance(column, dy.Date):
        return _any_day
    if isinstance(column, dy.Enum):
        return Codes(tuple(column.categories), name, {}, suggested=1 << 30)
    if isinstance(column, dy.Bool):
        return Flags({})
    if isinstance(column, dy.Int32):
        return whole_number
    return number if isinstance(column, dy.Float64) else None


# Each column of a file is held against the days of every table.
@lru_cache(maxsize=1 << 16)
def _any_day(text: str) -> tuple[object, str]:
    return next((found for parse in _PARSERS if (found := parse(text))[0]), (None, ""))


def share_read(texts: list[str], parse: Parser) -> float:
    distinct = list(dict.fromkeys(texts))[:500]
    return sum(parse(text)[0] is not None for text in distinct) / len(distinct) if distinct else 0.0


def day_formats(texts: list[str]) -> tuple[tuple[str, ...], bool]:
    """Formats to name in a mapping, none where the usual ones do, and whether day and month are in doubt."""
    filled = [text for text in texts if plain(text)]
    usual = Days()
    if share_read(filled, usual) >= MOSTLY and not usual.contrary:
        return (), share_read(filled, Days(("%m/%d/%Y",))) == 1 and share_read(
            filled, Days(("%Y-%m-%d",))
        ) < 1
    formats = max(_FORMATS, key=lambda each: share_read(filled, Days(each)))
    doubt = formats in (("%d/%m/%y",),) and share_read(filled, Days(("%m/%d/%y",))) == 1
    return formats, doubt


def codes_found(texts: list[str]) -> tuple[list[str], int]:
    """Distinct codes of a column, and how many more look like people and are not told.

    There are none where it looks like anything but a column of codes.
    """
    written = sorted({" ".join(plain(text).split()) for text in texts} - {""})
    # Codes that differ only by case are one: the terms of reference would refuse both.
    filled = sorted({folded(text): text for text in reversed(written)}.values())
    few = len(filled) <= max(FEW_CODES, min(50, len(texts) / 4))
    if not few or any(len(text) > LONGEST_CODE for text in filled):
        return [], 0
    told = [text for text in filled if not personal(text)]
    return told, len(filled) - len(told)


def holds_data(sample: Sample) -> bool:
    """Whether the "header" of a sample is a row of data: a column's values, not its name."""
    known = [name for schema in SCHEMAS.values() for name in schema.column_names()]
    if not any(_likeness(name, given) >= ALIKE for name in known for given in sample.columns):
        return True
    return any(
        bool(re.search(EMAIL, given))
        or any(re.fullmatch(each, given.upper()) for each in _DATA)
        or given in values
        for given, values in sample.columns.items()
    )
