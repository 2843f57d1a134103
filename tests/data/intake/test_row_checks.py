import datetime as dt

import pytest

from data.intake.mapping import Plan
from tests.data.conftest import DAY, Loader, applications, lines, plan_of

GOOD = "A-1,01/02/2020,right to ask,north,,"
REVIEWS = {
    "table": "reviews",
    "file": "reviews*",
    "columns": {
        "review_ref": "Review",
        "application_ref": "Ref",
        "kind": {"value": "first"},
        "team": "Team",
        "reviewer_ref": "Reviewer",
        "allocated_on": "Allocated",
        "completed_on": "Completed",
        "outcome": "Outcome",
    },
}
REVIEW_HEADER = "Review,Ref,Team,Reviewer,Allocated,Completed,Outcome"


@pytest.mark.parametrize(
    ("row", "column", "drawn", "reason"),
    [
        (",01/02/2020,right to ask,north,,", "application_ref", "(empty)",
         "is empty, but every row needs one"),
        ("1E10,01/02/2020,right to ask,north,,", "application_ref", "9A99",
         "was turned into a number like 1E10 by a spreadsheet: take it from the source again"),
        ("\u0410-7,01/02/2020,right to ask,north,,", "application_ref", "A-9",
         "is no plain reference: it holds a letter of another alphabet"),
        ("TBC,01/02/2020,right to ask,north,,", "application_ref", "A",
         "stands for a reference that is not there: leave it empty"),
        ("A-2,,right to ask,north,,", "received_on", "(empty)", "is empty, but every row needs one"),
        ("A-2,31/02/2020,right to ask,north,,", "received_on", "99/99/9999", "is not a day that exists"),
        ("A-2,12/01/2024,right to ask,north,,", "received_on", "99/99/9999",
         "is after the day of the load, 11 January 2024"),
        ("A-2,07/03/2014,right to ask,north,,", "received_on", "99/99/9999",
         "is before the scheme began, on 8 March 2014"),
        ("A-2,01/02/2020,right to ask,nroth,,", "area", "a",
         "is not one of the areas; the nearest is 'north'"),
        ("A-2,01/02/2020,right to ask,north,Disclosur,", "decision", "Aa",
         "is not one of the codes of decision; the nearest is 'disclosure'"),
        ("A-2,01/02/2020,right to ask,north,disclosure,31/01/2020", "decided_on", "99/99/9999",
         "decided before it was received"),
    ],
)  # fmt: skip
def test_a_bad_row_goes_to_quarantine_with_its_column_shape_and_reason(
    desk: Loader, row: str, column: str, drawn: str, reason: str
) -> None:
    (receipt,) = desk.take(lines(GOOD, row)).receipts
    assert (receipt.read, receipt.accepted, receipt.quarantined) == (2, 1, 1)
    assert desk.held() == [(3, column, drawn, reason)]


def test_a_row_is_held_back_once_with_its_first_reason(desk: Loader) -> None:
    desk.take(lines(GOOD, "A-2,TBC,by post,nroth,perhaps,TBC"))
    assert desk.held() == [(3, "received_on", "A", "is not a date")]


def test_identical_rows_are_merged_and_counted(desk: Loader) -> None:
    (receipt,) = desk.take(lines(GOOD, GOOD, GOOD.lower())).receipts
    assert (receipt.read, receipt.accepted, receipt.repeated, receipt.quarantined) == (3, 1, 2, 0)


def test_one_reference_with_different_data_goes_to_quarantine_as_a_whole(desk: Loader) -> None:
    desk.take(lines(GOOD, "A-2,01/02/2020,right to ask,north,,", "a-2,01/02/2020,right to ask,south,,"))
    reason = "has the same reference as another row, and different data"
    assert desk.held() == [(3, "application_ref", "A-9", reason), (4, "application_ref", "a-9", reason)]


def test_the_good_twin_of_a_bad_row_is_held_back_too(desk: Loader) -> None:
    desk.take(lines(GOOD, "A-2,01/02/2020,right to ask,north,,", "A-2,TBC,right to ask,north,,"))
    assert [(row, reason) for row, _, _, reason in desk.held()] == [
        (3, "has the same reference as another row, and different data"),
        (4, "is not a date"),
    ]


def test_leading_zeros_make_two_references(desk: Loader) -> None:
    desk.take(lines("000123,01/02/2020,right to ask,north,,", "123,01/02/2020,right to ask,north,,"))
    assert desk.now()["application_ref"].to_list() == ["000123", "123"]


def both() -> Plan:
    return plan_of(applications() | {"file": "applications*"}, REVIEWS)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("R-2,A-1,team 1,P1,05/02/2020,04/02/2020,no failure", "completed_on",
         "completed before it was allocated"),
        ("R-2,A-1,team 1,P1,05/02/2020,06/02/2020,", "outcome",
         "completed without an outcome, or an outcome without the day it was completed"),
        ("R-2,A-1,team 1,P1,05/02/2020,,no failure", "outcome",
         "completed without an outcome, or an outcome without the day it was completed"),
        ("R-2,A-1,team 9,P1,05/02/2020,,", "team", "is not one of the teams; the nearest is 'team 2'"),
        ("R-2,A-9,team 1,P1,05/02/2020,,", "application_ref",
         "is not among the applications: send it again once it has arrived"),
        ("R-2,A-1,team 1,P1,31/01/2020,,", "allocated_on", "is before its application was received"),
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_goes_to_quarantine(
    desk: Loader, row: str, column: str, reason: str
) -> None:
    desk.load(
        desk.file(lines(GOOD)),
        desk.file(
            f"{REVIEW_HEADER}\nR-1,A-1,team 1,P1,05/02/2020,06/02/2020,no failure\n{row}\n", "reviews.csv"
        ),
        plan=both(),
    )
    assert [(number, blamed, why) for number, blamed, _, why in desk.held()] == [(3, column, reason)]
    assert desk.now("reviews")["review_ref"].to_list() == ["R-1"]


