"""Referrals: which are open and for how long, what each is about, and what the oversight body is owed."""

import streamlit as st

from pages.parts.referrals import about, investigated, recommendations, standing, timeline
from pages.shell.page_start import current_view
from pages.widgets import figure_card
from service.sentences import lines, referrals

view = current_view()
if not view.told(["referrals"]):
    st.info(lines.untold("referrals"))
    st.stop()
st.header(lines.in_the_whole(view, "referrals", referrals.answer(view)))
figure_card.row(
    view, ("referrals", "open_referrals", "silent_referrals", "people_investigated"), compared=True
)

timeline.draw(view, in_scope=True)
standing.open_now(view)
standing.over_time(view)

about.draw(view)
recommendations.draw(view)
investigated.draw(view)
timeline.draw(view, in_scope=False)
