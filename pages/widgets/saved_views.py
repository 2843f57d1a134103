"""Save the choices of a dated page under a name, find them again, share them with a role."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from access.roles import Permission, Role, permitted
from access.saved_views import LONGEST_NAME, NameTakenError, SavedView
from access.visit import Visit
from data.errors import UserError
from pages.registry import REGISTRY, open_to
from pages.shell import choices
from pages.shell.current_user import services
from service.markdown import plain
from service.view import Source

NAME, SHARE, REPLACE = "saved_view_name", "saved_view_share", "saved_view_replace"


def draw(source: Source, page: str) -> None:
    """Draw in a run of the whole page, before its body: a view is saved when the body has been drawn."""
    visit = source.visit
    roles = [role for role, titles in _pages().items() if page in titles]
    with st.form("saved_view", border=False):
        st.text_input("Name", key=NAME, max_chars=LONGEST_NAME)
        st.selectbox("Share with", ["", *roles], key=SHARE, format_func=lambda role: role or "Nobody")
        wanted = st.form_submit_button("Save this view")
    place = st.empty()
    replace = st.session_state.pop(REPLACE, False)
    if wanted or replace:
        place.caption("Saving this view")
        choices.when_written(partial(_save, place, visit, page, replace=replace))
    else:
        with place.container():
            _list(visit)


def _pages() -> dict[Role, tuple[str, ...]]:
    """Titles of the dated pages that each role may open with their choices, which only figures have."""
    return {
        role: tuple(entry.title for entry in open_to(role) if entry.dated)
        if permitted(role, Permission.FIGURES)
        else ()
        for role in Role
    }


def _save(
    place: DeltaGenerator, visit: Visit, page: str, address: Mapping[str, Sequence[str]], *, replace: bool
) -> None:
    name, share = st.session_state[NAME] or "", st.session_state[SHARE] or None
    with place.container():
        try:
            view = services().saved_views.save(
                visit, name, page, address, share=share, pages=_pages(), replace=replace
            )
        except NameTakenError as fault:
            st.warning(f"{fault} Replace it, or choose another name.")
            st.button("Replace it", on_click=st.session_state.update, args=({REPLACE: True},))
        except UserError as fault:
            st.error(plain(str(fault)))
        else:
            st.success(f"Saved: {plain(view.name)}.")
        _list(visit)


def _list(visit: Visit) -> None:
    views = services().saved_views.listed(visit, _pages()[visit.session.role])
    if not views:
        return
    st.markdown("**Saved views**")
    for view in views:
        own = view.who == visit.session.who
        with st.container(horizontal=True, vertical_alignment="center"):
            _link(view, own=own)
            if own:
                remove = partial(services().saved_views.remove, visit, view.name)
                st.button("Remove", key=f"saved_view_remove_{view.name}", on_click=remove)


def _link(view: SavedView, *, own: bool) -> None:
    entry = next(entry for entry in REGISTRY if entry.title == view.page)
    # The page without a path of its own is at the root, which Streamlit knows as the default.
    page = st.Page(entry.draw, title=entry.title, url_path=entry.path, default=not entry.path)
    parts = [view.name, view.page]
    if not own:
        parts.append(f"shared by {view.role}")
    elif view.shared_with:
        parts.append(f"shared with {view.shared_with}")
    st.page_link(page, label=plain(" · ".join(parts)), query_params=choices.linked(view.choices))
