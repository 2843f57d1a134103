"""How every visit begins, with the line above every page.

The filters are drawn here, since what a page draws is forgotten with it.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page

from access.roles import Permission, Role
from access.visit import Refused, Visit
from data.errors import Unverified, UserError
from data.formatting import listed_words, short_day
from metrics.dimensions import dimension, named
from pages.framework import asked_for
from pages.registry import REGISTRY, Entry, open_to
from pages.shell import choices, current_user, filters
from pages.shell.address import OF_PAGES, SHARED
from pages.widgets import export_button, inbox_jobs, notes, returns, saved_views
from pages.widgets.export_button import Offer
from pages.widgets.menu import is_open, menu
from service.events import events as events_of
from service.markdown import plain
from service.nation import IncompleteError
from service.releases.publishing import Press
from service.sentences.figure import TRUE, ahead, spoken_clocks
from service.view import Source, View, open_source

_PLAIN = re.compile(r"[^A-Za-z0-9 .,()·-]")
INVENTED = "Nothing here is about a real person or a real case."
REPORTS = {"Briefing": "briefing", "Workbook": "workbook"}
# Of the header: the filters that are on, the days, and what is shared, where that menu is open.
Places = tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator | None]

_source: ContextVar[Source] = ContextVar("source")
_view: ContextVar[View | None] = ContextVar("view")
_offers: ContextVar[dict[str, Offer]] = ContextVar("offers")


def open_review(visit: Visit) -> Source:
    marking = current_user.services().settings.marking
    try:
        source = open_source(visit, marking, without=filters.without_missing())
    except IncompleteError:
        # Without pages that are named, the browser would go on to the first of them.
        first, *others = open_to(visit.session.role)
        pages = [st.Page(entry.draw, title=entry.title, url_path=entry.path) for entry in others]
        st.navigation([st.Page(first.draw, title=first.title, default=True), *pages], position="hidden")
        raise
    _source.set(source)
    return source


def excuse(fault: UserError) -> str:
    """Say what a reader may know of why nothing is shown; where people sign in, the rest is for the log."""
    if isinstance(fault, Refused | Unverified | IncompleteError) or current_user.alone():
        return str(fault)
    logging.getLogger("candour").error("%s", fault)
    return "Candour cannot show this now. Whoever runs it will find the reason in its log."


def draw_page(source: Source, entry: Entry, page: Page, *, its_own: bool) -> None:
    """its_own: whether the address is this page's."""
    visit, _ = source.visit, _offers.set({})
    if entry.needs is not None:
        visit.require(entry.needs, f"page {entry.title}")
    with st.container(horizontal=True, vertical_alignment="center", key="header", gap="small"):
        left = st.container(horizontal=True, vertical_alignment="center", width="content")
        middle = st.container(key="only", width="content")
        st.space("stretch")
        right = st.container(horizontal=True, vertical_alignment="center", width="content")
    with left:
        menu("Pages", partial(_pages, open_to(visit.session.role, source)), key="pages_menu")
        draw_title(source, source.words.renamed(entry.title))
    with right:
        days = st.container(horizontal=True, width="content", gap="xsmall")
        menus = st.container(horizontal=True, width="content", gap="xsmall")
        current_user.draw(visit)
    if not source.tables:
        _nothing_loaded(source, entry)
        return
    if entry.needs is not None:
        # Before the filters, whose values are the review's own; a plain view needs no entry beside this one.
        visit.consult(entry.needs, f"page {entry.title}; version {source.place.version}")
    with menus:
        share = st.popover("Share", type="tertiary", key="share_menu", on_change="rerun")
        shared = share if is_open(share) else None
        slot = None if shared is None else shared.empty()
        export = st.empty()
    try:
        if _open(source, entry, (middle, days, shared), its_own=its_own):
            with choices.written():
                page.run()
            if (view := seen_view()) is not None and entry.dated:
                _events(view)
    finally:
        # The address is known once the page is drawn.
        with suppress(LookupError):
            address = f"{st.context.url}?{urlencode(choices.of_page(), doseq=True)}"
            if slot is not None:
                slot.code(address, language=None, wrap_lines=True)
        _exports(export, _offers.get(), true=entry.dated)


