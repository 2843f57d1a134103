"""Failures: which, where, how often, chance or change, and the rows behind each number, for analysts."""

import streamlit as st

from pages.parts.failures import changes, counts, rates
from pages.shell.page_start import current_view
from pages.widgets import figure_card, rows
from service.sentences import failures, lines

view = current_view()
if not view.told(["failures"]):
    st.info(lines.untold("failures"))
    st.stop()
st.header(lines.failures(view))
if view.figure("failures").numerator:
    st.markdown(failures.questions(view))
figure_card.row(view, ("failures", "failures_with_harm", "failure_rate", "failure_rate_reviewed"))
st.caption(lines.precedence(view.source.terms))

counts.by_two(view)
counts.by_month(view)
rates.draw(view)
changes.draw(view)

if apart := lines.outside(view):
    st.subheader("Outside the scope")
    st.caption(apart)
    rows.rows_of(view, "failures_outside_scope")
