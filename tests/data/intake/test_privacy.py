import random

import polars as pl
import pytest
import sqlalchemy as sa

from data.errors import UserError
from data.intake.privacy import checked_numbers, personal, personal_in, reaching, refuse_people
from data.intake.row_checks import broken
from tests.data.conftest import Loader, applications, lines, plan_of


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (["jane.smith@example.org", "j.jones@example.org", "A-3"], "e-mail addresses"),
        (["07700 900123", "01632 960001", "+44 7700 900456"], "telephone numbers"),
        (["SN1 1AA", "BA14 7ZZ", "A-3"], "postcodes"),
        (["Jane Smith", "A-1", "A-1", "A-1", "A-1"], "names of people"),
        (["Jane Smith", "O'Neill Ann-Marie", "Smith-Jones, John Paul"], "names of people"),
        (["01/02/1975", "02/03/1980", "A-3"], "dates"),
        (["1975-02-01 00:00:00.000000", "1980-03-02T00:00:00Z", "A-3"], "dates"),
    ],
)
def test_references_that_point_to_people_refuse_the_file(desk: Loader, values: list[str], what: str) -> None:
    text = lines(*(f'"{value}",01/02/2020,right to ask,north,,' for value in values))
    with pytest.raises(UserError) as refused:
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
def test_plain_references_are_taken(desk: Loader, values: list[str]) -> None:
    text = lines(*(f"{value},01/02/2020,right to ask,north,," for value in values))
    assert desk.take(text).receipts[0].accepted == len(values)


def test_a_person_may_say_that_they_are_references(desk: Loader) -> None:
    text = lines("W12 3AB,01/02/2020,right to ask,north,,", "W12 4AB,01/02/2020,right to ask,north,,")
    with pytest.raises(UserError, match=r'write application_ref = { column = "Ref", references = true }'):
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
    desk: Loader, value: str, what: str
) -> None:
    rows = [f"A-{number},01/02/2020,right to ask,north,," for number in range(1_500)]
    (receipt,) = desk.take(lines(*rows, f"{value},01/02/2020,right to ask,north,,")).receipts
    assert (receipt.accepted, receipt.quarantined) == (1_500, 1)
    ((row, column, _, reason),) = desk.held()
    assert (row, column) == (1_502, "application_ref")
    assert reason == f"seems to hold {what}, which Candour never keeps"


REST = "01/02/2020,right to ask,north,,"


PEOPLE = {
    "a national insurance number": [
        "AB123456C", "ab 12 34 56 c", "AB 123456 C", "AB123456 C", "QQ123456C", "AB-12-34-56-C", "A-7 AB123456C",
        "AB123456C/1",
    ],
    "a PNC number": [
        "2001/1234567A", "1998/0123456x", "01/123456X", "01/0123456X", "99/ 123456 X", "CASE 2001/1234567A",
    ],
    "a driving licence number": ["MORGA657054SM9IJ"],
    "the name of a person": [
        "J. Smith", "Smith, J", "J A Smith", "Dr A Patel", "J.A. Smith", "J.Smith", "Khan,J", "Smith J",
        "Smith, J.A.", "Smith, Dr J", "O'Neill, S", "A de Souza", "J. van der Berg", "J-P Smith", "PC Smith",
        "Mr Khan", "A. West", "Jane Smith", "Jane A. Smith", "SMITH-JONES, JANE ANN",
    ],
}  # fmt: skip


def test_each_row_that_names_a_person_is_held_back_and_the_others_are_taken(desk: Loader) -> None:
    expected = [(value, what) for what, values in PEOPLE.items() for value in values]
    rows = [f"A-{number},{REST}" for number in range(100)] + [f'"{value}",{REST}' for value, _ in expected]
    (receipt,) = desk.take(lines(*rows)).receipts
    assert (receipt.accepted, receipt.quarantined) == (100, len(expected))
    assert [(column, reason) for _, column, _, reason in desk.held()] == [
        ("application_ref", f"seems to hold {what}, which Candour never keeps") for _, what in expected
    ]
    for (_, _, shape, _), (value, _) in zip(desk.held(), expected, strict=True):
        assert value not in shape


