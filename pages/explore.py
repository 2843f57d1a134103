"""Explore: any figure by any one or two dimensions and period, with its rows and its file, as a link."""

import streamlit as st

from pages.parts import answers, exporting
from pages.parts.explore import choice, shown
from pages.parts.opening import current_view

view = current_view()
if not view.told(["population"]):
    st.info(answers.untold("applications"))
    st.stop()
answer = st.empty()
chosen = choice.ask(view)
answer.header(shown.answer(view, chosen))
st.caption(chosen.metric.definition)
shown.draw(view, chosen)
exporting.of_workbook(view).draw(key="workbook")
st.caption("The address of this page holds every choice: copy it to keep this view or to share it.")
