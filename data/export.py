import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.parquet as pq

from data.csv_safe import difference, separated
from data.errors import UserError, refusal
from data.formatting import written_day
from data.record import Kind, Outcome, done_here, fitting
from data.review import Review, configured, marked
from data.schema import SCHEMAS, known_now, known_on
from data.snapshot import Snapshot
from data.stable_file import refuse_filled, whole_folder, write_private

# Polars writes down which of its own types a column had.
OF_POLARS = b"ARROW:schema"
_CSV = (
    "The CSV has this marking above and below its table, and a ' in front of what a spreadsheet could run",
    "as a formula.",
)


def expect_separated(path: Path, rows: pl.DataFrame, marking: str) -> None:
    with path.open("rb") as file:
        _must(path, same=not difference(file, rows, marking))


def expect_columns(path: Path, rows: pl.DataFrame, marking: str) -> None:
    try:
        with pq.ParquetFile(path) as file:
            metadata, content = dict(file.metadata.metadata or {}), pl.DataFrame(file.read())
    except (pa.ArrowException, OSError):
        metadata, content = {}, pl.DataFrame()
    metadata.pop(OF_POLARS, None)
    one, other = _plain(content), _plain(rows)
    same = metadata == {b"marking": marking.encode()} and one.schema == other.schema and one.equals(other)
    _must(path, same=same)


def expect_files(folder: Path, names: set[str]) -> None:
    _must(folder, same={path.name for path in folder.iterdir()} == names)


def _must(path: Path, *, same: bool) -> None:
    if not same:
        raise refusal("not_as_asked", name=path.name)


def _plain(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns((cs.enum() | cs.categorical()).cast(pl.String))


def export(review: Review, folder: Path, *, reason: str, known_on: dt.date | None = None) -> list[Path]:
    """Write every table. All files or none, each read again; UserError on any difference."""
    version = review.ledger.version()
    loads = review.ledger.loads().filter(pl.col("load") <= version)
    _refuse_unknown_days(loads, known_on)
    known = loads if known_on is None else loads.filter(pl.col("recorded_on") <= known_on)
    last = known.row(-1, named=True)
    day = written_day(known_on or last["recorded_on"])
    snapshot = review.snapshot(version)
    return write_tables(
        review,
        folder,
        ((table, _known_rows(snapshot, table, known_on)) for table in SCHEMAS),
        scope=f"every table as known on {known_on or 'the last day'}, loads 1 to {version}",
        reason=reason,
        note=[f"As known on {day}, from loads 1 to {last['load']}.", "Each table is in Parquet and in CSV."],
    )


def write_tables(
    review: Review,
    folder: Path,
    tables: Iterable[tuple[str, pl.DataFrame]],
    *,
    scope: str,
    reason: str,
    note: Sequence[str],
) -> list[Path]:
    """Write tables by their names as Parquet and CSV, with a note. All files or none, each read again, and
    recorded before the first byte. UserError on any difference."""
    refuse_filled(folder, "choose another folder for the export")
    why = fitting(reason)
    words = marked(configured(review.folder).marking, demonstration=review.terms.demonstration)
    review.record.write(done_here(Kind.DISCLOSURE, scope, reason=why))
    prefix = "demonstration-" if review.terms.demonstration else ""
    lines = [words, review.terms.name, *note, f"Taken because: {why}", *_CSV]
    try:
        with whole_folder(folder) as making:
            written = [write_private(making / "README.txt", ("\n".join(lines) + "\n").encode())]
            for name, rows in tables:
                written += _write(rows, making / f"{prefix}{name}", words)
            expect_files(making, {path.name for path in written})
    except (UserError, OSError):
        review.record.write(done_here(Kind.DISCLOSURE, scope, reason=why, outcome=Outcome.FAILED))
        raise
    return [folder / path.name for path in written]


def _refuse_unknown_days(loads: pl.DataFrame, known_on: dt.date | None) -> None:
    if loads.is_empty():
        raise UserError("Nothing has been loaded into this review yet: there is nothing to export.")
    days: list[dt.date] = loads["recorded_on"].to_list()
    if known_on is not None and not days[0] <= known_on <= days[-1]:
        first, last = written_day(days[0]), written_day(days[-1])
        raise refusal("unknown_day", day=written_day(known_on), first=first, last=last)


def _write(rows: pl.DataFrame, path: Path, marking: str) -> list[Path]:
    buffer = io.BytesIO()
    rows.write_parquet(buffer, metadata={"marking": marking})
    columns = write_private(path.with_name(f"{path.name}.parquet"), buffer.getvalue())
    expect_columns(columns, rows, marking)
    text = write_private(path.with_name(f"{path.name}.csv"), separated(rows, marking))
    expect_separated(text, rows, marking)
    return [columns, text]


def _known_rows(snapshot: Snapshot, table: str, day: dt.date | None) -> pl.DataFrame:
    schema = SCHEMAS[table]
    known = known_now() if day is None else known_on(day)
    rows = snapshot.scan(table).filter(known)
    return rows.select(schema.column_names()).sort(schema.primary_key()).collect()
