import csv
import io
from dataclasses import replace

import polars as pl
import pyarrow.parquet as pq
import pytest

from reports.table_files import csv as written_csv
from reports.table_files import metadata, parquet
from reports.verify.checks import NotAsAsked
from reports.verify.columns import check_csv, check_parquet
from tests.reports.conftest import ROWS, content_of, table_of

CHANGES = {
    "a changed digit": lambda file: file.replace(b",-5,", b",-6,"),
    "a last digit lost": lambda file: file.replace(b"0.30000000000000004", b"0.3"),
    "a sign lost": lambda file: file.replace(b"-0.0", b"0.0"),
    "a day moved": lambda file: file.replace(b"2024-02-29", b"2024-02-28"),
    "a truth turned": lambda file: file.replace(b",true,", b",false,", 1),
    "a changed text": lambda file: file.replace(b"00123", b"00124"),
    "a text that could run": lambda file: file.replace(b"'=1+1", b"=1+1"),
    "a line taken out": lambda file: file.replace(b"1E5,south", b"", 1),
    "a line twice": lambda file: file + file.splitlines(keepends=True)[-1],
    "a line behind the marking": lambda file: file + b"A-1\n",
    "no marking below": lambda file: file.removesuffix("OFFICIAL-SENSITIVE · R&D DATA\n".encode()),
    "another marking above": lambda file: file.replace(b"OFFICIAL-SENSITIVE", b"OFFICIAL", 1),
    "another note": lambda file: file.replace(b"Unit: applications", b"Unit: failures"),
    "an extra column": lambda file: file.replace(b"Application ref,", b"Name,Application ref,"),
    "an extra cell": lambda file: file.replace(b"\n1E5,", b"\n1E5,A-1,"),
    "no mark of its writing": lambda file: file.removeprefix(b"\xef\xbb\xbf"),
    "other bytes": lambda file: file + b"\xff",
    "an open quote": lambda file: file + b'"',
    "cut short": lambda file: file[:-40],
    "empty": lambda file: b"",
}


@pytest.fixture(scope="module")
def file(content):
    return written_csv(content)


def test_a_finished_file_is_as_asked(file, content):
    check_csv(file, content)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_found(change, file, content):
    changed = change(file)
    assert changed != file
    with pytest.raises(NotAsAsked):
        check_csv(changed, content)


def test_a_text_that_could_run_is_found_even_if_it_was_asked_for(monkeypatch):
    """What may run is told by two rules written apart, so that neither is trusted alone."""
    monkeypatch.setattr("reports.verify.columns.escaped", lambda rows: rows)
    monkeypatch.setattr("data.csv_safe.escaped", lambda rows: rows)
    running = content_of(table_of(pl.DataFrame({"Ref": ["A-1", " =1"]})))
    with pytest.raises(NotAsAsked, match="a text that could run"):
        check_csv(written_csv(running), running)


def test_one_column_in_which_little_is_recorded_is_read_again():
    sparse = content_of(table_of(pl.DataFrame({"Ref": [None, "", "A-1", None]})))
    check_csv(written_csv(sparse), sparse)


def test_an_infinite_number_and_one_that_is_not_a_number_are_read_again():
    unbounded = content_of(
        table_of(pl.DataFrame({"Share": [float("nan"), float("inf"), float("-inf"), 0.5]}))
    )
    file = written_csv(unbounded)
    check_csv(file, unbounded)
    with pytest.raises(NotAsAsked):
        check_csv(file.replace(b"-inf", b"inf"), unbounded)


def test_the_marking_is_the_first_line_and_the_last(file):
    lines = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert lines[0] == lines[-1] == ["OFFICIAL-SENSITIVE · R&D DATA"]
    assert lines[1:4] == [
        ["Failures: by area"],
        ["As at 11 January 2024, as known on 8 May 2024."],
        ["Unit: applications"],
    ]
    assert ["Reason: To check the failures of the north with its staff."] in lines


@pytest.fixture(scope="module")
def columns(content):
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


COLUMN_CHANGES = {
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


def test_a_finished_file_of_columns_is_as_asked(columns, content):
    check_parquet(columns, content)
    check_parquet(rewritten(lambda table: table)(columns), content)


@pytest.mark.parametrize("change", COLUMN_CHANGES.values(), ids=COLUMN_CHANGES)
def test_every_change_to_columns_is_found(change, columns, content):
    changed = change(columns)
    assert changed != columns
    with pytest.raises(NotAsAsked):
        check_parquet(changed, content)


def test_the_marking_and_the_definition_travel_with_the_columns(columns):
    said = pq.ParquetFile(io.BytesIO(columns)).metadata.metadata
    assert said[b"Marking"] == "OFFICIAL-SENSITIVE · R&D DATA".encode()
    assert said[b"Definition"] == b"=all"


def test_a_file_of_other_rows_is_found(columns, content):
    assert metadata(content)["Title"] == "Failures: by area"
    other = replace(content, tables=(replace(content.table, rows=ROWS.with_columns(pl.col("Days") * 1)),))
    check_parquet(columns, other)
    with pytest.raises(NotAsAsked):
        check_parquet(columns, content_of(table_of(ROWS)))
