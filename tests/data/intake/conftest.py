"""The child of the intake, started once for all tests that are not about how it is started."""

import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from data.intake import parsed_sources
from tests.data.intake.forked import forking


@pytest.fixture(scope="session")
def forks() -> Iterator[SimpleNamespace | None]:
    if not hasattr(os, "fork"):
        yield None
        return
    with forking() as forks:
        yield forks


@pytest.fixture
def forked_child(forks: SimpleNamespace | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if forks is not None:
        monkeypatch.setattr(parsed_sources, "subprocess", forks)
