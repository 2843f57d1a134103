"""How often the server's record of a visit is read, and from when a changed role holds."""

import pytest

from access.roles import Role
from access.services import services_of
from access.sessions import Sessions
from access.visit import Refused


@pytest.fixture
def lookups(monkeypatch):
    """The tokens that were looked up."""
    tokens, find = [], Sessions.find

    def counting(sessions, token):
        tokens.append(token)
        return find(sessions, token)

    monkeypatch.setattr(Sessions, "find", counting)
    return tokens


@pytest.mark.parametrize("address", ["", "failures", "releases", "audit"])
def test_a_run_of_a_page_looks_its_session_up_once(app, lookups, address):
    role = Role.AUDITOR if address == "audit" else Role.RELEASE_APPROVER
    page = app(address, role=role)
    lookups.clear()
    page.run()
    assert not page.exception
    assert len(lookups) == 1


def test_a_callback_shares_the_look_up_of_the_run_that_it_begins(app, lookups):
    page = app("failures")
    lookups.clear()
    page.selectbox(key="split").select_index(1).run()
    assert not page.exception
    assert len(lookups) == 1


def test_a_role_that_is_taken_away_is_not_held_in_the_next_run(app, demonstration):
    page = app("failures")
    assert page.header
    for session in services_of(demonstration.folder).sessions.live():
        services_of(demonstration.folder).sessions.end(session)
    page.run()
    assert not page.header
    assert "sign in again" in page.error[0].value


def test_a_visit_without_a_run_reads_the_record_at_every_call(demonstration, lookups):
    services = services_of(demonstration.folder)
    token = services.welcome("reader", (Role.ANALYST, Role.AUDITOR), "test")
    visit, run = services.visit(token), object()
    kept = services.visit(token, lambda: run)
    assert [visit.session.role, kept.session.role, kept.session.role] == [Role.ANALYST] * 3
    assert len(lookups) == 2
    services.sessions.assume(visit.session, Role.AUDITOR)
    assert (visit.session.role, kept.session.role) == (Role.AUDITOR, Role.ANALYST)
    run = object()
    assert kept.session.role is Role.AUDITOR
    services.sessions.end(visit.session)
    run = object()
    with pytest.raises(Refused):
        kept.session  # noqa: B018
