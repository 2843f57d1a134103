"""Who has been reached, who waits, and who must not be contacted, and why."""

from functools import partial

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.chart import Chart
from charts.lines import multiples
from charts.palette import Palette
from data.formatting import capitalised, counted, written_day
from metrics.dimensions import CAME_OF_IT, DAYS_WAITING, METHOD, STATE, UNSAFE_REASON
from metrics.histories.cases import NOT_NEEDED, NOT_SAFE, REACHED, SETTLED, UNABLE
from pages.shell import choices
from pages.shell.page_start import current_view
from pages.widgets import chart_card, export_button, figure_strip, rows
from service.events import events
from service.markdown import plain
from service.over_time import known_on
from service.sentences import status
from service.view import View

WAITING = "waiting to be reached"
PARTS = (*REACHED, WAITING, UNABLE, NOT_SAFE, NOT_NEEDED)
STATES = "People to {contact} by state"
WAITS = "people_waiting"
UNSAFE, OUTSIDE = "people_not_safe", "people_outside_scope"
FIGURES = {
    "share_reached": "Reached",
    WAITS: "Waiting",
    "people_unable": "Could not be reached",
    UNSAFE: "Not safe",
}


def draw() -> None:
    view = current_view()
    figure_strip.status(view, status.contact(view))
    figure_strip.draw(view, FIGURES)
    chart_card.side_by_side(lambda: states_over_time(view), lambda: _by_days(view), widths=[3, 2])
    if view.figure(WAITS).numerator and view.source.visit.may(Permission.CASE_ROWS):
        rows.longest("waiting", waiting_table(view))
    st.markdown(status.look_again(view))
    _tabs(view)


def states_over_time(view: View) -> None:
    settled = pl.col("state").is_in(SETTLED)
    part = pl.when(settled).then(pl.col("state").cast(pl.String)).otherwise(pl.lit(WAITING))

    def make(view: View, colours: Palette) -> Chart:
        counts = rows.parts_over_time(view, "people_to_contact", STATE, part, PARTS)
        meant = (*REACHED, WAITING)
        return multiples(view.words(STATES), counts, colours, unit="people", meant=meant, events=events(view))

    if not view.figure("people_to_contact").numerator:
        return
    measure = f"By state, {known_on(view, then=view.as_known_then)}"
    chart_card.draw(view, make, key="states", headline=status.reached_title(view), measure=measure)


def _by_days(view: View) -> None:
    (count,) = view.counts(WAITS)
    headline = status.waiting_title(count, view.ages(WAITS).longest)
    if not count:
        chart_card.words("waiting_by_days", headline, waiting_sentence(view))
        return
    rows.breakdown(
        view, WAITS, DAYS_WAITING, key="waiting_by_days", headline=headline, measure="Days waiting"
    )


def waiting_table(view: View) -> pl.DataFrame:
    days = (pl.lit(view.clocks.as_at) - pl.col("identified_on")).dt.total_days()
    columns = {
        "Person": pl.col("contact_ref"),
        capitalised(view.source.terms.case.one): pl.col("application_ref"),
        "Identified": rows.day("identified_on"),
        "Days waiting": days,
        "State": pl.col("state").cast(pl.String).fill_null(STATE.missing),
        "Grade": pl.col("grade").cast(pl.String).fill_null("not graded yet"),
    }
    return view.behind(WAITS).sort("identified_on", "contact_ref").select(**columns)


def waiting_sentence(view: View) -> str:
    ages, taken = view.ages(WAITS), view.figure("days_to_contact").value
    usual = "Too few have been reached to say how long it takes."
    if taken is not None:
        usual = f"Half are settled within {counted(round(taken), 'day', 'days')} of being identified."
    if ages.count == 0 or ages.since is None or ages.longest is None or ages.median is None:
        return f"Nobody waits to be reached on {written_day(view.clocks.as_at)}. {usual}"
    half = ""
    if ages.count > 1:
        days = f"half of them for {counted(int(ages.median), 'day', 'days')} or longer, "
        half = f"{days if ages.median >= 1 else ''}the longest "
    people = counted(ages.count, "person waits", "people wait")
    longest = f"for {counted(ages.longest, 'day', 'days')}, since {written_day(ages.since)}"
    return f"{people} to be reached: {half}{longest}. {usual}"


