"""Extracts in XLSX workbooks, each read by a child process."""

import zipfile
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from data.errors import UserError
from data.intake import workbook_child
from data.intake.extract import (
    BLANK,
    EXCEL_EPOCH,
    EXCEL_EPOCH_1904,
    SEARCHED_ROWS,
    Extract,
    folded,
    numbered,
    rows_listed,
    safe_name,
)
from data.intake.isolation import Parsing, spool
from data.stable_file import StableFile

MOST_PACKED = 512 << 20
MOST_ROWS = 1 << 20
MACROS = ("vbaproject.bin", "/macrosheets/")
DAMAGED = "is damaged, or no XLSX workbook: export it again, or save the table as CSV"
TOO_MUCH = (
    "asks for more memory or time than a register does (often one stray cell far away from the table): copy "
    "the table to a new workbook, or save it as CSV"
)


class Workbook:
    """An XLSX file; only the sheet that is asked for is read whole."""

    limited = True

    def __init__(self, path: Path, *, sheet: str | None = None, references: Collection[str] = ()) -> None:
        """`references`: names of the columns that hold them, as the mapping writes them."""
        self.name = safe_name(path.name)
        self._references = {folded(name) for name in references}
        self._sheet = sheet
        if (size := path.stat().st_size) > MOST_PACKED:
            raise UserError(
                f"{self.name} has {size >> 20:,} MB, and a workbook may have {MOST_PACKED >> 20:,}: save the "
                "table as CSV."
            )
        self._given = StableFile(path, self.name)
        self._file = spool(self)
        self._given.copy(self._file)
        self.fingerprint = self._given.digest
        self._refuse_what_cannot_be_read()

    def refuse_change(self) -> None:
        self._given.refuse_change()

    def _refuse_what_cannot_be_read(self) -> None:
        try:
            with zipfile.ZipFile(self._file) as parts:
                names = parts.namelist()
                unpacked = sum(part.file_size for part in parts.infolist())
        except zipfile.BadZipFile:
            raise UserError(f"{self.name} is cut short or damaged: export it again.") from None
        if any(mark in name.lower() for name in names for mark in MACROS):
            raise UserError(f"{self.name} holds macros: save it as .xlsx, without them.")
        if "xl/workbook.xml" not in names:
            raise UserError(f"{self.name} is no XLSX workbook: save the table as .xlsx or CSV.")
        if len(set(names)) < len(names):
            raise UserError(f"{self.name} {DAMAGED}.")
        if unpacked > workbook_child.MOST_UNPACKED:
            raise UserError(
                f"{self.name} unpacks to {unpacked >> 20:,} MB, which no register does: save the table "
                "as CSV."
            )

    def heads(self) -> dict[str, list[list[str]]]:
        """First rows of every visible sheet, or of the one that the mapping names."""
        sheets: dict[str, list[list[str]]] = self._first["sheets"]
        if self._sheet is None:
            return sheets
        if self._sheet not in sheets:
            raise UserError(f"{self.name} has no visible sheet {self._sheet!r}; it has {', '.join(sheets)}.")
        return {self._sheet: sheets[self._sheet]}

    @cached_property
    def _first(self) -> dict[str, Any]:
        return self._parsing.ask("workbook_heads", str(SEARCHED_ROWS))

    def extract(self, part: str, header_row: int, places: list[int], width: int) -> Extract:
        """Rows below the header of the sheet `part`, without the empty ones at its end."""
        del width
        headings = self.heads()[part][header_row - 1]
        references = [place for place in places if folded(headings[place]) in self._references]
        unseen, sheet = self._parsing.rows("workbook_rows", part, ",".join(map(str, references)))
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
            odd=_kinds(filled, places),
            damaged=_unsaved(filled.filter(unsaved)),
            read=last - header_row,
            ignored=last - header_row - filled.height,
            warnings=tuple(self._remarks(part, unseen)),
            epoch=EXCEL_EPOCH_1904 if unseen["from_1904"] else EXCEL_EPOCH,
        )

    def _remarks(self, sheet: str, unseen: dict[str, Any]) -> list[str]:
        remarks: list[str] = []
        if hidden := self._first["hidden"]:
            remarks.append(f"Hidden sheets were not read: {', '.join(hidden)}.")
        if rows := unseen["hidden_rows"]:
            remarks.append(f"Hidden in {sheet!r} and read like the others: {rows_listed(rows)}.")
        if formulas := unseen["formulas"]:
            remarks.append(f"{formulas:,} formulas in {sheet!r} were read as the results saved with them.")
        return remarks

    @property
    def _parsing(self) -> Parsing:
        return Parsing(self.name, self._file, damaged=DAMAGED, too_much=TOO_MUCH)


def _kinds(rows: pl.DataFrame, places: list[int]) -> pl.DataFrame:
    kinds = {str(place): f"{place} odd" for place in places if f"{place} odd" in rows.columns}
    return rows.select("row_number", **kinds).with_columns(pl.col(list(kinds)).replace("", None))


def _unsaved(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "row_number",
        column_name=pl.lit(""),
        shape=pl.lit("=?"),
        reason=pl.lit("holds a formula without its result: open the workbook in a spreadsheet and save it"),
    )
