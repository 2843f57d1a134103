"""Open Parquet again and compare it, column by column, with what was asked to leave."""

import base64
import io

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reports.content import Content, leaving
from reports.reopened.difference import NotAsAsked, must
from reports.text import metadata

_MAGIC = b"PAR1"
_SCHEMA = b"ARROW:schema"
_LENGTH = 4


def check(file: bytes, content: Content) -> None:
    """Compare a Parquet file with what was asked to leave.

    Raises:
        NotAsAsked: it differs, or holds anything more.
    """
    try:
        opened = pq.ParquetFile(io.BytesIO(file))
        found = opened.read()
    except (pa.ArrowException, OSError):
        raise NotAsAsked("its columns") from None
    rows = leaving(content.table.rows)
    wanted = rows.to_arrow(compat_level=pl.CompatLevel.oldest()).schema.with_metadata(metadata(content))
    must(found.schema.equals(wanted, check_metadata=True), "the kinds of its columns")
    held = dict(opened.metadata.metadata)
    said = base64.b64decode(held.pop(_SCHEMA, b""))
    must(said == wanted.serialize().to_pybytes() and held == dict(wanted.metadata), "what is said of it")
    groups = [opened.metadata.row_group(number) for number in range(opened.num_row_groups)]
    columns = [group.column(number) for group in groups for number in range(rows.width)]
    chunks = [each for each in columns if each.total_compressed_size]
    places = [each.dictionary_page_offset or each.data_page_offset for each in chunks]
    sizes = [each.total_compressed_size for each in chunks]
    _refuse_gaps(file, places, sizes, opened.metadata.serialized_size)
    _check_values(pl.DataFrame(found), rows)


def _refuse_gaps(file: bytes, places: list[int], sizes: list[int], listed: int) -> None:
    """Refuse bytes that belong neither to a column nor to the list of the columns, of `listed` bytes."""
    ends = [len(_MAGIC), *(place + size for place, size in zip(places, sizes, strict=True))]
    must(ends[:-1] == places, "a gap between its columns")
    must(ends[-1] + listed + _LENGTH + len(_MAGIC) == len(file), "a gap behind its columns")


def _check_values(found: pl.DataFrame, asked: pl.DataFrame) -> None:
    must(found.schema == asked.schema, "the kinds of its columns")
    must(found.height == asked.height, "the number of its rows")
    for one, other in zip(found.iter_columns(), asked.iter_columns(), strict=True):
        must(_bits(one).equals(_bits(other)), f"the column {other.name}")


def _bits(column: pl.Series) -> pl.Series:
    """Return a column of which fractions are compared bit by bit: -0 is not 0."""
    if not column.dtype.is_float():
        return column
    kind = np.uint64 if column.dtype == pl.Float64 else np.uint32
    bits = pl.Series(column.name, column.fill_null(0.0).to_numpy().view(kind))
    return pl.select(pl.when(column.is_not_null()).then(bits).alias(column.name)).to_series()
