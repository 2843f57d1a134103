"""What may be sent: one document, from a page of ours, by whoever may have a draft checked."""

import asyncio

import pytest

from access.roles import Role
from access.uploads import MOST_SENT, at_most
from data.kinds import Kind
from tests.access.knocking import BEHIND, Knocker

ONE = "0f8fad5b-d9cb-469f-a165-70867728950e"
PLACE = f"/_stcore/upload_file/{ONE}/{ONE}"
OURS = {"origin": "https://candour.example", "sec_fetch_site": "same-origin", "content_length": "1000"}


def signed_in(desk, role: Role = Role.PRESS_OFFICER) -> str:
    return f"{desk.settings.cookie}={desk.welcome('amina', (role,), 'test')}"


def refusals(desk):
    return desk.review.record.about(Kind.CONSULTATION, "document to be checked")


def sent(knocker: Knocker, cookie: str, method: str = "PUT", place: str = PLACE, **changed: str):
    headers = {name: value for name, value in (OURS | changed).items() if value}
    return knocker.ask(place, method=method, cookie=cookie, **headers)


@pytest.mark.parametrize("role", list(Role))
def test_whoever_may_see_releases_may_send_a_document_and_nobody_else(knocker, desk, role):
    passes = role in {Role.CHIEF_OFFICER, Role.ANALYST, Role.PRESS_OFFICER, Role.RELEASE_APPROVER}
    for method in ("PUT", "DELETE"):
        answer = sent(knocker, signed_in(desk, role), method)
        assert (answer.status, answer.body == BEHIND.decode()) == ((200, True) if passes else (403, False))
    assert len(knocker.behind.paths) == 2 * passes


def test_a_refusal_is_written_down_once(knocker, desk):
    cookie = signed_in(desk, Role.DATA_STEWARD)
    before = len(refusals(desk))
    for _ in range(5):
        assert sent(knocker, cookie).status == 403
    assert len(refusals(desk)) == before + 1


def test_nothing_is_taken_from_a_stranger_or_after_the_visit_has_ended(knocker, desk):
    token = desk.welcome("amina", (Role.PRESS_OFFICER,), "test")
    cookie = f"{desk.settings.cookie}={token}"
    assert sent(knocker, "").status == 403
    desk.farewell(token)
    assert sent(knocker, cookie).status == 403
    assert knocker.behind.paths == []


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": ""},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://candour.example"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_no_other_site_can_send_one(knocker, desk, changed):
    assert sent(knocker, signed_in(desk), **changed).status == 403
    assert knocker.behind.paths == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"content_length": ""}, 411),
        ({"content_length": "-1"}, 411),
        ({"content_length": "many"}, 411),
        ({"transfer_encoding": "chunked"}, 411),
        ({"content_length": "", "transfer_encoding": "chunked"}, 411),
        ({"content_length": str(MOST_SENT + 1)}, 413),
        ({"content_length": "9" * 5_000}, 413),
        ({"content_length": str(MOST_SENT)}, 200),
    ],
)
def test_a_body_without_a_length_or_of_too_great_a_one_is_refused_unread(knocker, desk, changed, status):
    assert sent(knocker, signed_in(desk), **changed).status == status
    assert len(knocker.behind.paths) == (status == 200)


@pytest.mark.parametrize(
    "place",
    [
        "/_stcore/upload_file/1/2",
        "/_stcore/upload_file/",
        PLACE + "/",
        PLACE + "/x",
        PLACE.replace("upload_file", "upload"),
        PLACE.upper(),
        f"/x{PLACE}",
        f"/_stcore/upload_file/../{ONE}/{ONE}",
        PLACE + "\n",
    ],
)
def test_nothing_is_taken_anywhere_else(knocker, desk, place):
    for method in ("PUT", "DELETE", "POST"):
        assert sent(knocker, signed_in(desk), method, place).status == 405
    assert knocker.behind.paths == []


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("HEAD", 404), ("POST", 405), ("OPTIONS", 405)])
def test_a_document_cannot_be_fetched_again_nor_sent_in_another_way(knocker, desk, method, status):
    assert sent(knocker, signed_in(desk), method).status == status
    assert knocker.behind.paths == []


def test_more_than_was_said_is_cut_off():
    parts = iter([b"x" * (MOST_SENT - 1), b"x", b"x"])

    async def receive():
        return {"type": "http.request", "body": next(parts), "more_body": True}

    async def heard() -> list[str]:
        limited = at_most(receive)
        return [(await limited())["type"] for _ in range(3)]

    assert asyncio.run(heard()) == ["http.request", "http.request", "http.disconnect"]
