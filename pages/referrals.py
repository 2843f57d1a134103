"""Referrals: which are open and for how long, what each is about, and what the oversight body is owed."""

import streamlit as st

from pages.parts import answers, cards
from pages.parts.opening import current_view
from pages.parts.referrals import about, answer, investigated, recommendations, standing, timeline

view = current_view()
if not view.told(["referrals"]):
    st.info(answers.untold("referrals"))
    st.stop()
st.header(answers.in_the_whole(view, "referrals", answer.answer(view)))
cards.row(view, ("referrals", "open_referrals", "silent_referrals", "people_investigated"), compared=True)

timeline.draw(view, in_scope=True)
standing.open_now(view)
standing.over_time(view)

about.draw(view)
recommendations.draw(view)
investigated.draw(view)
timeline.draw(view, in_scope=False)
