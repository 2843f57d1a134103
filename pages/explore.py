"""Explore: any figure by any one or two dimensions and period, with its rows and its file, as a link."""

import streamlit as st

from pages.parts.explore import choice, shown
from pages.shell.page_start import current_view
from pages.widgets import export_button
from service.sentences import lines

view = current_view()
if not view.told(["population"]):
    st.info(lines.untold("applications"))
    st.stop()
answer = st.empty()
chosen = choice.ask(view)
answer.header(shown.answer(view, chosen))
st.caption(chosen.metric.definition)
shown.draw(view, chosen)
export_button.of_workbook(view).draw(key="workbook")
st.caption("The address of this page holds every choice: copy it to keep this view or to share it.")
