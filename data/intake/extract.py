"""An extract: the rows of one table as a file or a database gave them, every cell as text."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

import polars as pl

from data.errors import refusal
from data.formatting import listed_words
from data.stable_file import StableFile

# Soft hyphen, zero-width spaces and joiners, direction marks, word joiner, byte order mark.
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_HIDDEN = re.compile(f"[{INVISIBLE}]")
FEW = 5
SEARCHED_ROWS = 20  # for a header
_LETTERS = re.compile(r"[^\W\d_]+")
_TOTALS = re.compile(r"(grand |sub)?totals?\b[ :]*")
_COUNT = re.compile(r"\d[\d,]*(\.0+)?")

# Excel takes 1900 for a leap year, so its count of days is true only from March 1900 on.
EXCEL_EPOCH = dt.date(1899, 12, 30)
EXCEL_EPOCH_1904 = dt.date(1904, 1, 1)

QUARANTINE = {
    "row_number": pl.Int64(),
    "column_name": pl.String(),
    "shape": pl.String(),
    "reason": pl.String(),
}
BLANK = pl.all_horizontal(pl.exclude("row_number").str.strip_chars() == "")

Heads = dict[str, list[list[str]]]
"""First records of each part that may hold a table: each sheet, each way to split a CSV."""


@dataclass(frozen=True, kw_only=True)
class Extract:
    """Texts before anything is known of their sense, and how many rows were read.

    rows: `row_number`, as a spreadsheet has it, and columns called by their places ("0" is the first).
    odd: `row_number`, and kinds (`columnar_child.REASONS`) of odd cells, null for every other cell.
    damaged: quarantine of the rows that could not be split. ignored: the blank rows, of those `read`.
    epoch: the day that spreadsheets of its kind call number 0.
    """

    rows: pl.DataFrame
    odd: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"row_number": pl.Int64()}))
    damaged: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=QUARANTINE))
    read: int
    ignored: int = 0
    warnings: tuple[str, ...] = ()
    epoch: dt.date = EXCEL_EPOCH

    def without_totals(self, file: str) -> "Extract":
        if self.rows.is_empty():
            return self
        number, *cells = self.rows.row(-1)
        if not is_totals(cells):
            return self
        above = self.rows.height - 1 + self.damaged.height
        if above not in {int(float(figure.replace(",", ""))) for figure in _figures(cells)}:
            raise refusal("wrong_totals", file=file, number=number, above=above)
        warning = f"Row {number} is a row of totals, agrees with the rows above it, and was left out."
        warnings = (*self.warnings, warning)
        return replace(self, rows=self.rows.head(-1), ignored=self.ignored + 1, warnings=warnings)


class Source:
    """limited: whether the mapping's most rows hold for it; typed columns are taken whatever their number."""

    name = ""
    fingerprint = ""
    limited = True
    _given: StableFile | None = None

    def heads(self) -> Heads:
        raise NotImplementedError

    def extract(self, part: str, header_row: int, places: list[int], width: int) -> Extract:
        """width: of all the header's columns."""
        raise NotImplementedError

    def refuse_change(self) -> None:
        if self._given is not None:
            self._given.refuse_change()

    def _copy(self, path: Path, out: IO[bytes], kind: str, most: int, advice: str) -> None:
        self.name = safe_name(path.name)
        if (size := path.stat().st_size) > most:
            raise refusal(
                "too_large", file=self.name, megabytes=size >> 20, kind=kind, most=most >> 20, advice=advice
            )
        self._given = StableFile(path, self.name)
        self._given.copy(out)
        self.fingerprint = self._given.digest


def numbered(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    return frame.with_row_index("row_number", first).with_columns(pl.col("row_number").cast(pl.Int64))


def is_totals(cells: Sequence[str]) -> bool:
    labelled = any(_TOTALS.match(folded(cell)) for cell in cells)
    return labelled and all(map(_COUNT.fullmatch, _figures(cells)))


def _figures(cells: Sequence[str]) -> list[str]:
    return [figure for cell in cells if (figure := _TOTALS.sub("", folded(cell)))]


def plain(text: str) -> str:
    """Text without what the eye cannot see: odd spaces, invisible marks, compatibility forms."""
    if text.isascii():
        return text.strip()
    return _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).strip()


def folded(text: str) -> str:
    """Text for comparing names and codes: plain, one space between words, in one case."""
    return " ".join(plain(text).split()).casefold()


def safe_name(name: str) -> str:
    """No path, no invisible marks, 120 characters at most."""
    printable = "".join(filter(str.isprintable, plain(name)))
    return printable.replace("\\", "/").rsplit("/", 1)[-1][-120:] or "unnamed"


def shape(text: str | None) -> str:
    """How a value looks without what it says: 'Smith 1975-03-02' is 'Aa 9999-99-99'."""
    if not text or not text.strip():
        return "(empty)"
    digits = re.sub(r"\d", "9", text[:400])
    outline = _LETTERS.sub(
        lambda run: "A" if run[0].isupper() else "Aa" if run[0][0].isupper() else "a", digits
    )
    return "".join(mark if mark.isprintable() and mark.isascii() else "?" for mark in outline)[:40]


def rows_listed(numbers: Iterable[int]) -> str:
    """Row numbers for a sentence: 'row 4', or 'rows 4, 7 and 12 more'."""
    rows = list(map(str, numbers))
    if len(rows) > FEW:
        rows[FEW - 1 :] = [f"{len(rows) - FEW + 1:,} more"]
    return f"{'row' if len(rows) == 1 else 'rows'} {listed_words(rows)}"
