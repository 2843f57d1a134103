import io
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from data.intake import workbook_child
from data.intake.child import Refusal
from data.intake.workbook_child import ERROR, SheetXml, _blocks, heads, replaced, rows


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
    assert heads(book, "3") == {
        "sheets": {"Data": [["", ""], ["Ref", "Count"], ["0001", "12.5"]]},
        "hidden": ["Old"],
    }


def test_rows_are_text_with_errors_marked_and_oddities_told(book: str, tmp_path: Path) -> None:
    told = rows(book, "Data", "", str(tmp_path / "sheet.arrow"))
    assert told == {"from_1904": False, "hidden_rows": [4], "formulas": 1, "unsaved": []}
    frame = pl.read_ipc_stream((tmp_path / "sheet.arrow").read_bytes())
    assert frame.rows() == [(None, None), ("Ref", "Count"), ("0001", "12.5"), (ERROR, None)]


PREFIXED = b"""<x:worksheet><x:sheetData>
<x:row spans='1:2' hidden='1' r='3'><x:c t='str'><x:f>A1</x:f></x:c></x:row>
<x:row r='4'><x:c s='1' r='B4'><x:f ca="1"/><x:v/></x:c><x:c r='C4'><x:f>1</x:f><x:v>1</x:v></x:c></x:row>
</x:sheetData></x:worksheet>"""


def test_a_sheet_of_another_program_tells_its_hidden_rows_and_formulas_too() -> None:
    sheet = SheetXml(b"x:", [], [])
    for block in _blocks(io.BytesIO(PREFIXED)):
        sheet.look(block)
    assert (sheet.hidden, sheet.formulas, sheet.unsaved) == ([3], 3, {3, 4})


def test_rows_and_cells_without_a_place_are_counted_across_blocks() -> None:
    sheet = SheetXml(b"", ["A", "B"], ["0", "00"])
    sheet.look(b'<row r="4"><c r="A4"><v>7</v></c></row>')
    sheet.look(b"<row hidden='1'><c t='str'><f>A1</f></c><c s='1'><v>7</v></c></row>")
    assert (sheet.hidden, sheet.formulas, sheet.unsaved) == ([5], 1, {5})
    assert sheet.numbers == {"A": {4: ("7", "")}, "B": {5: ("07", "")}}


def test_a_cell_that_has_nothing_but_its_value_is_counted_too() -> None:
    sheet = SheetXml(b"", ["A"], ["00"])
    sheet.look(b"<row><c><v>7</v></c></row>")
    assert sheet.numbers == {"A": {1: ("07", "")}}


def test_a_sheet_is_looked_at_in_parts_and_no_row_of_it_is_vast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_child, "BLOCK", 8)
    monkeypatch.setattr(workbook_child, "MOST_IN_A_ROW", 64)
    sheet = b"".join(b'<row r="%d" hidden="1"/></row>' % number for number in range(50))
    assert b"".join(_blocks(io.BytesIO(sheet))) == sheet
    with pytest.raises(Refusal, match="has a row of over"):
        list(_blocks(io.BytesIO(b"<row>" + b" " * 100)))


def test_a_row_that_the_reader_of_the_sheet_did_not_see_is_passed_over_by_nothing():
    assert replaced(["a", "b"], {1: "c"}) == ["a", "c"]
    with pytest.raises(IndexError):
        replaced(["a", "b"], {2: "c"})
