import itertools
from pathlib import Path
from typing import get_args

import pytest

from access.roles import Permission, Role, permitted
from data.terms import Owner

PERMITTED = {role: {one for one in Permission if permitted(role, one)} for role in Role}


def test_every_role_has_its_row_and_every_permission_somebody_who_holds_it():
    assert set(PERMITTED) == set(Role)
    assert set().union(*PERMITTED.values()) == set(Permission)


@pytest.mark.parametrize("role", Role)
def test_nobody_takes_away_what_they_may_not_see(role):
    for seen, taken in (
        (Permission.FIGURES, Permission.EXPORT_FIGURES),
        (Permission.CASE_ROWS, Permission.EXPORT_CASE_ROWS),
        (Permission.RECORD, Permission.EXPORT_RECORD),
    ):
        assert permitted(role, seen) or not permitted(role, taken)


def test_staff_are_named_only_to_those_who_see_the_rows_they_stand_in():
    assert all(
        permitted(role, Permission.CASE_ROWS) for role in Role if permitted(role, Permission.REVIEWER_NAMES)
    )


def test_the_press_and_the_auditor_see_nothing_of_the_review_itself():
    own = {Permission.FIGURES, Permission.CASE_ROWS, Permission.LOADS, Permission.REVIEWER_NAMES}
    assert not PERMITTED[Role.PRESS_OFFICER] & own
    assert not PERMITTED[Role.AUDITOR] & own


def test_who_is_recorded_does_not_read_the_record():
    reading = {role for role in Role if permitted(role, Permission.RECORD)}
    assert reading == {Role.AUDITOR}


def test_who_writes_a_note_sees_the_figures_that_it_is_about():
    assert all(permitted(role, Permission.FIGURES) for role in Role if permitted(role, Permission.NOTES))


def test_who_takes_a_decision_sees_the_figures_that_it_rests_on():
    assert all(permitted(role, Permission.FIGURES) for role in Role if permitted(role, Permission.DECISIONS))


def test_the_terms_name_as_owners_of_decisions_the_roles_that_there_are():
    assert get_args(Owner) == tuple(Role)


def test_no_two_roles_are_the_same():
    for one, other in itertools.combinations(Role, 2):
        assert PERMITTED[one] != PERMITTED[other]


def test_the_readme_shows_the_table_as_it_is():
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert f"| | {' | '.join(Role)} |\n" in readme
    for permission in Permission:
        cells = ("yes" if permitted(role, permission) else "" for role in Role)
        assert f"| {permission} | {' | '.join(cells)} |\n" in readme
