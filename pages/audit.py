"""Audit: who looked at what, and whether the record of it is whole."""

import streamlit as st

from pages.parts import audit
from pages.shell.page_start import current_source
from pages.widgets import export_button

source = current_source()
span = audit.days()
entries = audit.entries(source, span)
chosen = audit.narrowed(entries)
st.header(audit.answer(chosen, span))
audit.state(audit.verified(source))
audit.pictured(chosen, entries, span)
audit.looked(chosen)
audit.listed(chosen)
audit.cache_usage()
export_button.of_record(source.visit, *span).draw(key="record")
