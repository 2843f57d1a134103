"""Releases: what is drafted, approved and published, by whom, and what may be done with it."""

import streamlit as st

from pages.parts.releases import listing, memory, whole
from pages.shell.page_start import current_source
from service.releases.publishing import Press
from service.sentences.releases import answer

press = Press(current_source())
memory.opened_anew()
st.header(answer(press))
whole.who(press)
listing.draw(press)
whole.draw(press, listing.choose(press))
