import datetime as dt
from pathlib import Path

import fasteners
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.demo import build
from data.review import Review, open_review

MAIN = str(Path(__file__).parents[2] / "pages" / "main.py")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Review:
    """The demonstration review, built once however many processes run the tests."""
    root = tmp_path_factory.getbasetemp()
    shared = root if worker_id == "master" else root.parent
    folder = shared / "demonstration"
    with fasteners.InterProcessLock(shared / "demonstration.lock"):
        return open_review(folder) if folder.exists() else build(folder)


@pytest.fixture
def app(demonstration: Review, monkeypatch: pytest.MonkeyPatch):
    """Return a visit to a page, through the entry as a browser's would be."""
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    st.cache_resource.clear()

    def visit(page: str = "", **query: str | list[str]) -> AppTest:
        test = AppTest.from_file(MAIN, default_timeout=60)
        for name, value in query.items():
            test.query_params[name] = value
        test.run()
        if page:
            test.switch_page(page).run()
        assert not test.exception, test.exception[0].stack_trace
        return test

    return visit


@pytest.fixture(scope="session")
def published() -> dict[str, dt.date]:
    """Days on which figures were published."""
    return {
        "first": dt.date(2023, 10, 26),
        "winter": dt.date(2023, 11, 30),
        "january": dt.date(2024, 1, 11),
        "may": dt.date(2024, 5, 22),
    }
