"""Assurance: second looks, and sample checks of what was not sent on: can the review be relied on?"""

import streamlit as st

from pages.parts import answers, cards
from pages.parts.assurance import answer, looks, sampled
from pages.parts.opening import current_view

view = current_view()
if not view.told(["second_looks"]) or not view.told(["sample_checks"]):
    st.info(answers.untold("reviews"))
    st.stop()
st.header(answer.assurance(view))
cards.row(view, ("second_looks", "overturned", "second_looks_under_way"))
cards.row(view, ("not_sent_on", "sample_checks", "sample_failures"))
looks.draw(view)
sampled.draw(view)
