"""Which forces of a nation have sent returns, and until which day each speaks."""

import polars as pl
import streamlit as st

from data.formatting import short_day
from pages.shell import filters
from pages.widgets.menu import menu
from service.markdown import plain
from service.nation import IncompleteError, Nation
from service.view import Source


def draw(source: Source, nation: Nation) -> None:
    words = nation.spoken(source.place.forces, source.terms.words)
    menu(words, lambda: _table(source, nation), key="returns_menu")


def _table(source: Source, nation: Nation) -> None:
    missing, sent = nation.missing(), nation.manifest.sent
    rows = [
        (name, short_day(sent[name].days[-1]), "counted")
        if name in source.place.forces
        else (name, "", missing[name] if name in missing and source.visit.forces is None else "not counted")
        for name in nation.names
    ]
    schema = {source.terms.words.Force: pl.String, "Last day": pl.String, "Return": pl.String}
    st.dataframe(pl.DataFrame(rows, schema, orient="row"), hide_index=True, width="content")


def ask(fault: IncompleteError) -> None:
    """Say which forces are missing, and offer the figures of the others."""
    st.warning(plain(str(fault)))
    if fault.missing:
        args = (fault.missing,)
        st.button("Show the others alone", key="without_missing", on_click=filters.do_without, args=args)
