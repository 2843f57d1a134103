"""What may be sent: one document, from a page of ours, by whoever may have a draft checked."""

import asyncio

import pytest

from access.roles import Role
from access.uploads import MOST_HELD, MOST_IN_ALL, MOST_SENT, at_most
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


class Kept:
    """A framework that keeps what is sent to it until it is taken back, as the real one does."""

    def __init__(self):
        self.places, self.asked, self.during = [], [], []

    async def __call__(self, scope, receive, send):
        assert await receive()
        self.asked.append((scope["method"], [name for name, _ in scope["headers"]]))
        for each in self.during:
            await each()
        if scope["method"] == "PUT":
            self.places.append(scope["path"])
        elif scope["path"] in self.places:
            self.places.remove(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def places(count: int) -> list[str]:
    return [f"/_stcore/upload_file/{ONE}/{n:08x}{ONE[8:]}" for n in range(count)]


def test_one_more_document_of_a_visit_takes_the_place_of_its_oldest(desk, knocker):
    knocker.behind = kept = Kept()
    cookie, another = signed_in(desk), signed_in(desk)
    theirs, *own = places(6)
    sent(knocker, another, place=theirs)
    for place in own:
        assert sent(knocker, cookie, place=place).status == 204
    assert kept.places == [theirs, *own[-MOST_HELD:]]
    # What the gate takes back itself has no body, whatever the request it came with had.
    assert not any(b"content-length" in names for method, names in kept.asked if method == "DELETE")
    sent(knocker, cookie, "DELETE", own[-1])
    sent(knocker, cookie, place=own[0])
    assert kept.places == [theirs, own[-2], own[0]]


def test_all_visits_together_hold_no_more_than_a_bounded_number(desk, knocker):
    knocker.behind = kept = Kept()
    for place in places(MOST_IN_ALL + 3):
        sent(knocker, signed_in(desk), place=place)
    assert kept.places == places(MOST_IN_ALL + 3)[3:]


def test_no_more_are_taken_while_as_many_are_on_their_way(desk, knocker):
    knocker.behind = kept = Kept()
    cookie, refused = signed_in(desk), []
    headers = OURS | {"cookie": cookie}

    async def another() -> None:
        place = places(10)[len(kept.asked)]
        refused.append((await knocker.asking(place, method="PUT", **headers)).status)

    kept.during = [another]
    sent(knocker, cookie)
    assert refused == [429, 204]
    kept.during = []
    assert sent(knocker, cookie).status == 204


def test_a_document_that_failed_to_come_leaves_the_way_free(desk, knocker):
    cookie = signed_in(desk)
    knocker.behind.error = RuntimeError("no disk")
    for _ in range(MOST_HELD + 1):
        assert sent(knocker, cookie).status == 500
    knocker.behind.error = None
    assert sent(knocker, cookie).status == 200
