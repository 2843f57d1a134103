"""Visits in the ledger's database: they begin, change, run out and end, and no load holds them up."""

import asyncio
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from access.roles import Role
from access.services import Services
from access.sessions import FORGOTTEN, Sessions, digest_of
from access.settings import Limits
from data.connection import connect_engine, writing
from data.ledger import Ledger
from tests.access.knocking import finished

ROLES = (Role.ANALYST, Role.AUDITOR)


@pytest.fixture
def visits(blank_ledger_url, clock):
    ledger = Ledger(blank_ledger_url)
    yield Sessions(ledger, Limits(), clock)
    ledger.engine.dispose()


def rows(sessions: Sessions) -> list:
    with sessions._engine.begin() as connection:
        return connection.execute(sa.select(sessions._table)).mappings().all()


def test_a_visit_is_known_by_its_token_and_by_nothing_that_the_database_holds(visits):
    token = visits.begin("amina", ROLES)
    found = visits.find(token)
    assert (found.who, found.role, found.roles) == ("amina", Role.ANALYST, ROLES)
    (row,) = rows(visits)
    assert token not in str(dict(row))
    assert visits.find(row["digest"]) is None
    assert row["digest"] == digest_of(token)
    assert len({visits.begin("amina", ROLES) for _ in range(3)}) == 3


def test_a_visit_runs_out_idle_and_in_all(visits, clock):
    token = visits.begin("amina", ROLES)
    assert visits.left(visits.find(token)) == 15 * 60
    clock.now += 15 * 60 - 1
    assert visits.left(visits.find(token)) == 1
    visits.touch(visits.find(token))
    clock.now += 15 * 60 - 1
    visits.touch(visits.find(token))
    assert len(visits.live()) == 1
    clock.now += 15 * 60
    assert visits.find(token) is None
    assert visits.live() == []
    token = visits.begin("amina", ROLES)
    clock.now += 10 * 3600 - 600
    visits._change(digest_of(token), seen_at=clock.now)
    assert visits.left(visits.find(token)) == 600
    clock.now += 600
    assert visits.find(token) is None


def test_not_every_click_is_a_write(visits, clock):
    token = visits.begin("amina", ROLES)
    began = clock.now
    clock.now += 20
    visits.touch(visits.find(token))
    assert visits.find(token).seen_at == began
    clock.now += 1
    visits.touch(visits.find(token))
    assert visits.find(token).seen_at == began + 21


def test_another_role_is_held_by_the_whole_visit_and_only_one_that_was_given(visits):
    token = visits.begin("amina", ROLES)
    visits.assume(visits.find(token), Role.AUDITOR)
    assert visits.find(token).role is Role.AUDITOR
    with pytest.raises(PermissionError):
        visits.assume(visits.find(token), Role.CHIEF_OFFICER)
    assert visits.find(token).role is Role.AUDITOR


def test_an_ended_visit_stays_ended_whatever_was_under_way(visits):
    token = visits.begin("amina", ROLES)
    before = visits.find(token)
    visits.end(before)
    ended = rows(visits)
    visits.assume(before, Role.AUDITOR)
    visits.end(before)
    assert rows(visits) == ended
    assert visits.find(token) is None


def test_every_visit_of_one_reader_can_be_ended_at_once(visits):
    tokens = [visits.begin("amina", ROLES) for _ in range(3)]
    other = visits.begin("boris", ROLES)
    assert visits.end_all("amina") == 3
    assert visits.end_all("amina") == 0
    assert [visits.find(token) for token in tokens] == [None] * 3
    assert visits.find(other).who == "boris"


def test_two_servers_know_the_same_visits(visits, blank_ledger_url, clock):
    ledger = Ledger(blank_ledger_url)
    other = Sessions(ledger, Limits(), clock)
    token = visits.begin("amina", ROLES)
    other.assume(other.find(token), Role.AUDITOR)
    assert visits.find(token).role is Role.AUDITOR
    other.end(other.find(token))
    assert visits.find(token) is None
    ledger.engine.dispose()


def test_who_came_long_ago_is_not_kept_here(visits, clock):
    visits.begin("amina", ROLES)
    clock.now += 10 * 3600 + FORGOTTEN
    visits.begin("boris", ROLES)
    assert [row["who"] for row in rows(visits)] == ["amina", "boris"]
    clock.now += 1
    visits.begin("chris", ROLES)
    assert [row["who"] for row in rows(visits)] == ["boris", "chris"]


@pytest.fixture
def loading(empty_review):
    """A load in another process's stead, which has the whole ledger and does not let go."""
    begun, done = threading.Event(), threading.Event()
    engine = connect_engine(empty_review.ledger.engine.url.render_as_string(hide_password=False))

    def load():
        with writing(engine):
            begun.set()
            assert done.wait(30)

    thread = threading.Thread(target=load)
    thread.start()
    assert begun.wait(30)
    yield done
    done.set()
    thread.join()
    engine.dispose()


def test_readers_go_on_while_a_load_has_the_ledger(knocker, desk: Services, clock, request):
    cookie = f"__Host-candour={desk.welcome('amina', ROLES, 'test')}"
    clock.now += 60
    request.getfixturevalue("loading")

    async def crowd():
        return await asyncio.gather(*(knocker.asking("/failures", cookie=cookie) for _ in range(20)))

    assert {answer.status for answer in finished(crowd())} == {200}
    heard = knocker.listen(b"rerun_script", cookie=cookie, origin="https://candour.example")
    assert heard[1]["bytes"] == b"figures"


def test_the_visit_is_noted_again_once_the_load_is_done(desk: Services, clock, request):
    token = desk.welcome("amina", ROLES, "test")
    began = clock.now
    clock.now += 60
    loading = request.getfixturevalue("loading")
    desk.sessions.touch(desk.sessions.find(token))
    assert desk.sessions.find(token).seen_at == began
    loading.set()
    while desk.sessions.find(token).seen_at == began:
        desk.sessions.touch(desk.sessions.find(token))
    assert desk.sessions.find(token).seen_at == clock.now


def test_whoever_signs_in_during_a_load_waits_for_it_and_holds_up_nobody(knocker, desk: Services, request):
    cookie = f"__Host-candour={desk.welcome('amina', ROLES, 'test')}"
    loading = request.getfixturevalue("loading")
    knocker.wire = knocker.wire.__class__(
        **{**vars(knocker.wire), "claims": lambda cookies: {"sub": "boris", "roles": "Analysts"}}
    )

    async def morning():
        waiting = [asyncio.create_task(knocker.asking("/oauth2callback?code=c")) for _ in range(20)]
        await asyncio.sleep(0)
        read = await asyncio.gather(*(knocker.asking("/failures", cookie=cookie) for _ in range(5)))
        assert {answer.status for answer in read} == {200}
        assert not any(task.done() for task in waiting)
        loading.set()
        return await asyncio.gather(*waiting)

    assert {answer.status for answer in finished(morning())} == {303}


def test_only_a_lock_is_passed_over(visits, clock, monkeypatch):
    token = visits.begin("amina", ROLES)
    session = visits.find(token)
    clock.now += 60

    def broken(*_, **__):
        raise OperationalError("UPDATE", {}, Exception("the disk is full"))

    monkeypatch.setattr(visits, "_change", broken)
    with pytest.raises(OperationalError):
        visits.touch(session)
