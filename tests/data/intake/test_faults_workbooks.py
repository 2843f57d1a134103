"""Bad files 21, 31, 52 to 61, 66 to 70, 73 and 74: workbooks."""

import datetime as dt
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from data.intake import workbook_child
from tests.data.conftest import HEADER, Loader, applications, plan_of
from tests.data.intake.outcomes import accepted, counts, quarantined, refused, taken
from tests.data.intake.workbooks import (
    GOOD_ROWS,
    MAIN,
    ROW,
    SHEET,
    by_hand,
    cells,
    fill,
    marked,
    rewritten,
    workbook,
    zipped,
)

pytestmark = pytest.mark.usefixtures("forked_child")

NAME = "register.xlsx"


def made(desk: Loader, write, **options) -> bytes:
    return Path(workbook(desk, write, **options)).read_bytes()


def rows(*each, **where):
    """What writes a workbook of one sheet with the header and these rows."""
    return lambda book: fill(book.add_worksheet("Data"), *each, **where)


def test_21_numbers_as_references_are_text_and_long_ones_are_whole(desk: Loader) -> None:
    data = made(desk, rows([123, *ROW[1:]], ["000123", *ROW[1:]], [10_000_000_000, *ROW[1:]]))
    accepted(desk, data, 3, name=NAME)
    assert desk.now()["application_ref"].to_list() == ["000123", "10000000000", "123"]


def test_31_a_workbook_that_counts_from_1904_gives_the_same_days(desk: Loader) -> None:
    data = made(desk, rows(ROW, ["A-2", 42400, "right to ask", "north"]), date_1904=True)
    receipt = accepted(desk, data, 2, name=NAME)
    assert desk.now()["received_on"].to_list() == [dt.date(2020, 2, 1)] * 2
    assert receipt.warnings == "Numbers in 'Received' were read as a spreadsheet's days from 1904 on."


def test_32_a_date_that_a_spreadsheet_made_of_0_or_60_is_no_day(desk: Loader) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        fill(sheet, ROW, ["A-2", "", *ROW[2:]], ["A-3", "", *ROW[2:]])
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_number(2, 1, 0, dated)
        sheet.write_number(3, 1, 60, dated)

    held = ((row, "received_on", "is ") for row in (3, 4))
    quarantined(desk, made(desk, write), *held, name=NAME)


def test_52_a_merged_header_is_refused_with_advice(desk: Loader) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Ref", "Received", "", *HEADER.split(",")[3:]])
        sheet.write_row(1, 0, ["A-1"])
        sheet.merge_range(0, 1, 0, 2, "Received")

    refused(desk, made(desk, write), "no column 'Route'", "unmerge the cells of the header row", name=NAME)


def test_53_a_row_in_a_merged_cell_but_its_first_is_held_back(desk: Loader) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        fill(sheet, ROW, ["A-2", *ROW[1:3], "", *ROW[4:]])
        sheet.merge_range(1, 3, 2, 3, "north")

    quarantined(desk, made(desk, write), (3, "area", "is empty, but every row needs one"), name=NAME)


def test_54_a_formula_is_its_saved_result_and_without_one_is_held_back(desk: Loader) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Data")
        fill(sheet, ROW, ["A-2", *ROW[1:]], ["", *[""] * 5])
        sheet.write_formula(1, 3, '="no"&"rth"', None, "north")
        sheet.write_formula(2, 4, "=A1", None, "")
        sheet.write_formula(3, 0, "=A1", None, "")

    data = rewritten(made(desk, write), SHEET, b"<f>A1</f><v></v>", b"<f>A1</f>")
    reason = "holds a formula without its result: open the workbook in a spreadsheet and save it"
    receipt = quarantined(desk, data, (3, "", reason), (4, "", reason), name=NAME)
    assert receipt.warnings.startswith("3 formulas in 'Data' were read as the results saved with them.")
    assert desk.now()["area"].to_list() == ["north"]


