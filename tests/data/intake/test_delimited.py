"""Ways to write a CSV that are no fault; what becomes of bad ones is in `test_faults_*.py`."""

import codecs
import tracemalloc

import pytest

from data.intake import delimited
from data.intake.delimited import _last_start
from tests.data.conftest import HEADER, Loader, applications, lines, plan_of
from tests.data.intake.outcomes import refused

ONE = "A-1,01/02/2020,right to ask,north,disclosure,02/02/2020"
TWO = "A-2,03/02/2020,right to know,south,,"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plain", lines(ONE, TWO).encode()),
        ("UTF-32", codecs.BOM_UTF32_LE + lines(ONE, TWO).encode("utf-32-le")),
        ("bars", lines(ONE, TWO).replace(",", "|").encode()),
        ("line ends of Windows", lines(ONE, TWO).replace("\n", "\r\n").encode()),
        ("no line end at the end", lines(ONE, TWO).rstrip("\n").encode()),
        ("trailing delimiters below the header only", (f"{HEADER}\n{ONE},,\n{TWO},\n").encode()),
        ("rows of a title above the header", f"Register\n\"by\nthe force\"\n{lines(ONE, TWO)}".encode()),
        ("headings in another case", lines(ONE, TWO).replace(HEADER, HEADER.upper()).encode()),
        ("headings with odd spaces", lines(ONE, TWO).replace("Ref,", "\u200b Ref\u00a0,").encode()),
        ("every cell quoted", "\n".join(
            ",".join(f'"{cell}"' for cell in line.split(",")) for line in lines(ONE, TWO).splitlines()
        ).encode()),
    ],
)  # fmt: skip
def test_the_same_register_comes_out_of_every_way_to_write_it(desk: Loader, name: str, data: bytes) -> None:
    (receipt,) = desk.take(data).receipts
    assert (receipt.accepted, receipt.quarantined) == (2, 0), name
    assert desk.now()["application_ref"].to_list() == ["A-1", "A-2"]
    assert desk.now()["decision"].to_list() == ["disclosure", None]


def test_a_heading_in_the_place_of_another_is_no_second_one(desk: Loader) -> None:
    refused(desk, lines(ONE).replace("Area", "Ref"), "has no column 'Area'")


def test_a_record_larger_than_is_read_at_once_is_refused_with_its_line(desk: Loader) -> None:
    refused(desk, lines(ONE, 'A-3,"1/2/2020', *[TWO] * 700_000), "in line 3 a cell begins")


def test_the_search_for_an_unclosed_cell_holds_no_copy_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MOST_IN_A_RECORD", 1 << 16)
    data = b'a,b\n"' + b"x" * (8 << 20)
    tracemalloc.start()
    try:
        assert _last_start(data, ",") == 2
        assert tracemalloc.get_traced_memory()[1] < len(data) / 4
    finally:
        tracemalloc.stop()


def test_the_mapping_may_name_the_encoding(desk: Loader) -> None:
    data = lines(ONE).replace("Area", "Ćilj").encode("cp1250")
    plan = plan_of(applications(area="Ćilj") | {"encoding": "cp1250"})
    (receipt,) = desk.take(data, plan=plan).receipts
    assert (receipt.accepted, receipt.warnings) == (1, "")


def test_short_long_and_nul_rows_go_to_quarantine_and_the_rest_is_loaded(desk: Loader) -> None:
    data = lines(
        ONE, "A-3,01/02/2020", TWO + ",one,too many", "A-4,01/02/2020,right\0 to ask,north,,", "", " , ,,,,"
    )
    (receipt,) = desk.take(data).receipts
    assert (receipt.read, receipt.accepted, receipt.quarantined, receipt.ignored) == (6, 1, 3, 2)
    assert desk.held() == [
        (3, "", "A-9,99/99/9999", "has 2 cells where the header has 6"),
        (4, "", "A-9,99/99/9999,a a a,a,,,a,a a", "has 8 cells where the header has 6"),
        (5, "", "?", "holds a NUL byte: the file was damaged on its way"),
    ]


def test_row_numbers_are_those_of_a_spreadsheet_whatever_stands_above_the_header(desk: Loader) -> None:
    data = 'Register\n"of\nthe force"\n\n' + lines(ONE, "A-2,TBC,right to ask,north,,")
    desk.take(data)
    assert [row for row, *_ in desk.held()] == [6]


def test_a_column_called_row_number_is_a_column_like_any_other(desk: Loader) -> None:
    (receipt,) = desk.take(
        lines(ONE).replace("Ref", "row_number"), plan=plan_of(applications(application_ref="row_number"))
    ).receipts
    assert receipt.accepted == 1
