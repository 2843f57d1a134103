"""Are we on course, what was found, and what needs a decision, for chief officers."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from html import escape

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import changes, changes_message, changes_table
from charts.chart import Chart
from charts.lanes import lanes
from charts.lines import panels, sparkline
from charts.palette import Palette
from data.formatting import capitalised, counted, short_day, signed, written_count, written_day
from metrics import timelines
from metrics.decisions import KINDS, Decision, JudgedPromise, owner_words
from metrics.dimensions import AREA
from pages.referrals import statuses_over_time
from pages.shell import choices
from pages.shell.page_start import current_view, page_of
from pages.widgets import case_flow, chart_card, decision_steps, export_button, figure_strip, rows
from pages.widgets.forecast import picture
from service import decisions, forecast
from service.cache import of_view
from service.decisions import promises
from service.events import events
from service.markdown import plain
from service.over_time import courses, days_of
from service.sentences import status
from service.sentences.figure import BRIDGED, bridge_table, known
from service.view import View

FIGURES = {
    "backlog": "Outstanding",
    "share_completed": "Reviewed",
    "failures": "{Failures}",
    "failure_rate": "{Failure} rate",
    "failures_with_harm": "With harm",
    "open_referrals": "{Referrals} open",
    "headcount": "{Staff}",
}
RATES, RATES_BY_GROUP = ("failure_rate_reviewed", "share_adverse"), ("failure_rate", "share_adverse")
MOST_LINES, MOST_LANES = 3, 8
HEADS = ("Figure", "Course", "Before", "Added", "Removed", "Now")
PAGE_OF = {
    "harm": "Failures", "overdue": "Referrals", "due": "Referrals", "silent": "Referrals",
    "high grade": "Progress", "look again": "Contact", "stale": "Data", "refer all failures": "Referrals",
    "finish by a day": "Progress", "keep staffing": "Staffing", "answer enquiries": "Enquiries",
}  # fmt: skip
"""Where what a decision is about is shown, by its kind or by that of its promise."""


def draw() -> None:
    view = current_view()
    if not view.loaded(["population"]):
        st.info(status.not_loaded(view))
        return
    figure_strip.status(view, status.overview(view), of_cases=True)
    figure_strip.draw(view, {**case_flow.figures(view), **FIGURES} if view.loaded(["closed"]) else FIGURES)
    promised, finish = promises(view), forecast.finish(view)
    listed = decisions.decisions(view, promised)
    first = None if finish is None or not finish.is_current else (lambda: picture(view, finish))
    if first is None and view.loaded(["closed"]):
        first = partial(case_flow.over_time, view, then=view.as_known_then)
    chart_card.side_by_side(first, lambda: _needs_you(view, listed), widths=[5, 3])
    drawn_over_time: dict[str, Callable[[View], None]] = {
        **dict.fromkeys(RATES, _rate), "silent_referrals": _referrals, "headcount": _work,
    }  # fmt: skip
    drawings = dict.fromkeys(drawn_over_time[name] for name in view.loaded(list(drawn_over_time)))
    if drawings:
        chart_card.side_by_side(*(partial(drawing, view) for drawing in drawings))
    areas, names = None, view.loaded(RATES_BY_GROUP)
    if names and AREA in view.dimensions("cases"):
        areas = partial(rows.rates, view, names[0], AREA, narrows=False, key="areas", compact=True)
    chart_card.side_by_side(areas, lambda: _changed(view), widths=[2, 3])
    _below(view, listed, promised)


def _needs_you(view: View, listed: Sequence[Decision]) -> None:
    waiting = [decision for decision in listed if decision.taken is None]
    with chart_card.frame("needs", "Needs you"):
        if view.clocks.ahead:
            st.markdown(decisions.unknown_sentence(view))
        elif not waiting:
            st.markdown(f"Nothing needs a decision on {written_day(view.clocks.as_at)}.")
        for decision in waiting[:MOST_LINES]:
            _line(view, decision)
        if len(waiting) > MOST_LINES:
            st.caption(f"{len(waiting) - MOST_LINES} more below.")


def _line(view: View, decision: Decision) -> None:
    promise, label = decision.promise, f"{decision.title} ({decision.count:,})"
    if promise:
        kind = view.words(KINDS.get(promise.kind, promise.kind))
        label = f"{capitalised(kind)}: {decision.title.removeprefix('Promise ')}"
    label = f"**{plain(label)}** {plain(owner_words(decision, view.clocks.as_at))}"
    page = page_of(view.source, PAGE_OF.get(promise.kind if promise else decision.kind, ""))
    if page is None:
        st.markdown(label)
    else:
        st.page_link(page, label=label, query_params=choices.shared(), width="stretch")


def _rate(view: View) -> None:
    name = view.loaded(RATES)[0]
    headline = status.adverse_title(view)
    if name == RATES[0]:
        headline = status.rate_title(view.words, view.figure(name).value)
    rows.rates_by_month(view, name, key="rate", headline=headline, measure="By month, 95% interval")


def _referrals(view: View) -> None:
    quiet, open_ = view.counts("silent_referrals", "open_referrals")
    if open_ > MOST_LANES or not view.source.visit.may(Permission.CASE_ROWS):
        statuses_over_time(view, compact=True)
        return
    headline = status.quiet_title(view.words, quiet, open_)
    if not open_:
        chart_card.words("lanes", headline)
        return

    def make(view: View, colours: Palette) -> Chart:
        spells, day = view.life("referrals").filter("in_scope"), view.clocks.as_at
        shown = timelines.events_of(spells, day, only_open=True)
        chart = lanes(view.words("Open {referrals}"), shown, day, colours, events(view))
        return replace(chart, table=chart.table.rename({"Referral": view.words.Referral}))

    # Each look at rows is recorded, also where their chart is in the cache.
    view.life("referrals")
    # They are rows, not figures: they leave as rows do, with a reason.
    offer = export_button.of_rows(view, "open_referrals")
    chart_card.draw(view, make, key="lanes", offer=offer, headline=headline, compact=True)


def _work(view: View) -> None:
    figures = {"waiting": "backlog", view.words.staff: "headcount"}
    if view.loaded([*figures.values()]) != [*figures.values()]:
        return

    def make(view: View, colours: Palette) -> Chart:
        drawn = courses(view, figures, then=view.as_known_then)
        work, staff = ({words: course} for words, course in drawn.items())
        title, unit = view.words("Work waiting and {staff}"), view.words("{any_reviews} and people")
        return panels(title, work, staff, colours, unit=unit, events=events(view))

    headline, measure = status.growth_title(view), f"Since {view.source.terms.began_on:%B}"
    chart_card.draw(view, make, key="work", headline=headline, measure=measure, compact=True)


def _changed(view: View) -> None:
    with chart_card.frame("changed"):
        if view.not_compared:
            chart_card.head("What changed")
            st.caption(view.not_compared)
            return
        days = f"{short_day(view.before.as_at)} to {short_day(view.clocks.as_at)}, {known(view)}"
        title = f"What changed since {written_day(view.before.as_at)}"
        with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="top"):
            chart_card.head(title, days)
            offer = export_button.of_table(view, "What changed", bridge_table)
            if offer.allowed:
                chart_card.card_menu(title, lambda: offer.form(key="changed"), "changed")
        table = _changes(view, chart_card.colours())
        region = 'class="candour-table" tabindex="0" role="region" aria-label="What changed"'
        st.html(f"<div {region}>{table}</div>")


@of_view
def _changes(view: View, palette: Palette) -> str:
    names = view.loaded(BRIDGED)
    moved = view.added_and_removed(names)
    body = "".join(_change_row(view, name, moved[name], palette) for name in names)
    heads = "".join(f"<th scope=col>{words}</th>" for words in HEADS)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _change_row(view: View, name: str, moved: tuple[float, float], palette: Palette) -> str:
    title, now = escape(view.metric(name).title), view.figure(name).numerator
    values = view.course(name, days_of(view), then=view.as_known_then)["value"].fill_null(0).to_list()
    (opening,) = view.counts(name, clocks=view.before)
    numbers = [written_count(opening), *(signed(change) if change else "-" for change in moved)]
    cells = "".join(f"<td>{number}</td>" for number in numbers)
    line = f'<img alt="" src="{sparkline(values, palette)}">'
    closing = f"<td><b>{written_count(now)}</b></td>"
    return f"<tr><th scope=row>{title}</th><td>{line}</td>{cells}{closing}</tr>"


def _below(view: View, listed: Sequence[Decision], promised: Sequence[JudgedPromise]) -> None:
    why = "Why a figure changed"
    parts: dict[str, Callable[[], None]] = {}
    if listed or promised or status.then_and_now(view) or status.outside(view):
        parts["Decisions and promises"] = partial(_decisions, view, listed, promised)
    parts[why] = partial(_why, view)
    choices.tabs("below", parts, owns={why: ("change",)})


def _decisions(view: View, listed: Sequence[Decision], promised: Sequence[JudgedPromise]) -> None:
    for decision in listed:
        _decision(view, decision)
    decision_steps.draw(view, listed)
    for promise in promised:
        if not promise.needs_a_decision:
            st.markdown(f"- {decisions.promise_sentence(promise, plain)}")
    if known_since := status.then_and_now(view, plain):
        st.markdown("  \n".join(known_since))
    if apart := status.outside(view):
        st.caption(apart)


def _decision(view: View, decision: Decision) -> None:
    sentence = decisions.decision_sentence(view, decision, plain)
    figure, promise = decision.figure, decision.promise
    if figure is None:
        st.markdown(sentence)
        return
    key = f"decision_{decision.kind}{f'_{promise.ref}' if promise else ''}"

    def draw() -> None:
        judged = decisions.judged(view, promise) if promise else view
        if promise:
            count, day = judged.figure(figure).numerator, written_day(judged.clocks.as_at)
            st.caption(f"{view.metric(figure).title} in the whole review on {day}: {written_count(count)}.")
        rows.rows_of(judged, figure, decision.where, key=key)

    rows.on_demand(sentence, draw, key=key)


def _why(view: View) -> None:
    if view.not_compared:
        st.caption(view.not_compared)
        return
    names = {view.metric(name).title: name for name in view.loaded(BRIDGED)}
    moved = next((title for title, name in names.items() if view.bridge(name).steps), None)
    if chosen := choices.one("Figure", list(names), key="change", default=moved):
        _change_in(view, names[chosen])


def _change_in(view: View, name: str) -> None:
    metric, bridge = view.metric(name), view.bridge(name)
    if not bridge.steps:
        st.markdown(plain(changes_message(metric, bridge, view.before, view.clocks)))
        return

    def steps(view: View) -> pl.DataFrame:
        return changes_table(view.bridge(name), view.before, view.clocks)

    def make(view: View, colours: Palette) -> Chart:
        return changes(view.metric(name), view.bridge(name), view.before, view.clocks, colours)

    offer = export_button.of_table(view, f"Changes of {metric.title.lower()}", steps)
    chart_card.draw(view, make, key=f"change_{name}", offer=offer)
    if rows.allowed(view):
        title = f"Rows: {plain(metric.title.lower())}"
        rows.on_demand(title, lambda: _moved(view, name), key=f"moved_{name}")


def _moved(view: View, name: str) -> None:
    moved = view.moved(name)
    st.markdown(f"**{counted(moved.height, 'row', 'rows')}** moved.")
    rows.show_rows(moved, view.words)