def test_55_a_row_with_the_error_of_a_formula_is_held_back(desk: Loader) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Data")
        fill(sheet, ROW, *([f"A-{n}", *ROW[1:]] for n in (2, 3, 4)))
        for row, column in ((2, 4), (3, 1), (4, 0)):
            sheet.write_formula(row, column, "=1/0", None, "#DIV/0!")

    held = [
        (3, "decision", "is not one of the codes of decision"),
        (4, "received_on", "is not a date"),
        (5, "application_ref", "stands for a reference that is not there"),
    ]
    quarantined(desk, made(desk, write), *held, name=NAME)


def test_55_the_error_of_a_formula_is_no_wording_to_keep(desk: Loader) -> None:
    columns = {"commitment_ref": "Ref", "made_on": "Made", "kind": {"value": "other"}, "words": "Words"}
    text = "Ref,Made,Words\nC-1,2024-01-04,We will answer\nC-2,2024-01-04,#REF!\n"
    plan = plan_of({"table": "commitments", "columns": columns})
    quarantined(desk, text, (3, "words", "is the error of a formula: mend the formula"), plan=plan)


def test_56_what_is_hidden_is_listed_and_hidden_sheets_are_not_read(desk: Loader) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Data")
        fill(sheet, ROW, ["A-2", *ROW[1:]])
        sheet.set_row(2, None, None, {"hidden": True})
        for name in ("Old", "Older"):
            hidden = book.add_worksheet(name)
            fill(hidden, ["A-9", *ROW[1:]])
            hidden.hide() if name == "Old" else hidden.very_hidden()

    receipt = accepted(desk, made(desk, write), 2, name=NAME)
    assert receipt.warnings == (
        "Hidden sheets were not read: Old, Older. Hidden in 'Data' and read like the others: row 3."
    )
    assert desk.now()["application_ref"].to_list() == ["A-1", "A-2"]


def test_57_and_59_the_sheet_is_chosen_by_its_header_wherever_it_stands(desk: Loader) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Empty")
        book.add_worksheet("Notes").write(0, 0, "Read me")
        sheet = book.add_worksheet("Data")
        sheet.write(0, 0, "The register")
        fill(sheet, ROW, ["A-2", 43862, "right to ask", "north"], [], ["", "TBC"], ROW, top=2, left=1)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Data!$A$1"})
        book.add_chartsheet("Chart").set_chart(chart)

    receipt = quarantined(desk, made(desk, write), (7, "received_on", "is not a date"), name=NAME)
    assert counts(receipt) == (5, 2, 1, 1, 1)
    assert desk.now()["received_on"].to_list() == [dt.date(2020, 2, 1)] * 2


def test_58_two_sheets_that_fit_are_refused_until_the_mapping_names_one(desk: Loader) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        fill(book.add_worksheet("January"), ROW)
        fill(book.add_worksheet("February"), ["A-2", *ROW[1:]])

    data = made(desk, write)
    refused(
        desk, data, "in more than one sheet (January, February)", "name the right one as sheet", name=NAME
    )
    accepted(desk, data, name=NAME, plan=plan_of(applications() | {"sheet": "February"}))
    assert desk.now()["application_ref"].to_list() == ["A-2"]
    march = plan_of(applications() | {"sheet": "March"})
    refused(desk, data, "has no visible sheet 'March'; it has January, February", name=NAME, plan=march)


def test_59_rows_that_are_only_formatted_are_not_read(desk: Loader) -> None:
    formatted = "".join(f'<row r="{row}" s="1"><c r="A{row}" s="1"/></row>' for row in range(3, 20_000))
    assert counts(taken(desk, by_hand(GOOD_ROWS + formatted), name=NAME)) == (1, 1, 0, 0, 0)


def test_60_one_stray_cell_far_away_costs_a_sentence_and_never_the_process(desk: Loader) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        fill(sheet, ROW)
        sheet.write(1_048_575, 16_383, "x")

    data = made(desk, write)
    assert len(data) < 6_000
    said = "often one stray cell far away from the table): copy the table to a new workbook"
    refused(desk, data, said, name=NAME)


