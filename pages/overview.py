"""Overview: where the review is and what it has found, for chief officers."""

import streamlit as st

from charts.bars import bars
from metrics.dimensions import dimension
from pages.parts import answers, banner, cards, courses, picture
from pages.parts.opening import current_view

view = current_view()
st.header(answers.overview(view))
if changed := answers.then_and_now(view):
    st.info("What was known on the day itself was different.  \n" + "  \n".join(changed))

cards.row([view.figure(name) for name in ("population", "share_assessed", "share_completed", "backlog")])
cards.row(
    [view.figure(name) for name in ("failures", "failures_with_harm", "referrals", "headcount")],
    beside={"headcount": courses.peak(view, "headcount")},
)

left, right = st.columns([3, 2], gap="large")
with left:
    picture.show(courses.burn_up(view, then=view.as_known_then), key="burn_up")
with right:
    metric, part = view.metric("failures"), dimension("part")
    picture.show(
        bars(metric, view.result("failures", by=["part"]), part, view.clocks, picture.colours()), key="parts"
    )
    st.caption(banner.precedence(view))
if apart := answers.outside(view):
    st.caption(apart)
