import datetime as dt
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
import xlsxwriter

from data.errors import UserError
from data.intake.guess import guess_of
from data.intake.mapping import Plan, read_mapping
from data.intake.suggest import mapping_of, suggest, terms_of
from tests.data.conftest import Loader

HEADINGS = "Application No,Name,Date Received,Route,Division,Decision,Date of decision,Phone,Notes"


def register(form: str = "%d/%m/%Y", decisions: tuple[str, ...] = ("Disclosure", "No disclosure")) -> str:
    rows = [
        f"A-{n:04d},Person Number{n},{dt.date(2020, 1, 1) + dt.timedelta(days=n):{form}},Right to ask,"
        f"{'North' if n % 2 else 'South'},{decisions[n % len(decisions)]},"
        f"{dt.date(2020, 3, 1) + dt.timedelta(days=n):{form}},0777 123{n:04d},called {n} times"
        for n in range(40)
    ]
    return "\n".join((HEADINGS, *rows)) + "\n"


def test_a_complete_guess_can_be_loaded_as_it_stands(desk: Loader, tmp_path: Path) -> None:
    file = desk.file(register(), "extract 2024-01-11.csv")
    suggestion = suggest(file)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(suggestion.mapping)
    plan = read_mapping(mapping)
    assert plan.tables[0].table == "applications"
    assert plan.tables[0].file == "extract *.csv"
    (receipt,) = desk.load(file, plan=plan).receipts
    assert (receipt.accepted, receipt.dropped) == (40, "Name, Phone, Notes")
    assert desk.now()["decision"].to_list()[:2] == ["disclosure", "no disclosure"]


def test_the_lists_for_the_terms_of_reference_are_told(desk: Loader) -> None:
    told = "\n".join(suggest(desk.file(register())).remarks)
    assert '[lists]\nroutes = ["Right to ask"]\nareas = ["North", "South"]' in told


def test_no_personal_value_is_ever_written(desk: Loader) -> None:
    suggestion = suggest(desk.file(register()))
    written = suggestion.mapping + "".join(suggestion.remarks)
    for private in ("Person", "Number3", "0777", "called", "A-0003"):
        assert private not in written


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("%d/%m/%y", 'received_on = {column = "Date Received", formats = ["%d/%m/%y"]}'),
        ("%m/%d/%Y", 'received_on = {column = "Date Received", formats = ["%m/%d/%Y"]}'),
        ("%Y%m%d", 'received_on = {column = "Date Received", formats = ["%Y%m%d"]}'),
        ("%Y-%m-%d", 'received_on = "Date Received"'),
        ("%d %B %Y", 'received_on = "Date Received"'),
    ],
)
def test_the_format_of_days_is_found_from_the_values(desk: Loader, form: str, line: str) -> None:
    lines = suggest(desk.file(register(form))).mapping.splitlines()
    assert line in [written.partition("  #")[0] for written in lines]


def test_days_that_fit_both_orders_are_pointed_out(desk: Loader) -> None:
    rows = "\n".join(f"A-{n},0{n}/02/2020,Right to ask,North,,,,," for n in range(1, 9))
    text = f"{HEADINGS.replace('Name,', '')}\n{rows}\n"
    assert "would fit the other order of day and month: make sure" in suggest(desk.file(text)).mapping


def test_codes_that_are_not_ours_are_listed_to_translate(desk: Loader) -> None:
    mapping = suggest(desk.file(register(decisions=("Disclosure", "NDISC")))).mapping
    assert "# translate with codes = { ... }: NDISC; ours: disclosure, no disclosure" in mapping


def test_what_is_needed_and_was_not_found_is_said(desk: Loader) -> None:
    rows = "".join(f"A-{n},grey\n" for n in range(1, 9))
    suggestion = suggest(desk.file("Case No,Colour of Door\n" + rows), table="applications")
    assert '# NEEDED: received_on = "..." or { value = "..." }' in suggestion.mapping
    assert "Not recognised, and needed: received_on." in suggestion.remarks


def test_a_sheet_of_a_workbook_is_named(desk: Loader) -> None:
    path = desk.folder / "register.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Cover").write(0, 0, "Register")
    sheet = book.add_worksheet("Cases")
    for number, row in enumerate(register().splitlines()):
        sheet.write_row(number, 0, row.split(","))
    book.close()
    assert 'sheet = "Cases"' in suggest(str(path)).mapping


