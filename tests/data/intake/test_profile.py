"""What the values of a column say, whatever it is called."""

import polars as pl
import pytest

from data.intake.profile import Kind, Part, follows, is_steady, parts_of, profiled, tells_apart
from data.intake.sources import open_file
from tests.data.conftest import Loader

MANY = range(40)


def kind(texts: list[str], name: str = "a") -> Kind:
    return profiled(name, 0, pl.Series(texts)).kind


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([""] * 40, Kind.EMPTY),
        ([f"A-{n:04d}" for n in MANY], Kind.REFERENCE),
        ([f"2020-{n:07d}" for n in MANY], Kind.REFERENCE),
        ([f"{n + 40_213}" for n in MANY], Kind.REFERENCE),
        ([f"A-{n // 2}" for n in MANY], Kind.REFERENCE),
        ([f"2020-02-{n % 28 + 1:02d}" for n in MANY], Kind.DAY),
        ([f"2020-02-{n % 28 + 1:02d} 10:00:00+01" for n in MANY], Kind.DAY),
        ([f"{n + 1}/13/21" for n in range(12)], Kind.DAY),
        ([("", "TBC", "01/02/2020", "13/02/2020", "N/A")[n % 5] for n in MANY], Kind.DAY),
        ([("Y", "N", "")[n % 3] for n in MANY], Kind.FLAG),
        ([f"{n}.5" for n in MANY], Kind.NUMBER),
        ([("North", "South", "35", "UNK")[n % 4] for n in MANY], Kind.CODE),
        ([f"beat {n % 300}" for n in range(1300)], Kind.CODE),
        ([("Jane Smith", "Ali Khan", "SMITH, J")[n % 3] for n in MANY], Kind.PEOPLE),
        ([f"p{n}@example.org" for n in MANY], Kind.PEOPLE),
        ([f"0777 123{n:04d}" for n in MANY], Kind.PEOPLE),
        ([f"Nobody called back about it, {n} times" for n in MANY], Kind.TEXT),
    ],
)
def test_a_column_is_known_by_its_values(texts: list[str], found: Kind) -> None:
    assert kind(texts) == found


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "index"])
def test_numbers_of_rows_are_no_references(name: str) -> None:
    assert kind([str(n) for n in MANY], name) == Kind.INDEX


@pytest.mark.parametrize("name", ["Surname", "Complainant Race", "date_of_birth", "Officer"])
def test_what_a_person_is_called_or_is_stays_out_by_its_name_too(name: str) -> None:
    assert kind([("Smith", "Khan")[n % 2] for n in MANY], name) == Kind.PEOPLE


def test_a_pseudonym_is_a_reference_under_the_name_of_people() -> None:
    assert profiled("Officer", 0, pl.Series([f"OF-{n % 9}" for n in MANY])).pseudonyms
    assert not profiled("Ward", 0, pl.Series([f"W-{n % 9}" for n in MANY])).pseudonyms


@pytest.mark.parametrize(
    ("texts", "form", "doubtful"),
    [
        (["13/02/2020", "01/02/2020"], None, False),
        (["01/02/2020", "03/04/2020"], None, True),
        (["02/13/2020", "01/02/2020"], "%m/%d/%Y", False),
        (["January 5, 2020", "March 7, 2020"], "%B %d, %Y", False),
        (["1/25/2020 11:30:00 PM", "1/26/2020 01:30:00 AM"], "%m/%d/%Y %I:%M:%S %p", False),
        (["20200105", "20200131"], "%Y%m%d", False),
    ],
)
def test_the_format_that_reads_the_days_is_found(texts: list[str], form: str | None, doubtful: bool) -> None:
    column = profiled("Date", 0, pl.Series(texts))
    assert (column.kind, column.form, column.doubtful) == (Kind.DAY, form, doubtful)
    assert column.days.null_count() == 0


def test_numbers_like_those_of_a_spreadsheets_days_are_days_only_where_the_name_says_so() -> None:
    numbers = [str(n + 43_000) for n in MANY]
    assert kind(numbers, "Complaint") == Kind.REFERENCE
    assert kind(numbers, "Date received") == Kind.DAY


def test_a_street_is_a_place_only_in_a_column_of_places() -> None:
    streets = pl.Series([("Brook Lane", "Dene")[n % 2] for n in MANY])
    assert profiled("Estate", 0, streets).codes == ("Brook Lane", "Dene")
    assert profiled("Handled", 0, streets).codes == ("Dene",)


def test_codes_written_like_a_sentence_are_none_of_people_among_codes_that_are_none() -> None:
    texts = ("Severe maladministration", "Reasonable redress", "Damp and mould", "Mediation", "No fault")
    column = profiled("Outcome", 0, pl.Series([texts[n % 5] for n in MANY]))
    assert (column.kind, len(column.codes), column.people) == (Kind.CODE, 5, 0)


@pytest.mark.parametrize(
    "texts", [("Jane smith", "Ali khan"), ("Upheld", "Jane Smith", "Ali Khan"), ("Jane smith", "SMITH, J")]
)
def test_a_name_in_small_letters_is_still_one_in_a_column_of_names(texts: tuple[str, ...]) -> None:
    column = profiled("Outcome", 0, pl.Series([texts[n % len(texts)] for n in MANY]))
    assert column.people >= 2
    assert not [code for code in column.codes if "smith" in code.casefold()]


def part(desk: Loader, text: str) -> Part:
    (only,) = parts_of(open_file(desk.folder / desk.file(text).rpartition("/")[2], []))
    return only


def test_the_header_is_found_under_a_title_and_over_a_row_of_totals(desk: Loader) -> None:
    text = "Register;;\n;;\nRef;Received;Area\nA-1;01/02/2020;north\nA-2;13/02/2020;south\nTotal;2;\n"
    register = part(desk, text)
    assert [column.name for column in register.columns] == ["Ref", "Received", "Area"]
    assert register.height == 2


def test_a_column_without_a_name_keeps_its_rows_whole(desk: Loader) -> None:
    rows = "".join(f"A-{n},{n % 28 + 1:02d}/02/2020,note {n}\n" for n in MANY)
    register = part(desk, f"Ref,Received,\n{rows}")
    assert [(column.name, column.filled) for column in register.columns] == [
        ("Ref", 40),
        ("Received", 40),
        ("", 40),
    ]


def test_rows_of_a_case_are_steady_where_they_say_the_same(desk: Loader) -> None:
    rows = "".join(f"C{n // 2},{n // 2 % 28 + 1:02d}/02/2020,O{n % 2}\n" for n in MANY)
    case, received, officer = part(desk, f"case,received,officer\n{rows}").columns
    assert is_steady(case, received)
    assert not is_steady(case, officer)
    assert tells_apart([case, officer])
    assert not tells_apart([case, received])


def test_what_says_nothing_makes_no_row_of_a_case_differ_from_another(desk: Loader) -> None:
    rows = "".join(f"C{n // 2},{('TBC', '-', '02/02/2020', '2/2/2020')[n % 4]}\n" for n in MANY)
    case, closed = part(desk, f"case,closed\n{rows}").columns
    assert is_steady(case, closed)


def test_days_follow_others_unless_many_do_not(desk: Loader) -> None:
    rows = "".join(f"C{n},{n % 28 + 1:02d}/02/2020,{n % 28 + 1:02d}/03/2020\n" for n in MANY)
    _, earlier, later = part(desk, f"case,one,two\n{rows}").columns
    assert follows(later, earlier)
    assert not follows(earlier, later)
