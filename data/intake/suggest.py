"""Suggest a first mapping from a file, for a person to read through and mend.

Which columns of the file feed which columns of a review is guessed by their names and their values.
"""

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import dataframely as dy
import tomlkit
from tomlkit.items import Table

from data.errors import UserError
from data.formatting import counted
from data.intake.days import Days
from data.intake.extract import SEARCHED_ROWS, Source, folded, plain
from data.intake.privacy import DATE, EMAIL, PERSONAL, personal
from data.intake.sources import open_file
from data.intake.values import Codes, Flags, Parser, number, whole_number
from data.intake.workbook import Workbook
from data.schema import SCHEMAS, default_of, is_reference, listed_columns

SAMPLE_ROWS = 5_000
# Below this two names have little in common.
ALIKE = 0.62
MOSTLY = 0.8
# All words of our name are in theirs, which says something more.
CONTAINED = 0.75

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
_FORMATS = ("%d/%m/%y", "%m/%d/%Y", "%m/%d/%y", "%Y/%m/%d", "%Y%m%d", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y")
FEW_CODES = 2
LONGEST_CODE = 60
_DATA = (DATE, *PERSONAL, r"-?[\d,]+(\.\d+)?")
_PARSERS = (Days(), *(Days((form,)) for form in _FORMATS))
_KINDS: dict[type[dy.Column], str] = {
    dy.Date: " (a day)",
    dy.Bool: " (yes or no)",
    dy.Int32: " (a whole number)",
    dy.Float64: " (a number)",
}


@dataclass(frozen=True)
class Suggestion:
    mapping: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    """Columns of a part of a file under their header: the name of each and some of its values."""

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
        """How good the guess is: share of the needed columns that are recognised, then how many in all."""
        return 1 - len(self.missing) / len(_needed_columns(self.table)), len(self.columns)


def suggest(file: str, *, table: str | None = None) -> Suggestion:
    """Write a mapping for a file: its table, columns, formats of days, and codes.

    Values are written only where a column of codes was recognised, never names or references.

    Raises:
        UserError: there is no such file or table, or nothing in the file looks like a table.
    """
    path = Path(file)
    if "://" in file or not path.is_file():
        raise UserError(f"There is no file {file}: suggest reads a CSV, XLSX or Parquet file.")
    if table is not None and table not in SCHEMAS:
        raise UserError(f"There is no table {table!r}; there are {', '.join(SCHEMAS)}.")
    source = open_file(path, [])
    samples = _samples(source)
    if not samples:
        raise UserError(f"Nothing in {source.name} looks like a table with a header.")
    if not (samples := [sample for sample in samples if not _holds_data(sample)]):
        raise UserError(
            f"No row of {source.name} looks like a header: write the name of each column, all different, "
            "above the first row of data."
        )
    guesses = [
        (_guess(sample, name), sample) for sample in samples for name in ([table] if table else SCHEMAS)
    ]
    guess, sample = max(guesses, key=lambda pair: pair[0].merit)
    mapping = _mapping(
        guess, sample, source.name, sheet=sample.part if isinstance(source, Workbook) else None
    )
    return Suggestion(mapping, tuple(_remarks(guess, sample)))


def _samples(source: Source) -> list[Sample]:
    """Every part of the source that looks like a table, under its likeliest header."""
    samples: list[Sample] = []
    for part, records in source.heads().items():
        row, cells = max(enumerate(records[:SEARCHED_ROWS], start=1), key=_fullness, default=(0, []))
        names = {plain(cell): place for place, cell in enumerate(cells) if plain(cell)}
        if len(names) > 1:
            rows = source.extract(part, row, list(names.values()), len(cells)).rows.head(SAMPLE_ROWS)
            columns = {name: rows[str(place)].to_list() for name, place in names.items()}
            samples.append(Sample(part, columns))
    return samples


def _fullness(numbered: tuple[int, list[str]]) -> tuple[int, int]:
    row, cells = numbered
    return len({folded(cell) for cell in cells} - {""}), -row


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
    missing = tuple(name for name in _needed_columns(table) if name not in columns)
    return Guess(table, {name: columns[name] for name in schema if name in columns}, missing)


def _score(table: str, name: str, column: dy.Column, given: str, values: list[str]) -> float:
    alike = _likeness(name, given)
    filled = [text for text in values if plain(text)]
    if parse := _parser(name, column):
        fits = _share_read(filled, parse)
        if isinstance(column, dy.Enum):
            return max(alike, 0.7 * fits + 0.3 * alike)
        return alike if not filled or fits >= MOSTLY else 0
    if _share_read(filled, _any_day) >= MOSTLY:
        return 0
    is_key = SCHEMAS[table].primary_key() == [name]
    distinct = len(set(filled))
    if is_key and distinct < MOSTLY * len(filled):
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
    return next((outcome for parse in _PARSERS if (outcome := parse(text))[0]), (None, ""))


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
    """Distinct codes of a column, and how many more look like people and are not shown.

    There are none where it looks like anything but a column of codes.
    """
    written = sorted({" ".join(plain(text).split()) for text in texts} - {""})
    # Codes that differ only by case are one: the terms of reference would refuse both.
    filled = sorted({folded(text): text for text in reversed(written)}.values())
    few = len(filled) <= max(FEW_CODES, min(50, len(texts) / 4))
    if not few or any(len(text) > LONGEST_CODE for text in filled):
        return [], 0
    codes = [text for text in filled if not personal(text)]
    return codes, len(filled) - len(codes)


def _mapping(guess: Guess, sample: Sample, file: str, *, sheet: str | None) -> str:
    document = tomlkit.document()
    document.add(
        tomlkit.comment("A first mapping, guessed from the file: read every line before you load with it.")
    )
    document.add(
        tomlkit.comment('"full": a row that a later extract lacks is gone; "partial": it is only not in it.')
    )
    document["extract"] = "full"
    table = tomlkit.table()
    table["table"] = guess.table
    table["file"] = re.sub(r"[0-9][0-9_.-]*(?=.*\.)", "*", file)
    if sheet:
        table["sheet"] = sheet
    table["columns"] = _columns(guess, sample)
    tables = tomlkit.aot()
    tables.append(table)
    document["tables"] = tables
    return tomlkit.dumps(document)


def _columns(guess: Guess, sample: Sample) -> Table:
    table = tomlkit.table()
    for name, column in SCHEMAS[guess.table].columns().items():
        given = guess.columns.get(name)
        if given is not None:
            _add_column(table, guess.table, name, given, sample.columns[given])
        elif name in guess.missing:
            once = "" if is_reference(column) else ' or { value = "..." }'
            table.add(tomlkit.comment(f'NEEDED: {name} = "..."{once}: {_described(column)}'))
        else:
            table.add(tomlkit.comment(f'{name} = "...": {_described(column)}'))
    for given in sample.columns:
        if given not in guess.columns.values():
            table.add(tomlkit.comment(f"left out: {' '.join(given.split())}"))
    return table


def _described(column: dy.Column) -> str:
    if isinstance(column, dy.Enum):
        return f"{column.description} (one of: {', '.join(column.categories)})"
    if listed := (column.metadata or {}).get("listed"):
        return f"{column.description} (one of the {listed} in terms.toml)"
    return f"{column.description}{_KINDS.get(type(column), '')}"


def _add_column(table: Table, of: str, name: str, given: str, values: list[str]) -> None:
    column = SCHEMAS[of].columns()[name]
    table[name] = given
    if isinstance(column, dy.Date):
        form, doubt = _day_format(values)
        if form:
            table[name] = inline = tomlkit.inline_table()
            inline.update({"column": given, "formats": [form]})
        if doubt:
            table.add(
                tomlkit.comment(f"every day of {name} would fit the other order of day and month: make sure")
            )
    elif isinstance(column, dy.Enum):
        known = set(map(folded, column.categories))
        if unknown := [code for code in _codes(values)[0] if folded(code) not in known]:
            ours = ", ".join(column.categories)
            table.add(
                tomlkit.comment(f"translate with codes = {{ ... }}: {', '.join(unknown)}; ours: {ours}")
            )
    elif name in listed_columns(SCHEMAS[of]):
        codes, people = _codes(values)
        if codes:
            table.add(tomlkit.comment(f"found: {', '.join(codes)}"))
        if people:
            count = counted(people, "value looks like a person", "values look like people")
            table.add(tomlkit.comment(f"{count}, not told here: make sure that {name} is no name of anybody"))


def _remarks(guess: Guess, sample: Sample) -> list[str]:
    remarks = [f"The file looks like {guess.table}."]
    if guess.missing:
        remarks.append(f"Not recognised, and needed: {', '.join(guess.missing)}.")
    lists = {
        closed: _codes(sample.columns[guess.columns[name]])[0]
        for name, closed in listed_columns(SCHEMAS[guess.table]).items()
        if name in guess.columns
    }
    if lines := [f"{closed} = {tomlkit.item(codes).as_string()}" for closed, codes in lists.items() if codes]:
        remarks.append("For the terms of reference, unless they have them:\n[lists]\n" + "\n".join(lines))
    return remarks
