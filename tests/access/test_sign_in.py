"""Sign-in without a browser: what claims come to, and where a reader may be sent back to."""

from urllib.parse import quote

import pytest

from access.roles import Role
from access.sign_in import Reader, Stranger, cookies_of, own_address, reader_of
from tests.access.knocking import PAGES, finished, stub_wire
from tests.access.test_gate import last_entry


@pytest.mark.parametrize(
    ("given", "roles"),
    [
        ("Analysts", (Role.ANALYST,)),
        (["Analysts"], (Role.ANALYST,)),
        (("Media", "Analysts", "Canteen"), (Role.ANALYST, Role.PRESS_OFFICER)),
        (["Press", "Media"], (Role.PRESS_OFFICER,)),
        (["Analysts"] * 10_000, (Role.ANALYST,)),
    ],
)
def test_groups_give_roles_in_a_fixed_order(sign_in_settings, given, roles):
    assert reader_of({"sub": "amina", "roles": given}, sign_in_settings) == Reader("amina", roles)


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        [],
        "analysts",
        "Analysts ",
        "Analysts,Press",
        "Analysts Press",
        "analyst",
        ["Canteen"],
        [["Analysts"]],
        {"Analysts": True},
        [{"Analysts": "Analysts"}],
        [None, 1, True],
        1,
        True,
        "x" * 1_000_000,
    ],
    ids=lambda given: repr(given)[:30],
)
def test_nothing_but_the_very_name_of_a_group_gives_a_role(sign_in_settings, given):
    found = reader_of({"sub": "amina", "roles": given}, sign_in_settings)
    assert isinstance(found, Stranger)
    assert (found.who, found.why) == ("amina", "no role")


def test_no_claim_of_groups_gives_no_role(sign_in_settings):
    assert reader_of({"sub": "amina"}, sign_in_settings).why == "no role"


@pytest.mark.parametrize(
    "who",
    [
        None,
        "",
        "  ",
        "a\nb",
        "a\r\nb",
        "a\x00b",
        "a\x1b[31mb",
        "a\u202eb",
        "a\u200bb",
        "x" * 201,
        7,
        True,
        ["amina"],
        {},
    ],
)
def test_a_name_that_the_record_could_not_hold_lets_nobody_in(sign_in_settings, who):
    found = reader_of({"sub": who, "roles": ["Analysts"]}, sign_in_settings)
    assert isinstance(found, Stranger)
    assert (found.who, found.why) == ("unknown", "no usable claim sub")


def test_one_name_spelled_in_two_ways_is_one_reader(sign_in_settings):
    spelled = {
        reader_of({"sub": who, "roles": "Analysts"}, sign_in_settings).who
        for who in ("Zo\u00eb", "Zoe\u0308", " Zo\u00eb ")
    }
    assert spelled == {"Zo\u00eb"}


def test_nobody_vouched_for_is_nobody(sign_in_settings):
    found = reader_of(None, sign_in_settings)
    assert (found.who, found.why) == ("unknown", "the provider did not vouch for anyone")


@pytest.mark.parametrize(
    "address", ["/", "/failures", "/failures?area=north&split=a%26b", "/?as_at=2024-01-11", "/data?x=//y"]
)
def test_a_reader_comes_back_to_the_very_view_that_was_asked_for(address):
    assert own_address(address, PAGES) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//evil.example",
        "///evil.example",
        "///failures",
        "////failures",
        "//failures",
        "/\\evil.example",
        "\\\\evil.example",
        "/failures\\..\\x",
        "https://evil.example/failures",
        "https:failures",
        "javascript:alert(1)",
        "evil.example/failures",
        "failures",
        "%2f%2fevil.example",
        "%2ffailures",
        "/%2fevil.example",
        "/%5cevil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/failures\r\nset-cookie: x=y",
        "/failures\x00",
        "/failures/../../x",
        "/failures;x",
        "/failures@evil.example",
        "@evil.example",
        "/fa\u0131lures",
        "/auth/logout",
        "/export/1",
        "/media/x",
        "/failures?" + "x" * 3_000,
    ],
    ids=lambda address: repr(address)[:30],
)
def test_nobody_is_sent_anywhere_but_to_a_page_of_this_dashboard(knocker, address):
    assert own_address(address, PAGES) == "/"
    sent = knocker.ask(f"/sign-in?to={quote(address, safe='', errors='surrogatepass')}")
    assert sent.cookies["candour-back"] == "%2F"
    assert sent["location"] == "/auth/login?provider=x"
    knocker.ask(f"/sign-in?to={address}")
    back = signed_in(knocker, back=quote(address, safe=""))
    assert back["location"] == "/"


