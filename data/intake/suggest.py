"""Suggest a first mapping from a file, for a person to read through and mend."""

import re
from dataclasses import dataclass
from pathlib import Path

import dataframely as dy
import tomlkit
from tomlkit.items import InlineTable, Table

from data.errors import UserError
from data.formatting import counted
from data.intake.extract import folded
from data.intake.guess import Guess, Sample, best_guess, codes_found, day_formats, holds_data, samples
from data.intake.sources import open_file
from data.intake.workbook import Workbook
from data.schema import SCHEMAS, is_reference, listed_columns


@dataclass(frozen=True)
class Suggestion:
    """A mapping to start from, and what its writer should know."""

    mapping: str
    remarks: tuple[str, ...]


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
    found = samples(source)
    if not found:
        raise UserError(f"Nothing in {source.name} looks like a table with a header.")
    if not (found := [sample for sample in found if not holds_data(sample)]):
        raise UserError(
            f"No row of {source.name} looks like a header: write the name of each column, all different, "
            "above the first row of data."
        )
    wanted = [table] if table else list(SCHEMAS)
    guesses = [(best_guess(sample, wanted), sample) for sample in found]
    guess, sample = max(guesses, key=lambda each: each[0].merit)
    mapping = _mapping(
        guess, sample, source.name, sheet=sample.part if isinstance(source, Workbook) else None
    )
    return Suggestion(mapping, tuple(_remarks(guess, sample)))


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
            _say(table, guess.table, name, given, sample.columns[given])
        elif name in guess.missing:
            once = "" if is_reference(column) else ' or { value = "..." }'
            table.add(tomlkit.comment(f'NEEDED: {name} = "..."{once}: {_told(column)}'))
        else:
            table.add(tomlkit.comment(f'{name} = "...": {_told(column)}'))
    for left in (each for each in sample.columns if each not in guess.columns.values()):
        table.add(tomlkit.comment(f"left out: {' '.join(left.split())}"))
    return table


def _told(column: dy.Column) -> str:
    if isinstance(column, dy.Enum):
        return f"{column.description} (one of: {', '.join(column.categories)})"
    if listed := (column.metadata or {}).get("listed"):
        return f"{column.description} (one of the {listed} in terms.toml)"
    kinds: dict[type[dy.Column], str] = {
        dy.Date: "a day",
        dy.Bool: "yes or no",
        dy.Int32: "a whole number",
        dy.Float64: "a number",
    }
    kind = kinds.get(type(column))
    return f"{column.description} ({kind})" if kind else f"{column.description}"


def _say(table: Table, of: str, name: str, given: str, values: list[str]) -> None:
    column = SCHEMAS[of].columns()[name]
    table[name] = given
    if isinstance(column, dy.Date):
        formats, doubt = day_formats(values)
        if formats:
            table[name] = _inline(given, formats=list(formats))
        if doubt:
            table.add(
                tomlkit.comment(f"every day of {name} would fit the other order of day and month: make sure")
            )
    elif isinstance(column, dy.Enum):
        _say_codes(table, tuple(column.categories), values)
    elif name in listed_columns(SCHEMAS[of]):
        found, people = codes_found(values)
        if found:
            table.add(tomlkit.comment(f"found: {', '.join(found)}"))
        _say_people(table, name, people)


def _say_people(table: Table, name: str, people: int) -> None:
    if people:
        looks = counted(people, "value looks like a person", "values look like people")
        table.add(tomlkit.comment(f"{looks}, not told here: make sure that {name} is no name of anybody"))


def _say_codes(table: Table, ours: tuple[str, ...], values: list[str]) -> None:
    found, _ = codes_found(values)
    known = {folded(code) for code in ours}
    if unknown := [code for code in found if folded(code) not in known]:
        table.add(
            tomlkit.comment(
                f"translate with codes = {{ ... }}: {', '.join(unknown)}; ours: {', '.join(ours)}"
            )
        )


def _inline(given: str, **settings: list[str]) -> InlineTable:
    inline = tomlkit.inline_table()
    inline["column"] = given
    inline.update(settings)
    return inline


def _remarks(guess: Guess, sample: Sample) -> list[str]:
    remarks = [f"The file looks like {guess.table}."]
    if guess.missing:
        remarks.append(f"Not recognised, and needed: {', '.join(guess.missing)}.")
    lists = {
        closed: codes_found(sample.columns[guess.columns[name]])[0]
        for name, closed in listed_columns(SCHEMAS[guess.table]).items()
        if name in guess.columns
    }
    if lines := [f"{closed} = {tomlkit.item(codes).as_string()}" for closed, codes in lists.items() if codes]:
        remarks.append("For the terms of reference, unless they have them:\n[lists]\n" + "\n".join(lines))
    return remarks
