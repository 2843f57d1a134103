"""Write a review's tables out, as known on a day: Parquet for programs, CSV for spreadsheets."""

import datetime as dt
from pathlib import Path

import polars as pl
import polars.selectors as cs

from data.faults import Fault
from data.review import Review
from data.schema import SCHEMAS
from data.snapshot import STILL
from data.written import written_day

DEMONSTRATION = "Demonstration data"
# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA = r"^[=+\-@\t\r]"


def export(review: Review, folder: Path, *, known_on: dt.date | None = None) -> list[Path]:
    """Write every table's rows as known on a day, or as known now, into an empty folder.

    Raises:
        Fault: the folder holds something already, or nothing has been loaded.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Fault(f"There is something in {folder} already: choose another folder for the export.")
    if review.ledger.version() == 0:
        raise Fault("Nothing has been loaded into this review yet: there is nothing to export.")
    folder.mkdir(parents=True, exist_ok=True)
    prefix = "demonstration-" if review.terms.demonstration else ""
    note = folder / "README.txt"
    note.write_text(_note(review, known_on), encoding="utf-8")
    written = [note]
    for table in SCHEMAS:
        rows = known_rows(review, table, known_on)
        paths = (folder / f"{prefix}{table}.parquet", folder / f"{prefix}{table}.csv")
        rows.write_parquet(paths[0])
        # A mark at the beginning is what makes Excel read the file as UTF-8.
        escaped(rows).write_csv(paths[1], include_bom=True)
        written += paths
    return written


def known_rows(review: Review, table: str, known_on: dt.date | None) -> pl.DataFrame:
    """Rows of a table as known at the end of a day, or now, in the schema's columns and key order."""
    day = known_on or STILL - dt.timedelta(days=1)
    schema = SCHEMAS[table]
    known = (pl.col("recorded_from") <= day) & (pl.col("recorded_to") > day)
    rows = review.snapshot().scan(table).filter(known)
    return rows.select(schema.column_names()).sort(schema.primary_key()).collect()


def escaped(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in which no text can run as a formula: it is prefixed with an apostrophe."""
    texts = (cs.string() | cs.enum()).cast(pl.String)
    return rows.with_columns(texts.str.replace(_FORMULA, "'$0"))


def _note(review: Review, known_on: dt.date | None) -> str:
    loads = review.ledger.loads()
    day = known_on or loads["recorded_on"].max()
    lines = [DEMONSTRATION.upper()] if review.terms.demonstration else []
    lines += [
        review.terms.name,
        f"As known on {written_day(day)}, from loads 1 to {loads['load'].max()}.",  # type: ignore[arg-type]
        "Each table is in Parquet and in CSV, where a text that could run as a formula begins with a '.",
    ]
    return "\n".join(lines) + "\n"
