"""Progress: how far the review has come and how long each stage takes."""

import streamlit as st

from charts.bars import bars, columns
from pages.parts import answers, cards, courses, picture, stages
from pages.parts.cross import asked_dimension
from pages.parts.opening import current_view

view = current_view()
st.header(answers.progress(view))
cards.row([view.figure(name) for name in ("population", "share_assessed", "sent_on", "share_completed")])

then = courses.drawn_then(view)
picture.show(courses.burn_up(view, then=then), key="burn_up")

left, right = st.columns(2, gap="large")
with left:
    picture.show(courses.backlog(view, then=then), key="backlog")
with right:
    weekly = view.result("completed", every="1w")
    picture.show(
        columns(view.metric("completed"), weekly, view.clocks, picture.colours(), every="week"), key="weekly"
    )

stages.draw(view)

if split := asked_dimension(view, "Share reviewed, by", key="by"):
    result = view.result("share_completed", by=[split.name])
    chart = bars(view.metric("share_completed"), result, split, view.clocks, picture.colours())
    picture.show(chart, key="share_by")
