"""Contact: who has been reached, who waits, and who must not be contacted, and why."""

import streamlit as st

from pages.parts.contact import attempts, standing, unsafe, waiting
from pages.shell.page_start import current_view
from pages.widgets import figure_card, rows
from service.sentences import contact, lines

view = current_view()
if not view.told(["people_to_contact"]):
    st.info(lines.untold("people_to_contact"))
    st.stop()
if not view.told(["people_waiting"]):
    st.info(lines.untold("contact_states"))
    st.stop()
st.header(contact.answer(view))
figure_card.row(view, ("share_reached", "people_waiting", "people_unable", "people_not_safe"), compared=True)

left, right = st.columns([3, 2], gap="large")
with left:
    standing.over_time(view)
with right:
    standing.on_the_day(view)
waiting.draw(view)
unsafe.draw(view)
attempts.draw(view)

if view.figure("people_outside_scope").numerator:
    st.subheader("Outside the scope")
    st.caption(view.metric("people_outside_scope").definition)
    rows.rows_of(view, "people_outside_scope")
