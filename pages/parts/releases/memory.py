"""What the page remembers from one click to the next: the release as it was loaded, and what was done."""

from collections.abc import Callable

import streamlit as st

from data.errors import UserError
from data.publishing.release import Release
from service.markdown import plain

CHOSEN, NEXT, DONE, LOADED = "release", "releases_next", "releases_done", "releases_loaded"


def opened_anew() -> None:
    """Forget the release that was loaded, where the reader comes from another page."""
    if CHOSEN not in st.session_state:
        st.session_state.pop(LOADED, None)


def turn_to_next() -> None:
    """Choose the release that was just made, before the widget that chooses is drawn."""
    if (wanted := st.session_state.pop(NEXT, None)) is not None:
        st.session_state[CHOSEN] = wanted


def say_what_was_done() -> None:
    if (done := st.session_state.pop(DONE, None)) is not None:
        st.success(plain(done))


def loaded(release: Release) -> Release:
    """Return a release as this reader loaded it, which is what every click of theirs is about.

    Where somebody has moved it since, say so and offer to load it again; what was typed stays until then.
    """
    held: Release | None = st.session_state.get(LOADED)
    if held is None or held.id != release.id:
        held = st.session_state[LOADED] = release
    if held.seen != release.seen:
        st.warning(
            f"{plain(release.name)} has changed since you loaded this page. Nothing you typed is saved yet."
        )
        if st.button("Load it again", key="releases_again"):
            st.session_state[LOADED] = release
            st.rerun()
    return held


def attempt(act: Callable[[], Release | None], done: str) -> None:
    """Do something with a release, and draw the page anew; where that is refused, say why and keep all typed.

    done: what to say when it is done; `{name}` stands for what the release is called.
    """
    try:
        moved = act()
    except UserError as fault:
        st.error(plain(str(fault)))
        return
    st.session_state.pop(LOADED, None)
    if moved is not None:
        st.session_state[NEXT] = moved.name
        done = done.format(name=moved.name)
    st.session_state[DONE] = done
    st.rerun()
