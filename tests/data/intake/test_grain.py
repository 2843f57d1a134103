"""Registers with other grains than ours: several rows of a case, several mappings of a file, odd words."""

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.errors import UserError
from data.intake.load import Loaded
from data.intake.mapping import Plan, read_mapping
from data.review import open_review
from tests.data.conftest import Loader, applications, lines, plan_of

HEAD = "case,officer,received,closed,recommended,final,answered"
COLUMNS: dict[str, Any] = {"application_ref": "case", "received_on": "received"}


def cases(*rows: str) -> str:
    return "\n".join((HEAD, *rows)) + "\n"


def of_cases(**changes: Any) -> dict[str, Any]:
    columns = COLUMNS | changes.pop("columns", {})
    return {"table": "applications", "one_row_per": "case", "columns": columns, **changes}


def counts(loaded: Loaded) -> dict[str, int]:
    """Every count of rows on the receipt that is not 0; they add up to what was read."""
    (receipt,) = loaded.receipts
    parts = {name: getattr(receipt, name) or 0 for name in PARTS}
    assert sum(parts.values()) == receipt.read
    return {name: count for name, count in parts.items() if count}


PARTS = ("accepted", "quarantined", "repeated", "ignored", "left_out", "combined")


def test_rows_that_are_not_meant_are_left_out_and_counted_so(desk: Loader) -> None:
    plan = plan_of(of_cases(where={"final": ["Sustained", "not sustained"]}))
    text = cases("C1,,01/02/2020,,,SUSTAINED,", "C2,,01/02/2020,,,withdrawn,", "C3,,01/02/2020,,,,", ",,,,,,")
    assert counts(desk.take(text, plan=plan)) == {"accepted": 1, "left_out": 2, "ignored": 1}
    assert desk.now()["application_ref"].to_list() == ["C1"]


def test_a_condition_may_say_which_rows_are_not_meant(desk: Loader) -> None:
    plan = plan_of(of_cases(where={"final": {"not": ["withdrawn", ""]}}))
    text = cases("C1,,01/02/2020,,,sustained,", "C2,,01/02/2020,,,Withdrawn,", "C3,,01/02/2020,,,,")
    assert counts(desk.take(text, plan=plan)) == {"accepted": 1, "left_out": 2}


def test_a_bad_row_that_is_not_meant_is_left_out_and_not_rejected(desk: Loader) -> None:
    plan = plan_of(of_cases(where={"final": ["sustained"]}))
    text = cases("C1,,01/02/2020,,,sustained,", "C2,,no day,,,withdrawn,")
    assert counts(desk.take(text, plan=plan)) == {"accepted": 1, "left_out": 1}
    assert desk.held() == []


def test_a_column_may_say_something_in_some_rows_of_a_case_alone(desk: Loader) -> None:
    closed = {"column": "closed", "where": {"final": ["Sustained"]}, "take": "highest"}
    received = {"column": "closed", "take": "lowest"}
    plan = plan_of(of_cases(columns={"received_on": received, "closed_on": closed}))
    text = cases(
        "C1,,,03/02/2020,,sustained,", "C1,,,01/02/2020,,,", "C1,,,04/02/2020,,,", "C2,,,05/02/2020,,,"
    )
    assert counts(desk.take(text, plan=plan)) == {"accepted": 2, "combined": 2}
    days = desk.now().sort("application_ref").select("received_on", "closed_on")
    assert [[day and day.day for day in row] for row in days.iter_rows()] == [[1, 3], [5, None]]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"columns": {"category": {"value": "x", "where": {"final": ["x"]}}}}, "stands in every row"),
        ({"key": [{"column": "case", "where": {"final": ["x"]}}]}, "has no where"),
    ],
)
def test_what_stands_in_every_row_has_no_where(table: dict[str, Any], said: str) -> None:
    given = {**applications(), **table, "columns": {"received_on": "r", **table.get("columns", {})}}
    with pytest.raises(ValueError, match=said):
        plan_of(
            given if "key" in table else {**given, "columns": {"application_ref": "a", **given["columns"]}}
        )


