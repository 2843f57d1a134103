"""A review of its own for each module, and its releases as an analyst has them."""

import shutil
from pathlib import Path

import pytest

from access.roles import Role
from access.services import services_of
from service.releases.publishing import Press
from service.view import open_source


@pytest.fixture(scope="module")
def folder(untouched: Path, tmp_path_factory) -> Path:
    return Path(shutil.copytree(untouched, tmp_path_factory.mktemp("press") / "review"))


@pytest.fixture
def press(folder, monkeypatch) -> Press:
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    desk = services_of(folder)
    return Press(open_source(desk.visit(desk.welcome("reader", (Role.ANALYST,), "test")), "M"))
