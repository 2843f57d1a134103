"""One application's own history: who is shown it, what is written down, and what it says."""

import datetime as dt

import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.errors import UserError
from data.terms import USUAL_WORDS
from metrics.as_at import Clocks
from pages.widgets.rows import case_sentence as sentence
from pages.widgets.rows import case_table
from service.view import open_source
from tests.pages.reading import headlines, tables

REF, LAST = "DV/22/02794", dt.date(2024, 5, 30)


@pytest.fixture
def view(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    desk = services_of(demonstration.folder)

    def of(role: Role, clocks=None):
        source = open_source(desk.visit(desk.welcome("historian", (role,), "test")), "OFFICIAL-SENSITIVE")
        return source.view(clocks or Clocks.then(LAST), {})

    return of


def scopes(demonstration, outcome):
    with demonstration.record.reading() as rows:
        return [row.scope for row in rows if (row.who, row.outcome) == ("historian", outcome)]


@pytest.mark.parametrize("role", [Role.RELEASE_APPROVER, Role.PRESS_OFFICER, Role.AUDITOR])
def test_a_role_without_case_rows_is_given_no_history_and_the_refusal_names_no_case(
    view, demonstration, role
):
    with pytest.raises(Refused):
        view(role).case_file(REF)
    assert scopes(demonstration, "refused")[-1] == "one case's own history"


def test_a_look_at_a_history_is_written_down_with_its_case_and_both_clocks(view, demonstration):
    view(Role.ANALYST, Clocks(dt.date(2024, 1, 11), LAST)).case_file(REF)
    written = scopes(demonstration, "allowed")[-1]
    assert written.startswith(f"history of {REF}; as at 2024-01-11; known at 2024-05-30; version ")


@pytest.mark.parametrize("ref", ["DV/99/00000", "", "x" * 65, "DV/22/02794\n", "' OR 1=1 --", "<script>é"])
def test_a_reference_that_no_case_has_is_told_in_one_sentence_that_does_not_repeat_it(
    view, demonstration, ref
):
    with pytest.raises(UserError) as found:
        view(Role.ANALYST).case_file(ref)
    assert str(found.value) == "No application of this review has that reference."
    assert not [each for each in scopes(demonstration, "allowed") if "é" in each or "x" * 65 in each]


def test_staff_are_named_to_those_who_may_see_them_only(view):
    assert "By" in case_table(USUAL_WORDS, view(Role.CHIEF_OFFICER).case_file(REF)).columns
    plain = view(Role.ANALYST).case_file(REF)
    assert "By" not in case_table(USUAL_WORDS, plain).columns
    assert "RV-" not in str(plain.rows())


def test_the_sentence_says_how_much_the_clocks_see(view):
    both = Clocks(dt.date(2024, 1, 11), dt.date(2023, 11, 12))
    asked = view(Role.ANALYST, both)
    file = asked.case_file(REF)
    assert sentence(asked, file) == (
        "As at 11 January 2024, as known on 12 November 2023: 10 facts known then and 11 facts not yet recorded then."
    )
    assert file["seen"].value_counts().height == 2


def test_a_row_that_is_listed_opens_its_own_history(app):
    page = app("failures", month_found="Nov 2023")
    chosen = page.selectbox(key="all_failures_case")
    assert chosen.options[0] == REF
    assert chosen.value is None
    chosen.set_value(REF).run()
    assert f"Application {REF}: what was known when" in headlines(page)
    told = next(each for each in tables(page) if "As recorded" in each.columns)
    found = told.filter(told["What"] == "Failure found")
    assert found["As recorded"].to_list() == [
        "service, no harm, should have disclosed, in scope",
        "service, with harm, should have disclosed, in scope",
    ]
    assert found["In this view"].to_list() == ["corrected or removed by then", "known then"]
    assert REF not in str(dict(page.query_params))
    # Another month does not have it: the choice is let go, and nothing stays on the page.
    page.multiselect(key="month_found").set_value(["Apr 2024"]).run()
    assert page.selectbox(key="all_failures_case").value is None
    assert not [each for each in tables(page) if "As recorded" in each.columns]


def test_who_may_see_no_rows_is_offered_no_history(app):
    page = app("failures", role=Role.RELEASE_APPROVER, area="east")
    assert not [each for each in page.selectbox if (each.key or "").endswith("_case")]
