"""The pages as Streamlit takes them, and links to them."""

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st
from streamlit.navigation.page import Page

from access.roles import Role
from access.visit import Refused, Visit
from pages.framework import asked_for
from pages.registry import REGISTRY, Entry, open_to
from pages.shell import choices, current_user


def pages_of(entries: Sequence[Entry]) -> list[Page]:
    """Return the pages as Streamlit takes them: the first is at the root, and at its own address too."""
    first, *others = entries
    pages = [st.Page(first.draw, title=first.title, url_path="", default=True)]
    if first.path:
        # Somebody for whom it is not the first may have sent its address.
        pages.append(st.Page(first.draw, title=first.title, url_path=first.path, visibility="hidden"))
    return pages + [_page(entry) for entry in others]


def not_opened(visit: Visit, entries: Sequence[Entry]) -> bool:
    """Refuse a page that was asked for and is not among `entries`, and return whether that is so.

    A reader who has just turned to another role asked for nothing: the page was there before.
    """
    turned = current_user.turned()
    # The first address is every reader's, whatever page it shows.
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
