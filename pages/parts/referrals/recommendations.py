"""Learning recommendations: made, answered, due and overdue, each with the day its answer is due."""

import polars as pl
import streamlit as st

from access.roles import Permission
from data.formatting import counted, short_day, written_count
from metrics.status_history import standing_on
from pages.widgets import export_button, figure_card, rows
from service.markdown import plain
from service.view import View

CARDS = (
    "recommendations",
    "recommendations_answered",
    "recommendations_due",
    "recommendations_overdue",
)


def draw(view: View) -> None:
    """Draw the figures of the recommendations and, for those who may see them, each with its day."""
    if not view.told(CARDS):
        return
    st.subheader("Learning recommendations")
    st.markdown(plain(sentence(view)))
    figure_card.row(view, CARDS)
    days = counted(view.source.terms.response_days, "day", "days")
    st.caption(
        f"An answer is due within {days}, the day on which the recommendation was made being the first, or "
        "by the day to which it was extended."
    )
    if not view.source.visit.may(Permission.CASE_ROWS):
        st.caption(rows.NOT_ROWS)
        return
    st.dataframe(_table(view), hide_index=True)
    export_button.offer_rows(view, "recommendations", (), key="recommendations")


def sentence(view: View) -> str:
    made, answered, due, overdue = (view.figure(name).numerator for name in CARDS)
    if made == 0:
        return "None had been made by this day."
    late = "none is overdue" if overdue == 0 else f"{written_count(overdue)} {_are(overdue)} overdue"
    of_all = counted(made, "recommendation", "recommendations")
    return (
        f"Of {of_all}, {written_count(answered)} {_have(answered)} been answered; {late}, and "
        f"{written_count(due) if due else 'none'} {_are(due or 1)} due within 14 days."
    )


def _table(view: View) -> pl.DataFrame:
    return standing_on(view.life("recommendations"), view.clocks.as_at).select(
        pl.col("recommendation_ref").alias("Recommendation"),
        pl.col("referral_ref").fill_null("none").alias("Referral"),
        _day("made_on").alias("Made"),
        _day("due_on").alias("Answer due"),
        _day("responded_on").fill_null("not yet").alias("Answered"),
        pl.concat_str("standing", _days_left(), ignore_nulls=True).alias("Standing"),
        pl.when("in_scope").then(pl.lit("in scope")).otherwise(pl.lit("outside the scope")).alias("Scope"),
    )


def _days_left() -> pl.Expr:
    days = pl.col("days").abs().cast(pl.String)
    noun = pl.when(pl.col("days").abs() == 1).then(pl.lit(" day")).otherwise(pl.lit(" days"))
    late = pl.concat_str(pl.lit(" by "), days, noun)
    return (
        pl.when(pl.col("days") < 0)
        .then(late)
        .otherwise(pl.concat_str(pl.lit(", "), days, noun, pl.lit(" left")))
    )


def _day(name: str) -> pl.Expr:
    return pl.col(name).map_elements(short_day, return_dtype=pl.String)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