def _tabs(view: View) -> None:
    of_states = {"key": "people_by_state", "behind": "behind_state", "occurring": True}
    parts = {
        view.words("Not safe to {contact}"): not_safe,
        "By state": partial(rows.breakdown, name="people_to_contact", split=STATE, **of_states),
        "Who waits": _waiting,
        **({"Attempts": attempts} if view.loaded(["contact_attempts"]) else {}),
        "Outside the scope": _outside,
        "Method": _method,
    }
    owns = {
        "By state": ("behind_state",),
        "Who waits": ("behind_waiting",),
        "Attempts": ("behind_came_of_it", "behind_method"),
    }
    choices.tabs("tab", parts, view, owns=owns)


def _waiting(view: View) -> None:
    st.markdown(plain(waiting_sentence(view)))
    rows.breakdown(view, WAITS, DAYS_WAITING, key="waiting_rows", behind="behind_waiting", occurring=True)


def not_safe(view: View) -> None:
    (count,), day = view.counts(UNSAFE), written_day(view.clocks.as_at)
    people, contacted = counted(count, "person is", "people are"), view.words.contacted
    sentence = f"{people} not to be {contacted}, for an approved reason."
    if count == 0:
        sentence = f"There is nobody whom it is not safe or appropriate to {view.words.contact} on {day}."
    st.markdown(sentence)
    reasons = rows.breakdown(view, UNSAFE, UNSAFE_REASON, key="unsafe_by_reason", occurring=True)
    if reasons.is_empty() or not rows.allowed(view):
        return
    st.dataframe(not_safe_table(view), hide_index=True)
    if not view.source.visit.may(Permission.REVIEWER_NAMES):
        st.caption("Each was approved; by whom is shown to those who may see names.")
    export_button.of_rows(view, UNSAFE).draw(key="unsafe")


def not_safe_table(view: View) -> pl.DataFrame:
    decisions = view.behind(UNSAFE).sort("look_again_on", "contact_ref")
    passed = decisions["look_again_on"] < view.clocks.as_at
    now = pl.when(passed).then(pl.lit("due for review")).otherwise(pl.lit("not yet"))
    columns = {
        "Person": pl.col("contact_ref"),
        capitalised(view.source.terms.case.one): pl.col("application_ref"),
        view.words("Reason not to {contact}"): pl.col("unsafe_reason"),
        **({"Approved by": pl.col("approved_by_ref")} if "approved_by_ref" in decisions.columns else {}),
        "Since": rows.day("from_on"),
        "Look again on": rows.day("look_again_on"),
        **({"Now": now} if passed.any() else {}),
    }
    return decisions.select(**columns)


def attempts(view: View) -> None:
    if view.figure("contact_attempts").numerator == 0:
        st.markdown(view.words("No attempt to {contact} anybody had been made by this day."))
        return
    by = {"contact_attempts": CAME_OF_IT, "share_of_attempts_reaching": METHOD}
    chart_card.side_by_side(*(
        partial(rows.breakdown, view, name, split, key=f"{name}_by", behind=f"behind_{split.name}")
        for name, split in by.items()
    ))  # fmt: skip


def _outside(view: View) -> None:
    if not view.figure(OUTSIDE).numerator:
        st.markdown("Nobody is recorded outside the scope.")
        return
    st.caption(view.metric(OUTSIDE).definition)
    rows.rows_of(view, OUTSIDE)


def _method(view: View) -> None:
    figure_strip.definitions(view, ["people_to_contact", *FIGURES, "days_to_contact"])
