import io
from dataclasses import replace

import polars as pl
import pyarrow.parquet as pq
import pytest

from reports.reopened.columnar import check
from reports.reopened.difference import NotAsAsked
from reports.text import metadata, parquet
from tests.reports.conftest import ROWS, content_of, table_of


@pytest.fixture(scope="module")
def file(content):
    return parquet(content)


def rewritten(change, **settings):
    """Write the file anew from its table, changed."""

    def changed(file):
        written = io.BytesIO()
        settled = {"compression": "zstd", "write_statistics": False, "write_page_index": False}
        pq.write_table(change(pq.read_table(io.BytesIO(file))), written, **(settled | settings))
        return written.getvalue()

    return changed


def with_column(name, values):
    def change(table):
        rows = pl.DataFrame(table).with_columns(values.alias(name))
        changed = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
        return changed.replace_schema_metadata(table.schema.metadata)

    return change


CHANGES = {
    "a changed text": rewritten(with_column("Application ref", pl.lit("A-1"))),
    "a changed number": rewritten(with_column("Days", pl.col("Days") + 1)),
    "a sign lost": rewritten(with_column("Share", pl.when(pl.col("Share") == 0).then(0.0).otherwise("Share"))),
    "nothing made an empty text": rewritten(with_column("Application ref", pl.col("Application ref").fill_null(""))),
    "an extra column": rewritten(with_column("Name", pl.lit("A-1"))),
    "a column of another kind": rewritten(with_column("Days", pl.col("Days").cast(pl.UInt64, strict=False))),
    "a column taken out": rewritten(lambda table: table.drop(["Days"])),
    "columns in another order": rewritten(lambda table: table.select(table.column_names[::-1])),
    "swapped rows": rewritten(lambda table: table.take([1, 0, 2, 3, 4, 5, 6])),
    "a row taken out": rewritten(lambda table: table.slice(1)),
    "a row twice": rewritten(lambda table: table.take([0, 0, 1, 2, 3, 4, 5, 6])),
    "another marking": rewritten(lambda table: table.replace_schema_metadata({**table.schema.metadata, "Marking": "OFFICIAL"})),
    "a note of its own": rewritten(lambda table: table.replace_schema_metadata({**table.schema.metadata, "Name": "x"})),
    "no notes": rewritten(lambda table: table.replace_schema_metadata(None)),
    "an index beside its columns": rewritten(lambda table: table, write_page_index=True),
    "something between its columns": lambda file: file[:4] + b"A-1" + file[4:],
    "something behind its columns": lambda file: file[:-8] + b"A-1" + file[-8:],
    "something behind its end": lambda file: file + b"A-1PAR1",
    "cut short": lambda file: file[:-10],
    "empty": lambda file: b"",
}  # fmt: skip


def test_a_finished_file_is_as_asked(file, content):
    check(file, content)
    check(rewritten(lambda table: table)(file), content)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_found(change, file, content):
    changed = change(file)
    assert changed != file
    with pytest.raises(NotAsAsked):
        check(changed, content)


def test_the_marking_and_the_definition_travel_with_the_columns(file):
    said = pq.ParquetFile(io.BytesIO(file)).metadata.metadata
    assert said[b"Marking"] == "OFFICIAL-SENSITIVE · R&D DATA".encode()
    assert said[b"Definition"] == b"=all"


def test_a_file_of_other_rows_is_found(file, content):
    assert metadata(content)["Title"] == "Failures: by area"
    other = replace(content, tables=(replace(content.table, rows=ROWS.with_columns(pl.col("Days") * 1)),))
    check(file, other)
    with pytest.raises(NotAsAsked):
        check(file, content_of(table_of(ROWS)))
