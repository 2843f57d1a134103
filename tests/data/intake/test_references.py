"""References are read as they are written or shown, and rejected where nobody can know what they were."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
import xlsxwriter

from data.errors import UserError
from data.intake.columnar_child import REASONS
from data.intake.workbook_child import SheetXml, displayed
from tests.data.conftest import HEADER, Loader, applications, lines, plan_of
from tests.data.intake.outcomes import quarantined, tallied
from tests.data.intake.workbooks import by_hand, workbook

pytestmark = pytest.mark.usefixtures("forked_child")

REST = ["2020-01-02", "right to ask", "north", "", ""]
NAME = "application_ref"
MIDNIGHT = dt.datetime.combine(dt.date(2016, 3, 16), dt.time())
READ_TABLE = plan_of(applications() | {"source_table": "cases"})


def book(desk: Loader, *given: tuple[Any, str | None], left: int = 0, top: int = 0) -> str:
    """A workbook with one row for each reference, a value with its number format."""

    def write(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet()
        sheet.write_row(top, left, HEADER.split(","))
        for row, (value, form) in enumerate(given, start=top + 1):
            style = made.add_format({"num_format": form}) if form else None
            sheet.write(row, left, value, style)
            sheet.write_row(row, left + 1, REST)

    return workbook(desk, write)


def loaded(desk: Loader, path: str, **settings: Any) -> tuple[list[str], list[tuple[int, str, str]]]:
    """References that are taken, and row, column and reason of those that are not."""
    tallied(desk, desk.load(path, **settings))
    held = [(row, column, reason) for row, column, _, reason in desk.held()]
    return desk.now()[NAME].to_list(), held


def test_numbers_of_a_workbook_are_read_as_shown_and_those_that_lost_digits_are_rejected(
    desk: Loader,
) -> None:
    path = book(
        desk,
        (12345678901234561, None),
        (12345678901234562, None),
        (1000000000000000, "0"),
        (999999999999999, None),
        (7, "000000"),
        (MIDNIGHT, "d-mmm"),
        (True, None),
        ("0007", None),
        ("12345678901234567890", None),
        ("2016-03-16 00:00:00", None),
        (dt.time(9, 30), "hh:mm"),
    )
    refs, held = loaded(desk, path)
    assert sorted(refs) == [
        "000007", "0007", "12345678901234567890", "2016-03-16 00:00:00", "999999999999999",
    ]  # fmt: skip
    assert held == [
        *((row, NAME, REASONS["digits"]) for row in (2, 3, 4)),
        (7, NAME, REASONS["date"]),
        (8, NAME, REASONS["flag"]),
        (12, NAME, REASONS["date"]),
    ]


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        ("7", "000000", "000007"),
        ("1234567", "000000", "1234567"),
        ("0", "0000", "0000"),
        ("7", '"A"000000', "A000007"),
        ("7", "\\A\\-000", "A-007"),
        ("202000017", '0000"/"00000', "2020/00017"),
        ("12345", "0000-00", "0123-45"),
        ("1234567", "0000-00", "12345-67"),
        ("123456", "00 00 00", "12 34 56"),
        ("7", "000000;-000000;0", "000007"),
        ("7", "000000;;;@", "000007"),
        ("7", "[Red]0000", "0007"),
        ("7", "[$-809]0000", "0007"),
        ("7", "0000_)", "0007"),
        ("7", "####00", "07"),
        ("7E0", "000", "007"),
        ("7.0", "000", "007"),
        ("7", "General", "7"),
        ("7.5", "General", "7.5"),
        ("123456789012", "General", "123456789012"),
        ("7", "0", "7"),
        ("7", "@", "7"),
        ("1234", "#,##0", "1234"),
        ("1234", "0.00", "1234"),
    ],
)
def test_a_number_is_the_reference_that_its_cell_shows(number: str, form: str, text: str) -> None:
    assert displayed(number, form) == (text, "")


@pytest.mark.parametrize(
    ("number", "form", "kind"),
    [
        ("7", "yyyy-mm-dd", "date"),
        ("7", "[h]:mm", "date"),
        ("7", "0%", "shown"),
        ("7", "0.00E+00", "shown"),
        ("7", "# ?/?", "shown"),
        ("7", "00/00", "shown"),
        ("7", '"closed"', "shown"),
        ("7", "[>5]000;0", "shown"),
        ("7", "[$£-809]000", "shown"),
        ("7", "A000", "shown"),
        ("7.4", "000000", "shown"),
        ("7.4", "0", "shown"),
        ("7000", "000,", "shown"),
        ("7", "000.", "shown"),
        ("7", "000,000", "shown"),
        ("7", "000.00", "shown"),
        ("-7", "000;(000)", "shown"),
        ("7", '"A-"@', "shown"),
        ("1e15", "0", "digits"),
        ("1234567890123456", "0000000000000000", "digits"),
        ("0.30000000000000004", "General", "digits"),
        ("NaN", "General", "nan"),
        ("x", "General", "nan"),
    ],
)
def test_a_number_whose_reference_nobody_can_know_is_none(number: str, form: str, kind: str) -> None:
    assert displayed(number, form) == ("", kind)


def test_a_table_may_stand_anywhere_in_a_sheet(desk: Loader) -> None:
    assert loaded(desk, book(desk, (7, "000"), (8, None), left=27, top=3))[0] == ["007", "8"]


def test_every_column_of_references_is_read_so_and_no_other(desk: Loader) -> None:
    def write(made: xlsxwriter.Workbook) -> None:
        sheet, padded = made.add_worksheet(), made.add_format({"num_format": "0000"})
        sheet.write_row(0, 0, ["Failure", "Ref", "Found", "Why", "Harm", "Review"])
        for row, ref in enumerate((1, 2, 12345678901234567), start=1):
            sheet.write_row(row, 0, [f"F-{row}", None, "2020-02-01", "disclosed late"])
            sheet.write_number(row, 1, ref, padded)
            sheet.write_number(row, 4, 0, padded)

    desk.take(lines("0001,01/01/2020,right to ask,north,,", "0002,01/01/2020,right to ask,north,,"))
    columns = {"failure_ref": "Failure", NAME: "Ref", "found_on": "Found", "reason": "Why", "harm": "Harm"}
    columns |= {"type": {"value": "service"}, "review_ref": "Review"}
    desk.load(workbook(desk, write), plan=plan_of({"table": "failures", "columns": columns}))
    assert desk.now("failures").select(NAME, "harm").rows() == [("0001", False), ("0002", False)]
    assert [(row, reason) for row, _, _, reason in desk.held()] == [(4, REASONS["digits"])]


def test_the_result_of_a_formula_is_read_as_shown(desk: Loader) -> None:
    def write(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 1, REST)
        sheet.write_formula(1, 0, "=3+4", made.add_format({"num_format": "0000"}), 7)

    assert loaded(desk, workbook(desk, write)) == (["0007"], [])


def test_cells_of_other_programs_are_read_alike(desk: Loader) -> None:
    """Some leave out where a cell stands, some say it after its style."""

    def texts(*values: str) -> str:
        return "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)

    rows = (
        f"<row>{texts(*HEADER.split(','))}</row>",
        f"<row><c><v>1234567890123456</v></c>{texts(*REST)}</row>",
        f'<row r="3"><c s="0" r="A3" t="n"><v>1E15</v></c>{texts(*REST)}</row>',
        f"<row ht='20'><c t=\"b\"><v>1</v></c>{texts(*REST)}</row>",
        f"<row><c><v> 7 </v></c>{texts(*REST)}</row>",
        f"<row><c s='9'><f>3+5</f><v>8</v></c>{texts(*REST)}</row>",
    )
    refs, held = loaded(desk, desk.file(by_hand("".join(rows)), "register.xlsx"))
    assert refs == ["7", "8"]
    assert held == [(row, NAME, REASONS[kind]) for row, kind in ((2, "digits"), (3, "digits"), (4, "flag"))]


def test_a_sheet_whose_names_have_a_prefix_is_read_alike() -> None:
    sheet = SheetXml(b"x:", ["A"], ["General", "000"])
    sheet.look(
        b'<x:row r="2"><x:c r="A2" s="1"><x:v>7</x:v></x:c><x:c r="AA2" s="1"><x:v>7</x:v></x:c></x:row>'
    )
    sheet.look(b"<x:row><x:c s='1'><x:f>1</x:f><x:v>8</x:v></x:c><x:c s='1'><x:v>9</x:v></x:c></x:row>")
    assert sheet.numbers == {"A": {2: ("007", ""), 3: ("008", "")}}


def frame(refs: pl.Series) -> pl.DataFrame:
    rest = {name: [text] * refs.len() for name, text in zip(HEADER.split(",")[1:], REST, strict=True)}
    return pl.DataFrame({"Ref": refs, **rest})


def parquet(desk: Loader, refs: pl.Series) -> str:
    path = desk.folder / "register.parquet"
    frame(refs).write_parquet(path)
    return str(path)


@pytest.mark.parametrize(
    ("refs", "kind"),
    [
        (pl.Series([1e15, 12345678901234561.0, -1e300]), "digits"),
        (pl.Series([0.1 + 0.2, 1e-7]), "digits"),
        (pl.Series([16777216, 16777217], dtype=pl.Float32), "single"),
        (pl.Series([float("nan"), float("inf"), float("-inf")]), "nan"),
        (pl.Series([b"\xff\xfe", b"A-1"]), "bytes"),
        (pl.Series([dt.date(2016, 3, 16), dt.date(2016, 3, 17)]), "date"),
        (pl.Series([MIDNIGHT, MIDNIGHT]), "date"),
        (pl.Series([MIDNIGHT, MIDNIGHT]).dt.replace_time_zone("UTC"), "date"),
        (pl.Series([dt.time(9, 30), dt.time()]), "date"),
        (pl.Series([dt.timedelta(hours=1), dt.timedelta()]), "date"),
        (pl.Series([True, False]), "flag"),
    ],
)
def test_a_parquet_column_that_holds_no_references_says_why(desk: Loader, refs: pl.Series, kind: str) -> None:
    said = f"not one of its {refs.len()} rows fits applications; in row 2, {NAME} {REASONS[kind]}"
    with pytest.raises(UserError, match=re.escape(said)):
        desk.load(parquet(desk, refs))


def test_numbers_of_a_parquet_file_are_exact_or_rejected(desk: Loader) -> None:
    floats = pl.Series([101.0, 102.5, 999999999999999.0, 1e15, float("nan")])
    assert loaded(desk, parquet(desk, floats)) == (
        ["101", "102.5", "999999999999999"],
        [(5, NAME, REASONS["digits"]), (6, NAME, REASONS["nan"])],
    )


@pytest.mark.parametrize(
    "refs",
    [
        pl.Series([12345678901234561, 12345678901234562]),
        pl.Series([Decimal("12345678901234561.00"), Decimal("12345678901234562.00")]),
        pl.Series(["12345678901234561", "12345678901234562"], dtype=pl.Categorical),
    ],
)
def test_types_that_keep_every_digit_keep_every_digit(desk: Loader, refs: pl.Series) -> None:
    assert loaded(desk, parquet(desk, refs)) == (["12345678901234561", "12345678901234562"], [])


def test_cells_of_a_database_that_hold_no_reference_are_rejected_with_the_reason(desk: Loader) -> None:
    url = f"sqlite:///{desk.folder / 'register.db'}"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    refs = [7, 8.0, b"\xff\xfe", 12345678901234561.0, 12345678901234561, "007", float("inf"), b"A-9"]
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE cases (Ref, Received, Route, Area, Decision, Decided)")
        for ref in refs:
            connection.exec_driver_sql("INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?)", (ref, *REST))
    taken, held = loaded(desk, url, plan=READ_TABLE)
    assert sorted(taken) == ["007", "12345678901234561", "7", "8"]
    kinds = ((4, "bytes"), (5, "digits"), (8, "nan"), (9, "bytes"))
    assert held == [(row, NAME, REASONS[kind]) for row, kind in kinds]


@pytest.mark.postgres
def test_cells_of_postgresql_that_hold_no_reference_are_rejected_with_the_reason(
    desk: Loader, postgres_url: str
) -> None:
    engine = sa.create_engine(
        postgres_url.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool
    )
    kinds = {"date": "date", "timestamptz": "date", "bytea": "bytes", "boolean": "flag", "float8": "digits",
             "numeric": "nan", "integer[]": "nested", "jsonb": "nested"}  # fmt: skip
    values = ("2016-03-16", "2016-03-16 00:00Z", "\\xff", "true", "1e15", "NaN", "{1,2}", "[1]")
    for (kind, odd), value in zip(kinds.items(), values, strict=True):
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS cases")
            rest = ", ".join(f'"{name}" text' for name in HEADER.split(",")[1:])
            connection.exec_driver_sql(f'CREATE TABLE cases ("Ref" {kind}, {rest})')
            connection.exec_driver_sql(
                f"INSERT INTO cases VALUES (CAST(%s AS {kind}), %s, %s, %s, %s, %s)", (value, *REST)
            )
        with pytest.raises(UserError, match=re.escape(f"{NAME} {REASONS[odd]}")):
            desk.load(postgres_url, plan=READ_TABLE)


def test_bytes_are_no_code_and_no_wording_either(desk: Loader) -> None:
    odd = frame(pl.Series(["A-1", "A-2"])).with_columns(Decision=pl.Series([None, b"disclosure"]))
    path = desk.folder / "odd.parquet"
    odd.write_parquet(path)
    assert loaded(desk, str(path)) == (["A-1"], [(3, "decision", REASONS["bytes"])])


@pytest.mark.parametrize(
    "text",
    ["nan", "NaN", "-nan", "inf", "-Inf", "Infinity", "+infinity", "<NA>", "NaT", "1.#QNAN", "-1.#IND"],
)
def test_the_name_of_no_number_is_no_reference(desk: Loader, text: str) -> None:
    good = lines("A-1,01/02/2020,right to ask,north,,", f"{text},01/02/2020,right to ask,north,,")
    reason = "stands for a number that is none, like NaN: take the reference from the source again"
    quarantined(desk, good, (3, NAME, reason))


def test_text_keeps_its_zeros_and_every_digit(desk: Loader) -> None:
    refs = ["0000000000000000007", "12345678901234567890123", "12345678901234567890124", "1.50", "-7"]
    taken, held = loaded(desk, desk.file(lines(*(f"{ref},01/02/2020,right to ask,north,," for ref in refs))))
    assert (sorted(taken), held) == (sorted(refs), [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A" * 65, "has more than 64 characters, and a reference has at most 64"),
        ("A-\u0410", "is no plain reference: it holds a letter of another alphabet"),
        ('"A\n1"', "is no plain reference: it holds a line break or a tab"),
        ("A\u20132", "is no plain reference: it holds a mark that is on no keyboard, such as a long dash"),
    ],
)
def test_what_is_no_plain_reference_says_why(desk: Loader, text: str, reason: str) -> None:
    good = "A-1,01/02/2020,right to ask,north,,"
    quarantined(desk, lines(good, f"{text},01/02/2020,right to ask,north,,"), (3, NAME, reason))
