"""Which failures, where, how often, chance or change, and the rows behind each number."""

from collections.abc import Iterator, Sequence

import polars as pl
import streamlit as st

from charts.bars import bars, columns, labels_of
from charts.cause_words import by_chance
from charts.chart import Chart
from charts.control_chart import Subject
from charts.control_chart import control as control_chart
from charts.funnel import funnel as funnel_chart
from charts.palette import Palette
from data.formatting import capitalised
from metrics.chance.control import FIRM_POINTS, LEAST_POINTS, Control
from metrics.chance.groups import Funnel
from metrics.chance.steady_rate import STATED
from metrics.dimensions import Dimension, dimension
from pages.shell import choices
from pages.shell.address import option
from pages.shell.page_start import current_view
from pages.widgets import breakdown, chart_card, export_button, figure_card, rows
from pages.widgets.rows import asked_dimension
from service.markdown import plain
from service.sentences import failures, page_answers
from service.sentences.failures import EVERY, WATCHED, Watched, differing, rate_funnel, too_few
from service.view import View

ALONE = "nothing else"
BEHIND = "behind"
LIMITS = (
    "With one rate for all, the dashed limits hold at least 19 of 20 groups, the solid ones 499 of 500. "
    f"A group is named only if it differs over all groups: by chance, in at most {STATED} such charts."
)
RATES = ("failure_rate", "failure_rate_reviewed")
ALL_POINTS = "all points"
FIRST = (8, 12, 16, 20, 26, 39, 52)
JUDGED = f"All points are judged, whatever the limits. It calls at most {STATED} steady series a change."
RULES = (
    "Marks: a point outside the limits; 7 in a row on one side; 6 rising or falling; 2 of 3 near a limit. "
    "Source: NHS England, Making Data Count."
)


def draw() -> None:
    view = current_view(failures="failures")
    st.header(page_answers.failures(view))
    if view.figure("failures").numerator:
        st.markdown(failures.questions(view))
    figure_card.row(view, ("failures", "failures_with_harm", "failure_rate", "failure_rate_reviewed"))
    st.caption(page_answers.precedence(view.source.terms))
    by_two(view)
    by_month(view)
    rates(view)
    chance_or_change(view)
    if apart := page_answers.outside(view):
        st.subheader("Outside the scope")
        st.caption(apart)
        rows.rows_of(view, "failures_outside_scope")


def by_two(view: View) -> None:
    titles = {chosen.title: chosen for chosen in view.dimensions("failures")}
    left, right = st.columns(2)
    first = choices.one("Split by", list(titles), key="split", place=left)
    others = [ALONE, *(title for title in titles if title != first)]
    second = choices.one("and by", others, key="and_by", place=right)
    split = [titles[title] for title in (first, second) if title != ALONE]
    if len(split) == 1:
        breakdown.show(view, "failures", split[0], key=f"failures_by_{split[0].name}", behind=BEHIND)
        return
    names = [chosen.name for chosen in split]
    result = view.result("failures", by=names)
    _cells(view, result, split)
    export_button.of_figure(view, "failures", by=names).draw(key="cells")
    rows.under(view, "failures", result, split, key=BEHIND)


def by_month(view: View) -> None:
    monthly = view.result("failures", every="1mo")
    chart = columns(view.metric("failures"), monthly, view.clocks, chart_card.colours(), every="month")
    offer = export_button.of_figure(view, "failures", every="1mo")
    chart_card.show(chart, key="monthly", offer=offer, chosen="behind_month")
    split = [dimension("month_found")]
    rows.under(view, "failures", monthly.rename({"period": "month_found"}), split, key="behind_month")


def _cells(view: View, result: pl.DataFrame, split: Sequence[Dimension]) -> None:
    down, across = split
    st.subheader(f"{view.metric('failures').title} by {down.title.lower()} and {across.title.lower()}")
    order = labels_of(result.select(across.name).unique().sort(across.name, nulls_last=True), across)
    labelled = {split.title: labels_of(result, split) for split in (down, across)}
    long = pl.DataFrame({**labelled, "count": result["numerator"]})
    grid = long.pivot(across.title, index=down.title, values="count", maintain_order=True)
    grid = grid.select(down.title, *order).fill_null(0)

    def choose_cell() -> None:
        cells = st.session_state["cells"]["selection"]["cells"]
        if cells:
            row, column = cells[0]
            label = f"{grid[down.title][row]} · {column}"
            st.session_state[BEHIND] = label if column != down.title and grid[column][row] else None

    st.dataframe(grid, hide_index=True, key="cells", on_select=choose_cell, selection_mode="single-cell")


