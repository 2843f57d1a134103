"""Which referrals are open and for how long, what each is about, and what the oversight body is owed."""

from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.chart import Chart
from charts.lanes import QUIET, lanes
from charts.lines import areas, panels
from charts.palette import Palette
from data.formatting import counted, listed_words, short_day, written_count
from data.schema import REFERRAL_STATUSES
from data.terms import Nouns
from metrics.dimensions import DAYS_OPEN, DUTY, MODE, STATUS
from metrics.histories.cases import ENDED
from metrics.timelines import MATTER, events_of, recommendations_on, referrals_on
from pages.shell import choices
from pages.shell.page_start import current_view
from pages.widgets import chart_card, export_button, figure_strip, rows
from service.events import events
from service.markdown import plain
from service.over_time import courses, known_on
from service.sentences import status
from service.sentences.figure import are, has, or_none
from service.view import View

IN_SCOPE, OUTSIDE = "The life of each {referral}", "{Referrals} outside the scope, earlier ones among them"
OVER_TIME, OPEN_AND_QUIET = "{Referrals} by status", "Open and quiet {referrals}"
INVESTIGATED = "people_investigated"
FIGURES = {
    "referrals": "{Referred}",
    "open_referrals": "Open",
    "silent_referrals": f"Quiet for {QUIET} days",
    INVESTIGATED: "People investigated",
}
RECOMMENDED = {
    "recommendations": "{Recommendations}",
    "recommendations_answered": "Answered",
    "recommendations_due": "Due within 14 days",
    "recommendations_overdue": "Overdue",
}
BEGUN, INVESTIGATING, REPORTED, SUSPENDED, OVER = (
    "being assessed", "under investigation", "report or outcome", "suspended for proceedings",
    "closed, discontinued or withdrawn",
)  # fmt: skip
PARTS = {
    **dict.fromkeys(REFERRAL_STATUSES, BEGUN),
    **dict.fromkeys(("under investigation", "re-opened"), INVESTIGATING),
    "suspended for criminal proceedings": SUSPENDED,
    **dict.fromkeys(("report complete", "outcome"), REPORTED),
    **dict.fromkeys(ENDED, OVER),
}
ORDER, COLOURED = (
    (INVESTIGATING, SUSPENDED, BEGUN, REPORTED, OVER),
    (INVESTIGATING, BEGUN, REPORTED, SUSPENDED, OVER),
)
MOST_LANES, MOST_DUE = 8, 5


def draw() -> None:
    view = current_view()
    figure_strip.status(view, status.referrals(view))
    figure_strip.draw(view, FIGURES)
    if view.figure("referrals").numerator:
        show = partial(rows.breakdown, view, "open_referrals")
        if view.source.visit.may(Permission.CASE_ROWS):
            first = partial(_timeline, view, IN_SCOPE)
            second = partial(show, DAYS_OPEN, key="days_open", headline="How long they have been open")
        else:
            first = partial(_open_over_time, view)
            second = partial(show, MODE, key="modes", occurring=True, headline="Modes of investigation")
        chart_card.side_by_side(first, lambda: statuses_over_time(view), widths=[3, 2])
        chart_card.side_by_side(lambda: _due(view), second)
    _tabs(view)


def _timeline(view: View, title: str) -> None:
    in_scope, as_at = title == IN_SCOPE, view.clocks.as_at
    spells = view.life("referrals").filter(pl.col("in_scope") == in_scope)
    matters = _matters(view, spells)
    below = {row[MATTER]: _below(view.words, row) for row in matters.iter_rows(named=True)}
    # Those that are open, and then those that ended last.
    order = matters.sort(pl.col("silent").is_null(), pl.col("from_on"), descending=[False, True])
    shown = events_of(spells, as_at).filter(pl.col("matter").is_in(order[MATTER].head(MOST_LANES).implode()))
    chart = lanes(
        view.words(title), shown, as_at, chart_card.colours(), events(view) if in_scope else (), below=below
    )
    quiet, open_ = (matters.filter(pl.col("silent") >= least).height for least in (QUIET, 0))
    more = matters.height - MOST_LANES
    chart_card.show(
        replace(chart, table=timeline_table(view.words, matters)),
        key=f"lives_{in_scope}",
        # They are rows, not figures: they leave as rows do, with a reason.
        offer=export_button.of_rows(view, "referrals" if in_scope else "referrals_outside_scope"),
        headline=status.quiet_title(view.words, quiet, open_) if in_scope else view.words(title),
        measure=f"Dotted: no event for {QUIET} days" + (f"; {more:,} more in the table" if more > 0 else ""),
    )


def _matters(view: View, spells: pl.DataFrame) -> pl.DataFrame:
    failures, chains = view.table("referral_failures"), view.table("referral_chains")
    return referrals_on(spells, failures, chains, view.clocks.as_at)


def _below(words: Nouns, row: dict[str, Any]) -> str:
    refs, about = row["failure_refs"], f"no {words.failure}"
    if refs:
        about = refs[0] if len(refs) == 1 else counted(len(refs), words.failure, words.failures)
    return f"{counted(row['days'], 'day', 'days')} · {about}"


