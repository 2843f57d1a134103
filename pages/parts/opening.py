"""How every page begins: the review opened, the filters drawn, the day said."""

import streamlit as st

from data.faults import Fault
from pages.parts import banner, filters
from pages.parts.source import View, open_source


def open_page(title: str) -> View:
    """Open the review, draw the filters and the banner, and return the view they ask for."""
    try:
        source = open_source()
    except Fault as fault:
        st.title(title)
        st.error(f"{fault}")
        st.stop()
    if source.version == 0:
        banner.nothing_loaded(source)
        st.stop()
    view = filters.draw(source)
    banner.draw(view, title)
    return view