@pytest.mark.parametrize("place", ["mapping", "table", "column"])
def test_a_text_that_says_nothing_is_an_empty_cell(desk: Loader, place: str) -> None:
    none = ["Unknown", "-"]
    column = {"column": "closed", "null": none if place == "column" else []}
    table = of_cases(columns={"closed_on": column}, null=none if place == "table" else [])
    plan = Plan.model_validate(
        {"extract": "full", "tables": [table], "null": none if place == "mapping" else []}
    )
    text = cases("C1,,01/02/2020,UNKNOWN,,,", "C2,,01/02/2020, - ,,,", "C3,,01/02/2020,02/02/2020,,,")
    assert counts(desk.take(text, plan=plan)) == {"accepted": 3}
    assert desk.now().sort("application_ref")["closed_on"].is_null().to_list() == [True, True, False]


def test_a_reference_that_says_nothing_is_missing(desk: Loader) -> None:
    plan = plan_of(of_cases(null=["unknown"]))
    loaded = desk.take(cases("C1,,01/02/2020,,,,", "Unknown,,01/02/2020,,,,"), plan=plan)
    assert counts(loaded) == {"accepted": 1, "quarantined": 1}
    assert [row[:2] for row in desk.held()] == [(3, "application_ref")]


def test_a_code_translated_to_nothing_is_refused_with_the_line_to_write(desk: Loader) -> None:
    plan = plan_of(applications(area={"column": "Area", "codes": {"Unknown": ""}}))
    with pytest.raises(UserError, match=r'write null = \["Unknown"\]'):
        desk.take(lines("A-1,01/02/2020,right to ask,Unknown,,"), plan=plan)


def test_every_other_code_may_be_taken_as_one(desk: Loader) -> None:
    area = {"column": "Area", "codes": {"N": "north"}, "otherwise": "not known"}
    rows = ("A-1,01/02/2020,right to ask,n,,", "A-2,01/02/2020,right to ask,the docks,,")
    desk.take(lines(*rows), plan=plan_of(applications(area=area)))
    assert desk.now().sort("application_ref")["area"].to_list() == ["north", "not known"]


def test_a_bad_day_may_be_taken_as_not_known_and_the_case_stays(desk: Loader) -> None:
    closed = {"column": "closed", "bad": "not known"}
    rows = ("C1,,01/02/2020,soon,,,", "C2,,05/02/2020,01/06/1990,,,", "C3,,01/02/2020,03/02/2020,,,")
    loaded = desk.take(cases(*rows), plan=plan_of(of_cases(columns={"closed_on": closed})))
    assert counts(loaded) == {"accepted": 3}
    assert desk.now().sort("application_ref")["closed_on"].is_null().to_list() == [True, True, False]
    (receipt,) = loaded.receipts
    assert "1 cell of 'closed' could not be read: taken as not known." in receipt.warnings
    assert "1 cell of 'closed' closed before it was received: taken as not known." in receipt.warnings


def test_without_that_word_a_bad_day_still_rejects_its_case(desk: Loader) -> None:
    rows = ("C1,,01/02/2020,soon,,,", "C3,,01/02/2020,03/02/2020,,,")
    loaded = desk.take(cases(*rows), plan=plan_of(of_cases(columns={"closed_on": "closed"})))
    assert counts(loaded) == {"accepted": 1, "quarantined": 1}


@pytest.mark.parametrize(
    ("take", "expected"), [("first", "2020-02-05"), ("last", "2020-02-03"), ("highest", "2020-02-09")]
)
def test_several_rows_of_a_case_become_one(desk: Loader, take: str, expected: str) -> None:
    closed = {"column": "closed", "take": take}
    days = ("05/02/2020", "09/02/2020", "03/02/2020")
    rows = [f"C1,O{number},01/02/2020,{day},,," for number, day in enumerate(days)]
    loaded = desk.take(cases(*rows), plan=plan_of(of_cases(columns={"closed_on": closed})))
    assert counts(loaded) == {"accepted": 1, "combined": 2}
    assert desk.now()["closed_on"].cast(pl.String).to_list() == [expected]