def test_people_are_held_back_in_every_column_of_references(desk: Loader) -> None:
    desk.take(lines(f"A-1,{REST}"))
    names = {"review_ref": "R", "application_ref": "A", "kind": {"value": "first"}, "team": "T",
             "reviewer_ref": "P", "allocated_on": "D"}  # fmt: skip
    rows = (
        "R-1,A-1,team 1,P1",
        'R-2,A-1,team 1,"Smith, J"',
        "R-3,01/123456X,team 1,P1",
        'R-4,A-1,"J. Smith",P1',
    )
    text = "R,A,T,P,D\n" + "".join(f"{row},05/02/2020\n" for row in rows)
    desk.take(text, plan=plan_of({"table": "reviews", "columns": names}))
    assert desk.now("reviews")["review_ref"].to_list() == ["R-1"]
    assert sorted((row, column) for row, column, _, _ in desk.held()) == [
        (3, "reviewer_ref"), (4, "application_ref"), (5, "team"),
    ]  # fmt: skip


SHAPES = [
    "{:05}", "A-{}", "13-{:04}", "CL 2020 {:04}", "CL/{:04}/20", "2020/{:04}", "20/{:04}", "N-{}", "A {}", "RV1{:02}", "TEAM 1 REVIEWER {}",
    "DVDS-2020-{:05}", "DV202001{:02}A", "CL-2020-{:02}-A", "PC{:06}", "AB{:06}", "AB {:06}", "{:06}/20", "19/{:04}A", "2019/{:05}B", "{:08}-1",
    "54/{:04}/20", "54{:08}", "{:010}", "70{:08}", "R{:09}", "ENQ.{:03}.B", "{:03}-{:03}-{:04}", "X{:04}Y", "5f{:06x}", "IX/{:05}/2020", "3F2504E0-4F89-{:04}",
]  # fmt: skip


def test_references_of_common_forms_are_all_taken(desk: Loader) -> None:
    for form in SHAPES:
        values = dict.fromkeys(form.format(*[number] * form.count("{")) for number in range(1, 100))
        rows = pl.DataFrame({"application_ref": [*values], "row_number": range(len(values))})
        refuse_people(rows, desk.plan.tables[0], form)
        assert [each[2] for each in broken(rows, list(reaching(desk.plan.tables[0])))] == [], form


@pytest.mark.parametrize(
    "code",
    ["right to ask", "A 123", "N-1234", "Team A", "K Division", "A North", "North West", "Reviewer A", "Operation Onyx",
     "Police station", "Panel B", "Delta A", "A", "AB", "not safe or appropriate"],
)  # fmt: skip
def test_codes_of_words_are_no_people(code: str) -> None:
    assert not personal(code)


def nhs_number(first: int) -> str | None:
    """First nine digits and the one that checks them; some have none."""
    left = sum((10 - place) * int(digit) for place, digit in enumerate(f"{first:09}")) % 11
    check = (11 - left) % 11
    return None if check == 10 else f"{first:09}{check}"


NHS_NUMBERS = list(filter(None, (nhs_number(943_476_000 + 7 * step) for step in range(40))))


@pytest.mark.parametrize("write", ["{}{}{}", "{} {} {}", "{}-{}-{}"])
@pytest.mark.parametrize("others", [0, 30])
def test_a_column_with_nhs_numbers_is_refused(desk: Loader, write: str, others: int) -> None:
    assert nhs_number(943_476_591) == "9434765919"
    refs = [write.format(each[:3], each[3:6], each[6:]) for each in NHS_NUMBERS[:10]]
    refs += [f"A-{number}" for number in range(others)] + ["9434765910"] * (write == "{}{}{}")
    with pytest.raises(UserError, match="'Ref' seems to hold NHS numbers, which Candour never keeps"):
        desk.take(lines(*(f"{ref},{REST}" for ref in refs)))


def test_a_column_in_which_one_number_is_like_an_nhs_number_is_taken(desk: Loader) -> None:
    refs = [*NHS_NUMBERS[:4], *(f"{number:010}" for number in range(6_000_000_000, 6_000_000_040))]
    assert desk.take(lines(*(f"{ref},{REST}" for ref in refs))).receipts[0].accepted == len(refs)


