"""Which failures, where, how often, chance or change, and the rows behind each number."""

from collections.abc import Iterator, Sequence
from functools import partial

import polars as pl
import streamlit as st

from charts.bars import bars, labels_of, written
from charts.cells import bubbles, by_size
from charts.chart import Chart
from charts.control_chart import Subject, by_chance
from charts.control_chart import control as control_chart
from charts.dots import by_period
from charts.palette import Palette
from data.formatting import capitalised, listed_words, written_share
from metrics.chance.control import FIRM_POINTS, LEAST_POINTS, Control
from metrics.chance.steady_rate import STATED
from metrics.dimensions import GRADE, MONTH_FOUND, PART, TYPE, YEAR, Dimension, dimension, named
from metrics.rates import limits
from pages.shell import choices
from pages.shell.address import option, unlike
from pages.shell.page_start import current_view
from pages.widgets import chart_card, figure_strip, rows
from service.events import events
from service.markdown import plain
from service.over_time import rate_by_period
from service.sentences import failures, status
from service.sentences.failures import EVERY, WATCHED, Watched, differing, rates_by, rates_of_groups, too_few
from service.view import View

RATES = ("failure_rate", "failure_rate_reviewed")
LISTED = ("failures", "failures_with_harm", "failures_not_referred", *RATES, "failures_outside_scope")
ALL, MONTHS, YEARS = "All", "Month", "Year"
MOST_NAMED = 3  # values of a filter
FIRST = (8, 12, 16, 20, 26, 39, 52)
NAMED = f"A group is named only if it differs over all groups. At random, at most {STATED} charts name one."
JUDGED = f"All points are judged, whatever the limits. It calls at most {STATED} steady series a change."
RULES = (
    "Marked are points outside the limits and 2 of 3 near one. Marked too are 7 in a row on one side and "
    "6 that rise or fall. Source: NHS England, Making Data Count."
)
INTERVALS = (
    "An interval shows where the true rate probably lies. It is Wilson's, and covers 95 of 100 true rates.",
    "A rate by month divides {failures} found in it by {any_reviews} completed in it.",
    "Dotted lines are control limits. Random variation seldom passes them.",
    "A rate by reason, type or part divides its own {failures} by all cases.",
)


def draw() -> None:
    view = current_view()
    first = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="controls"):
        _pick_part(view)
        _pick_grades(view)
        st.space("stretch")
        titles = {split.title: split for split in view.dimensions("failures")}
        split = titles[choices.one("By", list(titles), key="split", width=150)]
        others = [title for title in titles if titles[title] is not split]
        usual = next((title for title in ("Reason", *others) if title in others), None)
        other = titles[choices.one("and", others, key="and_by", default=usual, width=150)]
        rates = {f"of {view.metric(name).out_of}": name for name in view.loaded(RATES)}
        name = rates[choices.one("Rate", list(rates), key="rate_of", width=210)] if rates else None
    _filters(view)
    with first:
        state = failures.status(view.without(split.name), name, split) if name else None
        figure_strip.status(view, state or status.Status(f"{status.failures_found(view)}."))
    titles = ("{Failures} found", "With harm", "Of {cases}", "Of {detailed_reviews}", "Without a {referral}")
    names = ("failures", "failures_with_harm", *RATES, "failures_not_referred")
    figure_strip.draw(view, dict(zip(names, titles, strict=True)))
    if name:
        chart_card.side_by_side(lambda: _by_group(view, name, split), lambda: _over_time(view, name))
    chart_card.side_by_side(lambda: _counts(view, other), lambda: _cells(view, other, split))
    _below(view, name, split)


def _values(view: View, split: Dimension) -> list[str]:
    values = view.source.values(split.name)
    return named(split.name, values) if len(values) > 1 else []


def _pick_part(view: View) -> None:
    split = PART if _values(view, PART) else TYPE
    key, titles = f"pick_{split.name}", {part.name: part.title for part in view.source.terms.partition}
    if values := _values(view, split):
        every, now = unlike(ALL, values), list[str](st.session_state[split.name])
        st.session_state[key] = every if not now else now[0] if len(now) == 1 else None

        def pick() -> None:
            value = st.session_state[key]
            st.session_state[split.name] = [] if value in (None, every) else [value]

        st.segmented_control(
            split.title, [every, *values], key=key, on_change=pick, label_visibility="collapsed",
            format_func=lambda value: plain(capitalised(titles.get(value) or value)),
        )  # fmt: skip


def _pick_grades(view: View) -> None:
    key = "pick_grade"
    if values := _values(view, GRADE):
        st.session_state[key] = list(st.session_state[GRADE.name])

        def pick() -> None:
            st.session_state[GRADE.name] = list(st.session_state[key])

        st.pills(
            GRADE.title, values, key=key, selection_mode="multi", on_change=pick,
            label_visibility="collapsed", format_func=lambda value: plain(capitalised(value)),
        )  # fmt: skip