@pytest.mark.parametrize(("take", "flags"), [("any", [True, False, True]), ("all", [True, False, False])])
def test_of_several_flags_any_or_all_count(desk: Loader, take: str, flags: list[bool]) -> None:
    scope = {"column": "answered", "take": take}
    rows = (
        "C1,,01/02/2020,,,,yes", "C1,,01/02/2020,,,,yes", "C2,,01/02/2020,,,,no",
        "C3,,01/02/2020,,,,no", "C3,,01/02/2020,,,,yes",
    )  # fmt: skip
    desk.take(cases(*rows), plan=plan_of(of_cases(columns={"in_scope": scope})))
    assert desk.now().sort("application_ref")["in_scope"].to_list() == flags


def finding(what: str, suffix: str) -> dict[str, Any]:
    return {
        "table": "findings",
        "key": ["case", "officer", {"value": suffix}],
        "columns": {"application_ref": "case", "final": what},
    }


def test_a_key_may_be_made_of_several_columns_and_a_table_of_several_mappings(desk: Loader) -> None:
    desk = with_findings(desk)
    rows = ("C1,O-1,01/02/2020,,upheld,not upheld,", "C1,O-2,01/02/2020,,upheld,upheld,")
    plan = plan_of(of_cases(), finding("recommended", "R"), finding("final", "F"))
    loaded = desk.take(cases(*rows), plan=plan)
    findings = desk.now("findings").sort("finding_ref").select("finding_ref", "final").rows()
    assert findings == [
        ("C1/O-1/F", "not upheld"),
        ("C1/O-1/R", "upheld"),
        ("C1/O-2/F", "upheld"),
        ("C1/O-2/R", "upheld"),
    ]
    (receipt,) = (receipt for receipt in loaded.receipts if receipt.table_name == "findings")
    assert (receipt.read, receipt.accepted, receipt.dropped) == (4, 4, "received, closed, answered")


def test_two_mappings_that_give_one_reference_are_told_to_have_a_key_of_their_own(desk: Loader) -> None:
    desk = with_findings(desk)
    rows = ("C1,O-1,01/02/2020,,upheld,not upheld,", "C2,O-2,01/02/2020,,upheld,upheld,")
    plan = plan_of(of_cases(), finding("recommended", "X"), finding("final", "X"))
    loaded = desk.take(cases(*rows), plan=plan)
    (receipt,) = (receipt for receipt in loaded.receipts if receipt.table_name == "findings")
    # The row on which both agree counts once; the one on which they differ is rejected once.
    assert (receipt.read, receipt.accepted, receipt.repeated, receipt.quarantined) == (3, 1, 1, 1)
    (reason,) = desk.review.ledger.quarantine()["reason"]
    assert "give each mapping its own `key`" in reason


def test_a_key_with_a_person_in_it_is_rejected(desk: Loader) -> None:
    desk = with_findings(desk)
    rows = [f"C{number},O-{number},01/02/2020,,,upheld," for number in range(20)]
    loaded = desk.take(
        cases(*rows, "C99,Jane Smith,01/02/2020,,,upheld,"), plan=plan_of(of_cases(), finding("final", "F"))
    )
    assert [receipt.quarantined for receipt in loaded.receipts] == [0, 1]
    assert desk.now("findings").height == len(rows)
    assert "the name of a person" in desk.review.ledger.quarantine()["reason"][0]


def test_a_column_without_a_name_is_mapped_by_its_place(desk: Loader) -> None:
    text = ",received,route\nC1,01/02/2020,right to ask\nC2,02/02/2020,right to ask\n"
    columns = {"application_ref": 1, "received_on": "received", "route": "route"}
    loaded = desk.take(text, plan=plan_of({"table": "applications", "columns": columns}))
    assert desk.now()["application_ref"].sort().to_list() == ["C1", "C2"]
    assert loaded.receipts[0].dropped == ""


