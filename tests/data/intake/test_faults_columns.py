"""Bad files 47 to 51 and 62 to 77: columns, and what is dangerous in a file."""

import io

import polars as pl
import pytest

from data.intake import delimited
from data.intake.extract import safe_name
from tests.data.conftest import HEADER, Loader, lines
from tests.data.intake.outcomes import accepted, counts, quarantined, refused

ONE = "A-1,01/02/2020,right to ask,north,disclosure,02/02/2020"
TWO = "A-2,23/02/2020,right to know,south,,"
GOOD = lines(ONE, TWO)


def test_47_a_missing_column_is_refused_with_the_nearest_name(desk: Loader) -> None:
    refused(desk, GOOD.replace("Area", "Aera"), "has no column 'Area'", "the nearest is 'aera'",
            "Row 1 has 5 of the 6 columns that the mapping names, and lacks Area")  # fmt: skip


def test_48_a_column_that_nobody_asked_for_is_dropped_by_name_and_never_stored(desk: Loader) -> None:
    receipt = accepted(desk, f"Colour,{HEADER},Notes\nvermilion,{ONE},puce\n")
    assert receipt.dropped == "Colour, Notes"
    files = [file.read_bytes() for file in desk.review.folder.rglob("*") if file.is_file()]
    assert any(b"A-1" in data for data in files)
    assert not [data for data in files if b"vermilion" in data or b"puce" in data]


def test_49_columns_in_another_order_are_found_by_name(desk: Loader) -> None:
    accepted(desk, "Area,Route,Ref,Decided,Decision,Received\nnorth,right to ask,A-1,,,01/02/2020\n")
    assert desk.now().select("application_ref", "area").rows() == [("A-1", "north")]


def test_49_headings_over_each_others_columns_refuse_the_file_by_its_contents(desk: Loader) -> None:
    said = "not one of its 2 rows fits applications; in row 2, route is not one of the routes"
    refused(desk, GOOD.replace("Route,Area", "Area,Route"), said, "Look at the mapping's columns")


def test_50_two_columns_of_one_name_are_refused(desk: Loader) -> None:
    said = "has two columns called 'area' in row 1: rename or remove one"
    refused(desk, f"{HEADER},\u200bAREA \n{ONE},south\n", said)


def test_51_rows_above_the_header_are_passed_over_if_it_is_among_the_first_twenty(desk: Loader) -> None:
    above = 'Register\n"of\nthe force"\n' + "\n" * 17
    receipt = quarantined(desk, above + lines(ONE, "A-2,TBC,right to ask,north,,"),
                          (22, "received_on", "is not a date"))  # fmt: skip
    assert counts(receipt) == (2, 1, 1, 0, 0)
    refused(desk, "\n" + above + GOOD, "has none of the columns of the mapping", "look at its first rows")


PEOPLE = {
    "names": (["Jane Smith", "O'Neill Ann", "Smith, John"], "names of people"),
    "birth dates": (["01/02/1975", "02/03/1980", "1981-04-05"], "dates"),
    "telephones": (["07700 900123", "01632 960001", "+44 7700 900456"], "telephone numbers"),
    "e-mail": (["jane@example.org", "j.jones@example.org", "x@example.org"], "e-mail addresses"),
    "postcodes": (["SN1 1AA", "BA14 7ZZ", "W1A 1AA"], "postcodes"),
}


@pytest.mark.parametrize(("values", "what"), PEOPLE.values(), ids=PEOPLE)
def test_62_people_in_a_column_that_is_kept_refuse_the_file_without_a_word_of_them(
    desk: Loader, values: list[str], what: str
) -> None:
    text = lines(*(f'"{value}",01/02/2020,right to ask,north,,' for value in values))
    sentence = refused(desk, text, f"'Ref' seems to hold {what}, which Candour never keeps")
    assert not [value for value in values if value in sentence]


def test_62_people_in_a_column_that_is_not_kept_are_dropped_with_it(desk: Loader) -> None:
    rows = f"{HEADER},Name,Born,Telephone,Address\n{ONE},Jane Smith,01/02/1975,07700 900123,SN1 1AA\n"
    assert accepted(desk, rows).dropped == "Name, Born, Telephone, Address"
    assert b"Jane" not in (desk.review.folder / "ledger.sqlite").read_bytes()


def test_63_a_cell_of_ten_megabytes_is_refused_with_its_row(desk: Loader) -> None:
    vast = "x" * (10 << 20)
    said = "row 3 has a cell of over 1,048,576 characters", "leave the cell out"
    refused(desk, lines(ONE, f"A-2,{vast},,,,"), *said)
    refused(desk, f"{HEADER},Notes\n{ONE},\nA-2,{vast}\n", *said)


