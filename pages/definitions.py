"""Definitions: what each figure means, from the one place that defines it."""

import streamlit as st

from metrics.histories.subjects import HISTORIES
from pages.shell.page_start import current_source, seen_view
from pages.widgets import meanings

source, view = current_source(), seen_view()
st.header("Every figure is defined once, here, and counted from that definition wherever it is shown.")
for subject in HISTORIES:
    meanings.draw(source, view, subject)
meanings.terms_of_reference(source.terms)
