"""Who may send a file to be loaded, and what becomes of one that is too large, crafted or cut."""

from dataclasses import replace
from pathlib import Path

import pytest

from access.roles import Role
from access.services import Services
from access.settings import Settings
from tests.access.knocking import Answer, Knocker, finished

BOUNDARY = "boundary"
ORIGIN = "https://candour.example"
FILE = b"id,received\nC1,2024-01-02\n"


def form(name: str = "cases.csv", content: bytes = FILE, field: str = "file") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.fixture
def desk(desk: Services, sign_in_settings: Settings, tmp_path: Path) -> Services:
    settings = sign_in_settings.model_copy(update={"inbox": str(tmp_path / "inbox"), "upload_megabytes": 1})
    return replace(desk, settings=settings)


@pytest.fixture
def knocker(desk: Services) -> Knocker:
    return Knocker(lambda: desk, host="candour.example", client=("203.0.113.7", 50_000))


def cookie_of(desk: Services, role: Role) -> str:
    return f"{desk.settings.cookie}={desk.welcome('amina', (role,), 'test')}"


def send(knocker: Knocker, cookie: str, body: bytes, *, whole: bool = True, **headers: str) -> Answer:
    """whole: whether all of the body comes."""

    async def sending() -> Answer:
        sent: list[dict] = []
        parts = [body[:200], body[200:]] if whole else [body[:60]]
        messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        messages.append({"type": "http.request", "body": b""} if whole else {"type": "http.disconnect"})

        async def receive() -> dict:
            return messages.pop(0) if len(messages) > 1 else messages[0]

        async def take(message: dict) -> None:
            sent.append(message)

        headers_sent = {
            "origin": ORIGIN, "content-length": str(len(body)),
            "content-type": f"multipart/form-data; boundary={BOUNDARY}",
        } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
        scope = knocker._scope(
            "http", "/send", cookie, {name: value for name, value in headers_sent.items() if value}
        )
        await knocker.gate(scope | {"method": "POST"}, receive, take)
        start, *rest = sent
        own = [(name.decode().lower(), value.decode()) for name, value in start["headers"]]
        return Answer(start["status"], own, b"".join(part.get("body", b"") for part in rest).decode())

    return finished(sending())


def test_a_data_steward_sends_a_file_and_the_record_says_so(knocker: Knocker, desk: Services) -> None:
    answer = send(knocker, cookie_of(desk, Role.DATA_STEWARD), form())
    assert (answer.status, answer["location"]) == (303, "/data?load_part=Load+a+file")
    assert desk.spool is not None
    (job,) = desk.spool.jobs()
    assert (job.name, job.who, job.state) == ("cases.csv", "amina", "sent")
    assert desk.spool.file(job).read_bytes() == FILE
    last = desk.review.record.last("administration", "extract of ")
    assert last is not None
    assert last.scope == f"extract of {len(FILE)} bytes sent to be loaded"
    assert knocker.behind.paths == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DATA_STEWARD])
def test_no_other_role_sends_one_or_sees_the_form(knocker: Knocker, desk: Services, role: Role) -> None:
    cookie = cookie_of(desk, role)
    assert send(knocker, cookie, form()).status == 403
    assert knocker.ask("/send", cookie=cookie).status == 403
    assert desk.spool is not None
    assert desk.spool.jobs() == []


def test_the_form_is_a_data_stewards(knocker: Knocker, desk: Services) -> None:
    answer = knocker.ask("/send", cookie=cookie_of(desk, Role.DATA_STEWARD))
    assert answer.status == 200
    assert '<form method="post" action="/send"' in answer.body
    assert "form-action 'self'" in answer["content-security-policy"]


def test_a_stranger_sends_nothing(knocker: Knocker, desk: Services) -> None:
    assert send(knocker, "", form()).status == 403
    assert desk.spool is not None
    assert desk.spool.jobs() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": ""}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"content_length": ""}, 411),
        ({"content_length": "-5"}, 411),
        ({"content_length": "9" * 30}, 413),
        ({"content_length": str(3 << 20)}, 413),
        ({"transfer_encoding": "chunked"}, 411),
        ({"content_type": "text/plain"}, 400),
        ({"content_type": "multipart/form-data"}, 400),
    ],
)
def test_what_is_crafted_is_refused_and_nothing_stays(
    knocker: Knocker, desk: Services, headers: dict[str, str], status: int
) -> None:
    assert send(knocker, cookie_of(desk, Role.DATA_STEWARD), form(), **headers).status == status
    assert desk.spool is not None
    assert desk.spool.jobs() == []


def test_a_body_longer_than_it_said_is_refused(knocker: Knocker, desk: Services) -> None:
    long = form(content=b"x" * (2 << 20))
    answer = send(knocker, cookie_of(desk, Role.DATA_STEWARD), long, content_length="100")
    assert answer.status == 400
    assert desk.spool is not None
    assert desk.spool.jobs() == []


def test_a_file_that_is_cut_off_leaves_nothing(knocker: Knocker, desk: Services) -> None:
    cookie = cookie_of(desk, Role.DATA_STEWARD)
    assert send(knocker, cookie, form(), whole=False).status == 400
    assert desk.spool is not None
    assert desk.spool.jobs() == []


@pytest.mark.parametrize("body", [form(content=b""), form(name=""), form(field="other"), b"", form() * 2])
def test_a_form_without_one_file_is_refused(knocker: Knocker, desk: Services, body: bytes) -> None:
    answer = send(knocker, cookie_of(desk, Role.DATA_STEWARD), body)
    assert desk.spool is not None
    assert (answer.status, len(desk.spool.jobs())) in ((400, 0), (303, 1) if body == form() * 2 else (400, 0))


def test_a_demonstration_takes_no_files(visitor: Knocker) -> None:
    answer = visitor.ask("/")
    token = next(iter(answer.cookies.items()))
    assert visitor.ask("/send", cookie="=".join(token)).status == 404
