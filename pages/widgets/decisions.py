"""What needs a decision, one sentence each, with the rows behind it one click away."""

import streamlit as st

from data.formatting import listed_words, written_count, written_day
from metrics.decisions import Decision
from pages.widgets import rows
from service.decisions import decision_sentence, decisions, judged, promise_sentence, unknown_sentence, untold
from service.markdown import plain
from service.promises import promises
from service.view import View


def draw(view: View) -> None:
    st.subheader("Needs a decision")
    all_promises = promises(view)
    waiting = decisions(view, all_promises)
    if view.clocks.ahead:
        st.markdown(unknown_sentence(view))
    elif not waiting:
        st.markdown(f"Nothing waits for a decision as at {written_day(view.clocks.as_at)}.")
    for decision in waiting:
        _draw_one(view, decision)
    if missing := untold(view):
        names = listed_words([matter.title.lower() for matter in missing])
        st.caption(f"Not looked for, because their extracts have not been loaded: {names}.")
    if others := [promise for promise in all_promises if not promise.needs_a_decision]:
        st.subheader("Other promises")
    for promise in others:
        st.markdown(f"- {promise_sentence(promise, plain)}")


def _draw_one(view: View, decision: Decision) -> None:
    if decision.figure is None:
        st.markdown(decision_sentence(view, decision, plain))
        return
    one_of_its_kind = f"_{decision.promise.ref}" if decision.promise else ""
    key = f"decision_{decision.kind}{one_of_its_kind}"
    shown = st.expander(decision_sentence(view, decision, plain), key=key, on_change="rerun")
    if shown.open:
        with shown:
            _rows(view, decision, decision.figure, key)


def _rows(view: View, decision: Decision, figure: str, key: str) -> None:
    if decision.promise is None:
        rows.rows_of(view, figure, decision.where, key=key)
        return
    whole = judged(view, decision.promise)
    count, day = whole.figure(figure).numerator, written_day(whole.clocks.as_at)
    st.caption(f"{whole.metric(figure).title} in the whole review on {day}: {written_count(count)}.")
    rows.rows_of(whole, figure, key=key)
