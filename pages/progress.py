"""How far the review has come, when it will be finished, and how long each stage takes."""

from collections.abc import Callable, Iterator, Sequence

import polars as pl
import streamlit as st

from charts.bars import labels_of, pace
from charts.chart import Chart
from charts.lines import small_multiples
from charts.palette import Palette
from data.formatting import capitalised, measured, written_count, written_day
from metrics.dimensions import AREA, TEAM, Dimension
from metrics.workdays import weekly_rate
from pages.shell import choices
from pages.shell.address import option
from pages.shell.page_start import current_view
from pages.widgets import case_flow, chart_card, figure_strip, forecast, rows
from service.events import events
from service.markdown import plain
from service.over_time import every_day, known_on, last_extract, lines_by
from service.sentences import status
from service.sentences.figure import headline
from service.view import View

FIGURES = {
    "population": "In review",
    "share_assessed": "Assessed",
    "sent_on": "Sent for {any_review}",
    "share_completed": "Reviewed",
    "backlog": "Outstanding",
    "allocated": "Allocated",
}
STAGES = ("days_to_assessment", "days_to_allocation", "days_in_review")
STAGES_TITLE = "Days in each stage"
EACH_DAY, ONE_DAY = "on each day", "on one day"
PACE = "{Detailed_reviews} completed on a working day, by week"
CASES = {"assessed": "risk_assessed", "in review": "population"}
REVIEWS = {"reviewed": "completed", "sent for {any_review}": "sent_on"}
IN_PROGRESS = {"Waiting to be allocated": "not_allocated", "With a team": "in_hand"}


def draw() -> None:
    view = current_view()
    assessed, closed = bool(view.loaded(["risk_assessed"])), bool(view.loaded(["closed"]))
    figure_strip.status(view, status.progress(view), of_cases=True)
    if assessed or not closed:
        figure_strip.draw(view, FIGURES)
        forecast.draw(view)
    if closed:
        figure_strip.draw(view, case_flow.figures(view))
    asking = st.container(horizontal=True, vertical_alignment="bottom")
    with asking:
        then = _drawn_then(view)
    if assessed or not closed:
        _stages_over_time(view, then=then)
    if closed:
        case_flow.draw(view, asking, then=then)
        forecast.draw_closing(view)
    _below(view)


def _stages_over_time(view: View, *, then: bool) -> None:
    drawings: list[Callable[[], None]] = [lambda: _burn_up(view, then=then)]
    if view.loaded(["completed"]):
        drawings += [lambda: _in_progress(view, then=then), lambda: _weekly(view)]
    chart_card.side_by_side(*drawings)


def _drawn_then(view: View) -> bool:
    """Ask whether lines are drawn as known on each day; only then does each end at the view's own figure."""
    if not view.many_states:
        return False
    words = {EACH_DAY: "Known each day", ONE_DAY: f"Known on {written_day(view.clocks.known_at)}"}
    choice = option("lines", "Lines as known", list(words), widget="segmented_control")
    about = "On each day: what that day's own extract said. On one day: with all recorded by then."
    usual, called = EACH_DAY if view.as_known_then else ONE_DAY, words.__getitem__
    known = choices.ask(
        choice, usual, required=True, label_visibility="collapsed", format_func=called, help=about
    )
    return known == EACH_DAY


def _burn_up(view: View, *, then: bool) -> None:
    many = view.source.terms.case.many
    above, below = (
        {view.words(words): name for words, name in figures.items() if view.loaded([name])}
        for figures in (CASES, REVIEWS)
    )
    shares = {"share_assessed": "assessed", "share_completed": "reviewed"}
    done = ", ".join(f"{headline(view.figure(name))} {shares[name]}" for name in view.loaded(list(shares)))
    chart_card.draw_courses(
        view, f"{capitalised(many)} over time, {known_on(view, then=then)}", above, below, unit=many,
        then=then, key="burn_up", headline=done, measure=f"{capitalised(many)}, to date",
    )  # fmt: skip


def _in_progress(view: View, *, then: bool) -> None:
    title = f"{view.words.Detailed_reviews} outstanding, {known_on(view, then=then)}"
    waiting, with_team = map(written_count, view.counts(*IN_PROGRESS.values()))
    chart_card.draw_courses(
        view, title, IN_PROGRESS, {}, unit=view.source.terms.case.many, then=then,
        key="in_progress", headline=f"{with_team} with a team, {waiting} not allocated",
        measure="Outstanding",
    )  # fmt: skip


