"""Which referrals are open and for how long, what each is about, and what the oversight body is owed."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import labels_of
from charts.chart import Chart
from charts.timeline import Line, timeline
from data.formatting import counted, listed_words, written_count, written_day
from data.schema import REFERRAL_STATUSES
from metrics.dimensions import DAYS_OPEN, DUTY, MODE, STATUS
from metrics.histories.findings import ENDED
from metrics.status_history import MATTER, standing_of, standing_on, stretches_of
from pages.shell.page_start import current_view, stop_unless_loaded
from pages.widgets import breakdown, chart_card, export_button, figure_card, rows
from service.markdown import plain
from service.sentences import page_answers, referrals
from service.view import View

# The longest status in the first colour, and the one that holds a matter up in the one that stands out.
COLOURED = (
    "under investigation",
    "being assessed",
    "mode decided",
    "suspended for criminal proceedings",
    "report complete",
    "referred",
    "outcome",
    "re-opened",
    *ENDED,
)
IN_SCOPE, OUTSIDE = "The life of each referral", "Referrals outside the scope, earlier ones among them"
ENDED_TITLE = "closed, discontinued or withdrawn"
CARDS = (
    "recommendations",
    "recommendations_answered",
    "recommendations_due",
    "recommendations_overdue",
)
INVESTIGATED = "people_investigated"


def draw() -> None:
    view = current_view()
    stop_unless_loaded(view, "referrals", "referrals")
    st.header(page_answers.in_the_whole(view, "referrals", referrals.answer(view)))
    figure_card.row(
        view, ("referrals", "open_referrals", "silent_referrals", "people_investigated"), compared=True
    )
    timelines(view, in_scope=True)
    open_now(view)
    statuses_over_time(view)
    failures_and_referrals(view)
    recommendations(view)
    investigated(view)
    timelines(view, in_scope=False)


def timelines(view: View, *, in_scope: bool) -> None:
    count = view.figure("referrals" if in_scope else "referrals_outside_scope").numerator
    title = IN_SCOPE if in_scope else OUTSIDE
    if count == 0:
        return
    if not view.source.visit.may(Permission.CASE_ROWS):
        st.subheader(title)
        st.caption(rows.NOT_ROWS)
    else:
        _timeline(view, title, in_scope=in_scope)
    if not in_scope:
        many = counted(count, "referral is", "referrals are")
        st.caption(f"{many} recorded outside the scope of the review, and counted in no figure above.")


def _timeline(view: View, title: str, *, in_scope: bool) -> None:
    matters, parts = _periods(view, in_scope=in_scope)
    chart_card.show(_timeline_chart(view, title, matters, parts), key=f"lives_{in_scope}")
    if chained := _chains_sentence(matters):
        st.caption(chained)
    # They are rows, not figures: they leave as rows do, with a reason.
    export_button.offer_rows(
        view, "referrals" if in_scope else "referrals_outside_scope", (), key=f"of_{in_scope}"
    )


def _periods(view: View, *, in_scope: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    spells = view.life("referrals").filter(pl.col("in_scope") == in_scope)
    as_at = view.clocks.as_at
    failures, chains = view.table("referral_failures"), view.table("referral_chains")
    return standing_of(spells, failures, chains, as_at), stretches_of(spells, as_at)


def _timeline_chart(view: View, title: str, matters: pl.DataFrame, parts: pl.DataFrame) -> Chart:
    return timeline(
        title,
        [_line(row) for row in matters.iter_rows(named=True)],
        parts.rename({MATTER: "name"}),
        chart_card.colours(),
        statuses=REFERRAL_STATUSES,
        kinds=COLOURED,
        as_at=view.clocks.as_at,
        table=timeline_table(matters),
    )


def _line(row: dict[str, Any]) -> Line:
    refs, about = row["failure_refs"], "no failure"
    if refs:
        about = refs[0] if len(refs) == 1 else counted(len(refs), "failure", "failures")
    days = counted(row["days"], "day", "days")
    lasted = f"after {days}" if row["status"] in ENDED else f"{days} old"
    since = written_day(row["from_on"])
    return Line(
        name=row[MATTER],
        below=f"{days} · {about}",
        says=f"{row[MATTER]} {row['status']} since {since}, {lasted}, about {about}",
    )


def timeline_table(matters: pl.DataFrame) -> pl.DataFrame:
    return matters.select(
        pl.col(MATTER).alias("Referral"),
        pl.col("kind").alias("Kind"),
        pl.col("route").alias("Route"),
        pl.col("subject").alias("Subject"),
        rows.day("referred_on").alias("Referred"),
        pl.col("status").alias("Status"),
        rows.day("from_on").alias("Since"),
        pl.col("silent").alias("Days since then"),
        pl.col("days").alias("Days open"),
        pl.col("mode").cast(pl.String).fill_null("not decided yet").alias("Mode of investigation"),
        pl.col("outcome").cast(pl.String).fill_null("none yet").alias("Outcome"),
        _refs("failure_refs").alias("Failures"),
        _refs("follows").alias("Follows"),
        _refs("followed_by").alias("Followed by"),
    )


def _refs(name: str) -> pl.Expr:
    refs = pl.col(name).list.join(", ")
    return pl.when(refs == "").then(pl.lit("none")).otherwise(refs)


def _chains_sentence(matters: pl.DataFrame) -> str:
    chains: Sequence[tuple[str, list[str]]] = (
        matters.filter(pl.col("follows").list.len() > 0).select(MATTER, "follows").rows()
    )
    return " ".join(f"{later} follows from {listed_words(earlier)}." for later, earlier in chains)


def statuses_over_time(view: View) -> None:
    ended = pl.col("status").is_in(ENDED)
    breakdown.over_time(
        view,
        "referrals",
        STATUS,
        "Referrals by status",
        part=pl.when(ended).then(pl.lit(ENDED_TITLE)).otherwise(pl.col("status").cast(pl.String)),
        order=(*REFERRAL_STATUSES, ENDED_TITLE),
        kinds=(*COLOURED, ENDED_TITLE),
        unit="referrals",
        key="statuses",
    )


def open_now(view: View) -> None:
    for column, split in zip(st.columns(2, gap="large"), (MODE, DAYS_OPEN), strict=True):
        with column:
            # A value that only matters outside the scope or in the past have is none of the open ones'.
            breakdown.show(
                view,
                "open_referrals",
                split,
                key=f"open_by_{split.name}",
                behind=f"behind_{split.name}",
                occurring=True,
            )


def failures_and_referrals(view: View) -> None:
    names = ["failures_referred", "failures_not_referred", "referrals_without_failure"]
    if view.told(names) != names:
        return
    st.subheader("Failures and referrals")
    st.markdown(plain(linked_sentence(view)))
    _linked_rows(view, "failures_referred", "Failures with a referral")
    _linked_rows(view, "failures_not_referred", "Failures without a referral")
    _linked_rows(view, "referrals_without_failure", "Referrals about no single failure")


def linked_sentence(view: View) -> str:
    return f"{_failures_sentence(view)} {_referrals_sentence(view)}"


def _failures_sentence(view: View) -> str:
    failures, referred = view.figure("failures").numerator, view.figure("failures_referred").numerator
    if failures == 0:
        return "No failure has been found."
    if failures == 1:
        sentence = f"The one failure found has {'a' if referred else 'no'} referral"
    else:
        have = f"{written_count(referred) if referred else 'none'} {'have' if referred > 1 else 'has'}"
        sentence = f"Of {written_count(failures)} failures found, {have} a referral"
    return f"{sentence}{_harm_clause(view)}."


def _harm_clause(view: View) -> str:
    if not view.figure("failures_with_harm").numerator:
        return ""
    harmed = view.figure("harm_not_referred").numerator
    if harmed == 0:
        return "; every failure with harm has one"
    return f"; {written_count(harmed)} with harm {'has' if harmed == 1 else 'have'} none"


def _referrals_sentence(view: View) -> str:
    """Say how many referrals are about no single failure; they belong to no area, so are never narrowed."""
    total, alone = view.figure("referrals").numerator, view.figure("referrals_without_failure").numerator
    where = " in the whole review" if view.whole("referrals") else ""
    if total == 0:
        return f"No referral has been made{where}."
    if alone == 0:
        return f"{_each_of(total)}{where} is about a failure."
    about = "about no single failure, but about a person or the body itself"
    if total == 1:
        return f"The one referral{where} is {about}."
    return (
        f"Of {written_count(total)} referrals{where}, "
        f"{written_count(alone)} {'is' if alone == 1 else 'are'} {about}."
    )


def _each_of(count: int) -> str:
    return "The one referral" if count == 1 else f"Each of {written_count(count)} referrals"


def _linked_rows(view: View, name: str, title: str) -> None:
    count = view.figure(name).numerator
    where = " in the whole review" if view.whole(view.metric(name).subject) else ""
    rows.rows_on_demand(view, name, f"{title}{where}: {written_count(count)}", key=f"rows_{name}")


def recommendations(view: View) -> None:
    if not view.told(CARDS):
        return
    st.subheader("Learning recommendations")
    st.markdown(plain(recommendations_sentence(view)))
    figure_card.row(view, CARDS)
    days = counted(view.source.terms.response_days, "day", "days")
    st.caption(
        f"An answer is due within {days}, the day on which the recommendation was made being the first, or "
        "by the day to which it was extended."
    )
    if not view.source.visit.may(Permission.CASE_ROWS):
        st.caption(rows.NOT_ROWS)
        return
    st.dataframe(_recommendations_table(view), hide_index=True)
    export_button.offer_rows(view, "recommendations", (), key="recommendations")


def recommendations_sentence(view: View) -> str:
    total, answered, due, overdue = (view.figure(name).numerator for name in CARDS)
    if total == 0:
        return "None had been made by this day."
    late = "none is overdue" if overdue == 0 else f"{written_count(overdue)} {_are(overdue)} overdue"
    of_all = counted(total, "recommendation", "recommendations")
    return (
        f"Of {of_all}, {written_count(answered)} {'has' if answered == 1 else 'have'} been answered; "
        f"{late}, and {written_count(due) if due else 'none'} {_are(due or 1)} due within 14 days."
    )


def _recommendations_table(view: View) -> pl.DataFrame:
    return standing_on(view.life("recommendations"), view.clocks.as_at).select(
        pl.col("recommendation_ref").alias("Recommendation"),
        pl.col("referral_ref").fill_null("none").alias("Referral"),
        rows.day("made_on").alias("Made"),
        rows.day("due_on").alias("Answer due"),
        rows.day("responded_on").fill_null("not yet").alias("Answered"),
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


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def investigated(view: View) -> None:
    if not view.told([INVESTIGATED]):
        return
    result = breakdown.show(view, INVESTIGATED, DUTY, key="duties", occurring=True)
    if result.is_empty():
        st.subheader(view.metric(INVESTIGATED).title)
        st.markdown("Nobody is recorded as under investigation on this day.")
        return
    st.markdown(plain(investigated_sentence(view, result)))
    if view.source.visit.may(Permission.REVIEWER_NAMES) and view.source.visit.may(Permission.CASE_ROWS):
        rows.rows_on_demand(view, INVESTIGATED, "Who they are, by pseudonym", key="rows_investigated")


def investigated_sentence(view: View, result: pl.DataFrame) -> str:
    count = view.figure(INVESTIGATED).numerator
    parts = [
        f"{label} {written_count(number)}"
        for label, number in zip(labels_of(result, DUTY), result["numerator"], strict=True)
    ]
    people = counted(count, "person is", "people are")
    return f"{people} under investigation in a referral in scope. Duty status: {listed_words(parts)}."
