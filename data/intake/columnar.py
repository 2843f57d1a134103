"""Extracts that come in typed columns: Parquet files, and tables in other databases."""

import hashlib
import re
from decimal import Decimal
from pathlib import Path

import polars as pl
import polars.selectors as cs
import sqlalchemy as sa
from sqlalchemy import exc

from data.faults import Fault
from data.intake.extract import Extract, safe_name
from data.intake.source_tables import located

# A column of whole numbers with a gap comes as 101.0, and its references must be those of a CSV.
NO_PART = r"\.0+$"


class Columns:
    """Typed columns, given as text; their "header" counts as row 1, as in a spreadsheet."""

    limited = False

    def __init__(self, name: str, fingerprint: str, names: list[str]) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self._names = names

    def heads(self) -> dict[str, list[list[str]]]:
        """Names of the columns."""
        return {"": [self._names]}

    def extract(self, part: str, header_row: int, places: list[int], width: int) -> Extract:
        """Every row, in the columns asked for."""
        del part, header_row, width
        frame = self._texts([self._names[place] for place in places]).rename(
            {self._names[place]: str(place) for place in places}
        )
        blank = frame.select(blank=pl.all_horizontal(pl.all().str.strip_chars() == ""))["blank"]
        numbered = frame.with_row_index("row_number", offset=2).with_columns(
            pl.col("row_number").cast(pl.Int64)
        )
        return Extract(rows=numbered.filter(~blank), read=frame.height, ignored=int(blank.sum()))

    def _texts(self, names: list[str]) -> pl.DataFrame:
        raise NotImplementedError


class ParquetFile(Columns):
    """A Parquet file; only the columns asked for are read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        name = safe_name(path.name)
        try:
            names = pl.read_parquet_schema(path)
        except (pl.exceptions.PolarsError, OSError):
            raise Fault(f"{name} is cut short or damaged, and no Parquet file: export it again.") from None
        with path.open("rb") as file:
            super().__init__(name, hashlib.file_digest(file, "sha256").hexdigest(), list(names))

    def _texts(self, names: list[str]) -> pl.DataFrame:
        frame = pl.read_parquet(self._path, columns=names)
        if nested := frame.select(cs.nested() | cs.binary() | cs.object()).columns:
            raise Fault(
                f"{self.name}: the column {nested[0]!r} holds lists or bytes, not values: export it as text."
            )
        times = (cs.date() | cs.datetime()).dt.to_string("iso")
        parts = (cs.float() | cs.decimal()).cast(pl.String).str.replace(NO_PART, "")
        return frame.with_columns(times, parts).select(pl.all().cast(pl.String).fill_null(""))


class DatabaseTable(Columns):
    """A table or view in another database, at a SQLAlchemy URL."""

    def __init__(self, url: str, source_table: str | None) -> None:
        parsed = _parsed(url)
        shown = safe_name(parsed.database or "database")
        self._engine = _engine(parsed, shown)
        if source_table is None:
            raise Fault(f"The mapping does not say which table of {shown} to read: set source_table.")
        self.source_table = source_table
        super().__init__(f"{shown}:{source_table}", "", self._columns(shown))
        self._rows = self._read()
        self.fingerprint = hashlib.sha256(self._rows.hash_rows(seed=1).to_numpy().tobytes()).hexdigest()

    def _columns(self, shown: str) -> list[str]:
        self._schema, self._table = located(self._engine, self.source_table, shown)
        found = sa.inspect(self._engine).get_columns(self._table, schema=self._schema)
        return [column["name"] for column in found]

    def _read(self) -> pl.DataFrame:
        columns = (sa.column(name) for name in self._names)
        source = sa.table(self._table, *columns, schema=self._schema)
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(source)).all()
        cells_by_column = zip(*rows, strict=True) if rows else ((),) * len(self._names)
        return pl.DataFrame(
            {name: pl.Series([_text(cell) for cell in cells], dtype=pl.String)
             for name, cells in zip(self._names, cells_by_column, strict=True)}
        )  # fmt: skip

    def _texts(self, names: list[str]) -> pl.DataFrame:
        return self._rows.select(names)


def _text(cell: object) -> str:
    if isinstance(cell, float | Decimal):
        return re.sub(NO_PART, "", str(cell))
    return "" if cell is None else str(cell)


def _parsed(url: str) -> sa.URL:
    try:
        return sa.make_url(url)
    except exc.ArgumentError:
        raise Fault("That is no database URL; write it like sqlite:///register.db.") from None


def _engine(url: sa.URL, shown: str) -> sa.Engine:
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        # SQLite would make an empty database here, and nobody would know.
        raise Fault(f"There is no database file {shown}; check the path in its URL.")
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        return sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    except (exc.NoSuchModuleError, ModuleNotFoundError):
        raise Fault(
            f"No driver for {url.drivername} is installed: install it, or export the table as CSV or Parquet."
        ) from None