def timeline_table(words: Nouns, matters: pl.DataFrame) -> pl.DataFrame:
    columns = {
        words.Referral: pl.col(MATTER),
        "Kind": pl.col("kind"),
        "Route": pl.col("route"),
        "Subject": pl.col("subject"),
        words.Referred: rows.day("referred_on"),
        "Status": pl.col("status"),
        "Since": rows.day("from_on"),
        "Days since then": pl.col("silent"),
        "Days open": pl.col("days"),
        "Mode of investigation": pl.col("mode").cast(pl.String).fill_null("not decided yet"),
        "Outcome": pl.col("outcome").cast(pl.String).fill_null("none yet"),
        words.Failures: _refs("failure_refs"),
        "Follows": _refs("follows"),
        "Followed by": _refs("followed_by"),
    }
    return matters.select(**columns)


def _refs(name: str) -> pl.Expr:
    return pl.col(name).list.join(", ").replace("", "none")


def statuses_over_time(view: View, *, compact: bool = False) -> None:
    part = pl.col("status").cast(pl.String).replace_strict(PARTS)

    def make(view: View, colours: Palette) -> Chart:
        counts = rows.parts_over_time(view, "referrals", STATUS, part, ORDER)
        title, unit = view.words(OVER_TIME), view.words.referrals
        return areas(title, counts, colours, kinds=COLOURED, unit=unit, events=events(view))

    if not view.figure("referrals").numerator:
        chart_card.words("statuses", view.words("No {referral} has been made"))
        return
    headline, measure = status.referrals_title(view), f"By status, {known_on(view, then=view.as_known_then)}"
    chart_card.draw(view, make, key="statuses", headline=headline, measure=measure, compact=compact)


def _open_over_time(view: View) -> None:
    figures = {f"quiet for {QUIET} days": "silent_referrals", "open": "open_referrals"}

    def make(view: View, colours: Palette) -> Chart:
        drawn = courses(view, figures, then=view.as_known_then)
        below, above = ({words: course} for words, course in drawn.items())
        return panels(
            view.words(OPEN_AND_QUIET), above, below, colours, unit=view.words.referrals, events=events(view)
        )

    headline = status.quiet_title(view.words, *view.counts(*figures.values()))
    chart_card.draw(view, make, key="open_over_time", headline=headline, measure=view.words(OPEN_AND_QUIET))


def _due(view: View) -> None:
    with chart_card.frame("due", "What is due"):
        if view.loaded(list(RECOMMENDED)):
            if view.source.visit.may(Permission.CASE_ROWS):
                _due_lines(view)
            else:
                st.markdown(plain(recommendations_sentence(view)))
        if view.loaded([INVESTIGATED]):
            st.markdown(plain(investigated_sentence(view)))


def _due_lines(view: View) -> None:
    known = recommendations_on(view.life("recommendations"), view.clocks.as_at).filter("in_scope")
    due = known.drop_nulls("days").select("recommendation_ref", "due_on", "days")
    if due.is_empty():
        st.markdown(view.words("No {recommendation} waits for an answer."))
    lines = [
        f"- **{plain(ref)}** {'▲ overdue' if days < 0 else 'due'} {short_day(due_on)} "
        f"({counted(abs(days), 'day', 'days')} {'late' if days < 0 else 'left'})"
        for ref, due_on, days in due.head(MOST_DUE).rows()
    ]
    st.markdown("\n".join(lines))
    if due.height > MOST_DUE:
        st.caption(f"{due.height - MOST_DUE:,} more in the tab {view.words.Recommendations}.")


def _tabs(view: View) -> None:
    open_now = view.words("Open {referrals}")
    parts = {
        view.words("Links to {failures}"): _links,
        view.words.Recommendations: recommendations,
        "People investigated": investigated,
        open_now: _open_now,
        "Outside the scope": _outside,
        "Method": _method,
    }
    choices.tabs("tab", parts, view, owns={open_now: ("behind_mode", "behind_days_open")})


def _open_now(view: View) -> None:
    if not view.figure("open_referrals").numerator:
        st.markdown(view.words("No {referral} is open on this day."))
        return
    # A value that only matters outside the scope or in the past have is none of the open ones'.
    by = partial(rows.breakdown, view, "open_referrals", occurring=True)
    chart_card.side_by_side(
        lambda: by(MODE, key="open_by_mode", behind="behind_mode"),
        lambda: by(DAYS_OPEN, key="open_by_days_open", behind="behind_days_open"),
    )


def _outside(view: View) -> None:
    count = view.figure("referrals_outside_scope").numerator
    if not count:
        st.markdown(view.words("No {referral} is recorded outside the scope."))
        return
    many = counted(count, view.words("{referral} is"), view.words("{referrals} are"))
    st.markdown(f"{many} recorded outside the scope of the review, and counted in no figure above.")
    if rows.allowed(view):
        _timeline(view, OUTSIDE)


