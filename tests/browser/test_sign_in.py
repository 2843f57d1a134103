"""Sign-in in a real browser, with two real providers: in by the right door, and out of every tab."""

import http.client
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from access.roles import Role
from access.sessions import Sessions
from access.settings import Limits
from access.socket import REFUSED
from data.review import Review
from tests.access.test_gate import INSIDE, OPEN_TO_READERS
from tests.browser import conftest
from tests.browser.conftest import Server, free_port
from tests.browser.providers import SECRET, Provider, can_run

pytestmark = pytest.mark.browser

SETTINGS = """\
mode = "sign-in"
address = "http://127.0.0.1:{port}"

[sign_in]
metadata = "{metadata}"
client_id = "candour"
client_secret_file = "client.secret"
cookie_secret_file = "cookie.secret"

[sign_in.roles]
analyst = ["Analysts"]
auditor = ["Auditors"]
"""
DEEP = "/failures?as_at=2024-01-11"
# Words only: quicker to draw than figures, where it does not matter which page it is.
WORDS = "/definitions?as_at=2024-01-11"
SOON = 60_000

# The whole journey is made with the stricter of the providers that can run here; the rest is quicker with the other.
whole_journey = pytest.mark.parametrize(
    "site",
    [pytest.param("strict", marks=pytest.mark.oidc_strict) if can_run("strict") else "lenient"],
    indirect=True,
)


def menu(page: Page, label: str) -> Locator:
    return (
        page.get_by_test_id("stTopNavSection")
        .or_(page.get_by_test_id("stPopoverButton"))
        .filter(has_text=label)
    )


@dataclass(frozen=True)
class Site:
    """A dashboard, the provider that it asks, and the review that it shows."""

    server: Server
    provider: Provider
    review: Review

    def entries(self, who: str) -> list[tuple[str, str, str, str]]:
        """What the record has of one reader: `kind, role, reason, outcome`."""
        held = self.review.ledger.tables.record
        query = sa.select(held.c.kind, held.c.role, held.c.reason, held.c.outcome)
        with self.review.ledger.engine.begin() as connection:
            found = connection.execute(query.where(held.c.who == who).order_by(held.c.number)).all()
        return [tuple(row) for row in found]


