import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator

from access.roles import Role
from pages.registry import REGISTRY, open_to
from tests.browser.conftest import ONLY_IN_SECOND, Visitor

pytestmark = pytest.mark.browser

STANDARDS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
# What a walk through the pages does not show: a rate by reason with the rows of an area, and figures of nothing.
STATES = {
    "failures?split=Reason&and_by=Area&area=east&list=Failure+rate": "15 applications",
    "failures?as_at=2023-10-02": "As at 2 Oct 2023",
}
SCREENS = [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]
# A screen of 1,280 pixels at a zoom of 400% is 320 wide: what is too wide there is read by scrolling both ways.
ZOOMED = ("light", 320)
NOTHING = {look: [] for look in (*SCREENS, ZOOMED)}
MOST_READINGS = 100
ENOUGH_READINGS = 3


def violations(visitor: Visitor) -> list[str]:
    found = Axe().run(visitor.page, options=STANDARDS).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def overflow(visitor: Visitor) -> int:
    """Pixels by which the page is wider than the screen."""
    return visitor.page.evaluate(
        "() => document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth"
    )


def too_wide(visitor: Visitor) -> bool:
    """Whether the page stays wider than the screen: a table takes its new width a moment after the window."""
    narrow = 0
    for _ in range(MOST_READINGS):
        narrow = narrow + 1 if overflow(visitor) <= 0 else 0
        if narrow == ENOUGH_READINGS:
            return False
        visitor.page.wait_for_timeout(100)
    return True


@dataclass(frozen=True)
class PageFindings:
    """What was seen of one page: what axe found at each look, and what its charts say to who cannot see them."""

    wrong: dict[tuple[str, int], list[str]]
    charts: list[str]


PAGES = [entry for entry in open_to(Role.CHIEF_OFFICER) if entry.title not in ONLY_IN_SECOND]


@pytest.fixture(scope="module")
def walked(browser, server) -> Iterator[tuple[dict[str, PageFindings], list[str]]]:
    """Every page of a chief officer, come to by the navigation from a restated day, and what was asked of abroad."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        visitor = Visitor(context, server).open("?as_at=2024-01-11")
        seen = {}
        for entry in PAGES:
            visitor.page.set_viewport_size({"width": 1440, "height": 900})
            seen[entry.title] = look_at(visitor.go(entry.title))
        yield seen, visitor.abroad


def test_axe_finds_nothing_wrong_and_nothing_is_cut_off_in_either_theme_at_either_width(walked):
    pages, _ = walked
    assert {title: seen.wrong for title, seen in pages.items()} == dict.fromkeys(pages, NOTHING)


@pytest.mark.parametrize("place", ["", "progress", "findings"])
def test_axe_finds_nothing_wrong_with_a_review_of_another_kind(browser, second_server, place):
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        assert look_at(Visitor(context, second_server).open(place)).wrong == NOTHING


def test_every_chart_has_a_text_alternative_that_states_its_message(walked):
    pages, _ = walked
    for entry in REGISTRY[:3]:
        charts = pages[entry.title].charts
        assert len(charts) >= 2
        for words in charts:
            assert re.search(r"\d", words), words
            assert words.endswith(".")


def test_no_request_leaves_the_machine(walked):
    pages, abroad = walked
    assert len(pages) == len(PAGES)
    assert abroad == []


@pytest.mark.parametrize(("place", "words"), STATES.items())
def test_axe_finds_nothing_wrong_with_what_a_page_shows_when_asked(visitor, place, words):
    visitor.open(place)
    assert words in visitor.text()
    assert look_at(visitor).wrong == NOTHING


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(
    "menu", ["Monitor", "As at", "Filters", "Share", "Export", "Events and notes", "chief officer"]
)
def test_axe_finds_nothing_wrong_with_an_open_menu(visitor, menu, width):
    visitor.page.set_viewport_size({"width": width, "height": 900})
    # A menu is drawn by a run of its own, in which what was there before may be faint.
    visitor.open("?as_at=2024-01-11").menu(menu).settled()
    assert violations(visitor) == []


@pytest.mark.parametrize("entry", [each for each in REGISTRY if each not in open_to(Role.CHIEF_OFFICER)])
def test_axe_finds_nothing_wrong_on_the_pages_of_other_roles(entry, browser, server):
    role = next(each for each in Role if entry in open_to(each))
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        assert look_at(Visitor(context, server, role).open(entry.path)).wrong == NOTHING


def look_at(visitor: Visitor) -> PageFindings:
    wrong = {}
    for theme, width in SCREENS:
        visitor.page.emulate_media(color_scheme=theme)
        visitor.page.set_viewport_size({"width": width, "height": 900})
        width_problems = ["too wide"] * too_wide(visitor.settled())
        wrong[theme, width] = violations(visitor) + width_problems
    visitor.page.emulate_media(color_scheme=ZOOMED[0])
    visitor.page.set_viewport_size({"width": ZOOMED[1], "height": 256})
    wrong[ZOOMED] = ["too wide"] * too_wide(visitor.settled())
    charts = visitor.page.locator("[data-testid=stPlotlyChart]")
    return PageFindings(wrong, [alternative(charts.nth(number)) for number in range(charts.count())])


def alternative(chart: Locator) -> str:
    return chart.evaluate(
        "chart => (chart.closest('[aria-label]') || chart.querySelector('[aria-label]')).getAttribute('aria-label')"
    )
