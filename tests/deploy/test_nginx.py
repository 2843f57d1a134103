"""The shipped nginx configuration in front of two processes on PostgreSQL, and a reader behind it."""

import asyncio
import re
import ssl
import subprocess
from contextlib import AsyncExitStack

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from access.roles import Role
from access.sessions import Sessions
from access.settings import Limits
from access.uploads import MOST_SOCKETS
from data.ledger import Ledger
from tests.deploy.site import Site

pytestmark = [pytest.mark.nginx, pytest.mark.postgres]

COOKIE = "__Host-candour"
# What a page's scripts weighed on their way, and what they weigh.
WEIGHT = """() => performance.getEntriesByType("resource")
    .filter(each => each.name.endsWith(".js"))
    .reduce((sum, each) => ({
        sent: sum.sent + each.encodedBodySize, whole: sum.whole + each.decodedBodySize
    }), {sent: 0, whole: 0})"""
PROTECTIONS = (
    "content-security-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "cache-control",
)


@pytest.fixture(scope="module")
def trusted(site: Site) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=site.folder / "nginx" / "certificate.pem")


@pytest.fixture
def stranger(site: Site, trusted: ssl.SSLContext):
    with httpx.Client(base_url=site.address, verify=trusted, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def visits(site: Site):
    """The visits as the processes see them; whoever is welcomed here comes with a token of their own."""
    ledger = Ledger(site.environment("candour_reader")["CANDOUR_LEDGER"])
    yield Sessions(ledger, Limits())
    ledger.engine.dispose()


def known(visits: Sessions) -> dict[str, str]:
    """The header by which a reader who has signed in is known."""
    return {"Cookie": f"other=1; {COOKIE}={visits.begin('analyst@force', (Role.ANALYST,))}; last=2"}


def sign_in(page: Page, who: str) -> None:
    page.get_by_role("link", name="Sign in").click()
    page.get_by_placeholder(re.compile("^sub", re.IGNORECASE)).fill(who)
    page.get_by_role("button", name="Authorize", exact=True).click()


def settled(page: Page) -> None:
    page.wait_for_selector("h1", timeout=60_000)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)


def open_until_visible(button: Locator, inside: Locator) -> None:
    """Open a box: while charts are still being painted the first click may move another thing and open nothing."""
    for _ in range(5):
        button.click()
        try:
            expect(inside).to_be_visible(timeout=6_000)
        except AssertionError:
            continue
        return
    raise AssertionError("the box did not open")


