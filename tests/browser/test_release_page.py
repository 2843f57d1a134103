"""The web page of a release in a real browser: read by axe, by keyboard, without a script, and left at once."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from reports.press.markup import ELSEWHERE, html
from tests.browser.test_accessibility import violations
from tests.reports.press.releases import EMBARGOED

pytestmark = pytest.mark.browser

ADDRESS = "https://www.police.example/releases/5"


def opened(context):
    """Open the page at an address of its own; note what it asks for."""
    asked = []

    def answer(route):
        asked.append(route.request.url)
        body = html(EMBARGOED) if route.request.url == ADDRESS else b"<title>Elsewhere</title>"
        route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body)

    context.route("**/*", answer)
    page = context.new_page()
    page.goto(ADDRESS)
    return page, asked


@pytest.fixture
def page(browser):
    with browser.new_context() as context:
        yield opened(context)[0]


def test_axe_finds_nothing_wrong_in_either_theme_down_to_320_pixels(page):
    wrong = {}
    for theme in ("light", "dark"):
        for width in (1440, 320):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("() => document.documentElement.scrollWidth") > width
            wrong[theme, width] = [*violations(SimpleNamespace(page=page)), *["too wide"] * wide]
    assert {look: found for look, found in wrong.items() if found} == {}


def test_the_way_out_is_the_second_thing_the_keyboard_reaches_and_leads_out(page):
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the release")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Exit this page")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(ELSEWHERE)


@pytest.mark.parametrize("key", ["Escape", "Shift"])
def test_a_key_pressed_three_times_leaves_and_back_does_not_lead_here_again(page, key):
    page.keyboard.press(key)
    expect(page.get_by_role("status")).to_have_text("Press it two more times to exit.")
    page.keyboard.press(key)
    page.keyboard.press(key)
    page.wait_for_url(ELSEWHERE)
    page.go_back()
    assert page.url != ADDRESS


def test_another_key_between_begins_the_count_again(page):
    for key in ("Escape", "Escape", "a", "Escape"):
        page.keyboard.press(key)
    expect(page.get_by_role("status")).to_have_text("Press it two more times to exit.")
    assert page.url == ADDRESS


def test_without_a_script_the_way_out_is_a_plain_link_and_all_figures_are_there(browser):
    with browser.new_context(java_script_enabled=False) as context:
        page, asked = opened(context)
        expect(page.get_by_text("33 failures had been found")).to_be_visible()
        page.get_by_role("link", name="Exit this page").click()
        page.wait_for_url(ELSEWHERE)
        assert asked == [ADDRESS, ELSEWHERE]


def test_on_paper_there_is_no_way_out(page):
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Exit this page")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
