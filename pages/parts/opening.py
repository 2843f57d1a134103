"""How every visit begins: who looks, the review opened, the filters drawn, the day said.

This is done once by the entry and not by each page: a widget that a page draws is forgotten when
the reader goes to another, and figures would quietly jump to another day.
"""

from contextvars import ContextVar
from pathlib import Path

import streamlit as st

from access.roles import Permission
from access.visit import Visit
from pages.parts import banner, filters, visitor
from pages.parts.source import Source, View, open_source
from pages.registry import PageEntry

STYLE = Path(__file__).with_name("style.css")

_source: ContextVar[Source] = ContextVar("source")
_view: ContextVar[View | None] = ContextVar("view")


def begin() -> Visit:
    """Say who looks, and in which role.

    Raises:
        Fault: nobody is signed in, or there is no review to look at.
    """
    st.html(STYLE)
    visit = visitor.current_visit()
    visitor.draw(visit)
    return visit


def open_page(visit: Visit, entry: PageEntry) -> None:
    """Open the review, draw the filters and the banner, and write down what is about to be shown.

    Raises:
        Fault: there is no review to open, its terms and its ledger do not fit together, or the role that
            the reader holds may not open this page.
    """
    if entry.needs is not None:
        visit.require(entry.needs, f"page {entry.title}")
    st.title(entry.title)
    source = open_source(visit, visitor.desk().settings.marking)
    _source.set(source)
    if source.place.version == 0:
        banner.nothing_loaded(source)
        st.stop()
    view = filters.draw(source) if visit.may(Permission.FIGURES) else None
    _view.set(view)
    banner.draw(source, view)
    if entry.needs is not None:
        visit.consult(entry.needs, f"page {view.scope(entry.title) if view else entry.title}")


def current_source() -> Source:
    """Return the review that the reader has opened in this run."""
    return _source.get()


def current_view() -> View:
    """Return the view that the reader has asked for in this run; only those who may see figures have one."""
    view = _view.get()
    if view is None:
        raise LookupError("this page was opened to somebody who may see no figures")
    return view


def seen_view() -> View | None:
    """Return the view of this run, or None for a reader who may see no figures."""
    return _view.get()
