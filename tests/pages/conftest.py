import shutil
from pathlib import Path

import fasteners
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from access.roles import Role
from access.services import services_of
from data.review import Review, open_review
from pages.registry import REGISTRY, Entry, open_to
from pages.shell import current_user, page_start
from pages.widgets import menu
from tests.conftest import compute
from tests.pages.canary import plant

MAIN = str(Path(__file__).parents[2] / "pages" / "main.py")


# The founding review's register has neither closing days nor findings.
NOT_THERE = {
    "closed", "open_cases", "open_age", "open_age_90", "open_age_longest", "days_to_close", "adverse",
    "share_adverse", "findings_decided", "findings_overturned",
}  # fmt: skip
THERE = [entry for entry in REGISTRY if entry.title != "Findings"]
"""The pages that the demonstration has data for."""


def reader_of(entry: Entry) -> Role:
    """A role that opens a page."""
    return next(role for role in (Role.ANALYST, Role.PRESS_OFFICER, Role.AUDITOR) if entry in open_to(role))


def sign_in(folder: Path, monkeypatch: pytest.MonkeyPatch, role: Role = Role.ANALYST) -> str:
    """Sign somebody in, as the gate does, and have the next pages be theirs."""
    token = services_of(folder).welcome("reader", (role,), "test")
    monkeypatch.setattr(current_user, "token", lambda: token)
    return token


def open_at(test: AppTest, page: str) -> None:
    """Open a page by its own address, in a session that begins with it, as a link does."""
    if page:
        go_to(test, page)
    else:
        test.run()


def go_to(test: AppTest, page: str) -> AppTest:
    """Turn to the page at an address, as a click in the navigation does: functions have no file to switch to."""
    test._page_hash = calc_hash(page)
    return test.run()


@pytest.fixture(autouse=True)
def opened_menus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every menu drawn, as for a reader who opens each; the browser's tests open them by a click."""
    monkeypatch.setattr(menu, "is_open", lambda _: True)
    monkeypatch.setattr(page_start, "is_open", lambda _: True)


@pytest.fixture(scope="session")
def planted_once(shared: Path, untouched: Path) -> Path:
    """A copy of the demonstration with canaries in it, to be copied and not opened."""
    folder = shared / "planted"
    with fasteners.InterProcessLock(shared / "planted.lock"):
        if not folder.exists():
            review = plant(untouched, folder)
            review.snapshot()
            review.ledger.engine.dispose()
            compute(folder)
    return folder


@pytest.fixture(scope="module")
def planted(planted_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Review:
    """A copy of the demonstration with canaries in it."""
    folder = Path(shutil.copytree(planted_once, tmp_path_factory.mktemp("canary") / "review"))
    return open_review(folder)


@pytest.fixture
def app(demonstration: Review, monkeypatch: pytest.MonkeyPatch):
    """Return a visit to a page, through the entry as a browser's would be, by somebody signed in."""
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))

    def visit(page: str = "", *, role: Role = Role.ANALYST, **query: str | list[str]) -> AppTest:
        sign_in(demonstration.folder, monkeypatch, role)
        test = AppTest.from_file(MAIN, default_timeout=60)
        for name, value in query.items():
            test.query_params[name] = value
        open_at(test, page)
        assert not test.exception, test.exception[0].stack_trace
        return test

    return visit
