"""Assurance: second looks, and sample checks of what was not sent on: can the review be relied on?"""

import streamlit as st

from pages.parts.assurance import looks, sampled
from pages.shell.page_start import current_view
from pages.widgets import figure_card
from service.sentences import assurance, lines

view = current_view()
if not view.told(["second_looks"]) or not view.told(["sample_checks"]):
    st.info(lines.untold("reviews"))
    st.stop()
st.header(assurance.assurance(view))
figure_card.row(view, ("second_looks", "overturned", "second_looks_under_way"))
figure_card.row(view, ("not_sent_on", "sample_checks", "sample_failures"))
looks.draw(view)
sampled.draw(view)