@pytest.mark.long
def test_columns_of_ten_digits_at_random_are_hardly_ever_taken_for_nhs_numbers() -> None:
    chance = random.Random(11)
    for _ in range(1_500):
        count = chance.choice((5, 6, 8, 12, 20, 50))
        column = pl.Series([f"{chance.randrange(10**10):010}" for _ in range(count)])
        assert list(checked_numbers(column)) == []


def test_pnc_numbers_without_their_zeros_are_known_by_their_last_letters(desk: Loader) -> None:
    letters = "ZABCDEFGHJKLMNPQRTUVWXY"
    refs = [f"{year:02}/{serial}{letters[(year * 10**7 + serial) % 23]}" for year, serial in
            ((1, 12345), (98, 7), (79, 410), (20, 99999), (15, 3021))]  # fmt: skip
    with pytest.raises(UserError, match="'Ref' seems to hold PNC numbers"):
        desk.take(lines(*(f"{ref},{REST}" for ref in refs)))
    assert (
        desk.take(lines(*(f"{ref},{REST}" for ref in refs[:4]), f"15/3021A,{REST}")).receipts[0].accepted == 5
    )


PROMISES = {
    "table": "commitments",
    "columns": {"commitment_ref": "Ref", "made_on": "Made", "kind": {"value": "other"}, "words": "Words"},
}


@pytest.mark.parametrize(
    "words",
    ["Write to jane@example.org", "Call 07700 900123 by May", "We met ab123456c", "See 2001/1234567A."],
)
def test_a_promise_that_shows_how_to_reach_a_person_is_held_back(desk: Loader, words: str) -> None:
    text = f"Ref,Made,Words\nC-1,2024-01-04,We will answer all 3782 by 2024\nC-2,2024-01-04,{words}\n"
    desk.take(text, plan=plan_of(PROMISES))
    assert desk.now("commitments")["commitment_ref"].to_list() == ["C-1"]
    assert [(row, column) for row, column, _, _ in desk.held()] == [(3, "words")]


def test_a_file_without_a_header_is_refused_without_a_word_of_its_people(desk: Loader) -> None:
    people = "Jane Smith,01/02/1975,north\nJohn Jones,01/02/1976,north\n"
    for text in (people, people.replace("north", "Area")):
        with pytest.raises(UserError) as refused:
            desk.take(text)
        assert "Jane" not in str(refused.value)
        assert "1975" not in str(refused.value)


def test_the_database_tells_no_values_when_it_fails(desk: Loader) -> None:
    engine = desk.review.ledger.engine
    with pytest.raises(sa.exc.DBAPIError) as failed, engine.begin() as connection:
        connection.execute(sa.text("SELECT * FROM nowhere WHERE name = :name"), {"name": "Jane Smith"})
    assert "Jane" not in str(failed.value)


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("Jane Smith joined the team", "the name of a person"),
        ("JANE SMITH left", "the name of a person"),
        ("O'Neil Carter left", "the name of a person"),
        ("J. Smith left", "the name of a person"),
        ("Smith, J was away", "the name of a person"),
        ("Ask DS Patel", "the name of a person"),
        ("\uff2aane \uff33mith left", "the name of a person"),
        ("Call (01380) 735-735", "a telephone number"),
        ("Call 07700 900123", "a telephone number"),
        ("Write to a.b@example.org", "an e-mail address"),
        ("Moved to SN10 2DN", "a postcode"),
        ("Moved to sn10 2dn", "a postcode"),
        ("It was QQ 12 34 56 C", "a national insurance number"),
        ("It was 943 476 5919", "a long number"),
    ],
)
def test_a_sentence_that_could_name_or_reach_somebody_is_told_from_others(sentence, what):
    assert personal_in(sentence) == what


@pytest.mark.parametrize(
    "sentence",
    [
        "Christmas week: the office was closed",
        "On 11 January 2024 Release 3 was published",
        "Counted from 2023-12-25 to 2024-01-01",
        "Additional database checks added 196 applications",
        "East Team moved in Q1 2nd week",
        "IOPC Referral sent on Boxing Day",
        "Team 1 and Team 2 merged. Training began",
        "Operation Onyx began",
    ],
)
def test_a_sentence_about_the_work_is_let_pass(sentence):
    assert not personal_in(sentence)


def test_words_of_the_review_itself_name_nobody():
    assert personal_in("Clare Law began") == "the name of a person"
    assert not personal_in("Clare Law began", own="Clare's Law")
