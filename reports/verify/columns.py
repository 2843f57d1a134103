import base64
import io
import re
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.parquet as pq

from data.csv_safe import difference, escaped, safe
from reports.content import Content, for_spreadsheets, plain_rows
from reports.table_files import above, metadata
from reports.verify.checks import NotAsAsked, must

# Written again here, and otherwise: what a spreadsheet would run, however it splits a text.
_RUNS = re.compile(r"[=+\-@＝＋－＠]")  # noqa: RUF001
_SPLITS = re.compile(r"[\t\r\n;|]")
_MAGIC, _SCHEMA, _LENGTH = b"PAR1", b"ARROW:schema", 4


def check_csv(file: bytes, content: Content) -> None:
    rows, lines = for_spreadsheets(content.table.rows), above(content)
    where = difference(io.BytesIO(file), rows, content.marking, lines)
    must(not where, where)
    # The texts of the file are these, to the letter.
    texts = (text for column in escaped(rows).select(cs.string()) for text in column.drop_nulls().unique())
    must(not any(map(_could_run, texts)), "a text that could run")
    over = map(safe, (content.marking, *lines, *rows.columns))
    must(not any(map(_could_run, over)), "a text over its table that could run")


def _could_run(text: str) -> bool:
    if text[:1] in {"\t", "\r", "\n", "\0"} and text:
        return True
    unseen = "".join({letter for letter in text if letter.isspace() or not letter.isprintable()})
    return any(_RUNS.match(part.lstrip(unseen)) for part in _SPLITS.split(text))


def check_parquet(file: bytes, content: Content) -> None:
    try:
        opened = pq.ParquetFile(io.BytesIO(file))
        table = opened.read()
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise NotAsAsked("its columns") from None
    asked = plain_rows(content.table.rows)
    schema = asked.to_arrow(compat_level=pl.CompatLevel.oldest()).schema.with_metadata(metadata(content))
    must(table.schema.equals(schema, check_metadata=True), "the kinds of its columns")
    facts = dict(opened.metadata.metadata)
    must(base64.b64decode(facts.pop(_SCHEMA, b"")) == schema.serialize().to_pybytes(), "its description")
    must(facts == dict(schema.metadata), "its description")
    _refuse_gaps(file, opened.metadata)
    rows = pl.DataFrame(table)
    must(rows.schema == asked.schema, "the kinds of its columns")
    must(rows.height == asked.height, "the number of its rows")
    for column, wanted in zip(rows.iter_columns(), asked.iter_columns(), strict=True):
        must(_bits(column).equals(_bits(wanted)), f"the column {wanted.name}")


def _refuse_gaps(file: bytes, facts: Any) -> None:  # noqa: ANN401  # pyarrow ships no types
    """Refuse bytes that belong neither to a column nor to the list of the columns."""
    end = len(_MAGIC)
    for group in map(facts.row_group, range(facts.num_row_groups)):
        for chunk in map(group.column, range(group.num_columns)):
            if chunk.total_compressed_size:
                begin = chunk.dictionary_page_offset or chunk.data_page_offset
                must(begin == end, "a gap between its columns")
                end += chunk.total_compressed_size
    must(end + facts.serialized_size + _LENGTH + len(_MAGIC) == len(file), "a gap behind its columns")


def _bits(column: pl.Series) -> pl.Series:
    # -0 is not 0.
    if not column.dtype.is_float():
        return column
    kind = np.uint64 if column.dtype == pl.Float64 else np.uint32
    bits = pl.Series(column.name, column.fill_null(0.0).to_numpy().view(kind))
    return pl.select(pl.when(column.is_not_null()).then(bits).alias(column.name)).to_series()
