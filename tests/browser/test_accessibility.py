import pytest
from axe_playwright_python.sync_playwright import Axe

from pages.registry import REGISTRY
from tests.browser.conftest import Server, Visitor

pytestmark = pytest.mark.browser

STANDARDS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
STATES = [(entry.title, entry.path) for entry in REGISTRY] + [
    ("Overview, restated", "?as_at=2024-01-11"),
    ("Failures, opened", "failures?behind=east"),
    ("Failures, cells", "failures?split=Reason&and_by=Area"),
    ("Failures, none", "failures?as_at=2023-10-02"),
]


def violations(visitor: Visitor) -> list[str]:
    found = Axe().run(visitor.page, options=STANDARDS).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("place", [place for _, place in STATES], ids=[name for name, _ in STATES])
def test_axe_finds_nothing_wrong(place, theme, browser, server):
    with browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=theme) as context:
        assert violations(Visitor(context, server).open(place)) == []


@pytest.mark.parametrize("place", [entry.path for entry in REGISTRY], ids=[entry.title for entry in REGISTRY])
def test_axe_finds_nothing_wrong_on_a_telephone(place, browser, server):
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        assert violations(Visitor(context, server).open(place)) == []


def test_axe_finds_nothing_wrong_where_there_is_no_review(browser, tmp_path):
    server = Server(tmp_path / "nothing", tmp_path / "log.txt")
    try:
        with browser.new_context() as context:
            visitor = Visitor(context, server).open()
            assert "There is no review in" in visitor.text()
            assert violations(visitor) == []
    finally:
        server.stop()
