"""The entry: every visit runs through here, whichever page it asks for."""

import streamlit as st

from pages.registry import REGISTRY

st.set_page_config(page_title="Candour", page_icon="⚖️", layout="wide")
entries = [
    st.Page(entry.file, title=entry.title, url_path=entry.path, default=not entry.path) for entry in REGISTRY
]
st.navigation(entries, position="top").run()