def _nothing_loaded(source: Source, entry: Entry) -> None:
    command = f"python -m data --review {source.place.folder}"
    st.info(
        f"Nothing has been loaded into {plain(source.terms.name)} yet. First write a mapping "
        f"with `{command} suggest FILE --out mapping.toml`. Then load it with "
        f"`{command} load FILE --mapping mapping.toml`."
    )
    if entry.title == "Data" and inbox_jobs.available(source):
        inbox_jobs.draw(source)


def _open(source: Source, entry: Entry, places: Places, *, its_own: bool) -> bool:
    """Return whether all that the address asks for is there."""
    visit, (middle, days, share) = source.visit, places
    figures = visit.may(Permission.FIGURES)
    choices.begin(entry.title, its_own=its_own)
    may = {*OF_PAGES.get(entry.title, ()), *(SHARED if figures else ())}
    shared = filters.declared(source) if figures else {}
    contradictions = filters.contradictions(source) if figures else ()
    if problems := choices.problems(may, shared.values(), contradictions):
        _limits(source, None)
        choices.tell(problems)
        return False
    view = None
    if figures:
        with days:
            view = filters.draw(source, shared, entry.title) if entry.dated else filters.carry(source, shared)
    _view.set(view)
    if view is not None and entry.needs is not None and not view.plain:
        visit.consult(entry.needs, f"page {view.scope(entry.title)}")
    _limits(source, view if entry.dated else None)
    if view is not None and entry.dated:
        if view.filters:
            # In the line itself, so that nothing below it moves.
            chosen = {
                dimension(name).worded(view.words).title.lower(): named(name, values)
                for name, values in view.filters
            }
            values = [f"{title} {listed_words(labels)}" for title, labels in chosen.items()]
            middle.caption(f"Only {'; '.join(values)}.")
        if share is not None:
            with share:
                saved_views.draw(source, entry.title)
        for words, name in REPORTS.items():
            offer(words, export_button.of_view(view, name))
    return True


def draw_title(source: Source, words: str) -> None:
    st.title(words, anchor=False, width="content")
    # `st.badge` escapes brackets by itself: escaped twice, they would make a link.
    marking = plain(source.marking).replace(r"\[", "[").replace(r"\]", "]")
    st.badge(marking, help=f"{source.terms.name} · {source.terms.body}")
    if source.terms.demonstration:
        st.badge("Demonstration", color="orange", help=INVENTED)
    if source.nation is not None:
        returns.draw(source, source.nation)


def _limits(source: Source, view: View | None) -> None:
    days = f" · {spoken_clocks(view)}" if view else ""
    days += (
        "" if source.nation is None else f" · {source.nation.spoken(source.place.forces, source.terms.words)}"
    )
    words = f"{source.marking} · {source.terms.name} · {source.terms.body}{days}"
    st.html(f"<style>{print_rules(words)}</style>")
    if source.visit.may(Permission.RELEASES):
        for warning in Press(source).unverified():
            st.error(plain(warning))
    if view and (limited := [limit for limit in (ahead(view.clocks), view.not_compared) if limit]):
        st.info("  \n".join(limited))


def _events(view: View) -> None:
    marked = events_of(view)
    label = f"Events and notes ({len(marked)})" if marked else "Events and notes"
    # At the end of a page, where a menu that is filled after it has opened has no room to grow.
    with st.popover(label, type="tertiary", key="events_menu"):
        if marked:
            lines = (f"{event.number}. {plain(event.words)}, {short_day(event.day)}" for event in marked)
            st.markdown("\n".join(lines))
        notes.draw(view)


