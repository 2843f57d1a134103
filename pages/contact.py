"""Who has been reached, who waits, and who must not be contacted, and why."""

import polars as pl
import streamlit as st

from access.roles import Permission
from data.formatting import capitalised, counted, written_day
from metrics.dimensions import CAME_OF_IT, DAYS_WAITING, METHOD, STATE, UNSAFE_REASON
from metrics.histories.people import NOT_NEEDED, NOT_SAFE, REACHED, SETTLED, UNABLE
from pages.shell.page_start import current_view, stop_unless_loaded
from pages.widgets import breakdown, export_button, figure_card, rows
from service.markdown import plain
from service.sentences import contact, page_answers
from service.view import View

WAITING = "waiting to be reached"
PARTS = (*REACHED, NOT_NEEDED, WAITING, UNABLE, NOT_SAFE)
COLOURED = (*REACHED, WAITING, UNABLE, NOT_NEEDED, NOT_SAFE)
WAITS = "people_waiting"
UNSAFE, AGAIN = "people_not_safe", "people_to_look_at_again"


def draw() -> None:
    view = current_view()
    stop_unless_loaded(view, "people_to_contact", "people_to_contact")
    stop_unless_loaded(view, "people_waiting", "contact_states")
    st.header(contact.answer(view))
    figure_card.row(
        view, ("share_reached", "people_waiting", "people_unable", "people_not_safe"), compared=True
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        states_over_time(view)
    with right:
        breakdown.show(
            view, "people_to_contact", STATE, key="people_by_state", behind="behind_state", occurring=True
        )
    waiting(view)
    not_safe(view)
    attempts(view)
    if view.figure("people_outside_scope").numerator:
        st.subheader("Outside the scope")
        st.caption(view.metric("people_outside_scope").definition)
        rows.rows_of(view, "people_outside_scope")


def states_over_time(view: View) -> None:
    settled = pl.col("state").is_in(SETTLED)
    breakdown.over_time(
        view,
        "people_to_contact",
        STATE,
        "People to contact by state",
        part=pl.when(settled).then(pl.col("state").cast(pl.String)).otherwise(pl.lit(WAITING)),
        order=PARTS,
        kinds=COLOURED,
        unit="people",
        key="states",
    )


def waiting(view: View) -> None:
    st.subheader("Who is waiting")
    st.markdown(plain(waiting_sentence(view)))
    breakdown.show(view, WAITS, DAYS_WAITING, key="waiting_by_days", behind="behind_waiting", occurring=True)


def waiting_sentence(view: View) -> str:
    ages, usual = view.ages(WAITS), _usual_days(view)
    if ages.count == 0 or ages.since is None or ages.longest is None or ages.median is None:
        return f"Nobody waits to be reached on {written_day(view.clocks.as_at)}. {usual}"
    people, longest = (
        counted(ages.count, "person waits", "people wait"),
        counted(ages.longest, "day", "days"),
    )
    half = (
        f"half of them for {counted(int(ages.median), 'day', 'days')} or longer, " if ages.median >= 1 else ""
    )
    if ages.count == 1:
        return f"{people} to be reached: for {longest}, since {written_day(ages.since)}. {usual}"
    return (
        f"{people} to be reached: {half}the longest for {longest}, since {written_day(ages.since)}. {usual}"
    )


def _usual_days(view: View) -> str:
    taken = view.figure("days_to_contact")
    if taken.value is None:
        return "Too few have been reached to say how long it takes."
    return (
        f"Of all identified, half were reached, or found not to be contacted, within "
        f"{counted(round(taken.value), 'day', 'days')}; those still waiting count as waiting."
    )


def not_safe(view: View) -> None:
    st.subheader("Not safe or appropriate to contact")
    st.markdown(plain(not_safe_sentence(view)))
    if breakdown.show(view, UNSAFE, UNSAFE_REASON, key="unsafe_by_reason", occurring=True).is_empty():
        return
    if not view.source.visit.may(Permission.CASE_ROWS):
        st.caption(rows.NOT_ROWS)
        return
    st.dataframe(not_safe_table(view), hide_index=True)
    if not view.source.visit.may(Permission.REVIEWER_NAMES):
        st.caption("Each was approved; by whom is shown to those who may see names.")
    export_button.offer_rows(view, UNSAFE, (), key="unsafe")


def not_safe_sentence(view: View) -> str:
    count, again = view.figure(UNSAFE).numerator, view.figure(AGAIN).numerator
    day = written_day(view.clocks.as_at)
    if count == 0:
        return f"There is nobody whom it is not safe or appropriate to contact on {day}."
    people = counted(count, "person is", "people are")
    passed = (
        "no decision is overdue for review"
        if again == 0
        else f"{counted(again, 'decision is', 'decisions are')} overdue for review"
    )
    return f"{people} not to be contacted, for an approved reason; {passed}."


def not_safe_table(view: View) -> pl.DataFrame:
    decisions, as_at = view.behind(UNSAFE), view.clocks.as_at
    passed = decisions["look_again_on"] < as_at
    now = pl.when(passed).then(pl.lit("to be looked at again")).otherwise(pl.lit("not yet"))
    approver = (
        [pl.col("approved_by_ref").alias("Approved by")] if "approved_by_ref" in decisions.columns else []
    )
    return (
        decisions.with_columns(now=now)
        .sort("look_again_on", "contact_ref")
        .select(
            pl.col("contact_ref").alias("Person"),
            pl.col("application_ref").alias(capitalised(view.source.terms.case.one)),
            pl.col("unsafe_reason").alias("Reason not to contact"),
            *approver,
            rows.day("from_on").alias("Since"),
            rows.day("look_again_on").alias("Look again on"),
            *([pl.col("now").alias("Now")] if passed.any() else []),
        )
    )


def attempts(view: View) -> None:
    if not view.told(["contact_attempts"]):
        st.info(page_answers.untold("contact_attempts"))
        return
    if view.figure("contact_attempts").numerator == 0:
        return
    left, right = st.columns(2, gap="large")
    with left:
        breakdown.show(
            view,
            "contact_attempts",
            CAME_OF_IT,
            key="contact_attempts_by_came_of_it",
            behind="behind_came_of_it",
        )
    with right:
        breakdown.show(
            view,
            "share_of_attempts_reaching",
            METHOD,
            key="share_of_attempts_reaching_by_method",
            behind="behind_method",
        )
