"""Bad files 1 to 15: their bytes and their shape."""

import codecs

import pytest

from data.intake import delimited
from tests.data.conftest import HEADER, Loader, applications, lines, plan_of
from tests.data.intake.outcomes import accepted, counts, quarantined, refused, taken

ONE = "A-1,01/02/2020,right to ask,north,disclosure,02/02/2020"
TWO = "A-2,23/02/2020,right to know,south,,"
GOOD = lines(ONE, TWO)


def both_are_there(desk: Loader) -> bool:
    return desk.now().select("application_ref", "decision").rows() == [("A-1", "disclosure"), ("A-2", None)]


def test_01_a_mark_before_utf_8_is_no_part_of_the_first_heading(desk: Loader) -> None:
    assert accepted(desk, codecs.BOM_UTF8 + GOOD.encode(), 2).warnings == ""
    assert both_are_there(desk)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_02_utf_16_with_its_mark_is_read(desk: Loader, encoding: str) -> None:
    mark = codecs.BOM_UTF16_LE if encoding == "utf-16-le" else codecs.BOM_UTF16_BE
    assert accepted(desk, mark + GOOD.encode(encoding), 2).warnings == ""
    assert both_are_there(desk)


def test_03_windows_1252_is_read_with_a_warning(desk: Loader) -> None:
    text = GOOD.replace("Area", "\u00c1rea")
    receipt = accepted(desk, text.encode("cp1252"), 2, plan=plan_of(applications(area="\u00c1rea")))
    assert "is not UTF-8 and was read as Windows-1252" in receipt.warnings


def test_04_bytes_without_a_meaning_refuse_the_file_with_their_line(desk: Loader) -> None:
    refused(
        desk, GOOD.encode() + b"A-3,\x81\x8d,,,,\n", "line 4 holds bytes with no meaning", "Save it as UTF-8"
    )


@pytest.mark.parametrize("mark", [";", "\t"])
def test_05_semicolons_and_tabs_divide_cells_like_commas(desk: Loader, mark: str) -> None:
    accepted(desk, GOOD.replace(",", mark), 2)
    assert both_are_there(desk)


def test_06_the_line_ends_of_an_old_mac_end_lines(desk: Loader) -> None:
    accepted(desk, GOOD.replace("\n", "\r"), 2)
    assert both_are_there(desk)


@pytest.mark.parametrize("data", [b"", b" \r\n\n", codecs.BOM_UTF8])
def test_07_an_empty_file_is_refused(desk: Loader, data: bytes) -> None:
    refused(desk, data, "applications.csv is empty: export it again")


@pytest.mark.parametrize("text", [HEADER, f"{HEADER}\n\n,,,,,\n"])
def test_08_a_header_without_rows_is_refused(desk: Loader, text: str) -> None:
    refused(desk, text, "applications.csv has a header and no rows below it: export it again")


def test_09_a_row_with_a_nul_byte_is_held_back(desk: Loader) -> None:
    text = lines(ONE, "A-2,01/02/2020,right\0 to ask,north,,")
    quarantined(desk, text, (3, "", "holds a NUL byte: the file was damaged on its way"))


def test_10_a_short_row_is_held_back(desk: Loader) -> None:
    quarantined(desk, lines(ONE, "A-2,01/02/2020"), (3, "", "has 2 cells where the header has 6"))


def test_11_a_long_row_is_held_back(desk: Loader) -> None:
    quarantined(desk, lines(ONE, TWO + ",one,too many"), (3, "", "has 8 cells where the header has 6"))


def test_10_and_11_a_file_of_which_nearly_every_row_is_short_or_long_is_refused(
    desk: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "MOST_DAMAGED", 3)
    refused(desk, lines(ONE, *["A-2"] * 4), "over 3 rows have more or fewer cells", "look at its delimiter")


def test_10_a_file_of_which_every_row_is_short_is_refused(desk: Loader) -> None:
    said = "not one of its 2 rows fits applications; in row 2, the row has 2 cells where the header has 6"
    refused(desk, lines("A-1,01/02/2020", "A-2,01/02/2020"), said)


@pytest.mark.parametrize("rest", [",right to ask,north,,", ",right to ask,north,,\n" + TWO, ""])
def test_12_a_quotation_mark_that_never_closes_refuses_the_file_with_its_line(
    desk: Loader, rest: str
) -> None:
    refused(desk, lines(ONE, f'A-3,"1/2/2020{rest}'), "in line 3 a cell begins", "close the quotation mark")


def test_13_empty_columns_at_the_right_are_no_columns(desk: Loader) -> None:
    assert accepted(desk, f"{HEADER},,\n{ONE},,\n{TWO},,\n", 2).dropped == ""
    assert both_are_there(desk)


def test_14_blank_rows_are_counted_and_left_out(desk: Loader) -> None:
    assert counts(taken(desk, lines(ONE, "", " , ,,,,", TWO, "", ""))) == (6, 2, 0, 0, 4)
    assert both_are_there(desk)


@pytest.mark.parametrize("total", ["Total,2,,,,", "Total,2", "Grand total: 2"])
def test_15_totals_that_agree_are_left_out_with_a_warning(desk: Loader, total: str) -> None:
    receipt = taken(desk, lines(ONE, TWO, total))
    assert counts(receipt) == (3, 2, 0, 0, 1)
    assert receipt.warnings == "Row 4 is a row of totals, agrees with the rows above it, and was left out."


@pytest.mark.parametrize("total", ["Total,3,,,,", "Total,3", "Total,,,,,"])
def test_15_totals_that_do_not_agree_refuse_the_file(desk: Loader, total: str) -> None:
    refused(desk, lines(ONE, TWO, total), "a row of totals that does not say 2", "export the file again")
