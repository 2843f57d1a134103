import pytest
import sqlalchemy as sa

from data.faults import Fault
from tests.data.conftest import Desk, applications, lines, plan_of


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (["jane.smith@example.org", "j.jones@example.org", "A-3"], "e-mail addresses"),
        (["07700 900123", "01632 960001", "+44 7700 900456"], "telephone numbers"),
        (["SN1 1AA", "BA14 7ZZ", "A-3"], "postcodes"),
        (["Jane Smith", "A-1", "A-1", "A-1", "A-1"], "names of people"),
        (["Jane Smith", "O'Neill Ann-Marie", "Smith-Jones, John Paul"], "names of people"),
        (["01/02/1975", "02/03/1980", "A-3"], "dates"),
    ],
)
def test_references_that_point_to_people_refuse_the_file(desk: Desk, values: list[str], what: str) -> None:
    text = lines(*(f'"{value}",01/02/2020,right to ask,north,,' for value in values))
    with pytest.raises(Fault) as refused:
        desk.take(text)
    assert f"'Ref' seems to hold {what}, which Candour never keeps" in str(refused.value)
    assert values[0] not in str(refused.value)
    assert desk.review.ledger.version() == 0


@pytest.mark.parametrize(
    "values",
    [
        ["0000012345", "0000012346"],
        ["CL 2020 0001", "CL 2020 0002"],
        ["TEAM ALPHA 1", "TEAM ALPHA 2"],
        ["SN1 1AA", "A-2", "A-3"],
        ["2020/0001", "2020/0002"],
    ],
)
def test_plain_references_are_taken(desk: Desk, values: list[str]) -> None:
    text = lines(*(f"{value},01/02/2020,right to ask,north,," for value in values))
    assert desk.take(text).receipts[0].accepted == len(values)


def test_a_person_may_say_that_they_are_references(desk: Desk) -> None:
    text = lines("W12 3AB,01/02/2020,right to ask,north,,", "W12 4AB,01/02/2020,right to ask,north,,")
    with pytest.raises(Fault, match=r'write application_ref = { column = "Ref", references = true }'):
        desk.take(text)
    plan = plan_of(applications(application_ref={"column": "Ref", "references": True}))
    assert desk.take(text, plan=plan).receipts[0].accepted == 2


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("jane.smith@example.org", "an e-mail address"),
        ("A-7 jane.smith@example.org", "an e-mail address"),
        ("07700 900123", "a telephone number"),
    ],
)
def test_one_row_that_shows_how_to_reach_a_person_is_held_back_however_far_down(
    desk: Desk, value: str, what: str
) -> None:
    rows = [f"A-{number},01/02/2020,right to ask,north,," for number in range(1_500)]
    (receipt,) = desk.take(lines(*rows, f"{value},01/02/2020,right to ask,north,,")).receipts
    assert (receipt.accepted, receipt.quarantined) == (1_500, 1)
    ((row, column, _, reason),) = desk.held()
    assert (row, column) == (1_502, "application_ref")
    assert reason == f"seems to hold {what}, which Candour never keeps"


PROMISES = {
    "table": "commitments",
    "columns": {"commitment_ref": "Ref", "made_on": "Made", "kind": {"value": "other"}, "words": "Words"},
}


@pytest.mark.parametrize("words", ["Write to jane@example.org", "Call 07700 900123 by May"])
def test_a_promise_that_shows_how_to_reach_a_person_is_held_back(desk: Desk, words: str) -> None:
    text = f"Ref,Made,Words\nC-1,2024-01-04,We will answer all 3782 by 2024\nC-2,2024-01-04,{words}\n"
    desk.take(text, plan=plan_of(PROMISES))
    assert desk.now("commitments")["commitment_ref"].to_list() == ["C-1"]
    assert [(row, column) for row, column, _, _ in desk.held()] == [(3, "words")]


def test_a_file_without_a_header_is_refused_without_a_word_of_its_people(desk: Desk) -> None:
    people = "Jane Smith,01/02/1975,north\nJohn Jones,01/02/1976,north\n"
    for text in (people, people.replace("north", "Area")):
        with pytest.raises(Fault) as refused:
            desk.take(text)
        assert "Jane" not in str(refused.value)
        assert "1975" not in str(refused.value)


def test_the_database_tells_no_values_when_it_fails(desk: Desk) -> None:
    engine = desk.review.ledger.engine
    with pytest.raises(sa.exc.DBAPIError) as failed, engine.begin() as connection:
        connection.execute(sa.text("SELECT * FROM nowhere WHERE name = :name"), {"name": "Jane Smith"})
    assert "Jane" not in str(failed.value)
