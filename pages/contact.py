"""Who has been reached, who waits, and who must not be contacted, and why."""

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.areas import areas, table
from charts.bars import bars
from data.formatting import capitalised, counted, short_day, written_day
from metrics.dimensions import CAME_OF_IT, DAYS_WAITING, METHOD, STATE, UNSAFE_REASON, Dimension
from metrics.histories.people import NOT_NEEDED, NOT_SAFE, REACHED, SETTLED, UNABLE
from pages.shell.page_start import current_view
from pages.widgets import chart_card, export_button, figure_card, rows
from pages.widgets import rows as drill
from service.days import days_of
from service.markdown import plain
from service.sentences import contact, lines
from service.view import View

WAITING = "waiting to be reached"
PARTS = (*REACHED, NOT_NEEDED, WAITING, UNABLE, NOT_SAFE)
COLOURED = (*REACHED, WAITING, UNABLE, NOT_NEEDED, NOT_SAFE)
WAITS = "people_waiting"
UNSAFE, AGAIN = "people_not_safe", "people_to_look_at_again"
TITLE = "Decisions that contact is not safe or appropriate"


def draw() -> None:
    view = current_view()
    if not view.told(["people_to_contact"]):
        st.info(lines.untold("people_to_contact"))
        st.stop()
    if not view.told(["people_waiting"]):
        st.info(lines.untold("contact_states"))
        st.stop()
    st.header(contact.answer(view))
    figure_card.row(
        view, ("share_reached", "people_waiting", "people_unable", "people_not_safe"), compared=True
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        states_over_time(view)
    with right:
        states_on_the_day(view)
    waiting(view)
    not_safe(view)
    attempts(view)
    if view.figure("people_outside_scope").numerator:
        st.subheader("Outside the scope")
        st.caption(view.metric("people_outside_scope").definition)
        rows.rows_of(view, "people_outside_scope")


def states_over_time(view: View) -> None:
    then = view.as_known_then
    counts, parts = _state_counts(view, then=then)
    if not parts:
        return
    title = f"People to contact by state, {'as known on each day' if then else 'as known on one day'}"
    chart = areas(title, counts, parts, chart_card.colours(), kinds=COLOURED, unit="people")
    leaving = export_button.of_table(view, title, lambda view: table(*_state_counts(view, then=then)))
    chart_card.show(chart, key="states", leaving=leaving)


def _state_counts(view: View, *, then: bool) -> tuple[pl.DataFrame, list[str]]:
    found = view.split_course("people_to_contact", STATE.name, days_of(view), then=then)
    settled = pl.col("state").is_in(SETTLED)
    part = pl.when(settled).then(pl.col("state").cast(pl.String)).otherwise(pl.lit(WAITING))
    long = found.with_columns(part=part)
    held = set(long.filter(pl.col("numerator") > 0)["part"])
    shown = [each for each in PARTS if each in held]
    wide = long.pivot("part", index="day", values="numerator", aggregate_function="sum").sort("day")
    return wide.select("day", *shown).fill_null(0), shown


def states_on_the_day(view: View) -> None:
    """Show the people to contact by state on the day, and list those behind the one chosen."""
    name, key = "people_to_contact", "behind_state"
    result = view.result(name, by=[STATE.name]).filter(pl.col("numerator") > 0)
    if result.is_empty():
        return
    chart = bars(view.metric(name), result, STATE, view.clocks, chart_card.colours())
    leaving = export_button.of_figure(view, name, by=[STATE.name])
    chart_card.show_to_click(chart, key="people_by_state", chosen=key, leaving=leaving)
    rows.under(view, name, result, [STATE], key=key)


def waiting(view: View) -> None:
    """Say how many people wait and how long, show them by days, and list them."""
    st.subheader("Who is waiting")
    st.markdown(plain(waiting_sentence(view)))
    result = view.result(WAITS, by=[DAYS_WAITING.name]).filter(pl.col("numerator") > 0)
    if result.is_empty():
        return
    chart = bars(view.metric(WAITS), result, DAYS_WAITING, view.clocks, chart_card.colours())
    leaving = export_button.of_figure(view, WAITS, by=[DAYS_WAITING.name])
    chart_card.show_to_click(chart, key="waiting_by_days", chosen="behind_waiting", leaving=leaving)
    rows.under(view, WAITS, result, [DAYS_WAITING], key="behind_waiting")


def waiting_sentence(view: View) -> str:
    found, usual = view.ages(WAITS), _usual_days(view)
    if found.count == 0 or found.since is None or found.longest is None or found.median is None:
        return f"Nobody waits to be reached on {written_day(view.clocks.as_at)}. {usual}"
    people, longest = (
        counted(found.count, "person waits", "people wait"),
        counted(found.longest, "day", "days"),
    )
    half = (
        f"half of them for {counted(int(found.median), 'day', 'days')} or longer, "
        if found.median >= 1
        else ""
    )
    if found.count == 1:
        return f"{people} to be reached: for {longest}, since {written_day(found.since)}. {usual}"
    return (
        f"{people} to be reached: {half}the longest for {longest}, since {written_day(found.since)}. {usual}"
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
    """Say how many people must not be contacted, show why, and list them with the day to look again."""
    st.subheader("Not safe or appropriate to contact")
    st.markdown(plain(not_safe_sentence(view)))
    result = view.result(UNSAFE, by=[UNSAFE_REASON.name]).filter(pl.col("numerator") > 0)
    if result.is_empty():
        return
    chart = bars(view.metric(UNSAFE), result, UNSAFE_REASON, view.clocks, chart_card.colours())
    leaving = export_button.of_figure(view, UNSAFE, by=[UNSAFE_REASON.name])
    chart_card.show(chart, key="unsafe_by_reason", leaving=leaving)
    if not view.source.visit.may(Permission.CASE_ROWS):
        st.caption(drill.NOT_ROWS)
        return
    st.dataframe(not_safe_table(view), hide_index=True)
    if not view.source.visit.may(Permission.REVIEWER_NAMES):
        st.caption("Each was approved; by whom is shown to those who may see names.")
    export_button.offer_rows(view, UNSAFE, (), key="unsafe")


def not_safe_sentence(view: View) -> str:
    """Say how many people must not be contacted, and how many decisions are to be looked at again."""
    count, again = view.figure(UNSAFE).numerator, view.figure(AGAIN).numerator
    day = written_day(view.clocks.as_at)
    if count == 0:
        return f"There is nobody whom it is not safe or appropriate to contact on {day}."
    said = counted(count, "person is", "people are")
    passed = (
        "no decision is overdue for review"
        if again == 0
        else f"{counted(again, 'decision is', 'decisions are')} overdue for review"
    )
    return f"{said} not to be contacted, for an approved reason; {passed}."


def not_safe_table(view: View) -> pl.DataFrame:
    """Return each decision with its reason, its approver for those who may see names, and its day."""
    rows, as_at = view.behind(UNSAFE), view.clocks.as_at
    passed = rows["look_again_on"] < as_at
    now = pl.when(passed).then(pl.lit("to be looked at again")).otherwise(pl.lit("not yet"))
    approver = [pl.col("approved_by_ref").alias("Approved by")] if "approved_by_ref" in rows.columns else []
    return (
        rows.with_columns(now=now)
        .sort("look_again_on", "contact_ref")
        .select(
            pl.col("contact_ref").alias("Person"),
            pl.col("application_ref").alias(capitalised(view.source.terms.case.one)),
            pl.col("unsafe_reason").alias("Reason not to contact"),
            *approver,
            _day("from_on").alias("Since"),
            _day("look_again_on").alias("Look again on"),
            *([pl.col("now").alias("Now")] if passed.any() else []),
        )
    )


def _day(name: str) -> pl.Expr:
    return pl.col(name).map_elements(short_day, return_dtype=pl.String)


def attempts(view: View) -> None:
    """Show the attempts by what came of them, and the share that reached somebody by method."""
    if not view.told(["contact_attempts"]):
        st.info(lines.untold("contact_attempts"))
        return
    if view.figure("contact_attempts").numerator == 0:
        return
    left, right = st.columns(2, gap="large")
    with left:
        _attempts_by(view, "contact_attempts", CAME_OF_IT)
    with right:
        _attempts_by(view, "share_of_attempts_reaching", METHOD)


def _attempts_by(view: View, name: str, split: Dimension) -> None:
    result = view.result(name, by=[split.name])
    chart = bars(view.metric(name), result, split, view.clocks, chart_card.colours())
    key = f"behind_{split.name}"
    leaving = export_button.of_figure(view, name, by=[split.name])
    chart_card.show_to_click(chart, key=f"{name}_by_{split.name}", chosen=key, leaving=leaving)
    rows.under(view, name, result, [split], key=key)
