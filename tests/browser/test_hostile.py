"""In a browser, too, nothing that terms or people say becomes a link, a picture or a formula."""

from collections.abc import Iterator

import pytest

from access.roles import Role
from tests.browser.conftest import Server, Visitor
from tests.pages.hostile import LOUD, hostile_review

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hostile_server(untouched, tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hostile-server")
    review = hostile_review(untouched, folder / "review")
    review.snapshot()
    review.ledger.engine.dispose()
    server = Server(folder / "review", folder / "log.txt")
    yield server
    server.stop()


MADE = """() => [...document.querySelectorAll(
    'a[href^="http"][href*="evil"], img[src="x"], .katex, [data-testid=stMain] code'
)].map(each => each.outerHTML.slice(0, 200))"""
BOLD = """word => [...document.querySelectorAll('b, strong, em, tspan[style*="bold"], tspan[style*="italic"]')]
    .filter(each => each.textContent.trim() === word).length"""


@pytest.mark.parametrize(
    "page", ["", "failures", "staffing", "definitions", "data", "explore?figure=Failures+found"]
)
def test_a_browser_makes_nothing_of_words(browser, hostile_server, page):
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        reader = Visitor(context, hostile_server, Role.ANALYST).open(page)
        reader.page.wait_for_timeout(500)
        assert reader.page.evaluate(MADE) == []
        assert reader.page.evaluate(BOLD, LOUD) == 0
        assert reader.abroad == []


def test_the_words_stand_on_the_page_as_they_were_written(browser, hostile_server):
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        reader = Visitor(context, hostile_server, Role.ANALYST)
        lists = [
            reader.open(f"definitions?term={name}").text() for name in ("Areas", "Reasons", "Teams", "Routes")
        ]
        said = " ".join(lists).replace("\N{WORD JOINER}", "")
        for words in (f"**{LOUD}**", f"<b>{LOUD}</b>", "[a](http://evil.example)", ":material/warning:"):
            assert words in said, words
        reader.open("failures")
        drawn = " ".join(reader.page.locator(".js-plotly-plot").all_text_contents())
        assert "<img src=x onerror=alert(1)>" in drawn
