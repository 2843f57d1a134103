"""Bad files 16 to 46: references, days, and rows that make no sense."""

import datetime as dt

import pytest

from tests.data.conftest import DAY, Loader, applications, lines, plan_of
from tests.data.intake.outcomes import accepted, counts, quarantined, refused, taken, tallied
from tests.data.intake.test_row_checks import GOOD, REVIEW_HEADER, REVIEWS

FIRST = dt.date(2020, 2, 1)
TWINS = "has the same reference as another row, and different data"


def received(*days: str) -> str:
    """An extract with one good row and below it, from row 3 on, one row for each day."""
    return lines("A-0,21/01/2020,right to ask,north,,", *(f'A-{n},"{day}",right to ask,north,,'
                                                          for n, day in enumerate(days, start=1)))  # fmt: skip


def test_16_the_same_row_twice_is_one_row_and_is_counted(desk: Loader) -> None:
    assert counts(taken(desk, lines(GOOD, GOOD, GOOD.lower()))) == (3, 1, 0, 2, 0)


def test_17_rows_of_one_reference_that_differ_are_all_held_back(desk: Loader) -> None:
    twins = ("A-2,01/02/2020,right to ask,north,,", "a-2,01/02/2020,right to ask,south,,")
    quarantined(desk, lines(GOOD, *twins), (3, "application_ref", TWINS), (4, "application_ref", TWINS))


def test_18_spaces_case_and_what_cannot_be_seen_make_no_other_reference(desk: Loader) -> None:
    same = ["\u00a0a-1 ", "\ufeffA\u200b-1", "\uff21-1"]
    rows = lines(GOOD, *(GOOD.replace("A-1", each) for each in same))
    assert counts(taken(desk, rows)) == (4, 1, 0, 3, 0)
    assert desk.now()["application_ref"].to_list() == ["A-1"]


def test_19_a_letter_of_another_alphabet_that_looks_like_ours_is_held_back(desk: Loader) -> None:
    text = lines(GOOD, GOOD.replace("A-1", "\u0410-2"))
    quarantined(desk, text, (3, "application_ref", "is no plain reference: it holds a letter of another"))


def test_20_leading_zeros_are_kept(desk: Loader) -> None:
    accepted(desk, lines(GOOD.replace("A-1", "000123"), GOOD.replace("A-1", "123")), 2)
    assert desk.now()["application_ref"].to_list() == ["000123", "123"]


@pytest.mark.parametrize("ref", ["1E10", "1.23457E+12"])
def test_22_a_reference_that_a_spreadsheet_made_a_number_is_held_back(desk: Loader, ref: str) -> None:
    text = lines(GOOD, GOOD.replace("A-1", ref))
    quarantined(desk, text, (3, "application_ref", "was turned into a number like 1E10 by a spreadsheet"))


def test_23_to_25_and_28_days_are_read_however_they_are_written_even_in_one_column(desk: Loader) -> None:
    days = ["01/02/2020", "2020-02-01", "1 February 2020", "01-Feb-2020", "1 Feb 2020"]
    assert accepted(desk, received(*days), 6).warnings == ""
    assert desk.now()["received_on"].to_list()[1:] == [FIRST] * len(days)


def test_24_iso_days_are_read(desk: Loader) -> None:
    accepted(desk, received("2020-02-01"), 2)
    assert desk.now()["received_on"].to_list()[1] == FIRST


def test_25_two_ways_to_write_a_day_may_stand_in_one_column(desk: Loader) -> None:
    accepted(desk, received("01/02/2020", "2020-02-01"), 3)
    assert desk.now()["received_on"].to_list()[1:] == [FIRST, FIRST]


def test_26_any_sign_of_the_month_first_refuses_the_file_with_its_rows(desk: Loader) -> None:
    text = received("01/02/2020", "12/25/2020", "12/26/2020")
    refused(desk, text, "'Received' holds days with month and day the other way round", "in rows 4 and 5",
            "Give the column's true format")  # fmt: skip


def test_26_a_column_that_could_be_read_both_ways_is_loaded_with_a_warning(desk: Loader) -> None:
    doubtful = [f"A-{n},0{n}/08/2020,right to ask,north,," for n in range(1, 6)]
    said = "Every day in 'Received' was read with the day first, and would also be one with the month first"
    assert said in accepted(desk, lines(*doubtful), 5).warnings
    told = plan_of(applications(received_on={"column": "Received", "formats": ["%d/%m/%Y"]}))
    assert accepted(desk, lines(*doubtful) + "\n", 5, plan=told).warnings == ""


