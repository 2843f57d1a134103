"""Progress: how far the review has come and how long each stage takes."""

import streamlit as st

from charts.bars import bars
from pages.parts import answers, cards, courses, exporting, picture, stages
from pages.parts.cross import asked_dimension
from pages.parts.opening import current_view

view = current_view()
if not view.told(["population"]):
    st.info(answers.untold("applications"))
    st.stop()
st.header(answers.progress(view))
cards.row(view, ("population", "share_assessed", "sent_on"))
cards.row(view, ("allocated", "share_completed", "backlog"))

then = courses.drawn_then(view)
courses.burn_up(view, then=then)

if view.told(["completed"]):
    courses.flow(view, then=then)
    stages.draw(view)
else:
    st.info(answers.untold("reviews"))

measure = view.metric(view.told(["share_completed", "population"])[0])
if split := asked_dimension(view, f"{measure.title}, by", key="by"):
    result = view.result(measure.name, by=[split.name])
    chart = bars(measure, result, split, view.clocks, picture.colours())
    leaving = exporting.of_figure(view, measure.name, by=[split.name])
    picture.show(chart, key="measure_by", leaving=leaving)