def _filters(view: View) -> None:
    if not view.filters:
        return
    with st.container(horizontal=True, gap="xsmall", key="narrowed"):
        for name, values in view.filters:
            labels = named(name, values)
            more = len(labels) - MOST_NAMED
            words = listed_words(labels) if more <= 0 else f"{', '.join(labels[:MOST_NAMED])} and {more} more"
            label = f"{dimension(name).worded(view.words).title}: {words} ✕"
            st.button(label, key=f"narrowed_{name}", on_click=choices.clear, args=((name,),))
        names = tuple(name for name, _ in view.filters)
        st.button("Clear", type="tertiary", key="clear_filters", on_click=choices.clear, args=(names,))


def _few(labels: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Return what is said of values that are too few to be drawn; nothing where they are not."""
    lines = [f"{label}: {text}" for label, text in zip(labels, texts, strict=True)]
    return [] if len(lines) >= rows.FEWEST else lines or ["Nothing has been counted."]


def _by_group(view: View, name: str, split: Dimension) -> None:
    result = rates_by(view.without(split.name), name, split).filter(pl.col("denominator") > 0)
    few = _few(labels_of(result, split), written(view.metric(name), result))
    measure = view.words("{Failure} rate, 95% interval")
    rows.rates(view, name, split, key=f"rate_by_{split.name}", measure=measure, method=NAMED, instead=few)


def _over_time(view: View, name: str) -> None:
    choice = option("over", "Over time", (MONTHS, YEARS), widget="segmented_control")
    choices.seed(choice, MONTHS)
    yearly = st.session_state["over"] == YEARS
    split, rate = (YEAR, name) if yearly else (MONTH_FOUND, view.loaded(RATES)[-1])
    metric, every = view.metric(rate), "year" if yearly else "month"

    def ask() -> None:
        choices.ask(choice, MONTHS, required=True, label_visibility="collapsed")

    def shares(view: View) -> pl.DataFrame:
        whole = view.without(split.name)
        if not yearly:
            return rate_by_period(whole, rate)
        result = whole.result(rate, by=[YEAR.name]).drop_nulls("year").filter(pl.col("denominator") > 0)
        return result.with_columns(
            period=pl.date(pl.col("year").cast(pl.Int32), 1, 1), whole=pl.lit(value=True)
        )

    def make(view: View, colours: Palette) -> Chart:
        result, overall = shares(view), view.without(split.name).figure(rate).value
        control, marks = (None, ()) if yearly else (limits(result), events(view))
        return by_period(
            f"{metric.title} by {split.title.lower()}", result, overall, colours, events=marks, every=every,
            limits=control, lit=view.chosen(split.name),
        )  # fmt: skip

    measure = f"{capitalised(metric.out_of or '')}, 95% interval"
    shown = shares(view).drop_nulls("value").select("value", "numerator", "denominator", "period")
    periods = [f"{period:{'%Y' if yearly else '%B %Y'}}" for period in shown["period"]]
    texts = [f"{written_share(value)}, {part:,} of {whole:,}" for value, part, whole, _ in shown.rows()]
    few = _few(periods, texts)
    headline = view.words("{Failure} rate by year received") if few else ""
    if not yearly:
        headline = status.rate_title(view.words, view.without(split.name).figure(rate).value)
    chart_card.draw(
        view, make, key="over_time", headline=headline, measure=measure, method=failures.change(view) or "",
        filters=(split.name,), drag=True, compact=True, ask=ask, instead=few,
    )  # fmt: skip


def _counts(view: View, split: Dimension) -> None:
    key, title = f"failures_by_{split.name}", f"{view.words.Failures} by {split.title.lower()}"

    def counts(view: View) -> pl.DataFrame:
        return by_size(view.without(split.name).result("failures", by=[split.name]), split)

    def make(view: View, colours: Palette) -> Chart:
        result = counts(view)
        most = result.filter(pl.col("numerator") == pl.col("numerator").max())
        lit = view.chosen(split.name) or labels_of(most, split)
        return bars(view.metric("failures"), result, split, view.clocks, colours, lit=lit)

    result = counts(view)
    few = _few(labels_of(result, split), written(view.metric("failures"), result))
    chart_card.draw(
        view, make, key=key, headline=failures.most_of(view, result, [split], title),
        measure=title if few else f"{title}; click to filter", filters=(split.name,), compact=True,
        instead=few,
    )  # fmt: skip


def _cells(view: View, down: Dimension, across: Dimension) -> None:
    names = (down.name, across.name)
    title = f"{view.words.Failures} by {down.title.lower()} and {across.title.lower()}"

    def counts(view: View) -> pl.DataFrame:
        return view.without(*names).result("failures", by=names).filter(pl.col("numerator") > 0)

    def make(view: View, colours: Palette) -> Chart:
        metric = view.metric("failures")
        return bubbles(metric, counts(view), (down, across), view.clocks, colours)

    result = counts(view)
    cells = map(", ".join, zip(labels_of(result, down), labels_of(result, across), strict=True))
    few = _few(list(cells), written(view.metric("failures"), result))
    headline = failures.most_of(view, result, [across, down], title)
    chart_card.draw(
        view, make, key="cells", headline=headline, measure=title, filters=names, compact=True, instead=few
    )


def _below(view: View, name: str | None, split: Dimension) -> None:
    chance = partial(_chance, name=name, split=split)
    parts = {"Rows": _rows, "Change or chance": chance, "Case history": _history, "Method": _method}
    owns = {"Rows": ("list",), "Change or chance": ("watch", "every", "limits")}
    choices.tabs("tab", parts, view, owns=owns)


def _rows(view: View) -> None:
    if apart := status.outside(view):
        st.caption(apart)
    if not rows.allowed(view):
        return
    titles = {view.metric(name).title: name for name in view.loaded(LISTED)}
    name = titles[choices.one("Rows of", list(titles), key="list", width=300)]
    st.markdown(f"**{rows.how_many(view, name, view.figure(name).numerator)}**")
    rows.rows_of(view, name)


def _history(view: View) -> None:
    if rows.allowed(view):
        rows.ask_case(view, view.behind("failures")["application_ref"].to_list(), key="history_case")


def _method(view: View) -> None:
    order = status.precedence(view.source.terms)
    figure_strip.points(
        [order, *map(view.words, INTERVALS), NAMED, JUDGED, RULES, view.words(failures.IN_ORDER)]
    )


def _chance(view: View, name: str | None, split: Dimension) -> None:
    view = view.without(MONTH_FOUND.name)
    if sentence := failures.harm(view):
        st.markdown(plain(sentence))
    if name:
        st.markdown(plain(_groups(view.without(split.name), name, split)))
    chance_or_change(view)


def _groups(view: View, name: str, split: Dimension) -> str:
    groups = rates_of_groups(view, name, split)
    if groups is None:
        return view.words("Groups are compared once there are two or more, and some have a {failure}.")
    return differing(view, name, groups, split)


def chance_or_change(view: View) -> None:
    loaded = (name for name, series in WATCHED.items() if view.loaded(series.needs) == list(series.needs))
    series = {view.words(name): WATCHED[name] for name in loaded}
    words = choices.one("Watch", list(series), key="watch")
    watched, every = series[words], "week"
    left, right = st.columns(2)
    if watched.by_period:
        by = option("every", "By", list(EVERY), widget="segmented_control")
        every = choices.ask(by, "week", required=True, place=left)
    whole = watched.make(view, every, None)
    if whole is None:
        st.info(plain(too_short(view, words, watched)))
        return
    with right:
        points = len(whole.evidence.events) if watched.by_period else whole.points.height
        baselines = {"all points": None} | {f"the first {n} points": n for n in FIRST if n < points}
        about = "Limits from all points move with each new one; those from the first points are locked."
        first = baselines[choices.one("Limits from", list(baselines), key="limits", help=about)]
    _show_series(view, watched, every, first)


def too_short(view: View, words: str, watched: Watched) -> str:
    if few := too_few(view, watched.counts):
        return f"{words}: {few}"
    return f"{words}: limits need {LEAST_POINTS} points, and there are fewer so far."


def _show_series(view: View, watched: Watched, every: str, first: int | None) -> None:
    subject = watched.subject(view, every)

    def series(view: View) -> Control:
        return chart_card.present(watched.make(view, every, first) or watched.make(view, every, None))

    def make(view: View, colours: Palette) -> Chart:
        return control_chart(series(view), subject, view.clocks.as_at, colours)

    control = series(view)

    verdict = st.container()
    method = "\n".join(_series_notes(control, watched, subject))
    chart_card.draw(view, make, key="chance", method=method, compact=True)
    verdict.markdown(verdict_of(view, watched, control, subject))


def verdict_of(view: View, watched: Watched, control: Control, subject: Subject) -> str:
    if few := too_few(view, watched.counts):
        return capitalised(few)
    if control.verdict.outcome == "too few":
        rather = view.words("Judge by the {any_reviews} between {failures}.")
        return f"Too few are in {subject.unit}s that are over. {rather}"
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
        yield subject.words(failures.IN_ORDER)
