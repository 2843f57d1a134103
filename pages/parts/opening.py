"""How every visit begins: the review opened, the filters drawn, the day said.

This is done once by the entry and not by each page: a widget that a page draws is forgotten when
the reader goes to another, and figures would quietly jump to another day.
"""

from contextvars import ContextVar
from pathlib import Path

import streamlit as st

from pages.parts import banner, filters
from pages.parts.source import View, open_source

STYLE = Path(__file__).with_name("style.css")

_view: ContextVar[View] = ContextVar("view")


def open_view(title: str) -> None:
    """Open the review, draw the filters and the banner, and keep the view for the page to show.

    Raises:
        Fault: there is no review to open, or its terms and its ledger do not fit together.
    """
    st.html(STYLE)
    st.title(title)
    source = open_source()
    if source.place.version == 0:
        banner.nothing_loaded(source)
        st.stop()
    _view.set(filters.draw(source))
    banner.draw(current_view())


def current_view() -> View:
    """Return the view that the reader has asked for in this run."""
    return _view.get()
