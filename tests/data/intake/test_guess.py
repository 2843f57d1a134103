"""How many columns of a register are guessed as a person would, and what its rows are said to be."""

import random
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
import xlsxwriter

from data.demo import DEMONSTRATIONS, EXAMPLES, Register, _states, loads_of
from data.errors import UserError
from data.intake.guess import Guess, guess_of, guesses_of
from data.intake.mapping import Plan, TablePlan, read_mapping
from data.intake.suggest import mapping_of
from tests.data.conftest import Loader
from tests.data.intake import registers
from tests.data.intake.test_philadelphia import EXAMPLE, register

RIGHT = 0.9


def fed(guess: Guess) -> dict[str, set[str]]:
    """Return what each column of a file feeds."""
    feeds: dict[str, set[str]] = {column.name: set() for column in guess.part.columns}
    for line in guess.lines:
        feeds[line.column.name].add(f"{line.table}.{line.name}")
    return feeds


def share_right(guess: Guess, right: Mapping[str, set[str]]) -> float:
    feeds = fed(guess)
    return sum(feeds[name] == right[name] for name in right) / len(right)


def read_plan(mapping: str) -> Plan:
    return Plan.model_validate(tomllib.loads(mapping))


def mapped(plan: TablePlan, guess: Guess) -> dict[str, set[str]]:
    """Return what each column of a file feeds by a mapping that a person wrote."""
    right: dict[str, set[str]] = {column.name: set() for column in guess.part.columns}
    for name, given in plan.columns.items():
        right[given.column or ""].add(f"{plan.table}.{name}")
    return right


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("make", registers.MAKERS, ids=lambda make: make.__name__)
def test_nine_columns_of_ten_are_right_whatever_a_row_is(
    tmp_path: Path, make: registers.Maker, seed: int
) -> None:
    made = make(random.Random(seed))
    (tmp_path / made.name).write_text(made.text)
    guess = guess_of(str(tmp_path / made.name))
    assert share_right(guess, made.right) >= RIGHT
    assert guess.grain == made.grain


@pytest.mark.long
@pytest.mark.parametrize("example", DEMONSTRATIONS)
def test_nine_columns_of_ten_of_an_example_are_right(tmp_path: Path, example: str) -> None:
    plan, loads = read_mapping(EXAMPLES / example / "mapping.toml"), loads_of(EXAMPLES / example)
    states = {table.table: _states(EXAMPLES / example, table.table) for table in plan.tables}
    extracts = Register(states, loads).extracts(plan, tmp_path, loads["extracts"][-1], set(states))
    shares = []
    for file, table in zip(extracts, plan.tables, strict=True):
        guess = guess_of(str(file))
        shares += [share_right(guess, mapped(table, guess))] * len(guess.part.columns)
    assert sum(shares) / len(shares) >= RIGHT


@pytest.mark.long
@pytest.mark.real
@pytest.mark.parametrize(
    ("mapping", "files"), [("extract-2018-07.toml", "2018-07"), ("extract-2020.toml", "2020")]
)
def test_nine_columns_of_ten_of_the_real_register_are_right(mapping: str, files: str) -> None:
    for table in read_mapping(EXAMPLE / mapping).tables:
        name = (table.file or "").replace("*", f"_extract_{files}")
        guess = guess_of(str(register() / name))
        assert share_right(guess, mapped(table, guess)) >= RIGHT


@pytest.mark.real
def test_the_real_register_has_a_row_for_each_complaint_and_several_findings_to_one() -> None:
    cases, findings = (
        guess_of(str(register() / f"{kind}_extract_2020.csv")) for kind in ("complaints", "findings")
    )
    assert cases.grain == "One row for each complaint: 5,296 rows."
    assert findings.grain == (
        "Several rows for each complaint, which no other column tells apart: "
        "13,332 rows for 5,269 complaints."
    )


def test_a_scratch_sheet_is_passed_over_however_its_columns_are_called(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "register.xlsx")
    scratch, cases = book.add_worksheet("Scratch"), book.add_worksheet("Sheet 7")
    for number, row in enumerate(
        [("Application No", "Date Received", "Area")] + [("A-1", "2020-01-01", "x")] * 4
    ):
        scratch.write_row(number, 0, row)
    for number in range(200):
        cases.write_row(number + 1, 0, (f"Z{number}", f"2020-02-{number % 28 + 1:02d}", "Open"))
    cases.write_row(0, 0, ("Key", "Logged", "Stage"))
    book.close()
    guess = guess_of(str(tmp_path / "register.xlsx"))
    assert (guess.part.name, guess.part.height) == ("Sheet 7", 200)
    assert fed(guess)["Key"] == {"applications.application_ref"}