def test_a_place_that_a_file_does_not_have_is_one_sentence(desk: Loader) -> None:
    columns = {"application_ref": 9, "received_on": "received"}
    with pytest.raises(UserError, match=r"has 2 columns, and the mapping names column 9\.$"):
        desk.take("id,received\nC1,01/02/2020\n", plan=plan_of({"table": "applications", "columns": columns}))


def with_terms(desk: Loader, **lists: str) -> Loader:
    path = desk.review.folder / "terms.toml"
    text = path.read_text()
    for name, codes in lists.items():
        others = [line for line in text.splitlines() if not line.startswith(f"{name} =")]
        text = "\n".join(others).replace("[lists]", f"[lists]\n{name} = {codes}") + "\n"
    path.write_text(text)
    desk.review.ledger.engine.dispose()
    return Loader(desk.folder, open_review(desk.review.folder))


def with_findings(desk: Loader) -> Loader:
    return with_terms(desk, findings='["not upheld", "upheld"]')


def areas(desk: Loader) -> Any:
    return tomllib.loads((desk.review.folder / "terms.toml").read_text())["lists"]["areas"]


def test_a_list_may_come_from_the_data_and_is_written_into_the_terms(desk: Loader) -> None:
    desk = with_terms(desk, areas='"from the data"')
    rows = [f"A-{n},01/02/2020,right to ask,{area},," for n, area in enumerate(["22", "Docks", "3", "docks"])]
    text = lines(*rows, "A-9,01/02/2020,right to ask,unknown,,")
    plan = plan_of(applications(area={"column": "Area", "null": ["Unknown"]}))
    desk.take(text, plan=plan, rehearsal=True)
    assert areas(desk) == "from the data"
    loaded = desk.take(
        text, plan=plan_of(applications(area={"column": "Area", "codes": {"unknown": "none"}}))
    )
    assert loaded.lists == {"areas": ("3", "22", "Docks", "none")}
    assert areas(desk) == ["3", "22", "Docks", "none"]
    desk = with_terms(desk)
    more = desk.take(lines(*rows, "A-9,01/02/2020,right to ask,none,,", "A-10,01/02/2020,right to ask,new,,"))
    assert more.receipts[0].quarantined == 1


def test_a_list_of_people_does_not_come_from_the_data(desk: Loader) -> None:
    desk = with_terms(desk, areas='"from the data"')
    with pytest.raises(UserError, match="seems to hold names of people"):
        desk.take(lines("A-1,01/02/2020,right to ask,Jane Smith,,"))
    assert areas(desk) == "from the data"


@pytest.mark.parametrize(
    ("column", "setting", "why"),
    [
        ("received_on", '{ column = "R", bad = "not known" }', "cannot be empty"),
        ("closed_on", '{ column = "R", otherwise = "other" }', "has no codes"),
        ("closed_on", '{ column = "R", take = "any" }', "is not yes or no"),
        ("area", '{ column = "R", take = "joined" }', "is no text"),
        ("area", '{ column = "R", bad = "ignore" }', "should be 'not known'"),
    ],
)
def test_a_setting_that_a_column_cannot_have_is_one_sentence(
    tmp_path: Path, column: str, setting: str, why: str
) -> None:
    path = tmp_path / "mapping.toml"
    columns = {"application_ref": '"Ref"', "received_on": '"Received"', column: setting}
    body = "\n".join(f"{name} = {value}" for name, value in columns.items())
    path.write_text(f'extract = "full"\n[[tables]]\ntable = "applications"\n[tables.columns]\n{body}\n')
    with pytest.raises(UserError, match=why):
        read_mapping(path)


def test_a_key_of_a_table_that_has_no_reference_is_one_sentence() -> None:
    with pytest.raises(ValueError, match="has no reference of its own that key could make"):
        plan_of({"table": "staffing", "key": ["a", "b"], "columns": {}})
