"""The ledger at one version as Parquet, an open end being a far day: as known is one comparison.

Each file begins with its signature by the record's key. It is read once, checked, and scanned from memory:
what happens to the file later changes no figure. A file that is missing or does not fit is built anew.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import dataframely as dy
import polars as pl

from data.connection import reading
from data.errors import UserError, refusal
from data.ledger import Ledger
from data.load_digests import refuse_altered, refuse_cut, registers
from data.loading import row_versions
from data.record import Record
from data.record_files import Keys, read_signed, write_signed
from data.schema import SCHEMAS, STILL, listed_columns
from data.tables import typed
from data.terms import Terms

ROWS_TOGETHER = 2**17
"""Rows of a Parquet row group: enough to compress well, few enough to be passed over."""
REGISTERS = "registers"


@dataclass(frozen=True)
class Snapshot:
    folder: Path
    version: int
    keys: Keys = field(repr=False, compare=False)
    build: Callable[[], None] = field(repr=False, compare=False)
    _contents: dict[str, bytes] = field(default_factory=dict[str, bytes], repr=False, compare=False)

    def scan(self, table: str) -> pl.LazyFrame:
        """`recorded_to` is exclusive, and STILL where the version stands."""
        return self._scan(table, self.build)

    def scan_all(self) -> dict[str, pl.LazyFrame]:
        return {table: self.scan(table) for table in SCHEMAS}

    def derived(
        self,
        name: str,
        edition: str,
        build: Callable[[dict[str, pl.LazyFrame]], pl.LazyFrame],
        sort: Sequence[str] = ("recorded_to", "recorded_from"),
    ) -> pl.LazyFrame:
        """sort: so that a scan as known on a day passes over row groups. edition: of the code."""

        def write() -> None:
            if not self.folder.exists():
                # An erasure took it: what is in memory may hold what the law says may not be held.
                self._contents.clear()
                self.build()
            rows = build(self.scan_all()).sort(sort, maintain_order=True)
            _write(rows.collect(), self.folder / file, self.keys)

        file = f"derived-{name}-{edition}"
        return self._scan(file, write)

    def _scan(self, file: str, build: Callable[[], None]) -> pl.LazyFrame:
        if file not in self._contents:
            content = read_signed(self.folder / file, self.keys)
            if content is None:
                build()
                content = read_signed(self.folder / file, self.keys)
            if content is None:
                raise UserError(f"{self.folder / file} was written and cannot be read: check its disk.")
            self._contents[file] = content
        return pl.scan_parquet(io.BytesIO(self._contents[file]))


def take(ledger: Ledger, record: Record, terms: Terms, folder: Path, version: int) -> Snapshot:
    """Unverified: rows of the ledger are not those that the record vouches for."""
    path = path_of(folder, version, ledger.stamp(version).edition, terms)

    def build() -> None:
        with reading(ledger.engine) as connection:
            refuse_altered(record, connection, ledger.tables)
            now = (REGISTERS, registers(connection, ledger.tables, version))
            rows = ((table, row_versions(connection, ledger.tables, table, version)) for table in SCHEMAS)
            write_snapshot(path, version, terms, record.keys, chain([now], rows))

    snapshot = Snapshot(path, version, record.keys, build)
    if not path.exists():
        build()
    else:
        # What pages say of loads they read from the ledger itself.
        with reading(ledger.engine) as connection:
            refuse_cut(record, connection, ledger.tables)
            now = registers(connection, ledger.tables, version)
        if not now.equals(snapshot.scan(REGISTERS).collect()):
            build()
    return snapshot


def path_of(folder: Path, version: int, edition: str, terms: Terms) -> Path:
    """Return the folder of a snapshot, named by the ledger's edition and the terms, which close codes."""
    return folder / f"version-{version}-{edition}-{digest_of(terms)}"


def digest_of(terms: Terms) -> str:
    return hashlib.sha256(terms.model_dump_json().encode()).hexdigest()[:12]


def write_snapshot(
    path: Path, version: int, terms: Terms, keys: Keys, frames: Iterable[tuple[str, pl.DataFrame]]
) -> None:
    """Write all files, then move them into the folder. frames: REGISTERS, and row versions by table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="making-", dir=path.parent, ignore_cleanup_errors=True) as making:
        for name, rows in frames:
            frame = rows if name == REGISTERS else laid_out(rows, name, terms, version)
            _write(frame, Path(making) / name, keys, path / name)
        path.mkdir(exist_ok=True)
        for file in Path(making).iterdir():
            file.replace(path / file.name)


def laid_out(rows: pl.DataFrame, table: str, terms: Terms, version: int) -> pl.DataFrame:
    for column, name in listed_columns(SCHEMAS[table]).items():
        if lost := set(rows[column].drop_nulls().unique()) - set(terms.codes(name)):
            raise refusal("lost_code", table=table.replace("_", " "), code=min(lost), listed=name)
    by_then = pl.when(pl.col("closed_by") <= version)
    listed = [pl.col(column).cast(codes) for column, codes in listed_types(SCHEMAS[table], terms).items()]
    return (
        typed(rows, table)
        .with_columns(pl.col("opened_by", "closed_by").cast(pl.Int32))
        .with_columns(
            *listed,
            recorded_to=by_then.then("recorded_to").fill_null(STILL),
            closed_by=by_then.then("closed_by"),
        )
    )


def listed_types(schema: type[dy.Schema], terms: Terms) -> dict[str, pl.Enum]:
    return {column: pl.Enum(terms.codes(name)) for column, name in listed_columns(schema).items()}


def _write(frame: pl.DataFrame, path: Path, keys: Keys, at: Path | None = None) -> None:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="lz4", row_group_size=ROWS_TOGETHER)
    write_signed(path, buffer.getbuffer(), keys, at)
