import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import tomlkit

from data.errors import UserError, refusal
from data.formatting import counted
from data.intake.extract import SEARCHED_ROWS, Source, folded, plain
from data.intake.parsed_sources import Workbook
from data.intake.privacy import DATE, EMAIL, PERSONAL, personal
from data.intake.sources import open_file
from data.intake.values import Codes, Days, Flags, Parser, number, whole_number
from data.schema import SCHEMAS, USUAL, default_of, is_reference, listed_columns, usual_codes
from data.terms import read_toml

SAMPLE_ROWS = 5_000
# Below this two names have little in common.
ALIKE = 0.62
MOSTLY = 0.8
# All words of our name are in theirs, which says something more.
CONTAINED = 0.75

_SYNONYMS: dict[str, list[str]] = read_toml(Path(__file__).with_name("synonyms.toml"))
_SAME = {word: ours for ours, words in _SYNONYMS.items() for word in words}
_EMPTY = {"of", "the", "was", "by"}
_FORMATS = ("%d/%m/%y", "%m/%d/%Y", "%m/%d/%y", "%Y/%m/%d", "%Y%m%d", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y")
FEW_CODES = 2
LONGEST_CODE = 60
_DATA = (DATE, *PERSONAL, r"-?[\d,]+(\.\d+)?")
_DAYS = (Days(), *(Days((form,)) for form in _FORMATS))


class Suggestion(NamedTuple):
    mapping: str
    remarks: tuple[str, ...]


class Sample(NamedTuple):
    part: str
    columns: dict[str, list[str]]


class Guess(NamedTuple):
    table: str
    sample: Sample
    columns: dict[str, str]
    missing: list[str]

    @property
    def merit(self) -> tuple[float, int]:
        return 1 - len(self.missing) / len(_needed_columns(self.table)), len(self.columns)


def suggest(file: str, *, table: str | None = None) -> Suggestion:
    """Values are written only where a column of codes was recognised, never names or references."""
    path = Path(file)
    if "://" in file or not path.is_file():
        raise UserError(f"There is no file {file}: suggest reads a CSV, XLSX or Parquet file.")
    if table is not None and table not in SCHEMAS:
        raise UserError(f"There is no table {table!r}; there are {', '.join(SCHEMAS)}.")
    source = open_file(path, [])
    samples = list(_samples(source))
    if not samples:
        raise UserError(f"Nothing in {source.name} looks like a table with a header.")
    tables = [table] if table else list(SCHEMAS)
    guesses = [_guess(sample, name) for sample in samples if not _holds_data(sample) for name in tables]
    if not guesses:
        raise refusal("header_is_data", file=source.name)
    guess = max(guesses, key=lambda guess: guess.merit)
    mapping = _mapping(guess, source.name, is_workbook=isinstance(source, Workbook))
    return Suggestion("\n".join(mapping) + "\n", tuple(_remarks(guess)))


def _samples(source: Source) -> Iterator[Sample]:
    for part, records in source.heads().items():
        fullness = [len({folded(cell) for cell in cells} - {""}) for cells in records[:SEARCHED_ROWS]]
        row = fullness.index(max(fullness)) if fullness else 0
        cells = records[row] if records else []
        names = {plain(cell): place for place, cell in enumerate(cells) if plain(cell)}
        if len(names) > 1:
            rows = source.extract(part, row + 1, list(names.values()), len(cells)).rows.head(SAMPLE_ROWS)
            yield Sample(part, {name: rows[str(place)].to_list() for name, place in names.items()})


def _holds_data(sample: Sample) -> bool:
    """Whether the "header" of a sample is a row of data: a column's values, not its name."""
    known = [name for schema in SCHEMAS.values() for name in schema.column_names()]
    if not any(_likeness(name, given) >= ALIKE for name in known for given in sample.columns):
        return True
    return any(
        bool(re.search(EMAIL, given))
        or any(re.fullmatch(pattern, given.upper()) for pattern in _DATA)
        or given in values
        for given, values in sample.columns.items()
    )


def _needed_columns(table: str) -> list[str]:
    columns = SCHEMAS[table].columns()
    return [name for name, column in columns.items() if not column.nullable and default_of(column) is None]


def _guess(sample: Sample, table: str) -> Guess:
    schema = SCHEMAS[table].columns()
    scores = [
        (_score(table, name, column, given, values), name, given)
        for name, column in schema.items()
        for given, values in sample.columns.items()
    ]
    columns: dict[str, str] = {}
    for score, name, given in sorted(scores, key=lambda scored: -scored[0]):
        if score >= ALIKE and name not in columns and given not in columns.values():
            columns[name] = given
    return Guess(table, sample, columns, [name for name in _needed_columns(table) if name not in columns])


def _score(table: str, name: str, column: dy.Column, given: str, values: list[str]) -> float:
    alike = _likeness(name, given)
    filled = [text for text in values if plain(text)]
    if usual := usual_codes(column):
        codes = Codes(usual, name, {}, suggested=1 << 30)
        return max(alike, 0.7 * _share_read(filled, codes) + 0.3 * alike)
    if kind := _KINDS.get(type(column)):
        return alike if not filled or _share_read(filled, kind[1]) >= MOSTLY else 0
    distinct, is_key = len(set(filled)), SCHEMAS[table].primary_key() == [name]
    if _share_read(filled, _any_day) >= MOSTLY or (is_key and distinct < MOSTLY * len(filled)):
        return 0
    only = is_key and distinct == len(values) > 1
    return max(alike, ALIKE + 0.05) if only and "ref" in _words(given).split() else alike


def _likeness(name: str, given: str) -> float:
    ours, theirs = _words(name), _words(given)
    ratio = difflib.SequenceMatcher(None, ours, theirs).ratio()
    if set(ours.split()) <= set(theirs.split()):
        return max(ratio, CONTAINED)
    # Single words sound alike by chance: "route" and "outcome", "mouth" and "month".
    return ratio if " " in ours or ratio >= MOSTLY else 0


def _words(name: str) -> str:
    words: list[str] = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold())
    return " ".join(sorted(_SAME.get(word, word) for word in words if word not in _EMPTY))


