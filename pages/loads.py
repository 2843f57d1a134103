"""Data: what was loaded, what was held back and why, and what each load changed."""

import streamlit as st

from pages.parts import loads
from pages.parts.opening import current_view

view = current_view()
st.header(loads.answer(view.source))
load = loads.choose(view.source) or view.source.place.version
loads.receipt(view.source, load)
loads.held_back(view.source, load)
loads.changed(view.source, load)
