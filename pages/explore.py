"""Any figure by any one or two dimensions and period, with its rows and its file, as a link."""

from collections.abc import Mapping, Sequence
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
from pages.shell.page_start import current_view, stop_unless_loaded
from pages.widgets import chart_card, export_button, rows
from service.rows import occurring
from service.sentences import chance
from service.sentences.clocks import spoken_clocks
from service.sentences.figure import headline, small_print
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
PAIR = 2


def draw() -> None:
    view = current_view()
    stop_unless_loaded(view, "population", "applications")
    heading = st.empty()
    chosen = ask_choice(view)
    heading.header(sentence(view, chosen))
    st.caption(chosen.metric.definition)
    explored(view, chosen)
    export_button.of_workbook(view).draw(key="workbook")
    st.caption("The address of this page holds every choice: copy it to keep this view or to share it.")


def ask_choice(view: View) -> Choice:
    metrics = {metric.title: metric for metric in view.source.catalogue() if view.told([metric.name])}
    metric = metrics[_asked("Figure", list(metrics), "figure")]
    dimensions = {dimension.title: dimension for dimension in view.dimensions(metric.subject)}
    columns = st.columns(3)
    with columns[0]:
        first = _dimension("Split by", dimensions, "by", index=min(len(dimensions), 1))
    others = {title: dimension for title, dimension in dimensions.items() if dimension is not first}
    with columns[1]:
        second = _dimension("and by", others, "and") if first else None
    with columns[2]:
        every = _period(metric)
    return Choice(metric, tuple(dimension for dimension in (first, second) if dimension), every)


def _dimension(label: str, splits: Mapping[str, Dimension], key: str, index: int = 0) -> Dimension | None:
    title = _asked(label, [NOTHING, *splits], key, index)
    return splits.get(title)


def _period(metric: AnyMetric) -> str | None:
    if not isinstance(metric, Metric) or metric.subject in WITHOUT_PERIODS:
        why = "has no periods" if isinstance(metric, Metric) else "is a median, which has no periods"
        st.caption(f"{metric.title} {why}.")
        return None
    titles = {WHOLE: None, **{capitalised(word): word for word in PERIODS}}
    return titles[_asked("Period", list(titles), "period")]


def _asked(label: str, options: Sequence[str], key: str, index: int = 0) -> str:
    return choices.one(label, options, key=key, default=options[index])


def sentence(view: View, choice: Choice) -> str:
    figure = view.figure(choice.metric.name)
    of = f" ({small_print(figure)})" if figure.denominator is not None else ""
    number = f"{choice.metric.title}: {headline(figure)}{of}"
    whole = "in the whole review, " if view.whole(choice.metric.subject) else ""
    return f"{number}, {whole}{_lower(spoken_clocks(view))}."


def explored(view: View, choice: Choice) -> None:
    result = result_of(view, choice)
    offer = export_button.of_figure(
        view,
        choice.metric.name,
        by=[dimension.name for dimension in choice.split],
        every=choice.every,
        occurring=True,
    )
    if result.is_empty():
        st.info(
            "Nothing counts towards this figure by this day: choose a later day, or narrow the view less."
        )
        return
    chart = _chart(view, choice, result)
    if chart is None:
        st.subheader(_title(choice))
        st.dataframe(table(choice.metric, result, choice.keys), hide_index=True)
        offer.draw(key="explored")
    else:
        chart_card.show(chart, key="explored", offer=offer)
    _notes(choice, result)
    if choice.keys:
        rows.under(view, choice.metric.name, _behind(choice, result), choice.keys, key=BEHIND)
    else:
        rows.rows_of(view, choice.metric.name)


def result_of(view: View, choice: Choice) -> pl.DataFrame:
    by = [dimension.name for dimension in choice.split]
    result = occurring(view.result(choice.metric.name, by=by, every=choice.every), by)
    return result.rename({"period": choice.keys[0].name}) if choice.period else result


def _chart(view: View, choice: Choice, result: pl.DataFrame) -> Chart | None:
    """Draw up to two keys; none has no picture, and three have none that can be read."""
    metric, clocks, colours = choice.metric, view.clocks, chart_card.colours()
    if len(choice.keys) == PAIR:
        some = _fewer(result, choice.keys[1])
        return replace(
            heat(metric, some, choice.keys, clocks, colours), table=table(metric, result, choice.keys)
        )
    if len(choice.keys) != 1:
        return None
    (key,) = choice.keys
    if choice.period and isinstance(metric, Metric):
        return periods(metric, result, key, clocks, colours)
    top = _top(result)
    chart = (
        medians(metric, top, key, clocks, colours)
        if isinstance(metric, Duration)
        else bars(metric, top, key, clocks, colours)
    )
    return replace(chart, table=table(metric, result, [key]))


def _top(result: pl.DataFrame) -> pl.DataFrame:
    if result.height <= MOST_BARS:
        return result
    numbered = result.with_row_index("place")
    return numbered.top_k(MOST_BARS, by="numerator").sort("place").drop("place")


def _fewer(result: pl.DataFrame, across: Dimension) -> pl.DataFrame:
    sums = result.group_by(across.name).agg(pl.col("numerator").sum()).sort("numerator", across.name)
    if sums.height <= MOST_ACROSS:
        return result
    largest = sums.tail(MOST_ACROSS).select(across.name)
    return result.join(largest, on=across.name, how="semi", nulls_equal=True, maintain_order="left")


def _notes(choice: Choice, result: pl.DataFrame) -> None:
    notes: list[str] = []
    if len(choice.keys) == 1 and not choice.period and result.height > MOST_BARS:
        more = written_count(result.height - MOST_BARS)
        notes.append(f"The {MOST_BARS} with the most are drawn; {more} more are in the table.")
    if choice.period:
        column = choice.metric.dated_by.replace("_", " ")
        notes.append(f"Of what counts on the day, by the {choice.period} of “{column}”.")
    if len(choice.keys) == 1 and choice.metric.chance:
        notes.append(chance.told(result, f"the groups by {choice.keys[0].title.lower()}"))
    if isinstance(choice.metric, Duration):
        notes.append("The rows behind a median are those still waiting on the day.")
    if notes:
        st.caption(" ".join(notes))


def _behind(choice: Choice, result: pl.DataFrame) -> pl.DataFrame:
    if not isinstance(choice.metric, Duration):
        return result
    return result.with_columns(numerator=pl.col("denominator") - pl.col("numerator"))


def _title(choice: Choice) -> str:
    by = [dimension.title.lower() for dimension in choice.keys]
    return f"{choice.metric.title} by {', '.join(by)}" if by else choice.metric.title


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
