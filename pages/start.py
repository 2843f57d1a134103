"""Start: what a reader who may not see the review's figures can open."""

import streamlit as st

from pages.shell import links
from pages.shell.page_start import current_source

role = current_source().visit.session.role
st.header(f"As {role} you may open the pages below; the review's figures are for others.")
links.elsewhere(role)
