"""The ledger at one version as Parquet, an open end being a far day: as known is one comparison."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import dataframely as dy
import polars as pl

from data.errors import UserError
from data.ledger import Ledger
from data.schema import SCHEMAS, STILL, listed_columns
from data.tables import typed
from data.terms import Terms

ROWS_TOGETHER = 2**17
"""Rows of a Parquet row group: enough to compress well, few enough to be passed over."""


@dataclass(frozen=True)
class Snapshot:
    folder: Path
    version: int

    def scan(self, table: str) -> pl.LazyFrame:
        """`recorded_to` is exclusive, and STILL where the version stands."""
        return pl.scan_parquet(self.folder / f"{table}.parquet")

    def scan_all(self) -> dict[str, pl.LazyFrame]:
        return {table: self.scan(table) for table in SCHEMAS}

    def derived(
        self, name: str, edition: str, build: Callable[[dict[str, pl.LazyFrame]], pl.LazyFrame]
    ) -> pl.LazyFrame:
        """Sorted so that a scan as known on a day passes over row groups; edition: of the code."""
        path = self.folder / f"derived-{name}-{edition}.parquet"
        if not path.exists():
            frame = build(self.scan_all()).sort("recorded_to", "recorded_from", maintain_order=True)
            _write(frame.collect(), path)
        return pl.scan_parquet(path)


def take(ledger: Ledger, terms: Terms, folder: Path, version: int) -> Snapshot:
    """Its folder is named by the ledger's edition and the terms of reference, which close its codes."""
    closed = hashlib.sha256(terms.model_dump_json().encode()).hexdigest()[:12]
    path = folder / f"version-{version}-{ledger.edition(version)}-{closed}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix="making-", dir=folder))
        with ledger.tables_at(version) as tables:
            for table, rows in tables:
                _write(laid_out(rows, table, terms, version), making / f"{table}.parquet")
        try:
            making.rename(path)
        except OSError:
            if not path.exists():
                raise
            # Another process has just made the same snapshot; it holds the same rows.
            shutil.rmtree(making)
    return Snapshot(path, version)


def _refuse_lost_codes(rows: pl.DataFrame, table: str, terms: Terms) -> None:
    for column, name in listed_columns(SCHEMAS[table]).items():
        lost = set(rows[column].drop_nulls().unique()) - set(terms.codes(name))
        if lost:
            raise UserError(
                f"The ledger holds {table.replace('_', ' ')} with {min(lost)!r}, which the list {name!r} in "
                "terms.toml no longer has; put it back."
            )


def laid_out(rows: pl.DataFrame, table: str, terms: Terms, version: int) -> pl.DataFrame:
    _refuse_lost_codes(rows, table, terms)
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


def _write(frame: pl.DataFrame, path: Path) -> None:
    # A file overwritten in place is unreadable after a kill: write beside, flush, then rename.
    handle, name = tempfile.mkstemp(prefix="making-", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        frame.write_parquet(file, compression="lz4", row_group_size=ROWS_TOGETHER)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
