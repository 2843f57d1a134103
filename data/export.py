"""Write a review's tables out, as known on a day: Parquet for programs, CSV for spreadsheets."""

import datetime as dt
import shutil
import uuid
from pathlib import Path

import polars as pl

from data import interval
from data.faults import Fault
from data.keyboard import done_here
from data.kinds import Kind
from data.marking import OFFICIAL_SENSITIVE, marked
from data.review import Review
from data.schema import SCHEMAS
from data.separated import separated
from data.snapshot import Snapshot
from data.written import written_day


def export(
    review: Review, folder: Path, *, known_on: dt.date | None = None, marking: str = OFFICIAL_SENSITIVE
) -> list[Path]:
    """Write every table's rows as known on a day, or as known now, into an empty folder: all or nothing.

    The record has it before the first byte is written.

    marking: what every file bears; a demonstration's says besides that it is one.

    Raises:
        Fault: the folder holds something already, or nothing was known on the day.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Fault(f"There is something in {folder} already: choose another folder for the export.")
    version = review.ledger.version()
    loads = review.ledger.loads().filter(pl.col("load") <= version)
    _refuse_unknown_days(loads, known_on)
    words = marked(marking, demonstration=review.terms.demonstration)
    scope = f"every table as known on {known_on or 'the last day'}, loads 1 to {version}"
    review.record.write(done_here(Kind.DISCLOSURE, scope))
    folder.resolve().parent.mkdir(parents=True, exist_ok=True)
    making = folder.resolve().with_name(f".{folder.resolve().name}-making-{uuid.uuid4().hex}")
    making.mkdir()
    try:
        note = making / "README.txt"
        note.write_text(_note(review, known_on, loads, words), encoding="utf-8")
        written = [note, *_write(review, review.snapshot(version), making, known_on, words)]
        if folder.exists():
            folder.rmdir()
        making.rename(folder.resolve())
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return [folder / path.name for path in written]


def _refuse_unknown_days(loads: pl.DataFrame, known_on: dt.date | None) -> None:
    if loads.is_empty():
        raise Fault("Nothing has been loaded into this review yet: there is nothing to export.")
    days: list[dt.date] = loads["recorded_on"].to_list()
    if known_on is not None and not days[0] <= known_on <= days[-1]:
        raise Fault(
            f"What was known on {written_day(known_on)} cannot be told: the loads are from "
            f"{written_day(days[0])} to {written_day(days[-1])}, so choose a day between them."
        )


def _write(
    review: Review, snapshot: Snapshot, folder: Path, known_on: dt.date | None, marking: str
) -> list[Path]:
    prefix = "demonstration-" if review.terms.demonstration else ""
    written: list[Path] = []
    for table in SCHEMAS:
        rows = _known_rows(snapshot, table, known_on)
        paths = (folder / f"{prefix}{table}.parquet", folder / f"{prefix}{table}.csv")
        rows.write_parquet(paths[0], metadata={"marking": marking})
        paths[1].write_bytes(separated(rows, marking))
        written += paths
    return written


def _known_rows(snapshot: Snapshot, table: str, day: dt.date | None) -> pl.DataFrame:
    """Rows of a table as known at the end of a day, or now, in the schema's columns and key order."""
    schema = SCHEMAS[table]
    known = interval.known_now() if day is None else interval.known_on(day)
    rows = snapshot.scan(table).filter(known)
    return rows.select(schema.column_names()).sort(schema.primary_key()).collect()


def _note(review: Review, known_on: dt.date | None, loads: pl.DataFrame, marking: str) -> str:
    known = loads if known_on is None else loads.filter(pl.col("recorded_on") <= known_on)
    last = known.row(-1, named=True)
    lines = [
        marking,
        review.terms.name,
        f"As known on {written_day(known_on or last['recorded_on'])}, from loads 1 to {last['load']}.",
        "Each table is in Parquet and in CSV. The CSV has this marking above and below its table, and a ' in",
        "front of what a spreadsheet could run as a formula.",
    ]
    return "\n".join(lines) + "\n"