def _exports(slot: DeltaGenerator, offers: Mapping[str, Offer], *, true: bool) -> None:
    """true: whether the files hold figures before disclosure control."""
    allowed = {words: offer for words, offer in offers.items() if offer.allowed}
    if not allowed:
        return

    def draw() -> None:
        if true:
            st.caption(TRUE)
        for words, offer in allowed.items():
            with st.expander(words):
                offer.form(key=f"export_{words.lower().replace(' ', '_')}")

    menu("Export", draw, key="export_menu", place=slot)


def print_rules(words: str) -> str:
    """Return the rules that print words on every page; whatever the words are, they stay words."""
    # What is no plain letter is written by its number: nothing can end the words or the rules.
    quoted = _PLAIN.sub(lambda match: f"\\{ord(match.group()):06x}", " ".join(words.split()))
    return (
        f'@page {{ font: 9pt sans-serif; @top-left {{ content: "{quoted}"; }} '
        '@bottom-right { content: "Page " counter(page) " of " counter(pages); } }'
    )


def offer(words: str, file: Offer) -> None:
    _offers.get()[words] = file


def navigate(entries: Sequence[Entry]) -> tuple[Entry, Page]:
    """Draw the menus of pages, one for each group, and return the page asked for."""
    groups: dict[str, list[Page]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(_page(entry, first=entry is entries[0]))
    if entries[0].path:
        # Somebody for whom it is not the first may have sent its address.
        groups.setdefault("", []).append(_page(entries[0], visible=False))
    page = st.navigation(groups, position="top")
    return next(entry for entry in entries if _title(entry) == page.title), page


def _pages(entries: Sequence[Entry]) -> None:
    """Draw what a narrow screen has for the menus: Streamlit's own list there is not accessible."""
    for entry in entries:
        if entry.group:
            st.page_link(_page(entry, first=entry is entries[0]))


def footer(entries: Sequence[Entry], current: Entry) -> None:
    with st.container(horizontal=True, key="footer"):
        for entry in entries:
            if not entry.group and entry is not current:
                st.page_link(_page(entry, first=entry is entries[0]))


def not_opened(visit: Visit, entries: Sequence[Entry]) -> bool:
    """Whether a page asked for is not open; who has just turned to another role asked for nothing."""
    turned = current_user.turned()
    asked = next((entry for entry in REGISTRY if entry.path and asked_for(entry.path)), None)
    if asked is None or asked in entries:
        return False
    if asked in open_to(visit.session.role):
        st.info(f"This review has no data for {_title(asked)}. Load an extract first.")
        return True
    if asked.needs is None:
        return False
    if not turned:
        with suppress(Refused):
            visit.require(asked.needs, f"page {asked.title}")
    st.info(f"{_title(asked)} is not open to the role of {visit.session.role}. This page is.")
    return True


def page_of(source: Source, title: str) -> Page | None:
    """Return a page to link to; None where the reader may not open it, or the review has no data for it."""
    entries = open_to(source.visit.session.role, source)
    return next((_page(entry, first=entry is entries[0]) for entry in entries if entry.title == title), None)


def link_elsewhere(role: Role) -> None:
    with st.container(horizontal=True, key="elsewhere"):
        for entry in open_to(role)[1:]:
            label = f"**{_title(entry)}**: {_source.get().words.renamed(entry.answers)}"
            st.page_link(_page(entry), label=label, query_params=choices.shared(), width=480)


def _title(entry: Entry) -> str:
    return _source.get().words.renamed(entry.title)


def _page(entry: Entry, *, first: bool = False, visible: bool = True) -> Page:
    shown = "visible" if visible and entry.group else "hidden"
    path = "" if first else entry.path
    return st.Page(entry.draw, title=_title(entry), url_path=path, default=first, visibility=shown)


def current_source() -> Source:
    return _source.get()


def current_view() -> View:
    view = _view.get()
    if view is None:
        raise LookupError("this page was opened to somebody who may see no figures")
    return view


def seen_view() -> View | None:
    return _view.get()
