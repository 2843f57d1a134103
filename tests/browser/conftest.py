"""A real server, and somebody in front of it with a real browser."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FloatRect, Locator, Page, expect

from access.roles import Role
from access.services import services_of
from pages.registry import REGISTRY

ROOT = Path(__file__).parents[2]
ONLY_IN_SECOND = {"Findings"}
NARROW = 768  # pixels, below which Streamlit draws no menus above a page
GROUPS = {entry.group for entry in REGISTRY if entry.group}
"""Pages that the first demonstration has no data for."""


class Server:
    """A dashboard of its own on a free port of this machine."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        environment = os.environ | {"CANDOUR_REVIEW": str(folder), "CANDOUR_PORT": str(self.port)}
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "dashboard.py"], cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not answer within a minute")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def server(demonstration, tmp_path_factory) -> Iterator[Server]:
    server = Server(demonstration.folder, tmp_path_factory.mktemp("server") / "log.txt")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def second_server(housing, tmp_path_factory) -> Iterator[Server]:
    """The second demonstration, whose register has what the first one's lacks."""
    server = Server(housing.folder, tmp_path_factory.mktemp("second") / "log.txt")
    yield server
    server.stop()


class Visitor:
    """Somebody in front of the dashboard."""

    def __init__(self, context: BrowserContext, server: Server, role: Role | None = None) -> None:
        """Begin as whoever comes first, or as somebody who was signed in with one role."""
        if role is not None:
            token = services_of(server.folder).welcome("reader", (role,), "test")
            context.add_cookies([{"name": "candour", "value": token, "url": server.address}])
        self.page: Page = context.new_page()
        self.address = server.address
        self.abroad: list[str] = []
        self.page.on("request", self._note)

    def _note(self, request) -> None:
        if not request.url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.abroad.append(request.url)

    def open(self, place: str = "") -> "Visitor":
        self.page.goto(f"{self.address}/{place}")
        return self.settled()

    def settled(self) -> "Visitor":
        """Wait until the script has run and nothing is still being drawn."""
        self.page.wait_for_selector("h1", timeout=60_000)
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)
        # The policy of the page forbids what is written as text to be run, a test's own question too.
        expect(self.page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=60_000)
        return self

    def click_bar(self, title: str, number: int) -> None:
        """Click the middle of a bar, as a hand with a mouse does: Plotly listens on a layer above it."""
        self.settled()
        bar = self.page.locator(f".st-key-{chart_key(title)} .bars .point path").nth(number)
        bar.scroll_into_view_if_needed()
        box = self._at_rest(bar)
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def _at_rest(self, element: Locator) -> FloatRect:
        """Return where an element is once it has stopped moving: a chart is laid out in two steps."""
        before = None
        for _ in range(50):
            now = element.bounding_box()
            if now is not None and now == before:
                return now
            before = now
            self.page.wait_for_timeout(100)
        raise AssertionError("the chart does not come to rest")

    def menu(self, label: str | re.Pattern[str]) -> "Visitor":
        """Open a menu of the header, or of pages, which are all in one menu where there is little room."""
        screen = self.page.viewport_size
        if label in GROUPS and screen is not None and screen["width"] < NARROW:
            label = "Pages"
        button = menu_button(self.page, label)
        # A page that is drawn anew at that moment closes the menu again.
        for _ in range(10):
            if button.get_attribute("aria-expanded") == "true":
                break
            # Where the pointer rests on a mark, its words lie over the menu until it moves.
            self.page.mouse.move(1, 1)
            button.click()
            self.page.wait_for_timeout(500)
        expect(button).to_have_attribute("aria-expanded", "true")
        return self

    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    def text(self) -> str:
        return self.page.locator("[data-testid=stMain]").inner_text()

    def go(self, title: str) -> "Visitor":
        """Turn to a page by the menu of its group, or by the footer."""
        group = next(entry.group for entry in REGISTRY if entry.title == title)
        if group:
            self.menu(group)
        page_link(self.page, title).click()
        self.page.locator("h1", has_text=title).wait_for()
        return self.settled()


def menu_button(page: Page, label: str | re.Pattern[str]) -> Locator:
    menus = page.get_by_test_id("stTopNavSection").or_(page.get_by_test_id("stPopoverButton"))
    return menus.filter(has_text=label).first


def page_link(page: Page, title: str) -> Locator:
    """A link to a page: in an open menu, or in a page itself."""
    of_menu = page.get_by_role("menuitem", name=title, exact=True)
    return of_menu.or_(page.get_by_role("link", name=title, exact=True)).last


def chart_key(title: str) -> str:
    return (
        title.lower().replace("failures found", "failures").replace("failure rate", "rate").replace(" ", "_")
    )


@pytest.fixture
def visitor(browser, server) -> Iterator[Visitor]:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        yield Visitor(context, server)