def signed_in(knocker, back: str = "%2F", **claims):
    knocker.wire = stub_wire(lambda cookies: {"sub": "amina", "roles": ["Analysts"]} | claims)
    return knocker.ask("/oauth2callback?code=c&state=s", cookie=f"candour-back={back}")


def test_a_deep_link_leads_to_sign_in_and_back_to_itself(knocker):
    page = knocker.ask("/failures?area=north&note=a%26b")
    way_in = page.body.partition('href="')[2].partition('"')[0]
    assert way_in == "/sign-in?to=%2Ffailures%3Farea%3Dnorth%26note%3Da%2526b"
    sent = knocker.ask(way_in)
    assert (sent.status, sent["location"]) == (303, "/auth/login?provider=x")
    back = signed_in(knocker, back=sent.cookies["candour-back"])
    assert (back.status, back["location"]) == (303, "/failures?area=north&note=a%26b")
    assert back.cookies["candour-back"] == ""


def test_a_sign_in_begins_a_visit_and_is_written_down(knocker, desk):
    knocker.behind.headers = [
        (b"set-cookie", b"_streamlit_user=signed; Max-Age=2592000"),
        (b"set-cookie", b"_streamlit_user_tokens=signed"),
        (b"set-cookie", b"_streamlit_user__1=more"),
        (b"set-cookie", b"_streamlit_session=state; HttpOnly"),
        (b"location", b"https://evil.example/"),
    ]
    answer = signed_in(knocker)
    assert set(answer.cookies) == {"__Host-candour", "_streamlit_session", "candour-back"}
    assert desk.sessions.find(answer.cookies["__Host-candour"]).who == "amina"
    assert last_entry(desk)[1:] == ("sign-in", "amina", "analyst", "sign-in", "", "allowed")


def test_whoever_is_signed_in_cannot_be_made_to_sign_in_as_somebody_else(knocker):
    cookie = f"__Host-candour={signed_in(knocker).cookies['__Host-candour']}"
    knocker.behind.paths.clear()
    answer = knocker.ask("/oauth2callback?code=c&state=s", cookie=cookie)
    assert (answer.status, answer["location"], answer["set-cookie"]) == (303, "/", "")
    assert knocker.behind.paths == []


def test_whoever_has_no_role_is_told_so_and_written_down_once(knocker, desk):
    first = signed_in(knocker, sub="boris", roles=["Canteen"])
    assert (first.status, "You have no role in Candour" in first.body) == (403, True)
    assert "__Host-candour" not in first.cookies
    number, *entry = last_entry(desk)
    assert entry == ["sign-in", "boris", "none", "sign-in", "no role", "refused"]
    for _ in range(5):
        signed_in(knocker, sub="boris", roles=["Canteen"])
    assert last_entry(desk)[0] == number


def test_nobody_can_fill_the_record_by_failing_to_sign_in(knocker, desk):
    answers = [knocker.ask(f"/oauth2callback?error=access_denied&state={n}") for n in range(6)]
    number, *entry = last_entry(desk)
    assert entry[1] == "unknown"
    assert {answer.status for answer in answers} == {403}
    assert "Signing in did not succeed" in answers[0].body
    knocker.ask("/oauth2callback?state=x")
    assert last_entry(desk)[0] == number


def test_an_answer_of_the_framework_reaches_no_browser():
    async def framework(_scope, _receive, send):
        await send(
            {
                "type": "http.response.start",
                "headers": [(b"Set-Cookie", b"_streamlit_user=u"), (b"Set-Cookie", b"x=y"), (b"a", b"b")],
            }
        )
        await send({"type": "http.response.body", "body": b"claims"})

    identity, others = finished(cookies_of(framework, {}, None))
    assert identity == {"_streamlit_user": "u"}
    assert others == [(b"Set-Cookie", b"x=y")]
