import pytest
from axe_playwright_python.sync_playwright import Axe

from pages.registry import REGISTRY
from tests.browser.conftest import Server, Visitor

pytestmark = pytest.mark.browser

STANDARDS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
STATES = {entry.title: entry.path for entry in REGISTRY} | {
    "Overview, restated": "?as_at=2024-01-11",
    "Failures, opened": "failures?behind=east",
    "Failures, cells": "failures?split=Reason&and_by=Area",
    "Failures, none": "failures?as_at=2023-10-02",
}
LOOKS = [("light", 1440), ("dark", 1440), ("dark", 390), ("light", 390)]


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
    visitor.open(place)
    wrong = {}
    for theme, width in LOOKS:
        visitor.page.emulate_media(color_scheme=theme)
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.settled()
        wrong[theme, width] = violations(visitor) + ["too wide"] * (overflow(visitor) > 0)
    assert wrong == {look: [] for look in LOOKS}


def test_axe_finds_nothing_wrong_where_there_is_no_review(browser, tmp_path):
    server = Server(tmp_path / "nothing", tmp_path / "log.txt")
    try:
        with browser.new_context() as context:
            visitor = Visitor(context, server).open()
            assert "There is no review in" in visitor.text()
            assert violations(visitor) == []
    finally:
        server.stop()