def rates(view: View) -> None:
    titles = {view.metric(name).title: name for name in view.loaded(RATES)}
    if not titles:
        return
    left, right = st.columns(2)
    with left:
        split = asked_dimension(view, "Failure rate, by", key="rate_by")
    name = titles[choices.one("of", list(titles), key="rate_of", place=right)]
    if split is None:
        return
    funnel = rate_funnel(view, name, split)
    verdict = st.container()
    left, right = st.columns(2, gap="large")
    with left:
        _funnel(view, name, split, funnel)
    if funnel is not None:
        # Written once its chart stands.
        verdict.markdown(plain(differing(view, name, funnel, split)))
    with right:
        result = view.result(name, by=[split.name])
        chart = bars(view.metric(name), result, split, view.clocks, chart_card.colours())
        offer = export_button.of_figure(view, name, by=[split.name])
        chart_card.show(chart, key=f"rate_by_{split.name}", offer=offer, chosen="behind_rate")
    rows.under(view, name, result, [split], key="behind_rate")


def _funnel(view: View, name: str, split: Dimension, funnel: Funnel | None) -> None:
    if funnel is None:
        st.info("Groups are compared once there are two or more, and some have a failure.")
        return

    def make(asked: View, colours: Palette) -> Chart:
        groups = funnel if asked is view else chart_card.present(rate_funnel(asked, name, split))
        return funnel_chart(asked.metric(name), groups, split, asked.clocks, colours)

    chart_card.draw(view, make, key=f"funnel_by_{split.name}", chosen="behind_rate")
    st.caption(LIMITS)


def chance_or_change(view: View) -> None:
    series = [words for words, series in WATCHED.items() if view.loaded(series.needs) == list(series.needs)]
    left, middle, right = st.columns(3)
    words = choices.one("Chance or change: watch", series, key="watch", place=left)
    watched, every = WATCHED[words], "week"
    if watched.by_period:
        with middle:
            by = option("every", "By", list(EVERY), widget="segmented_control")
            every = choices.ask(by, "week", required=True)
    whole = watched.make(view, every, None)
    if whole is None:
        st.info(plain(too_short(view, words, watched)))
        return
    with right:
        first = _asked_baseline(len(whole.evidence.events) if watched.by_period else whole.points.height)
    chosen = whole if first is None else watched.make(view, every, first)
    _show_series(view, watched, every, first, chosen or whole)


def too_short(view: View, words: str, watched: Watched) -> str:
    if few := too_few(view, watched.counts):
        return f"{words}: {few}"
    return f"{words}: limits need {LEAST_POINTS} points, and there are fewer so far."


def _asked_baseline(points: int) -> int | None:
    baselines = {ALL_POINTS: None} | {f"the first {count} points": count for count in FIRST if count < points}
    about = "Limits from all points move with each new one; those from the first points are locked."
    return baselines[choices.one("Limits from", list(baselines), key="limits", help=about)]


def _show_series(view: View, watched: Watched, every: str, first: int | None, control: Control) -> None:
    subject = watched.subject(view, every)

    def make(asked: View, colours: Palette) -> Chart:
        series = control if asked is view else chart_card.present(watched.make(asked, every, first))
        return control_chart(series, subject, asked.clocks.as_at, colours)

    verdict = st.container()
    chart_card.draw(view, make, key="chance")
    # A verdict stands only above a chart that could be drawn.
    verdict.markdown(verdict_of(view, watched, control, subject))
    st.caption(" ".join(_series_notes(control, watched, subject)))


def verdict_of(view: View, watched: Watched, control: Control, subject: Subject) -> str:
    if few := too_few(view, watched.counts):
        return capitalised(few)
    if control.verdict.outcome == "too few":
        # Enough were counted, but not in periods that are over: only this series of them cannot be judged.
        return f"Too few are in {subject.unit}s that are over. Judge by the reviews between failures."
    return subject.verdict(control)


def _series_notes(control: Control, watched: Watched, subject: Subject) -> Iterator[str]:
    yield f"Limits from {'the first' if control.locked else 'all'} {control.baseline} points."
    if control.trial:
        yield f"Trial limits: under {FIRM_POINTS} points."
    if watched.by_period and not control.points["whole"][-1]:
        yield f"The last {subject.unit} is not over: it is drawn hollow and not judged."
    yield JUDGED
    if control.causes and control.verdict.change:
        yield by_chance(control)
    yield RULES
    if watched.needs != ("failures",):
        yield failures.IN_ORDER
