"""The gate's own pages in a real browser: read by axe, by keyboard, in either theme, at either width."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from access.roles import Role
from access.services import Services
from access.sessions import Sessions
from access.settings import Mode, Settings, SignIn
from data.errors import UserError
from data.review import Review, new_review
from tests.access.knocking import Answer, Knocker, stub_wire
from tests.browser.test_accessibility import SCREENS, violations
from tests.conftest import TERMS

pytestmark = pytest.mark.browser

ADDRESS = "http://127.0.0.1:8501"


@pytest.fixture(scope="module")
def review(tmp_path_factory) -> Review:
    folder = tmp_path_factory.mktemp("notices")
    (folder / "terms-to-be.toml").write_text(TERMS)
    return new_review(folder / "review", folder / "terms-to-be.toml")


def knocker(review: Review, settings: Settings) -> Knocker:
    desk = Services(review, settings, Sessions(review.ledger, settings.sessions))
    return Knocker(lambda: desk, wire=stub_wire(lambda cookies: {"sub": "boris"}))


@pytest.fixture(scope="module")
def notices(review: Review) -> dict[str, Answer]:
    """Every notice, as the gate answers with it."""
    sign_in = SignIn(
        metadata="http://localhost:1/",
        client_id="candour",
        client_secret_file="client.secret",
        cookie_secret_file="cookie.secret",
        roles={"analyst": ("Analysts",)},
    )
    open_door = knocker(review, Settings(mode=Mode.SIGN_IN, address=ADDRESS, sign_in=sign_in))
    analyst = f"candour={open_door.desk().welcome('amina', (Role.ANALYST,), 'test')}"

    def failing(error: Exception) -> Answer:
        def desk() -> Services:
            raise error

        return Knocker(desk).ask("/")

    found = {
        "sign-in": open_door.ask("/failures"),
        "no role": open_door.ask("/oauth2callback?code=c"),
        "not for the role": open_door.ask("/record", cookie=analyst),
        "nowhere": open_door.ask("/nowhere", cookie=analyst),
        "from another site": open_door.ask("/export/1", cookie=analyst, sec_fetch_site="cross-site"),
        "signed out": open_door.ask("/signed-out"),
        "single user": knocker(review, Settings(mode=Mode.SINGLE_USER)).ask("/"),
        "not from here": open_door.ask("/", host="evil.example"),
        "nothing taken": open_door.ask("/", method="POST"),
        "not ready": failing(UserError("no review")),
        "failed": failing(RuntimeError("a bug")),
    }
    assert len({answer.body for answer in found.values()}) == len(found)
    return found


@pytest.fixture
def show(browser, notices):
    with browser.new_context() as context:
        page = context.new_page()

        def shown(name: str) -> Page:
            answer = notices[name]
            context.unroute_all()
            headers = dict(answer.headers)
            context.route("**/*", lambda route: route.fulfill(status=200, headers=headers, body=answer.body))
            page.goto(f"{ADDRESS}/")
            return page

        yield shown


NAMES = (
    "sign-in",
    "no role",
    "not for the role",
    "nowhere",
    "from another site",
    "signed out",
    "single user",
    "not from here",
    "nothing taken",
    "not ready",
    "failed",
)


def test_axe_finds_nothing_wrong_with_any_notice_in_either_theme_at_either_width(show, notices):
    assert set(NAMES) == set(notices)
    wrong = {}
    for name in NAMES:
        page = show(name)
        for theme, width in SCREENS:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("() => document.documentElement.scrollWidth") > width
            wrong[name, theme, width] = [*violations(SimpleNamespace(page=page)), *["too wide"] * wide]
    assert {look: found for look, found in wrong.items() if found} == {}


@pytest.mark.parametrize("name", ["sign-in", "no role", "not for the role", "signed out"])
def test_the_keyboard_reaches_the_one_thing_to_do(show, name):
    page = show(name)
    page.keyboard.press("Tab")
    button = page.locator("a.button")
    expect(button).to_be_focused()
    assert button.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_notice_says_in_its_title_what_it_is_and_speaks_english(show):
    page = show("sign-in")
    assert page.title() == "Sign in to Candour - Candour"
    assert page.locator("html").get_attribute("lang") == "en-GB"
    assert page.get_by_role("heading", level=1).count() == 1
