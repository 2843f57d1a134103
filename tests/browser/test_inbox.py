"""A data steward loads a register in the browser: the first file, and the next one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from access.roles import Role
from data.review import new_review, open_review
from tests.browser.conftest import Server, Visitor
from tests.conftest import TERMS

pytestmark = pytest.mark.browser

HEAD = "complaint_id,date_received,date_closed,district"
FIRST = [f"C{number:03},2024-01-{number % 28 + 1:02},,north" for number in range(1, 41)]


def register(folder: Path, name: str, rows: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join((HEAD, *rows)) + "\n")
    return path


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for one user, with a review into which nothing has been loaded."""
    folder = tmp_path_factory.mktemp("single")
    (folder / "terms-to-be.toml").write_text(TERMS)
    new_review(folder / "review", folder / "terms-to-be.toml").ledger.engine.dispose()
    (folder / "review" / "settings.toml").write_text('mode = "single-user"\n')
    server = Server(folder / "review", folder / "log.txt")
    yield server
    server.stop()


def send(visitor: Visitor, file: Path) -> None:
    visitor.page.get_by_role("link", name="Send a file").click()
    visitor.page.get_by_label("The file").set_input_files(os.fspath(file))
    visitor.page.get_by_role("button", name="Send").click()


def load(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Load it").click(timeout=30_000)
    expect(visitor.page.get_by_text("Loaded as load")).to_be_visible(timeout=30_000)


def test_the_first_file_takes_five_actions_and_the_next_four(
    single: Server, browser: Browser, tmp_path: Path
) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        visitor = Visitor(context, single, Role.DATA_STEWARD)
        visitor.page.goto(f"{single.address}/data")
        # Send a file, choose it, send; rehearse; load: the note may stay empty.
        send(visitor, register(tmp_path, "complaints-2024-01.csv", FIRST))
        visitor.page.get_by_role("button", name="Rehearse").click(timeout=30_000)
        load(visitor)
        send(visitor, register(tmp_path, "complaints-2024-02.csv", [*FIRST, "C041,2024-02-03,,south"]))
        # The last mapping fits, so that it is rehearsed at once.
        load(visitor)
        assert visitor.abroad == []
    review = open_review(single.folder)
    assert review.ledger.version() == 2
    assert review.snapshot().scan("applications").collect().height == 41
    review.ledger.engine.dispose()