# Each column of a file is held against the days of every table.
@lru_cache(maxsize=1 << 16)
def _any_day(text: str) -> tuple[object, str]:
    return next((outcome for parse in _DAYS if (outcome := parse(text))[0]), (None, ""))


_KINDS: dict[type[dy.Column], tuple[str, Parser]] = {
    dy.Date: (" (a day)", _any_day),
    dy.Bool: (" (yes or no)", Flags({})),
    dy.Int32: (" (a whole number)", whole_number),
    dy.Float64: (" (a number)", number),
}


def _share_read(texts: list[str], parse: Parser) -> float:
    distinct = list(dict.fromkeys(texts))[:500]
    return sum(parse(text)[0] is not None for text in distinct) / len(distinct) if distinct else 0.0


def _day_format(texts: list[str]) -> tuple[str | None, bool]:
    """Format to name in a mapping, none where the usual ones do, and whether day and month are in doubt."""
    filled = [text for text in texts if plain(text)]
    usual = Days()
    if _share_read(filled, usual) >= MOSTLY and not usual.contrary:
        doubt = _share_read(filled, Days(("%m/%d/%Y",))) == 1 and _share_read(filled, Days(("%Y-%m-%d",))) < 1
        return None, doubt
    best = max(_FORMATS, key=lambda form: _share_read(filled, Days((form,))))
    return best, best == "%d/%m/%y" and _share_read(filled, Days(("%m/%d/%y",))) == 1


def _codes(texts: list[str]) -> tuple[list[str], int]:
    written = sorted({" ".join(plain(text).split()) for text in texts} - {""})
    # Codes that differ only by case are one: the terms of reference would refuse both.
    filled = sorted({folded(text): text for text in reversed(written)}.values())
    few = len(filled) <= max(FEW_CODES, min(50, len(texts) / 4))
    if not few or any(len(text) > LONGEST_CODE for text in filled):
        return [], 0
    codes = [text for text in filled if not personal(text)]
    return codes, len(filled) - len(codes)


def _mapping(guess: Guess, file: str, *, is_workbook: bool) -> Iterator[str]:
    yield "# A first mapping, guessed from the file: read every line before you load with it."
    yield '# "full": a row that a later extract lacks is gone; "partial": it is only not in it.'
    yield 'extract = "full"'
    yield "\n[[tables]]"
    yield f'table = "{guess.table}"'
    yield "file = " + _quoted(re.sub(r"[0-9][0-9_.-]*(?=.*\.)", "*", file))
    if is_workbook and guess.sample.part:
        yield f"sheet = {_quoted(guess.sample.part)}"
    yield "\n[tables.columns]"
    for name, column in SCHEMAS[guess.table].columns().items():
        if given := guess.columns.get(name):
            yield from _fed(guess.table, name, given, guess.sample.columns[given])
        elif name in guess.missing:
            once = "" if is_reference(column) else ' or { value = "..." }'
            yield f'# NEEDED: {name} = "..."{once}: {_described(column)}'
        else:
            yield f'# {name} = "...": {_described(column)}'
    for given in guess.sample.columns:
        if given not in guess.columns.values():
            yield f"# left out: {' '.join(given.split())}"


def _quoted(text: str | list[str]) -> str:
    return tomlkit.item(text).as_string()


def _described(column: dy.Column) -> str:
    if usual := usual_codes(column):
        return f"{column.description} (one of: {', '.join(usual)})"
    if listed := (column.metadata or {}).get("listed"):
        return f"{column.description} (one of the {listed} in terms.toml)"
    kind = _KINDS.get(type(column))
    return f"{column.description}{kind[0] if kind else ''}"


def _fed(table: str, name: str, given: str, values: list[str]) -> Iterator[str]:
    column = SCHEMAS[table].columns()[name]
    form, doubt = _day_format(values) if isinstance(column, dy.Date) else (None, False)
    codes, people = _codes(values)
    yield f"{name} = " + (f'{{column = {_quoted(given)}, formats = ["{form}"]}}' if form else _quoted(given))
    if doubt:
        yield f"# every day of {name} would fit the other order of day and month: make sure"
    if usual := usual_codes(column):
        known = set(map(folded, usual))
        if unknown := [code for code in codes if folded(code) not in known]:
            yield f"# translate with codes = {{ ... }}: {', '.join(unknown)}; ours: {', '.join(usual)}"
    elif name in listed_columns(SCHEMAS[table]):
        if codes:
            yield f"# found: {', '.join(codes)}"
        if people:
            count = counted(people, "value looks like a person", "values look like people")
            yield f"# {count}, not told here: make sure that {name} is no name of anybody"


def _remarks(guess: Guess) -> Iterator[str]:
    yield f"The file looks like {guess.table}."
    if guess.missing:
        yield f"Not recognised, and needed: {', '.join(guess.missing)}."
    lists = {
        closed: _codes(guess.sample.columns[guess.columns[name]])[0]
        for name, closed in listed_columns(SCHEMAS[guess.table]).items()
        if name in guess.columns and closed not in USUAL
    }
    if lines := [f"{closed} = {_quoted(codes)}" for closed, codes in lists.items() if codes]:
        yield "For the terms of reference, unless they have them:\n[lists]\n" + "\n".join(lines)
