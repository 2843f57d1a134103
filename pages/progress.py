"""Progress: how far the review has come, when it will be finished, and how long each stage takes."""

import streamlit as st

from charts.bars import bars
from pages.parts import answers, cards, choices, courses, drill, exporting, picture, stages
from pages.parts.cross import asked_dimension
from pages.parts.opening import current_view
from pages.parts.plain import plain
from pages.parts.progress import finishing, outlook, scope

view = current_view()
if not view.told(["population"]):
    st.info(answers.untold("applications"))
    st.stop()
st.header(answers.progress(view))
if said := finishing.sentence(view):
    st.markdown(f"**{plain(said)}**")
outlook.draw(view)

cards.row(view, ("population", "share_assessed", "sent_on"))
cards.row(view, ("allocated", "share_completed", "backlog"))

then = courses.drawn_then(view)
courses.burn_up(view, then=then)
if changed := scope.grown(view):
    st.caption(changed)

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
    picture.show_to_click(chart, key=f"measure_by_{split.name}", chosen="behind_measure", leaving=leaving)
    drill.under(view, measure.name, result, [split], key="behind_measure")

if view.told(["backlog"]) and choices.switch("Show the rows outstanding", key="outstanding"):
    drill.rows_of(view, "backlog")
