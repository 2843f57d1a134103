"""The child that reads a workbook: what it knows, what it may use, and that it always ends.

What becomes of bad workbooks is in `test_faults_workbooks.py`.
"""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from data.faults import Fault
from data.intake import workbook, workbook_child
from data.intake.workbook import Workbook
from tests.data.conftest import HEADER, Desk
from tests.data.intake.workbooks import GOOD_ROWS, by_hand, cells

CONFINED = f"import runpy; runpy.run_path({workbook_child.__file__!r})['confine']();"


@pytest.fixture
def book(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbook]:
    """A good workbook; when the test has ended no file of a child's is left, and no process."""
    rest = desk.folder / "rest"
    rest.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(rest))
    before = psutil.Process().children()
    yield Workbook(Path(desk.file(by_hand(GOOD_ROWS), "register.xlsx")))
    assert list(rest.iterdir()) == []
    assert set(psutil.Process().children()) <= set(before)


def stand_in(desk: Desk, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Run another program where the child would be run."""
    monkeypatch.setattr(workbook_child, "__file__", desk.file(program, "child.py"))


def test_a_child_knows_no_secret_and_reads_nothing_from_us(
    desk: Desk, book: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANDOUR_LEDGER", "postgresql://secret")
    program = "import json, os, sys; print(json.dumps({'hidden': [], 'sheets': {'x': [[*os.environ, sys.stdin.read()]]}}))"
    stand_in(desk, monkeypatch, program)
    ((told,),) = book.heads().values()
    assert set(told) <= {*workbook.ENVIRONMENT, "LC_CTYPE", ""}


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import time; time.sleep(600)", "asks for more memory or time"),
        ("import os; os.abort()", "asks for more memory or time"),
        (f"{CONFINED} bytearray(8 << 30)", "asks for more memory or time"),
        ("import sys; print('x' * (9 << 20), file=sys.stderr); raise MemoryError", "asks for more memory or time"),
        ("raise SystemExit(3)", "is damaged, or no XLSX workbook"),
        ("print('no answer')", "is damaged, or no XLSX workbook"),
        ("print('x' * (33 << 20))", "asks for more memory or time"),
    ],
    ids=["waits", "aborts", "grows", "complains", "fails", "talks nonsense", "talks without end"],
)  # fmt: skip
def test_a_child_that_comes_to_its_limits_costs_a_sentence_and_leaves_nothing(
    desk: Desk, book: Workbook, monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    stand_in(desk, monkeypatch, program)
    monkeypatch.setattr(workbook, "MOST_SECONDS", 1 if "sleep" in program else 60)
    with pytest.raises(Fault, match=said):
        book.heads()


@pytest.mark.usefixtures("book")
def test_several_workbooks_are_read_at_once_and_none_gets_the_rows_of_another(desk: Desk) -> None:
    files = [by_hand(GOOD_ROWS + cells(3, f"A-{n}", "x", "x", "x")) for n in (2, 3)]
    books = [Workbook(Path(desk.file(data, f"{place}.xlsx"))) for place, data in enumerate(files)]
    with ThreadPoolExecutor(2) as pool:
        extracts = list(pool.map(lambda each: each.extract("Data", 1, [0], 6), books))
    assert [each.rows["0"].to_list() for each in extracts] == [["A-1", f"A-{n}"] for n in (2, 3)]


def test_a_workbook_too_large_to_read_is_not_read(book: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_PACKED", 100)
    with pytest.raises(Fault, match="and a workbook may have 0: save the table as CSV"):
        Workbook(book._path)


def test_a_zip_of_something_else_is_no_workbook(desk: Desk) -> None:
    data = by_hand(GOOD_ROWS).replace(b"xl/workbook.xml", b"xl/workbook.bin")
    with pytest.raises(Fault, match=r"is no XLSX workbook: save the table as \.xlsx or CSV"):
        Workbook(Path(desk.file(data, "register.xlsb")))


def test_heads_are_those_of_the_visible_sheets(book: Workbook) -> None:
    (records,) = book.heads().values()
    assert records == [HEADER.split(","), ["A-1", "2020-02-01", "right to ask", "north", "", ""]]
