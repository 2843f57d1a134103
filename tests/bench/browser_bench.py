"""What a reader with a browser waits for: the first answer, all charts, and a filter; against an empty page."""

import os
import shutil
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright
from rich.table import Table

from tests.bench import aims
from tests.bench.aims import Measured
from tests.bench.parts import Options, Outcome, console, progress
from tests.bench.review import make_review
from tests.bench.visitor import Server

TURNS = 3
PATIENCE = 60_000
"""Milliseconds until a page that is not drawn has failed."""
# The last change of a page or of a chart, in milliseconds since the page was asked for.
WATCH = """
window.lastChange = {title: 0, page: 0, chart: 0};
new MutationObserver(changes => {
    const now = performance.now(), last = window.lastChange;
    last.page = now;
    if (!last.title && document.querySelector("h1")) last.title = now;
    if (changes.some(({target}) => target.closest && target.closest(".js-plotly-plot"))) last.chart = now;
}).observe(document, {childList: true, subtree: true, attributes: true});
"""
AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"
QUIET = 700
"""Milliseconds without a change after which a page has been drawn."""


def bench(size: int, options: Options) -> Outcome:
    out = console()
    chromium = (
        os.environ.get("CANDOUR_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if chromium is None:
        progress(out, "there is no Chromium on this machine")
        return True, []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        review = make_review(Path(folder) / "review", size)
        with Server("empty", "default") as empty, Server("candour", "shipped", review.folder) as server:
            servers = {"an empty page": empty, "Overview": server}
            for other in servers.values():
                with other.visit(""):
                    pass
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
            )
            turns = options.turns or TURNS
            seen = [
                {name: _open(browser, other, number) for name, other in servers.items()}
                for number in range(turns)
            ]
            browser.close()
    table = Table("", "first answer, s", "all charts drawn, s", "filter to drawn, s")
    for name in servers:
        middles = [median(turn[name][part] for turn in seen) / 1000 for part in range(3)]
        table.add_row(name, *(f"{middle:.2f}" if middle else "" for middle in middles))
    out.print(f"\n[bold]In the browser, {size:,} applications[/bold], median of {turns}", table)
    ratio = median(turn["Overview"][0] / turn["an empty page"][0] for turn in seen)
    charts = median(turn["Overview"][1] / turn["an empty page"][0] for turn in seen)
    filtered = median(turn["Overview"][2] for turn in seen) / 1000
    return True, [
        Measured(aims.FIRST_ANSWER, ratio, size),
        Measured(aims.ALL_CHARTS, charts, size),
        Measured(aims.FILTERED, filtered, size),
    ]


def _open(browser: Browser, server: Server, number: int) -> tuple[float, float, float]:
    """Milliseconds to the first answer, to all charts, and from a filter to all charts; the last two 0 without charts."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(f"http://127.0.0.1:{server.port}/")
        page.wait_for_selector("h1", timeout=PATIENCE)
        title, chart = _drawn(page)
        return title, chart, _filter(page, number) if chart else 0.0


def _drawn(page: Page) -> tuple[float, float]:
    """Wait until the script has run and nothing changes any more."""
    quiet = (
        f"() => document.querySelector('{AT_REST}') && performance.now() - window.lastChange.page > {QUIET}"
    )
    page.wait_for_selector(AT_REST, timeout=PATIENCE)
    while not page.evaluate(quiet):
        page.wait_for_timeout(QUIET / 4)
    last = page.evaluate("window.lastChange")
    return last["title"], last["chart"]


def _filter(page: Page, number: int) -> float:
    page.get_by_test_id("stPopoverButton").filter(has_text="Filters").click()
    page.locator("[data-testid=stMultiSelect] input").first.click()
    option = page.get_by_role("option").nth(number)
    option.wait_for()
    _drawn(page)
    # The moment of the click itself, and not of being asked to click.
    page.evaluate("document.addEventListener('click', () => { window.clicked ??= performance.now(); }, true)")
    option.click()
    # Until the browser says that the script runs again.
    page.wait_for_timeout(QUIET)
    _, chart = _drawn(page)
    return chart - page.evaluate("window.clicked")
