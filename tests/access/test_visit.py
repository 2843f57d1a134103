"""A visit asks the server's own record at every call, and leaves its traces there."""

import shutil
import threading
from pathlib import Path

import pytest

from access.roles import Permission, Role
from access.services import VISITOR, Services, services_of
from access.sessions import digest_of
from access.settings import Mode
from access.visit import Refused
from data.errors import UserError
from data.record import Kind, Outcome, Record
from data.review import new_review


@pytest.fixture
def desk(tmp_path, blank_review) -> Services:
    folder = Path(shutil.copytree(blank_review, tmp_path / "review"))
    (folder / "settings.toml").write_text('mode = "single-user"\n')
    return services_of(folder)


def last(desk: Services):
    with desk.review.record.reading() as rows:
        return list(rows)[-1]


def count(desk: Services) -> int:
    with desk.review.record.reading() as rows:
        return len(list(rows))


def test_a_sign_in_is_written_down_before_the_visit_begins(desk):
    token = desk.welcome("sam", (Role.ANALYST,), "sign-in")
    assert last(desk)[2:8] == (Kind.SIGN_IN, "sam", Role.ANALYST, "sign-in", "", Outcome.ALLOWED)
    assert desk.visit(token).session.who == "sam"


def test_the_token_is_kept_nowhere(desk):
    token = desk.welcome("sam", (Role.ANALYST,), "sign-in")
    with desk.review.ledger.engine.begin() as connection:
        held = str(connection.exec_driver_sql("SELECT * FROM sessions").all())
    assert token not in held
    assert digest_of(token) in held


def test_what_is_looked_at_is_written_down_once_and_again_in_another_role(desk):
    visit = desk.visit(desk.welcome("sam", (Role.CHIEF_OFFICER, Role.ANALYST), "sign-in"))
    before = count(desk)
    for _ in range(3):
        visit.consult(Permission.FIGURES, "page Overview")
    assert count(desk) == before + 1
    visit.consult(Permission.FIGURES, "page Overview; area east")
    visit.assume(Role.ANALYST)
    visit.consult(Permission.FIGURES, "page Overview; area east")
    assert count(desk) == before + 4
    assert last(desk).role == Role.ANALYST


def test_nobody_looks_while_the_entry_of_the_same_look_waits_to_be_written(desk, monkeypatch):
    """A load may hold the ledger: a second tab must not be let in on an entry that is not there yet."""
    visit = desk.visit(desk.welcome("sam", (Role.ANALYST,), "sign-in"))
    waiting, go_on, done = threading.Event(), threading.Event(), []
    write = Record.write

    def held(record, entry):
        waiting.set()
        go_on.wait(10)
        write(record, entry)

    monkeypatch.setattr(Record, "write", held)
    tabs = [threading.Thread(target=look_at, args=(visit, done)) for _ in range(2)]
    tabs[0].start()
    waiting.wait(10)
    tabs[1].start()
    tabs[1].join(0.3)
    assert done == []
    go_on.set()
    for tab in tabs:
        tab.join(10)
    assert len(done) == 2


def look_at(visit, done: list[bool]) -> None:
    visit.consult(Permission.FIGURES, "page Overview")
    done.append(True)


def test_a_refusal_is_written_down_once_in_a_while_and_says_what_was_wanted(desk):
    visit = desk.visit(desk.welcome("sam", (Role.PRESS_OFFICER,), "sign-in"))
    before = count(desk)
    for _ in range(2):
        with pytest.raises(Refused, match="The role of press officer may not see case rows"):
            visit.require(Permission.CASE_ROWS, "failures")
    assert count(desk) == before + 1
    assert (last(desk).outcome, last(desk).scope) == (Outcome.REFUSED, "failures")
    with pytest.raises(Refused):
        visit.require(Permission.CASE_ROWS, "applications")
    assert count(desk) == before + 2


def test_what_leaves_is_written_down_every_time_and_only_for_a_role_that_may_have_it(desk):
    visit = desk.visit(desk.welcome("sam", (Role.ANALYST, Role.PRESS_OFFICER), "sign-in"))
    before = count(desk)
    for _ in range(2):
        visit.disclose(Permission.EXPORT_CASE_ROWS, "export of case rows", "to check them")
    assert count(desk) == before + 2
    visit.assume(Role.PRESS_OFFICER)
    with pytest.raises(Refused):
        visit.disclose(Permission.EXPORT_CASE_ROWS, "export of case rows", "to check them")
    assert last(desk).outcome == Outcome.REFUSED


def test_what_cannot_be_written_down_is_not_shown(desk):
    visit = desk.visit(desk.welcome("sam", (Role.ANALYST,), "sign-in"))
    kept = desk.review.record.keys.path.read_bytes()
    desk.review.record.keys.path.unlink()
    with pytest.raises(UserError):
        visit.consult(Permission.FIGURES, "page Overview")
    desk.review.record.keys.path.write_bytes(kept)
    desk.review.record.keys.path.chmod(0o600)
    before = count(desk)
    visit.consult(Permission.FIGURES, "page Overview")
    assert count(desk) == before + 1


def test_a_role_that_was_not_given_is_refused_and_written_down(desk):
    visit = desk.visit(desk.welcome("sam", (Role.PRESS_OFFICER,), "sign-in"))
    with pytest.raises(Refused, match="You have not been given the role of analyst"):
        visit.assume(Role.ANALYST)
    assert last(desk).outcome == Outcome.REFUSED
    assert visit.session.role is Role.PRESS_OFFICER


def test_a_visit_that_ended_may_nothing_more(desk):
    token = desk.welcome("sam", (Role.CHIEF_OFFICER,), "sign-in")
    visit = desk.visit(token)
    desk.farewell(token)
    assert last(desk).kind == Kind.SIGN_OUT
    for call in (
        lambda: visit.require(Permission.FIGURES, "x"),
        lambda: visit.consult(Permission.FIGURES, "x"),
        lambda: visit.note(Kind.DISCLOSURE, "x"),
        lambda: visit.assume(Role.CHIEF_OFFICER),
        lambda: visit.may(Permission.FIGURES),
    ):
        with pytest.raises(Refused, match="sign in again"):
            call()


def test_real_data_without_a_sign_in_is_refused(tmp_path, terms_file):
    review = new_review(tmp_path / "real", terms_file)
    with pytest.raises(UserError, match="holds real data and no sign-in is set up: set mode to 'sign-in'"):
        services_of(review.folder)


def test_visitors_who_do_not_say_who_they_are_come_to_a_demonstration_only(desk, empty_demonstration):
    assert desk.settings.mode is Mode.SINGLE_USER
    with pytest.raises(PermissionError):
        desk.welcome_unknown()
    shown = services_of(empty_demonstration.folder)
    assert shown.visit(shown.welcome_unknown()).session.who == VISITOR
    with pytest.raises(PermissionError):
        shown.welcome_owner()


def test_somebody_turned_away_is_written_down(desk):
    desk.turn_away("sam", "sign-in", "no role")
    assert last(desk)[2:8] == (Kind.SIGN_IN, "sam", "none", "sign-in", "no role", Outcome.REFUSED)
