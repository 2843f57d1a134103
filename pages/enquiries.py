"""Enquiries: the inbox and how soon it is answered, and the table that requests for information ask for."""

import streamlit as st

from pages.parts.enquiries import inbox, requests
from pages.shell.page_start import current_view
from pages.widgets import figure_card
from service.sentences import enquiries, lines

view = current_view()
asked = view.told(["enquiries"])
if asked:
    st.header(lines.in_the_whole(view, "enquiries", enquiries.inbox(view)))
else:
    st.info(lines.untold("enquiries"))
requests.offer(view)
if asked:
    figure_card.row(view, ("enquiries", "enquiries_open", "enquiries_overdue"))
    figure_card.row(view, ("enquiries_answered", "answered_in_time", "days_to_answer"))
    inbox.draw(view)
requests.draw(view)
