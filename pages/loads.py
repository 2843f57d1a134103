"""Data: what was loaded, what was held back and why, and what each load changed."""

import streamlit as st

from pages.parts import loads
from pages.shell.page_start import current_source

source = current_source()
st.header(loads.answer(source))
load = loads.choose(source) or source.loads()["load"][-1]
loads.receipt(source, load)
loads.held_back(source, load)
loads.removed(source, load)
loads.changed(source, load)
