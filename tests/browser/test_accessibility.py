import pytest
from axe_playwright_python.sync_playwright import Axe

from access.roles import Role
from pages.registry import REGISTRY, open_to
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

STANDARDS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
STATES = {entry.title: entry.path for entry in open_to(Role.CHIEF_OFFICER)} | {
    "Overview, restated": "?as_at=2024-01-11",
    "Failures, opened": "failures?behind=east",
    "Failures, cells": "failures?split=Reason&and_by=Area",
    "Failures, none": "failures?as_at=2023-10-02",
}
# Colours are the theme's and the layout is the width's: each of both is looked at once.
LOOKS = [("light", 1440), ("dark", 390)]


def violations(visitor: Visitor) -> list[str]:
    found = Axe().run(visitor.page, options=STANDARDS).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def overflow(visitor: Visitor) -> int:
    """Pixels by which the page is wider than the screen."""
    return visitor.page.evaluate(
        "() => document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth"
    )


@pytest.mark.parametrize("place", STATES.values(), ids=STATES.keys())
def test_axe_finds_nothing_wrong_and_nothing_is_cut_off_in_either_theme_at_either_width(place, visitor):
    visitor.page.emulate_media(color_scheme="light")
    look_at(visitor, place)


@pytest.mark.parametrize("entry", [each for each in REGISTRY if each not in open_to(Role.CHIEF_OFFICER)])
def test_axe_finds_nothing_wrong_on_the_pages_of_other_roles(entry, browser, server):
    role = next(each for each in Role if entry in open_to(each))
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        look_at(Visitor(context, server, role), entry.path)


def look_at(visitor: Visitor, place: str) -> None:
    visitor.open(place)
    wrong = {}
    for theme, width in LOOKS:
        visitor.page.emulate_media(color_scheme=theme)
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.settled()
        wrong[theme, width] = violations(visitor) + ["too wide"] * (overflow(visitor) > 0)
    assert wrong == {look: [] for look in LOOKS}
