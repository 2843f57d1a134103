from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.review import Review

MAIN = str(Path(__file__).parents[2] / "pages" / "main.py")


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
