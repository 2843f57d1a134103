import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from data.faults import Fault
from data.intake.mapping import Plan
from tests.data.conftest import HEADER, Desk, applications, plan_of

Write = Callable[[xlsxwriter.Workbook], None]
ROW = ["A-1", dt.date(2020, 2, 1), "right to ask", "north", "disclosure", dt.date(2020, 2, 2)]


def workbook(desk: Desk, write: Write, **options: Any) -> str:
    path = desk.folder / "register.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy", **options})
    write(book)
    book.close()
    return str(path)


def fill(sheet: Any, *rows: list[Any], top: int = 0, left: int = 0) -> None:
    for number, row in enumerate([HEADER.split(","), *rows], start=top):
        for place, cell in enumerate(row, start=left):
            sheet.write(number, place, cell)


def test_the_sheet_is_chosen_by_its_header_and_dates_come_out_as_days(desk: Desk) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Empty")
        book.add_worksheet("Notes").write(0, 0, "Read me")
        sheet = book.add_worksheet("Data")
        sheet.write(0, 0, "The register")
        fill(sheet, ROW, ["A-2", 43862, "right to ask", "north"], [], ["", "TBC"], ROW, top=2, left=1)

    (receipt,) = desk.load(workbook(desk, write)).receipts
    assert (receipt.read, receipt.accepted, receipt.quarantined, receipt.ignored) == (5, 2, 1, 1)
    assert desk.now()["received_on"].to_list() == [dt.date(2020, 2, 1)] * 2
    assert desk.held() == [(7, "received_on", "A", "is not a date")]


def test_numbers_as_references_are_text_and_long_ones_are_whole(desk: Desk) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        fill(book.add_worksheet(), [123, *ROW[1:]], ["000123", *ROW[1:]], [10_000_000_000, *ROW[1:]])

    desk.load(workbook(desk, write))
    assert desk.now()["application_ref"].to_list() == ["000123", "10000000000", "123"]


def test_a_workbook_that_counts_from_1904_gives_the_same_days(desk: Desk) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        fill(book.add_worksheet(), ROW, ["A-2", 42400, "right to ask", "north"])

    (receipt,) = desk.load(workbook(desk, write, date_1904=True)).receipts
    assert desk.now()["received_on"].to_list() == [dt.date(2020, 2, 1)] * 2
    assert "from 1904 on" in receipt.warnings


def test_formulas_are_read_as_their_results_and_what_has_none_is_held_back(desk: Desk) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Data")
        fill(sheet, ROW, ["A-2", *ROW[1:]], ["A-3", *ROW[1:]], ["A-4", *ROW[1:]])
        sheet.write_formula(1, 3, '="no"&"rth"', None, "north")
        sheet.write_formula(2, 4, "=1/0", None, "#DIV/0!")
        sheet.write_formula(3, 4, "=A1", None, "")

    file = workbook(desk, write)
    _without(file, b"<f>A1</f><v></v>", b"<f>A1</f>")
    (receipt,) = desk.load(file).receipts
    assert "3 formulas in 'Data' were read as the results saved with them." in receipt.warnings
    assert [(row, column, why.split(":")[0]) for row, column, _, why in desk.held()] == [
        (3, "decision", "is not one of the codes of decision"),
        (4, "", "holds a formula without its result"),
    ]


def _without(file: str, was: bytes, now: bytes) -> None:
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(file, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part.replace(was, now))


def test_what_is_hidden_is_told(desk: Desk) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Data")
        fill(sheet, ROW)
        sheet.set_row(1, None, None, {"hidden": True})
        hidden = book.add_worksheet("Old")
        fill(hidden, ROW)
        hidden.hide()

    (receipt,) = desk.load(workbook(desk, write)).receipts
    assert receipt.accepted == 1
    assert "Hidden sheets were not read: Old." in receipt.warnings
    assert "1 hidden rows of 'Data' were read like the others." in receipt.warnings


