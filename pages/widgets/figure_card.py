"""A figure as a card: its number, what it counts, out of what."""

from collections.abc import Mapping, Sequence

import streamlit as st

from data.formatting import short_day
from service.markdown import plain
from service.sentences.figure import change, headline, small_print
from service.view import Figure, View


def row(
    view: View, names: Sequence[str], notes: Mapping[str, str] | None = None, *, compared: bool = False
) -> None:
    """notes: a line more for some figures, by name. compared: whether each says what it was on the day that
    the view is compared with."""
    there = view.loaded(names)
    if not there:
        return
    compared = compared and not view.not_compared
    for column, name in zip(st.columns(len(names))[: len(there)], there, strict=True):
        with column:
            apart = "; the whole review, not narrowed" if view.whole(view.metric(name)) else ""
            since = change(view, name) if compared else ""
            card(view.figure(name), f"{(notes or {}).get(name, '')}{apart}", since)


def card(figure: Figure, note: str = "", since: str = "") -> None:
    with st.container(border=True, height="stretch", gap="xxsmall"):
        about = f"{figure.metric.definition} {figure.metric.why_it_matters}"
        st.markdown(plain(figure.metric.title), help=about)
        st.metric(figure.metric.title, headline(figure), label_visibility="collapsed")
        if since:
            st.markdown(since)
        st.caption(f"{small_print(figure)}{note} · {short_day(figure.clocks.as_at)}")