def test_the_shipped_configuration_is_accepted_without_a_warning(site):
    tried = subprocess.run(site.nginx_command("-t"), check=False, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr


def test_who_comes_by_http_is_sent_to_the_one_address_whatever_host_they_named(site):
    for host in ("localhost", "evil.example"):
        answer = httpx.get(f"http://127.0.0.1:{site.plain}/failures?area=x", headers={"Host": host})
        assert answer.status_code == 301
        assert answer.headers["location"] == f"{site.address}/failures?area=x"


def test_a_stranger_is_asked_in_and_every_protection_is_there_once(stranger):
    answer = stranger.get("/failures")
    assert answer.status_code == 403
    assert "Sign in to Candour" in answer.text
    for name in PROTECTIONS:
        assert len(answer.headers.get_list(name)) == 1, name
    assert answer.headers["server"] == "nginx"


def test_nginx_protects_its_own_answers_too(stranger):
    answer = stranger.post("/", content="x")
    assert answer.status_code == 405
    assert answer.headers.get_list("content-security-policy") == [
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    ]
    assert answer.headers.get_list("cache-control") == ["no-store"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"])
def test_nothing_can_be_sent(stranger, method):
    assert stranger.request(method, "/").status_code == 405


def test_a_document_gets_through_to_candour_itself_and_no_further_without_a_visit(stranger):
    one = "0f8fad5b-d9cb-469f-a165-70867728950e"
    for method in ("PUT", "DELETE"):
        answer = stranger.request(method, f"/_stcore/upload_file/{one}/{one}", content=b"x" * 2_000)
        assert (answer.status_code, "Sign in to Candour" in answer.text) == (403, True)
    assert stranger.put(f"/_stcore/upload_file/{one}/{one}", content=b"x" * 2_500_000).status_code == 413
    assert stranger.put("/_stcore/upload_file/1/2", content=b"x").status_code == 405


def test_a_file_to_be_loaded_gets_through_to_candour_itself_and_no_further_without_a_visit(stranger):
    answer = stranger.post("/send", files={"file": ("cases.csv", b"x" * 3_000_000)})
    assert (answer.status_code, "Sign in to Candour" in answer.text) == (403, True)
    assert stranger.put("/send", content=b"x").status_code == 405
    assert stranger.post("/sent", content=b"x").status_code == 405


def test_health_is_told_and_nothing_else(stranger):
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_another_host_is_not_answered(stranger):
    assert stranger.get("/", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(site, version):
    context = ssl.create_default_context(cafile=site.folder / "nginx" / "certificate.pem")
    context.minimum_version = context.maximum_version = version
    # Or else this side would refuse before the other can.
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(httpx.ConnectError, match="alert protocol version"):
        httpx.get(site.address, verify=context)


# The client on threads reads and writes one TLS connection at once and loses an answer now and then: this one does not.
def test_a_websocket_from_another_site_or_of_a_stranger_is_refused(site, trusted, visits):
    address = site.address.replace("https", "wss") + "/_stcore/stream"
    reader = known(visits)

    async def come() -> None:
        for origin, headers in ((site.address, {}), ("https://evil.example", reader), (None, reader)):
            with pytest.raises(InvalidStatus, match="403"):
                await connect(address, ssl=trusted, origin=origin, additional_headers=headers)
        async with connect(address, ssl=trusted, origin=site.address, additional_headers=reader) as socket:
            await asyncio.wait_for(await socket.ping(), 10)

    asyncio.run(come())


def test_readers_are_spread_over_the_processes_and_each_stays_with_one(site, stranger, visits):
    met = set()
    for _ in range(40):
        headers, before = known(visits), len(site.served())
        for _ in range(3):
            assert stranger.get("/_stcore/host-config", headers=headers).status_code == 200
        chosen = {process for _, process, _ in site.served()[before:]}
        assert len(chosen) == 1
        met |= chosen
        if len(met) == 2:
            break
    assert met == {f"127.0.0.1:{port}" for port in site.ports}


def test_javascript_is_compressed_and_pages_are_not(stranger, visits):
    headers = known(visits)
    page = stranger.get("/", headers=headers)
    assert page.status_code == 200
    assert "content-encoding" not in page.headers
    scripts = re.findall(r'(?:src|href)="\.?(/static/[^"]+\.js)"', page.text)
    assert scripts
    sent = whole = 0
    for script in scripts:
        with stranger.stream("GET", script, headers=headers) as answer:
            size = len(answer.read())
            assert "immutable" in answer.headers["cache-control"]
            assert answer.headers.get("content-encoding") == ("gzip" if size >= 1024 else None), script
            whole += size
            sent += answer.num_bytes_downloaded
    assert sent < whole / 2.5


def test_javascript_too_is_for_readers_only(stranger):
    assert stranger.get("/static/js/index.js").status_code == 403


def test_a_flood_of_sign_ins_is_slowed_and_nobody_else_is(site, trusted):
    # From another address of this machine, so that no other test is slowed.
    flood = httpx.HTTPTransport(verify=trusted, local_address="127.0.0.9")
    with httpx.Client(base_url=site.address, transport=flood) as client:
        answers = [client.get("/sign-in").status_code for _ in range(60)]
        assert set(answers) == {303, 429}
        assert client.get("/").status_code == 403
    with httpx.Client(base_url=site.address, verify=trusted) as other:
        assert other.get("/sign-in").status_code == 303


def test_one_visit_holds_no_more_connections_than_a_browser_needs_and_nobody_else_is_held_up(
    site, trusted, visits
):
    address = site.address.replace("https", "wss") + "/_stcore/stream"
    reader, other = known(visits), known(visits)

    async def come() -> None:
        async with AsyncExitStack() as open_sockets:

            async def take(headers: dict[str, str]) -> None:
                opening = connect(
                    address, ssl=trusted, origin=site.address, additional_headers=headers, open_timeout=60
                )
                await open_sockets.enter_async_context(opening)

            for _ in range(MOST_SOCKETS):
                await take(reader)
            with pytest.raises(InvalidStatus, match="403"):
                await take(reader)
            await take(other)

    asyncio.run(come())


@pytest.mark.browser
def test_a_reader_signs_in_stays_with_one_process_and_outlives_it(site, browser):
    with browser.new_context(ignore_https_errors=True, viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{site.address}/failures?area=north")
        sign_in(page, "analyst@force")
        expect(page).to_have_url(re.compile(r"/failures\?area=north"))
        settled(page)

        cookies = {each["name"]: each for each in context.cookies()}
        visit = cookies[COOKIE]
        assert (visit["secure"], visit["httpOnly"], visit["sameSite"]) == (True, True, "Lax")
        assert (visit["domain"], visit["path"], visit["expires"]) == ("localhost", "/", -1)

        before = len(site.served())
        page.goto(site.address)
        settled(page)
        expect(page.get_by_text("12 applications").first).to_be_visible()
        weight = page.evaluate(WEIGHT)
        assert weight["sent"] < weight["whole"] / 2

        page.goto(f"{site.address}/progress")
        settled(page)
        make = page.get_by_role("button", name="Make a link").locator("visible=true")
        open_until_visible(page.get_by_role("button", name=re.compile("^Menu")).first, make)
        make.click()
        link = page.get_by_role("link", name="Fetch the file").get_attribute("href")
        # Only the process that made the link knows it.
        file = page.request.get(f"{site.address}{link}")
        assert file.status == 200
        assert "attachment" in file.headers["content-disposition"]
        assert file.headers["cache-control"] == "no-store"
        assert file.body().startswith(b"PK")

        # A websocket is written down when it closes: going to another page has closed one by now.
        rows = site.served()[before:]
        assert "/_stcore/stream" in {path for path, _, status in rows if status == 101}
        # Browsers fetch the manifest without any cookie: that one comes as a stranger's.
        (process,) = {process for path, process, _ in rows if path != "/manifest.json"}

        kept, lost = sorted(site.ports, key=lambda port: process.endswith(str(port)))
        site.kill(lost)
        before = len(site.served())
        page.goto(f"{site.address}/?area=CASE-12345")
        settled(page)
        expect(page.get_by_text(re.compile("CASE-12345” is not there"))).to_be_visible(timeout=30_000)
        asked = [process for path, process, _ in site.served()[before:] if path == "/"]
        assert asked[-1].endswith(f"127.0.0.1:{kept}")

        site.kill(kept)
        page.goto(f"{site.address}/?area=CASE-12345")
        expect(page.get_by_role("heading", name="Candour is resting")).to_be_visible()
    for log in (site.folder / "run").glob("*.log"):
        assert "CASE-12345" not in log.read_text(), log.name
        assert visit["value"] not in log.read_text(), log.name
