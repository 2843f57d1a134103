"""The gate: who passes, what an answer says to the browser, and what happens when something fails."""

import pytest
from sqlalchemy.exc import OperationalError

from access.roles import Role
from access.services import Services
from data.errors import UserError
from tests.access.knocking import BEHIND, PAGES, Knocker

INSIDE = (
    *PAGES,
    "/failures?area=north",
    "/media/0123abcd.csv",
    "/export/0123abcd",
    "/_stcore/metrics",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/script-health-check",
    "/_stcore/upload_file/1/2",
    "/_stcore/agent/mcp",
    "/_stcore/stream",
    "/static/js/index.js",
    "/component/x/y",
    "/favicon.png",
    "/index.html",
    "/~/+/",
    "/Failures",
    "/failures/",
    "//failures",
    "/./failures",
    "/enter/",
    "/enter/x",
    "/nowhere",
)
OPEN_TO_READERS = {"/_stcore/health", "/_stcore/host-config", "/static/js/index.js", "/favicon.png"}


def signed_in(desk: Services, *roles: Role) -> str:
    token = desk.welcome("amina", roles or (Role.ANALYST,), "test")
    return f"{desk.settings.cookie}={token}"


def safe(answer) -> bool:
    policy = answer["content-security-policy"]
    return (
        "script-src 'self' 'wasm-unsafe-eval'" in policy
        and "frame-ancestors 'none'" in policy
        and answer["x-content-type-options"] == "nosniff"
        and answer["cache-control"] == "no-store"
    )


@pytest.mark.parametrize("place", INSIDE)
def test_nothing_inside_is_open_to_whoever_is_not_signed_in(knocker, place):
    answer = knocker.ask(place)
    assert (answer.status, knocker.behind.paths) == (403, [])
    assert safe(answer)
    assert "Sign in to Candour" in answer.body


@pytest.mark.parametrize("place", INSIDE)
def test_nothing_inside_is_open_to_whoever_does_not_bring_the_key_of_a_single_user(owner, place):
    answer = owner.ask(place)
    assert (answer.status, owner.behind.paths) == (403, [])
    assert safe(answer)


@pytest.mark.parametrize("place", [place for place in INSIDE if place.partition("?")[0] not in PAGES])
def test_a_demonstration_opens_its_pages_and_nothing_else_to_whoever_has_not_begun_at_one(visitor, place):
    assert (visitor.ask(place).status, visitor.behind.paths) == (403, [])


def test_a_reader_passes_to_pages_exports_and_the_framework_own_files_only(knocker, desk):
    cookie = signed_in(desk)
    opened = {place for place in INSIDE if BEHIND.decode() == knocker.ask(place, cookie=cookie).body}
    assert opened == {"/", "/failures", "/failures?area=north", "/data", "/export/0123abcd"} | OPEN_TO_READERS


def test_a_page_that_is_not_for_the_role_is_refused_and_written_down(knocker, desk):
    answer = knocker.ask("/record", cookie=signed_in(desk))
    assert answer.status == 403
    assert "This page is not for your role" in answer.body
    assert knocker.behind.paths == []
    assert last_entry(desk)[2:] == ("amina", "analyst", "page /record", "needs the record", "refused")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get"])
@pytest.mark.parametrize("place", ["/", "/_stcore/upload_file/1/2", "/oauth2callback", "/sign-in"])
def test_nothing_can_be_sent(knocker, desk, method, place):
    for cookie in ("", signed_in(desk)):
        answer = knocker.ask(place, method=method, cookie=cookie)
        assert (answer.status, knocker.behind.paths) == (405, [])
        assert safe(answer)


@pytest.mark.parametrize(
    "cookie",
    [
        "__Host-candour=",
        "__Host-candour=x",
        "__Host-candour=' or 1=1 --",
        "__Host-candour=\x00",
        "__Host-candour=\xff\xfe",
        "__Host-candour=" + "x" * 100_000,
        "candour={token}",
        "__Host-Candour={token}",
        "__Host-candour={token}x",
        "__Host-candour={digest}",
        "__Host-candour={token}; __Host-candour=x",
        "",
    ],
)
def test_a_cookie_that_was_not_given_out_opens_nothing(knocker, desk, sessions, cookie):
    token = desk.welcome("amina", (Role.ANALYST,), "test")
    wrong = cookie.replace("{token}", token).replace("{digest}", sessions.find(token).digest)
    assert knocker.ask("/failures", cookie=wrong).status == 403
    assert knocker.behind.paths == []


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "candour.example.evil.example",
        "candour.example:8443",
        "127.0.0.1",
        "candour.example.",
        "[",
    ],
)
def test_where_people_sign_in_the_gate_answers_to_its_own_name_only(knocker, desk, host):
    cookie = signed_in(desk)
    knocker.host = host
    answer = knocker.ask("/", cookie=cookie)
    assert (answer.status, knocker.behind.paths) == (403, [])
    assert host not in answer["content-security-policy"] or not host


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8501",
        "localhost@evil.example",
        "evil.example@localhost",
        "localhost:8501; script-src *",
        "localhost/x",
        "localhost\\x",
        "127.1",
        "0.0.0.0:8501",
        "10.0.0.1",
        "[",
        "[::2]",
        "localhost:99999",
        "",
    ],
)
def test_on_loopback_the_gate_answers_to_loopback_names_only(visitor, owner, host):
    for each in (visitor, owner):
        each.host = host
        answer = each.ask("/")
        assert (answer.status, each.behind.paths) == (403, [])
        assert "script-src *" not in answer["content-security-policy"]
        assert "Not from here" in answer.body


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "127.0.0.2:80", "[::1]:8501", "LOCALHOST:1"])
def test_loopback_has_several_names(visitor, host):
    visitor.host = host
    assert visitor.ask("/").body == BEHIND.decode()