@pytest.fixture(scope="module", params=["lenient"])
def site(request, demonstration: Review, tmp_path_factory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    port = free_port()
    provider = Provider(request.param, folder, f"http://127.0.0.1:{port}/oauth2callback")
    for name, secret in {"client": SECRET, "cookie": "a secret of our own server"}.items():
        (folder / f"{name}.secret").write_text(secret)
        (folder / f"{name}.secret").chmod(0o600)
    settings = folder / "settings.toml"
    settings.write_text(SETTINGS.format(port=port, metadata=provider.metadata))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANDOUR_SETTINGS", str(settings))
        patch.setattr(conftest, "free_port", lambda: port)
        server = Server(demonstration.folder, folder / "log.txt")
    yield Site(server, provider, demonstration)
    server.stop()
    provider.stop()


class Reader:
    """Somebody in front of a browser of their own."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.context = context
        self.site = site
        self.asked: list[str] = []
        self.abroad: list[str] = []
        context.on("request", self._note)
        # The lenient provider's own page asks for a style from elsewhere.
        context.route(lambda url: not self._known(url), lambda route: route.abort())
        self.page = context.new_page()

    def _known(self, url: str) -> bool:
        own = self.site.server.address
        return url.startswith((own, own.replace("http", "ws"), self.site.provider.address, "data:", "blob:"))

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)
        if not self._known(request.url) and not request.frame.url.startswith(self.site.provider.address):
            self.abroad.append(request.url)

    def open(self, place: str = "/") -> Page:
        self.page.goto(f"{self.site.server.address}{place}")
        return self.page

    def sign_in(self, who: str, place: str = "/") -> Page:
        self.open(place)
        self.page.get_by_role("link", name="Sign in").click()
        self.site.provider.choose(self.page, who)
        return self.page

    def cookie(self, name: str = "candour") -> dict | None:
        return next((each for each in self.context.cookies() if each["name"] == name), None)

    def question(self) -> dict[str, str]:
        """What the provider was asked."""
        asked = next(each for each in self.asked if "response_type=" in each)
        return {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}


@pytest.fixture
def reader(browser: Browser, site: Site) -> Iterator[Reader]:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        yield Reader(context, site)


def shown(page: Page, title: str) -> None:
    """Wait for a page with its figures, which come after the title."""
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=SOON)
    expect(page.locator("[data-testid=stMain] h2").first).to_be_visible(timeout=SOON)


@whole_journey
def test_a_reader_comes_in_by_a_deep_link_and_leaves_by_every_tab_at_once(reader, browser, site):
    strict = site.provider.kind == "strict"
    deep, title = WORDS, "Definitions"
    assert reader.open(deep).title() == "Sign in to Candour - Candour"
    assert reader.context.cookies() == []

    before = len(site.entries("amina"))
    page = reader.sign_in("amina", deep)
    shown(page, title)
    # The page completes the address with the rest of its choices.
    assert page.url.startswith(f"{site.server.address}{deep}")
    menu(page, "analyst").click()
    expect(page.get_by_text("amina, analyst")).to_be_visible()
    assert site.entries("amina")[before] == ("sign-in", "analyst", "", "allowed")

    question = reader.question()
    assert question["prompt"] == "login"
    assert {"state", "nonce"} <= set(question)
    assert (question.get("code_challenge_method") == "S256") == strict

    assert (reader.cookie()["httpOnly"], reader.cookie()["sameSite"]) == (True, "Lax")
    assert not [each for each in reader.context.cookies() if each["name"].startswith("_streamlit_user")]
    assert reader.abroad == []

    second = reader.context.new_page()
    second.goto(f"{site.server.address}{deep}")
    shown(second, title)
    stolen = reader.cookie()

    page.get_by_role("button", name="Sign out").click()
    for tab in (page, second):
        expect(tab.get_by_role("heading", name="You are signed out")).to_be_visible(timeout=SOON)
    assert reader.cookie() is None
    for tab in (page, second):
        tab.go_back()
        expect(tab.get_by_role("heading", name="Sign in to Candour")).to_be_visible()

    with browser.new_context() as context:
        context.add_cookies([stolen])
        thief = Reader(context, site)
        expect(thief.open(DEEP).get_by_role("heading", name="Sign in to Candour")).to_be_visible()
    assert site.entries("amina")[-1] == ("sign-out", "analyst", "", "allowed")


def test_whoever_has_no_role_is_told_so_and_written_down(reader, site):
    before = len(site.entries("boris"))
    page = reader.sign_in("boris")
    expect(page.get_by_text("You have no role in Candour")).to_be_visible()
    assert reader.cookie() is None
    assert site.entries("boris")[before:] == [("sign-in", "none", "no role", "refused")]
    assert reader.open(DEEP).title() == "Sign in to Candour - Candour"


def test_whoever_refuses_at_the_provider_is_told_that_it_did_not_succeed(reader, site):
    reader.open().get_by_role("link", name="Sign in").click()
    site.provider.deny(reader.page)
    expect(reader.page.get_by_text("Signing in did not succeed")).to_be_visible()
    assert reader.cookie() is None
    reader.page.get_by_role("link", name="Try again").click()
    expect(reader.page.get_by_role("heading", name="Sign in to Candour")).to_be_visible()


def test_the_answer_of_the_provider_opens_the_door_once_and_for_the_browser_that_asked(reader, browser, site):
    shown(reader.sign_in("amina", WORDS), "Definitions")
    (answer,) = [each for each in reader.asked if "/oauth2callback?" in each]
    assert re.search(r"[?&]code=", answer)
    with browser.new_context() as context:
        thief = Reader(context, site)
        thief.page.goto(answer)
        expect(thief.page.get_by_text("Signing in did not succeed")).to_be_visible()
        assert thief.cookie() is None
    reader.context.clear_cookies(name="candour")
    reader.page.goto(answer)
    expect(reader.page.get_by_text("Signing in did not succeed")).to_be_visible()


def test_a_reader_with_two_roles_holds_one_at_a_time_and_every_page_follows(reader, site):
    page = reader.sign_in("carla", WORDS)
    shown(page, "Definitions")
    expect(menu(page, "Monitor")).to_be_visible()
    menu(page, "analyst").click()
    page.get_by_role("combobox", name="Role").click()
    page.get_by_role("option", name="auditor").click()
    expect(page.get_by_text("carla, auditor")).to_be_visible(timeout=SOON)
    expect(menu(page, "Monitor")).to_have_count(0)
    refused = reader.context.new_page()
    refused.goto(f"{site.server.address}{DEEP}")
    expect(refused.get_by_role("heading", name="This page is not for your role")).to_be_visible()


def asked(site: Site, place: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """Ask the server itself, with no browser that would mend the address."""
    connection = http.client.HTTPConnection("127.0.0.1", site.server.port, timeout=60)
    try:
        connection.request(method, place, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def test_the_real_framework_answers_nobody_through_the_gate_whoever_asks_for_what(site):
    answers = {place: asked(site, place) for place in INSIDE}
    assert {place: answer.status for place, answer in answers.items() if answer.status != 403} == {}
    assert asked(site, "/", "POST").status == 405
    for answer in [*answers.values(), asked(site, "/healthz"), asked(site, "/sign-in")]:
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_the_real_framework_answers_a_reader_with_its_protections_once(site, visits):
    cookie = {"Cookie": f"candour={visits.begin('dora', [Role.ANALYST])}"}
    for place in ("/", "/failures", *OPEN_TO_READERS - {"/static/js/index.js"}):
        answer = asked(site, place, **cookie)
        assert answer.status == 200
        assert len(answer.headers.get_all("content-security-policy")) == 1
    for place in ("/_stcore/metrics", "/media/x.csv", "/_stcore/agent/mcp", "/index.html"):
        assert asked(site, place, **cookie).status == 404


@pytest.fixture
def visits(site) -> Sessions:
    """The record of visits that the server reads at every call."""
    return Sessions(site.review.ledger, Limits())


def opened(site: Site, cookie: str = "", origin: str | None = None) -> ClientConnection:
    return connect(
        f"{site.server.address.replace('http', 'ws')}/_stcore/stream",
        origin=origin,
        additional_headers={"Cookie": cookie},
        subprotocols=["streamlit"],
        max_size=None,
    )


def test_no_real_websocket_opens_without_a_visit_or_from_another_origin(site, visits):
    own, cookie = site.server.address, f"candour={visits.begin('dora', [Role.ANALYST])}"
    for wrong in [
        ("", own),
        (f"{cookie}x", own),
        (cookie, None),
        (cookie, "http://evil.example"),
        (cookie, "null"),
    ]:
        with pytest.raises(InvalidStatus) as refused:
            opened(site, *wrong)
        assert refused.value.response.status_code == 403


def test_what_no_page_has_to_say_is_dropped_and_the_next_word_after_the_end_is_the_last(site, visits):
    token = visits.begin("dora", [Role.ANALYST])
    with opened(site, f"candour={token}", site.server.address) as tab:
        for name in ("clear_cache", "load_git_info", "debug_shutdown_runtime", "debug_disconnect_websocket"):
            tab.send(BackMsg(**{name: True}).SerializeToString())
        tab.send("not a message of a browser")
        tab.send(b"\xff\xfe")
        tab.send(rerun())
        assert "script_finished" in heard(tab, until="script_finished")
        visits.end_all("dora")
        with suppress(ConnectionClosed):  # it may have been shown out before it could speak
            tab.send(rerun())
        assert heard(tab, until="auth_redirect")[-1] == "auth_redirect"
        with pytest.raises(ConnectionClosed) as closed:
            tab.recv(timeout=60)
        assert closed.value.rcvd.code == REFUSED
    assert asked(site, "/healthz").status == 200


def rerun() -> bytes:
    message = BackMsg()
    message.rerun_script.page_name = "definitions"
    return message.SerializeToString()


def heard(tab: ClientConnection, until: str) -> list[str]:
    """Return the kinds of what is said, up to one of them."""
    kinds: list[str] = []
    while until not in kinds:
        message = ForwardMsg()
        message.ParseFromString(tab.recv(timeout=60))
        kinds.append(message.WhichOneof("type"))
    return kinds
