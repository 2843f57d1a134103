import pytest

from data.faults import Fault
from tests.data.conftest import Desk, applications, lines, plan_of


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (["jane.smith@example.org", "A-2", "A-3"], "e-mail addresses"),
        (["07700 900123", "01632 960001", "+44 7700 900456"], "telephone numbers"),
        (["SN1 1AA", "BA14 7ZZ", "A-3"], "postcodes"),
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
