"""Who has been reached, who waits, and who must not be contacted, and why."""

from functools import partial

import polars as pl
import streamlit as st

from access.roles import Permission
from data.formatting import capitalised, counted, written_day
from metrics.dimensions import CAME_OF_IT, DAYS_WAITING, METHOD, STATE, UNSAFE_REASON, Dimension
from metrics.histories.people import NOT_NEEDED, NOT_SAFE, REACHED, SETTLED, UNABLE
from pages.shell.page_start import current_view
from pages.widgets import breakdown, chart_card, export_button, figure_card, rows
from service.markdown import plain
from service.sentences import page_answers
from service.view import View

WAITING = "waiting to be reached"
PARTS = (*REACHED, NOT_NEEDED, WAITING, UNABLE, NOT_SAFE)
COLOURED = (*REACHED, WAITING, UNABLE, NOT_NEEDED, NOT_SAFE)
WAITS = "people_waiting"
UNSAFE, AGAIN = "people_not_safe", "people_to_look_at_again"


def draw() -> None:
    view = current_view(people_to_contact="people_to_contact", people_waiting="contact_states")
    st.header(page_answers.contact(view))
    figure_card.row(view, ("share_reached", WAITS, "people_unable", UNSAFE), compared=True)
    by_state = partial(breakdown.show, key="people_by_state", behind="behind_state", occurring=True)
    chart_card.side_by_side(
        lambda: states_over_time(view), lambda: by_state(view, "people_to_contact", STATE), widths=[3, 2]
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
    ages, taken = view.ages(WAITS), view.figure("days_to_contact").value
    usual = (
        "Too few have been reached to say how long it takes."
        if taken is None
        else f"Of all identified, half were reached, or found not to be contacted, within "
        f"{counted(round(taken), 'day', 'days')}; those still waiting count as waiting."
    )
    if ages.count == 0 or ages.since is None or ages.longest is None or ages.median is None:
        return f"Nobody waits to be reached on {written_day(view.clocks.as_at)}. {usual}"
    people = counted(ages.count, "person waits", "people wait")
    longest = f"for {counted(ages.longest, 'day', 'days')}, since {written_day(ages.since)}. {usual}"
    if ages.count == 1:
        return f"{people} to be reached: {longest}"
    half = counted(int(ages.median), "day", "days")
    half = f"half of them for {half} or longer, " if ages.median >= 1 else ""
    return f"{people} to be reached: {half}the longest {longest}"


def not_safe(view: View) -> None:
    st.subheader("Not safe or appropriate to contact")
    st.markdown(plain(not_safe_sentence(view)))
    if breakdown.show(view, UNSAFE, UNSAFE_REASON, key="unsafe_by_reason", occurring=True).is_empty():
        return
    if not rows.allowed(view):
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
    overdue = counted(again, "decision is", "decisions are") if again else "no decision is"
    return f"{people} not to be contacted, for an approved reason; {overdue} overdue for review."


def not_safe_table(view: View) -> pl.DataFrame:
    decisions = view.behind(UNSAFE).sort("look_again_on", "contact_ref")
    passed = decisions["look_again_on"] < view.clocks.as_at
    now = pl.when(passed).then(pl.lit("to be looked at again")).otherwise(pl.lit("not yet"))
    columns = {
        "Person": pl.col("contact_ref"),
        capitalised(view.source.terms.case.one): pl.col("application_ref"),
        "Reason not to contact": pl.col("unsafe_reason"),
        **({"Approved by": pl.col("approved_by_ref")} if "approved_by_ref" in decisions.columns else {}),
        "Since": rows.day("from_on"),
        "Look again on": rows.day("look_again_on"),
        **({"Now": now} if passed.any() else {}),
    }
    return decisions.select(**columns)


def attempts(view: View) -> None:
    if not view.loaded(["contact_attempts"]):
        st.info(page_answers.not_loaded("contact_attempts"))
        return
    if view.figure("contact_attempts").numerator == 0:
        return
    chart_card.side_by_side(
        lambda: _attempts_by(view, "contact_attempts", CAME_OF_IT),
        lambda: _attempts_by(view, "share_of_attempts_reaching", METHOD),
    )


def _attempts_by(view: View, name: str, split: Dimension) -> None:
    breakdown.show(view, name, split, key=f"{name}_by_{split.name}", behind=f"behind_{split.name}")