@pytest.mark.parametrize(
    ("name", "table", "said"),
    [
        ("none.csv", None, "There is no file"),
        ("sqlite:///x.db", None, "suggest reads a CSV, XLSX or Parquet file"),
        ("x.csv", "cases", "There is no table 'cases'"),
        ("x.csv", None, "Nothing in x.csv looks like a table"),
    ],
)
def test_what_cannot_be_guessed_from_is_refused(
    desk: Loader, name: str, table: str | None, said: str
) -> None:
    desk.file("one\n2\n", "x.csv")
    with pytest.raises(UserError, match=said):
        suggest(name if "://" in name else str(desk.folder / name), table=table)


TEAMS = "Review No,Application No,Kind,Team,Reviewer,Date Allocated\n"


@pytest.mark.parametrize(
    "name",
    ["Jane Smith", "SMITH, JANE", "J. Smith", "PC Smith-Jones", "jane smith", "Smith West", "WEST, SMITH"],
)
def test_a_team_that_is_a_person_is_never_written(desk: Loader, name: str) -> None:
    rows = "".join(f'R-{n},A-{n},first,"{name}",P{n},01/02/2020\n' for n in range(40))
    suggestion = suggest(desk.file(TEAMS + rows), table="reviews")
    told = suggestion.mapping + "".join(suggestion.remarks)
    assert "smith" not in told.casefold()
    assert "# left out: Team (about people)" in told


def test_a_person_among_teams_is_counted_and_never_written(desk: Loader) -> None:
    teams = ("North", "Hub", "Jane Smith", "South")
    rows = "".join(f"R-{n},A-{n},first,{teams[n % 4]},P{n},01/02/2020\n" for n in range(40))
    mapping = suggest(desk.file(TEAMS + rows), table="reviews").mapping
    assert "# found: Hub, North, South\n" in mapping
    assert "1 value looks like a person, not told here: make sure that team is no name of" in mapping


@pytest.mark.parametrize("name", ["North West", "Team Two", "HQ", "Swindon", "right to ask"])
def test_codes_of_places_and_teams_are_told(desk: Loader, name: str) -> None:
    rows = "".join(f"R-{n},A-{n},first,{name},P{n},01/02/2020\n" for n in range(40))
    assert f"# found: {name}\n" in suggest(desk.file(TEAMS + rows), table="reviews").mapping


def test_codes_that_differ_only_by_case_are_suggested_once(desk: Loader) -> None:
    names = ("North", "NORTH", "north", "South")
    rows = "".join(f"R-{n},A-{n},first,{names[n % 4]},P{n},01/02/2020\n" for n in range(40))
    mapping = suggest(desk.file(TEAMS + rows), table="reviews").mapping
    assert "# found: NORTH, South\n" in mapping


@pytest.mark.parametrize(
    "number",
    ["AB123456C", "AB 12 34 56 C", "2001/1234567A", "943 476 5919", "SMITH, J", "Dr A Patel", "J A Smith"],
)
def test_a_code_that_is_a_persons_number_or_name_is_never_written(desk: Loader, number: str) -> None:
    rows = "".join(f'R-{n},A-{n},first,"{number}",P{n},01/02/2020\n' for n in range(40))
    suggestion = suggest(desk.file(TEAMS + rows), table="reviews")
    assert number not in suggestion.mapping + "".join(suggestion.remarks)


@pytest.mark.parametrize(
    "first",
    ["A-1,Jane Smith,01/02/1975,North", "A-1,Jane Smith,Anne,North", "A-1,x,07700 900123,y", "A-1,2,3,B C"],
)
def test_a_file_without_a_header_is_refused_and_none_of_it_is_told(desk: Loader, first: str) -> None:
    with pytest.raises(UserError, match="looks like a header: write the name of each column") as refused:
        suggest(desk.file(f"{first}\nA-2,Jo Jones,02/02/1980,North\n"))
    assert "Smith" not in str(refused.value)


def test_few_rows_show_no_codes(desk: Loader) -> None:
    rows = "".join(
        f"R-{n},A-{n},first,{name},P{n},01/02/2020\n" for n, name in enumerate(("Smith", "Jones", "Khan"))
    )
    assert "Khan" not in suggest(desk.file(TEAMS + rows), table="reviews").mapping


