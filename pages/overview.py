"""Overview: where the review is and what it has found, for chief officers."""

import streamlit as st

from charts.bars import bars
from metrics.dimensions import PART
from metrics.failures import every_part
from pages.parts import answers, banner, cards, courses, exporting, links, picture
from pages.parts.opening import current_view

view = current_view()
if not view.told(["population"]):
    st.info(answers.untold("applications"))
    st.stop()
st.header(answers.overview(view))
if changed := answers.then_and_now(view):
    st.info("What was known on the day itself and what is known now differ.  \n" + "  \n".join(changed))

cards.row(view, ("population", "share_assessed", "share_completed", "backlog"))
staff = {"headcount": courses.peak(view, "headcount")}
cards.row(view, ("failures", "failures_with_harm", "referrals", "headcount"), beside=staff)

left, right = st.columns([3, 2], gap="large")
with left:
    courses.burn_up(view, then=view.as_known_then)
with right:
    if view.told(["failures"]):
        parts = every_part(view.result("failures", by=["part"]))
        chart = bars(view.metric("failures"), parts, PART, view.clocks, picture.colours())
        picture.show(chart, key="parts", leaving=exporting.of_figure(view, "failures", by=["part"]))
        st.caption(banner.precedence(view))
    else:
        st.info(answers.untold("failures"))
if apart := answers.outside(view):
    st.caption(apart)

st.subheader("Where to look")
links.elsewhere(view.source.visit.session.role)