def test_27_a_year_of_two_digits_is_held_back_until_the_mapping_says_how_to_read_it(desk: Loader) -> None:
    text = received("01/02/20")
    quarantined(desk, text, (3, "received_on", "has a year of two digits: name its format in the mapping"))
    forms = {"column": "Received", "formats": ["%d/%m/%Y", "%d/%m/%y"]}
    accepted(desk, text + "\n", 2, plan=plan_of(applications(received_on=forms)))
    assert desk.now()["received_on"].to_list()[1] == FIRST


def test_28_months_may_be_words(desk: Loader) -> None:
    accepted(desk, received("1 FEBRUARY 2020"), 2)
    assert desk.now()["received_on"].to_list()[1] == FIRST


def test_29_a_day_that_does_not_exist_is_held_back(desk: Loader) -> None:
    text = received("31/02/2020", "2020-02-31")
    reason = "is not a day that exists"
    quarantined(desk, text, (3, "received_on", reason), (4, "received_on", reason))


def test_30_a_spreadsheets_number_of_a_day_is_that_day(desk: Loader) -> None:
    receipt = accepted(desk, received("43862", "43862.0"), 3)
    assert desk.now()["received_on"].to_list()[1:] == [FIRST, FIRST]
    assert receipt.warnings == "Numbers in 'Received' were read as a spreadsheet's days from 1900 on."


def test_32_the_numbers_0_and_60_are_no_days(desk: Loader) -> None:
    bad = [(3, "is not a date"), (4, "is not a date"), (5, "is before the year 1901")]
    text = received("0", "60", "1900-02-28")
    quarantined(desk, text, *((row, "received_on", reason) for row, reason in bad))


def test_33_a_time_of_day_is_left_out_with_a_warning_and_midnight_without(desk: Loader) -> None:
    assert accepted(desk, received("2020-02-01 00:00:00"), 2).warnings == ""
    assert accepted(desk, received("2020-02-01T23:59:59Z"), 2).warnings == (
        "Times of day in 'Received' were left out."
    )
    assert desk.now()["received_on"].to_list()[1] == FIRST


def test_34_a_day_after_the_load_is_held_back(desk: Loader) -> None:
    text = received("11/01/2024", "12/01/2024")
    quarantined(desk, text, (4, "received_on", "is after the day of the load, 11 January 2024"))


def test_35_a_day_before_the_scheme_began_is_held_back(desk: Loader) -> None:
    text = received("08/03/2014", "07/03/2014")
    quarantined(desk, text, (4, "received_on", "is before the scheme began, on 8 March 2014"))


@pytest.mark.parametrize("hour", ["2023-03-26 01:30", "2023-10-29 01:30", "2023-10-29T01:30:00+01:00"])
def test_36_no_hour_can_be_missing_or_double_where_only_days_are_kept(desk: Loader, hour: str) -> None:
    """The hour that clocks skip or repeat falls on the day that is written, in every time zone."""
    receipt = accepted(desk, received(hour), 2)
    assert receipt.warnings == "Times of day in 'Received' were left out."
    assert desk.now()["received_on"].to_list()[1] == dt.date.fromisoformat(hour[:10])


def test_37_what_stands_for_nothing_is_held_back_and_a_blank_is_nothing(desk: Loader) -> None:
    rows = [
        f"A-{n},01/02/2020,right to ask,north,{sign},{sign}" for n, sign in enumerate(("", "TBC", "N/A", "-"))
    ]
    held = [(row, "decision", "is not one of the codes of decision") for row in (3, 4, 5)]
    quarantined(desk, lines(*rows), *held)
    assert desk.now().select("decision", "decided_on").rows() == [(None, None)]


def test_37_what_stands_for_a_day_or_a_reference_that_is_not_there_is_held_back(desk: Loader) -> None:
    text = lines(GOOD, GOOD.replace("A-1", "tbc"), "A-3,N/A,right to ask,north,,")
    stands = "stands for a reference that is not there: leave it empty"
    quarantined(desk, text, (3, "application_ref", stands), (4, "received_on", "is not a date"))


