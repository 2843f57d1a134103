"""Which referrals are open and for how long, what each is about, and what the oversight body is owed."""

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import labels_of
from charts.timeline import Line, timeline
from data.formatting import counted, listed_words, written_count, written_day
from data.schema import REFERRAL_STATUSES
from metrics.dimensions import DAYS_OPEN, DUTY, MODE, STATUS
from metrics.histories.findings import ENDED
from metrics.status_history import MATTER, standing_of, standing_on, stretches_of
from pages.shell.page_start import current_view
from pages.widgets import breakdown, chart_card, export_button, figure_card, rows
from service.markdown import plain
from service.sentences import page_answers
from service.sentences.figure import are, has, or_none
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
CARDS = ("recommendations", "recommendations_answered", "recommendations_due", "recommendations_overdue")
INVESTIGATED = "people_investigated"


def draw() -> None:
    view = current_view(referrals="referrals")
    st.header(page_answers.in_the_whole(view, "referrals", page_answers.referrals(view)))
    figure_card.row(view, ("referrals", "open_referrals", "silent_referrals", INVESTIGATED), compared=True)
    timelines(view, in_scope=True)
    open_now(view)
    statuses_over_time(view)
    failures_and_referrals(view)
    recommendations(view)
    investigated(view)
    timelines(view, in_scope=False)


def timelines(view: View, *, in_scope: bool) -> None:
    name, title = ("referrals", IN_SCOPE) if in_scope else ("referrals_outside_scope", OUTSIDE)
    count = view.figure(name).numerator
    if count == 0:
        return
    if not view.source.visit.may(Permission.CASE_ROWS):
        st.subheader(title)
    if rows.allowed(view):
        _timeline(view, title, in_scope=in_scope)
        # They are rows, not figures: they leave as rows do, with a reason.
        export_button.offer_rows(view, name, (), key=f"of_{in_scope}")
    if not in_scope:
        many = counted(count, "referral is", "referrals are")
        st.caption(f"{many} recorded outside the scope of the review, and counted in no figure above.")


def _timeline(view: View, title: str, *, in_scope: bool) -> None:
    as_at, spells = view.clocks.as_at, view.life("referrals").filter(pl.col("in_scope") == in_scope)
    failures, chains = view.table("referral_failures"), view.table("referral_chains")
    matters = standing_of(spells, failures, chains, as_at)
    chart = timeline(
        title,
        [_line(row) for row in matters.iter_rows(named=True)],
        stretches_of(spells, as_at).rename({MATTER: "name"}),
        chart_card.colours(),
        statuses=REFERRAL_STATUSES,
        kinds=COLOURED,
        as_at=as_at,
        table=timeline_table(matters),
    )
    chart_card.show(chart, key=f"lives_{in_scope}")
    follows = matters.filter(pl.col("follows").list.len() > 0).select(MATTER, "follows").rows()
    if follows:
        st.caption(" ".join(f"{later} follows from {listed_words(earlier)}." for later, earlier in follows))


def _line(row: dict[str, Any]) -> Line:
    refs, about = row["failure_refs"], "no failure"
    if refs:
        about = refs[0] if len(refs) == 1 else counted(len(refs), "failure", "failures")
    days = counted(row["days"], "day", "days")
    lasted = f"after {days}" if row["status"] in ENDED else f"{days} old"
    says = f"{row[MATTER]} {row['status']} since {written_day(row['from_on'])}, {lasted}, about {about}"
    return Line(name=row[MATTER], below=f"{days} · {about}", says=says)


def timeline_table(matters: pl.DataFrame) -> pl.DataFrame:
    columns = {
        "Referral": pl.col(MATTER),
        "Kind": pl.col("kind"),
        "Route": pl.col("route"),
        "Subject": pl.col("subject"),
        "Referred": rows.day("referred_on"),
        "Status": pl.col("status"),
        "Since": rows.day("from_on"),
        "Days since then": pl.col("silent"),
        "Days open": pl.col("days"),
        "Mode of investigation": pl.col("mode").cast(pl.String).fill_null("not decided yet"),
        "Outcome": pl.col("outcome").cast(pl.String).fill_null("none yet"),
        "Failures": _refs("failure_refs"),
        "Follows": _refs("follows"),
        "Followed by": _refs("followed_by"),
    }
    return matters.select(**columns)


def _refs(name: str) -> pl.Expr:
    return pl.col(name).list.join(", ").replace("", "none")


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
    # A value that only matters outside the scope or in the past have is none of the open ones'.
    by = partial(breakdown.show, view, "open_referrals", occurring=True)
    chart_card.side_by_side(
        lambda: by(MODE, key="open_by_mode", behind="behind_mode"),
        lambda: by(DAYS_OPEN, key="open_by_days_open", behind="behind_days_open"),
    )


