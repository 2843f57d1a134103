"""Extracts in CSV files: any provable encoding, four delimiters, every line end."""

import codecs
import csv
import io
import itertools
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from data.errors import UserError, refusal
from data.intake.extract import (
    BLANK,
    QUARANTINE,
    SEARCHED_ROWS,
    Extract,
    Heads,
    Source,
    is_totals,
    rows_listed,
    shape,
)

DELIMITERS = (",", ";", "\t", "|")
MOST_IN_A_FILE = 1 << 30
MOST_IN_A_RECORD = 1 << 24
MOST_IN_A_CELL = 1 << 20
MOST_DAMAGED = 100_000

# The mark of UTF-32 little end begins with that of UTF-16: it is looked for first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# A record of our own at the end: if it does not come back as it was, a quotation mark swallowed it.
LAST = "end-of-the-file"

# Python's own limit is an eighth of ours, for the whole process.
csv.field_size_limit(MOST_IN_A_CELL)

NUL = "holds a NUL byte: the file was damaged on its way"

# PyArrow ships no types: these name what its own are.
ArrowTable = Any
InvalidRow = Any


class Delimited(Source):
    def __init__(self, path: Path, *, encoding: str | None, delimiter: str | None, most_rows: int) -> None:
        copy = io.BytesIO()
        self._copy(path, copy, "CSV", MOST_IN_A_FILE, "save it as Parquet")
        self._data, self._warnings = _as_utf8(copy.getvalue(), self.name, encoding)
        # Looked at in UTF-8: before that, a mark may stand before the first word.
        begins = self._data[:1024].lstrip().lower()
        if not begins and not self._data.strip():
            raise UserError(f"{self.name} is empty: export it again.")
        if begins.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
            raise UserError(f"{self.name} is a web page, not a table: export it again as CSV or XLSX.")
        self._delimiters = (delimiter,) if delimiter else DELIMITERS
        self._most_rows = most_rows

    def heads(self) -> Heads:
        text = self._data[:MOST_IN_A_CELL].decode("utf-8", errors="ignore")
        return {mark: _first_records(text, mark) for mark in self._delimiters}

    def extract(self, part: str, header_row: int, places: list[int], width: int) -> Extract:
        self._refuse_too_many_rows(part)
        table, invalid = self._split(part, width)
        frame = pl.DataFrame(pl.from_arrow(table))
        numbers = pl.int_range(1, frame.height + len(invalid) + 1, eager=True)
        numbers = numbers.filter(~numbers.is_in([row.number for row in invalid]))
        frame = frame.insert_column(0, numbers.alias("row_number")).filter(pl.col("row_number") > header_row)
        self._refuse_a_vast_cell(frame, invalid)
        mended, damaged = _sorted_out([row for row in invalid if row.number > header_row], part, width)
        if mended:
            frame = pl.concat([frame, pl.DataFrame(mended, schema=frame.schema, orient="row")])
            frame = frame.sort("row_number")
        blank = frame.select(blank=BLANK)["blank"]
        rows = frame.select("row_number", *map(str, places)).filter(~blank)
        read = frame.height + damaged.height
        if b"\0" in self._data:
            nul = pl.any_horizontal(pl.exclude("row_number").str.contains("\0", literal=True))
            marked = {"column_name": pl.lit(""), "shape": pl.lit("?"), "reason": pl.lit(NUL)}
            damaged = pl.concat([damaged, rows.filter(nul).select("row_number", **marked)])
            rows = rows.filter(~nul)
        ignored = int(blank.sum())
        return Extract(rows=rows, damaged=damaged, read=read, ignored=ignored, warnings=self._warnings)

    def _refuse_too_many_rows(self, delimiter: str) -> None:
        most = self._most_rows + SEARCHED_ROWS
        # A record has a line or more: most files are known to be short enough by their lines alone.
        if max(self._data.count(b"\n"), self._data.count(b"\r")) <= most:
            return
        with suppress(csv.Error):
            if any(True for _ in itertools.islice(_records(self._data, delimiter), most, None)):
                raise refusal("too_many_rows_of_text", file=self.name, most=self._most_rows)

    def _split(self, delimiter: str, width: int) -> tuple[ArrowTable, list[InvalidRow]]:
        invalid: list[InvalidRow] = []

        def skip(row: InvalidRow) -> str:
            invalid.append(row)
            return "skip" if len(invalid) <= MOST_DAMAGED else "error"

        names = [str(place) for place in range(width)]
        last = LAST + delimiter * width
        ended = b"" if self._data.endswith((b"\n", b"\r")) else b"\n"
        data = io.BytesIO(b"".join((self._data, ended, last.encode(), b"\n")))
        # Rows are numbered only where one thread reads them.
        reading = arrow_csv.ReadOptions(use_threads=False, column_names=names, block_size=MOST_IN_A_RECORD)
        parsing = arrow_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
        )
        texts = arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        )
        try:
            table = arrow_csv.read_csv(data, reading, parsing, texts)
        except pa.ArrowInvalid:
            if len(invalid) > MOST_DAMAGED:
                raise refusal("too_many_damaged", file=self.name, most=MOST_DAMAGED, width=width) from None
            # The one error left: a record larger than a block.
            raise self._unclosed(delimiter) from None
        if not invalid or invalid.pop().text != last:
            raise self._unclosed(delimiter)
        return table, invalid

    def _refuse_a_vast_cell(self, frame: pl.DataFrame, invalid: list[InvalidRow]) -> None:
        if len(self._data) <= MOST_IN_A_CELL:
            return
        vast = pl.any_horizontal(pl.exclude("row_number").str.len_bytes() > MOST_IN_A_CELL)
        rows = frame.filter(vast)["row_number"].to_list()
        rows += [row.number for row in invalid if len(row.text) > MOST_IN_A_CELL]
        if rows:
            raise refusal("vast_cell", file=self.name, rows=rows_listed(sorted(rows)), most=MOST_IN_A_CELL)

    def _unclosed(self, delimiter: str) -> UserError:
        line = _last_start(self._data, delimiter)
        return refusal("unclosed_quote", file=self.name, line=line, most=MOST_IN_A_CELL)


