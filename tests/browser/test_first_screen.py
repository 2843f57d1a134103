"""The picture first: what a reader sees of a figure page without scrolling."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.registry import REGISTRY
from tests.browser.conftest import ONLY_IN_SECOND, Server, Visitor

pytestmark = pytest.mark.browser

FIGURE_PAGES = [entry for entry in REGISTRY if entry.needs == "figures"]
MOST_WORDS, MOST_SCREENS, SCREEN = 130, 2.5, 900
# A chart is seen if at least half of it is, and it is at least 120 pixels high.
CHARTS = """() => [...document.querySelectorAll('[data-testid=stMain] .js-plotly-plot')]
    .map(chart => chart.getBoundingClientRect()).filter(box => box.height >= 120)
    .map(box => [box.top, box.bottom])"""
# The names of icons are drawn as pictures, and those of numbers in charts are part of the picture.
WORDS = """() => {
    const main = document.querySelector('[data-testid=stMain]')
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), seen = []
    while (texts.nextNode()) {
        const parent = texts.currentNode.parentElement
        if (parent.closest('svg, style, script, [data-testid=stIconMaterial]') || !parent.checkVisibility()) continue
        const range = document.createRange()
        range.selectNodeContents(texts.currentNode)
        const box = range.getBoundingClientRect()
        if (box.width > 1 && box.height > 1 && box.top < 900 && box.bottom > 0) seen.push(texts.currentNode.textContent)
    }
    return seen.join(' ').split(/\\s+/).filter(word => word)
}"""
HEIGHT = "() => document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight"
SHIFTS = """() => new Promise(done => {
    let sum = 0
    new PerformanceObserver(list => { for (const shift of list.getEntries()) sum += shift.value })
        .observe({ type: 'layout-shift', buffered: true })
    setTimeout(() => done(sum), 500)
})"""
MOST_SHIFT = 0.05


@pytest.fixture(scope="module")
def january(delivered: Path, tmp_path_factory) -> Iterator[Server]:
    server = Server(delivered, tmp_path_factory.mktemp("january") / "log.txt")
    yield server
    server.stop()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("entry", FIGURE_PAGES, ids=lambda entry: entry.title)
def test_the_first_screen_of_a_figure_page_has_two_charts_and_few_words_and_does_not_jump(
    browser, january, second_server, entry, theme
):
    server = second_server if entry.title in ONLY_IN_SECOND else january
    with browser.new_context(viewport={"width": 1440, "height": SCREEN}, color_scheme=theme) as context:
        page = Visitor(context, server).open(entry.path).page
        page.wait_for_timeout(1_000)
        seen = [top for top, bottom in page.evaluate(CHARTS) if top + (bottom - top) / 2 <= SCREEN]
        assert len(seen) >= 2
        words = page.evaluate(WORDS)
        assert len(words) <= MOST_WORDS, words
        assert page.evaluate(HEIGHT) <= MOST_SCREENS * SCREEN
        assert page.evaluate(SHIFTS) < MOST_SHIFT


@pytest.mark.parametrize("entry", FIGURE_PAGES, ids=lambda entry: entry.title)
def test_on_a_phone_the_first_chart_is_within_two_screens(browser, january, second_server, entry):
    server = second_server if entry.title in ONLY_IN_SECOND else january
    with browser.new_context(viewport={"width": 390, "height": SCREEN}) as context:
        page = Visitor(context, server).open(entry.path).page
        page.wait_for_timeout(1_000)
        assert min(top for top, _ in page.evaluate(CHARTS)) <= 2 * SCREEN


def test_nothing_jumps_when_a_filter_is_chosen(browser, january):
    with browser.new_context(viewport={"width": 1440, "height": SCREEN}) as context:
        visitor = Visitor(context, january).open()
        visitor.page.wait_for_timeout(2_000)
        before = visitor.page.evaluate(SHIFTS)
        visitor.menu("Filters")
        visitor.page.get_by_role("combobox", name="Area").click()
        visitor.page.get_by_role("option", name="east").click()
        visitor.settled().page.wait_for_timeout(2_000)
        assert visitor.page.evaluate(SHIFTS) - before < MOST_SHIFT
