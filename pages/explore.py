"""Any figure by any one or two dimensions and period, with its rows and its file, as a link."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl
import streamlit as st

from charts.bars import bars, medians, table
from charts.chart import Chart
from charts.heat import heat
from charts.periods import periods
from data.formatting import capitalised, written_count
from metrics.dimensions import PERIODS, Dimension, period
from metrics.metric import AnyMetric, Duration, Metric, Subject
from pages.shell import choices
from pages.shell.page_start import current_view
from pages.widgets import chart_card, export_button, rows
from service.rows import occurring
from service.sentences.clocks import spoken_clocks
from service.sentences.figure import chance_of, headline, small_print
from service.view import View

NOTHING, WHOLE = "nothing", "all together"
# Who was in the team in a week is a figure of its own on each day: its weeks do not add up.
WITHOUT_PERIODS: tuple[Subject, ...] = ("staffing",)


@dataclass(frozen=True, eq=False)
class Choice:
    """A figure, in this review's words, and what it is split by; `period` is one of `PERIODS`, or None."""

    metric: AnyMetric
    split: tuple[Dimension, ...]
    period: str | None

    @property
    def every(self) -> str | None:
        return PERIODS[self.period][0] if self.period else None

    @property
    def keys(self) -> tuple[Dimension, ...]:
        when = (period(self.metric.dated_by, self.period),) if self.period else ()
        return (*when, *self.split)


MOST_BARS, MOST_ACROSS = 20, 24
BEHIND = "behind_explored"


def draw() -> None:
    view = current_view(population="applications")
    heading = st.empty()
    chosen = ask_choice(view)
    heading.header(sentence(view, chosen))
    st.caption(chosen.metric.definition)
    explored(view, chosen)
    st.caption("The address of this page holds every choice: copy it to keep this view or to share it.")


def ask_choice(view: View) -> Choice:
    metrics = {metric.title: metric for metric in view.source.catalogue() if view.loaded([metric.name])}
    metric = metrics[choices.one("Figure", list(metrics), key="figure")]
    dimensions = {dimension.title: dimension for dimension in view.dimensions(metric.subject)}
    columns = st.columns(3)
    with columns[0]:
        first = _split("Split by", dimensions, "by", next(iter(dimensions), NOTHING))
    others = {title: dimension for title, dimension in dimensions.items() if dimension is not first}
    with columns[1]:
        second = _split("and by", others, "and") if first else None
    with columns[2]:
        every = _period(metric)
    return Choice(metric, tuple(dimension for dimension in (first, second) if dimension), every)


def _split(label: str, splits: Mapping[str, Dimension], key: str, default: str = NOTHING) -> Dimension | None:
    return splits.get(choices.one(label, [NOTHING, *splits], key=key, default=default))


def _period(metric: AnyMetric) -> str | None:
    if not isinstance(metric, Metric) or metric.subject in WITHOUT_PERIODS:
        why = "has no periods" if isinstance(metric, Metric) else "is a median, which has no periods"
        st.caption(f"{metric.title} {why}.")
        return None
    titles = {WHOLE: None, **{capitalised(word): word for word in PERIODS}}
    return titles[choices.one("Period", list(titles), key="period")]


def sentence(view: View, choice: Choice) -> str:
    figure = view.figure(choice.metric.name)
    of = f" ({small_print(figure)})" if figure.denominator is not None else ""
    number = f"{choice.metric.title}: {headline(figure)}{of}"
    whole = "in the whole review, " if view.whole(choice.metric) else ""
    clocks = spoken_clocks(view)
    return f"{number}, {whole}{clocks[:1].lower()}{clocks[1:]}."


def explored(view: View, choice: Choice) -> None:
    result, by = result_of(view, choice), [dimension.name for dimension in choice.split]
    offer = export_button.of_figure(view, choice.metric.name, by=by, every=choice.every, occurring=True)
    if result.is_empty():
        st.info("Nothing counts towards this figure by this day: choose a later day or narrow the view less.")
        return
    chart = _chart(view, choice, result)
    if chart is None:
        by = [dimension.title.lower() for dimension in choice.keys]
        st.subheader(f"{choice.metric.title} by {', '.join(by)}".removesuffix(" by "))
        st.dataframe(table(choice.metric, result, choice.keys), hide_index=True)
        offer.draw(key="explored")
    else:
        chart_card.show(chart, key="explored", offer=offer)
    if notes := " ".join(_notes(choice, result)):
        st.caption(notes)
    if choice.keys:
        waiting = result.with_columns(numerator=pl.col("denominator") - pl.col("numerator"))
        behind = waiting if isinstance(choice.metric, Duration) else result
        rows.under(view, choice.metric.name, behind, choice.keys, key=BEHIND)
    else:
        rows.rows_of(view, choice.metric.name)


def result_of(view: View, choice: Choice) -> pl.DataFrame:
    by = [dimension.name for dimension in choice.split]
    result = occurring(view.result(choice.metric.name, by=by, every=choice.every), by)
    return result.rename({"period": choice.keys[0].name}) if choice.period else result


def _chart(view: View, choice: Choice, result: pl.DataFrame) -> Chart | None:
    """Draw up to two keys; none has no picture, and three have none that can be read."""
    metric, clocks, colours = choice.metric, view.clocks, chart_card.colours()
    match choice.keys:
        case (_, across):
            chart = heat(metric, _largest(result, across, MOST_ACROSS), choice.keys, clocks, colours)
        case (key,) if choice.period and isinstance(metric, Metric):
            return periods(metric, result, key, clocks, colours)
        case (key,):
            top = _largest(result, key, MOST_BARS)
            if isinstance(metric, Duration):
                chart = medians(metric, top, key, clocks, colours)
            else:
                chart = bars(metric, top, key, clocks, colours)
        case _:
            return None
    return replace(chart, table=table(metric, result, choice.keys))


def _largest(result: pl.DataFrame, by: Dimension, most: int) -> pl.DataFrame:
    sums = result.group_by(by.name).agg(pl.col("numerator").sum()).sort("numerator", by.name)
    if sums.height <= most:
        return result
    largest = sums.tail(most).select(by.name)
    return result.join(largest, on=by.name, how="semi", nulls_equal=True, maintain_order="left")


def _notes(choice: Choice, result: pl.DataFrame) -> Iterator[str]:
    if len(choice.keys) == 1 and not choice.period and result.height > MOST_BARS:
        more = written_count(result.height - MOST_BARS)
        yield f"The {MOST_BARS} with the most are drawn; {more} more are in the table."
    if choice.period:
        column = choice.metric.dated_by.replace("_", " ")
        yield f"Of what counts on the day, by the {choice.period} of “{column}”."
    if len(choice.keys) == 1 and choice.metric.chance:
        yield chance_of(result, f"the groups by {choice.keys[0].title.lower()}")
    if isinstance(choice.metric, Duration):
        yield "The rows behind a median are those still waiting on the day."
