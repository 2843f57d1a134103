"""Journeys with nothing but a keyboard: every control is come to by the tab key, as a reader comes to it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from access.roles import Role
from tests.browser.conftest import Visitor, menu_button, page_link

pytestmark = pytest.mark.browser

MOST_STEPS = 200


@pytest.fixture(scope="module")
def visitor(browser, server) -> Iterator[Visitor]:
    """One reader at one machine for all the journeys: the browser keeps the program that draws the pages."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        yield Visitor(context, server)


def reach(visitor: Visitor, control: Locator) -> Locator:
    """Come to a control by the tab key alone, past the filters by the link that skips them."""
    visitor.settled()
    control.wait_for()
    found = control.element_handle()
    # What has just been opened over the page is beside it, and the next thing the key comes to.
    if found.evaluate("control => !!control.closest('[data-testid=stMain]')"):
        visitor.page.get_by_role("link", name="Skip to main content").focus()
        visitor.page.keyboard.press("Enter")
    for _ in range(MOST_STEPS):
        visitor.page.keyboard.press("Tab")
        if found.evaluate("control => control.contains(document.activeElement)"):
            return control
    raise AssertionError("the tab key does not come to it")


def open_menu(visitor: Visitor, menu: str | Locator) -> None:
    """Open a menu that is come to by the tab key."""
    if isinstance(menu, str):
        menu = menu_button(visitor.page, menu)
    reach(visitor, menu)
    visitor.page.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")


def choose(visitor: Visitor, label: str, option: str, *, number: int = 0) -> None:
    """Choose from a list that is come to by the tab key."""
    reach(visitor, choices_of(visitor, label).nth(number))
    pick(visitor, option)


def choices_of(visitor: Visitor, label: str) -> Locator:
    return visitor.page.get_by_role("combobox", name=re.compile(f"^(.* )?{label}"))


def pick(visitor: Visitor, option: str) -> None:
    """Choose from the list that has been come to."""
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.type(option)
    # The list is narrowed a moment after the last letter.
    expect(visitor.page.get_by_role("option").first).to_contain_text(option)
    visitor.page.keyboard.press("Enter")
    visitor.settled()


def said(visitor: Visitor, words: str) -> None:
    expect(visitor.page.get_by_text(re.compile(words)).first).to_be_visible(timeout=20_000)


def test_from_the_overview_to_another_page(visitor):
    visitor.open()
    open_menu(visitor, "Monitor")
    # The pages of a menu are gone through by the arrow keys.
    referrals = page_link(visitor.page, "Referrals")
    while not referrals.evaluate("link => link === document.activeElement"):
        visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("Enter")
    visitor.page.locator("h1", has_text="Referrals").wait_for()
    said(visitor, "open referrals have had no event for 28 days")


def test_from_now_to_then(visitor):
    visitor.open("?as_at=2024-01-11")
    open_menu(visitor, "As at")
    reach(visitor, visitor.page.get_by_role("radio", name="now"))
    visitor.page.keyboard.press("ArrowRight")
    said(visitor, "As at 11 Jan 2024, as known then")


def test_to_what_changed_since_another_day(visitor):
    visitor.open("?as_at=2024-03-28")
    open_menu(visitor, "As at")
    choose(visitor, "Compared with", "12 weeks before")
    said(visitor, "^What changed since 4 January 2024")


def test_to_the_rows_of_what_needs_a_decision(visitor):
    visitor.open("?as_at=2024-03-28")
    reach(
        visitor,
        visitor.page.locator("[data-testid=stExpander] summary", has_text="Quiet referrals"),
    )
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("[data-testid=stExpander] [data-testid=stDataFrame]").first).to_be_visible()


def test_to_a_finish_with_more_staff(visitor):
    visitor.open("progress?as_at=2024-03-28")
    reach(visitor, visitor.page.get_by_role("slider", name=re.compile("What if")))
    visitor.page.keyboard.press("ArrowRight")
    expect(visitor.page).to_have_url(re.compile("staff=110"))


def test_to_failures_by_two_dimensions_and_their_rows(visitor):
    visitor.open("failures")
    choose(visitor, "and", "Type")
    said(visitor, "^Failures by (type and area|area and type)")
    said(visitor, "^33 failures$")


def test_to_one_applications_own_history(visitor):
    visitor.open("failures?tab=Case+history")
    choose(visitor, "What was known when, of one application", "DV", number=-1)
    said(visitor, "what was known when$")


def test_to_the_size_of_a_sample_that_supports_a_claim(visitor):
    visitor.open("assurance")
    open_menu(visitor, "What would support a claim")
    box = reach(
        visitor, visitor.page.get_by_role("spinbutton", name=re.compile("At most this many failures"))
    )
    box.press("Control+a")
    visitor.page.keyboard.type("5")
    visitor.page.keyboard.press("Enter")
    said(visitor, "at most 5 in 1,000")


def test_to_the_table_of_a_picture_and_a_file_of_it(visitor):
    visitor.open("contact")
    card = (
        visitor.page.locator("[class*=st-key-card]")
        .filter(has=visitor.page.get_by_role("radio", name="Table"))
        .first
    )
    reach(visitor, card.get_by_role("radio", name="Chart"))
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("Space")
    expect(card.get_by_test_id("stDataFrame")).to_be_visible()
    open_menu(visitor, card.get_by_role("button", name=re.compile("^Menu")))
    reach(visitor, visitor.page.get_by_role("button", name="Make a link").locator("visible=true").first)
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("link", name="Fetch the file")).to_be_visible(timeout=20_000)


def test_to_any_figure_by_any_dimension_and_a_link_that_shows_it_again(visitor):
    visitor.open("explore")
    choose(visitor, "Figure", "Failure rate")
    choose(visitor, "Split by", "Route")
    said(visitor, "^Failure rate by route")
    link = visitor.page.url.removeprefix(visitor.address + "/")
    said(visitor.open(link), "^Failure rate by route")


def test_to_what_was_said_in_january_what_is_said_now_and_why(browser, server):
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        press = Visitor(context, server, Role.PRESS_OFFICER).open()
        assert press.title() == "Headlines"
        choose(press, "Compared with", "Release 2")
        said(press, "^Release 2 to Release 4")
        choose(press, "Compared with", "Release 3, 11 January 2024")
        said(press, "^Release 3 to Release 4")
        said(press, "196 more applications were added, most of them following additional database checks")
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        copy = (
            press.page.locator("[data-testid=stCode]").nth(1).get_by_role("button", name="Copy to clipboard")
        )
        reach(press, copy)
        press.page.keyboard.press("Enter")
        expect(press.page.get_by_role("button", name="Copied").first).to_be_visible()
        assert press.page.evaluate("() => navigator.clipboard.readText()") == (
            "In January we reported 3,582 applications in the review. 196 more applications were added, most of "
            "them following additional database checks; the total is 3,778."
        )