def _weekly(view: View) -> None:
    weeks = weeks_of(view)
    if weeks.is_empty():
        over = f"No working day of the review was over by {written_day(last_extract(view))}"
        st.info(f"{over}: choose a later day to see a pace.")
        return
    rates = weeks["rate"].drop_nulls()
    words = f"Latest week: {rates[-1]:.1f} {view.words.any_reviews} a working day" if len(rates) else ""

    def make(view: View, colours: Palette) -> Chart:
        called = {"done": view.words("{Detailed_reviews} completed"), "days": "Working days"}
        unit = "completed a working day"
        return pace(view.words(PACE), weeks_of(view), colours, unit=unit, columns=called, events=events(view))

    chart_card.draw(view, make, key="weekly", headline=words, measure="By week", compact=True)


def weeks_of(view: View) -> pl.DataFrame:
    last = last_extract(view)
    days = every_day(view, last)
    totals = view.course("completed", days, then=False).select("day", total="numerator")
    return weekly_rate(totals, days[0], last)


def _below(view: View) -> None:
    parts: dict[str, Callable[[View], None]] = {}
    if view.loaded(["closed"]):
        parts["How long"] = case_flow.ages
    if view.loaded(["completed"]) and view.figure(STAGES[0]).denominator:
        parts["Stages"] = stages
    splits = view.dimensions("cases")
    over_time = "Areas over time" if AREA in splits else "Groups over time"
    if splits:
        parts[over_time] = groups
    if view.loaded(["backlog"]):
        parts["Earlier forecasts"] = forecast.draw_record
    if waiting := view.loaded(["backlog", "open_cases"]):
        parts["Rows"] = lambda view: rows.rows_of(view, waiting[0])
    parts["Method"] = method
    owns = {"How long": ("ages_by",), "Stages": ("stages_by",), over_time: ("by", "behind_measure")}
    choices.tabs("below", parts, view, owns=owns)


def groups(view: View) -> None:
    name = view.loaded(["share_completed", "open_cases", "population"])[0]
    splits = {split.title: split for split in view.dimensions("cases")}
    split = splits[choices.one("By", list(splits), key="by")]
    result, kind = view.result(name, by=[split.name]), split.title.lower()
    if view.metric(name).share and result["value"].n_unique() == 1:
        st.markdown(f"{view.metric(name).title}: {headline(view.figure(name))} in every {plain(kind)}.")
    else:
        rows.breakdown(view, name, split, key=f"measure_by_{split.name}", behind="behind_measure")
    # A grade can differ from day to day, so each period of it is counted anew.
    every, word = ("1w", "week") if split.steady else ("1mo", "month")

    def make(view: View, colours: Palette) -> Chart:
        title = f"{view.metric(name).title} by {kind}, by {word}"
        long = lines_by(view, name, every, split.name)
        return small_multiples(title, long, colours, share=view.metric(name).share, every=word)

    if lines_by(view, name, every, split.name)["period"].n_unique() >= rows.FEWEST:
        chart_card.draw(view, make, key=f"groups_{split.name}", measure=f"At each {word}'s end")


def stages(view: View) -> None:
    splits = {dimension.title: dimension for dimension in (*view.dimensions("cases"), TEAM)}
    split = splits.get(choices.one("Stages by", ["all together", *splits], key="stages_by"))
    name = STAGES_TITLE if split is None else f"{STAGES_TITLE} by {split.title.lower()}"
    chart_card.draw_table(view, name, lambda view: stages_table(view, split), key="stages")


def stages_table(view: View, split: Dimension | None) -> pl.DataFrame:
    # The team is a review's and not a case's, so its stage is that of reviews of every kind.
    names = view.loaded(("days_per_review",) if split is TEAM else STAGES)
    by = [] if split is None else [split]
    return pl.DataFrame([row for name in names for row in _stage_rows(view, name, by)])


def _stage_rows(view: View, name: str, by: Sequence[Dimension]) -> Iterator[dict[str, str]]:
    result = view.result(name, by=[split.name for split in by])
    labels = {split.title: labels_of(result, split) for split in by}
    counts = result.select("value", "denominator", "numerator").rows()
    for number, (value, entered, left) in enumerate(counts):
        if entered:
            half = "not yet known" if value is None else measured(value, "day", "days")
            yield {
                "Stage": view.metric(name).title,
                **{title: of_rows[number] for title, of_rows in labels.items()},
                "Half are through within": half,
                "Entered": written_count(entered),
                "Left": written_count(left),
                "Still in it": written_count(entered - left),
            }


def method(view: View) -> None:
    sentences = [status.progress_sentence(view), status.scope_grown(view), *forecast.how(view)]
    if view.loaded(["closed"]):
        sentences += [*case_flow.method(view), *forecast.how_closing(view)]
    if view.loaded([STAGES[0]]):
        sentences.append("Days in a stage are medians that count those still in it (Kaplan-Meier).")
    figure_strip.points(sentences)
