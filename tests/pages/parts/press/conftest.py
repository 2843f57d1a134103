"""A review of its own for each module, and its releases as an analyst has them."""

import shutil
from pathlib import Path

import pytest

from access.desk import desk_of
from access.roles import Role
from pages.parts.press.service import Press
from pages.parts.source import open_source


@pytest.fixture(scope="module")
def folder(untouched: Path, tmp_path_factory) -> Path:
    return Path(shutil.copytree(untouched, tmp_path_factory.mktemp("press") / "review"))


@pytest.fixture
def press(folder, monkeypatch) -> Press:
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    desk = desk_of(folder)
    return Press(open_source(desk.visit(desk.welcome("reader", (Role.ANALYST,), "test")), "M"))
