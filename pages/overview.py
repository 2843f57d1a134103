"""Overview: are we on course, what was found, and what needs a decision, for chief officers."""

import streamlit as st

from charts.bars import bars
from metrics.dimensions import PART
from pages.parts import answers, banner, cards, courses, decisions, exporting, links, picture
from pages.parts.opening import current_view
from pages.parts.overview import bridges, figures
from pages.parts.plain import plain
from pages.parts.progress import finishing

view = current_view()
if not view.told(["population"]):
    st.info(answers.untold("applications"))
    st.stop()
st.header(answers.overview(view))
st.markdown(f"**{plain(finishing.sentence(view))}**")
if changed := answers.then_and_now(view, plain):
    st.info("What was known on the day itself and what is known now differ.  \n" + "  \n".join(changed))
exporting.offer_reports(view)

left, right = st.columns([2, 3], gap="large")
with left:
    decisions.draw(view)
with right:
    beside = figures.beside(view)
    for names in figures.ROWS:
        cards.row(view, names, beside=beside, compared=True)

left, right = st.columns([3, 2], gap="large")
with left:
    courses.burn_up(view, then=view.as_known_then)
with right:
    if view.told(["failures"]):
        parts = view.result("failures", by=["part"])
        chart = bars(view.metric("failures"), parts, PART, view.clocks, picture.colours())
        picture.show(chart, key="parts", leaving=exporting.of_figure(view, "failures", by=["part"]))
        st.caption(banner.precedence(view))
    else:
        st.info(answers.untold("failures"))
if apart := answers.outside(view):
    st.caption(apart)

bridges.draw(view)

st.subheader("Where to look")
links.elsewhere(view.source.visit.session.role)
