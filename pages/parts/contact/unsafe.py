"""People whom it is not safe or appropriate to contact: never overdue, each with why and until when."""

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import bars
from data.formatting import capitalised, counted, short_day, written_day
from metrics.dimensions import UNSAFE_REASON
from pages.widgets import chart_card, export_button
from pages.widgets import rows as drill
from service.markdown import plain
from service.view import View

NAME, AGAIN = "people_not_safe", "people_to_look_at_again"
TITLE = "Decisions that contact is not safe or appropriate"


def draw(view: View) -> None:
    """Say how many people must not be contacted, show why, and list them with the day to look again."""
    st.subheader("Not safe or appropriate to contact")
    st.markdown(plain(sentence(view)))
    result = view.result(NAME, by=[UNSAFE_REASON.name]).filter(pl.col("numerator") > 0)
    if result.is_empty():
        return
    chart = bars(view.metric(NAME), result, UNSAFE_REASON, view.clocks, chart_card.colours())
    leaving = export_button.of_figure(view, NAME, by=[UNSAFE_REASON.name])
    chart_card.show(chart, key="unsafe_by_reason", leaving=leaving)
    if not view.source.visit.may(Permission.CASE_ROWS):
        st.caption(drill.NOT_ROWS)
        return
    st.dataframe(told(view), hide_index=True)
    if not view.source.visit.may(Permission.REVIEWER_NAMES):
        st.caption("Each was approved; by whom is shown to those who may see names.")
    export_button.offer_rows(view, NAME, (), key="unsafe")


def sentence(view: View) -> str:
    """Say how many people must not be contacted, and how many decisions are to be looked at again."""
    count, again = view.figure(NAME).numerator, view.figure(AGAIN).numerator
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


def told(view: View) -> pl.DataFrame:
    """Return each decision with its reason, its approver for those who may see names, and its day."""
    rows, as_at = view.behind(NAME), view.clocks.as_at
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
