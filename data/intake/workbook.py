import zipfile
from collections.abc import Collection, Iterator
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
    Heads,
    folded,
    numbered,
    rows_listed,
)
from data.intake.isolation import ParsedSource

MOST_PACKED = 512 << 20
MOST_ROWS = 1 << 20
MACROS = ("vbaproject.bin", "/macrosheets/")
UNSAVED = {
    "column_name": pl.lit(""),
    "shape": pl.lit("=?"),
    "reason": pl.lit("holds a formula without its result: open the workbook in a spreadsheet and save it"),
}


class Workbook(ParsedSource):
    damaged = "is damaged, or no XLSX workbook: export it again, or save the table as CSV"
    too_much = (
        "asks for more memory or time than a register does (often one stray cell far away from the table): "
        "copy the table to a new workbook, or save it as CSV"
    )

    def __init__(self, path: Path, *, sheet: str | None = None, references: Collection[str] = ()) -> None:
        super().__init__()
        self._references = {folded(name) for name in references}
        self._sheet = sheet
        self._copy(path, self.file, "workbook", MOST_PACKED, "save the table as CSV")
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
            raise UserError(
                f"{self.name} unpacks to {unpacked >> 20:,} MB, which no register does: save the table "
                "as CSV."
            )

    def heads(self) -> Heads:
        sheets: Heads = self._first["sheets"]
        if self._sheet is None:
            return sheets
        if self._sheet not in sheets:
            raise UserError(f"{self.name} has no visible sheet {self._sheet!r}; it has {', '.join(sheets)}.")
        return {self._sheet: sheets[self._sheet]}

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