def _as_utf8(data: bytes, file: str, named: str | None) -> tuple[bytes, tuple[str, ...]]:
    """Text in UTF-8, and a warning where its encoding was neither proved nor named by the mapping."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decoded(data.removeprefix(mark), encoding, file), ()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if named:
            return _decoded(data, named, file), ()
        warning = f"{file} is not UTF-8 and was read as Windows-1252: look at a name with an accent."
        return _decoded(data, "cp1252", file), (warning,)
    return data, ()


def _decoded(data: bytes, encoding: str, file: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refusal("wrong_encoding", file=file, encoding=encoding, line=line) from None


def _last_start(data: bytes, delimiter: str) -> int:
    reader = _records(data, delimiter)
    line, begins = 0, 1
    with suppress(csv.Error):
        for _ in reader:
            line, begins = begins, reader.line_num + 1
        return line
    return begins


def _records(data: bytes, delimiter: str) -> Any:  # noqa: ANN401 (the csv module does not name its reader)
    return csv.reader(_lines(data), delimiter=delimiter)


def _lines(data: bytes) -> Iterator[str]:
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")
    while line := text.readline(MOST_IN_A_RECORD):
        if len(line) == MOST_IN_A_RECORD:
            raise csv.Error("A line is longer than any record may be.")
        yield line


def _first_records(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    # A vast cell ends the search for the header; it is refused by name when the rows are read.
    with suppress(csv.Error):
        records.extend(itertools.islice(reader, SEARCHED_ROWS))
    return records


def _sorted_out(
    invalid: list[InvalidRow], delimiter: str, width: int
) -> tuple[list[list[object]], pl.DataFrame]:
    """Rows of totals, and those whose extra cells are empty, made `width` wide; a quarantine of the rest."""
    mended: list[list[object]] = []
    damaged: list[tuple[object, ...]] = []
    for row in invalid:
        cells = next(csv.reader([row.text], delimiter=delimiter))
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            mended.append([row.number, *cells[:width]])
        elif len(cells) < width and is_totals(cells):
            mended.append([row.number, *cells, *[""] * (width - len(cells))])
        else:
            reason = f"has {row.actual_columns} cells where the header has {row.expected_columns}"
            damaged.append((row.number, "", shape(row.text), reason))
    return mended, pl.DataFrame(damaged, schema=QUARANTINE, orient="row")
