"""What may be sent: one document, from a page of ours, to an address that the server gave to that very visit."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from access import uploads
from access.roles import Role
from access.uploads import MOST_ISSUED, MOST_OPEN, MOST_SENT, at_most
from data.record import Kind
from tests.access.knocking import Behind, Knocker, finished

ONE = "0f8fad5b-d9cb-469f-a165-70867728950e"
PLACE = f"/_stcore/upload_file/{ONE}/{ONE}"
HOME = "https://candour.example"
OURS = {"origin": HOME, "sec_fetch_site": "same-origin", "content_length": "1000"}


class Stored(Behind):
    """A framework that keeps what is sent to it until it is taken back, as the real one does, for anyone."""

    def __init__(self):
        super().__init__()
        self.places: list[str] = []
        self.asked: list[tuple[str, list[bytes]]] = []
        self.during: list[Callable[[], Awaitable]] = []

    async def __call__(self, scope, receive, send):
        if scope["type"] == "websocket":
            await super().__call__(scope, receive, send)
            return
        assert await receive()
        self.asked.append((scope["method"], [name for name, _ in scope["headers"]]))
        if self.error is not None:
            raise self.error
        for each in self.during:
            await each()
        if scope["method"] == "PUT":
            self.places.append(scope["path"])
        elif scope["path"] in self.places:
            self.places.remove(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def kept(knocker) -> Stored:
    knocker.behind = kept = Stored()
    return kept


def signed_in(desk, role: Role = Role.PRESS_OFFICER) -> str:
    return f"{desk.settings.cookie}={desk.welcome('amina', (role,), 'test')}"


def refusals(desk):
    return desk.review.record.about(Kind.CONSULTATION, "document to be checked")


async def sent(knocker: Knocker, cookie: str, method: str = "PUT", place: str = PLACE, **changed: str) -> int:
    headers = {name: value for name, value in (OURS | changed).items() if value}
    return (await knocker.asking(place, method=method, cookie=cookie, **headers)).status


@asynccontextmanager
async def page(knocker: Knocker, cookie: str, *given: str):
    """Have a page of a visit open, which has asked where to send a document, and was given addresses."""
    knocker.behind.uploads = [*given]
    open_, done = asyncio.Event(), asyncio.Event()

    async def stay():
        open_.set()
        await done.wait()

    # What is heard after the request is heard once its answer has been sent.
    said = (b"file_urls_request", b"rerun_script", stay)
    tab = asyncio.create_task(knocker.listening(*said, cookie=cookie, origin=HOME))
    await open_.wait()
    yield
    done.set()
    await tab


def sent_from_a_page(
    knocker: Knocker, cookie: str, method: str = "PUT", place: str = PLACE, **changed
) -> int:
    async def send() -> int:
        async with page(knocker, cookie, PLACE):
            return await sent(knocker, cookie, method, place, **changed)

    return finished(send())


def places(count: int) -> list[str]:
    return [f"/_stcore/upload_file/{ONE}/{n:08x}{ONE[8:]}" for n in range(count)]


@pytest.mark.parametrize("role", list(Role))
def test_whoever_may_see_releases_may_send_a_document_and_nobody_else(knocker, kept, desk, role):
    passes = role in {Role.CHIEF_OFFICER, Role.ANALYST, Role.PRESS_OFFICER, Role.RELEASE_APPROVER}
    for method in ("PUT", "DELETE"):
        assert sent_from_a_page(knocker, signed_in(desk, role), method) == (204 if passes else 403)
    assert bool(kept.asked) is passes


def test_a_refusal_is_written_down_once(knocker, kept, desk):
    for role, why in ((Role.DATA_STEWARD, "needs releases"), (Role.ANALYST, "an address that was not given")):
        cookie, before = signed_in(desk, role), len(refusals(desk))
        for _ in range(5):
            assert finished(sent(knocker, cookie)) == 403
        assert len(refusals(desk)) == before + 1
        assert refusals(desk)[-1].reason.startswith(why)
    assert kept.asked == []


def test_nothing_is_taken_from_a_stranger_or_after_the_visit_has_ended(knocker, kept, desk):
    token = desk.welcome("amina", (Role.PRESS_OFFICER,), "test")
    cookie = f"{desk.settings.cookie}={token}"

    async def ended() -> int:
        async with page(knocker, cookie, PLACE):
            desk.farewell(token)
            return await sent(knocker, cookie)

    assert finished(sent(knocker, "")) == 403
    assert finished(ended()) == 403
    assert kept.asked == []


def test_a_document_is_replaced_and_deleted_by_its_own_visit_only(knocker, kept, desk):
    own, another = signed_in(desk), signed_in(desk, Role.CHIEF_OFFICER)
    theirs = places(1)[0]

    async def attempts():
        async with page(knocker, own, PLACE), page(knocker, another, theirs):
            assert await sent(knocker, own) == 204
            for method in ("PUT", "DELETE"):
                assert await sent(knocker, another, method) == 403
            assert kept.places == [PLACE]
            # Of the visit that it belongs to, both may be done.
            assert await sent(knocker, own) == 204
            assert await sent(knocker, own, "DELETE") == 204
            assert await sent(knocker, another, "PUT", theirs) == 204
            assert await sent(knocker, own, "DELETE", theirs) == 403
            assert theirs in kept.places

    finished(attempts())


def test_what_a_browser_says_of_an_address_gives_it_nothing(knocker, kept, desk):
    cookie = signed_in(desk)

    async def claimed() -> list[int]:
        async with page(knocker, cookie, *places(1)):
            said = [b"send " + PLACE.encode(), b"file_urls_request " + PLACE.encode()]
            await knocker.listening(*said, cookie=cookie, origin=HOME)
            return [await sent(knocker, cookie, method) for method in ("PUT", "DELETE")]

    assert finished(claimed()) == [403, 403]
    assert kept.asked == []


def test_a_page_that_is_closed_takes_its_documents_and_its_addresses_with_it(knocker, kept, desk):
    cookie, other = signed_in(desk), places(1)[0]

    async def closed():
        async with page(knocker, cookie, other):
            async with page(knocker, cookie, PLACE):
                assert await sent(knocker, cookie) == 204
                assert await sent(knocker, cookie, "PUT", other) == 204
            assert kept.places == [other]
            assert await sent(knocker, cookie) == 403
            assert await sent(knocker, cookie, "DELETE") == 403

    finished(closed())
    assert kept.places == []


def test_a_document_that_comes_when_its_page_has_gone_is_not_held(knocker, kept, desk):
    cookie = signed_in(desk)

    async def late():
        gone, arrived = asyncio.Event(), asyncio.Event()

        async def slowly():
            arrived.set()
            await gone.wait()

        kept.during = [slowly]
        async with page(knocker, cookie, PLACE):
            sending = asyncio.create_task(sent(knocker, cookie))
            await arrived.wait()
        kept.during = []
        gone.set()
        assert await sending == 204

    finished(late())
    assert kept.places == []


@pytest.mark.usefixtures("kept")
def test_a_page_is_given_a_bounded_number_of_addresses(knocker, desk):
    cookie, many = signed_in(desk), places(MOST_ISSUED + 1)

    async def oldest_and_newest() -> list[int]:
        async with page(knocker, cookie, *many):
            return [await sent(knocker, cookie, "PUT", place) for place in (many[0], many[1], many[-1])]

    assert finished(oldest_and_newest()) == [403, 204, 204]


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
def test_no_other_site_can_send_one(knocker, kept, desk, changed):
    assert sent_from_a_page(knocker, signed_in(desk), **changed) == 403
    assert kept.asked == []


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
        ({"content_length": str(MOST_SENT)}, 204),
    ],
)
def test_a_body_without_a_length_or_of_too_great_a_one_is_refused_unread(
    knocker, kept, desk, changed, status
):
    assert sent_from_a_page(knocker, signed_in(desk), **changed) == status
    assert ("PUT" in [method for method, _ in kept.asked]) is (status == 204)


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
def test_nothing_is_taken_anywhere_else(knocker, kept, desk, place):
    for method in ("PUT", "DELETE", "POST"):
        assert sent_from_a_page(knocker, signed_in(desk), method, place) == 405
    assert kept.asked == []


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("HEAD", 404), ("POST", 405), ("OPTIONS", 405)])
def test_a_document_cannot_be_fetched_again_nor_sent_in_another_way(knocker, kept, desk, method, status):
    assert sent_from_a_page(knocker, signed_in(desk), method) == status
    assert kept.asked == []


def test_more_than_was_said_is_cut_off():
    parts = iter([b"x" * (MOST_SENT - 1), b"x", b"x"])

    async def receive():
        return {"type": "http.request", "body": next(parts), "more_body": True}

    async def heard() -> list[str]:
        limited = at_most(receive)
        return [(await limited())["type"] for _ in range(3)]

    assert asyncio.run(heard()) == ["http.request", "http.request", "http.disconnect"]


def test_one_more_document_of_a_visit_takes_the_place_of_its_oldest(desk, knocker, kept):
    cookie, another = signed_in(desk), signed_in(desk)
    theirs, *own = places(6)

    async def several():
        async with page(knocker, another, theirs), page(knocker, cookie, *own):
            await sent(knocker, another, place=theirs)
            for place in own:
                assert await sent(knocker, cookie, place=place) == 204
            assert kept.places == [theirs, *own[-MOST_OPEN:]]
            # What the gate takes back itself has no body, whatever the request it came with had.
            assert not any(b"content-length" in names for method, names in kept.asked if method == "DELETE")
            await sent(knocker, cookie, "DELETE", own[-1])
            await sent(knocker, cookie, place=own[0])
            assert kept.places == [theirs, own[-2], own[0]]

    finished(several())


def test_all_visits_together_hold_a_bounded_number_and_none_of_anothers_is_deleted_for_one_more(
    desk, knocker, kept, monkeypatch
):
    monkeypatch.setattr(uploads, "MOST_IN_ALL", 3)
    one, two, three, four = places(4)
    cookie, another = signed_in(desk), signed_in(desk)

    async def many():
        async with page(knocker, cookie, one, two, four):
            async with page(knocker, another, three):
                for whose, place in ((cookie, one), (cookie, two), (another, three)):
                    assert await sent(knocker, whose, place=place) == 204
                new = signed_in(desk)
                async with page(knocker, new, PLACE):
                    assert await sent(knocker, new) == 429
                # In place of one of its own a visit may send another.
                assert await sent(knocker, cookie, place=four) == 204
                assert kept.places == [two, three, four]
                assert await sent(knocker, cookie, "DELETE", four) == 204
            assert await sent(knocker, cookie, place=one) == 204

    finished(many())


def test_no_more_are_taken_while_as_many_are_on_their_way(desk, knocker, kept):
    cookie, refused = signed_in(desk), []

    async def another() -> None:
        refused.append(await sent(knocker, cookie, place=places(10)[len(kept.asked)]))

    async def several():
        async with page(knocker, cookie, *places(10), PLACE):
            kept.during = [another]
            await sent(knocker, cookie)
            assert refused == [429, 204]
            kept.during = []
            assert await sent(knocker, cookie) == 204

    finished(several())


def test_a_document_that_failed_to_come_leaves_the_way_free(desk, knocker, kept):
    cookie = signed_in(desk)

    async def several():
        async with page(knocker, cookie, PLACE):
            kept.error = RuntimeError("no disk")
            for _ in range(MOST_OPEN + 1):
                assert await sent(knocker, cookie) == 500
            kept.error = None
            assert await sent(knocker, cookie) == 204

    finished(several())
