"""A file that alters what is recorded on its own day; the other safeguards are tested with the load."""

import datetime as dt

import pytest

from data.errors import UserError
from tests.data.conftest import DAY, Loader, applications, lines, plan_of

ONE = "A-1,01/02/2020,right to ask,north,,"
TWO = "A-2,01/02/2020,right to ask,north,,"


def test_rows_that_are_only_new_correct_nothing(desk: Loader) -> None:
    desk.take(lines(ONE))
    assert desk.take(lines(ONE, TWO)).receipts[0].new == 1


def test_an_alteration_on_a_later_day_is_no_correction_and_one_on_that_day_is(desk: Loader) -> None:
    later = DAY + dt.timedelta(days=7)
    desk.take(lines(ONE, TWO))
    assert desk.take(lines(ONE, TWO.replace("north", "south")), on=later).receipts[0].changed == 1
    with pytest.raises(UserError, match=r"changes 1 and removes 0 of the applications"):
        desk.take(lines(ONE.replace("north", "south"), TWO.replace("north", "south")), on=later)


def test_rows_that_a_correction_lacks_are_asked_for_too(desk: Loader) -> None:
    desk.take(lines(ONE, TWO))
    with pytest.raises(UserError, match=r"changes 0 and removes 1 of the applications"):
        desk.take(lines(ONE), confirm_removals=True)
    with pytest.raises(UserError, match=r"lacks 1 of the 2 .* --confirm-removals and --confirm-corrections"):
        desk.take(lines(ONE))
    confirmed = desk.take(lines(ONE), confirm_corrections=True, confirm_removals=True)
    assert confirmed.receipts[0].removed == 1


def test_another_table_may_come_on_the_same_day(desk: Loader) -> None:
    people = {"person_ref": "Ref", "application_ref": "Ref", "identified_on": "Received"}
    desk.take(lines(ONE))
    plan = plan_of(applications(), {"table": "people_to_contact", "columns": people})
    assert desk.take(lines(ONE), plan=plan).kept


def test_a_rehearsal_shows_each_cell_that_would_be_altered(desk: Loader) -> None:
    desk.take(lines(ONE, TWO))
    changes = desk.take(lines(ONE.replace("north", "south")), rehearsal=True).changes
    assert changes.rows() == [
        ("applications", "A-2", "removed", None, None, None),
        ("applications", "A-1", "changed", "area", "north", "south"),
    ]
    assert desk.take(
        lines(ONE), rehearsal=True, plan=plan_of(applications(), extract="partial")
    ).changes.is_empty()
