import csv
import io
import re
from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import BinaryIO

import polars as pl
import polars.selectors as cs

# What a spreadsheet, or a program in front of it, may take away before it reads the first character.
_UNSEEN = r"[[\p{Z}\p{C}\s]--[\t\r\n]]*"
# A spreadsheet runs what begins with one of these; the wide and small forms are folded into them.
_RUNS = r"[=+\-@＝＋－＠﹦﹢﹣﹫]"  # noqa: RUF001
# A program that splits at another mark, or at a line's end within quotes, makes a cell begin there.
_BEGINS = r"^|[\t\r\n;|]"
_FORMULA = rf"({_BEGINS})({_UNSEEN}{_RUNS})"
_LEADING = r"^[\x00\t\r\n]"
# By which Excel knows UTF-8.
_MARK = "\ufeff"
_NUMBER = re.compile(r"-?([0-9.]+(e[+-]?[0-9]+)?|inf)|NaN")


def escaped(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in which no text can run as a formula: where one could begin, an apostrophe stands."""
    texts = (cs.string() | cs.enum() | cs.categorical()).cast(pl.String)
    return rows.with_columns(texts.str.replace_all(_FORMULA, "$1'$2").str.replace(_LEADING, "'$0"))


def safe(text: str) -> str:
    return str(escaped(pl.DataFrame({"text": [text]})).item())


def separated(rows: pl.DataFrame, marking: str, above: Sequence[str] = ()) -> bytes:
    """Rows between two markings, after the mark that makes Excel read UTF-8; null and "" come out alike."""
    named = rows.rename({name: safe(name) for name in rows.columns})
    return f"{_MARK}{_lines(marking, *above)}{escaped(named).write_csv()}{_lines(marking)}".encode()


def _lines(*texts: str) -> str:
    # Not by Python's csv, which leaves a carriage return without quotes.
    return escaped(pl.DataFrame({"line": texts})).write_csv(include_header=False)


def difference(file: BinaryIO, rows: pl.DataFrame, marking: str, above: Sequence[str] = ()) -> str:
    """Read again what `separated` wrote, line by line; return where it is not what was asked for."""
    asked = chain(
        (("what stands over its table", [safe(line)]) for line in (marking, *above)),
        [("what stands over its table", [safe(name) for name in rows.columns])],
        (("", row) for row in escaped(rows).iter_rows()),
        [("its last line", [safe(marking)])],
    )
    try:
        with io.TextIOWrapper(file, "utf-8", newline="") as text:
            if text.read(1) != _MARK:
                return "its first bytes"
            for line, wanted in zip_longest(csv.reader(text, strict=True), asked):
                if line is None or wanted is None:
                    return "the number of its lines"
                place, cells = wanted
                # A line in which nothing is recorded is blank where there is one column.
                read = line or [""]
                if len(read) != len(cells):
                    return place or "the number of its columns"
                for number, (cell, value) in enumerate(zip(read, cells, strict=True)):
                    if not _says(cell, value):
                        return place or f"the column {rows.columns[number]}"
    except (UnicodeDecodeError, csv.Error):
        return "its text"
    return ""


def _says(cell: str, value: object) -> bool:
    # A number to its last bit.
    match value:
        case None:
            return cell == ""
        case float():
            return _NUMBER.fullmatch(cell) is not None and float(cell).hex() == value.hex()
        case bool():
            return cell == str(value).lower()
        case _:
            return cell == str(value)
