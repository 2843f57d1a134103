"""Definitions: what each figure means, from the one place that defines it."""

import streamlit as st

from pages.parts import meanings
from pages.parts.opening import open_page

view = open_page("Definitions")
st.markdown("#### Every figure is defined once, here, and counted from that definition wherever it is shown.")
for subject in meanings.SUBJECTS:
    meanings.draw(view, subject)
meanings.terms_of_reference(view.source.terms)