def test_a_reference_is_never_offered_as_one_value_for_every_row(desk: Loader) -> None:
    mapping = suggest(desk.file(register().replace("Application No", "Xyz")), table="reviews").mapping
    line = next(line for line in mapping.splitlines() if line.startswith("# NEEDED: review_ref"))
    assert "value" not in line


def guessed(desk: Loader, text: str, table: str) -> dict[str, str]:
    return dict(
        re.findall(
            r'^(\w+) = "([^"]+)"(?:  # .*)?$', suggest(desk.file(text), table=table).mapping, re.MULTILINE
        )
    )


def test_an_outcome_is_a_decision_and_not_a_route(desk: Loader) -> None:
    rows = "".join(f"C{n},0{n}/02/2021,Right to Ask,Hill,Withdrawn\n" for n in range(1, 9))
    found = guessed(desk, "Case No,Date Received,How Made,Division,Outcome\n" + rows, "applications")
    assert (found["route"], found["decision"], found["area"]) == ("How Made", "Outcome", "Division")


def test_names_that_only_sound_alike_are_not_taken_for_each_other(desk: Loader) -> None:
    rows = "".join(f"C{n},0{n}/02/2021,x\n" for n in range(1, 9))
    assert "route" not in guessed(desk, "Case No,Date Received,Mouth\n" + rows, "applications")


def test_a_column_whose_values_come_again_is_no_key(desk: Loader) -> None:
    rows = "".join(f"C{n},0{n}/02/2021,high,A{n % 2},Y\n" for n in range(1, 9))
    found = guessed(desk, "Case No,Assessed,Grade,Assessor,Detailed review?\n" + rows, "risk_assessments")
    assert found.get("assessment_ref") != "Assessor"


def test_each_line_to_fill_in_says_what_goes_there(desk: Loader) -> None:
    text = suggest(
        desk.file("Ref,Assessed\nR1,01/02/2021\nR2,02/02/2021\n"), table="risk_assessments"
    ).mapping
    assert "sent for detailed review (yes or no)" in text
    assert "outcome of the full risk assessment (one of: concern, no concern)" in text
    assert "risk category given (one of the grades in terms.toml)" in text


def test_what_is_left_out_is_listed_in_the_order_of_the_file(desk: Loader) -> None:
    text = "Ref,Zebra,Received,Apple,Mango\n" + "".join(f"R{n},z,0{n}/02/2021,a,m\n" for n in range(1, 9))
    assert re.findall(r"left out: (\w+)", suggest(desk.file(text), table="applications").mapping) == [
        "Zebra",
        "Apple",
        "Mango",
    ]


def test_each_line_says_how_sure_it_is_and_why(desk: Loader) -> None:
    lines = suggest(desk.file(register())).mapping.splitlines()
    assert 'application_ref = "Application No"  # sure: every row has another' in lines
    assert 'received_on = "Date Received"  # sure: the earliest of its days and its name' in lines
    assert 'area = "Division"  # sure: its codes and its name' in lines


def test_a_pseudonym_is_offered_and_only_a_person_takes_it(desk: Loader) -> None:
    rows = "".join(f"F-{n},C-{n // 2},Upheld,INV{n % 5}\n" for n in range(40))
    guess = guess_of(desk.file("Finding No,Case No,Finding,Investigator\n" + rows))
    mapping = mapping_of([guess])
    assert '# investigator_ref = "Investigator"  # people: only where you take out the first "#"' in mapping
    assert "investigator_ref" not in tomllib.loads(mapping)["tables"][0]["columns"]


def test_what_stands_for_nothing_is_translated_to_not_known(desk: Loader) -> None:
    areas = ("North", "South", "N/A", "")
    rows = "".join(f"A-{n},{n % 28 + 1:02d}/02/2020,{areas[n % 4]}\n" for n in range(40))
    mapping = suggest(desk.file("Ref,Received,Area\n" + rows)).mapping
    assert 'codes = {"" = "not known", "N/A" = "not known"}' in mapping
    Plan.model_validate(tomllib.loads(mapping))


@pytest.mark.parametrize("nothing", ["-", "--", "n/k", "Not recorded", "Not known", "none", "N.A."])
def test_a_text_that_stands_for_nothing_is_null_in_a_column_of_codes(desk: Loader, nothing: str) -> None:
    types = ("Damp", "Noise and smells", nothing)
    rows = "".join(f"A-{n},{n % 28 + 1:02d}/02/2020,{types[n % 3]}\n" for n in range(60))
    mapping = suggest(desk.file("Ref,Received,Complaint type\n" + rows)).mapping
    assert f'category = {{column = "Complaint type", null = ["{nothing}"]}}' in mapping


