"""Staffing: who reviews, what they get done, and what that means for the finish."""

import streamlit as st

from charts.bars import bars
from metrics.dimensions import TEAM
from pages.parts import answers, cards, choices, courses, drill, exporting, picture
from pages.parts.opening import current_view
from pages.parts.plain import plain
from pages.parts.staffing import answer, work

view = answer.whole(current_view())
if not view.told(["headcount"]):
    st.info(answers.untold("staffing"))
    st.stop()
st.header(answer.sentence(view))
if outlook := answer.outlook(view):
    st.markdown(f"**{plain(outlook)}** {plain(answer.plan(view))}")
if current_view().kept:
    st.caption("Staff belong to no area, route, grade or year: this page is of the whole review.")
peak = {"headcount": courses.peak(view, "headcount")}
cards.row(view, ("headcount", "full_time_equivalents", "reviews_done", "reviews_in_hand"), beside=peak)

left, right = st.columns(2, gap="large")
with left:
    work.people(view)
with right:
    by_team = view.result("headcount", by=["team"])
    chart = bars(view.metric("headcount"), by_team, TEAM, view.clocks, picture.colours())
    picture.show(chart, key="by_team", leaving=exporting.of_figure(view, "headcount", by=["team"]))
if view.told(["reviews_done"]):
    left, right = st.columns(2, gap="large")
    with left:
        work.over_time(view)
    with right:
        work.teams(view)
    work.weeks(view)
    work.reviewers(view)
else:
    st.info(answers.untold("reviews"))

if choices.switch("Show the rows of the staff there now", key="staff_rows"):
    drill.rows_of(view, "headcount")