@pytest.mark.parametrize(
    "client", [("203.0.113.7", 1), ("10.0.0.1", 1), ("::2", 1), ("", 0), ("localhost.evil", 1), None]
)
def test_on_loopback_nobody_comes_from_another_machine(visitor, owner, client):
    for each in (visitor, owner):
        each.client = client
        assert (each.ask("/").status, each.behind.paths) == (403, [])
        assert refused(each.listen())


def test_on_loopback_a_client_may_come_by_either_protocol(visitor):
    visitor.client = ("::1", 50_000)
    assert visitor.ask("/").status == 200


@pytest.mark.parametrize(
    "header",
    [
        "forwarded",
        "x_forwarded_for",
        "x_forwarded_host",
        "x_forwarded_proto",
        "x_real_ip",
        "x_client_ip",
        "via",
    ],
)
def test_on_loopback_nobody_comes_through_a_proxy(visitor, owner, header):
    for each in (visitor, owner):
        assert (each.ask("/", **{header: "127.0.0.1"}).status, each.behind.paths) == (403, [])


def test_a_demonstration_begins_a_visit_at_its_first_page(visitor):
    first = visitor.ask("/")
    assert first.body == BEHIND.decode()
    cookie = f"candour={first.cookies['candour']}"
    assert "HttpOnly" in first["set-cookie"]
    assert "SameSite=Lax" in first["set-cookie"]
    assert visitor.ask("/_stcore/host-config", cookie=cookie).status == 200
    assert visitor.ask("/", cookie=cookie)["set-cookie"] == ""


def test_a_single_user_comes_in_by_the_printed_address_alone(owner):
    key = owner.desk().key
    assert owner.ask(f"/enter/{key}x").status == 403
    assert owner.ask(f"/enter/{key[:-1]}").status == 403
    assert owner.ask("/enter/\xe9").status == 403
    entered = owner.ask(f"/enter/{key}")
    assert (entered.status, entered["location"]) == (303, "/")
    cookie = f"candour={entered.cookies['candour']}"
    assert owner.ask("/failures", cookie=cookie).body == BEHIND.decode()
    again = owner.ask(f"/enter/{key}", cookie=cookie)
    assert (again.status, again["set-cookie"]) == (303, "")


def test_the_printed_address_opens_nothing_where_people_sign_in(knocker, visitor):
    for each in (knocker, visitor):
        assert each.ask(f"/enter/{each.desk().key}").status == 403


def test_signing_out_ends_the_visit_and_its_cookie_opens_nothing_more(knocker, desk):
    cookie = signed_in(desk)
    assert knocker.ask("/failures", cookie=cookie).status == 200
    left = knocker.ask("/auth/logout", cookie=cookie)
    assert (left.status, left["location"]) == (303, "/signed-out")
    assert "Max-Age=0" in left["set-cookie"]
    assert last_entry(desk)[1:4] == ("sign-out", "amina", "analyst")
    assert knocker.ask("/failures", cookie=cookie).status == 403
    assert "You are signed out" in knocker.ask("/signed-out", cookie=cookie).body


def test_the_farewell_of_an_earlier_visit_does_not_end_a_later_one(knocker, desk):
    cookie = signed_in(desk)
    assert knocker.ask("/signed-out", cookie=cookie)["location"] == "/"
    assert knocker.ask("/failures", cookie=cookie).status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
@pytest.mark.parametrize("place", ["/auth/logout", "/export/1"])
def test_another_site_can_neither_end_a_visit_nor_fetch_a_file(knocker, desk, site, place):
    cookie = signed_in(desk)
    answer = knocker.ask(place, cookie=cookie, sec_fetch_site=site)
    assert (answer.status, knocker.behind.paths) == (403, [])
    assert knocker.ask("/failures", cookie=cookie, sec_fetch_site=site).status == 200


