"""Failures: which, where, how often, chance or change, and the rows behind each number, for analysts."""

import streamlit as st

from pages.parts import answers, banner, cards, drill
from pages.parts.failures import answer, changes, counts, rates
from pages.parts.opening import current_view

view = current_view()
if not view.told(["failures"]):
    st.info(answers.untold("failures"))
    st.stop()
st.header(answers.failures(view))
if view.figure("failures").numerator:
    answer.draw(view)
cards.row(view, ("failures", "failures_with_harm", "failure_rate", "failure_rate_reviewed"))
st.caption(banner.precedence(view))

counts.by_two(view)
counts.by_month(view)
rates.draw(view)
changes.draw(view)

if apart := answers.outside(view):
    st.subheader("Outside the scope")
    st.caption(apart)
    drill.rows_of(view, "failures_outside_scope")
