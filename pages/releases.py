"""Releases: what is drafted, approved and published, by whom, and what may be done with it."""

import streamlit as st

from pages.parts.opening import current_source
from pages.parts.press.service import Press
from pages.parts.releases import listing, memory, whole
from pages.parts.releases.answer import answer

press = Press(current_source())
memory.opened_anew()
st.header(answer(press))
whole.who(press)
listing.draw(press)
whole.draw(press, listing.choose(press))
