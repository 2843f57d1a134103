"""How every visit begins; the filters are drawn here, since what a page draws is forgotten with it."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from access.roles import Permission, Role
from access.visit import Refused, Visit
from data.errors import UserError
from pages.framework import asked_for
from pages.registry import REGISTRY, Entry, open_to
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
    """its_own: whether the address is this page's. Returns whether all that the address asks for is there."""
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
    shared = filters.declared(source) if figures else {}
    contradictions = filters.contradictions(source) if figures else ()
    if problems := choices.problems(may, shared.values(), contradictions):
        header.draw(source, None)
        choices.tell(problems)
        return False
    view = filters.draw(source, shared, followed=entry.dated) if figures else None
    _view.set(view)
    if view is not None and entry.needs is not None and not view.plain:
        visit.consult(entry.needs, f"page {view.scope(entry.title)}")
    header.draw(source, view if entry.dated else None)
    return True


def pages_of(entries: Sequence[Entry]) -> list[Page]:
    """Return the pages as Streamlit takes them: the first is at the root, and at its own address too."""
    first, *others = entries
    pages = [st.Page(first.draw, title=first.title, url_path="", default=True)]
    if first.path:
        # Somebody for whom it is not the first may have sent its address.
        pages.append(st.Page(first.draw, title=first.title, url_path=first.path, visibility="hidden"))
    return pages + [_page(entry) for entry in others]


def not_opened(visit: Visit, entries: Sequence[Entry]) -> bool:
    """Whether a page asked for is not open; who has just turned to another role asked for nothing."""
    turned = current_user.turned()
    asked = next((entry for entry in REGISTRY if entry.path and asked_for(entry.path)), None)
    if asked is None or asked.needs is None or asked in entries:
        return False
    if not turned:
        with suppress(Refused):
            visit.require(asked.needs, f"page {asked.title}")
    st.info(f"{asked.title} is not open to the role of {visit.session.role}. This page is.")
    return True


def link_elsewhere(role: Role) -> None:
    with st.container(horizontal=True, key="elsewhere"):
        for entry in open_to(role)[1:]:
            label = f"**{entry.title}**: {entry.answers}"
            st.page_link(_page(entry), label=label, query_params=choices.shared(), width=480)


def _page(entry: Entry) -> Page:
    return st.Page(entry.draw, title=entry.title, url_path=entry.path)


def current_source() -> Source:
    return _source.get()


def current_view(**needed: str) -> View:
    """needed: tables without which the page ends here and says so, by the names of figures that need them."""
    view = _view.get()
    if view is None:
        raise LookupError("this page was opened to somebody who may see no figures")
    for figure, table in needed.items():
        if not view.loaded([figure]):
            st.info(page_answers.not_loaded(table))
            st.stop()
    return view


def seen_view() -> View | None:
    return _view.get()