def sheets(path: Path, **rows: list[tuple[object, ...]]) -> str:
    book = xlsxwriter.Workbook(path)
    for name, lines in rows.items():
        sheet = book.add_worksheet(name)
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    book.close()
    return str(path)


@pytest.mark.long
def test_each_sheet_with_a_table_of_its_own_on_the_same_cases_is_guessed(tmp_path: Path) -> None:
    cases = [(f"C{n}", f"2020-02-{n % 28 + 1:02d}") for n in range(40)]
    outcomes = [(f"O{n}", f"C{n % 40}", ("Upheld", "Not upheld")[n % 2]) for n in range(90)]
    others = [(f"Z{n}", f"2020-02-{n % 28 + 1:02d}", "Damp") for n in range(40)]
    file = sheets(
        tmp_path / "register.xlsx",
        Codes=[("Code", "Meaning"), ("U1", "Upheld"), ("N1", "Not upheld")],
        Others=[("Case", "Received", "Subject"), *others],
        Cases=[("Case", "Received"), *cases],
        Outcomes=[("Outcome ref", "Case", "Outcome"), *outcomes],
    )
    guesses = guesses_of(file)
    tables = {guess.part.name: [draft.table for draft in guess.drafts] for guess in guesses}
    assert tables == {"Outcomes": ["findings"], "Cases": ["applications"]}
    assert [table.sheet for table in read_plan(mapping_of(guesses)).tables] == ["Outcomes", "Cases"]


def test_pseudonyms_of_people_are_the_cases_only_where_nothing_else_can_be(desk: Loader) -> None:
    rows = "".join(f"P{n},2020-02-{n % 28 + 1:02d},R{n}\n" for n in range(40))
    (cases,) = guess_of(desk.file("patient_key,received,\n" + rows)).drafts
    assert cases.lines["application_ref"].column.name == "patient_key"
    (cases,) = guess_of(desk.file("patient_key,received,ref\n" + rows)).drafts
    assert cases.lines["application_ref"].column.name == "ref"


def test_the_cases_of_a_small_register_with_many_rows_to_each_are_no_codes(desk: Loader) -> None:
    rows = "".join(f"C{n // 6},R{n},2020-02-{n // 6 % 28 + 1:02d},{'AB'[n % 2]}\n" for n in range(120))
    guess = guess_of(desk.file("File ref,Entry no,Received,Team\n" + rows))
    assert fed(guess)["File ref"] == {"applications.application_ref"}
    assert guess.grain == "One row for each file and entry: 120 rows for 20 files."


STEPS = "Contact no,Step,Step date\n"


def steps(days: tuple[str, ...]) -> str:
    names = ("Logged", "Site visit", "Closed")
    return "".join(
        f"C{n},{step},2020-02-{day}\n"
        for n in range(40)
        for step, day in list(zip(names, days, strict=True))[: 2 + n % 2]
    )


@pytest.mark.parametrize(
    ("days", "last"),
    [(("01", "02", "03"), "last"), (("03", "02", "01"), "first"), (("02", "03", "01"), None)],
)
def test_the_last_step_of_a_case_is_how_it_stands_where_its_rows_are_in_order(
    desk: Loader, days: tuple[str, ...], last: str | None
) -> None:
    (cases,) = guess_of(desk.file(STEPS + steps(days))).drafts
    assert (cases.lines["status"].take if "status" in cases.lines else None) == last


def test_the_day_of_the_step_that_ends_a_case_closes_it(desk: Loader) -> None:
    file = desk.file(STEPS + steps(("01", "02", "03")))
    guess = guess_of(file)
    plan = read_plan(mapping_of([guess]))
    closed = plan.tables[0].columns["closed_on"]
    assert (closed.column, closed.take) == ("Step date", "highest")
    assert closed.where["Step"].among == ("Closed",)


def test_an_unnamed_first_column_does_not_stop_it(desk: Loader) -> None:
    text = ",complaint_id,date_received,date_closed,finding\n0,C1,2024-01-02,2024-02-01,Sustained\n1,C2,2024-01-05,,\n"
    guess = guess_of(desk.file(text))
    assert fed(guess) == {
        "": set(),
        "complaint_id": {"applications.application_ref", "findings.finding_ref", "findings.application_ref"},
        "date_received": {"applications.received_on"},
        "date_closed": {"applications.closed_on"},
        "finding": {"findings.final"},
    }


