"""The entry: every visit runs through here, whichever page it asks for."""

import streamlit as st

from data.errors import UserError
from pages.framework import copy_lightly, draw_as_words
from pages.registry import open_to
from pages.shell.current_user import current_visit
from pages.shell.page_start import draw_page, excuse, footer, navigate, not_opened, open_review
from pages.widgets import returns
from service.markdown import plain
from service.nation import IncompleteError

draw_as_words()
copy_lightly()
st.set_page_config(page_title="Candour", layout="wide")
try:
    visit = current_visit()
    source = open_review(visit)
    entries = open_to(visit.session.role, source)
    entry, page = navigate(entries)
    its_own = not not_opened(visit, entries)
    draw_page(source, entry, page, its_own=its_own)
    footer(entries, entry)
except IncompleteError as fault:
    returns.ask(fault)
except UserError as fault:
    st.error(plain(excuse(fault)))