def test_a_row_completed_before_it_was_allocated_goes_to_quarantine_with_its_row_number(desk: Loader) -> None:
    rows = [f"R-{n},A-1,team 1,P1,05/02/2020,{n:02d}/02/2020,no failure" for n in range(5, 10)]
    bad = "R-X,A-1,team 1,P1,05/02/2020,04/02/2020,no failure"
    text = "\n".join((REVIEW_HEADER, *rows, bad)) + "\n"
    desk.load(desk.file(lines(GOOD)), desk.file(text, "reviews.csv"), plan=both())
    assert desk.held() == [(7, "completed_on", "99/99/9999", "completed before it was allocated")]


def test_a_row_waits_in_quarantine_until_what_it_refers_to_arrives(desk: Loader) -> None:
    reviews = f"{REVIEW_HEADER}\nR-1,A-1,team 1,P1,05/02/2020,,\nR-2,A-2,team 1,P1,05/02/2020,,\n"
    first = desk.load(desk.file(lines(GOOD)), desk.file(reviews, "reviews.csv"), plan=both())
    assert [receipt.quarantined for receipt in first.receipts] == [0, 1]
    second = desk.load(
        desk.file(lines(GOOD, GOOD.replace("A-1", "A-2")), "applications-2.csv"),
        desk.file(reviews, "reviews.csv"),
        plan=both(),
        on=DAY + dt.timedelta(days=7),
    )
    assert [(receipt.new, receipt.quarantined) for receipt in second.receipts] == [(1, 0), (1, 0)]


def test_a_negative_headcount_goes_to_quarantine(desk: Loader) -> None:
    plan = plan_of(
        {
            "table": "staffing",
            "columns": {
                "week_on": "Week",
                "team": "Team",
                "headcount": "Heads",
                "full_time_equivalent": "FTE",
            },
        }
    )
    text = "Week,Team,Heads,FTE\n2024-01-01,team 1,5,4.5\n2024-01-01,team 2,-1,0\n2024-01-08,team 1,4.5,4\n"
    desk.take(text + "2024-01-08,team 2,3,3.5\n2024-01-02,team 1,3,3\n", plan=plan)
    assert [(row, column, reason) for row, column, _, reason in desk.held()] == [
        (3, "headcount", "is less than 0"),
        (4, "headcount", "is not a whole number"),
        (5, "full_time_equivalent", "more full-time equivalents than people"),
        (6, "week_on", "a week is named by its Monday"),
    ]


EDGES = ["31/03/2015", "01/04/2015", "31/08/2023", "01/09/2023"]


def test_what_was_received_within_the_period_is_in_scope_where_the_register_does_not_say(
    desk: Loader,
) -> None:
    desk.take(lines(*(f"A-{n},{day},right to ask,north,," for n, day in enumerate(EDGES))))
    assert desk.now()["in_scope"].to_list() == [False, True, True, False]


def test_a_row_that_says_it_is_in_scope_but_was_received_outside_the_period_is_held_back(
    desk: Loader,
) -> None:
    rows = [f"A-{n},{day},right to ask,north,,,yes" for n, day in enumerate(EDGES)]
    text = "\n".join((f"{lines().strip()},Scope", *rows, "A-9,01/04/2015,right to ask,north,,,no")) + "\n"
    desk.take(text, plan=plan_of(applications(in_scope="Scope")))
    assert desk.now().select("application_ref", "in_scope").rows() == [
        ("A-1", True),
        ("A-2", True),
        ("A-9", False),
    ]
    reason = "says it is in scope, but was received outside the review's period"
    assert desk.held() == [(2, "in_scope", "a", reason), (5, "in_scope", "a", reason)]


def test_a_step_before_its_referral_was_made_is_held_back(desk: Loader) -> None:
    names = {
        "referral_ref": "Ref",
        "referred_on": "Referred",
        "kind": "Kind",
        "route": "Route",
        "subject": "About",
    }
    referrals = {"table": "referrals", "file": "referrals*", "columns": names}
    names = {"event_ref": "Step", "referral_ref": "Ref", "happened_on": "Day", "status": "Status"}
    steps = {"table": "referral_events", "file": "steps*", "columns": names}
    made = desk.file(
        "Ref,Referred,Kind,Route,About\nF-1,2023-11-02,complaint,voluntary,failure\n", "referrals.csv"
    )
    text = "Step,Ref,Day,Status\nS-1,F-1,2023-11-01,referred\nS-2,F-1,2023-11-02,referred\n"
    desk.load(made, desk.file(text, "steps.csv"), plan=plan_of(referrals, steps))
    assert desk.held() == [(2, "happened_on", "9999-99-99", "is before its referral was made")]
    assert desk.now("referral_events")["event_ref"].to_list() == ["S-2"]