def _method(view: View) -> None:
    figure_strip.definitions(view, [*FIGURES, *RECOMMENDED])
    days = counted(view.source.terms.response_days, "day", "days")
    st.markdown(f"An answer is due within {days}; the day of the {view.words.recommendation} is the first.")
    for part in ORDER:
        statuses = [name for name in REFERRAL_STATUSES if PARTS[name] == part]
        st.markdown(f"“{part}” in the chart by status: {listed_words(statuses)}.")


LINKED = {
    "failures_referred": "{Failures} with a {referral}",
    "failures_not_referred": "{Failures} without a {referral}",
    "referrals_without_failure": "{Referrals} about no single {failure}",
}


def _links(view: View) -> None:
    if view.loaded(list(LINKED)) != list(LINKED):
        st.markdown(view.words("The links between {failures} and {referrals} have not been loaded."))
        return
    if sentence := harm_sentence(view):
        st.markdown(plain(sentence))
    if view.source.visit.may(Permission.CASE_ROWS):
        matters = _matters(view, view.life("referrals"))
        linked = matters.explode("failure_refs").drop_nulls("failure_refs").sort("failure_refs", MATTER)
        status_on = {"Status": pl.col("status").cast(pl.String), "Since": rows.day("from_on")}
        refs = {view.words.Failure: "failure_refs", view.words.Referral: MATTER}
        shown = linked.select(**refs, **status_on, **{"Days open": "days"})
        st.dataframe(shown, hide_index=True)
        follows = matters.filter(pl.col("follows").list.len() > 0).select(MATTER, "follows").rows()
        if sentences := [f"{later} follows from {listed_words(earlier)}." for later, earlier in follows]:
            st.caption(" ".join(sentences))
    for name, title in LINKED.items():
        where = " in the whole review" if view.whole(view.metric(name)) else ""
        count = written_count(view.figure(name).numerator)
        rows.rows_on_demand(view, name, f"{view.words(title)}{where}: {count}", key=f"rows_{name}")


def harm_sentence(view: View) -> str:
    harmed, alone = view.counts("failures_with_harm", "harm_not_referred")
    if not harmed:
        return ""
    one, many = view.words("{failure} with harm has"), view.words("{failures} with harm have")
    some = f"{counted(alone, one, many)} no {view.words.referral}."
    return some if alone else view.words("Every {failure} with harm has a {referral}.")


def recommendations(view: View) -> None:
    if not view.loaded(list(RECOMMENDED)):
        st.markdown(view.words("No {recommendations} have been loaded."))
        return
    figure_strip.draw(view, RECOMMENDED)
    st.markdown(plain(recommendations_sentence(view)))
    if rows.allowed(view):
        st.dataframe(_recommendations_table(view), hide_index=True)
        export_button.of_rows(view, "recommendations").draw(key="recommendations")


def recommendations_sentence(view: View) -> str:
    total, answered, due, overdue = view.counts(*RECOMMENDED)
    if total == 0:
        return view.words("No {recommendation} had been made by this day.")
    late = f"{or_none(overdue)} {are(overdue or 1)} overdue"
    of_all = f"Of {counted(total, view.words.recommendation, view.words.recommendations)}"
    in_all = f"{of_all}, {written_count(answered)} {has(answered)} been answered"
    return f"{in_all}; {late}, and {or_none(due)} {are(due or 1)} due within 14 days."


def _recommendations_table(view: View) -> pl.DataFrame:
    days = pl.col("days").abs()
    span = pl.format("{} {}", days, pl.when(days == 1).then(pl.lit("day")).otherwise(pl.lit("days")))
    late, left = pl.format(" by {}", span), pl.format(", {} left", span)
    time = pl.when(pl.col("days") < 0).then(late).otherwise(left)
    columns = {
        view.words.Recommendation: pl.col("recommendation_ref"),
        view.words.Referral: pl.col("referral_ref").fill_null("none"),
        "Made": rows.day("made_on"),
        "Answer due": rows.day("due_on"),
        "Answered": rows.day("responded_on").fill_null("not yet"),
        "Standing": pl.concat_str("standing", time, ignore_nulls=True),
        "Scope": pl.when("in_scope").then(pl.lit("in scope")).otherwise(pl.lit("outside the scope")),
    }
    return recommendations_on(view.life("recommendations"), view.clocks.as_at).select(**columns)


def investigated(view: View) -> None:
    if not view.loaded([INVESTIGATED]):
        st.markdown("No people investigated have been loaded.")
        return
    result = rows.breakdown(view, INVESTIGATED, DUTY, key="duties", occurring=True)
    if result.is_empty():
        st.markdown(plain(investigated_sentence(view)))
    elif view.source.visit.may(Permission.REVIEWER_NAMES) and view.source.visit.may(Permission.CASE_ROWS):
        rows.rows_on_demand(view, INVESTIGATED, "Who they are, by pseudonym", key="rows_investigated")


def investigated_sentence(view: View) -> str:
    (count,) = view.counts(INVESTIGATED)
    if not count:
        return "Nobody is recorded as under investigation on this day."
    result = view.result(INVESTIGATED, by=[DUTY.name]).filter(pl.col("numerator") > 0)
    people = counted(count, "person", "people")
    duties = rows.in_words(view.metric(INVESTIGATED), result, DUTY)
    return f"{people} under investigation ({duties})."
