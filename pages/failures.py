"""Failures: which, where, how often, and the rows behind each number, for analysts."""

import streamlit as st

from pages.parts import answers, banner, cards, cross, drill
from pages.parts.opening import current_view

view = current_view()
if not view.told(["failures"]):
    st.info(answers.untold("failures"))
    st.stop()
st.header(answers.failures(view))
cards.row(view, ("failures", "failures_with_harm", "failure_rate", "failure_rate_reviewed"))
st.caption(banner.precedence(view))

cross.counts_and_cells(view)

left, right = st.columns(2, gap="large")
with left:
    cross.by_month(view)
with right:
    cross.rates(view)

if apart := answers.outside(view):
    st.subheader("Outside the scope")
    st.caption(apart)
    drill.rows_of(view, "failures_outside_scope")
