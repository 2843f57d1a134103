"""How every visit begins: who looks, the review opened, the filters drawn, the day said.

This is done once by the entry and not by each page: a widget that a page draws is forgotten when
the reader goes to another, and figures would quietly jump to another day.
"""

import logging
from contextvars import ContextVar
from pathlib import Path

import streamlit as st

from access.roles import Permission
from access.visit import Refused, Visit
from data.errors import UserError
from pages.registry import Entry
from pages.shell import choices, current_user, filters, header
from pages.shell.address import OF_PAGES, SHARED
from service.sentences import page_answers
from service.view import Source, View, open_source

STYLE = Path(__file__).with_name("style.css")

_source: ContextVar[Source] = ContextVar("source")
_view: ContextVar[View | None] = ContextVar("view")


def begin() -> Visit:
    st.html(STYLE)
    visit = current_user.current_visit()
    current_user.draw(visit)
    return visit


def excuse(fault: UserError) -> str:
    """Say what a reader may know of why nothing is shown; where people sign in, the rest is for the log."""
    if isinstance(fault, Refused) or current_user.alone():
        return str(fault)
    logging.getLogger("candour").error("%s", fault)
    return "Candour cannot show this now. Whoever runs it will find the reason in its log."


def open_page(visit: Visit, entry: Entry, *, its_own: bool) -> bool:
    """Open the review, draw the filters and the banner, and write down what is about to be shown.

    its_own: whether the address is this page's. Returns whether the page can be shown: not where its
    address asks for what is not there.
    """
    if entry.needs is not None:
        visit.require(entry.needs, f"page {entry.title}")
    st.title(entry.title)
    source = open_source(visit, current_user.desk().settings.marking)
    _source.set(source)
    if not source.tables:
        header.nothing_loaded(source)
        st.stop()
    if entry.needs is not None:
        # Before the filters, whose values are the review's own; a plain view needs no entry beside this one.
        visit.consult(entry.needs, f"page {entry.title}; version {source.place.version}")
    figures = visit.may(Permission.FIGURES)
    choices.begin(entry.title, its_own=its_own)
    may = {*OF_PAGES.get(entry.title, ()), *(SHARED if figures else ())}
    shared = filters.declared(source) if figures else ()
    contradictions = filters.contradictions(source) if figures else ()
    if problems := choices.problems(may, shared, contradictions):
        header.draw(source, None)
        choices.tell(problems)
        return False
    view = filters.draw(source, followed=entry.dated) if figures else None
    _view.set(view)
    if view is not None and entry.needs is not None and not view.plain:
        visit.consult(entry.needs, f"page {view.scope(entry.title)}")
    header.draw(source, view if entry.dated else None)
    return True


def current_source() -> Source:
    return _source.get()


def current_view() -> View:
    view = _view.get()
    if view is None:
        raise LookupError("this page was opened to somebody who may see no figures")
    return view


def stop_unless_loaded(view: View, figure: str, table: str) -> None:
    """Say that a table has not been loaded, and show no more of the page, where a figure needs it."""
    if not view.told([figure]):
        st.info(page_answers.untold(table))
        st.stop()


def seen_view() -> View | None:
    return _view.get()
