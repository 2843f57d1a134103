from collections.abc import Sequence

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


def escaped(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in which no text can run as a formula: where one could begin, an apostrophe stands."""
    texts = (cs.string() | cs.enum() | cs.categorical()).cast(pl.String)
    return rows.with_columns(texts.str.replace_all(_FORMULA, "$1'$2").str.replace(_LEADING, "'$0"))


def safe(text: str) -> str:
    return str(escaped(pl.DataFrame({"text": [text]})).item())


def separated(rows: pl.DataFrame, marking: str, above: Sequence[str] = ()) -> bytes:
    """Rows between two markings, after the mark that makes Excel read UTF-8; null and "" come out alike."""
    named = rows.rename({name: safe(name) for name in rows.columns})
    return f"\ufeff{_lines(marking, *above)}{escaped(named).write_csv()}{_lines(marking)}".encode()


def _lines(*texts: str) -> str:
    # Not by Python's csv, which leaves a carriage return without quotes.
    return escaped(pl.DataFrame({"line": texts})).write_csv(include_header=False)