def test_columns_without_a_name_are_known_by_their_values_and_fed_by_their_places(desk: Loader) -> None:
    rows = "".join(
        f"C{n},2020-02-{n % 28 + 1:02d},2020-03-{n % 28 + 1:02d},{('Upheld', 'Not upheld')[n % 2]},n\n"
        for n in range(40)
    )
    guess = guess_of(desk.file("case,received,,,\n" + rows))
    feeds = {line.column.place: f"{line.table}.{line.name}" for line in guess.lines if not line.column.name}
    assert feeds == {2: "applications.closed_on", 3: "findings.final"}
    assert "closed_on = 3  #" in mapping_of([guess])
    assert read_plan(mapping_of([guess])).tables[0].columns["closed_on"].column == 3


def test_days_are_told_apart_by_their_order_where_no_name_says_which(desk: Loader) -> None:
    rows = "".join(f"C{n},2020-03-{n % 28 + 1:02d},2020-02-{n % 28 + 1:02d}\n" for n in range(40))
    guess = guess_of(desk.file("key,one,two\n" + rows))
    assert fed(guess)["two"] == {"applications.received_on"}
    assert fed(guess)["one"] == {"applications.closed_on"}


def test_birth_dates_are_neither_received_nor_closed(desk: Loader) -> None:
    rows = "".join(f"C{n},19{n % 50 + 40}-03-02,2020-02-{n % 28 + 1:02d}\n" for n in range(40))
    guess = guess_of(desk.file("key,Closed,Logged\n" + rows))
    assert fed(guess)["Closed"] == set()


def test_several_rows_of_a_case_become_one_and_its_gravest_finding(desk: Loader) -> None:
    rows = "".join(
        f"C{n // 2},2020-02-{n // 2 % 28 + 1:02d},{('Upheld', 'Not upheld')[n % 2]},O{n % 2}\n"
        for n in range(40)
    )
    guess = guess_of(desk.file("complaint,received,finding,officer\n" + rows))
    assert [(draft.table, draft.one_row_per) for draft in guess.drafts] == [
        ("applications", "application_ref"),
        ("findings", "finding_ref"),
    ]
    assert guess.drafts[1].lines["final"].take == "highest"
    assert guess.grain == "One row for each complaint and officer: 40 rows for 20 complaints."


def test_rows_without_a_reference_of_their_own_are_given_one_of_several_columns(desk: Loader) -> None:
    kinds = ("Incivility", "Neglect", "Assault")
    rows = "".join(
        f"C{n // 3},2020-02-{n // 3 % 28 + 1:02d},{kinds[n % 3]},{('Upheld', 'Not upheld')[n % 2]}\n"
        for n in range(60)
    )
    guess = guess_of(desk.file("Case No,Received,Allegation,Finding\n" + rows))
    keys = {draft.table: [column.name for column in draft.key] for draft in guess.drafts}
    whole = ["Case No", "Allegation"]
    assert keys == {"applications": [], "allegations": whole, "findings": whole}
    assert (fed(guess)["Allegation"], guess.missing) == ({"allegations.category"}, [])
    assert guess.grain == "One row for each case and allegation: 60 rows for 20 cases."


def test_no_person_is_made_part_of_a_reference(desk: Loader) -> None:
    rows = "".join(f"C{n // 2},2020-02-{n // 2 % 28 + 1:02d},B{n % 2},Upheld\n" for n in range(40))
    guess = guess_of(desk.file("Case No,Received,Officer,Finding\n" + rows))
    assert [draft.key for draft in guess.drafts] == [(), ()]
    mapping = mapping_of([guess])
    offered = (
        '# key = ["Case No", "Officer"]  # people: one finding of each, where you take out the first "#"'
    )
    assert mapping.count(offered) == 1
    taken = mapping.replace("# key =", "key =").replace('one_row_per = ["finding_ref"]', "")
    assert read_plan(re.sub("finding_ref = .*", "", taken)).tables[1].keyed == "finding_ref"


@pytest.mark.parametrize("header", ["Handled by", "Xyz", "Region lead"])
def test_a_list_of_surnames_that_nothing_names_is_left_out(desk: Loader, header: str) -> None:
    rows = "".join(
        f"C{n},2020-02-{n % 28 + 1:02d},{('Smith', 'Khan', 'Osei', 'Patel')[n % 4]}\n" for n in range(60)
    )
    assert fed(guess_of(desk.file(f"Case No,Received,{header}\n" + rows)))[header] == set()


def test_a_file_of_which_no_row_is_a_header_is_refused(desk: Loader) -> None:
    with pytest.raises(UserError, match="looks like a header"):
        guess_of(desk.file("A-1,2020-01-01,North\nA-2,2020-01-02,North\n"))
