"""Foreign files that a child process parses, which may die, what it hands over, and tables of a database."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import weakref
import zipfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

import polars as pl
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import exc

from data.errors import UserError, refusal
from data.intake import child, workbook_child
from data.intake.columnar_child import KIND, Texts, bounded, cells_as_text
from data.intake.extract import (
    BLANK,
    EXCEL_EPOCH,
    EXCEL_EPOCH_1904,
    SEARCHED_ROWS,
    Extract,
    Heads,
    Source,
    folded,
    numbered,
    rows_listed,
    safe_name,
)

# The limit on a child's own time should end it first; this one also ends a child that only waits.
MOST_SECONDS = child.SECONDS + 20
MOST_IN_A_BATCH = 1 << 30
# All that a child may know of this process's environment: what some systems need to start a program.
ENVIRONMENT = ("SYSTEMROOT", "LD_LIBRARY_PATH")
# A program whose memory the system refuses ends itself; one that goes astray in a bad file is ended by these.
ASTRAY = {signal.SIGSEGV, signal.SIGILL, signal.SIGFPE, getattr(signal, "SIGBUS", signal.SIGSEGV)}
OUT = "rows.arrow"
ODD = " odd"
PLACE = re.compile(rf"\d+({ODD})?")
# What the child's last words hold where a limit stopped it, or a library met what it has no key for.
OF_LIMITS = (b"MemoryError", b"File too large")
OF_KEYS = (b"Cannot decrypt",)
MOST_ROWS = 1 << 20
MACROS = ("vbaproject.bin", "/macrosheets/")
UNSAVED = {
    "column_name": pl.lit(""),
    "shape": pl.lit("=?"),
    "reason": pl.lit("holds a formula without its result: open the workbook in a spreadsheet and save it"),
}
# What the text of a table may take in memory, unless the mapping says otherwise.
MOST_BYTES = 1 << 30
ROWS_IN_A_BATCH = 10_000


class ParsedSource(Source):
    """damaged, too_much: what is said of it, and what to do, where the child fails or comes to a limit."""

    damaged: str
    too_much: str

    def __init__(self) -> None:
        self.file = TemporaryFile()  # noqa: SIM115 (it goes with its owner, or with this process)
        weakref.finalize(self, self.file.close)

    def ask(self, task: str, *arguments: str) -> dict[str, Any]:
        with TemporaryDirectory() as folder:
            return self._run(Path(folder), task, *arguments)

    def rows(self, task: str, *arguments: str) -> tuple[dict[str, Any], pl.DataFrame, pl.DataFrame]:
        """The child's output; columns of text, "0" and so on; kinds of odd cells, null for all others."""
        with TemporaryDirectory() as folder:
            output = self._run(Path(folder), task, *arguments, OUT)
            try:
                frame = pl.concat(_batches(Path(folder) / OUT))
            except (pa.ArrowException, OSError, ValueError):
                raise self._refused(self.damaged) from None
        kinds = [column for column in frame.iter_columns() if column.name.endswith(ODD)]
        return (
            output,
            frame.drop(kind.name for kind in kinds),
            pl.DataFrame(
                KIND.categories.gather(kind).cast(KIND).alias(kind.name.removesuffix(ODD))
                for kind in kinds
                if kind.null_count() < kind.len()
            ),
        )

    def _run(self, folder: Path, task: str, *arguments: str) -> dict[str, Any]:
        command = [sys.executable, "-I", child.__file__, task, *arguments]
        known = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        output, complaint = folder / "output", folder / "complaint"
        self.file.seek(0)
        try:
            with output.open("wb") as stdout, complaint.open("wb") as stderr:
                streams: dict[str, Any] = {"stdin": self.file, "stdout": stdout, "stderr": stderr}
                options: dict[str, Any] = {"cwd": folder, "env": known, "timeout": MOST_SECONDS}
                code = subprocess.run(command, check=False, **streams, **options).returncode
        except subprocess.TimeoutExpired:
            raise self._refused(self.too_much) from None
        vast = output.stat().st_size > child.MOST_ANSWERED
        if code and _speaks(complaint, OF_KEYS):
            raise self._refused("is encrypted, or a part of it is: export it without encryption")
        if vast or (code < 0 and -code not in ASTRAY) or (code and _speaks(complaint, OF_LIMITS)):
            raise self._refused(self.too_much)
        values: Any = None
        with suppress(ValueError):
            values = json.loads(b"" if code else output.read_bytes())
        if not isinstance(values, dict):
            raise self._refused(self.damaged)
        if "refused" in values:
            raise self._refused(values["refused"])
        return values

    def _refused(self, why: str) -> UserError:
        return UserError(f"{self.name} {why}.")


