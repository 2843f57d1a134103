"""How every visit begins: the review opened, the filters drawn, the day said.

This is done once by the entry and not by each page: a widget that a page draws is forgotten when
the reader goes to another, and figures would quietly jump to another day.
"""

from contextvars import ContextVar
from pathlib import Path

import streamlit as st

from data.faults import Fault
from pages.parts import banner, filters
from pages.parts.source import Source, View, open_source

STYLE = Path(__file__).with_name("style.css")

_view: ContextVar[View] = ContextVar("view")


def open_view(title: str) -> None:
    """Open the review, draw the filters and the banner, and keep the view for the page to show."""
    st.html(STYLE)
    source = _source(title)
    if source.version == 0:
        banner.nothing_loaded(source)
        st.stop()
    _view.set(filters.draw(source))
    banner.draw(current_view(), title)


def current_view() -> View:
    """Return the view that the reader has asked for in this run."""
    return _view.get()


def _source(title: str) -> Source:
    try:
        return open_source()
    except Fault as fault:
        st.title(title)
        st.error(str(fault))
        st.stop()
