"""What a page is filtered to, in a line of its own, and the filters that a click on a chart sets."""

from collections.abc import Sequence

import streamlit as st

from data.formatting import listed_words
from metrics.dimensions import dimension, named
from service.view import View

MOST_NAMED = 3


def line(view: View) -> None:
    """Draw each filter with a mark that takes it away."""
    if not view.filters:
        return
    with st.container(horizontal=True, gap="xsmall", key="narrowed"):
        for name, values in view.filters:
            label = f"{dimension(name).title}: {_briefly(named(name, values))} ✕"
            st.button(label, key=f"narrowed_{name}", on_click=clear, args=((name,),))
        st.button("Clear", type="tertiary", key="clear_filters", on_click=clear, args=(_names(view),))


def clear(names: Sequence[str]) -> None:
    for name in names:
        st.session_state[name] = []


def narrow_to(names: Sequence[str], labels: Sequence[str | tuple[str, ...]]) -> None:
    """Set filters to the values that were picked; picked again, or nothing picked, they are cleared.

    labels: of one filter, its values; of several, a value of each.
    """
    cells = [(label,) if isinstance(label, str) else label for label in labels]
    picked = [list(dict.fromkeys(cell[place] for cell in cells)) for place in range(len(names))]
    if picked == [list(st.session_state.get(name, [])) for name in names]:
        picked = [[] for _ in names]
    for name, values in zip(names, picked, strict=True):
        st.session_state[name] = values


def _names(view: View) -> tuple[str, ...]:
    return tuple(name for name, _ in view.filters)


def _briefly(values: Sequence[str]) -> str:
    more = len(values) - MOST_NAMED
    return listed_words(list(values)) if more <= 0 else f"{', '.join(values[:MOST_NAMED])} and {more} more"
