"""Are we on course, what was found, and what needs a decision, for chief officers."""

import streamlit as st

from metrics.dimensions import PART
from pages.shell import navigation
from pages.shell.page_start import current_view, stop_unless_loaded
from pages.widgets import breakdown, changes, course, decisions, export_button, figure_card
from service import forecast
from service.markdown import plain
from service.sentences import page_answers
from service.sentences.figure import OVERVIEW_ROWS, overview_notes
from service.view import View


def draw() -> None:
    view = current_view()
    stop_unless_loaded(view, "population", "applications")
    st.header(page_answers.overview(view))
    st.markdown(f"**{plain(forecast.sentence(view))}**")
    if changed := page_answers.then_and_now(view, plain):
        st.info("What was known on the day itself and what is known now differ.  \n" + "  \n".join(changed))
    export_button.offer_reports(view)
    left, right = st.columns([2, 3], gap="large")
    with left:
        decisions.draw(view)
    with right:
        notes = overview_notes(view)
        for names in OVERVIEW_ROWS:
            figure_card.row(view, names, notes=notes, compared=True)
    left, right = st.columns([3, 2], gap="large")
    with left:
        course.burn_up(view, then=view.as_known_then)
    with right:
        _failures_by_part(view)
    if apart := page_answers.outside(view):
        st.caption(apart)
    changes.draw(view)
    st.subheader("Where to look")
    navigation.link_elsewhere(view.source.visit.session.role)


def _failures_by_part(view: View) -> None:
    if not view.told(["failures"]):
        st.info(page_answers.untold("failures"))
        return
    breakdown.show(view, "failures", PART, key="parts")
    st.caption(page_answers.precedence(view.source.terms))
