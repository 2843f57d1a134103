import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from data.intake import workbook_child
from data.intake.workbook_child import ERROR, heads, rows


@pytest.fixture
def book(tmp_path: Path) -> str:
    path = tmp_path / "book.xlsx"
    made = xlsxwriter.Workbook(path)
    sheet = made.add_worksheet("Data")
    sheet.write_row(1, 1, ["Ref", "Count"])
    sheet.write_row(2, 1, ["0001", 12.5])
    sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
    sheet.set_row(3, None, None, {"hidden": True})
    made.add_worksheet("Old").hide()
    made.close()
    return str(path)


def test_heads_are_the_first_rows_of_the_visible_sheets(book: str) -> None:
    assert heads(book, 3) == {
        "sheets": {"Data": [["", ""], ["Ref", "Count"], ["0001", "12.5"]]},
        "hidden": ["Old"],
    }


def test_rows_are_text_with_errors_marked_and_oddities_told(book: str, tmp_path: Path) -> None:
    told = rows(book, "Data", str(tmp_path / "sheet.arrow"))
    assert told == {"from_1904": False, "hidden_rows": 1, "formulas": 1, "unsaved": []}
    frame = pl.read_ipc((tmp_path / "sheet.arrow").read_bytes())
    assert frame.rows() == [(None, None), ("Ref", "Count"), ("0001", "12.5"), (ERROR, None)]


def test_the_child_holds_itself_to_its_limits() -> None:
    program = (
        "import runpy, sys; child = runpy.run_path(sys.argv[1]); child['limit']();"
        "import resource; print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    command = [sys.executable, "-c", program, workbook_child.__file__]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert printed == [str(workbook_child.MEMORY), str(workbook_child.SECONDS)]
