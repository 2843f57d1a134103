import csv
import io

import polars as pl
import pytest

from reports.reopened.difference import NotAsAsked
from reports.reopened.text import check
from reports.text import csv as written_csv
from tests.reports.conftest import content_of, table_of

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
    check(file, content)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_found(change, file, content):
    changed = change(file)
    assert changed != file
    with pytest.raises(NotAsAsked):
        check(changed, content)


def test_a_text_that_could_run_is_found_even_if_it_was_asked_for(monkeypatch):
    """What may run is told by two rules written apart, so that neither is trusted alone."""
    monkeypatch.setattr("reports.reopened.text.escaped", lambda rows: rows)
    monkeypatch.setattr("data.csv_safe.escaped", lambda rows: rows)
    running = content_of(table_of(pl.DataFrame({"Ref": ["A-1", " =1"]})))
    with pytest.raises(NotAsAsked, match="a text that could run"):
        check(written_csv(running), running)


def test_one_column_in_which_little_is_recorded_is_read_again():
    sparse = content_of(table_of(pl.DataFrame({"Ref": [None, "", "A-1", None]})))
    check(written_csv(sparse), sparse)


def test_the_marking_is_the_first_line_and_the_last(file):
    lines = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert lines[0] == lines[-1] == ["OFFICIAL-SENSITIVE · R&D DATA"]
    assert lines[1:4] == [
        ["Failures: by area"],
        ["As at 11 January 2024, as known on 8 May 2024."],
        ["Unit: applications"],
    ]
    assert ["Reason: To check the failures of the north with its staff."] in lines
