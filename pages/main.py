"""The entry: every visit runs through here, whichever page it asks for."""

import streamlit as st

from data.faults import Fault
from pages.parts.opening import open_view
from pages.registry import REGISTRY

st.set_page_config(page_title="Candour", layout="wide")
page = st.navigation(
    [st.Page(each.file, title=each.title, url_path=each.path, default=not each.path) for each in REGISTRY],
    position="top",
)
try:
    open_view(page.title)
    page.run()
except Fault as fault:
    st.error(str(fault))
