"""A form to take a decision, or to assign it to a role."""

from collections.abc import Sequence

import streamlit as st

from access.roles import Role
from data.errors import UserError
from data.formatting import capitalised
from data.tables import LONGEST_NOTE
from metrics.decisions import Decision
from pages.widgets.menu import menu
from service import decisions
from service.markdown import plain
from service.view import View

DONE = "decision_done"


def draw(view: View, listed: Sequence[Decision]) -> None:
    if done := st.session_state.pop(DONE, None):
        st.success(done)
    for fault in view.source.decision_steps()[1]:
        st.warning(plain(fault))
    own = {_called(decision): decision for decision in listed if decisions.may_decide(view, decision)}
    if not own:
        return
    # Anew after each step: what was typed for one is not sent for another.
    key = f"decide_{decisions.last_step(view.source)}"

    def draw_form() -> None:
        chosen = own[st.selectbox("Decide", list(own), key=f"{key}_chosen")]
        _form(view, chosen, f"{key}_{'_'.join(chosen.about)}")

    menu("Decide or assign", draw_form, key="decide_menu", type="secondary")


def _called(decision: Decision) -> str:
    return f"{decision.title}: {decision.promise.ref}" if decision.promise else decision.title


def _form(view: View, decision: Decision, key: str) -> None:
    with st.form(key, border=False):
        note = st.text_input(
            "Note", max_chars=LONGEST_NOTE, key=f"{key}_note", help="One short sentence that names nobody."
        )
        role = st.selectbox("Role", list(Role), key=f"{key}_role", format_func=capitalised)
        with st.container(horizontal=True):
            taken = st.form_submit_button("Mark as decided")
            assigned = st.form_submit_button("Assign to role")
    if not (taken or assigned):
        return
    try:
        decisions.decide(view, decision, note, role if assigned else "")
    except UserError as fault:
        st.error(plain(str(fault)))
        return
    st.session_state[DONE] = f"It is assigned to the {role}." if assigned else "It is marked as decided."
    st.rerun()