def test_61_a_column_may_change_its_type_far_down(desk: Loader) -> None:
    numbered = [[number, *ROW[1:]] for number in range(1, 1500)]
    accepted(desk, made(desk, rows(*numbered, ["A-1500", *ROW[1:]])), 1500, name=NAME)


def test_66_a_zip_bomb_is_refused_before_it_is_unpacked(
    desk: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_child, "MOST_UNPACKED", 4 << 20)
    data = zipped({"xl/workbook.xml": b"<x/>", "bomb": b"\0" * (5 << 20)})
    assert len(data) < 10_000
    refused(desk, data, "unpacks to 5 MB, which no register does: save the table as CSV", name=NAME)


def test_66_a_part_that_stands_twice_is_refused(desk: Loader) -> None:
    path = desk.folder / NAME
    path.write_bytes(by_hand(GOOD_ROWS))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    refused(desk, str(path), "is damaged, or no XLSX workbook: export it again", name=NAME)


def test_67_more_rows_than_the_limit_are_refused_however_small_they_are_packed(desk: Loader) -> None:
    few = plan_of(applications()).model_copy(update={"most_rows": 50})
    many = "".join(cells(row, "A-1", "2020-02-01", "right to ask", "north") for row in range(3, 1_000))
    said = "has 998 rows, and the mapping allows 50: raise most_rows in the mapping"
    refused(desk, by_hand(GOOD_ROWS + many), said, name=NAME, plan=few)


@pytest.mark.soak
def test_67_a_long_text_that_a_small_workbook_has_in_every_row_costs_a_sentence(desk: Loader) -> None:
    text = f'<sst xmlns="{MAIN}"><si><t>{"x" * 32_000}</t></si></sst>'
    many = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 300_001))
    data = by_hand(many, strings=text)
    assert len(data) < 2 << 20
    refused(desk, data, "asks for more memory or time than a register does", name=NAME)


ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<!DOCTYPE x [<!ENTITY l0 "lol">{ENTITIES}]>'


@pytest.mark.parametrize(
    "data",
    [
        by_hand(GOOD_ROWS + cells(3, "&l11;"), before=BOMB),
        by_hand(GOOD_ROWS, strings=f"{BOMB}<sst><si><t>&l11;</t></si></sst>"),
    ],
    ids=["sheet", "strings"],
)
def test_68_entities_that_grow_without_end_are_refused_unread(desk: Loader, data: bytes) -> None:
    refused(desk, data, "defines words of its own (entities)", "save it as CSV", name=NAME)


def test_69_a_part_that_lies_about_its_size_is_refused(desk: Loader) -> None:
    rows = GOOD_ROWS + cells(3, "A-2", "2020-02-01", "right to ask", "north")
    less, more = (struct.pack("<I", size) for size in (200, 2 << 30))
    size = 16
    refused(desk, marked(by_hand(rows), SHEET, size, less), "is damaged, or no XLSX workbook", name=NAME)
    refused(desk, marked(by_hand(rows), SHEET, size, more), "unpacks to 2,048 MB", name=NAME)


def test_70_a_workbook_cut_short_anywhere_is_refused(desk: Loader) -> None:
    data = by_hand(GOOD_ROWS)
    for end in (8, len(data) // 2, len(data) - 30):
        refused(desk, data[:end], "register.xlsx is cut short or damaged: export it again", name=NAME)


def test_73_a_password_is_to_be_removed(desk: Loader) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 200
    refused(desk, ole, "has a password: remove the password, and save it as .xlsx", name=NAME)
    locked = marked(by_hand(GOOD_ROWS), SHEET, 0, b"\x01")
    refused(desk, locked, "has a password: remove the password, and save it again", name=NAME)


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_74_a_workbook_with_macros_is_refused(desk: Loader, part: str) -> None:
    data = zipped({"xl/workbook.xml": "<x/>", part: "x"})
    refused(desk, data, "register.xlsm holds macros: save it as .xlsx, without them", name="register.xlsm")
