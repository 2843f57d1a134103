import codecs

import pytest

from data.faults import Fault
from tests.data.conftest import HEADER, Desk, applications, lines, plan_of

ONE = "A-1,01/02/2020,right to ask,north,disclosure,02/02/2020"
TWO = "A-2,03/02/2020,right to know,south,,"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plain", lines(ONE, TWO).encode()),
        ("UTF-8 with a mark", codecs.BOM_UTF8 + lines(ONE, TWO).encode()),
        ("UTF-16", codecs.BOM_UTF16_LE + lines(ONE, TWO).encode("utf-16-le")),
        ("UTF-16, big end first", codecs.BOM_UTF16_BE + lines(ONE, TWO).encode("utf-16-be")),
        ("UTF-32", codecs.BOM_UTF32_LE + lines(ONE, TWO).encode("utf-32-le")),
        ("semicolons", lines(ONE, TWO).replace(",", ";").encode()),
        ("tabs", lines(ONE, TWO).replace(",", "\t").encode()),
        ("bars", lines(ONE, TWO).replace(",", "|").encode()),
        ("line ends of Windows", lines(ONE, TWO).replace("\n", "\r\n").encode()),
        ("line ends of an old Mac", lines(ONE, TWO).replace("\n", "\r").encode()),
        ("no line end at the end", lines(ONE, TWO).rstrip("\n").encode()),
        ("trailing empty columns", (f"{HEADER},,\n{ONE},,\n{TWO},,\n").encode()),
        ("trailing delimiters below the header only", (f"{HEADER}\n{ONE},,\n{TWO},\n").encode()),
        ("rows of a title above the header", f"Register\n\"by\nthe force\"\n{lines(ONE, TWO)}".encode()),
        ("headings in another case", lines(ONE, TWO).replace(HEADER, HEADER.upper()).encode()),
        ("headings with odd spaces", lines(ONE, TWO).replace("Ref,", "\u200b Ref\u00a0,").encode()),
        ("every cell quoted", "\n".join(
            ",".join(f'"{cell}"' for cell in line.split(",")) for line in lines(ONE, TWO).splitlines()
        ).encode()),
    ],
)  # fmt: skip
def test_the_same_register_comes_out_of_every_way_to_write_it(desk: Desk, name: str, data: bytes) -> None:
    (receipt,) = desk.take(data).receipts
    assert (receipt.accepted, receipt.quarantined) == (2, 0), name
    assert desk.now()["application_ref"].to_list() == ["A-1", "A-2"]
    assert desk.now()["decision"].to_list() == ["disclosure", None]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "applications.csv is empty"),
        (b" \n\n", "applications.csv is empty"),
        (HEADER.encode() + b"\n", "has a header and no rows below it"),
        (HEADER.encode() + b"\n\n\n", "has a header and no rows below it"),
        (b"<!DOCTYPE html><table></table>", "is a web page, not a table"),
        (lines(ONE).replace("Area", "Aera").encode(), "has no column 'Area'"),
        (lines(ONE).replace("Area", "Aera").encode(), "the nearest is 'aera'"),
        (lines(ONE).replace("Area", "Ref").encode(), "has no column 'Area'"),
        (f"{HEADER},Area\n{ONE},south\n".encode(), "has two columns called 'area' in row 1"),
        (b"Fish,Chips\n1,2\n", "has none of the columns of the mapping"),
        ((",".join([HEADER, *map(str, range(20_000))]) + "\n").encode(), "has 20,006 columns"),
        (lines(ONE, 'A-3,"1/2/2020,right to ask,north,,', TWO).encode(), "in line 3 a cell begins"),
        (lines(ONE, 'A-3,1/2/2020,right to ask,north,,"').rstrip().encode(), "in line 3 a cell begins"),
        (lines(ONE, 'A-3,"1/2/2020', *[TWO] * 700_000).encode(), "in line 3 a cell begins"),
        (lines(ONE, 'A-3,"' + "x" * 2_000_000 + '",,,,').encode(), "row 3 has a cell of over 1,048,576"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_a_register_is_refused_in_one_sentence(
    desk: Desk, data: bytes, said: str
) -> None:
    with pytest.raises(Fault) as refused:
        desk.take(data)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert desk.review.ledger.version() == 0


def test_a_register_in_windows_1252_is_taken_with_a_warning(desk: Desk) -> None:
    data = lines(ONE, TWO).replace("Area", "Área").encode("cp1252")
    (receipt,) = desk.take(data, plan=plan_of(applications(area="Área"))).receipts
    assert receipt.accepted == 2
    assert "was read as Windows-1252" in receipt.warnings


def test_the_mapping_may_name_the_encoding(desk: Desk) -> None:
    data = lines(ONE).replace("Area", "Ćilj").encode("cp1250")
    plan = plan_of(applications(area="Ćilj") | {"encoding": "cp1250"})
    (receipt,) = desk.take(data, plan=plan).receipts
    assert (receipt.accepted, receipt.warnings) == (1, "")


def test_bytes_with_no_meaning_are_refused_with_their_line(desk: Desk) -> None:
    data = lines(ONE, TWO).encode() + b"A-3,\x81\x8d,,,,\n"
    with pytest.raises(Fault, match=r"not text in cp1252: line 4 holds bytes with no meaning there"):
        desk.take(data)


def test_short_long_and_nul_rows_go_to_quarantine_and_the_rest_is_loaded(desk: Desk) -> None:
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


def test_row_numbers_are_those_of_a_spreadsheet_whatever_stands_above_the_header(desk: Desk) -> None:
    data = 'Register\n"of\nthe force"\n\n' + lines(ONE, "A-2,TBC,right to ask,north,,")
    desk.take(data)
    assert [row for row, *_ in desk.held()] == [6]


def test_a_cell_may_hold_line_ends(desk: Desk) -> None:
    desk.take(lines('A-1,01/02/2020,"right\nto ask",north,,', "A-2,TBC,right to ask,north,,"))
    assert desk.now()["route"].to_list() == ["right to ask"]
    assert [row for row, *_ in desk.held()] == [3]


def test_columns_that_nobody_asked_for_are_dropped_and_named(desk: Desk) -> None:
    (receipt,) = desk.take(f"Name,{HEADER},Notes\nSomebody,{ONE},private\n").receipts
    assert receipt.dropped == "Name, Notes"
    assert b"Somebody" not in (desk.review.folder / "ledger.sqlite").read_bytes()
    assert b"private" not in (desk.review.folder / "ledger.sqlite").read_bytes()


def test_a_column_called_row_number_is_a_column_like_any_other(desk: Desk) -> None:
    (receipt,) = desk.take(
        lines(ONE).replace("Ref", "row_number"), plan=plan_of(applications(application_ref="row_number"))
    ).receipts
    assert receipt.accepted == 1


@pytest.mark.parametrize("name", ["..%2F..%2Fx.csv", "x\u202egpj.csv", "n" * 240 + ".csv", "[bold]x.csv"])
def test_a_file_of_any_name_is_taken_and_known_by_a_safe_one(desk: Desk, name: str) -> None:
    (receipt,) = desk.load(desk.file(lines(ONE), name)).receipts
    assert receipt.accepted == 1
    assert len(receipt.file) <= 120
    assert receipt.file.isprintable()
    assert "\u202e" not in receipt.file
