import csv
import io
import re
from collections.abc import Iterator, Sequence

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


def difference(file: bytes, rows: pl.DataFrame, marking: str, above: Sequence[str] = ()) -> str:
    """Read again what `separated` wrote, and return where it differs from what was asked for, or nothing."""
    return next(_differences(file, rows, marking, above), "")


def _differences(file: bytes, rows: pl.DataFrame, marking: str, above: Sequence[str]) -> Iterator[str]:
    try:
        text = file.decode()
        lines = list(csv.reader(io.StringIO(text.removeprefix(_MARK), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        yield "its text"
        return
    asked = [*([safe(line)] for line in (marking, *above)), [safe(name) for name in rows.columns]]
    if not text.startswith(_MARK):
        yield "its first bytes"
    if len(lines) != len(asked) + rows.height + 1:
        yield "the number of its lines"
    if lines[: len(asked)] != asked:
        yield "what stands over its table"
    if lines[-1] != [safe(marking)]:
        yield "its last line"
    # A line in which nothing is recorded is blank where there is one column.
    body = [line or [""] for line in lines[len(asked) : -1]]
    if any(len(line) != rows.width for line in body):
        yield "the number of its columns"
    for number, column in enumerate(escaped(rows).iter_columns()):
        if not all(_says(line[number], value) for line, value in zip(body, column, strict=True)):
            yield f"the column {column.name}"


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
