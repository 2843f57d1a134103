"""The entry: every visit runs through here, whichever page it asks for."""

import streamlit as st

from data.errors import UserError
from pages.framework import draw_as_words
from pages.registry import open_to
from pages.shell import choices
from pages.shell.page_start import begin, excuse, not_opened, open_page, pages_of
from service.markdown import plain

draw_as_words()
st.set_page_config(page_title="Candour", layout="wide")
try:
    visit = begin()
    entries = open_to(visit.session.role)
    page = st.navigation(pages_of(entries), position="top")
    its_own = not not_opened(visit, entries)
    if open_page(visit, next(entry for entry in entries if entry.title == page.title), its_own=its_own):
        with choices.written():
            page.run()
except UserError as fault:
    st.error(plain(excuse(fault)))