def test_a_visit_ends_when_it_is_not_used_and_after_ten_hours_at_the_latest(knocker, desk, clock):
    cookie = signed_in(desk)
    clock.now += 14 * 60
    assert knocker.ask("/failures", cookie=cookie).status == 200
    clock.now += 14 * 60
    assert knocker.ask("/failures", cookie=cookie).status == 200
    clock.now += 15 * 60
    assert knocker.ask("/failures", cookie=cookie).status == 403
    cookie = signed_in(desk)
    for _ in range(59):
        clock.now += 600
        assert knocker.ask("/failures", cookie=cookie).status == 200
    clock.now += 600
    assert knocker.ask("/failures", cookie=cookie).status == 403


def test_what_does_not_use_the_pages_does_not_keep_a_visit_alive(knocker, desk, clock):
    cookie = signed_in(desk)
    for _ in range(3):
        clock.now += 5 * 60
        knocker.ask("/_stcore/health", cookie=cookie)
    assert knocker.ask("/_stcore/health", cookie=cookie).status == 403


def test_another_role_is_met_at_the_next_request(knocker, desk):
    cookie = signed_in(desk, Role.ANALYST, Role.AUDITOR)
    assert knocker.ask("/record", cookie=cookie).status == 403
    desk.visit(cookie.partition("=")[2]).assume(Role.AUDITOR)
    assert knocker.ask("/record", cookie=cookie).status == 200
    assert knocker.ask("/failures", cookie=cookie).status == 403


def test_every_cookie_keeps_to_https_and_from_scripts(knocker, desk):
    knocker.behind.headers = [(b"Set-Cookie", b"_streamlit_xsrf=x; Path=/"), (b"Set-Cookie", b"a=b; Secure")]
    answer = knocker.ask("/", cookie=signed_in(desk))
    assert [value for key, value in answer.headers if key == "set-cookie"] == [
        "_streamlit_xsrf=x; Path=/; Secure",
        "a=b; Secure",
    ]
    assert answer["strict-transport-security"].startswith("max-age=63072000")
    given = knocker.ask("/sign-in")["set-cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Secure"} <= set(given.split("; "))


def test_only_what_was_found_among_the_frameworks_own_files_may_be_kept(knocker, desk):
    cookie = signed_in(desk)
    assert knocker.ask("/static/js/index.js", cookie=cookie)["cache-control"] == "public"
    assert knocker.ask("/failures", cookie=cookie)["cache-control"] == "no-store"
    assert knocker.ask("/export/1", cookie=cookie)["cache-control"] == "no-store"
    assert knocker.ask("/static/js/index.js")["cache-control"] == "no-store"
    knocker.behind.status = 404
    assert knocker.ask("/static/js/index.js", cookie=cookie)["cache-control"] == "no-store"


def test_what_the_framework_says_of_protection_is_replaced(knocker, desk):
    knocker.behind.headers = [
        (b"X-Frame-Options", b"ALLOWALL"),
        (b"Content-Security-Policy", b"script-src *"),
    ]
    answer = knocker.ask("/", cookie=signed_in(desk))
    assert [value for key, value in answer.headers if key == "x-frame-options"] == ["DENY"]
    assert "script-src *" not in answer["content-security-policy"]
    assert "wss://candour.example" in answer["content-security-policy"]
    assert "'sha256-x'" in answer["content-security-policy"]


def failing(error: Exception) -> Knocker:
    def desk():
        raise error

    return Knocker(desk)


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (UserError("There is no review in /secret/place."), 503, "Candour is not ready"),
        (OperationalError("SELECT secret", {}, Exception("locked")), 503, "Candour is busy"),
        (RuntimeError("secret"), 500, "This did not work"),
    ],
)
def test_whatever_fails_the_browser_gets_a_sentence_and_the_log_the_reason(caplog, error, status, title):
    knocker = failing(error)
    answer = knocker.ask("/failures")
    assert answer.status == status
    assert title in answer.body
    assert "secret" not in answer.body
    assert safe(answer)
    assert str(error) in caplog.text
    assert refused(knocker.listen())


def test_a_page_that_breaks_behind_the_gate_says_nothing_of_why(knocker, desk):
    knocker.behind.error = RuntimeError("a victim's name")
    answer = knocker.ask("/failures", cookie=signed_in(desk))
    assert answer.status == 500
    assert "victim" not in answer.body
    assert safe(answer)


def test_whether_the_server_is_up_is_open_to_all_and_tells_nothing_more(knocker, visitor):
    for each in (knocker, visitor, failing(UserError("gone"))):
        answer = each.ask("/healthz")
        assert (answer.status, answer.body) == (200, "ok\n")
        assert safe(answer)
        assert each.behind.paths == []


def refused(sent: list[dict]) -> bool:
    return [message["type"] for message in sent] == ["websocket.close"]


def last_entry(desk: Services) -> tuple:
    import sqlalchemy as sa

    held = desk.review.ledger.tables.record
    with desk.review.ledger.engine.begin() as connection:
        row = connection.execute(sa.select(held).order_by(held.c.number.desc()).limit(1)).one()
    return (row.number, row.kind, row.who, row.role, row.scope, row.reason, row.outcome)
