"""Enquiries: the inbox and how soon it is answered, and the table that requests for information ask for."""

import streamlit as st

from pages.parts import answers, cards
from pages.parts.enquiries import answer, inbox, requests
from pages.parts.opening import current_view

view = current_view()
asked = view.told(["enquiries"])
if asked:
    st.header(answers.in_the_whole(view, "enquiries", answer.inbox(view)))
else:
    st.info(answers.untold("enquiries"))
requests.offer(view)
if asked:
    cards.row(view, ("enquiries", "enquiries_open", "enquiries_overdue"))
    cards.row(view, ("enquiries_answered", "answered_in_time", "days_to_answer"))
    inbox.draw(view)
requests.draw(view)