def _speaks(complaint: Path, words: tuple[bytes, ...]) -> bool:
    with complaint.open("rb") as file:
        file.seek(max(0, complaint.stat().st_size - (1 << 20)))
        end = file.read()
    return any(word in end for word in words)


def _batches(path: Path) -> Iterator[pl.DataFrame]:
    """Frames of an Arrow stream, whole and valid; a ValueError or pa.ArrowException where it is not."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as stream:
        schema = stream.schema
        if not all(map(PLACE.fullmatch, schema.names)) or len(set(schema.names)) < len(schema.names):
            raise ValueError("The columns are not numbered.")
        for name, kind in zip(schema.names, schema.types, strict=True):
            if kind not in ((pa.int8(),) if ODD in name else (pa.string(), pa.large_string())):
                raise ValueError("A column is no text.")
        yield pl.DataFrame(pl.from_arrow(schema.empty_table()))
        for batch in stream:
            if batch.nbytes > MOST_IN_A_BATCH:
                raise ValueError("A batch is too large.")
            batch.validate(full=True)
            yield pl.DataFrame(pl.from_arrow(batch))


class Workbook(ParsedSource):
    most_packed = 512 << 20
    damaged = "is damaged, or no XLSX workbook: export it again, or save the table as CSV"
    too_much = (
        "asks for more memory or time than a register does (often one stray cell far away from the table): "
        "copy the table to a new workbook, or save it as CSV"
    )

    def __init__(self, path: Path, *, references: Collection[str] = ()) -> None:
        super().__init__()
        self._references = {folded(name) for name in references}
        self._copy(path, self.file, "workbook", self.most_packed, "save the table as CSV")
        self._refuse_what_cannot_be_read()

    def _refuse_what_cannot_be_read(self) -> None:
        try:
            with zipfile.ZipFile(self.file) as parts:
                names = parts.namelist()
                unpacked = sum(part.file_size for part in parts.infolist())
        except zipfile.BadZipFile:
            raise UserError(f"{self.name} is cut short or damaged: export it again.") from None
        if any(mark in name.lower() for name in names for mark in MACROS):
            raise UserError(f"{self.name} holds macros: save it as .xlsx, without them.")
        if "xl/workbook.xml" not in names:
            raise UserError(f"{self.name} is no XLSX workbook: save the table as .xlsx or CSV.")
        if len(set(names)) < len(names):
            raise UserError(f"{self.name} {self.damaged}.")
        if unpacked > workbook_child.MOST_UNPACKED:
            raise refusal("vast_workbook", file=self.name, megabytes=unpacked >> 20)

    def heads(self) -> Heads:
        return self._first["sheets"]

    @cached_property
    def _first(self) -> dict[str, Any]:
        return self.ask("workbook_heads", str(SEARCHED_ROWS))

    def extract(self, part: str, header_row: int, places: list[int], width: int) -> Extract:
        del width
        headings = self.heads()[part][header_row - 1]
        references = [place for place in places if folded(headings[place]) in self._references]
        unseen, sheet, odd = self.rows("workbook_rows", part, ",".join(map(str, references)))
        # A sheet's reader ends with the last value, and formulas may follow.
        beyond = min(max(unseen["unsaved"], default=0), MOST_ROWS) - sheet.height
        if beyond > 0:
            sheet = pl.concat([sheet, sheet.clear(beyond)])
        below = numbered(sheet.fill_null(""), 1).filter(pl.col("row_number") > header_row)
        unsaved = pl.col("row_number").is_in(unseen["unsaved"])
        filled = below.filter(~BLANK | unsaved)
        last = int(str(filled["row_number"].max())) if filled.height else header_row
        return Extract(
            rows=filled.filter(~unsaved).select("row_number", *map(str, places)),
            odd=numbered(odd, 1),
            damaged=filled.filter(unsaved).select("row_number", **UNSAVED),
            read=last - header_row,
            ignored=last - header_row - filled.height,
            warnings=tuple(self._remarks(part, unseen)),
            epoch=EXCEL_EPOCH_1904 if unseen["from_1904"] else EXCEL_EPOCH,
        )

    def _remarks(self, sheet: str, unseen: dict[str, Any]) -> Iterator[str]:
        if hidden := self._first["hidden"]:
            yield f"Hidden sheets were not read: {', '.join(hidden)}."
        if rows := unseen["hidden_rows"]:
            yield f"Hidden in {sheet!r} and read like the others: {rows_listed(rows)}."
        if formulas := unseen["formulas"]:
            yield f"{formulas:,} formulas in {sheet!r} were read as the results saved with them."


class ParquetFile(ParsedSource):
    limited = False
    most_packed = 4 << 30
    damaged = "is cut short or damaged, and no Parquet file: export it again"
    too_much = (
        "asks for more memory or time than a register does: export it anew with smaller row groups, or as CSV"
    )

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES) -> None:
        super().__init__()
        self._most_bytes = most_bytes
        advice = "leave out the columns that the mapping does not name, or load it in parts"
        self._copy(path, self.file, "Parquet file", self.most_packed, advice)

    def heads(self) -> Heads:
        return {"": [self.ask("parquet_names")["names"]]}

    def extract(self, part: str, header_row: int, places: list[int], width: int) -> Extract:
        del part, header_row, width
        remarks, texts, odd = self.rows("parquet_rows", ",".join(map(str, places)), str(self._most_bytes))
        unseen = (
            f"{self.name} carries no checksums, so damage to it may go unseen: write it with page checksums."
        )
        warnings = () if remarks["checksums"] else (unseen,)
        return _typed_extract(texts.select(map(str, places)), numbered(odd, 2), warnings)


class DatabaseTable(Source):
    limited = False

    def __init__(self, url: str, source_table: str | None, *, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        try:
            parsed = sa.make_url(url)
        except exc.ArgumentError:
            raise UserError("That is no database URL; write it like sqlite:///register.db.") from None
        shown = safe_name(parsed.database or "database")
        self._engine = _engine(parsed, shown)
        if source_table is None:
            raise UserError(f"The mapping does not say which table of {shown} to read: set source_table.")
        self.source_table = source_table
        self.name = f"{shown}:{source_table}"
        schema, table = located(self._engine, source_table, shown)
        columns = sa.inspect(self._engine).get_columns(table, schema=schema)
        self._names = [column["name"] for column in columns]
        self._table = sa.table(table, schema=schema)

    def heads(self) -> Heads:
        return {"": [self._names]}

    def extract(self, part: str, header_row: int, places: list[int], width: int) -> Extract:
        del part, header_row, width
        names, wanted = [self._names[place] for place in places], list(map(str, places))
        digest = hashlib.sha256(repr(names).encode())
        texts, kinds, first = [cells_as_text(wanted, [])[0]], [numbered(pl.DataFrame(), 2)], 2
        try:
            for cells, odd in bounded(self._fetched(names, wanted), self._most_bytes):
                digest.update(f"{cells.write_csv()}{odd.write_csv()}".encode())
                texts.append(cells)
                kinds.append(numbered(odd, first))
                first += cells.height
        except child.Refusal as refusal:
            raise UserError(f"{self.name} {refusal}.") from None
        except (ValueError, ArithmeticError):
            raise UserError(f"{self.name} holds what cannot be read: export it as CSV.") from None
        self.fingerprint = digest.hexdigest()
        return _typed_extract(pl.concat(texts), pl.concat(kinds, how="diagonal"))

    def _fetched(self, names: list[str], wanted: list[str]) -> Iterator[Texts]:
        query = sa.select(*map(sa.column, names)).select_from(self._table)
        with self._engine.connect() as connection:
            streamed = connection.execution_options(yield_per=ROWS_IN_A_BATCH)
            for rows in streamed.execute(query).partitions():
                yield cells_as_text(wanted, rows)


def _typed_extract(texts: pl.DataFrame, odd: pl.DataFrame, warnings: tuple[str, ...] = ()) -> Extract:
    """The "header" of typed columns counts as row 1, as in a spreadsheet."""
    frame = numbered(texts, 2)
    rows = frame.filter(~BLANK)
    ignored = frame.height - rows.height
    return Extract(rows=rows, odd=odd, read=frame.height, ignored=ignored, warnings=warnings)


def _engine(url: sa.URL, shown: str) -> sa.Engine:
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        # SQLite would make an empty database here, and nobody would know.
        raise UserError(f"There is no database file {shown}; check the path in its URL.")
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        return sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    except (exc.NoSuchModuleError, ModuleNotFoundError):
        raise refusal("no_driver", driver=url.drivername) from None


def located(engine: sa.Engine, source_table: str, shown: str) -> tuple[str | None, str]:
    """Schema and name of `source_table`, which may itself hold a dot; UserError that says what is there."""
    inspector = sa.inspect(engine)
    if inspector.has_table(source_table):
        return None, source_table
    schema, _, table = source_table.rpartition(".")
    known = bool(schema) and schema in inspector.get_schema_names()
    if known and inspector.has_table(table, schema=schema):
        return schema, table
    names = inspector.get_table_names(schema if known else None)
    names += inspector.get_view_names(schema if known else None)
    lacking = f"{shown} has no table {source_table!r}"
    if known:
        lacking = f"Of {source_table!r}, the schema {schema} of {shown} has no table {table!r}"
    raise UserError(f"{lacking}; it has: {', '.join(names) or 'none'}.")