def reviewed(desk: Loader, row: str, column: str, reason: str) -> None:
    """Load two reviews of which the second is to be held back, with the application they are of."""
    text = f"{REVIEW_HEADER}\nR-1,A-1,team 1,P1,05/02/2020,06/02/2020,no failure\n{row}\n"
    files = desk.file(lines(GOOD)), desk.file(text, "reviews.csv")
    loaded = tallied(
        desk, desk.load(*files, plan=plan_of(applications() | {"file": "applications*"}, REVIEWS))
    )
    assert [counts(receipt) for receipt in loaded.receipts] == [(1, 1, 0, 0, 0), (2, 1, 1, 0, 0)]
    assert loaded.quarantine.select("file", "row_number", "column_name", "reason").rows() == [
        ("reviews.csv", 3, column, reason)
    ]


def test_38_a_review_completed_before_it_was_allocated_is_held_back(desk: Loader) -> None:
    row = "R-2,A-1,team 1,P1,05/02/2020,04/02/2020,no failure"
    reviewed(desk, row, "completed_on", "completed before it was allocated")


def test_39_a_review_allocated_before_its_application_was_received_is_held_back(desk: Loader) -> None:
    row = "R-2,A-1,team 1,P1,31/01/2020,,"
    reviewed(desk, row, "allocated_on", "is before its application was received")


OUTCOME = "completed without an outcome, or an outcome without the day it was completed"


def test_40_a_review_completed_without_an_outcome_is_held_back(desk: Loader) -> None:
    reviewed(desk, "R-2,A-1,team 1,P1,05/02/2020,06/02/2020,", "outcome", OUTCOME)


def test_41_an_outcome_without_the_day_it_was_reached_is_held_back(desk: Loader) -> None:
    reviewed(desk, "R-2,A-1,team 1,P1,05/02/2020,,no failure", "outcome", OUTCOME)


FAILURES = {
    "table": "failures",
    "columns": {
        "failure_ref": "Failure", "application_ref": "Ref", "found_on": "Found", "reason": "Why", "harm": "Harm",
        "type": {"value": "administrative"},
    },
}  # fmt: skip
FOUND = (
    "Failure,Ref,Found,Why,Harm\nF-1,A-1,05/02/2020,disclosed late,no\nF-2,A-2,06/02/2020,disclosed late,no\n"
)


def test_42_a_failure_waits_until_its_application_arrives(desk: Loader) -> None:
    accepted(desk, lines(GOOD))
    plan = plan_of(FAILURES)
    waiting = (3, "application_ref", "is not among the applications: send it again once it has arrived")
    quarantined(desk, FOUND, waiting, name="failures.csv", plan=plan)
    taken(desk, lines(GOOD, GOOD.replace("A-1", "A-2")))
    assert accepted(desk, FOUND, 2, name="failures.csv", plan=plan).new == 1


def test_43_an_unknown_code_is_held_back_with_the_nearest_and_never_guessed(desk: Loader) -> None:
    text = lines(GOOD, "A-2,01/02/2020,right to ask,North.,disclosur,")
    quarantined(desk, text, (3, "area", "is not one of the areas; the nearest is 'north'"))
    assert desk.now().height == 1


def test_44_codes_are_known_in_any_case_and_spacing(desk: Loader) -> None:
    accepted(desk, lines("A-1,01/02/2020, RIGHT\u00a0 to  Ask ,NORTH,,"))
    assert desk.now().select("route", "area").rows() == [("right to ask", "north")]


def test_45_an_unknown_area_or_team_is_held_back(desk: Loader) -> None:
    text = lines(GOOD, "A-2,01/02/2020,right to ask,Atlantis,,")
    quarantined(desk, text, (3, "area", "is not one of the areas"))


def test_45_an_unknown_team_is_held_back(desk: Loader) -> None:
    reason = "is not one of the teams; the nearest is 'team 2'"
    reviewed(desk, "R-2,A-1,team 9,P1,05/02/2020,,", "team", reason)


def test_46_a_headcount_below_nought_or_of_part_of_a_person_is_held_back(desk: Loader) -> None:
    names = {"week_on": "Week", "team": "Team", "headcount": "Heads", "full_time_equivalent": "FTE"}
    plan = plan_of({"table": "staffing", "columns": names})
    text = "Week,Team,Heads,FTE\n2024-01-01,team 1,5,4.5\n2024-01-01,team 2,-1,0\n2024-01-08,team 1,4.5,4\n"
    held = (3, "headcount", "is less than 0"), (4, "headcount", "is not a whole number")
    quarantined(desk, text, *held, plan=plan, on=DAY)
