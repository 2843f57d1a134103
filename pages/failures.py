"""Failures: which, where, how often, and the rows behind each number, for analysts."""

import streamlit as st

from charts.bars import bars, columns
from pages.parts import answers, banner, cards, drill, picture
from pages.parts.cross import counts_and_cells
from pages.parts.opening import open_page

view = open_page("Failures")
st.markdown(f"#### {answers.failures(view)}")
cards.row(
    [
        view.figure(name)
        for name in ("failures", "failures_with_harm", "failure_rate", "failure_rate_reviewed")
    ]
)
st.caption(banner.precedence(view))

counts_and_cells(view)

left, right = st.columns(2, gap="large")
with left:
    by_month = view.result("failures", every="1mo")
    picture.show(
        columns(view.metric("failures"), by_month, view.clocks, picture.colours(), every="month"),
        key="monthly",
    )
with right:
    choices = view.dimensions("cases")
    if choices:
        titles = [each.title for each in choices]
        split = choices[
            titles.index(st.selectbox("Failure rate, by", titles, key="rate_by", bind="query-params"))
        ]
        rates = view.result("failure_rate", by=[split.name])
        chart = bars(view.metric("failure_rate"), rates, split, view.clocks, picture.colours())
        picture.show(chart, key="rates")

if apart := answers.outside(view):
    st.subheader("Outside the scope")
    st.caption(apart)
    drill.show_rows(view.behind("failures_outside_scope"))