def test_the_terms_are_drafted_from_the_values(desk: Loader) -> None:
    findings = ("Pending", "Upheld", "Not upheld", "Withdrawn")
    rows = "".join(
        f"C-{n},{dt.date(2020, 1, 1) + dt.timedelta(days=n)},{findings[n % 4]}\n" for n in range(40)
    )
    guess = guess_of(desk.file("complaint_id,received,finding\n" + rows, "a.csv"))
    terms = tomllib.loads("\n".join(terms_of([guess])))
    assert terms["case"] == {"one": "complaint", "many": "complaints", "closed_by": "findings"}
    assert terms["period"] == {"begins": dt.date(2020, 1, 1), "ends": dt.date(2020, 2, 9)}
    assert terms["lists"] == {"findings": ["Pending", "Withdrawn", "Not upheld", "Upheld"]}
    assert (terms["adverse"], terms["undecided"]) == (["Upheld"], ["Pending"])


@pytest.mark.parametrize(
    ("code", "is_adverse"),
    [
        ("Sustained Finding", True),
        ("Partly upheld", True),
        ("failure found", True),
        ("No Sustained Findings", False),
        ("Other than Sustained Finding", False),
        ("no failure", False),
        ("Unfounded", False),
    ],
)
def test_a_finding_is_adverse_unless_its_words_turn_it_round(
    desk: Loader, code: str, is_adverse: bool
) -> None:
    rows = "".join(f"C-{n},{n % 28 + 1:02d}/02/2020,{code}\n" for n in range(40))
    terms = tomllib.loads("\n".join(terms_of([guess_of(desk.file("Case No,Received,Finding\n" + rows))])))
    assert terms["adverse"] == ([code] if is_adverse else [])


def written(desk: Loader, header: str, rows: Iterable[str], **settings: str) -> str:
    return suggest(desk.file("\n".join([header, *rows, ""])), **settings).mapping


@pytest.mark.parametrize(
    ("marks", "line"),
    [
        (("Live", "Void"), 'where = {"Record" = {"not" = ["Void"]}}  # likely: rows that seem void are'),
        (("Live", "Entered in error duplicate"), 'where = {"Record" = {"not" = ["Entered in error'),
        (("Kept", "Cancelled"), '# where = {"Record" = {"not" = ["Cancelled"]}}  # in doubt: rows that'),
        (
            ("A", "B", "C", "Void"),
            '# where = {"Record" = {"not" = ["Void"]}}  # in doubt: rows that seem void',
        ),
    ],
)
def test_rows_that_seem_void_are_left_out_or_pointed_out(
    desk: Loader, marks: tuple[str, ...], line: str
) -> None:
    rows = (
        f"C{n},{n % 28 + 1:02d}/02/2020,{marks[-1 if n % 9 == 0 else n % (len(marks) - 1)]}"
        for n in range(90)
    )
    mapping = written(desk, "Case No,Received,Record", rows)
    assert next(text for text in mapping.splitlines() if "where =" in text).startswith(line)
    Plan.model_validate(tomllib.loads(mapping))


def test_rows_marked_as_deleted_are_left_out_and_void_ones_in_a_column_of_use_are_not(desk: Loader) -> None:
    rows = [f"C{n},{n % 28 + 1:02d}/02/2020,{'Y' if n % 9 == 0 else 'N-'[n % 2]},Open" for n in range(90)]
    assert 'where = {"Deleted?" = {"not" = ["Y"]}}' in written(desk, "Case No,Received,Deleted?,Status", rows)
    rows = [f"C{n},{n % 28 + 1:02d}/02/2020,{'Duplicate' if n % 9 == 0 else 'Open'}" for n in range(90)]
    assert '# where = {"Status" = {"not" = ["Duplicate"]}}' in written(desk, "Case No,Received,Status", rows)


def test_most_rows_are_never_void(desk: Loader) -> None:
    rows = (f"C{n},{n % 28 + 1:02d}/02/2020,{('Live', 'Void')[n % 2]}" for n in range(90))
    assert "where =" not in written(desk, "Case No,Received,Record", rows)