def test_64_twenty_thousand_columns_are_refused(desk: Loader) -> None:
    wide = ",".join([HEADER, *map(str, range(20_000))])
    refused(desk, f"{wide}\n{ONE}\n", "has 20,006 columns, and the most is 2,000: save only the table")


def test_65_more_rows_than_the_limit_are_refused_and_the_limit_is_a_setting(desk: Loader) -> None:
    two = desk.plan.model_copy(update={"most_rows": 2})
    said = "has 3 rows, and the mapping allows 2: raise most_rows in the mapping if that is right"
    refused(desk, lines(ONE, TWO, TWO), said, plan=two)
    accepted(desk, GOOD, 2, plan=two)


def test_65_far_more_rows_than_the_limit_are_refused_before_they_are_in_memory(
    desk: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited.Delimited, "_split", None)
    two = desk.plan.model_copy(update={"most_rows": 2})
    for end in ("\n", "\r"):
        text = lines(ONE, *[TWO] * 50).replace("\n", end)
        refused(desk, text, "has over 2 rows, and the mapping allows no more: raise most_rows", plan=two)


def test_65_the_lines_within_cells_are_no_rows(desk: Loader) -> None:
    broken = "\n" * 50
    two = desk.plan.model_copy(update={"most_rows": 2})
    accepted(desk, f'{HEADER},Notes\n{ONE},"{broken}"\n{TWO},\n', 2, plan=two)


@pytest.mark.long
def test_65_typed_columns_have_no_limit_of_rows(desk: Loader) -> None:
    out = io.BytesIO()
    pl.read_csv(io.StringIO(GOOD)).write_parquet(out)
    one = desk.plan.model_copy(update={"most_rows": 1})
    accepted(desk, out.getvalue(), 2, name="register.parquet", plan=one)


def test_65_a_file_too_large_to_hold_is_not_read(desk: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MOST_IN_A_FILE", 100)
    refused(desk, GOOD, "and a CSV may have 0: save it as Parquet")


@pytest.mark.parametrize("name", ["register.xlsx", "register.xls", "register", "register.parquet"])
def test_71_a_csv_by_another_name_is_read_as_what_it_is(desk: Loader, name: str) -> None:
    accepted(desk, GOOD, 2, name=name)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("register.csv", b"<!DOCTYPE html><table></table>"),
        ("register.xls", b"\n <HTML><table>"),
        ("register.xlsx", "\ufeff<table>".encode()),
        ("register.xls", "\ufeff<?xml ?>".encode("utf-16-le")),
    ],
)
def test_72_a_web_page_by_another_name_is_refused(desk: Loader, name: str, page: bytes) -> None:
    refused(desk, page, f"{name} is a web page, not a table: export it again as CSV or XLSX", name=name)


@pytest.mark.parametrize("ref", ["=HYPERLINK(1)", "+CMD|' /C CALC'!A0", "-2+3", "@SUM(1)"])
def test_75_a_formula_is_stored_as_the_text_it_is(desk: Loader, ref: str) -> None:
    """That it is escaped when it leaves is tested with the exports."""
    accepted(desk, lines(ONE.replace("A-1", f'"{ref}"')))
    assert desk.now()["application_ref"].to_list() == [ref]


def test_76_a_line_may_end_within_a_cell(desk: Loader) -> None:
    text = lines('A-1,01/02/2020,"right\nto ask",north,,', "A-2,TBC,right to ask,north,,")
    quarantined(desk, text, (3, "received_on", "is not a date"))
    assert desk.now()["route"].to_list() == ["right to ask"]


@pytest.mark.parametrize("name", ["..%2F..%2Fx.csv", "x\u202egpj.csv", "n" * 240 + ".csv", "[bold]x.csv"])
def test_77_a_file_of_any_name_is_known_by_a_safe_one(desk: Loader, name: str) -> None:
    receipt = accepted(desk, GOOD, 2, name=name)
    assert receipt.file == safe_name(name)
    assert receipt.file.isprintable()
    assert "\u202e" not in receipt.file
    assert len(receipt.file) <= 120


def test_77_a_path_in_a_name_leads_nowhere(desk: Loader) -> None:
    outside = desk.folder / "outside"
    outside.mkdir()
    path = outside / ".." / "outside" / "x.csv"
    path.write_text(GOOD)
    assert desk.load(str(path)).receipts[0].file == "x.csv"
    assert safe_name("../../x.csv") == safe_name("..\\..\\x.csv") == "x.csv"
    assert safe_name("n" * 300 + ".csv") == "n" * 116 + ".csv"
