"""Extracts in XLSX workbooks, each read by a child process."""

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from data.faults import Fault
from data.intake import workbook_child
from data.intake.extract import EXCEL_EPOCH, EXCEL_EPOCH_1904, QUARANTINE, Extract, safe_name
from data.intake.header import SEARCHED_ROWS

MOST_UNPACKED = 2 << 30
GRACE_SECONDS = 20


class Workbook:
    """An XLSX file; only the sheet that is asked for is read whole."""

    def __init__(self, path: Path, *, sheet: str | None = None) -> None:
        self.name = safe_name(path.name)
        self.fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
        self._path = path
        self._sheet = sheet
        self._refuse_what_cannot_be_read()

    def _refuse_what_cannot_be_read(self) -> None:
        try:
            with zipfile.ZipFile(self._path) as parts:
                names = parts.namelist()
                size = sum(part.file_size for part in parts.infolist())
        except zipfile.BadZipFile:
            raise Fault(f"{self.name} is cut short or damaged: export it again.") from None
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Fault(f"{self.name} holds macros: save it as .xlsx, without them.")
        if "xl/workbook.xml" not in names:
            raise Fault(f"{self.name} is no XLSX workbook: save the table as .xlsx or CSV.")
        if size > MOST_UNPACKED:
            raise Fault(
                f"{self.name} unpacks to {size >> 20:,} MB, which no register does: save the table as CSV."
            )

    def heads(self) -> dict[str, list[list[str]]]:
        """First rows of every visible sheet, or of the one that the mapping names."""
        sheets: dict[str, list[list[str]]] = self._first["sheets"]
        if self._sheet is None:
            return sheets
        if self._sheet not in sheets:
            raise Fault(f"{self.name} has no visible sheet {self._sheet!r}; it has {', '.join(sheets)}.")
        return {self._sheet: sheets[self._sheet]}

    @cached_property
    def _first(self) -> dict[str, Any]:
        return self._child("heads", str(SEARCHED_ROWS))

    def extract(self, part: str, header_row: int, places: list[int], width: int) -> Extract:
        """Rows below the header of the sheet `part`, without the empty ones at its end."""
        del width
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "sheet.arrow"
            unseen = self._child("rows", part, str(out))
            frame = pl.read_ipc(out.read_bytes()).fill_null("")
        numbered = frame.with_row_index("row_number", offset=1).with_columns(
            pl.col("row_number").cast(pl.Int64)
        )
        below = numbered.filter(pl.col("row_number") > header_row)
        blank = pl.all_horizontal(pl.exclude("row_number").str.strip_chars() == "")
        filled = below.filter(~blank)
        last = filled["row_number"].max() if filled.height else header_row
        unsaved = pl.col("row_number").is_in(unseen["unsaved"])
        return Extract(
            rows=filled.filter(~unsaved).select("row_number", *map(str, places)),
            damaged=_unsaved(filled.filter(unsaved)),
            read=int(str(last)) - header_row,
            ignored=int(str(last)) - header_row - filled.height,
            warnings=tuple(self._remarks(part, unseen)),
            epoch=EXCEL_EPOCH_1904 if unseen["from_1904"] else EXCEL_EPOCH,
        )

    def _remarks(self, sheet: str, unseen: dict[str, Any]) -> list[str]:
        remarks: list[str] = []
        if hidden := self._first["hidden"]:
            remarks.append(f"Hidden sheets were not read: {', '.join(hidden)}.")
        if rows := unseen["hidden_rows"]:
            remarks.append(f"{rows:,} hidden rows of {sheet!r} were read like the others.")
        if formulas := unseen["formulas"]:
            remarks.append(f"{formulas:,} formulas in {sheet!r} were read as the results saved with them.")
        return remarks

    def _child(self, task: str, *arguments: str) -> dict[str, Any]:
        command = [sys.executable, "-I", workbook_child.__file__, task, str(self._path.resolve()), *arguments]
        try:
            done = subprocess.run(
                command, capture_output=True, check=False, timeout=workbook_child.SECONDS + GRACE_SECONDS
            )
        except subprocess.TimeoutExpired:
            raise self._too_much() from None
        if done.returncode < 0 or b"MemoryError" in done.stderr or b"ArrowMemoryError" in done.stderr:
            raise self._too_much()
        if done.returncode:
            raise Fault(
                f"{self.name} is damaged, or no XLSX workbook: export it again, or save the table as CSV."
            )
        return json.loads(done.stdout)

    def _too_much(self) -> Fault:
        return Fault(
            f"{self.name} asks for more memory or time than a register does (often one stray cell far away "
            "from the table): copy the table to a new workbook, or save it as CSV."
        )


def _unsaved(rows: pl.DataFrame) -> pl.DataFrame:
    told = rows.select(
        "row_number",
        column_name=pl.lit(""),
        shape=pl.lit("=?"),
        reason=pl.lit("holds a formula without its result: open the workbook in a spreadsheet and save it"),
    )
    return told.select(*QUARANTINE)