def test_rows_that_are_only_formatted_are_not_read(desk: Desk) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        fill(sheet, ROW)
        for row in range(2, 3000):
            sheet.write_blank(row, 0, None, book.add_format({"bold": True}) if row == 2 else None)
        sheet.write_blank(5000, 3, None, book.add_format({"bold": True}))

    (receipt,) = desk.load(workbook(desk, write)).receipts
    assert (receipt.read, receipt.accepted, receipt.ignored) == (1, 1, 0)


def two_sheets(book: xlsxwriter.Workbook) -> None:
    fill(book.add_worksheet("January"), ROW)
    fill(book.add_worksheet("February"), ROW)


def test_two_sheets_that_fit_are_refused_until_the_mapping_names_one(desk: Desk) -> None:
    file = workbook(desk, two_sheets)
    with pytest.raises(Fault, match=r"in more than one sheet \(January, February\): name the right one"):
        desk.load(file)
    assert desk.load(file, plan=plan_of(applications() | {"sheet": "February"})).receipts[0].accepted == 1
    with pytest.raises(Fault, match="has no visible sheet 'March'; it has January, February"):
        desk.load(file, plan=plan_of(applications() | {"sheet": "March"}))


def test_one_stray_cell_far_away_costs_a_sentence_and_not_the_process(desk: Desk) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        fill(sheet, ROW)
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(Fault, match="asks for more memory or time than a register does"):
        desk.load(workbook(desk, write))
    assert desk.review.ledger.version() == 0


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04" + b"\0" * 200, "is cut short or damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 200, "has a password: remove the password"),
        (zipped(word__document_xml=b"<x/>"), "is no XLSX workbook"),
        (zipped(xl__workbook_xml=b"<x/>", xl__vbaProject_bin=b"x"), "holds macros: save it as .xlsx"),
        (zipped(xl__workbook_xml=b"<x/>"), "is damaged, or no XLSX workbook"),
        (zipped(xl__workbook_xml=b"<x/>", bomb=b"\0" * (65 << 20)), "unpacks to 65 MB"),
    ],
)  # fmt: skip
def test_a_workbook_that_cannot_be_read_is_refused_in_one_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, data: bytes, said: str
) -> None:
    monkeypatch.setattr("data.intake.workbook.MOST_UNPACKED", 64 << 20)
    with pytest.raises(Fault) as refused:
        desk.load(desk.file(data, "register.xlsx"))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_entities_that_grow_without_end_cost_a_sentence(desk: Desk) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    book = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{levels}]><workbook>&l11;</workbook>'
    with pytest.raises(Fault, match=r"is damaged, or no XLSX|asks for more memory"):
        desk.load(desk.file(zipped(xl__workbook_xml=book.encode()), "register.xlsx"))


def test_a_csv_called_xlsx_is_read_as_what_it_is(desk: Desk) -> None:
    text = f"{HEADER}\nA-1,01/02/2020,right to ask,north,,\n"
    assert (
        desk.load(desk.file(text, "register.xlsx"), plan=Plan.model_validate(desk.plan)).receipts[0].accepted
        == 1
    )


def test_a_column_may_change_its_type_far_down(desk: Desk) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        numbered = [[number, *ROW[1:]] for number in range(1, 1500)]
        fill(book.add_worksheet(), *numbered, ["A-1500", *ROW[1:]])

    (receipt,) = desk.load(workbook(desk, write)).receipts
    assert (receipt.accepted, receipt.quarantined) == (1500, 0)


def test_merged_cells_are_blank_but_the_first_and_go_to_quarantine(desk: Desk) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        fill(sheet, ROW, ["A-2", *ROW[1:3], "", *ROW[4:]])
        sheet.merge_range(1, 3, 2, 3, "north")

    desk.load(workbook(desk, write))
    assert desk.held() == [(3, "area", "(empty)", "is empty, but every row needs one")]


def test_a_merged_header_is_refused_with_advice(desk: Desk) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Ref", "Received", "", *HEADER.split(",")[3:]])
        sheet.merge_range(0, 1, 0, 2, "Received")

    with pytest.raises(Fault, match=r"no column 'Route'.*unmerge the cells of the header row"):
        desk.load(workbook(desk, write))
