"""Are we on course, what was found, and what needs a decision, for chief officers."""

import streamlit as st

from charts.bridge_chart import changes, message, steps_of
from data.formatting import counted, listed_words, written_count, written_day
from metrics.decisions import Decision
from metrics.dimensions import PART
from pages.shell import choices
from pages.shell.page_start import current_view, link_elsewhere
from pages.widgets import breakdown, chart_card, course, export_button, figure_card, rows
from service import decisions, forecast
from service.changes import BRIDGED, bridges_table, known
from service.markdown import plain
from service.promises import promises
from service.sentences import page_answers
from service.sentences.figure import OVERVIEW_ROWS, overview_notes
from service.view import View


def draw() -> None:
    view = current_view(population="applications")
    st.header(page_answers.overview(view))
    st.markdown(f"**{plain(forecast.sentence(view))}**")
    if known_since := page_answers.then_and_now(view, plain):
        differ = "What was known on the day itself and what is known now differ."
        st.info("  \n".join((differ, *known_since)))
    with st.container(horizontal=True, gap="small"):
        for name in ("briefing", "workbook"):
            export_button.of_report(view, name).draw(key=name)
    chart_card.side_by_side(lambda: needs_a_decision(view), lambda: _cards(view), widths=[2, 3])
    chart_card.side_by_side(
        lambda: course.burn_up(view, then=view.as_known_then), lambda: _failures_by_part(view), widths=[3, 2]
    )
    if apart := page_answers.outside(view):
        st.caption(apart)
    changed(view)
    st.subheader("Where to look")
    link_elsewhere(view.source.visit.session.role)


def _cards(view: View) -> None:
    notes = overview_notes(view)
    for names in OVERVIEW_ROWS:
        figure_card.row(view, names, notes=notes, compared=True)


def _failures_by_part(view: View) -> None:
    if not view.loaded(["failures"]):
        st.info(page_answers.not_loaded("failures"))
        return
    breakdown.show(view, "failures", PART, key="parts")
    st.caption(page_answers.precedence(view.source.terms))


def needs_a_decision(view: View) -> None:
    st.subheader("Needs a decision")
    all_promises = promises(view)
    waiting = decisions.decisions(view, all_promises)
    if view.clocks.ahead:
        st.markdown(decisions.unknown_sentence(view))
    elif not waiting:
        st.markdown(f"Nothing waits for a decision as at {written_day(view.clocks.as_at)}.")
    for decision in waiting:
        _decision(view, decision)
    if missing := decisions.not_loaded(view):
        names = listed_words([matter.title.lower() for matter in missing])
        st.caption(f"Not looked for, because their extracts have not been loaded: {names}.")
    if others := [promise for promise in all_promises if not promise.needs_a_decision]:
        st.subheader("Other promises")
    for promise in others:
        st.markdown(f"- {decisions.promise_sentence(promise, plain)}")


def _decision(view: View, decision: Decision) -> None:
    sentence = decisions.decision_sentence(view, decision, plain)
    figure, promise = decision.figure, decision.promise
    if figure is None:
        st.markdown(sentence)
        return
    key = f"decision_{decision.kind}{f'_{promise.ref}' if promise else ''}"
    with st.expander(sentence, key=key, on_change="rerun") as expander:
        if not expander.open:
            return
        if promise:
            view = decisions.judged(view, promise)
            count, day = view.figure(figure).numerator, written_day(view.clocks.as_at)
            st.caption(f"{view.metric(figure).title} in the whole review on {day}: {written_count(count)}.")
        rows.rows_of(view, figure, decision.where, key=key)


def changed(view: View) -> None:
    if view.not_compared:
        st.subheader("What changed, and why")
        st.caption(view.not_compared)
        return
    st.subheader(f"What changed since {written_day(view.before.as_at)}, and why")
    table = bridges_table(view)
    numbers = dict.fromkeys(table.columns[1:], rows.NUMBERS)
    st.dataframe(table, hide_index=True, column_config=numbers)
    days = f"From {written_day(view.before.as_at)} to {written_day(view.clocks.as_at)}"
    st.caption(f"{days}, {known(view)}. Choose another day at the side.")
    names = {view.metric(name).title: name for name in view.loaded(BRIDGED)}
    changed = next((row[0] for row in table.rows() if row[1] != row[-1]), None)
    if chosen := choices.one("Show the change in", list(names), key="change", default=changed):
        _change_in(view, names[chosen])


def _change_in(view: View, name: str) -> None:
    metric, bridge = view.metric(name), view.bridge(name)
    st.markdown(plain(message(metric, bridge, view.before, view.clocks)))
    if not bridge.steps:
        return
    chart = changes(metric, bridge, view.before, view.clocks, chart_card.colours())
    title = f"Changes of {metric.title.lower()}"
    offer = export_button.of_table(
        view, title, lambda view: steps_of(view.bridge(name), view.before, view.clocks)
    )
    chart_card.show(chart, key=f"change_{name}", offer=offer)
    if not rows.allowed(view):
        return
    title = f"Rows: {plain(metric.title.lower())}"
    with st.expander(title, key=f"moved_{name}", on_change="rerun") as expander:
        if expander.open:
            moved = view.moved(name)
            st.markdown(f"**{counted(moved.height, 'row', 'rows')}** moved.")
            rows.show_rows(moved)
