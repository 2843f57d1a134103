"""Progress: how far the review has come, when it will be finished, and how long each stage takes."""

import streamlit as st

from charts.bars import bars
from pages.parts.progress import outlook
from pages.shell import choices
from pages.shell.page_start import current_view
from pages.widgets import chart_card, course, export_button, figure_card, rows, stages
from pages.widgets.cross import asked_dimension
from service import finish, scope
from service.markdown import plain
from service.sentences import lines

view = current_view()
if not view.told(["population"]):
    st.info(lines.untold("applications"))
    st.stop()
st.header(lines.progress(view))
if said := finish.sentence(view):
    st.markdown(f"**{plain(said)}**")
outlook.draw(view)

figure_card.row(view, ("population", "share_assessed", "sent_on"))
figure_card.row(view, ("allocated", "share_completed", "backlog"))

then = course.drawn_then(view)
course.burn_up(view, then=then)
if changed := scope.grown(view):
    st.caption(changed)

if view.told(["completed"]):
    course.flow(view, then=then)
    stages.draw(view)
else:
    st.info(lines.untold("reviews"))

measure = view.metric(view.told(["share_completed", "population"])[0])
if split := asked_dimension(view, f"{measure.title}, by", key="by"):
    result = view.result(measure.name, by=[split.name])
    chart = bars(measure, result, split, view.clocks, chart_card.colours())
    leaving = export_button.of_figure(view, measure.name, by=[split.name])
    chart_card.show_to_click(chart, key=f"measure_by_{split.name}", chosen="behind_measure", leaving=leaving)
    rows.under(view, measure.name, result, [split], key="behind_measure")

if view.told(["backlog"]) and choices.switch("Show the rows outstanding", key="outstanding"):
    rows.rows_of(view, "backlog")
