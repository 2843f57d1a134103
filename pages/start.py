"""What a reader who may not see figures can open."""

import streamlit as st

from pages.shell.page_start import current_source, link_elsewhere


def draw() -> None:
    role = current_source().visit.session.role
    st.header(f"As {role} you may open these pages.", anchor=False)
    link_elsewhere(role)