LINKED = {
    "failures_referred": "Failures with a referral",
    "failures_not_referred": "Failures without a referral",
    "referrals_without_failure": "Referrals about no single failure",
}


def failures_and_referrals(view: View) -> None:
    if view.loaded(list(LINKED)) != list(LINKED):
        return
    st.subheader("Failures and referrals")
    st.markdown(plain(linked_sentence(view)))
    for name, title in LINKED.items():
        where = " in the whole review" if view.whole(view.metric(name)) else ""
        count = written_count(view.figure(name).numerator)
        rows.rows_on_demand(view, name, f"{title}{where}: {count}", key=f"rows_{name}")


def linked_sentence(view: View) -> str:
    return f"{_failures_sentence(view)} {_referrals_sentence(view)}"


def _failures_sentence(view: View) -> str:
    names = ("failures", "failures_referred", "failures_with_harm", "harm_not_referred")
    failures, referred, harmed, harm_alone = (view.figure(name).numerator for name in names)
    if failures == 0:
        return "No failure has been found."
    if failures == 1:
        sentence = f"The one failure found has {'a' if referred else 'no'} referral"
    else:
        have = f"{or_none(referred)} {'have' if referred > 1 else 'has'}"
        sentence = f"Of {written_count(failures)} failures found, {have} a referral"
    if not harmed:
        return f"{sentence}."
    harm = f"{written_count(harm_alone)} with harm {has(harm_alone)} none"
    return f"{sentence}; {harm if harm_alone else 'every failure with harm has one'}."


def _referrals_sentence(view: View) -> str:
    """Say how many referrals are about no single failure; they belong to no area, so are never narrowed."""
    total, alone = view.figure("referrals").numerator, view.figure("referrals_without_failure").numerator
    where = " in the whole review" if view.whole("referrals") else ""
    if total == 0:
        return f"No referral has been made{where}."
    if alone == 0:
        every = "The one referral" if total == 1 else f"Each of {written_count(total)} referrals"
        return f"{every}{where} is about a failure."
    about = "about no single failure, but about a person or the body itself"
    if total == 1:
        return f"The one referral{where} is {about}."
    return f"Of {written_count(total)} referrals{where}, {written_count(alone)} {are(alone)} {about}."


def recommendations(view: View) -> None:
    if not view.loaded(CARDS):
        return
    st.subheader("Learning recommendations")
    st.markdown(plain(recommendations_sentence(view)))
    figure_card.row(view, CARDS)
    days = counted(view.source.terms.response_days, "day", "days")
    st.caption(
        f"An answer is due within {days}, the day on which the recommendation was made being the first, or "
        "by the day to which it was extended."
    )
    if not rows.allowed(view):
        return
    st.dataframe(_recommendations_table(view), hide_index=True)
    export_button.offer_rows(view, "recommendations", (), key="recommendations")


def recommendations_sentence(view: View) -> str:
    total, answered, due, overdue = (view.figure(name).numerator for name in CARDS)
    if total == 0:
        return "None had been made by this day."
    late = f"{or_none(overdue)} {are(overdue or 1)} overdue"
    of_all = f"Of {counted(total, 'recommendation', 'recommendations')}"
    in_all = f"{of_all}, {written_count(answered)} {has(answered)} been answered"
    return f"{in_all}; {late}, and {or_none(due)} {are(due or 1)} due within 14 days."


def _recommendations_table(view: View) -> pl.DataFrame:
    columns = {
        "Recommendation": pl.col("recommendation_ref"),
        "Referral": pl.col("referral_ref").fill_null("none"),
        "Made": rows.day("made_on"),
        "Answer due": rows.day("due_on"),
        "Answered": rows.day("responded_on").fill_null("not yet"),
        "Standing": pl.concat_str("standing", _days_left(), ignore_nulls=True),
        "Scope": pl.when("in_scope").then(pl.lit("in scope")).otherwise(pl.lit("outside the scope")),
    }
    return standing_on(view.life("recommendations"), view.clocks.as_at).select(**columns)


def _days_left() -> pl.Expr:
    days = pl.col("days").abs()
    span = pl.format("{} {}", days, pl.when(days == 1).then(pl.lit("day")).otherwise(pl.lit("days")))
    late = pl.format(" by {}", span)
    return pl.when(pl.col("days") < 0).then(late).otherwise(pl.format(", {} left", span))


def investigated(view: View) -> None:
    if not view.loaded([INVESTIGATED]):
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
    counts = zip(labels_of(result, DUTY), result["numerator"], strict=True)
    parts = [f"{label} {written_count(number)}" for label, number in counts]
    people = counted(count, "person is", "people are")
    return f"{people} under investigation in a referral in scope. Duty status: {listed_words(parts)}."
