"""Workbooks: what becomes of bad ones is in `test_faults_workbooks.py`."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data.errors import UserError
from data.intake import workbook
from data.intake.workbook import Workbook
from tests.data.conftest import HEADER, Loader
from tests.data.intake.workbooks import GOOD_ROWS, by_hand, cells


@pytest.fixture
def book(desk: Loader) -> Workbook:
    return Workbook(Path(desk.file(by_hand(GOOD_ROWS), "register.xlsx")))


@pytest.mark.usefixtures("book")
def test_several_workbooks_are_read_at_once_and_none_gets_the_rows_of_another(desk: Loader) -> None:
    files = [by_hand(GOOD_ROWS + cells(3, f"A-{n}", "x", "x", "x")) for n in (2, 3)]
    books = [Workbook(Path(desk.file(data, f"{place}.xlsx"))) for place, data in enumerate(files)]
    with ThreadPoolExecutor(2) as pool:
        extracts = list(pool.map(lambda each: each.extract("Data", 1, [0], 6), books))
    assert [each.rows["0"].to_list() for each in extracts] == [["A-1", f"A-{n}"] for n in (2, 3)]


def test_a_workbook_too_large_to_read_is_not_read(book: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_PACKED", 100)
    with pytest.raises(UserError, match="and a workbook may have 0: save the table as CSV"):
        Workbook(book._given._path)


def test_a_zip_of_something_else_is_no_workbook(desk: Loader) -> None:
    data = by_hand(GOOD_ROWS).replace(b"xl/workbook.xml", b"xl/workbook.bin")
    with pytest.raises(UserError, match=r"is no XLSX workbook: save the table as \.xlsx or CSV"):
        Workbook(Path(desk.file(data, "register.xlsb")))


def test_heads_are_those_of_the_visible_sheets(book: Workbook) -> None:
    (records,) = book.heads().values()
    assert records == [HEADER.split(","), ["A-1", "2020-02-01", "right to ask", "north", "", ""]]