def test_a_usual_code_written_otherwise_is_translated_and_few_strange_ones_are_not_known(
    desk: Loader,
) -> None:
    codes = ["Withdr", "No Disclosures", *["Disclosure"] * 17, "NFA 7"]
    rows = [f"C{n},{n % 28 + 1:02d}/02/2020,{codes[n % 20]}" for n in range(100)]
    file = desk.file("\n".join(["Case No,Received,Decision", *rows, ""]))
    mapping = suggest(file).mapping
    settings = 'codes = {"No Disclosures" = "no disclosure", "Withdr" = "withdrawn"}, bad = "not known"'
    assert f'decision = {{column = "Decision", {settings}}}' in mapping
    assert "# translate with codes = { ... }: NFA 7; ours: disclosure" in mapping
    (receipt,) = desk.load(file, plan=Plan.model_validate(tomllib.loads(mapping))).receipts
    assert (receipt.accepted, desk.now()["decision"].null_count()) == (100, 5)


def test_a_few_people_among_codes_are_never_stored_and_cost_no_row(desk: Loader) -> None:
    areas = [*["North", "South"] * 12, "Jane Smith"]
    file = desk.file(
        "Ref,Received,Area\n"
        + "".join(f"A-{n},{n % 28 + 1:02d}/02/2020,{areas[n % 25]}\n" for n in range(100))
    )
    mapping = suggest(file).mapping
    assert 'area = {column = "Area", otherwise = "not known"}' in mapping
    terms = tomllib.loads("\n".join(terms_of([guess_of(file)])))
    assert terms["lists"]["areas"] == ["North", "South", "not known"]


def test_codes_that_a_load_would_take_for_names_are_part_of_a_key_as_codes(desk: Loader) -> None:
    kinds = ("Rent account", "Service charge", "Noise", "Leaks")
    rows = [
        f"C{n // 4},{n // 4 % 28 + 1:02d}/02/2020,{kinds[n % 4]},{('Upheld', 'Not upheld')[n % 2]}"
        for n in range(80)
    ]
    file = desk.file("\n".join(["Case No,Received,Allegation,Finding", *rows, ""]))
    mapping = suggest(file).mapping
    assert 'key = ["Case No", {"column" = "Allegation", "references" = true}]' in mapping
    assert Plan.model_validate(tomllib.loads(mapping)).tables[1].key[1].references


def test_a_long_list_with_a_code_like_a_name_is_written_out(desk: Loader) -> None:
    streets = [f"Brook{chr(97 + n // 26)}{chr(97 + n % 26)} Lane" for n in range(60)]
    rows = (f"C{n},{n % 28 + 1:02d}/02/2020,{streets[n % 60]}" for n in range(600))
    file = desk.file("\n".join(["Case No,Received,Estate", *rows, ""]))
    assert len(tomllib.loads("\n".join(terms_of([guess_of(file)])))["lists"]["areas"]) == 60


def test_the_terms_name_the_stages_that_the_register_has_and_no_others(desk: Loader) -> None:
    rows = "".join(f"T{n},C{n},{n % 28 + 1:02d}/02/2020,{('high', 'low')[n % 2]},Y\n" for n in range(40))
    graded = guess_of(desk.file("Assessment No,Case No,Assessed,Grade,Detailed review\n" + rows, "b.csv"))
    cases = guess_of(desk.file(register()))
    terms = tomllib.loads("\n".join(terms_of([cases, graded])))
    usual = {"triage": "risk assessment", "triages": "risk assessments", "triaged": "risk assessed"}
    assert terms["stages"] == usual
    assert "stages" not in tomllib.loads("\n".join(terms_of([cases])))


def test_what_says_nothing_of_a_day_is_taken_as_empty_and_what_cannot_be_so_as_not_known(
    desk: Loader,
) -> None:
    closed = ("TBC", "01/03/2020", "", "1/1/1990")
    rows = "".join(f"A-{n},{n % 28 + 1:02d}/02/2020,{closed[n % 4]}\n" for n in range(40))
    file = desk.file("Ref,Received,Closed\n" + rows)
    mapping = suggest(file).mapping
    assert 'closed_on = {column = "Closed", null = ["TBC"], bad = "not known"}' in mapping
    (receipt,) = desk.load(file, plan=Plan.model_validate(tomllib.loads(mapping))).receipts
    assert receipt.accepted == 40
    assert desk.now()["closed_on"].null_count() == 30
