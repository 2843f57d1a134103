"""Staffing: who reviews, what they get done, and what that means for the finish."""

import streamlit as st

from charts.bars import bars
from metrics.dimensions import TEAM
from pages.parts.staffing import work
from pages.shell import choices
from pages.shell.page_start import current_view
from pages.widgets import chart_card, course, export_button, figure_card, rows
from service.markdown import plain
from service.sentences import lines, staffing

view = staffing.whole(current_view())
if not view.told(["headcount"]):
    st.info(lines.untold("staffing"))
    st.stop()
st.header(staffing.sentence(view))
if outlook := staffing.outlook(view):
    st.markdown(f"**{plain(outlook)}** {plain(staffing.plan(view))}")
if current_view().filters:
    st.caption("Staff belong to no area, route, grade or year: this page is of the whole review.")
peak = {"headcount": course.peak(view, "headcount")}
figure_card.row(view, ("headcount", "full_time_equivalents", "reviews_done", "reviews_in_hand"), beside=peak)

left, right = st.columns(2, gap="large")
with left:
    work.people(view)
with right:
    by_team = view.result("headcount", by=["team"])
    chart = bars(view.metric("headcount"), by_team, TEAM, view.clocks, chart_card.colours())
    chart_card.show(chart, key="by_team", leaving=export_button.of_figure(view, "headcount", by=["team"]))
if view.told(["reviews_done"]):
    left, right = st.columns(2, gap="large")
    with left:
        work.over_time(view)
    with right:
        work.teams(view)
    work.weeks(view)
    work.reviewers(view)
else:
    st.info(lines.untold("reviews"))

if choices.switch("Show the rows of the staff there now", key="staff_rows"):
    rows.rows_of(view, "headcount")
